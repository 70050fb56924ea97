"""`gaptracker db upgrade` and `gaptracker load-reference`: the records and what is in them."""

from collections.abc import Mapping
from datetime import UTC, datetime
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Annotated

import typer

import gaptracker
from gaptracker.intake.reference_files import load_reference_files, packaged_reference
from gaptracker.main.cli.figures import count
from gaptracker.main.cli.methodologies import newest_methodology
from gaptracker.main.cli.stores import settings_in_force
from gaptracker.main.cli.tables import plain_table
from gaptracker.main.cli.teaching import help_of
from gaptracker.main.cli.terminal import progress, show, talk
from gaptracker.records.repositories import Changes
from gaptracker.records.revisions import RevisionStamp
from gaptracker.records.schema import open_database
from gaptracker.records.unit_of_work import UnitOfWork
from gaptracker.workflows.load_reference import LoadOutcome, load_reference
from gaptracker.workflows.migrate_database import Migration, migrate_database

FolderOption = Annotated[
    Path | None,
    typer.Option(
        help="Folder of reference data in the package's format; the package's own if left out.",
        metavar="FOLDER",
    ),
]

database_app = typer.Typer(no_args_is_help=True, help="Make or upgrade the database.")


def upgrade_command() -> None:
    """Make the database, or bring its schema to this program's; safe to run twice.

    The database is the one that GAPTRACKER_DATABASE_URL names, otherwise an SQLite file in
    GAPTRACKER_DATA_DIR. There is no way back: a downgrade would throw evidence away.

    Examples:
        gaptracker db upgrade
        GAPTRACKER_DATABASE_URL=postgresql://gaptracker@localhost/gaptracker gaptracker db upgrade
    """
    talk(told_migration(upgrade()))


def upgrade() -> Migration:
    """Make or upgrade the database that the settings name.

    Raises:
        SchemaMismatch: If a newer program made its schema.
    """
    return migrate_database(settings_in_force().resolved_database_url)


def told_migration(migration: Migration) -> str:
    """Return what a migration did, as a sentence."""
    if not migration.changed:
        return f"the database is at schema {migration.after} already."
    if migration.before is None:
        return f"made the database at schema {migration.after}."
    return f"upgraded the database from schema {migration.before} to {migration.after}."


def load_reference_command(folder: FolderOption = None) -> None:
    """Load the reference data that travel in the package into the database.

    Everything is checked before anything is written. What changed is added as a new revision,
    what is gone is withdrawn; a second load of the same data writes nothing.

    Examples:
        gaptracker load-reference
        gaptracker load-reference --folder my-reference
    """
    outcome = load(folder if folder is not None else packaged_reference())
    show_changes(outcome.changes)
    talk(told_load(outcome))


def load(folder: Traversable | Path) -> LoadOutcome:
    """Load a reference folder into the database that the settings name.

    Args:
        folder: Holds `manifest.json` and the files it names.

    Raises:
        ReferenceDataError: If anything in the folder is wrong; nothing is written then.
        SchemaMismatch: If there is no database, or its schema is not this program's.
    """
    reference = load_reference_files(folder, newest_methodology())
    stamp = RevisionStamp(
        recorded_at=datetime.now(UTC),
        recorded_by=f"gaptracker {gaptracker.__version__} load-reference",
        reason=f"reference data as of {reference.evidence.as_of}",
    )
    engine = open_database(settings_in_force().resolved_database_url)
    try:
        with progress() as report, UnitOfWork(engine) as work:
            outcome = load_reference(
                reference.evidence,
                work,
                stamp=stamp,
                manifest_sha256=reference.manifest_sha256,
                progress=lambda kind, done, total: report(f"loading {kind}", done, total),
            )
            work.commit()
    finally:
        engine.dispose()
    return outcome


def told_load(outcome: LoadOutcome) -> str:
    """Return what a load did, as a sentence."""
    if outcome.written_count == 0:
        return f"the reference data as of {outcome.dataset.as_of} were loaded already."
    return (
        f"loaded the reference data as of {outcome.dataset.as_of}: "
        f"{count(outcome.written_count, 'revision')} written."
    )


def show_changes(changes: Mapping[str, Changes]) -> None:
    """Print how many values of each kind were added, changed, withdrawn and left alone."""
    columns = ("added", "changed", "withdrawn", "unchanged")
    table = plain_table("kind", *columns, numbers=columns)
    for kind, change in changes.items():
        counts = (
            change.added_count,
            change.changed_count,
            change.withdrawn_count,
            change.unchanged_count,
        )
        table.add_row(kind, *(f"{number:,}" for number in counts))
    show(table)


database_app.command("upgrade", help=help_of(upgrade_command))(upgrade_command)
