"""Migrated, empty databases that a whole test module shares; each test rolls its own work back."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import psycopg
from psycopg import sql
from sqlalchemy import Connection, Engine, delete
from sqlalchemy.engine import make_url

from gaptracker.records.database import make_engine
from gaptracker.records.tables import Row
from gaptracker.workflows.migrate_database import migrate_database


@contextmanager
def migrated(url: str) -> Iterator[Engine]:
    """The engine of a database at the program's schema."""
    migrate_database(url)
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
    """A new database on a PostgreSQL server; it goes when the server goes."""
    name = f"shared_{uuid4().hex}"
    with psycopg.connect(server_url, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    url = make_url(server_url).set(database=name)
    with migrated(url.render_as_string(hide_password=False)) as engine:
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
