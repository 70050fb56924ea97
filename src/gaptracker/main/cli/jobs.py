"""`gaptracker jobs`: what the periodic jobs did, one run by hand, and failed runs anew."""

import signal
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from types import FrameType
from typing import Annotated, Literal

import typer

from gaptracker.domain.errors import GapTrackerError, InvalidValue
from gaptracker.domain.periodic import (
    OPEN,
    PeriodicJob,
    PeriodicRun,
    PeriodicState,
)
from gaptracker.domain.periods import CalendarPeriod
from gaptracker.domain.report_delivery import ReportDelivery, SendingState
from gaptracker.logs import configure_logs
from gaptracker.main.cli.figures import NOTHING
from gaptracker.main.cli.rows_out import write_json
from gaptracker.main.cli.stores import settings_in_force
from gaptracker.main.cli.tables import plain_table
from gaptracker.main.cli.teaching import help_of
from gaptracker.main.cli.terminal import show, show_whole, talk, write
from gaptracker.main.periodic_jobs import REPORT_UNITS, REPORTED, make_bench, schedules_of
from gaptracker.records.schema import open_database
from gaptracker.release.documents import plain
from gaptracker.settings import Settings
from gaptracker.workflows.periodic_runs import ask_for, plan_due, reopen
from gaptracker.workflows.run_periodic import Bench, run_asked
from gaptracker.workflows.schedules import Schedule

# How often to look whether another process has ended what it is at.
LOOK_AGAIN_SECONDS = 2.0
# What shells add to a signal's number.
SIGNALLED = 128

JobArgument = Annotated[PeriodicJob, typer.Argument(help="The job.", metavar="JOB")]
PeriodArgument = Annotated[
    str, typer.Argument(help="Its period, as `jobs list` shows it.", metavar="PERIOD")
]
PeriodOption = Annotated[
    str | None,
    typer.Option(
        help="Period, as 2026-Q4; whatever is due, or the last that is over, if left out.",
        metavar="PERIOD",
    ),
]
JobOption = Annotated[
    PeriodicJob | None, typer.Option("--job", help="Runs of one job; of all if left out.")
]
LimitOption = Annotated[int, typer.Option(help="How many, the newest first.", min=1, max=10_000)]
FormatOption = Annotated[
    Literal["table", "json"], typer.Option("--format", help="A table to read, or JSON.")
]

jobs_app = typer.Typer(no_args_is_help=True, help="Show, run and repeat the periodic jobs.")


class RunFailed(GapTrackerError):
    """A run did not come to its end; the message says why."""


@contextmanager
def _opened() -> Iterator[tuple[Settings, Bench]]:
    settings = settings_in_force()
    configure_logs(settings.log_level, settings.log_format)
    engine = open_database(settings.resolved_database_url)
    try:
        yield settings, make_bench(settings, engine)
    finally:
        engine.dispose()


def list_command(
    job: JobOption = None, *, limit: LimitOption = 20, form: FormatOption = "table"
) -> None:
    """List the runs, the newest first: when due, how they stand, what came of them.

    Of deliveries, those that did not arrive, or of which nobody knows, are shown each. In JSON
    each run has all of its deliveries.

    Examples:
        gaptracker jobs list
        gaptracker jobs list --job report --format json
    """
    with _opened() as (_, bench), bench.open_work() as work:
        runs = work.periodic.load(job, limit=limit)
        sent_for = [run.period for run in runs if run.job is PeriodicJob.DELIVER]
        deliveries = work.report_deliveries.load(sent_for)
    if form == "json":
        write_json([{**plain(run), "deliveries": _of(run, deliveries)} for run in runs])
        return
    if not runs:
        talk("nothing was ever due; `gaptracker scheduler` plans it, `jobs run` does it at once.")
        return
    table = plain_table(
        "job", "period", "state", "due", "tries", "what came of it", numbers=("tries",)
    )
    for run in runs:
        table.add_row(
            run.job.value,
            run.period,
            run.state.value,
            f"{run.due_at:%Y-%m-%d %H:%M}",
            str(run.attempts),
            run.error or run.effect or NOTHING,
        )
    show_whole(table)
    _show_open(deliveries)


def _of(run: PeriodicRun, deliveries: Sequence[ReportDelivery]) -> list[ReportDelivery]:
    """Return what a run sent."""
    ours = run.job is PeriodicJob.DELIVER
    return [each for each in deliveries if ours and each.period == run.period]


def _show_open(deliveries: Sequence[ReportDelivery]) -> None:
    """Show the deliveries that did not arrive, or of which nobody knows."""
    left = [each for each in deliveries if each.state is not SendingState.SENT]
    if not left:
        return
    show("")
    table = plain_table(
        "report", "channel", "recipient", "state", "tries", "why", numbers=("tries",)
    )
    for each in left:
        table.add_row(
            each.period,
            each.channel.value,
            each.recipient,
            each.state.value,
            str(each.attempts),
            each.error or NOTHING,
        )
    show_whole(table)


