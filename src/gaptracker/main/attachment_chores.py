"""Chores about files: look at them, copy them, clear away what nobody needs."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from gaptracker.domain.submissions import Attachment
from gaptracker.intake.file_types import NoPublicCopy
from gaptracker.main.worker import Chore
from gaptracker.receive.desk import Desk
from gaptracker.workflows.copy_attachments import (
    LEASE,
    MadeFile,
    keep_copy,
    make_file,
    next_to_copy,
)
from gaptracker.workflows.look_at_attachments import clear_unused, look_again, note_look

CLEARING = timedelta(hours=1)
# No upload takes so long: what is unfinished since then was left by a process that was killed.
UNFINISHED = timedelta(days=1)


def attachment_chores(desk: Desk) -> Sequence[tuple[str, Chore]]:
    """Return the chores about files, each with its name."""
    return (
        ("look at attachments", lambda: look_at_one(desk)),
        ("copy attachments", lambda: copy_one(desk)),
        ("clear unused files", Clearing(desk)),
    )


def look_at_one(desk: Desk) -> bool:
    """Look at the oldest file whose content was not clear when it arrived; say if there was one."""
    with desk.open_work(True) as work:
        waiting = work.attachments.waiting_to_be_looked_at(desk.present().now)
    if waiting is None or not _leased(waiting, desk):
        return waiting is not None
    found = look_again(waiting, desk.blobs, desk.sandbox)
    with desk.open_work(False) as work:
        note_look(waiting.id, found, work, desk.present())
        work.commit()
    return True


def copy_one(desk: Desk) -> bool:
    """Make the public copy that has been waited for longest; say if there was one."""
    with desk.open_work(True) as work:
        waiting = next_to_copy(work, desk.present())
    if waiting is None or not _leased(waiting, desk):
        return waiting is not None
    made: MadeFile | NoPublicCopy
    try:
        made = make_file(waiting, desk.blobs, desk.copier)
    except NoPublicCopy as error:
        made = error
    with desk.open_work(False) as work:
        keep_copy(waiting.id, made, work, desk.present())
        work.commit()
    return True


class Clearing:
    """Clears unused bytes away, once an hour."""

    def __init__(self, desk: Desk) -> None:
        """Take the intake's tools; the first clearing is at once."""
        self._desk = desk
        self._last: datetime | None = None

    def __call__(self) -> bool:
        """Clear if it is time; nothing is left to do afterwards."""
        present = self._desk.present()
        if self._last is not None and present.now - self._last < CLEARING:
            return False
        self._last = present.now
        self._desk.blobs.sweep_partial(present.now - UNFINISHED)
        with self._desk.open_work(False) as work:
            clear_unused(self._desk.blobs, work, present)
            work.commit()
        return False


def _leased(attachment: Attachment, desk: Desk) -> bool:
    """Take an attachment, so that no other worker does the same."""
    now = desk.present().now
    with desk.open_work(False) as work:
        mine = work.attachments.lease(attachment.id, now, now + LEASE)
        work.commit()
    return mine
