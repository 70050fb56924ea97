"""`gaptracker sync` and `gaptracker sources`: publishers' data, fetched and strictly read."""

import secrets
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Literal

import typer
from rich.table import Table

from gaptracker.domain.errors import GapTrackerError
from gaptracker.domain.syncing import RunState, Severity, SourceId, SyncIssue, SyncRun
from gaptracker.intake.addresses import OutgoingRules
from gaptracker.intake.connectors.base import MEBIBYTE, Connector
from gaptracker.intake.connectors.registry import CONNECTORS, connector_of
from gaptracker.intake.fetching import Fetcher, Pace
from gaptracker.intake.http import OutgoingLimits, make_client
from gaptracker.main.cli.figures import NOTHING, count
from gaptracker.main.cli.methodologies import newest_methodology
from gaptracker.main.cli.rows_out import write_json
from gaptracker.main.cli.stores import settings_in_force
from gaptracker.main.cli.tables import plain_table
from gaptracker.main.cli.teaching import help_of
from gaptracker.main.cli.terminal import show, show_whole, talk
from gaptracker.records.schema import open_database
from gaptracker.records.snapshot_store import SnapshotStore
from gaptracker.records.unit_of_work import UnitOfWork
from gaptracker.settings import Settings
from gaptracker.workflows.program import reader_sha256
from gaptracker.workflows.sync_source import SyncDesk, SyncPlan, sync_source

# A whole workbook over a slow line; a source that needs more is fetched by hand.
FETCH_SECONDS = 600.0
MOST_FETCHED_BYTES = 512 * MEBIBYTE
REDIRECTS = 5
ANY_PORT = range(1, 65_536)
SHOWN_RUNS = 10
DIGITS_OF_PROGRAM = 16

SourcesArgument = Annotated[
    list[str] | None, typer.Argument(help="Sources; all of them if left out.", metavar="SOURCE")
]
SourceArgument = Annotated[str, typer.Argument(help="The source.", metavar="SOURCE")]
SinceOption = Annotated[
    int | None, typer.Option(help="First year of interest.", min=1945, max=2100, metavar="YEAR")
]
DryOption = Annotated[bool, typer.Option("--dry-run", help="Compare and tell; apply nothing.")]
OfflineOption = Annotated[
    Path | None,
    typer.Option(help="Read files that were downloaded into this folder.", metavar="DIR"),
]
AgainOption = Annotated[bool, typer.Option("--again", help="Read also what did not change.")]
AcceptOption = Annotated[
    bool,
    typer.Option(
        "--accept-changes",
        help="Apply though more changed or vanished than the guard of the source allows.",
    ),
]
OlderOption = Annotated[
    bool,
    typer.Option("--allow-older", help="Apply though a newer release was applied before."),
]
FormatOption = Annotated[
    Literal["table", "json"], typer.Option("--format", help="A table to read, or JSON.")
]

sources_app = typer.Typer(no_args_is_help=True, help="The publishers, and what came of their data.")


class SourcesNotSynced(GapTrackerError):
    """A source could not be synced, or its sync was stopped."""


def sync_command(  # noqa: PLR0913  each is an option of the command line
    sources: SourcesArgument = None,
    *,
    since: SinceOption = None,
    dry_run: DryOption = False,
    offline: OfflineOption = None,
    again: AgainOption = False,
    accept_changes: AcceptOption = False,
    allow_older: OlderOption = False,
    form: FormatOption = "table",
) -> None:
    """Fetch publishers' data, read them strictly, and apply what changed.

    What arrives is kept as it came before it is read. Each source is applied whole in one
    transaction or not at all: a row that cannot be right is refused and told, a moved column, an
    empty answer or more changes than the source's guard allows stop it, and the old values stay.
    A second sync of the same data applies nothing. Exit status 1 if any source was not synced.

    Examples:
        gaptracker sync
        gaptracker sync world_bank --dry-run
        gaptracker sync unodc --offline downloads
    """
    runs = sync_all(
        [connector_of(name) for name in sources or ()] or _all(offline),
        SyncPlan(
            offline=offline,
            since=since,
            dry=dry_run,
            again=again,
            accept_changes=accept_changes,
            allow_older=allow_older,
            program=reader_sha256()[:DIGITS_OF_PROGRAM],
        ),
    )
    if form == "json":
        write_json(runs)
    else:
        show(runs_table(runs))
        for run in runs:
            tell(run)
    require_synced(runs)


