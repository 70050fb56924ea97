"""`gaptracker work`: the intake's chores without the API."""

import signal
import threading
from types import FrameType
from typing import Annotated

import typer

from gaptracker.logs import configure_logs
from gaptracker.main.chores import make_worker
from gaptracker.main.cli.stores import settings_in_force
from gaptracker.main.cli.terminal import talk
from gaptracker.main.intake import make_desk
from gaptracker.records.schema import open_database

OnceOption = Annotated[bool, typer.Option("--once", help="Do what there is to do now, and end.")]


def work_command(once: OnceOption = False) -> None:
    """Do the intake's chores, such as sending webhooks, until a signal comes.

    `gaptracker serve` does them itself unless GAPTRACKER_WORKER=false. Any number of workers may
    run beside each other; none does what another has in hand, and what one that died had in hand
    is done by another.

    Examples:
        gaptracker work
        gaptracker work --once
    """
    settings = settings_in_force()
    configure_logs(settings.log_level, settings.log_format)
    engine = open_database(settings.resolved_database_url)
    worker = make_worker(make_desk(settings, engine), engine)
    if once:
        worker.do_all()
        talk("nothing is left to do now")
        return
    stopped = threading.Event()

    def stop(_number: int, _frame: FrameType | None) -> None:
        stopped.set()

    # The piece at hand is ended before the process is: a lease would tie it up for a while.
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    talk("at work; Ctrl+C stops")
    with worker.at_work():
        stopped.wait()
    talk("stopped")
