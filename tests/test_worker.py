"""The worker: each chore in its own thread, one failure is not the end; and as a process."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from gaptracker.main import worker as module
from gaptracker.main.chores import readiness
from gaptracker.main.worker import Worker
from gaptracker.records.database import make_engine
from gaptracker.workflows.migrate_database import migrate_database

PROGRAM = Path(sys.executable).parent / "gaptracker"


@pytest.fixture
def brisk(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pauses that a test can wait for."""
    monkeypatch.setattr(module, "IDLE_SECONDS", 0.01)
    monkeypatch.setattr(module, "AFTER_FAILURE_SECONDS", 0.05)


def until(true: Callable[[], bool], seconds: float = 60) -> None:
    ends = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < ends, "it did not come about"
        time.sleep(0.01)


@pytest.mark.usefixtures("brisk")
def test_a_chore_that_hangs_keeps_no_other_waiting() -> None:
    hangs, done = threading.Event(), []

    def hang() -> bool:
        return hangs.wait(60)

    def work() -> bool:
        done.append(1)
        return len(done) < 5

    worker = Worker([("hangs", hang), ("works", work)])
    worker.start()
    until(lambda: len(done) >= 5)
    begun = time.monotonic()
    worker.stop(0.2)
    assert time.monotonic() - begun < 30, "what hangs is not waited for longer than said"
    hangs.set()


@pytest.mark.usefixtures("brisk")
def test_a_chore_that_fails_is_tried_again_after_a_while() -> None:
    tries = []

    def fail() -> bool:
        tries.append(1)
        raise ValueError("what somebody sent")

    with Worker([("fails", fail)]).at_work():
        until(lambda: len(tries) >= 3)


@pytest.mark.usefixtures("brisk")
def test_nothing_is_done_before_the_database_is_there() -> None:
    there, done = threading.Event(), []

    def work() -> bool:
        done.append(1)
        return False

    with Worker([("works", work)], ready=there.is_set).at_work():
        time.sleep(0.2)
        assert not done
        there.set()
        until(lambda: bool(done))


def test_all_that_there_is_is_done_and_a_failing_chore_left_alone() -> None:
    left = [3]

    def work() -> bool:
        left[0] -= 1
        return left[0] >= 0

    def fail() -> bool:
        raise ValueError("no")

    assert Worker([("fails", fail), ("works", work)]).do_all() == 3


def test_waiting_for_a_database_does_not_make_one(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'records.sqlite3'}"
    engine = make_engine(url)
    ready = readiness(engine)
    assert not ready()
    assert not list(tmp_path.iterdir())
    migrate_database(url)
    assert ready()
    engine.dispose()


def process(folder: Path, *words: str) -> subprocess.Popen[str]:
    settings = {"GAPTRACKER_DATA_DIR": str(folder), "PYTHONUTF8": "1"}
    return subprocess.Popen(
        [str(PROGRAM), *words],
        env={**os.environ, **settings},
        cwd=folder,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_work_once_ends_and_says_so(tmp_path: Path) -> None:
    with process(tmp_path, "work", "--once") as without:
        assert "gaptracker db upgrade" in without.communicate(timeout=60)[1]
        assert without.returncode == 5
    migrate_database(f"sqlite:///{tmp_path / 'gaptracker.sqlite3'}")
    with process(tmp_path, "work", "--once") as once:
        assert "nothing is left to do now" in once.communicate(timeout=60)[1]
        assert once.returncode == 0


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_work_stops_when_it_is_told_to(tmp_path: Path, number: signal.Signals) -> None:
    migrate_database(f"sqlite:///{tmp_path / 'gaptracker.sqlite3'}")
    with process(tmp_path, "work") as running:
        assert running.stderr is not None
        assert "at work" in running.stderr.readline()
        begun = time.monotonic()
        running.send_signal(number)
        assert running.wait(60) == 0
        assert time.monotonic() - begun < 8
        assert "stopped" in running.stderr.read()
