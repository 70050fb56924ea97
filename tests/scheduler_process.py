"""A scheduler in a process of its own, on a clock in which days pass in moments, that may die.

    python -m tests.scheduler_process ORDER.json

It kills itself now and then in the midst of its work, as a power cut would: while it writes a
report, between the report's rename and its record, and wherever the test's own kills strike.
"""

import json
import os
import random
import secrets
import signal
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path

from gaptracker.domain.periodic import PeriodicJob, Terms
from gaptracker.domain.report_delivery import PeriodReport
from gaptracker.main.scheduler import Scheduler
from gaptracker.records.database import make_engine
from gaptracker.records.unit_of_work import UnitOfWork
from gaptracker.workflows.keep_report import ReportOrder, keep_report
from gaptracker.workflows.present import Present
from gaptracker.workflows.run_periodic import Bench, Task
from tests.periodic_world import MIDNIGHT, schedule, small_report

LEASE_SECONDS, BEAT_SECONDS, IDLE_SECONDS = 1.5, 0.2, 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What a process works on: where, from when on its clock runs, how fast, how often it dies.

    `begun` is of the system's monotonic clock, which all processes of a machine share.
    """

    database_url: str
    folder: str
    begun: float
    days_a_second: float
    deaths_share: float

    def now(self) -> datetime:
        """The simulated time."""
        return MIDNIGHT + timedelta(days=(time.monotonic() - self.begun) * self.days_a_second)

    def write(self) -> Path:
        """Write it where a process can read it."""
        place = Path(self.folder) / "order.json"
        place.write_text(json.dumps(asdict(self)))
        return place

    def at_work(self, process_id: int) -> Path:
        """The file that is there once a process has begun."""
        return Path(self.folder) / f"at-work-{process_id}"


class Mortal:
    """The report's work, in a process that dies in the midst of it now and then."""

    def __init__(self, order: Order) -> None:
        """Take what it works on."""
        self._order = order
        self._random = random.Random()

    def __call__(self, task: Task) -> str:
        """Write the report of a period; each attempt would write other bytes."""
        folder = Path(self._order.folder)
        named = ReportOrder(
            period=task.run.period,
            release=f"release-{secrets.token_hex(8)}",
            languages=("en", "es"),
            attempt=task.run.owner or "",
        )
        report = keep_report(folder / "reports", named, self._write)
        self._seen(folder, f"{report.period} {report.sha256}\n")
        self.may_die()
        return report.sha256

    def _write(
        self, release: str, period: str, languages: Sequence[str], folder: Path
    ) -> PeriodReport:
        return small_report(self.may_die)(release, period, languages, folder)

    @staticmethod
    def _seen(folder: Path, line: str) -> None:
        """Note which report is in its place: one write, which no kill halves."""
        descriptor = os.open(folder / "seen.txt", os.O_WRONLY | os.O_APPEND | os.O_CREAT)
        os.write(descriptor, line.encode())
        os.close(descriptor)

    def may_die(self) -> None:
        """Die, as often as ordered (there are five such places in each report)."""
        time.sleep(0.002)
        if self._random.random() < self._order.deaths_share:
            os.kill(os.getpid(), signal.SIGKILL)


def main() -> None:
    """Schedule until SIGTERM comes."""
    order = Order(**json.loads(Path(sys.argv[1]).read_text()))
    engine = make_engine(order.database_url)
    lease = timedelta(days=LEASE_SECONDS * order.days_a_second)
    bench = Bench(
        open_work=lambda: UnitOfWork(engine),
        present=lambda: Present(now=order.now(), random=secrets.token_bytes),
        doing={PeriodicJob.REPORT: Mortal(order)},
        terms=Terms(lease=lease, waits=(timedelta(days=1),) * 50),
        beat_seconds=BEAT_SECONDS,
    )
    daily = {PeriodicJob.REPORT: schedule("day 30 2 * * * Europe/Berlin")}
    scheduler = Scheduler(daily, bench, idle_seconds=IDLE_SECONDS)
    stopped = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stopped.set())
    scheduler.start()
    order.at_work(os.getpid()).touch()
    stopped.wait()
    sys.exit(0 if scheduler.stop(20) else 3)


if __name__ == "__main__":
    main()