def run_command(job: JobArgument, *, period: PeriodOption = None) -> None:
    """Do a job for a period now, unless it is done already; for cron, systemd and the like.

    Without a period everything of the job that its schedule made due is done, in order, or what
    is the last period by its unit. If another process is at it, its end is waited for. Ends with
    0 if all of it is done, with 1 if something failed: it is tried again by a scheduler, or when
    this is run again.

    Examples:
        gaptracker jobs run report
        gaptracker jobs run report --period 2026-Q4
    """
    with _opened() as (settings, bench):
        for asked in _asked(bench, settings, job, period):
            with _given_back_at_a_signal():
                _finish(bench, job, asked)


def retry_command(job: JobArgument, period: PeriodArgument) -> None:
    """Do a run again that failed or was skipped, with all its attempts anew.

    What is done stays done: its effect is there. Of `deliver`, what is unsure or was refused is
    sent again, under the same id, and what is sent is not. Runs that failed only because this one
    had are taken up by the scheduler, or by `jobs run`.

    Examples:
        gaptracker jobs retry report 2026-Q4
        gaptracker jobs retry deliver 2026-Q4
    """
    with _opened() as (_, bench):
        with bench.open_work() as work:
            reopen(work, job, period, bench.present().now)
            work.commit()
        with _given_back_at_a_signal():
            _finish(bench, job, period)


def _asked(
    bench: Bench, settings: Settings, job: PeriodicJob, period: str | None
) -> tuple[str, ...]:
    """Put what is asked for on record, and return its periods in order."""
    now = bench.present().now
    schedules = schedules_of(settings)
    schedule = schedules.get(job) or _unscheduled(job, settings.schedule_zone)
    with bench.open_work() as work:
        if period is not None:
            named = _over(period, job, schedule, now)
            runs = [ask_for(work, job, named, now)]
        else:
            plan_due(work, {job: schedule} if job in schedules else {}, now)
            runs = list(work.periodic.load_open(job)) or [
                ask_for(work, job, schedule.latest(now), now)
            ]
        work.commit()
    return tuple(run.period for run in runs)


def _unscheduled(job: PeriodicJob, zone: str) -> Schedule:
    """Return the schedule that a job has by default, for one that is switched off."""
    default = Settings.model_fields[f"schedule_{job.value}"].default
    schedule = Schedule.parse(default, zone=zone)
    if schedule is None:
        raise TypeError(f"{job.value} has no schedule by default")
    return schedule


def _over(text: str, job: PeriodicJob, schedule: Schedule, now: datetime) -> CalendarPeriod:
    """Return a period that a job can be done for, refuse others."""
    try:
        period = CalendarPeriod.parse(text)
    except InvalidValue as error:
        raise typer.BadParameter(str(error)) from error
    today = now.astimezone(schedule.zone).date()
    if period.end > today:
        raise typer.BadParameter(
            f"{period} is over on {period.end}, and today is {today}; expected a period that is "
            "over, since a run of it is made once"
        )
    if job in REPORTED and period.unit not in REPORT_UNITS:
        raise typer.BadParameter(f"{period} is no month, quarter or year, as a report is for")
    return period


def _finish(bench: Bench, job: PeriodicJob, period: str) -> None:
    """Do a run, or wait for whoever does it.

    Raises:
        RunFailed: If it is not done in the end.
    """
    never = threading.Event()
    run = run_asked(bench, job, period, never) or _found(bench, job, period)
    while run.state is PeriodicState.RUNNING:
        talk(f"{job.value} of {period} is being done elsewhere; waiting …")
        time.sleep(LOOK_AGAIN_SECONDS)
        run = run_asked(bench, job, period, never) or _found(bench, job, period)
    if run.state in {PeriodicState.DONE, PeriodicState.SKIPPED}:
        write(f"{job.value} {period} {run.state.value} {run.effect or run.error}\n")
        return
    why = run.error or "another job of the period has to be done before it"
    follows = (
        f"`gaptracker jobs retry {job.value} {period}` tries it again"
        if run.state not in OPEN
        else f"it is tried again after {run.next_at:%Y-%m-%d %H:%M} UTC"
    )
    raise RunFailed(f"{job.value} of {period} is not done: {why}; {follows}")


@contextmanager
def _given_back_at_a_signal() -> Iterator[None]:
    """Let SIGTERM end the process as Ctrl+C does, so that a run at hand is given back."""

    def end(number: int, _frame: FrameType | None) -> None:
        raise SystemExit(SIGNALLED + number)

    before = signal.signal(signal.SIGTERM, end)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _found(bench: Bench, job: PeriodicJob, period: str) -> PeriodicRun:
    with bench.open_work() as work:
        run = work.periodic.find(job, period)
    if run is None:
        raise RunFailed(f"{job.value} of {period} is on record no more")
    return run


jobs_app.command("list", help=help_of(list_command))(list_command)
jobs_app.command("run", help=help_of(run_command))(run_command)
jobs_app.command("retry", help=help_of(retry_command))(retry_command)
