"""Do a run of a periodic job while a thread of its own renews the lease.

What a job does is no concern of this module: it is given a function for each job. Such a function
is called again when it or its process ended midway, so it has to look first whether its effect is
there.
"""

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

from gaptracker.domain.errors import GapTrackerError
from gaptracker.domain.periodic import (
    PeriodicJob,
    PeriodicRun,
    RunBeyondRetry,
    RunStopped,
    Terms,
)
from gaptracker.records.unit_of_work import UnitOfWork
from gaptracker.workflows.periodic_runs import (
    Held,
    give_back,
    keep_done,
    keep_failed,
    renew,
    take_asked,
    take_next,
)
from gaptracker.workflows.present import Present


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """What a job's function is told.

    Attributes:
        run: The run; its `due_at` is the one time that every attempt sees alike.
        needed: What the job before it came to in this period, as the release for a report.
        check_stop: Raises `RunStopped` when the process is to end; call it where stopping leaves
            nothing half done.
    """

    run: PeriodicRun
    needed: str | None
    check_stop: Callable[[], None]


Doing = Callable[[Task], str]
"""Does a job for a period, and returns what came of it in a short text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bench:
    """What running needs: the records, the moment, the terms, what each job does.

    `beat_seconds` parts two signs of life; several have to fit into a lease.
    """

    open_work: Callable[[], UnitOfWork]
    present: Callable[[], Present]
    doing: Mapping[PeriodicJob, Doing]
    terms: Terms = field(default_factory=Terms)
    beat_seconds: float = 20.0


def run_next(bench: Bench, job: PeriodicJob, stopping: threading.Event) -> PeriodicRun | None:
    """Do the next run of a job; None if none is to be done now."""
    with bench.open_work() as work:
        held = take_next(work, job, terms=bench.terms, present=bench.present())
        work.commit()
    return None if held is None else do_held(bench, held, stopping)


def run_asked(
    bench: Bench, job: PeriodicJob, period: str, stopping: threading.Event
) -> PeriodicRun | None:
    """Do the run of one period at once; None if it is ended already, or another has it.

    Raises:
        UnknownName: If there is no run of that period.
    """
    with bench.open_work() as work:
        held = take_asked(work, job, period, terms=bench.terms, present=bench.present())
        work.commit()
    return None if held is None else do_held(bench, held, stopping)


def do_held(bench: Bench, held: Held, stopping: threading.Event) -> PeriodicRun:
    """Do a run in hand and keep how it went.

    Returns:
        The run as it is on record now.

    Raises:
        LeaseLost: If another took it meanwhile; nothing is kept then.
    """

    def check_stop() -> None:
        if stopping.is_set():
            raise RunStopped("the process is ending; the run begins again later")

    task = Task(run=held.run, needed=held.needed, check_stop=check_stop)
    try:
        with signs_of_life(bench, held):
            effect = bench.doing[held.run.job](task)
    except RunStopped:
        return _kept(bench, lambda work: give_back(work, held))
    # Whatever a job does wrong, the scheduler goes on, and the run's record says so.
    except Exception as error:  # noqa: BLE001
        why, again = in_words(error), not isinstance(error, RunBeyondRetry)
        return _kept(
            bench,
            lambda work: keep_failed(
                work, held, why, terms=bench.terms, now=bench.present().now, again=again
            ),
        )
    except BaseException:
        # Ctrl+C, or a signal that ends the process: nobody has to wait for the lease to end.
        _kept(bench, lambda work: give_back(work, held))
        raise
    return _kept(bench, lambda work: keep_done(work, held, effect, bench.present().now))


def _kept(bench: Bench, keep: Callable[[UnitOfWork], PeriodicRun]) -> PeriodicRun:
    with bench.open_work() as work:
        run = keep(work)
        work.commit()
    return run


@contextmanager
def signs_of_life(bench: Bench, held: Held) -> Iterator[None]:
    """Renew a run's lease in a thread for as long as the block lasts."""
    ended = threading.Event()

    def beat() -> None:
        while not ended.wait(bench.beat_seconds):
            try:
                with bench.open_work() as work:
                    ours = renew(work, held, bench.present().now + bench.terms.lease)
                    work.commit()
            # The database is away or full for now: the lease has room for some misses.
            except Exception:  # noqa: BLE001, S112
                continue
            if not ours:
                return

    thread = threading.Thread(target=beat, name="lease", daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


def in_words(error: Exception) -> str:
    """Say what went wrong, in words that cannot hold what somebody sent or where to.

    The project's own messages are written for that; of the system's only the kind is told.
    """
    if isinstance(error, GapTrackerError):
        return str(error)
    if isinstance(error, OSError) and error.strerror:
        return f"{type(error).__name__}: {error.strerror}"
    return type(error).__name__
