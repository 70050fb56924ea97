"""A worker that dies anywhere in a batch, and two at one: every line exactly once."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from gaptracker.main.batches import write_batches
from tests.batch_world import BatchWorld, batch_world, measure
from tests.test_batches import assert_log_is_whole

LINES, ROUNDS, MOST_SECONDS = 1_400, 4, 60.0
WORKER = """
from gaptracker.main.batches import write_batches
from gaptracker.main.cli.stores import settings_in_force
from gaptracker.main.intake import make_desk
from gaptracker.records.database import make_engine
settings = settings_in_force()
desk = make_desk(settings, make_engine(settings.resolved_database_url))
while write_batches(desk):
    pass
"""


@pytest.fixture
def world(database_url: str, tmp_path: Path) -> Iterator[BatchWorld]:
    with batch_world(database_url, tmp_path) as made:
        yield made


def start_worker(world: BatchWorld) -> subprocess.Popen[bytes]:
    """A worker in a process of its own, on the same records and keys."""
    environment = {
        **os.environ,
        "GAPTRACKER_DATA_DIR": str(world.settings.data_dir),
        "GAPTRACKER_DATABASE_URL": world.settings.resolved_database_url,
        "GAPTRACKER_LOG_LEVEL": "error",
        "PYTHONPATH": os.pathsep.join(sys.path),
    }
    return subprocess.Popen([sys.executable, "-c", WORKER], env=environment)


def read_count(world: BatchWorld, job: str) -> int:
    with world.desk.open_work(True) as work:
        found = work.jobs.find(job)
    assert found is not None
    return found.read_count


def wait_for(world: BatchWorld, job: str, *, beyond: int) -> None:
    """Wait until a job has read more lines than before, as another process works on it."""
    until = time.monotonic() + MOST_SECONDS
    while read_count(world, job) <= beyond:
        assert time.monotonic() < until, "the worker does nothing"
        time.sleep(0.002)


def test_a_killed_worker_leaves_off_between_two_lines(world: BatchWorld) -> None:
    documents = [measure(f"K-{number}", submit=number % 3 == 0) for number in range(LINES)]
    job = world.sent(*documents)
    logged = world.count("log_leaf")
    for turn in range(ROUNDS):
        before = read_count(world, job)
        worker = start_worker(world)
        try:
            wait_for(world, job, beyond=before)
            # Not always at the same place between two commits.
            time.sleep(0.013 * turn)
        finally:
            os.kill(worker.pid, signal.SIGKILL)
            worker.wait()
        results = world.results(job)
        assert [each["line"] for each in results] == list(range(1, len(results) + 1))
        assert len(results) == world.count("submission") == world.count("submission_revision")
        assert_log_is_whole(world)
    world.work()
    ended = world.job(job)
    assert ended["state"] == "succeeded"
    assert ended["counts"] == {"read": LINES, "created": LINES, "unchanged": 0, "failed": 0}
    refs = Counter(each["client_ref"] for each in world.results(job))
    assert refs == Counter(each["client_ref"] for each in documents)
    submitted = sum(each["submit"] for each in documents)
    assert world.count("submission") == LINES
    assert world.count("log_leaf") == logged + LINES + submitted
    assert world.count("outbox_event") == submitted + 1
    assert world.count("job_input") == 0
    assert_log_is_whole(world)
    again = world.sent(*documents)
    world.work()
    assert world.job(again)["counts"]["unchanged"] == LINES


def test_a_worker_killed_in_an_atomic_batch_has_written_nothing(world: BatchWorld) -> None:
    job = world.sent(*[measure(f"A-{number}") for number in range(LINES)], query="?mode=atomic")
    logged = world.count("log_leaf")
    for turn in range(3):
        worker = start_worker(world)
        # Beyond the start of the interpreter, at different places of the one transaction.
        time.sleep(1.0 + 0.3 * turn)
        os.kill(worker.pid, signal.SIGKILL)
        worker.wait()
        counts = {world.count("submission"), world.count("log_leaf") - logged}
        assert counts in ({0}, {LINES})
    world.work()
    assert world.job(job)["counts"]["created"] == LINES
    assert (world.count("submission"), world.count("job_line")) == (LINES, LINES)
    assert_log_is_whole(world)


def test_two_workers_at_one_job_do_each_line_once(world: BatchWorld) -> None:
    job = world.sent(*[measure(f"T-{number}") for number in range(LINES)])
    failed: list[BaseException] = []

    def work() -> None:
        try:
            while world.job(job)["state"] in {"queued", "running"}:
                write_batches(world.desk)
        except BaseException as error:  # noqa: BLE001  told by the test's own thread
            failed.append(error)

    workers = [threading.Thread(target=work) for _ in range(2)]
    for each in workers:
        each.start()
    for each in workers:
        each.join()
    assert failed == []
    assert [each["line"] for each in world.results(job)] == list(range(1, LINES + 1))
    assert world.count("submission") == LINES
    assert_log_is_whole(world)
