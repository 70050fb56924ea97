"""`gaptracker scheduler`: the periodic jobs, until a signal comes."""

import os
import signal
import sys
import threading
from types import FrameType
from typing import Annotated

import typer

from gaptracker.logs import configure_logs
from gaptracker.main.cli.errors import BadSetting
from gaptracker.main.cli.stores import settings_in_force
from gaptracker.main.cli.terminal import talk
from gaptracker.main.periodic_jobs import make_bench, schedules_of
from gaptracker.main.scheduler import Scheduler
from gaptracker.records.schema import open_database

OnceOption = Annotated[bool, typer.Option("--once", help="Plan and do what is due now, and end.")]


def scheduler_command(once: OnceOption = False) -> None:
    """Do the periodic jobs when they are due, until a signal comes.

    Any number of schedulers may run, on one database: each period's run is done by one of them,
    once. What was missed while none ran is caught up with, in order; what fails is tried again.
    At SIGTERM or Ctrl+C the run at hand ends, or is given back. `gaptracker jobs` shows and
    repeats runs.

    Examples:
        gaptracker scheduler
        gaptracker scheduler --once
    """
    settings = settings_in_force()
    configure_logs(settings.log_level, settings.log_format)
    schedules = schedules_of(settings)
    if not schedules:
        raise BadSetting("every GAPTRACKER_SCHEDULE_… is off; there is nothing to wait for")
    engine = open_database(settings.resolved_database_url)
    scheduler = Scheduler(schedules, make_bench(settings, engine))
    if once:
        while scheduler.step():
            pass
        talk("nothing is left to do now")
        return
    stopped = threading.Event()

    def stop(_number: int, _frame: FrameType | None) -> None:
        stopped.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    talk(f"scheduling {', '.join(job.value for job in schedules)}; Ctrl+C stops")
    scheduler.start()
    stopped.wait()
    ended = scheduler.stop(settings.schedule_stop_seconds)
    talk("stopped" if ended else "stopped; the run at hand was given back")
    if not ended:
        # A thread, and perhaps processes of it, go on with what is another scheduler's by now.
        sys.stdout.flush()
        os._exit(0)
