"""Options that several commands share."""

from typing import Annotated, Literal

import typer

ActorArgument = Annotated[
    str, typer.Argument(help="Actor's code, as MEX, US-CO, EUU or UNODC.", metavar="ACTOR")
]
ThemeOption = Annotated[
    str | None, typer.Option(help="One theme, as death_penalty; all if left out.")
]
ReleaseOption = Annotated[
    str | None,
    typer.Option(
        "--release",
        help="Release to read, as `gaptracker release list` names it; the current one if left out.",
        metavar="ID",
    ),
]
TableFormatOption = Annotated[
    Literal["table", "csv", "json"],
    typer.Option("--format", help="A table to read, or CSV or JSON with unrounded figures."),
]
YearsOption = Annotated[
    str | None,
    typer.Option(
        "--year",
        help="One year, a span as 2007-2022, or `all`; the newest year if left out.",
        metavar="YEAR",
    ),
]
