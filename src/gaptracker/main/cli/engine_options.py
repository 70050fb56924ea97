"""Options that say where cells are scored."""

from typing import Annotated, Literal

import typer

from gaptracker.main.cli.errors import OutOfReach
from gaptracker.workflows.engines import Engine
from gaptracker.workflows.engines.local import LocalEngine

EngineName = Literal["local", "dask"]
EngineOption = Annotated[
    EngineName,
    typer.Option("--engine", help="Score on this machine, or on a Dask cluster; same bytes."),
]
WorkersOption = Annotated[
    int | None,
    typer.Option(
        "--workers",
        help="Processes of the local engine; one on each core if left out.",
        min=1,
        metavar="N",
    ),
]
SchedulerOption = Annotated[
    str | None,
    typer.Option(
        "--scheduler",
        help="Address of the Dask cluster's scheduler, as tcp://host:8786.",
        metavar="URL",
    ),
]


def engine_of(name: EngineName, workers: int | None, scheduler: str | None) -> Engine:
    """Return the engine that the options name; nothing is started or connected yet.

    Raises:
        typer.BadParameter: If an option is missing, or belongs to the other engine.
        OutOfReach: If Dask is not installed.
    """
    match name:
        case "local":
            if scheduler is not None:
                raise typer.BadParameter("--scheduler goes with --engine dask")
            return LocalEngine(workers)
        case "dask":
            if scheduler is None:
                raise typer.BadParameter(
                    "--engine dask needs --scheduler, as --scheduler tcp://127.0.0.1:8786"
                )
            if workers is not None:
                raise typer.BadParameter(
                    "--workers goes with --engine local; a cluster has the workers it has"
                )
            return _dask_engine(scheduler)


def _dask_engine(scheduler: str) -> Engine:
    try:
        from gaptracker.workflows.engines.dask_cluster import DaskEngine  # noqa: PLC0415
    except ImportError as error:
        raise OutOfReach(
            f"the Dask engine is not installed ({error}); install the extra: "
            "pip install 'gaptracker[cluster]'"
        ) from error
    return DaskEngine(scheduler)
