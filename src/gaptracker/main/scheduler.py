"""The scheduler: plans what became due, does it one after the other, and ends when told to.

Any number of them may run, on one machine or several; the database keeps each run with one.
"""

import threading
from collections.abc import Mapping

import structlog

from gaptracker.domain.periodic import LeaseLost, PeriodicJob, PeriodicRun
from gaptracker.workflows.periodic_runs import Held, give_back, plan_due, take_next
from gaptracker.workflows.run_periodic import Bench, do_held
from gaptracker.workflows.schedules import Schedule

IDLE_SECONDS = 5.0
# The database is away, or its disk is full: it must not fill the log as well.
AFTER_FAILURE_SECONDS = 10.0

log = structlog.get_logger("gaptracker.scheduler")


class Scheduler:
    """Does periodic jobs until it is stopped, one run at a time, each job's periods in order."""

    def __init__(
        self,
        schedules: Mapping[PeriodicJob, Schedule],
        bench: Bench,
        *,
        idle_seconds: float = IDLE_SECONDS,
    ) -> None:
        """Prepare; `start` begins.

        Args:
            schedules: When each job is due; one that is left out is never planned, but what of
                it is on record already is done.
            bench: What running needs; its `present` is the only clock there is.
            idle_seconds: How long to wait when nothing is due.
        """
        self._schedules = schedules
        self._bench = bench
        self._idle_seconds = idle_seconds
        self._stopping = threading.Event()
        self._held: Held | None = None
        self._thread = threading.Thread(target=self._run, name="scheduler", daemon=True)

    def start(self) -> None:
        """Begin, in a thread."""
        self._thread.start()

    def stop(self, grace_seconds: float) -> bool:
        """Let the run at hand end, or give it back for others to begin anew.

        Returns:
            Whether it ended by itself; if not, this process has to end now, since a thread of it
            goes on with what is another's to do.
        """
        self._stopping.set()
        self._thread.join(grace_seconds)
        held = self._held
        if not self._thread.is_alive() or held is None:
            return True
        try:
            with self._bench.open_work() as work:
                give_back(work, held)
                work.commit()
        except LeaseLost:
            return True
        log.warning("run given back", job=held.run.job.value, period=held.run.period)
        return False

    def step(self) -> tuple[PeriodicRun, ...]:
        """Plan what became due and do one run of each job that has one; returns what was done."""
        with self._bench.open_work() as work:
            planned = plan_due(work, self._schedules, self._bench.present().now)
            work.commit()
        for run in planned:
            log.info("run planned", job=run.job.value, period=run.period)
        done = (self._next(job) for job in PeriodicJob if not self._stopping.is_set())
        return tuple(run for run in done if run is not None)

    def _next(self, job: PeriodicJob) -> PeriodicRun | None:
        bench = self._bench
        with bench.open_work() as work:
            held = take_next(work, job, terms=bench.terms, present=bench.present())
            work.commit()
        if held is None:
            return None
        self._held = held
        named = {"job": job.value, "period": held.run.period}
        log.info("run begun", attempt=held.run.attempts, **named)
        try:
            run = do_held(bench, held, self._stopping)
        except LeaseLost as error:
            log.warning("run lost", reason=str(error), **named)
            return held.run
        finally:
            self._held = None
        log.info("run ended", state=run.state.value, error=run.error, effect=run.effect, **named)
        return run

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                worked = bool(self.step())
            except Exception as error:  # noqa: BLE001  one failure must not end the scheduler
                log.error("scheduler waits", kind=type(error).__name__)  # noqa: TRY400
                self._stopping.wait(AFTER_FAILURE_SECONDS)
                continue
            if not worked:
                self._stopping.wait(self._idle_seconds)
