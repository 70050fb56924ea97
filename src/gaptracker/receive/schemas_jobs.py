"""What the intake answers about batches, jobs and mappings of columns."""

from datetime import datetime

from gaptracker.domain.jobs import JobKind, JobMode, JobState
from gaptracker.receive.schemas import Answer, Json


class JobCounts(Answer):
    """How many lines are done, and what became of them."""

    read: int
    created: int
    unchanged: int
    failed: int


class JobAnswer(Answer):
    """A job and how far it is; `lines` is how many came, `problem` a refusal of the whole."""

    id: str
    kind: JobKind
    state: JobState
    mode: JobMode
    lines: int
    counts: JobCounts
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    problem: Json | None
    results: str


class CsvMappingAnswer(Answer):
    """What the columns of a spreadsheet mean; a template has no id."""

    id: str | None
    mapping: Json
    created_at: datetime | None


class CsvMappingList(Answer):
    """The organisation's mappings, oldest first."""

    data: list[CsvMappingAnswer]
