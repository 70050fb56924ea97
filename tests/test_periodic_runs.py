"""Runs of periodic jobs on both databases: each once, in order, held by one, lost by nobody."""

import threading
from datetime import timedelta

import pytest
from sqlalchemy import Engine

from gaptracker.domain.errors import GapTrackerError, StorageUnavailable
from gaptracker.domain.periodic import LeaseLost, PeriodicJob, PeriodicState, RunBeyondRetry
from gaptracker.workflows.periodic_runs import keep_done, plan_due, reopen, take_next
from gaptracker.workflows.run_periodic import Task, run_next
from tests.migrated_databases import empty
from tests.periodic_world import PeriodicWorld, schedule

REPORT, CUT, SYNC = PeriodicJob.REPORT, PeriodicJob.SCORE_AND_CUT, PeriodicJob.SYNC
RETENTION, DELIVER = PeriodicJob.RETENTION, PeriodicJob.DELIVER
DAILY = "day 0 6 * * *"


@pytest.fixture
def world(shared_records: Engine) -> PeriodicWorld:
    empty(shared_records, "periodic_run", "periodic_plan", "report_delivery")
    made = PeriodicWorld(engine=shared_records, schedules={REPORT: schedule(DAILY)})
    made.plan()
    return made


def test_what_was_due_before_the_first_start_is_not_missed(world: PeriodicWorld) -> None:
    assert world.states(REPORT) == {}
    world.clock.forward(days=1)
    assert world.plan() == ["2026-10-31"]


def test_a_period_is_done_once_and_stays_done(world: PeriodicWorld) -> None:
    world.clock.forward(days=1)
    world.plan()
    run = world.run(REPORT)
    assert run is not None
    assert (run.state, run.effect) == (PeriodicState.DONE, "2026-10-31 done")
    assert world.run(REPORT) is None
    assert world.done == [("report", "2026-10-31")]


def test_every_missed_period_of_a_report_is_done_in_order(world: PeriodicWorld) -> None:
    world.clock.forward(days=5)
    assert len(world.plan()) == 5
    while world.run(REPORT):
        pass
    assert [period for _, period in world.done] == [
        "2026-10-31",
        *(f"2026-11-0{day}" for day in range(1, 5)),
    ]


def test_of_missed_retentions_and_syncs_only_the_latest_is_done(world: PeriodicWorld) -> None:
    world.schedules = {RETENTION: schedule(DAILY)}
    world.plan()
    world.clock.forward(days=3)
    world.plan()
    assert list(world.states(RETENTION).values()) == ["skipped", "skipped", "pending"]
    # What nobody came to do before the next was due is missed, too.
    world.clock.forward(days=1)
    world.plan()
    world.run(RETENTION)
    assert world.done == [("retention", "2026-11-03")]
    assert world.held(RETENTION, "2026-11-02").error == "missed; 2026-11-03 stands for it"


@pytest.mark.hostile(id="clock-goes-back")
def test_a_clock_that_is_put_back_plans_nothing_twice_and_loses_nothing(
    world: PeriodicWorld,
) -> None:
    world.clock.forward(days=2)
    world.plan()
    world.run(REPORT)
    world.clock.forward(days=-2)
    assert world.plan() == []
    world.clock.forward(days=4)
    assert world.plan() == ["2026-11-02", "2026-11-03"]
    while world.run(REPORT):
        pass
    assert len(world.done) == len(set(world.done)) == 4


def test_a_failure_is_tried_again_later_each_time_and_then_waits_for_somebody(
    world: PeriodicWorld,
) -> None:
    def fail(_task: Task) -> str:
        raise StorageUnavailable("the disk is full")

    world.doing[REPORT] = fail
    world.clock.forward(days=1)
    world.plan()
    for wait in world.terms.waits:
        run = world.run(REPORT)
        assert run is not None
        assert (run.state, run.error) == (PeriodicState.PENDING, "the disk is full")
        assert run.next_at == world.clock.now + wait
        assert world.run(REPORT) is None
        world.clock.forward(seconds=wait.total_seconds())
    last = world.run(REPORT)
    assert last is not None
    assert (last.state, last.attempts) == (PeriodicState.FAILED, 6)
    world.clock.forward(days=100)
    assert world.run(REPORT) is None
    del world.doing[REPORT]
    with world.open_work() as work:
        reopen(work, REPORT, "2026-10-31", world.clock.now)
        work.commit()
    world.run(REPORT)
    assert world.states(REPORT) == {"2026-10-31": "done"}


