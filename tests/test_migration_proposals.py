"""Migration 0006 lets vocabularies grow and loses nothing of what the tables held."""

from collections.abc import Iterator

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import Engine, inspect, text
from sqlalchemy.exc import DBAPIError

from gaptracker.records.database import make_engine
from gaptracker.records.schema import migrations_folder
from gaptracker.workflows.migrate_database import migrate_database

BEFORE = "0004"
DAY = "2026-01-01 00:00:00"
STAMP = f"'{'a' * 64}', '{DAY}', 'sync:cnd', 'a sync'"


def chance(name: str, outcome: str) -> str:
    said = f"'MEX', 'cannabis', 'CND', '2023', '{outcome}'"
    return f"INSERT INTO opportunity VALUES ('{name}', 1, 'recorded', {STAMP}, {said})"


def sync(name: str, source: str) -> str:
    rest = f"'applied', '{DAY}', '{DAY}', false, 'p', '{{}}', '[]'"
    return f"INSERT INTO sync_run VALUES ('{name}', '{source}', {rest})"


ROWS = (
    "INSERT INTO actor_register (id) VALUES ('MEX')",
    chance("one", "silent"),
    sync("run", "cnd"),
)
NEW = (chance("two", "found_silent"), sync("run2", "statements"))


@pytest.fixture
def engine(empty_database_url: str) -> Iterator[Engine]:
    """A database at the schema before, with a row in each table that is changed."""
    found = make_engine(empty_database_url)
    with found.begin() as connection:
        config = Config()
        config.set_main_option("script_location", migrations_folder().as_posix())
        config.attributes["connection"] = connection
        command.upgrade(config, BEFORE)
        for row in ROWS:
            connection.execute(text(row))
    yield found
    found.dispose()


def refuses(engine: Engine, statement: str) -> bool:
    try:
        with engine.begin() as connection:
            connection.execute(text(statement))
    except DBAPIError:
        return True
    return False


def test_rows_indexes_and_guards_stay_and_new_words_are_taken(
    engine: Engine, empty_database_url: str
) -> None:
    indexes = inspect(engine).get_indexes("opportunity")
    assert indexes
    for row in NEW:
        assert refuses(engine, row)
    migrate_database(empty_database_url)
    with engine.connect() as connection:
        assert connection.execute(text("SELECT id, outcome FROM opportunity")).all() == [
            ("one", "silent")
        ]
        assert connection.execute(text("SELECT id FROM sync_run")).scalars().all() == ["run"]
    assert inspect(engine).get_indexes("opportunity") == indexes
    for row in NEW:
        assert not refuses(engine, row)
    assert refuses(engine, chance("three", "perhaps"))
    for table in ("opportunity", "sync_run"):
        assert refuses(engine, f"DELETE FROM {table}")
        assert refuses(engine, f"UPDATE {table} SET id = 'other'")
