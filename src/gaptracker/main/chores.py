"""The chores of the intake's worker."""

from collections.abc import Callable, Sequence

import structlog
from sqlalchemy import Engine

from gaptracker.domain.errors import SchemaMismatch
from gaptracker.main.attachment_chores import attachment_chores
from gaptracker.main.batches import write_batches
from gaptracker.main.captures import capture_chores
from gaptracker.main.keeping import HeadChore, TidyChore
from gaptracker.main.webhooks import webhook_chores
from gaptracker.main.worker import Chore, Worker
from gaptracker.receive.desk import Desk
from gaptracker.records.schema import check_schema

log = structlog.get_logger("gaptracker.worker")


def intake_chores(desk: Desk) -> Sequence[tuple[str, Chore]]:
    """Return the chores that keep the intake going, each with its name."""
    return (
        ("batches", lambda: write_batches(desk)),
        *webhook_chores(desk),
        *attachment_chores(desk),
        *capture_chores(desk),
        ("tidy", TidyChore(desk.open_work, desk.blobs, desk.present, desk.promise)),
        ("head", HeadChore(desk.open_work, desk.log_key, desk.present)),
    )


def make_worker(desk: Desk, engine: Engine) -> Worker:
    """Return a worker for the intake that waits until the database is there."""
    return Worker(intake_chores(desk), ready=readiness(engine))


def readiness(engine: Engine) -> Callable[[], bool]:
    """Return what says whether a database has this program's schema.

    Who serves a release only has no database, and must not find their log full of it.
    """
    seen: set[str] = set()

    def ready() -> bool:
        if "ready" in seen:
            return True
        try:
            check_schema(engine)
        except SchemaMismatch as error:
            if "told" not in seen:
                log.warning("chores wait for the database", reason=str(error))
            seen.add("told")
            return False
        seen.add("ready")
        return True

    return ready
