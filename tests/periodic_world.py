"""Periodic jobs on real records, with a clock that the test sets and work that leaves files."""

import secrets
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import Engine

from gaptracker.domain.periodic import PeriodicJob, PeriodicRun, Terms
from gaptracker.domain.report_delivery import PeriodReport, ReportFile, ReportText
from gaptracker.records.unit_of_work import UnitOfWork
from gaptracker.workflows.periodic_runs import plan_due
from gaptracker.workflows.present import Present
from gaptracker.workflows.run_periodic import Bench, Doing, Task, run_next
from gaptracker.workflows.schedules import Schedule

MIDNIGHT = datetime(2026, 11, 1, tzinfo=UTC)
RELEASE = "2026-08-16-1f0c33ab"


@dataclass(slots=True)
class Clock:
    """A clock that goes when it is told to, backwards too."""

    now: datetime = MIDNIGHT

    def __call__(self) -> Present:
        """The moment."""
        return Present(now=self.now, random=secrets.token_bytes)

    def forward(self, **span: float) -> None:
        """Let time pass; a negative span puts the clock back."""
        self.now += timedelta(**span)


def schedule(text: str) -> Schedule:
    """A schedule that is not `off`."""
    parsed = Schedule.parse(text)
    assert parsed is not None
    return parsed


@dataclass(slots=True, kw_only=True)
class PeriodicWorld:
    """Records, a clock, and what was done in which order."""

    engine: Engine
    schedules: dict[PeriodicJob, Schedule]
    clock: Clock = field(default_factory=Clock)
    terms: Terms = field(default_factory=Terms)
    done: list[tuple[str, str]] = field(default_factory=list)
    doing: dict[PeriodicJob, Doing] = field(default_factory=dict)
    never: threading.Event = field(default_factory=threading.Event)

    @property
    def bench(self) -> Bench:
        """What running needs; a job without work of its own only notes that it was done."""
        noted: dict[PeriodicJob, Doing] = dict.fromkeys(PeriodicJob, self.note)
        return Bench(
            open_work=self.open_work,
            present=self.clock,
            doing={**noted, **self.doing},
            terms=self.terms,
        )

    def note(self, task: Task) -> str:
        """Note what was done."""
        self.done.append((task.run.job.value, task.run.period))
        return f"{task.run.period} done"

    def open_work(self) -> UnitOfWork:
        """A unit of work on the records."""
        return UnitOfWork(self.engine)

    def plan(self) -> Sequence[str]:
        """Plan what became due; returns the periods that are new."""
        with self.open_work() as work:
            planned = plan_due(work, self.schedules, self.clock.now)
            work.commit()
        return [run.period for run in planned]

    def run(self, job: PeriodicJob) -> PeriodicRun | None:
        """Do the next run of a job."""
        return run_next(self.bench, job, self.never)

    def states(self, job: PeriodicJob) -> dict[str, str]:
        """How every run of a job stands, the one due first first."""
        with self.open_work() as work:
            runs = work.periodic.load(job, limit=1_000)
        return {run.period: run.state.value for run in reversed(runs)}

    def held(self, job: PeriodicJob, period: str) -> PeriodicRun:
        """A run as it is on record."""
        with self.open_work() as work:
            run = work.periodic.find(job, period)
        assert run is not None
        return run


def small_report(pause: Callable[[], None] = lambda: None) -> Callable[..., PeriodReport]:
    """A writer of small, real reports; `pause` is called between its files."""

    def write(release: str, period: str, languages: Sequence[str], folder: Path) -> PeriodReport:
        files = []
        for language in languages:
            for form in ("html", "pdf"):
                name = f"report-{period}-global.{language}.{form}"
                (folder / name).write_text(f"{period} {release} {language} {form}\n")
                pause()
                files.append(ReportFile(name=name, edition="global", language=language, form=form))
        texts = [
            ReportText(edition="global", language=each, title=f"T {period} {each}", summary="S.")
            for each in languages
        ]
        return PeriodReport(files=tuple(files), texts=tuple(texts))

    return write
