"""Runs of periodic jobs: planned once, held by a lease, and ended only by whoever holds them."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import ColumnElement, and_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from gaptracker.domain.periodic import OPEN, PeriodicJob, PeriodicRun, PeriodicState
from gaptracker.records import periodic_tables  # noqa: F401  it declares the tables below
from gaptracker.records.database import POSTGRESQL
from gaptracker.records.plain_rows import plain_table
from gaptracker.records.tables import Row

RUNS = plain_table(PeriodicRun, "periodic_run")
PLAN = Row.metadata.tables["periodic_plan"]
UNFINISHED = [state.value for state in OPEN]


class PeriodicRepository:
    """The runs of every job, kept for ever."""

    def __init__(self, session: Session) -> None:
        """Work inside a session that somebody else commits."""
        self._session = session

    def planned_until(self, job: PeriodicJob, now: datetime) -> datetime:
        """Load up to where a job is planned, and keep other planners out until the end.

        A job that was never planned begins now: what was due before it was set up is not missed.
        """
        self._session.execute(self._unless_there().values(job=job.value, planned_until=now))
        query = select(PLAN.c.planned_until).where(PLAN.c.job == job.value).with_for_update()
        until: datetime = self._session.execute(query).scalar_one()
        return until

    def set_planned_until(self, job: PeriodicJob, until: datetime) -> None:
        """Note up to where a job is planned."""
        self._session.execute(
            update(PLAN).where(PLAN.c.job == job.value).values(planned_until=until)
        )

    def add_missing(self, runs: Sequence[PeriodicRun]) -> None:
        """Add those runs of which there is none of the same job and period."""
        rows = [RUNS.encode(run) for run in runs]
        if rows:
            self._session.execute(self._insert(RUNS.table.name).on_conflict_do_nothing(), rows)

    def find(self, job: PeriodicJob, period: str, *, to_change: bool = False) -> PeriodicRun | None:
        """Load a run; `to_change` waits for whoever changes it, and keeps others out."""
        table = RUNS.table
        query = select(table).where(table.c.job == job.value, table.c.period == period)
        if to_change:
            query = query.with_for_update()
        row = self._session.execute(query).mappings().one_or_none()
        return None if row is None else RUNS.decode(row)

    def first_open(self, job: PeriodicJob, *, to_change: bool = False) -> PeriodicRun | None:
        """Load the unfinished run of a job that was due first: none after it is begun before it."""
        table = RUNS.table
        query = (
            select(table)
            .where(table.c.job == job.value, table.c.state.in_(UNFINISHED))
            .order_by(table.c.due_at, table.c.period)
            .limit(1)
        )
        if to_change:
            query = query.with_for_update()
        row = self._session.execute(query).mappings().one_or_none()
        return None if row is None else RUNS.decode(row)

    def load_open(self, job: PeriodicJob) -> tuple[PeriodicRun, ...]:
        """Load the unfinished runs of a job, the one due first first."""
        table = RUNS.table
        query = (
            select(table)
            .where(table.c.job == job.value, table.c.state.in_(UNFINISHED))
            .order_by(table.c.due_at, table.c.period)
        )
        return tuple(RUNS.decode(row) for row in self._session.execute(query).mappings())

    def load(self, job: PeriodicJob | None = None, *, limit: int) -> tuple[PeriodicRun, ...]:
        """Load the newest runs, the newest first; of one job or of all."""
        table = RUNS.table
        query = select(table).order_by(table.c.due_at.desc(), table.c.job, table.c.period.desc())
        if job is not None:
            query = query.where(table.c.job == job.value)
        rows = self._session.execute(query.limit(limit)).mappings()
        return tuple(RUNS.decode(row) for row in rows)

    def skip_before(self, run: PeriodicRun, now: datetime) -> None:
        """Mark what was due before a run, and was begun by nobody, as done by it."""
        table = RUNS.table
        older = and_(
            table.c.job == run.job.value,
            table.c.state == PeriodicState.PENDING.value,
            table.c.due_at < run.due_at,
        )
        values = {
            "state": PeriodicState.SKIPPED.value,
            "ended_at": now,
            "error": f"missed; {run.period} stands for it",
        }
        self._session.execute(update(table).where(older).values(**values))

    def update(self, run: PeriodicRun) -> None:
        """Make a run's row exactly this one."""
        self._session.execute(update(RUNS.table).where(_key(run)).values(**RUNS.encode(run)))

    def update_held(self, run: PeriodicRun, owner: str) -> bool:
        """Make a run's row this one if the owner still has it; says whether that was so."""
        table = RUNS.table
        held = and_(_key(run), table.c.owner == owner, table.c.state == PeriodicState.RUNNING)
        done = self._session.execute(update(table).where(held).values(**RUNS.encode(run)))
        return bool(getattr(done, "rowcount", 0))

    def renew(self, run: PeriodicRun, lease_until: datetime) -> bool:
        """Make a lease longer; says whether it was still the run's owner's to make longer."""
        return self.update_held(replace(run, lease_until=lease_until), run.owner or "")

    def _unless_there(self) -> "sqlite.Insert | postgresql.Insert":
        return self._insert(PLAN.name).on_conflict_do_nothing()

    def _insert(self, name: str) -> "sqlite.Insert | postgresql.Insert":
        """Return an INSERT that can leave alone what is there, as each dialect has it."""
        table = Row.metadata.tables[name]
        if self._session.get_bind().dialect.name == POSTGRESQL:
            return postgresql.insert(table)
        return sqlite.insert(table)


def _key(run: PeriodicRun) -> ColumnElement[bool]:
    table = RUNS.table
    return and_(table.c.job == run.job.value, table.c.period == run.period)
