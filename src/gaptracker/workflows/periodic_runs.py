"""Plan the runs of periodic jobs, take one by a lease, and keep how it went.

Each function is one transaction's work. A run belongs to whoever took it for as long as the lease
is renewed; how it went is kept only by the one that still holds it (a fence), so that a process
that slept through its lease changes nothing when it wakes.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from gaptracker.domain.errors import UnknownName
from gaptracker.domain.periodic import (
    LATEST_ONLY,
    LONGEST_ERROR,
    NEEDS,
    OPEN,
    WAITS_FOR,
    LeaseLost,
    PeriodicJob,
    PeriodicRun,
    PeriodicState,
    Terms,
)
from gaptracker.domain.periods import CalendarPeriod
from gaptracker.records.unit_of_work import UnitOfWork
from gaptracker.workflows.present import Present
from gaptracker.workflows.schedules import Due, Schedule

AGAIN = frozenset({PeriodicState.FAILED, PeriodicState.SKIPPED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A run in hand, and what the job before it came to in the same period, if it ran."""

    run: PeriodicRun
    needed: str | None


def plan_due(
    work: UnitOfWork, schedules: Mapping[PeriodicJob, Schedule], now: datetime
) -> tuple[PeriodicRun, ...]:
    """Put every period that became due on record, each once; returns what is new.

    A clock that was put back plans nothing until it is where it was; nothing is planned twice.
    """
    return tuple(run for job in PeriodicJob for run in _plan(work, job, schedules.get(job), now))


def _plan(
    work: UnitOfWork, job: PeriodicJob, schedule: Schedule | None, now: datetime
) -> tuple[PeriodicRun, ...]:
    if schedule is None:
        return ()
    until = work.periodic.planned_until(job, now)
    if until >= now:
        return ()
    runs = tuple(_pending(job, due) for due in schedule.due(until, now))
    work.periodic.add_missing(runs)
    work.periodic.set_planned_until(job, now)
    if runs and job in LATEST_ONLY:
        work.periodic.skip_before(runs[-1], now)
    return runs


def _pending(job: PeriodicJob, due: Due) -> PeriodicRun:
    return PeriodicRun(
        job=job,
        period=due.period.key,
        state=PeriodicState.PENDING,
        due_at=due.at,
        next_at=due.at,
    )


def ask_for(
    work: UnitOfWork, job: PeriodicJob, period: CalendarPeriod, now: datetime
) -> PeriodicRun:
    """Put a period on record that somebody asks for; one that is there stays as it is."""
    work.periodic.add_missing([_pending(job, Due(period=period, at=now))])
    return _found(work, job, period.key)


def take_next(work: UnitOfWork, job: PeriodicJob, *, terms: Terms, present: Present) -> Held | None:
    """Take the first unfinished run of a job, if it is due and nobody has it.

    A run whose holder gave no sign of life counts as one more attempt that failed.
    """
    run = work.periodic.first_open(job, to_change=True)
    if run is None or run.next_at > present.now or not _is_free(run, present.now):
        return None
    return _take(work, run, terms=terms, present=present)


def take_asked(
    work: UnitOfWork, job: PeriodicJob, period: str, *, terms: Terms, present: Present
) -> Held | None:
    """Take one run at once, without waiting for its turn; None if it is not to be had.

    Raises:
        UnknownName: If there is no run of that period.
    """
    run = _found(work, job, period, to_change=True)
    if run.state not in OPEN or not _is_free(run, present.now):
        return None
    return _take(work, run, terms=terms, present=present)


def _is_free(run: PeriodicRun, now: datetime) -> bool:
    return run.lease_until is None or run.lease_until <= now


def _take(work: UnitOfWork, run: PeriodicRun, *, terms: Terms, present: Present) -> Held | None:
    """Lease a run, unless another job of the period has to be done before it."""
    now = present.now
    if run.state is PeriodicState.RUNNING and terms.retry_at(run.attempts, now) is None:
        _end(work, run, now, f"whoever did it ended {run.attempts} times without a word")
        return None
    before = _before(work, NEEDS.get(run.job), run.period)
    waited = _before(work, WAITS_FOR.get(run.job), run.period)
    if before is not None and before.state is PeriodicState.FAILED:
        _end(work, run, now, f"{before.job.value} of {run.period} failed; retry that")
        return None
    if any(each is not None and each.state in OPEN for each in (before, waited)):
        return None
    taken = replace(
        run,
        state=PeriodicState.RUNNING,
        attempts=run.attempts + 1,
        owner=present.new_id("own"),
        lease_until=now + terms.lease,
        started_at=now,
    )
    work.periodic.update(taken)
    return Held(run=taken, needed=None if before is None else before.effect)


