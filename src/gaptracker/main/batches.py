"""The chore that writes batches."""

from gaptracker.domain.errors import GapTrackerError, StorageUnavailable
from gaptracker.domain.jobs import JobKind
from gaptracker.receive.desk import Desk
from gaptracker.workflows.run_batch import (
    AtomicBatchFailed,
    fail_atomic,
    give_up,
    run_next_part,
)


def write_batches(desk: Desk) -> bool:
    """Write the next part of a batch; says whether there was one."""
    try:
        # Nothing waits most of the time, and a look takes no lock.
        with desk.open_work(True) as work:
            if not work.jobs.is_waiting(JobKind.BATCH, desk.present().now):
                return False
        with desk.open_work(False) as work:
            found = run_next_part(work, desk.present())
            work.commit()
            return found
    except AtomicBatchFailed as failed:
        with desk.open_work(False) as work:
            fail_atomic(failed, work, desk.present())
            work.commit()
        return True
    except StorageUnavailable:
        # Somebody else writes, or the disk is full: the part is still there for the next round.
        return False
    except GapTrackerError:
        # Nothing that comes again by itself may keep the others waiting for ever.
        with desk.open_work(False) as work:
            give_up(work, desk.present())
            work.commit()
        raise
