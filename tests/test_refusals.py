"""What the database refuses by itself, whoever asks: changes of the past, and impossible rows.

Both databases are made and filled once; each test's transaction is rolled back.
"""

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, func, insert, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError

from gaptracker.records.tables import Row
from gaptracker.records.unit_of_work import UnitOfWork
from gaptracker.workflows.load_reference import load_reference
from tests.migrated_databases import migrated_postgres, migrated_sqlite, rolled_back
from tests.small_evidence import EVIDENCE, MANIFEST, STAMP

TABLES = sorted(
    name
    for name, table in Row.metadata.tables.items()
    if "revision_status" in table.columns or name.endswith("_register") or name == "dataset"
)


@pytest.fixture(scope="module")
def sqlite_engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """An SQLite database that holds the small evidence."""
    with migrated_sqlite(tmp_path_factory.mktemp("shared")) as engine:
        fill(engine)
        yield engine


@pytest.fixture(scope="module")
def postgres_engine(postgres_server_url: str) -> Iterator[Engine]:
    """A PostgreSQL database that holds the small evidence."""
    with migrated_postgres(postgres_server_url) as engine:
        fill(engine)
        yield engine


@pytest.fixture(params=["sqlite", "postgres"])
def loaded(request: pytest.FixtureRequest) -> Iterator[Connection]:
    """A transaction on each database in turn; whatever it did is rolled back."""
    yield from rolled_back(request.getfixturevalue(f"{request.param}_engine"))


def fill(engine: Engine) -> None:
    with UnitOfWork(engine) as work:
        load_reference(EVIDENCE, work, stamp=STAMP, manifest_sha256=MANIFEST)
        work.commit()


def count(connection: Connection, table: str) -> int:
    rows = connection.execute(select(func.count()).select_from(Row.metadata.tables[table]))
    return int(rows.scalar_one())


@pytest.mark.parametrize("table", TABLES)
def test_rows_cannot_be_changed_or_removed(loaded: Connection, table: str) -> None:
    before = count(loaded, table)
    column = "id" if "id" in Row.metadata.tables[table].columns else "reason"
    changes = [f"UPDATE {table} SET {column} = 'other'", f"DELETE FROM {table}"]
    if loaded.dialect.name == "postgresql":
        changes.append(f"TRUNCATE {table} CASCADE")
    else:
        changes.append(f"INSERT OR REPLACE INTO {table} SELECT * FROM {table}")

    for change in changes:
        with (
            pytest.raises(DBAPIError, match=r"append-only: .* refused; add a revision"),
            loaded.begin_nested(),
        ):
            loaded.execute(text(change))

    assert before > 0
    assert count(loaded, table) == before


@pytest.mark.parametrize(
    ("table", "change"),
    [
        ("source", {"grade": 6}),
        ("source", {"revision_status": "maybe"}),
        ("source", {"revision": 0}),
        ("source", {"content_sha256": "abc"}),
        ("source", {"published_on": "20"}),
        ("source", {"title": None}),
        ("statement", {"mode": "threat"}),
        ("statement", {"actor": "XXX"}),
        ("statement", {"source": "hearsay"}),
        ("observation", {"category": "much"}),
        ("observation", {"status": "opaque"}),
        ("observation", {"value": None, "category": None}),
        ("coding", {"rung": 5}),
        ("measure", {"layer": "custom"}),
        ("opportunity", {"outcome": "missed"}),
    ],
)
def test_rows_that_cannot_be_right_are_refused(
    loaded: Connection, table: str, change: dict[str, Any]
) -> None:
    rows = Row.metadata.tables[table]
    newest = select(rows).order_by(rows.c.id.desc()).limit(1)
    sound = dict(loaded.execute(newest).mappings().one()) | {"revision": 2}

    with pytest.raises(IntegrityError), loaded.begin_nested():
        loaded.execute(insert(rows), [sound | change])
    loaded.execute(insert(rows), [sound])