def test_a_period_that_waits_for_its_next_attempt_keeps_the_later_ones_waiting(
    world: PeriodicWorld,
) -> None:
    def fail_once(task: Task) -> str:
        if task.run.attempts == 1 and task.run.period == "2026-10-31":
            raise OSError(28, "No space left on device", "/secret/name")
        return world.note(task)

    world.doing[REPORT] = fail_once
    world.clock.forward(days=2)
    world.plan()
    failed = world.run(REPORT)
    assert failed is not None
    assert failed.error == "OSError: No space left on device"
    assert world.run(REPORT) is None
    world.clock.forward(minutes=1)
    while world.run(REPORT):
        pass
    assert [period for _, period in world.done] == ["2026-10-31", "2026-11-01"]


def test_what_must_not_be_tried_again_fails_at_once(world: PeriodicWorld) -> None:
    def fail(_task: Task) -> str:
        raise RunBeyondRetry("look at it first")

    world.doing[REPORT] = fail
    world.clock.forward(days=1)
    world.plan()
    run = world.run(REPORT)
    assert run is not None
    assert (run.state, run.attempts, run.error) == (PeriodicState.FAILED, 1, "look at it first")


def test_an_error_that_may_quote_somebody_is_kept_by_its_kind_alone(world: PeriodicWorld) -> None:
    def fail(_task: Task) -> str:
        raise ValueError("reader@example.org cannot be parsed")

    world.doing[REPORT] = fail
    world.clock.forward(days=1)
    world.plan()
    run = world.run(REPORT)
    assert run is not None
    assert run.error == "ValueError"


@pytest.mark.hostile(id="scheduler-sleeps-through-its-lease")
def test_who_lost_the_lease_can_record_nothing(world: PeriodicWorld) -> None:
    world.clock.forward(days=1)
    world.plan()
    with world.open_work() as work:
        first = take_next(work, REPORT, terms=world.terms, present=world.clock())
        work.commit()
    assert first is not None
    assert world.run(REPORT) is None, "it is held"
    world.clock.forward(seconds=world.terms.lease.total_seconds())

    def first_wakes(task: Task) -> str:
        # In the midst of the second's work, and after it.
        with world.open_work() as work, pytest.raises(LeaseLost):
            keep_done(work, first, "another effect", world.clock.now)
        return world.note(task)

    world.doing[REPORT] = first_wakes
    second = world.run(REPORT)
    assert second is not None
    assert second.attempts == 2
    with world.open_work() as work, pytest.raises(LeaseLost):
        keep_done(work, first, "another effect", world.clock.now)
    assert world.held(REPORT, "2026-10-31").effect == "2026-10-31 done"


def test_a_run_that_kills_whoever_does_it_fails_in_the_end(world: PeriodicWorld) -> None:
    world.clock.forward(days=1)
    world.plan()
    for _ in range(6):
        with world.open_work() as work:
            assert take_next(work, REPORT, terms=world.terms, present=world.clock())
            work.commit()
        world.clock.forward(seconds=world.terms.lease.total_seconds())
    assert world.run(REPORT) is None
    run = world.held(REPORT, "2026-10-31")
    assert run.state is PeriodicState.FAILED
    assert run.error == "whoever did it ended 6 times without a word"


def test_a_report_waits_for_its_release_and_is_written_on_it(world: PeriodicWorld) -> None:
    world.schedules = {
        SYNC: schedule("day 0 1 * * *"),
        CUT: schedule("day 0 5 * * *"),
        REPORT: schedule(DAILY),
    }
    on: list[str | None] = []

    def report(task: Task) -> str:
        on.append(task.needed)
        return world.note(task)

    world.doing[REPORT] = report
    world.plan()
    world.clock.forward(days=1)
    world.plan()
    assert world.run(REPORT) is None
    assert world.run(CUT) is None, "the sync of its period has not ended"
    for job in (SYNC, CUT, REPORT):
        world.run(job)
    assert [job for job, _ in world.done] == ["sync", "score_and_cut", "report"]
    assert on == ["2026-10-31 done"]


