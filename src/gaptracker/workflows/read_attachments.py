"""Who sees which files: attachments, what was made from them, and what of it is public.

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
from gaptracker.intake.public_view import copies_become_public
from gaptracker.records.unit_of_work import UnitOfWork
from gaptracker.workflows.create_submissions import particulars_of
from gaptracker.workflows.errand import Errand
from gaptracker.workflows.public_evidence import SHOWN
from gaptracker.workflows.submission_facts import current_content
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


def public_files(submission: str, work: UnitOfWork) -> tuple[Derivative, ...]:
    """Return the files of published evidence that everybody may read, at most one an attachment.

    A redaction takes the place of the plain copy. Where any part of the submission is not public,
    only redactions are (`copies_become_public`), as its organisation was told beforehand.

    Raises:
        Refused: `not-found`, if nothing published has this id.
    """
    found = work.submissions.find(submission)
    if found is None or found.published_at is None or found.state not in SHOWN:
        raise not_there()
    content = current_content(found, work)
    plain = content is not None and copies_become_public(content)
    shown = []
    for each in work.attachments.of(found.id):
        if each.erased_at is None and each.state is AttachmentState.CLEAN:
            chosen = _public_one(work.attachments.derivatives(each.id), plain=plain)
            shown += [chosen] if chosen is not None else []
    return tuple(shown)


def public_file(submission: str, derivative: str, work: UnitOfWork) -> Derivative:
    """Return one file of published evidence.

    Raises:
        Refused: `not-found`, whether it is not there or not public.
    """
    for each in public_files(submission, work):
        if each.id == derivative:
            return each
    raise not_there()


def _public_one(made: tuple[Derivative, ...], *, plain: bool) -> Derivative | None:
    """Choose what stands for an attachment: the newest of the most careful kind there is."""
    kinds = [DerivativeKind.REDACTION]
    if plain:
        kinds += [DerivativeKind.ORIGINAL, DerivativeKind.PUBLIC_COPY]
    for kind in kinds:
        of_kind = [each for each in made if each.kind is kind]
        if of_kind:
            return of_kind[-1]
    return None


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
