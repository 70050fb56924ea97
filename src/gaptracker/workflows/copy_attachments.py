"""Make what may become public of attachments: plain copies by the machine, redactions by editors.

Making takes long and happens outside any transaction; what was made is kept in a second one, which
asks again whether it is still wanted.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import BinaryIO

from gaptracker import __version__
from gaptracker.custody.log_entries import EntryKind, LogRole
from gaptracker.domain.refusals import RefusalCode, Refused, not_there
from gaptracker.domain.submissions import (
    Attachment,
    AttachmentState,
    Derivative,
    DerivativeKind,
    Submission,
)
from gaptracker.domain.workflow import State
from gaptracker.intake.file_types import COPIED_TYPES, NoPublicCopy
from gaptracker.intake.public_view import copies_become_public
from gaptracker.intake.redaction import Box
from gaptracker.intake.sandboxed import COPY_LIMITS, Sandbox
from gaptracker.records.blob_store import CHUNK_BYTES, BlobStore, StoredBlob
from gaptracker.records.custody_repository import LogNote
from gaptracker.records.unit_of_work import UnitOfWork
from gaptracker.workflows.create_submissions import particulars_of
from gaptracker.workflows.errand import Errand
from gaptracker.workflows.present import Present
from gaptracker.workflows.submission_facts import current_content
from gaptracker.workflows.submission_sight import Sight, find_seen

# Longer than a copy may take.
LEASE = timedelta(minutes=10)
TOOL = f"gaptracker {__version__}"
COPYING = (
    State.SUBMITTED,
    State.IN_REVIEW,
    State.NEEDS_INFO,
    State.ACCEPTED,
    State.PUBLISHED,
)
REDACTING = frozenset({State.ACCEPTED, State.PUBLISHED})


@dataclass(frozen=True, slots=True, kw_only=True)
class MadeFile:
    """A stored file that was made from an attachment."""

    kind: DerivativeKind
    blob: StoredBlob
    name: str
    media_type: str


def next_to_copy(work: UnitOfWork, present: Present) -> Attachment | None:
    """Return the oldest attachment that waits for its public copy, None if there is none."""
    return work.attachments.waiting_for_copy(COPIED_TYPES, COPYING, present.now)


def make_file(
    attachment: Attachment, blobs: BlobStore, sandbox: Sandbox, boxes: Sequence[Box] = ()
) -> MadeFile:
    """Make and store the public copy of an attachment, with boxes burnt in if there are any.

    Raises:
        NoPublicCopy: If none can be made.
        StorageFull: If there is no room for it.
    """
    media_type = attachment.media_type_detected or ""
    with (
        blobs.raw(attachment.sha256) as closed,
        sandbox.public_copy(closed.file, media_type, boxes, key=closed.key) as copy,
    ):
        kept = blobs.receive(_pieces(copy.file), limit_bytes=COPY_LIMITS.out_bytes)
    return MadeFile(
        kind=DerivativeKind.REDACTION if boxes else DerivativeKind.PUBLIC_COPY,
        blob=kept,
        name=blobs.name_of(kept.sha256),
        media_type=copy.media_type,
    )


def keep_copy(
    attachment: str, made: MadeFile | NoPublicCopy, work: UnitOfWork, present: Present
) -> None:
    """Note the machine's copy, or why there will never be one, unless the original went."""
    found = work.attachments.find(attachment)
    if found is None or found.erased_at is not None:
        return
    submission = work.submissions.find(found.submission, to_change=True)
    if submission is None:
        return
    if isinstance(made, NoPublicCopy):
        work.attachments.change(attachment, no_copy=str(made), lease_until=None)
        return
    _add(found, made, None, work, present)
    work.attachments.change(attachment, lease_until=None)
    note = LogNote(
        kind=EntryKind.DERIVATIVE_STORED,
        about=submission.id,
        role=LogRole.MACHINE,
        at=present.now,
        particulars=particulars_of(submission),
        action="copy",
    )
    work.custody.note(note, present.random)


def find_to_redact(attachment: str, errand: Errand, *, original: bool = False) -> Attachment:
    """Return an attachment of which an editor may make something public.

    Args:
        attachment: Its id.
        errand: The editor's.
        original: Whether the original itself is to be released.

    Raises:
        Refused: `not-found`; `invalid-transition` while it is not accepted or published, and for
            an original without consent to keep its metadata, or beside confidential parts.
    """
    found = errand.work.attachments.find(attachment)
    if found is None or found.erased_at is not None:
        raise not_there()
    submission, sight = find_seen(found.submission, errand)
    if sight is not Sight.EDITING:
        raise not_there()
    if submission.state not in REDACTING or found.state is not AttachmentState.CLEAN:
        raise Refused(
            RefusalCode.INVALID_TRANSITION,
            f"the submission is {submission.state} and the file {found.state}; expected an "
            "accepted or published one and a clean file",
            allowed_actions=[],
        )
    if original:
        _require_consent(submission, errand)
    return found


def keep_made(attachment: str, made: MadeFile, errand: Errand) -> Derivative:
    """Note what an editor made; from then on it is what becomes public.

    Raises:
        Refused: As `find_to_redact`.
    """
    original = made.kind is DerivativeKind.ORIGINAL
    found = find_to_redact(attachment, errand, original=original)
    submission, _ = find_seen(found.submission, errand, to_change=True)
    kept = _add(found, made, errand.principal.member, errand.work, errand.present)
    errand.log(
        EntryKind.DERIVATIVE_STORED,
        submission.id,
        LogRole.EDITOR,
        particulars_of(submission),
        action=made.kind.value,
    )
    return kept


def _require_consent(submission: Submission, errand: Errand) -> None:
    """Refuse to release an original that its organisation did not agree to, or that may tell."""
    content = current_content(submission, errand.work)
    agreed = content is not None and content["consent"]["keep_metadata"]
    if not agreed or content is None or not copies_become_public(content):
        raise Refused(
            RefusalCode.INVALID_TRANSITION,
            "an original is released only with consent.keep_metadata, and never beside parts that "
            "are not public; release a redaction",
            allowed_actions=[],
        )


def _add(
    attachment: Attachment,
    made: MadeFile,
    member: str | None,
    work: UnitOfWork,
    present: Present,
) -> Derivative:
    work.take_blobs_lock()
    derivative = Derivative(
        id=present.new_id("der"),
        attachment=attachment.id,
        kind=made.kind,
        tool=TOOL,
        sha256=made.blob.sha256,
        blob=made.name,
        size_bytes=made.blob.size,
        media_type=made.media_type,
        created_at=present.now,
        created_by=member,
    )
    work.attachments.add_derivative(derivative)
    return derivative


def _pieces(file: BinaryIO) -> Iterator[bytes]:
    while piece := file.read(CHUNK_BYTES):
        yield piece
