"""Engines for the two databases: SQLite, in one file, and PostgreSQL."""

import contextlib
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from gaptracker.domain.errors import InvalidValue

SQLITE, POSTGRESQL = "sqlite", "postgresql"
DRIVERS = {
    "sqlite": "sqlite",
    "postgres": "postgresql+psycopg",
    "postgresql": "postgresql+psycopg",
    "postgresql+psycopg": "postgresql+psycopg",
}
EXAMPLES = "sqlite:///gaptracker.db or postgresql://user@host/gaptracker"
# A second writer waits for a whole load of the reference data, which takes some seconds.
BUSY_TIMEOUT_MS = 30_000
READ_ONLY = "gaptracker_read_only"
OWNER_ONLY = 0o600


def parse_database_url(text: str) -> URL:
    """Read a database's address.

    Raises:
        InvalidValue: If it names another database than SQLite in a file or PostgreSQL.

    Examples:
        >>> str(parse_database_url("postgresql://db/gaptracker"))
        'postgresql+psycopg://db/gaptracker'
    """
    try:
        url = make_url(text)
    except ArgumentError as error:
        raise InvalidValue(
            f"a database address that cannot be read; expected {EXAMPLES}"
        ) from error
    if url.drivername not in DRIVERS:
        raise InvalidValue(f"database {url.drivername!r} is not supported; expected {EXAMPLES}")
    if url.drivername == SQLITE and url.database in {None, "", ":memory:"}:
        raise InvalidValue(f"a database in memory is gone when it closes; expected {EXAMPLES}")
    return url.set(drivername=DRIVERS[url.drivername])


def make_engine(address: str) -> Engine:
    """Make the engine of a database; nothing is opened yet.

    Args:
        address: As in `GAPTRACKER_DATABASE_URL`.

    Raises:
        InvalidValue: If the address is of another database.
    """
    url = parse_database_url(address)
    if url.drivername == SQLITE:
        engine = create_engine(
            url, hide_parameters=True, connect_args={"timeout": BUSY_TIMEOUT_MS / 1000}
        )
        event.listen(engine, "do_connect", _make_private)
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine
    # A server that restarted is noticed before a unit of work starts, not in its midst. And in
    # either database, an error that reaches a log names the statement, never what it carried.
    return create_engine(url, hide_parameters=True, pool_pre_ping=True)


def sqlite_file(engine: Engine) -> Path | None:
    """Return the file of an SQLite database, None for PostgreSQL."""
    if engine.dialect.name != SQLITE or engine.url.database is None:
        return None
    return Path(engine.url.database)


def empty_journal(engine: Engine) -> bool:
    """Bring SQLite's write-ahead file into the database and cut it to nothing.

    Until then that file holds pages as they were before something in them was erased.

    Returns:
        False if a reader kept it from happening; it has to be done again then. True on
        PostgreSQL, whose journal is its own affair.
    """
    if engine.dialect.name != SQLITE:
        return True
    connection = engine.raw_connection()
    try:
        cursor = connection.cursor()
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        busy = cursor.fetchone()
        cursor.close()
    finally:
        connection.close()
    return busy is not None and busy[0] == 0


# SQLAlchemy's own types of what an event of its dialects is given.
def _make_private(
    _dialect: Any,  # noqa: ANN401
    _record: object,
    arguments: Sequence[Any],
    _named: object,
) -> None:
    """Make a new database's file for its owner alone, and with it the journals beside it.

    It names organisations and members, and holds the salts of the log's commitments. One that is
    there keeps the rights that its operator gave it.
    """
    with contextlib.suppress(OSError):
        os.close(os.open(arguments[0], os.O_CREAT | os.O_EXCL | os.O_WRONLY, OWNER_ONLY))


def _prepare_sqlite(connection: Any, _record: object) -> None:  # noqa: ANN401  DBAPI connection
    """Set what SQLite keeps for each connection, and readers beside one writer (WAL)."""
    # SQLAlchemy's `begin` event opens transactions below; the driver must not do it later.
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in (
        f"busy_timeout = {BUSY_TIMEOUT_MS}",
        "journal_mode = WAL",
        "synchronous = FULL",
        "foreign_keys = ON",
        # What is erased is overwritten in the file, not only taken out of the reckoning.
        "secure_delete = ON",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    """Take the write lock at once, or refuse all writing where a unit only reads.

    A transaction that reads first and writes later fails at once, whatever the timeout, when
    another one has written between.
    """
    reading = connection.get_execution_options().get(READ_ONLY, False)
    connection.exec_driver_sql(f"PRAGMA query_only = {'ON' if reading else 'OFF'}")
    connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")
