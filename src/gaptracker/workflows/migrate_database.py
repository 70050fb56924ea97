"""Bring a database to the schema of this program."""

from dataclasses import dataclass

from gaptracker.records.database import make_engine
from gaptracker.records.schema import program_revision, upgrade_schema


@dataclass(frozen=True, slots=True, kw_only=True)
class Migration:
    """The schema revision before and after; `before` is None for a new database."""

    before: str | None
    after: str

    @property
    def changed(self) -> bool:
        """Say whether there was anything to do."""
        return self.before != self.after


def migrate_database(address: str) -> Migration:
    """Make a database, or upgrade its schema; safe to run twice and by two at once.

    Args:
        address: As in `GAPTRACKER_DATABASE_URL`. The folder of an SQLite file is made, too.

    Raises:
        InvalidValue: If the address is of neither SQLite nor PostgreSQL.
        SchemaMismatch: If a newer program made the schema, or others hold its tables.
    """
    engine = make_engine(address)
    try:
        before = upgrade_schema(engine)
    finally:
        engine.dispose()
    return Migration(before=before, after=program_revision())
