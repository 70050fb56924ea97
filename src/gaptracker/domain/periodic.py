"""Periodic jobs: what recurs, how each of its runs stands, and what follows an attempt.

Not to be taken for the jobs of organisations (`domain/jobs.py`): nobody asks for these but the
calendar. A run is one job in one period, and has one effect however many schedulers there are.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from gaptracker.domain.errors import Conflict, GapTrackerError


class PeriodicJob(StrEnum):
    """What recurs, in the order in which one period's are done."""

    RETENTION = "retention"
    SYNC = "sync"
    SCORE_AND_CUT = "score_and_cut"
    REPORT = "report"
    DELIVER = "deliver"


class PeriodicState(StrEnum):
    """How a run stands.

    `skipped` runs were due while nobody was there, and a later one did their work; `failed` ones
    wait for `gaptracker jobs retry`.
    """

    PENDING = "pending"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    SKIPPED = "skipped"


OPEN = frozenset({PeriodicState.PENDING, PeriodicState.RUNNING})

# After downtime these do the latest missed period only: what they do is brought up to date by one
# run. The others owe every period something of its own.
LATEST_ONLY = frozenset({PeriodicJob.SYNC, PeriodicJob.RETENTION})

# What has to be done in a period before a job can begin in it. A sync is only waited for: one
# publisher that is out of reach must not keep the figures back.
NEEDS = {
    PeriodicJob.REPORT: PeriodicJob.SCORE_AND_CUT,
    PeriodicJob.DELIVER: PeriodicJob.REPORT,
}
WAITS_FOR = {PeriodicJob.SCORE_AND_CUT: PeriodicJob.SYNC}

LONGEST_ERROR = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """How long a run is held for without a sign of life, and how often it is tried.

    `waits` are those before each further attempt: by default six attempts over a working day.
    """

    lease: timedelta = timedelta(minutes=2)
    waits: tuple[timedelta, ...] = (
        timedelta(minutes=1),
        timedelta(minutes=5),
        timedelta(minutes=30),
        timedelta(hours=2),
        timedelta(hours=6),
    )

    def retry_at(self, attempts: int, now: datetime) -> datetime | None:
        """Return when to try again after so many attempts; None if there were enough.

        Examples:
            >>> from datetime import UTC
            >>> noon = datetime(2026, 11, 25, 12, tzinfo=UTC)
            >>> Terms().retry_at(2, noon)
            datetime.datetime(2026, 11, 25, 12, 5, tzinfo=datetime.timezone.utc)
            >>> Terms().retry_at(6, noon)
        """
        return None if attempts > len(self.waits) else now + self.waits[max(attempts, 1) - 1]


@dataclass(frozen=True, slots=True, kw_only=True)
class PeriodicRun:
    """One job in one period.

    Attributes:
        due_at: The scheduled instant.
        next_at: Not before this; later than `due_at` after an attempt that failed.
        attempts: How many were begun.
        owner: Whoever has it in hand, by a name made for this attempt alone; None if nobody.
        lease_until: Until when nobody else takes it.
        error: What went wrong last, for the operator; None once it is done.
        effect: What came of it, as a release's id; None until it is done.
    """

    job: PeriodicJob
    period: str
    state: PeriodicState
    due_at: datetime
    next_at: datetime
    attempts: int = 0
    owner: str | None = None
    lease_until: datetime | None = None
    started_at: datetime | None = None
    ended_at: datetime | None = None
    error: str | None = None
    effect: str | None = None


class LeaseLost(Conflict):
    """Whoever did a run held it too long: another has it now, and what this one did counts not."""


class RunStopped(GapTrackerError):
    """A run was asked to stop before it had any effect; it begins again later."""


class RunBeyondRetry(GapTrackerError):
    """A run failed in a way that trying again by itself must not mend, or would make worse."""
