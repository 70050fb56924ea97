"""Jobs, what they still have to do and what became of it; all texts of them closed at rest."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import and_, delete, func, insert, or_, select, update
from sqlalchemy.orm import Session

from gaptracker.domain.jobs import UNFINISHED, CsvMappingText, Job, JobKind
from gaptracker.records import intake_tables  # noqa: F401  it declares the tables below
from gaptracker.records.plain_rows import plain_table
from gaptracker.records.submissions_repository import Box
from gaptracker.records.tables import Row

JOBS = plain_table(Job, "job")
MAPPINGS = plain_table(CsvMappingText, "csv_mapping")
INPUT = Row.metadata.tables["job_input"]
LINE = Row.metadata.tables["job_line"]
WAITING = [str(state) for state in UNFINISHED]


class JobsRepository:
    """Everything about jobs that is kept, and the mappings that batches are read by."""

    def __init__(self, session: Session, box: Box) -> None:
        """Work inside a session that somebody else commits; `box` closes and opens texts."""
        self._session = session
        self._box = box

    def add(self, job: Job, parts: Sequence[str]) -> None:
        """Add a job with what it has to do, in parts that are each one transaction's work."""
        JOBS.add(self._session, [job])
        rows = [
            {"job": job.id, "part": number, "closed": self._box.close(text, _part(job.id, number))}
            for number, text in enumerate(parts, start=1)
        ]
        if rows:
            self._session.execute(insert(INPUT), rows)

    def find(self, job: str, *, to_change: bool = False) -> Job | None:
        """Load a job; `to_change` waits for whoever works on it, and keeps others out."""
        query = select(JOBS.table).where(JOBS.table.c.id == job)
        if to_change:
            query = query.with_for_update()
        row = self._session.execute(query).mappings().one_or_none()
        return None if row is None else JOBS.decode(row)

    def is_waiting(self, kind: JobKind, now: datetime) -> bool:
        """Say whether there is an unfinished job of a kind that nobody has leased."""
        query = select(JOBS.table.c.id).where(_free(kind, now))
        return self._session.execute(query.limit(1)).first() is not None

    def waiting(self, organisation: str) -> int:
        """Count an organisation's unfinished jobs."""
        table = JOBS.table
        query = select(func.count()).where(
            table.c.organisation == organisation, table.c.state.in_(WAITING)
        )
        return int(self._session.execute(query).scalar_one())

    def take(self, kind: JobKind, now: datetime) -> Job | None:
        """Load the oldest unfinished job of a kind on which nobody works at the moment.

        It is the caller's until the transaction ends, however that happens; whoever needs it for
        longer writes a lease into it.
        """
        table = JOBS.table
        query = (
            select(table)
            .where(_free(kind, now))
            .order_by(table.c.created_at, table.c.id)
            .limit(1)
            .with_for_update(skip_locked=True)
        )
        row = self._session.execute(query).mappings().one_or_none()
        return None if row is None else JOBS.decode(row)

    def update(self, job: Job) -> None:
        """Make a job's row exactly this one."""
        table = JOBS.table
        self._session.execute(update(table).where(table.c.id == job.id).values(**JOBS.encode(job)))

    def next_part_number(self, job: str) -> int | None:
        """Return the number of the first part that is not done; None when all are."""
        query = select(func.min(INPUT.c.part)).where(INPUT.c.job == job)
        number: int | None = self._session.execute(query).scalar_one()
        return number

    def next_part(self, job: str) -> tuple[int, str] | None:
        """Load the first part that is not done, with its number; None when all are."""
        number = self.next_part_number(job)
        if number is None:
            return None
        query = select(INPUT.c.closed).where(INPUT.c.job == job, INPUT.c.part == number)
        closed = self._session.execute(query).scalar_one()
        return number, self._box.open(closed, _part(job, number))

    def drop_part(self, job: str, part: int) -> None:
        """Forget a part, because it is done."""
        self._session.execute(delete(INPUT).where(INPUT.c.job == job, INPUT.c.part == part))

    def drop_parts(self, job: str) -> None:
        """Forget everything that a job still had to do."""
        self._session.execute(delete(INPUT).where(INPUT.c.job == job))

    def add_results(self, job: str, results: Mapping[int, str]) -> None:
        """Keep what became of lines, by their numbers."""
        rows = [
            {"job": job, "line": line, "result": self._box.close(text, _line(job, line))}
            for line, text in results.items()
        ]
        if rows:
            self._session.execute(insert(LINE), rows)

    def results(self, job: str, *, after: int = 0, limit: int = 1_000) -> dict[int, str]:
        """Load what became of lines, in order, from the one after a number on."""
        query = (
            select(LINE.c.line, LINE.c.result)
            .where(LINE.c.job == job, LINE.c.line > after)
            .order_by(LINE.c.line)
            .limit(limit)
        )
        rows = self._session.execute(query)
        return {row.line: self._box.open(row.result, _line(job, row.line)) for row in rows}

    def forget_results_before(self, moment: datetime) -> int:
        """Remove what became of the lines of jobs that ended before a moment; returns how many."""
        old = select(JOBS.table.c.id).where(JOBS.table.c.finished_at < moment)
        done = self._session.execute(delete(LINE).where(LINE.c.job.in_(old)))
        return int(getattr(done, "rowcount", 0))

    def add_mapping(self, mapping: CsvMappingText) -> None:
        """Keep a mapping of columns; its constants may say what is not public."""
        closed = self._box.close(mapping.mapping, f"mapping {mapping.id}")
        row = {**MAPPINGS.encode(mapping), "mapping": closed}
        self._session.execute(insert(MAPPINGS.table).values(**row))

    def mappings(
        self, organisation: str, *, only: Iterable[str] | None = None
    ) -> tuple[CsvMappingText, ...]:
        """Load an organisation's mappings, oldest first; `only` some of them."""
        table = MAPPINGS.table
        query = select(table).where(table.c.organisation == organisation)
        if only is not None:
            query = query.where(table.c.id.in_(list(only)))
        rows = self._session.execute(query.order_by(table.c.created_at, table.c.id)).mappings()
        return tuple(
            MAPPINGS.decode(
                {**row, "mapping": self._box.open(row["mapping"], f"mapping {row['id']}")}
            )
            for row in rows
        )

    def remove_mapping(self, mapping: str, organisation: str) -> bool:
        """Remove a mapping; says whether the organisation had it."""
        table = MAPPINGS.table
        done = self._session.execute(
            delete(table).where(table.c.id == mapping, table.c.organisation == organisation)
        )
        return bool(getattr(done, "rowcount", 0))


# `Any` is SQLAlchemy's own type of a condition.
def _free(kind: JobKind, now: datetime) -> Any:  # noqa: ANN401
    table = JOBS.table
    return and_(
        table.c.state.in_(WAITING),
        table.c.kind == str(kind),
        or_(table.c.lease_until.is_(None), table.c.lease_until <= now),
    )


def _part(job: str, part: int) -> str:
    return f"part {job} {part}"


def _line(job: str, line: int) -> str:
    return f"line {job} {line}"
