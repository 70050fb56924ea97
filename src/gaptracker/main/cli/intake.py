"""`gaptracker intake`: what the operator does by hand: tidy up, and legal holds."""

import secrets
from typing import Annotated

import typer

from gaptracker.main.cli.principals import records
from gaptracker.main.cli.stores import settings_in_force
from gaptracker.main.cli.tables import plain_table
from gaptracker.main.cli.teaching import help_of
from gaptracker.main.cli.terminal import show, talk
from gaptracker.main.intake import present
from gaptracker.main.keeping import tidy_all, what_is_due
from gaptracker.records.blob_store import BlobStore
from gaptracker.records.key_files import content_box_of
from gaptracker.records.schema import open_database
from gaptracker.records.unit_of_work import UnitOfWork
from gaptracker.workflows.keep_or_erase import FIELDS, Promise
from gaptracker.workflows.legal_hold import hold_submission

DryRunOption = Annotated[
    bool, typer.Option("--dry-run", help="Only say what is due; nothing is changed.")
]
SubmissionArgument = Annotated[str, typer.Argument(help="A submission's id.", metavar="SUBMISSION")]
ReasonOption = Annotated[str, typer.Option("--reason", help="Why; those who review it read it.")]
LiftOption = Annotated[bool, typer.Option("--lift", help="Lift the hold instead.")]

intake_app = typer.Typer(no_args_is_help=True, help="Keep or erase what organisations sent.")


def tidy_command(dry_run: DryRunOption = False) -> None:
    """Warn of old drafts, and erase what was promised to go; safe to run at any time.

    The server's worker does the same every hour.

    Examples:
        gaptracker intake tidy --dry-run
        gaptracker intake tidy
    """
    settings = settings_in_force()
    engine = open_database(settings.resolved_database_url)
    box = content_box_of(settings.resolved_content_key_file, secrets.token_bytes)
    promise = Promise(content_days=settings.erase_after_days)

    def open_work(reads_only: bool) -> UnitOfWork:
        return UnitOfWork(engine, read_only=reads_only, box=box)

    try:
        if dry_run:
            done = what_is_due(open_work, present, promise)
        else:
            blobs = BlobStore(settings.resolved_blobs_url)
            done = tidy_all(open_work, blobs, present, promise)
    finally:
        engine.dispose()
    table = plain_table("due" if dry_run else "done", "count", numbers=("count",))
    for each in FIELDS:
        table.add_row(each.name.replace("_", " "), f"{getattr(done, each.name):,}")
    show(table)


def hold_command(
    submission: SubmissionArgument, reason: ReasonOption, *, lift: LiftOption = False
) -> None:
    """Put a submission under a legal hold, or lift it; meanwhile nothing of it is erased.

    Examples:
        gaptracker intake hold sub_aaaaaaaaaaaaaaaaaaaaaaaaaa --reason "Court order 12"
        gaptracker intake hold sub_aaaaaaaaaaaaaaaaaaaaaaaaaa --lift --reason "Order lifted"
    """
    with records() as work:
        hold_submission(submission, reason, work, present(), lift=lift)
        work.commit()
    talk(f"{submission} is {'no longer ' if lift else ''}under a legal hold")


intake_app.command("tidy", help=help_of(tidy_command))(tidy_command)
intake_app.command("hold", help=help_of(hold_command))(hold_command)