def sync_all(connectors: Sequence[Connector], plan: SyncPlan) -> list[SyncRun]:
    """Sync sources one after the other, telling which is at work; one that fails stops no other."""
    runs = []
    for connector in connectors:
        talk(f"syncing {connector.about.title} …")
        with desk_for(connector) as desk:
            runs.append(sync_source(connector, desk, plan))
    return runs


def require_synced(runs: Sequence[SyncRun]) -> None:
    """Make sure that every source was synced.

    Raises:
        SourcesNotSynced: If one was not; names each.
    """
    bad = [run for run in runs if run.state in {RunState.FAILED, RunState.STOPPED}]
    if bad:
        named = ", ".join(f"{run.source.value} ({run.state.value})" for run in bad)
        raise SourcesNotSynced(f"nothing was applied of {named}; the values held before stay")


def sync_by_schedule(names: Sequence[str]) -> list[SyncRun]:
    """Sync the sources of these names, or all that can be asked, and apply what changed.

    Raises:
        UnknownName: If there is no source of a name.
        SourcesNotSynced: If one was not synced; the others are.
    """
    program = reader_sha256()[:DIGITS_OF_PROGRAM]
    connectors = [connector_of(name) for name in names] or _all(None)
    runs = sync_all(connectors, SyncPlan(program=program))
    require_synced(runs)
    return runs


def _all(offline: Path | None) -> list[Connector]:
    """Return every connector that can be asked; say which ones need files."""
    by_hand = [each.about.source.value for each in CONNECTORS.values() if each.about.by_hand]
    if offline is not None:
        return list(CONNECTORS.values())
    talk(f"left out, since they are read from downloaded files only: {', '.join(by_hand)}.")
    return [each for each in CONNECTORS.values() if not each.about.by_hand]


def list_command(form: FormatOption = "table") -> None:
    """List the sources: publisher, what they feed, and how their last sync ended.

    Examples:
        gaptracker sources list
        gaptracker sources list --format json
    """
    last = {}
    with read_records() as work:
        for source in CONNECTORS:
            last[source] = work.syncs.last(source)
    if form == "json":
        write_json(
            [
                {
                    "source": source.value,
                    "title": connector.about.title,
                    "licence": connector.about.licence,
                    "last_run": last[source],
                }
                for source, connector in CONNECTORS.items()
            ]
        )
        return
    table = plain_table("source", "publisher", "last sync", "state")
    for source, connector in CONNECTORS.items():
        run = last[source]
        table.add_row(
            source.value,
            connector.about.publisher,
            f"{run.started_at:%Y-%m-%d %H:%M}" if run else "never",
            run.state.value if run else NOTHING,
        )
    show(table)


def show_command(source: SourceArgument, form: FormatOption = "table") -> None:
    """Show a source: terms, indicators, guard, its last runs and what they met.

    Examples:
        gaptracker sources show world_bank
        gaptracker sources show unodc --format json
    """
    connector = connector_of(source)
    about = connector.about
    with read_records() as work:
        runs = work.syncs.load_runs(about.source, SHOWN_RUNS)
    if form == "json":
        write_json({"about": about, "runs": list(runs)})
        return
    table = plain_table("", "")
    table.show_header = False
    first, last = about.guard.years
    for name, value in (
        ("title", about.title),
        ("publisher", about.publisher),
        ("page", about.homepage),
        ("licence", about.licence),
        ("may be shown again", about.republish),
        ("feeds", ", ".join(about.indicators) or NOTHING),
        (
            "guard",
            (
                f"at least {about.guard.rows:,} rows and {about.guard.actors} actors, "
                f"years {first} to {last}; at most {about.guard.changed_share:.0%} may change and "
                f"{about.guard.vanished_share:.0%} vanish at once"
            ),
        ),
    ):
        table.add_row(name, value)
    show_whole(table)
    if not runs:
        talk("never synced.")
        return
    show(runs_table(runs))
    tell(runs[0])


