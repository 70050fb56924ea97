"""Databases at the program's schema: made once by its migrations, copied for every test.

A tenth of a second of migrations is nothing once and minutes in a suite that wants a new database
thousands of times. That the migrations themselves do what they should is tested on empty databases
(`empty_database_url`).
"""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from uuid import uuid4

import psycopg
from psycopg import sql
from sqlalchemy import Connection, Engine, delete
from sqlalchemy.engine import make_url

from gaptracker.records.database import OWNER_ONLY, make_engine, sqlite_file
from gaptracker.records.schema import database_revision
from gaptracker.records.tables import Row
from gaptracker.workflows.migrate_database import migrate_database

TEMPLATE = "template_of_tests"


def at_schema(url: str) -> None:
    """Do for a database of a test what `migrate_database` does, without migrating each anew."""
    engine = make_engine(url)
    try:
        file = sqlite_file(engine)
        if file is not None:
            _copy_unless_there(file)
            return
        with engine.connect() as connection:
            found = database_revision(connection)
    finally:
        engine.dispose()
    if found is None:
        migrate_database(url)


def _copy_unless_there(file: Path) -> None:
    if file.exists():
        return
    file.parent.mkdir(parents=True, exist_ok=True)
    # As the program makes it: for its owner alone.
    with os.fdopen(os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, OWNER_ONLY), "wb") as copy:
        copy.write(_migrated_file())


@cache
def _migrated_file() -> bytes:
    """The SQLite file that the migrations make, in this process's memory."""
    with tempfile.TemporaryDirectory(prefix="gaptracker-template-") as folder:
        file = Path(folder) / "records.sqlite3"
        migrate_database(f"sqlite:///{file}")
        assert [each.name for each in Path(folder).iterdir()] == [file.name], "a journal was left"
        return file.read_bytes()


def url_in(server_url: str, name: str) -> str:
    """SQLAlchemy's URL of a database on a PostgreSQL server, for psycopg 3."""
    url = make_url(server_url).set(drivername="postgresql+psycopg", database=name)
    return url.render_as_string(hide_password=False)


@cache
def _template_on(server_url: str) -> str:
    """The name of a database at the program's schema, which nobody is connected to."""
    with psycopg.connect(server_url, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(TEMPLATE)))
    migrate_database(url_in(server_url, TEMPLATE))
    return TEMPLATE


@contextmanager
def new_postgres(server_url: str, *, with_schema: bool = True) -> Iterator[str]:
    """A new database on a PostgreSQL server, at the program's schema or empty; its URL."""
    name = f"test_{uuid4().hex}"
    template = _template_on(server_url) if with_schema else "template1"
    create = sql.SQL("CREATE DATABASE {} TEMPLATE {}")
    with psycopg.connect(server_url, autocommit=True) as connection:
        connection.execute(create.format(sql.Identifier(name), sql.Identifier(template)))
        yield url_in(server_url, name)
        connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


@contextmanager
def migrated(url: str) -> Iterator[Engine]:
    """The engine of a database at the program's schema."""
    at_schema(url)
    engine = make_engine(url)
    try:
        yield engine
    finally:
        engine.dispose()


@contextmanager
def migrated_sqlite(folder: Path) -> Iterator[Engine]:
    """A new SQLite database in a folder."""
    with migrated(f"sqlite:///{folder / 'records.sqlite3'}") as engine:
        yield engine


@contextmanager
def migrated_postgres(server_url: str) -> Iterator[Engine]:
    """A new database on a PostgreSQL server."""
    with new_postgres(server_url) as url, migrated(url) as engine:
        yield engine


def empty(engine: Engine, *tables: str) -> None:
    """Take every row out of tables that may lose rows."""
    with engine.begin() as connection:
        for table in tables:
            connection.execute(delete(Row.metadata.tables[table]))


def rolled_back(engine: Engine) -> Iterator[Connection]:
    """A connection inside a transaction that is rolled back, whatever the test commits in it."""
    with engine.connect() as connection:
        transaction = connection.begin()
        yield connection
        transaction.rollback()
