"""Two schedulers that are killed again and again: each period's report once, in order.

`TESTS_THOROUGH=1` runs the 200 periods of the issue; otherwise fewer.
"""

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

import pytest
from sqlalchemy import Engine

from gaptracker.domain.periodic import PeriodicJob, PeriodicRun, PeriodicState
from gaptracker.records.unit_of_work import UnitOfWork
from gaptracker.workflows.keep_report import find_report
from gaptracker.workflows.periodic_runs import plan_due
from tests.intake_world import wait_for
from tests.migrated_databases import migrated
from tests.periodic_world import MIDNIGHT, schedule
from tests.scheduler_process import Order

THOROUGH = bool(os.environ.get("TESTS_THOROUGH"))
PERIODS = 200 if THOROUGH else 25
DAYS_A_SECOND = 4.0
MOST_SECONDS = 1_200.0
DAILY = "day 30 2 * * * Europe/Berlin"


@dataclass(slots=True, kw_only=True)
class Pair:
    """Two schedulers; one that died is started again."""

    order: Order
    processes: list[subprocess.Popen[bytes] | None] = field(default_factory=lambda: [None, None])
    deaths: int = 0

    def keep_alive(self) -> None:
        """Start whoever is not running."""
        for place, process in enumerate(self.processes):
            if process is not None and process.poll() is None:
                continue
            if process is not None:
                assert process.returncode == -signal.SIGKILL, "it ended by a fault of its own"
                self.deaths += 1
            self.processes[place] = subprocess.Popen(
                [sys.executable, "-m", "tests.scheduler_process", str(self.order.write())],
                env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
                stdout=subprocess.DEVNULL,
            )

    def kill_one(self) -> None:
        """Kill one of them a while after it began, wherever it is.

        On a busy machine one takes longer to begin than it would otherwise live: nothing would get
        done.
        """
        process = random.choice(self.processes)
        if process is not None:
            begun = self.order.at_work(process.pid)
            wait_for(lambda: begun.exists() or process.poll() is not None, MOST_SECONDS)
            time.sleep(random.uniform(0.1, 2.0))
            process.kill()
            process.wait()

    @contextmanager
    def running(self) -> Iterator[None]:
        """End what was started, however the block ends."""
        try:
            yield
        finally:
            for process in self.processes:
                if process is not None and process.poll() is None:
                    process.kill()
                    process.wait()


def runs_of(engine: Engine) -> tuple[PeriodicRun, ...]:
    """Every run on record, the one due first first."""
    with UnitOfWork(engine, read_only=True) as work:
        return tuple(reversed(work.periodic.load(PeriodicJob.REPORT, limit=10_000)))


def finished(engine: Engine) -> int:
    return sum(run.state is PeriodicState.DONE for run in runs_of(engine))


@pytest.mark.hostile(id="schedulers-killed-at-any-point")
def test_two_schedulers_that_die_at_any_point_write_each_report_once_and_in_order(
    database_url: str, tmp_path: Path
) -> None:
    with migrated(database_url) as engine:
        with UnitOfWork(engine) as work:
            plan_due(work, {PeriodicJob.REPORT: schedule(DAILY)}, MIDNIGHT)
            work.commit()
        order = Order(
            database_url=database_url,
            folder=str(tmp_path),
            begun=time.monotonic(),
            days_a_second=DAYS_A_SECOND,
            deaths_share=0.03,
        )
        pair = Pair(order=order)
        until = time.monotonic() + MOST_SECONDS
        with pair.running():
            while finished(engine) < PERIODS:
                assert time.monotonic() < until, f"{finished(engine)} of {PERIODS} after all this"
                pair.keep_alive()
                pair.kill_one()
            stop_both(pair)
        check_reports(runs_of(engine), tmp_path)
    print(f"{finished_text(tmp_path)}, {pair.deaths} deaths")  # noqa: T201  shown by `-s`


def stop_both(pair: Pair) -> None:
    """SIGTERM ends whoever is there, and cleanly."""
    pair.keep_alive()
    until = time.monotonic() + 60
    for process in pair.processes:
        assert process is not None
        while process.poll() is None:
            assert time.monotonic() < until
            # Before its handler is set, SIGTERM is death; after it, a repeat changes nothing.
            process.terminate()
            time.sleep(0.2)
        assert process.returncode in {0, -signal.SIGTERM, -signal.SIGKILL}


def check_reports(runs: tuple[PeriodicRun, ...], folder: Path) -> None:
    """Each period is there, once, in order, and what is recorded is what lies there."""
    done = [run for run in runs if run.state is PeriodicState.DONE]
    assert len(done) >= PERIODS
    # None was left out, whether or not it is done by now: one for each day of the calendar.
    daily = list(schedule(DAILY).due(MIDNIGHT, runs[-1].due_at))
    assert [(run.period, run.due_at) for run in runs] == [(d.period.key, d.at) for d in daily]
    assert [run.state is PeriodicState.DONE for run in runs] == [True] * len(done) + [False] * (
        len(runs) - len(done)
    )
    spans = [(run.started_at or MIDNIGHT, run.ended_at or MIDNIGHT) for run in done]
    assert all(begun <= ended for begun, ended in spans)
    assert all(one[1] <= following[0] for one, following in pairwise(spans))
    reports = folder / "reports"
    for run in done:
        assert find_report(reports, run.period).sha256 == run.effect
    seen = defaultdict(set)
    for line in (folder / "seen.txt").read_text().splitlines():
        period, sha256 = line.split()
        seen[period].add(sha256)
    assert {run.period for run in done} <= set(seen)
    # Whoever looked, whenever, saw one and the same report of a period.
    assert {period: len(hashes) for period, hashes in seen.items()} == dict.fromkeys(seen, 1)
    for listed in reports.glob("*/report.json"):
        assert json.loads(listed.read_text())["period"] == listed.parent.name
    partial = {each.name for each in reports.iterdir()} - {run.period for run in runs}
    assert all(name.startswith(".partial-") for name in partial)


def finished_text(folder: Path) -> str:
    reports = [each for each in (folder / "reports").iterdir() if each.name[0] != "."]
    return f"{len(reports)} reports"
