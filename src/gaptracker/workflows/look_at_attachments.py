"""Look again at files whose type was not clear when they arrived, and clear away what is unused."""

from datetime import timedelta

from gaptracker.custody.log_entries import EntryKind, LogRole
from gaptracker.domain.delivery import EventType
from gaptracker.domain.submissions import Attachment, AttachmentState
from gaptracker.intake.file_types import Detected
from gaptracker.intake.sandboxed import Sandbox
from gaptracker.records.blob_store import BlobStore
from gaptracker.records.custody_repository import LogNote, OutboxEvent
from gaptracker.records.unit_of_work import UnitOfWork
from gaptracker.workflows.create_submissions import particulars_of
from gaptracker.workflows.present import Present

# No upload, and nothing that is made, takes as long between its bytes and its row.
UNUSED_FOR = timedelta(days=1)


def look_again(attachment: Attachment, blobs: BlobStore, sandbox: Sandbox) -> Detected:
    """Tell what a stored file is, with all the time that a reading may take."""
    with blobs.raw(attachment.sha256) as closed:
        return sandbox.detect(closed.file, attachment.media_type_declared, closed.key)


def note_look(attachment: str, found: Detected, work: UnitOfWork, present: Present) -> None:
    """Note what a file is; one with a problem goes into quarantine, and its organisation is told.

    Args:
        attachment: Its id; nothing happens if it is no longer being looked at.
        found: What was found.
        work: An open unit of work.
        present: When.
    """
    known = work.attachments.find(attachment)
    if known is None or known.state is not AttachmentState.SCANNING:
        return
    submission = work.submissions.find(known.submission, to_change=True)
    if submission is None:
        return
    state = AttachmentState.QUARANTINED if found.problems else AttachmentState.CLEAN
    work.attachments.change(
        attachment,
        state=state.value,
        media_type_detected=found.media_type,
        problem=found.detail or None,
        flags=" ".join(found.flags),
        lease_until=None,
    )
    if state is AttachmentState.CLEAN:
        return
    note = LogNote(
        kind=EntryKind.ATTACHMENT_QUARANTINED,
        about=submission.id,
        role=LogRole.MACHINE,
        at=present.now,
        particulars=particulars_of(submission),
        action="quarantine",
    )
    work.custody.note(note, present.random)
    work.custody.tell(
        OutboxEvent(
            id=present.new_id("evt"),
            type=EventType.ATTACHMENT_QUARANTINED,
            organisation=submission.organisation,
            data={"id": attachment, "links": {"self": f"/v1/attachments/{attachment}"}},
            at=present.now,
        )
    )


def discard_unused(blob: str, blobs: BlobStore, work: UnitOfWork) -> None:
    """Erase one blob at once, unless something refers to it."""
    work.take_blobs_lock(to_remove=True)
    for name in work.attachments.unused_blobs([blob]):
        blobs.delete_named(name)


def clear_unused(blobs: BlobStore, work: UnitOfWork, present: Present) -> int:
    """Erase stored bytes that nothing refers to: of refused requests, and of erased attachments.

    Args:
        blobs: The store.
        work: A unit of work that can write; it holds the lock until its caller ends it.
        present: When; bytes that came within a day are left alone.

    Returns:
        How many blobs were erased.
    """
    old = frozenset(blobs.names(present.now - UNUSED_FOR))
    if not old:
        return 0
    work.take_blobs_lock(to_remove=True)
    # Listed again under the lock: bytes that were sent once more meanwhile are not old any longer.
    unused = work.attachments.unused_blobs(old) & set(blobs.names(present.now - UNUSED_FOR))
    for name in sorted(unused):
        blobs.delete_named(name)
    return len(unused)
