"""The database's schema: which revision it is at, and how it gets to this program's.

Looking needs no Alembic, which a server that only looks would carry for good.
"""

from importlib.resources import files
from pathlib import Path

from sqlalchemy import Connection, Engine, inspect, text
from sqlalchemy.exc import DBAPIError

from gaptracker.domain.errors import SchemaMismatch
from gaptracker.records.database import POSTGRESQL, make_engine, sqlite_file

# Long enough for a running request to end; a migration that waits longer would make
# everybody behind it wait too.
LOCK_TIMEOUT_MS = 10_000
# Any constant will do, as long as nothing else in the database takes the same one.
UPGRADE_LOCK = 7_342_002
# A migration's file is `<year>_<month>_<day>_<revision>_<what it does>.py`.
REVISION_PART = 3


def migrations_folder() -> Path:
    """Return the folder of the migrations: in the package, or beside `src` in a checkout.

    Raises:
        SchemaMismatch: If neither is there, as in a broken installation.
    """
    package = Path(str(files("gaptracker")))
    for folder in (package / "migrations", package.parents[1] / "migrations"):
        if (folder / "env.py").is_file():
            return folder
    raise SchemaMismatch(
        "the migrations are not part of this installation of gaptracker; install it again"
    )


def program_revision() -> str:
    """Return the schema revision that this program works with: the last of the migrations."""
    return max(known_revisions())


def known_revisions() -> frozenset[str]:
    """Return every schema revision that this program knows, by the names of the migrations."""
    versions = (migrations_folder() / "versions").glob("[0-9]*.py")
    return frozenset(version.name.split("_")[REVISION_PART] for version in versions)


def database_revision(connection: Connection) -> str | None:
    """Return the schema revision of a database, None if it has none yet."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    found = connection.execute(text("SELECT version_num FROM alembic_version")).scalars()
    return ", ".join(sorted(found)) or None


def describe_mismatch(found: str | None, *, expected: str, known: frozenset[str]) -> str | None:
    """Say what is wrong with a database's schema and what to do, or None if nothing is.

    Examples:
        >>> describe_mismatch("0002", expected="0002", known=frozenset({"0001", "0002"}))
        >>> describe_mismatch(None, expected="0002", known=frozenset())
        'has no schema; expected revision 0002: run `gaptracker db upgrade`'
    """
    if found == expected:
        return None
    if found is None:
        return f"has no schema; expected revision {expected}: run `gaptracker db upgrade`"
    if found in known:
        return (
            f"is at schema revision {found}, older than the {expected} this program expects: "
            "run `gaptracker db upgrade`"
        )
    return (
        f"is at schema revision {found}, which this program does not know; expected {expected}: "
        "a newer gaptracker made it, so upgrade the program"
    )


def check_schema(engine: Engine) -> None:
    """Make sure that a database has the schema this program works with.

    Raises:
        SchemaMismatch: If it has none, an older one or a newer one, or cannot be read; says
            what to do.
    """
    file = sqlite_file(engine)
    if file is not None and not file.is_file():
        # Connecting would make an empty file, and the next reader would wonder at it.
        raise SchemaMismatch(f"there is no database {file}; run `gaptracker db upgrade` to make it")
    try:
        with engine.connect() as connection:
            found = database_revision(connection)
    except DBAPIError as error:
        raise SchemaMismatch(
            f"database {_shown(engine)} could not be read ({error.orig}); see that it runs and "
            "that the address is of a gaptracker database"
        ) from error
    problem = describe_mismatch(found, expected=program_revision(), known=known_revisions())
    if problem is not None:
        raise SchemaMismatch(f"database {_shown(engine)} {problem}")


def open_database(address: str) -> Engine:
    """Make the engine of a database and check its schema.

    Raises:
        InvalidValue: If the address is of neither SQLite nor PostgreSQL.
        SchemaMismatch: If the schema is not the one this program works with.
    """
    engine = make_engine(address)
    try:
        check_schema(engine)
    except BaseException:
        engine.dispose()
        raise
    return engine


def upgrade_schema(engine: Engine, *, lock_timeout_ms: int = LOCK_TIMEOUT_MS) -> str | None:
    """Bring a database to this program's schema in one transaction; make it if need be.

    Safe to run twice, and by two processes at once: the second waits and finds nothing to do.
    There is no way back: a downgrade would have to throw evidence away.

    Args:
        engine: The database.
        lock_timeout_ms: How long PostgreSQL may wait for a lock that someone else holds.

    Returns:
        The revision that the database was at before, None if it had none.

    Raises:
        SchemaMismatch: If a newer program made the schema, others hold its tables, or the
            database cannot be reached.
    """
    file = sqlite_file(engine)
    if file is not None:
        file.parent.mkdir(parents=True, exist_ok=True)
    try:
        with engine.begin() as connection:
            return _upgrade(connection, lock_timeout_ms)
    except DBAPIError as error:
        raise SchemaMismatch(
            f"database {_shown(engine)} could not be upgraded ({error.orig}); nothing was "
            "changed: see that it runs and nothing else holds its tables, then run "
            "`gaptracker db upgrade` again"
        ) from error


def _upgrade(connection: Connection, lock_timeout_ms: int) -> str | None:
    """Run the migrations that are still to run, inside the connection's transaction."""
    if connection.dialect.name == POSTGRESQL:
        connection.execute(text(f"SET LOCAL lock_timeout = {lock_timeout_ms:d}"))
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": UPGRADE_LOCK})
    before = database_revision(connection)
    if before is not None and before not in known_revisions():
        problem = describe_mismatch(before, expected=program_revision(), known=known_revisions())
        raise SchemaMismatch(f"database {_shown(connection.engine)} {problem}")
    _migrate(connection)
    return before


def _migrate(connection: Connection) -> None:
    from alembic import command  # noqa: PLC0415  eleven megabytes, for this alone
    from alembic.config import Config  # noqa: PLC0415

    config = Config()  # there is no `alembic.ini`
    config.set_main_option("script_location", str(migrations_folder()).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    command.upgrade(config, program_revision())


def _shown(engine: Engine) -> str:
    """Write a database's address without its password."""
    return engine.url.render_as_string(hide_password=True)
