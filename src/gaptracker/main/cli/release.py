"""`gaptracker release`: cut, list, verify and export frozen releases."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Literal

import typer

from gaptracker.domain.results import CheckResult
from gaptracker.main.cli.announcing import announce
from gaptracker.main.cli.engine_options import (
    EngineOption,
    SchedulerOption,
    WorkersOption,
    engine_of,
)
from gaptracker.main.cli.errors import NothingThere
from gaptracker.main.cli.evidence import read_marked_evidence
from gaptracker.main.cli.figures import count
from gaptracker.main.cli.listed_runs import ListedRun, runs_here
from gaptracker.main.cli.methodologies import newest_methodology
from gaptracker.main.cli.readers import UrlOption
from gaptracker.main.cli.release_diff import diff_command
from gaptracker.main.cli.stores import NO_RELEASE, open_store
from gaptracker.main.cli.tables import releases_table
from gaptracker.main.cli.teaching import help_of
from gaptracker.main.cli.terminal import Stopwatch, progress, show, talk, write
from gaptracker.records.release_store import ReleaseStore
from gaptracker.release.documents import plain, write_json
from gaptracker.workflows.calibrate import calibrate_file, gold_codings, uncoded_calibration
from gaptracker.workflows.cut_release import CutOutcome, CutPlan, cut_release
from gaptracker.workflows.engines import Engine
from gaptracker.workflows.engines.local import LocalEngine, usable_cores
from gaptracker.workflows.export_release import export_release
from gaptracker.workflows.read_evidence import waiting_items

IdArgument = Annotated[
    str | None,
    typer.Argument(
        help="Release, as `release list` names it; the current one if left out.", metavar="ID"
    ),
]
FolderArgument = Annotated[
    Path, typer.Argument(help="Where to write; must not exist yet, or be empty.", metavar="FOLDER")
]
AgainOption = Annotated[
    bool,
    typer.Option(
        "--again", help="Score even if this release is there, to prove that the bytes are the same."
    ),
]

CalibrationOption = Annotated[
    Path | None,
    typer.Option(
        "--calibration",
        help="CSV of coded vignettes, as `gaptracker calibrate` takes it.",
        metavar="FILE",
        exists=True,
        dir_okay=False,
    ),
]
GoldOption = Annotated[
    Path | None,
    typer.Option(
        "--gold",
        help="CSV of real items whose rung people agreed on: item, theme, rung.",
        metavar="FILE",
        exists=True,
        dir_okay=False,
    ),
]
ListFormatOption = Annotated[
    Literal["table", "json"],
    typer.Option("--format", help="A table to read, or JSON; an empty list if there is none."),
]

release_app = typer.Typer(
    no_args_is_help=True, help="Cut, list, verify, compare and export releases."
)


def cut_command(
    again: AgainOption = False,
    *,
    engine: EngineOption = "local",
    workers: WorkersOption = None,
    scheduler: SchedulerOption = None,
    calibration: CalibrationOption = None,
    gold: GoldOption = None,
) -> None:
    """Score the evidence, freeze it as a release, check it and make it the current one.

    The same evidence and rules make the same release: if it is there already, it is verified
    and nothing is scored. Of a changed release only those cells are scored whose evidence
    changed. A run that misses a check is archived as failed, and the current release stays.
    Prints the release's id and its content hash. With coded vignettes each coder's own errors
    take the place of the default ones.

    Examples:
        gaptracker release cut
        gaptracker release cut --again --workers 1
        gaptracker release cut --engine dask --scheduler tcp://127.0.0.1:8786
        gaptracker release cut --calibration coded.csv
    """
    watch = Stopwatch()
    if gold is not None and calibration is None:
        raise typer.BadParameter("--gold goes with --calibration")
    outcome = cut(
        open_store(),
        again=again,
        engine=engine_of(engine, workers, scheduler),
        workers=workers,
        calibration=calibration,
        gold=gold,
    )
    if outcome.created:
        talk(
            f"frozen in {watch} as number {outcome.entry.number}; it is the current release now. "
            f"{scored_and_reused(outcome)}"
        )
    else:
        talk(f"this release was there already, verified in {watch}; it is the current one.")
    write(f"{outcome.entry.id} {outcome.entry.content_sha256}\n")


def scored_and_reused(outcome: CutOutcome) -> str:
    """Tell how many cells were scored, and how many taken over from the release before."""
    scored = f"{count(outcome.scored_cells, 'cell')} scored"
    if not outcome.reused_cells:
        return f"{scored}."
    return (
        f"{scored}; {count(outcome.reused_cells, 'cell')} taken over from the release before, "
        "whose evidence is unchanged."
    )


def cut(
    store: ReleaseStore,
    *,
    again: bool = False,
    engine: Engine | None = None,
    workers: int | None = None,
    calibration: Path | None = None,
    gold: Path | None = None,
) -> CutOutcome:
    """Cut a release of the evidence in the database, telling of progress and warnings.

    Args:
        store: Where releases are kept.
        again: Score even if the release is there, and everything.
        engine: Where cells are scored; on all cores of this machine if None.
        workers: How many processes write workbooks; one on each core if None.
        calibration: File of coded vignettes; without it every coder has the default errors.
        gold: File of items whose rung people agreed on.

    Raises:
        CodingsRefused: If the file of coded vignettes cannot be used.
        GoldRefused: If the file of gold items cannot be used.
        SchemaMismatch: If there is no database, or its schema is not this program's.
        NothingToScore: If no evidence was ever loaded.
        ReleaseCheckFailed: If the run missed a check; it is archived as failed.
        ReleaseCorrupt: If the release is there already and was changed.
        ClusterOutOfReach: If the engine's cluster does not answer.
        WorkersLost: If the engine lost its workers; nothing was kept then.
    """
    methodology = newest_methodology()
    read = read_marked_evidence()
    evidence = read.corrected.evidence
    for unfit in read.corrected.unfit:
        talk(f"warning: correction {unfit.id} of {unfit.record} is not applied: {unfit.why}")
    _tell_waiting(waiting_items(evidence))
    before = store.latest()
    checked = gold_codings(gold, evidence, methodology) if gold else ()
    known = (
        calibrate_file(calibration, methodology, checked)
        if calibration
        else uncoded_calibration(methodology)
    )
    with progress() as report:
        plan = CutPlan(
            engine=engine or LocalEngine(),
            calibration=known,
            again=again,
            workers=workers or usable_cores(),
            moment=datetime.now(UTC),
            progress=lambda done, total: report("scoring cells", done, total),
        )
        outcome = cut_release(evidence, methodology, store, plan)
    announce(outcome, before, read.marks, store)
    for warning in outcome.warnings:
        talk(f"warning: {_bound_passed(warning)}")
    return outcome


def _tell_waiting(waiting: int) -> None:
    if waiting:
        talk(
            f"{count(waiting, 'published item')} not counted yet, until two coders agree: "
            "`gaptracker coding queue`."
        )


def list_command(form: ListFormatOption = "table", *, url: UrlOption = None) -> None:
    """List every run that was ever kept, the newest first, failed ones too.

    A server lists what it published; failed runs stay with those who cut them.

    Examples:
        gaptracker release list
        gaptracker release list --format json
        gaptracker release list --url https://gaptracker.example
    """
    runs = _runs(url)
    if form == "json":
        write(write_json([plain(run) for run in runs]).decode())
        return
    if not runs:
        raise NothingThere(NO_RELEASE.format(store=url or open_store().url))
    show(releases_table(runs))


def _runs(url: str | None) -> list[ListedRun]:
    if url is None:
        return runs_here(open_store())
    from gaptracker.main.cli.remote import runs_there  # noqa: PLC0415  httpx takes its time

    return runs_there(url)


def verify_command(release: IdArgument = None) -> None:
    """Hash every file of a release again and hold it against its manifest and the index.

    Ends with code 7 if a byte differs from what was frozen.

    Examples:
        gaptracker release verify
        gaptracker release verify 2026-08-16-1f0c33ab
    """
    store = require_releases(open_store())
    entry = store.verify(release)
    manifest, provenance = store.manifest(entry)
    files = count(len(manifest.files), "file")
    write(f"{entry.id}: {files} and the manifest are as frozen ({entry.content_sha256})\n")
    if entry.downloads_sha256 is not None:
        taken = count(len(store.downloads.names(entry.downloads_sha256)) - 1, "file")
        write(f"{taken} to take away are as written at the cut ({entry.downloads_sha256})\n")
    came_in = count(len(provenance.submissions), "submission")
    write(f"evidence set {provenance.evidence_sha256}, with {came_in} in it\n")


def export_command(folder: FolderArgument, release: IdArgument = None) -> None:
    """Copy a release byte for byte, its tables as CSV, XLSX and NDJSON too, into a new folder.

    Examples:
        gaptracker release export for-the-archive
        gaptracker release export old 2026-08-16-1f0c33ab
    """
    store = require_releases(open_store())
    for path in export_release(store, folder, release):
        write(f"{path}\n")


def require_releases(store: ReleaseStore) -> ReleaseStore:
    """Return a store that holds a release.

    Raises:
        NothingThere: If none was ever published in it.
    """
    if store.latest() is None:
        raise NothingThere(NO_RELEASE.format(store=store.url))
    return store


def _bound_passed(check: CheckResult) -> str:
    return f"{check.name} is {check.found:.3g}, above {check.bound:.3g}: {check.reason}"


release_app.command("cut", help=help_of(cut_command))(cut_command)
release_app.command("list", help=help_of(list_command))(list_command)
release_app.command("verify", help=help_of(verify_command))(verify_command)
release_app.command("diff", help=help_of(diff_command))(diff_command)
release_app.command("export", help=help_of(export_command))(export_command)
