"""A sync that dies anywhere, and is run again: the same records as if it had run once."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from gaptracker.domain.syncing import RunState
from gaptracker.records.schema import open_database
from tests.migrated_databases import at_schema
from tests.publisher_world import Given, publishing
from tests.sync_world import Syncs, open_syncs, record_actors
from tests.test_sync import FORCES, FewStates, serve_all, serve_spending, url_of

MOST_SECONDS = 120.0
STATES = ["AND", "ARG", "AUS", "BOL", "BRA", "CAN", "CHL", "COL", "DEU", "ESP", "FRA", "MEX"]
# The child stands still at a statement, or before it commits, until it is killed there.
CHILD = """
import itertools, signal, sys
from pathlib import Path
from sqlalchemy import event
from gaptracker.records.schema import open_database
from tests.publisher_world import Publishers
from tests.sync_world import open_syncs
from tests.test_sync import FewStates

database, folder, port, stop, marker = sys.argv[1:]

def stand_still():
    Path(marker).touch()
    while True:
        signal.pause()

engine = open_database(database)
if stop == "COMMIT":
    @event.listens_for(engine, "commit")
    def committing(connection):
        stand_still()
elif stop:
    @event.listens_for(engine, "before_cursor_execute")
    def executing(connection, cursor, statement, parameters, context, executemany):
        if statement.startswith(stop):
            stand_still()

with open_syncs(engine, Path(folder), Publishers(port=int(port))) as syncs:
    # Another process counts its runs elsewhere.
    syncs._ids = itertools.count(600)
    syncs.sync(FewStates(), again=True)
"""
Content = dict[str, list[tuple[object, ...]]]
EVIDENCE = "SELECT id, revision, revision_status, recorded_by, content_sha256 FROM {} ORDER BY 1, 2"
RUNS = "SELECT source, state, counts, program FROM sync_run ORDER BY started_at"


@pytest.fixture(scope="module")
def once(tmp_path_factory: pytest.TempPathFactory) -> Content:
    """What one sync that nobody kills writes into records of its own."""
    folder = tmp_path_factory.mktemp("once")
    address = f"sqlite:///{(folder / 'once.sqlite3').as_posix()}"
    at_schema(address)
    engine = open_database(address)
    record_actors(engine)
    try:
        with publishing() as publishers, open_syncs(engine, folder, publishers) as found:
            serve_all(found, STATES)
            assert found.sync(FewStates()).state is RunState.APPLIED
            return content(engine)
    finally:
        engine.dispose()


@pytest.fixture
def records(database_url: str) -> Iterator[Engine]:
    at_schema(database_url)
    engine = open_database(database_url)
    record_actors(engine)
    yield engine
    engine.dispose()


@pytest.fixture
def syncs(records: Engine, tmp_path: Path) -> Iterator[Syncs]:
    with publishing() as publishers, open_syncs(records, tmp_path, publishers) as found:
        serve_all(found, STATES)
        yield found


def content(engine: Engine) -> Content:
    """Everything that a sync writes, without the times at which it did."""
    with engine.connect() as connection:
        return {
            name: [tuple(row) for row in connection.execute(text(query))]
            for name, query in (
                ("observation", EVIDENCE.format("observation")),
                ("source", EVIDENCE.format("source")),
                ("run", RUNS),
            )
        }


def kept(syncs: Syncs) -> dict[str, bytes]:
    folder = syncs.folder / "snapshots"
    return {each.name: each.read_bytes() for each in folder.rglob("*") if each.is_file()}


def start(syncs: Syncs, stop: str, marker: Path) -> subprocess.Popen[bytes]:
    assert isinstance(syncs.records, Engine)
    url = syncs.records.url.render_as_string(hide_password=False)
    return subprocess.Popen(
        [
            *(sys.executable, "-c", CHILD, url, str(syncs.folder)),
            *(str(syncs.publishers.port), stop, str(marker)),
        ],
        # What a killed process was about to remove lies there.
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "TMPDIR": str(syncs.folder)},
    )


def kill_at(syncs: Syncs, stop: str, marker: Path) -> None:
    """Let a process sync until it stands at a statement, and kill it there."""
    process = start(syncs, stop, marker)
    until = time.monotonic() + MOST_SECONDS
    try:
        while not marker.exists():
            assert process.poll() is None, "the process ended before it came there"
            assert time.monotonic() < until, "the process never came there"
            time.sleep(0.02)
    finally:
        os.kill(process.pid, signal.SIGKILL)
        process.wait()


STOPS = [
    pytest.param("INSERT INTO source ", id="first-source"),
    pytest.param("INSERT INTO observation ", id="first-observation"),
    pytest.param("INSERT INTO sync_run ", id="record-of-the-run"),
    pytest.param("COMMIT", id="commit"),
]


@pytest.mark.parametrize("stop", STOPS)
def test_a_sync_killed_in_the_middle_has_written_nothing_and_is_repeated_whole(
    syncs: Syncs, records: Engine, tmp_path: Path, once: Content, stop: str
) -> None:
    before = content(records)
    kill_at(syncs, stop, tmp_path / "there")
    assert content(records) == before
    assert syncs.sync(FewStates()).state is RunState.APPLIED
    repeated, snapshots = content(records), kept(syncs)
    assert repeated == once
    # The bytes that arrived the first time are the same files, and no others lie beside them.
    assert len(snapshots) == len({each.sha256 for each in syncs.sync(FewStates()).snapshots})


@pytest.mark.parametrize("stop", STOPS[-1:])
def test_what_was_held_stands_when_a_later_sync_is_killed(
    syncs: Syncs, records: Engine, tmp_path: Path, stop: str
) -> None:
    syncs.sync(FewStates())
    before = content(records)
    serve_spending(syncs, STATES[1:], 1.6)
    kill_at(syncs, stop, tmp_path / "there")
    assert content(records) == before
    run = syncs.sync(FewStates(), accept_changes=True)
    assert run.state is RunState.APPLIED, run.issues
    # Of one state nothing came, and of the others another value.
    assert (run.counts.withdrawn, run.counts.changed) == (6, 6 * len(STATES[1:]))


def test_a_sync_killed_while_an_answer_comes_has_written_nothing(
    syncs: Syncs, records: Engine, tmp_path: Path, once: Content
) -> None:
    before = content(records)
    asked, killed = threading.Event(), threading.Event()
    address = url_of(FORCES).partition("://")[2]
    whole = syncs.publishers.answers[address]
    assert isinstance(whole, Given)

    def half(_: BaseHTTPRequestHandler) -> Given:
        asked.set()
        killed.wait(MOST_SECONDS)
        return Given(body=whole.body, sent=100)

    syncs.publishers.first[address] = [half]
    process = start(syncs, "", tmp_path / "never")
    try:
        assert asked.wait(MOST_SECONDS), "the process never asked"
    finally:
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        killed.set()
    assert content(records) == before
    assert syncs.sync(FewStates()).state is RunState.APPLIED
    assert content(records) == once
