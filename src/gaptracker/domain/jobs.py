"""Jobs: work that outlives the request that asked for it, such as a batch of submissions."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class JobKind(StrEnum):
    """What a job does."""

    BATCH = "batch"
    CAPTURE = "capture"
    COPY = "copy"


class JobMode(StrEnum):
    """Whether lines stand each for itself, or all or none."""

    PARTIAL = "partial"
    ATOMIC = "atomic"


class JobState(StrEnum):
    """Where a job is (intake, section 2.6)."""

    QUEUED = "queued"
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    PARTIALLY_SUCCEEDED = "partially_succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"


UNFINISHED = frozenset({JobState.QUEUED, JobState.RUNNING})


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """A job and how far it is.

    `line_count` is how many lines came, `read_count` how many of them are done; `problem` is a
    refusal of the whole as JSON. `worker`, `lease_until` and `attempts` are for kinds whose work
    does not fit into transactions; a batch's does (decision 0022). Before `lease_until` nobody
    takes the job: somebody is at it, or it waits for its next attempt.
    """

    id: str
    organisation: str
    member: str
    kind: JobKind
    mode: JobMode
    state: JobState
    line_count: int
    created_at: datetime
    read_count: int = 0
    created_count: int = 0
    unchanged_count: int = 0
    failed_count: int = 0
    problem: str | None = None
    started_at: datetime | None = None
    finished_at: datetime | None = None
    worker: str | None = None
    lease_until: datetime | None = None
    attempts: int = 0

    @property
    def is_finished(self) -> bool:
        """Say whether nothing more will happen."""
        return self.state not in UNFINISHED


@dataclass(frozen=True, slots=True, kw_only=True)
class CsvMappingText:
    """A mapping of an organisation's columns, as JSON text."""

    id: str
    organisation: str
    mapping: str
    created_at: datetime


def outcome_of(*, failed: int, kept: int) -> JobState:
    """Return how a job ended whose lines each stand for themselves.

    Examples:
        >>> outcome_of(failed=0, kept=3).value, outcome_of(failed=1, kept=2).value
        ('succeeded', 'partially_succeeded')
        >>> outcome_of(failed=3, kept=0).value
        'failed'
    """
    if failed == 0:
        return JobState.SUCCEEDED
    return JobState.PARTIALLY_SUCCEEDED if kept else JobState.FAILED
