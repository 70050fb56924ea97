"""Who sees which files: attachments, and what was made from them.

An original is for its own organisation and for who was assigned to review it. Everybody else sees
what was made from it, editors before it is published and the public afterwards.
"""

from dataclasses import dataclass

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
from gaptracker.records.unit_of_work import UnitOfWork
from gaptracker.workflows.create_submissions import particulars_of
from gaptracker.workflows.errand import Errand
from gaptracker.workflows.submission_sight import Sight, files_seen, find_seen, note_reading

SEEING_ORIGINALS = frozenset({Sight.OWN, Sight.ASSIGNED})
ENDED = frozenset({State.WITHDRAWN, State.EXPIRED})


@dataclass(frozen=True, slots=True, kw_only=True)
class AttachmentView:
    """An attachment as one caller sees it; `whole` if they see the original, too."""

    attachment: Attachment
    derivatives: tuple[Derivative, ...]
    whole: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenFile:
    """A file that its caller may read, and how they stand to its submission."""

    submission: Submission
    sight: Sight
    attachment: Attachment


def list_attachments(submission: str, errand: Errand) -> tuple[AttachmentView, ...]:
    """Return a submission's attachments, as far as the caller sees them.

    Raises:
        Refused: `not-found`.
    """
    found, sight = find_seen(submission, errand)
    if sight is Sight.QUEUED or found.state in ENDED:
        return ()
    note_reading(found, sight, errand)
    here = files_seen(found, sight, errand.work.attachments.of(found.id))
    return tuple(_view(each, sight, errand.work) for each in here if each.erased_at is None)


def view_attachment(attachment: str, errand: Errand) -> AttachmentView:
    """Return one attachment.

    Raises:
        Refused: `not-found`.
    """
    seen = _find(attachment, errand)
    note_reading(seen.submission, seen.sight, errand)
    return _view(seen.attachment, seen.sight, errand.work)


def find_original(attachment: str, errand: Errand) -> SeenFile:
    """Return an attachment whose bytes the caller may read.

    Raises:
        Refused: `not-found`, also to editors, who see copies only; `unsafe-file` for one in
            quarantine, `unavailable` for one whose content is still being looked at.
    """
    seen = _find(attachment, errand)
    if seen.sight not in SEEING_ORIGINALS:
        raise not_there()
    if seen.attachment.state is AttachmentState.QUARANTINED:
        raise Refused(RefusalCode.UNSAFE_FILE, "the file is in quarantine and given to nobody")
    if seen.attachment.state is AttachmentState.SCANNING:
        raise Refused(
            RefusalCode.UNAVAILABLE,
            "the file is still being looked at; ask again in a while",
            headers={"Retry-After": "5"},
        )
    return seen


def find_derivative(derivative: str, errand: Errand) -> tuple[Derivative, SeenFile]:
    """Return something made from an attachment, for those who see the attachment.

    Raises:
        Refused: `not-found`.
    """
    made = errand.work.attachments.find_derivative(derivative)
    if made is None:
        raise not_there()
    seen = _find(made.attachment, errand)
    if made.kind is DerivativeKind.ORIGINAL and seen.sight not in SEEING_ORIGINALS:
        # An editor chose it without seeing it; once it is public, it is public to them, too.
        raise not_there()
    return made, seen


def note_file_reading(seen: SeenFile, errand: Errand) -> None:
    """Log that somebody outside the organisation reads a file that is not public."""
    if seen.sight is not Sight.OWN:
        errand.log(
            EntryKind.CONTENT_READ,
            seen.submission.id,
            LogRole.REVIEWER if seen.sight is Sight.ASSIGNED else LogRole.EDITOR,
            particulars_of(seen.submission),
            action="read_file",
        )


def _find(attachment: str, errand: Errand) -> SeenFile:
    found = errand.work.attachments.find(attachment)
    if found is None or found.erased_at is not None:
        raise not_there()
    submission, sight = find_seen(found.submission, errand)
    if sight is Sight.QUEUED or submission.state in ENDED:
        raise not_there()
    if not files_seen(submission, sight, [found]):
        raise not_there()
    return SeenFile(submission=submission, sight=sight, attachment=found)


def _view(attachment: Attachment, sight: Sight, work: UnitOfWork) -> AttachmentView:
    return AttachmentView(
        attachment=attachment,
        derivatives=work.attachments.derivatives(attachment.id),
        whole=sight in SEEING_ORIGINALS,
    )