def runs_table(runs: Sequence[SyncRun]) -> Table:
    """Return runs as a table to read."""
    counted = ("read", "refused", "left", "staged", "new", "changed", "gone")
    table = plain_table("source", "state", *counted, "started", numbers=counted)
    for run in runs:
        counts = run.counts
        numbers = (
            counts.rows_read,
            counts.rows_refused,
            counts.rows_left_over,
            counts.staged,
            counts.added,
            counts.changed,
            counts.withdrawn,
        )
        table.add_row(
            run.source.value,
            run.state.value,
            *(f"{number:,}" for number in numbers),
            f"{run.started_at:%m-%d %H:%M}",
        )
    return table


def tell(run: SyncRun) -> None:
    """Tell what a run met, the worst first; notes only as how many there are."""
    for severity in (Severity.STOP, Severity.WARNING):
        for issue in run.issues:
            if issue.severity is severity:
                talk(f"{severity.value}: {_in_words(issue)}")
    notes = [issue for issue in run.issues if issue.severity is Severity.NOTE]
    if notes:
        from_file = run.source is SourceId.STATEMENTS
        command = "statements runs" if from_file else f"sources show {run.source.value}"
        talk(
            f"{run.source.value}: {count(len(notes), 'note')}; "
            f"`gaptracker {command} --format json` has them all."
        )


def _in_words(issue: SyncIssue) -> str:
    more = f" (and {issue.count - 1:,} more like it)" if issue.count > 1 else ""
    return f"{issue.where}: {issue.detail} [{issue.kind.value}]{more}"


@contextmanager
def read_records() -> Iterator[UnitOfWork]:
    """Open a read-only unit of work on the database that the settings name."""
    engine = open_database(settings_in_force().resolved_database_url)
    try:
        with UnitOfWork(engine, read_only=True) as work:
            yield work
    finally:
        engine.dispose()


@contextmanager
def desk_for(connector: Connector) -> Iterator[SyncDesk]:
    """Open what a sync of one source works with."""
    settings = settings_in_force()
    engine = open_database(settings.resolved_database_url)
    limits = OutgoingLimits(
        seconds=FETCH_SECONDS, response_bytes=MOST_FETCHED_BYTES, redirects=REDIRECTS
    )
    try:
        with make_client(_rules(settings), limits, contact=settings.contact) as client:
            pace = Pace(
                seconds=connector.about.seconds_between_requests if not settings.sync_mirror else 0,
                monotonic=time.monotonic,
                sleep=time.sleep,
            )
            yield SyncDesk(
                snapshots=SnapshotStore(settings.resolved_snapshots_url),
                fetching=lambda folder: Fetcher(
                    client=client,
                    folder=folder,
                    pace=pace,
                    now=_now,
                    mirror=settings.sync_mirror,
                ),
                methodology=newest_methodology(),
                work=lambda: UnitOfWork(engine),
                now=_now,
                new_id=lambda: f"run_{secrets.token_hex(12)}",
            )
    finally:
        engine.dispose()


def _rules(settings: Settings) -> OutgoingRules:
    """Return where a sync may call: the public Internet, or the mirror that the operator set."""
    if settings.sync_mirror is None:
        return OutgoingRules()
    return OutgoingRules(schemes=frozenset({"http", "https"}), ports=ANY_PORT, allow_loopback=True)


def _now() -> datetime:
    return datetime.now(UTC)


sources_app.command("list", help=help_of(list_command))(list_command)
sources_app.command("show", help=help_of(show_command))(show_command)