def test_a_sync_that_failed_holds_no_release_up_but_a_failed_release_holds_its_report(
    world: PeriodicWorld,
) -> None:
    world.schedules = {job: schedule(DAILY) for job in (SYNC, CUT, REPORT, DELIVER)}

    def fail(_task: Task) -> str:
        raise RunBeyondRetry("a publisher is gone")

    world.doing = {SYNC: fail}
    world.plan()
    world.clock.forward(days=1)
    world.plan()
    world.run(SYNC)
    world.doing[CUT] = fail
    for job in (CUT, REPORT, DELIVER):
        world.run(job)
    assert world.held(REPORT, "2026-10-31").error == (
        "score_and_cut of 2026-10-31 failed; retry that"
    )
    assert world.done == []
    # The next period is not held up by it; and one retry brings all of the period back.
    del world.doing[CUT]
    world.clock.forward(days=1)
    world.plan()
    for job in (SYNC, CUT, REPORT, DELIVER):
        world.run(job)
    assert world.done[-1] == ("deliver", "2026-11-01")
    with world.open_work() as work:
        reopen(work, CUT, "2026-10-31", world.clock.now)
        work.commit()
    for job in (CUT, REPORT, DELIVER):
        world.run(job)
    assert world.done[-1] == ("deliver", "2026-10-31")


def test_a_run_that_is_stopped_is_given_back_as_if_never_begun(world: PeriodicWorld) -> None:
    stopping = threading.Event()

    def work_on(task: Task) -> str:
        stopping.set()
        task.check_stop()
        return world.note(task)

    world.doing[REPORT] = work_on
    world.clock.forward(days=1)
    world.plan()
    run = run_next(world.bench, REPORT, stopping)
    assert run is not None
    assert (run.state, run.attempts, run.owner) == (PeriodicState.PENDING, 0, None)


@pytest.mark.hostile(id="schedulers-in-the-same-second")
def test_schedulers_in_the_same_second_plan_and_do_everything_once(world: PeriodicWorld) -> None:
    world.clock.forward(days=20)
    begin = threading.Barrier(6)
    failed: list[BaseException] = []

    def scheduler() -> None:
        try:
            begin.wait()
            with world.open_work() as work:
                plan_due(work, world.schedules, world.clock.now)
                work.commit()
            while "pending" in world.states(REPORT).values():
                world.run(REPORT)
        except BaseException as error:  # noqa: BLE001  told by the test's own thread
            failed.append(error)

    threads = [threading.Thread(target=scheduler) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert not failed
    assert set(world.states(REPORT).values()) == {"done"}
    assert [period for _, period in world.done] == sorted(world.states(REPORT))
    assert len(world.done) == 20


def test_signs_of_life_keep_a_long_run(world: PeriodicWorld) -> None:
    renewed = threading.Event()

    def long(task: Task) -> str:
        world.clock.forward(seconds=world.terms.lease.total_seconds() - 1)
        first = task.run.lease_until
        for _ in range(3_000):
            if world.held(REPORT, task.run.period).lease_until != first:
                renewed.set()
                break
            threading.Event().wait(0.01)
        world.clock.forward(seconds=world.terms.lease.total_seconds() - 1)
        return world.note(task)

    world.doing[REPORT] = long
    world.clock.forward(days=1)
    world.plan()
    bench = world.bench
    quick = type(bench)(
        open_work=bench.open_work,
        present=bench.present,
        doing=bench.doing,
        terms=bench.terms,
        beat_seconds=0.01,
    )
    run = run_next(quick, REPORT, world.never)
    assert renewed.is_set()
    assert run is not None
    assert run.state is PeriodicState.DONE


def test_a_run_nobody_planned_cannot_be_retried(world: PeriodicWorld) -> None:
    with world.open_work() as work, pytest.raises(GapTrackerError, match="no run of report"):
        reopen(work, REPORT, "1999-Q1", world.clock.now - timedelta(days=1))