def _before(work: UnitOfWork, job: PeriodicJob | None, period: str) -> PeriodicRun | None:
    return None if job is None else work.periodic.find(job, period)


def renew(work: UnitOfWork, held: Held, lease_until: datetime) -> bool:
    """Give a sign of life; says whether the run is still ours."""
    return work.periodic.renew(held.run, lease_until)


def keep_done(work: UnitOfWork, held: Held, effect: str, now: datetime) -> PeriodicRun:
    """Keep that a run is done.

    Raises:
        LeaseLost: If another has it now; nothing is kept then.
    """
    run = replace(held.run, state=PeriodicState.DONE, ended_at=now, error=None, effect=effect)
    return _let_go(work, run, held)


def keep_failed(
    work: UnitOfWork, held: Held, error: str, *, terms: Terms, now: datetime, again: bool = True
) -> PeriodicRun:
    """Keep why an attempt failed, and when the next one is; without one the run has failed.

    Args:
        work: An open unit of work.
        held: The run.
        error: Why, for the operator.
        terms: How often it is tried.
        now: The moment.
        again: Whether trying again can help.

    Raises:
        LeaseLost: If another has the run now; nothing is kept then.
    """
    next_at = terms.retry_at(held.run.attempts, now) if again else None
    run = replace(held.run, ended_at=now, error=error[:LONGEST_ERROR])
    if next_at is None:
        return _let_go(work, replace(run, state=PeriodicState.FAILED), held)
    return _let_go(work, replace(run, state=PeriodicState.PENDING, next_at=next_at), held)


def give_back(work: UnitOfWork, held: Held) -> PeriodicRun:
    """Let a run go that was stopped, as if it had not been begun.

    Raises:
        LeaseLost: If another has it now.
    """
    run = replace(held.run, state=PeriodicState.PENDING, attempts=held.run.attempts - 1)
    return _let_go(work, run, held)


def reopen(work: UnitOfWork, job: PeriodicJob, period: str, now: datetime) -> PeriodicRun:
    """Give a run that failed, or was skipped, its attempts anew, and those that failed after it.

    Deliveries begin anew though they are done: who has the report does not get it again, and what
    is unsure, or was refused, is sent.

    Raises:
        UnknownName: If there is no run of that period.
    """
    run = _found(work, job, period, to_change=True)
    if job is PeriodicJob.DELIVER:
        work.report_deliveries.send_again(period, now)
    if run.state in AGAIN or (run.state, job) == (PeriodicState.DONE, PeriodicJob.DELIVER):
        run = replace(
            run,
            state=PeriodicState.PENDING,
            attempts=0,
            next_at=now,
            ended_at=None,
            effect=None,
        )
        work.periodic.update(run)
    for later, needed in NEEDS.items():
        found = work.periodic.find(later, period) if needed is job else None
        if found is not None and found.state is PeriodicState.FAILED and not found.attempts:
            reopen(work, later, period, now)
    return run


def _let_go(work: UnitOfWork, run: PeriodicRun, held: Held) -> PeriodicRun:
    free = replace(run, owner=None, lease_until=None)
    if not work.periodic.update_held(free, held.run.owner or ""):
        raise LeaseLost(
            f"{run.job.value} of {run.period} is another's by now, who does it again; what this "
            "process did of it is not kept"
        )
    return free


def _end(work: UnitOfWork, run: PeriodicRun, now: datetime, why: str) -> None:
    failed = replace(
        run, state=PeriodicState.FAILED, owner=None, lease_until=None, ended_at=now, error=why
    )
    work.periodic.update(failed)


def _found(
    work: UnitOfWork, job: PeriodicJob, period: str, *, to_change: bool = False
) -> PeriodicRun:
    run = work.periodic.find(job, period, to_change=to_change)
    if run is None:
        raise UnknownName(f"run of {job.value}", period, expected="one that `jobs list` shows")
    return run
