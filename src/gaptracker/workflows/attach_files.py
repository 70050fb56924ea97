"""Take a file that has arrived into its submission: once for each reference, within the limits."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from gaptracker.custody.log_entries import EntryKind, LogRole
from gaptracker.domain.refusals import RefusalCode, Refused, not_there
from gaptracker.domain.submissions import Attachment, AttachmentState, Submission
from gaptracker.domain.workflow import Action, failed_guards, rows_for
from gaptracker.intake.file_types import Detected, accepted_type
from gaptracker.intake.submissions import Content
from gaptracker.records.custody_repository import LogNote
from gaptracker.workflows.change_state import acting_roles, invalid_transition
from gaptracker.workflows.create_submissions import particulars_of
from gaptracker.workflows.errand import Errand
from gaptracker.workflows.submission_facts import current_content, gather_facts
from gaptracker.workflows.submission_sight import Sight, find_seen


@dataclass(frozen=True, slots=True, kw_only=True)
class ArrivedFile:
    """A file whose bytes are stored already.

    Attributes:
        sha256: Of the bytes, in hex.
        blob: Its name in the blob store.
        declared: What its sender said it is; one of the types that are taken.
        found: What it is; None if its reader took too long, and somebody looks again later.
        is_kept: Says whether the bytes are still there.
    """

    ref: str
    filename: str | None
    sha256: str
    blob: str
    size_bytes: int
    declared: str
    found: Detected | None
    is_kept: Callable[[], bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class AttachmentLimits:
    """How many files a submission may have, and how many bytes an organisation."""

    per_submission: int
    organisation_bytes: int


def check_before_arrival(
    submission: str, ref: str, errand: Errand, limits: AttachmentLimits
) -> None:
    """Refuse what can be refused before a byte of the file is read.

    Raises:
        Refused: As `attach_file`.
    """
    found = own_submission(submission, errand)
    # What a reference that is taken is answered with depends on the bytes.
    if _of_ref(found, ref, errand) is None:
        require_open(found, errand)
        _require_room(found, 0, errand, limits)


def check_new_file(submission: str, ref: str, errand: Errand, limits: AttachmentLimits) -> None:
    """Refuse a file that is still to be made here, and so cannot be what is there or announced.

    Raises:
        Refused: As `attach_file`, and `validation-failed` if the reference is announced with bytes
            that only their sender can have.
    """
    found = own_submission(submission, errand)
    known = _of_ref(found, ref, errand)
    if known is not None:
        raise _taken(known)
    require_open(found, errand)
    content = current_content(found, errand.work)
    announced = () if content is None else content.get("attachments_expected", ())
    if any(each["ref"] == ref for each in announced):
        raise Refused(
            RefusalCode.VALIDATION_FAILED,
            f"{ref} is announced in attachments_expected with a SHA-256, and what a page will be "
            "is not known beforehand; expected a ref that is not announced",
        )
    _require_room(found, 0, errand, limits)


def attach_file(
    submission: str,
    file: ArrivedFile,
    errand: Errand,
    limits: AttachmentLimits,
    *,
    by_machine: bool = False,
) -> tuple[Attachment, bool]:
    """Take a stored file into a submission of the caller's organisation.

    Args:
        submission: Its id.
        file: The file.
        errand: Who sends it, and when.
        limits: How much there may be.
        by_machine: Whether the machine made the file, because the caller asked for it.

    Returns:
        The attachment, and whether it is new: the same bytes under the same reference are there.

    Raises:
        Refused: `not-found`; `client-ref-conflict` if the reference has other bytes;
            `invalid-transition` where nothing can be added any more; `digest-mismatch` or
            `media-type-mismatch` if something else was announced; `too-large` beyond a limit;
            `unavailable` if the bytes went meanwhile.
    """
    found = own_submission(submission, errand, to_change=True)
    known = _of_ref(found, file.ref, errand)
    if known is not None:
        return _again(known, file), False
    require_open(found, errand)
    _require_announced(current_content(found, errand.work), file)
    _require_room(found, file.size_bytes, errand, limits)
    errand.work.take_blobs_lock()
    if not file.is_kept():
        raise Refused(
            RefusalCode.UNAVAILABLE,
            "the file was cleared away before it was taken in; send it again",
            headers={"Retry-After": "1"},
        )
    attachment = _attachment(found, file, errand)
    errand.work.attachments.add(attachment)
    now = errand.present.now
    touched = replace(found, changed_at=now, touched_at=now)
    errand.work.submissions.update(touched)
    _log(touched, errand, by_machine=by_machine)
    return attachment, True


def own_submission(submission: str, errand: Errand, *, to_change: bool = False) -> Submission:
    """Load a submission of the caller's own organisation.

    Raises:
        Refused: `not-found`, whether it is not there or not theirs.
    """
    found, sight = find_seen(submission, errand, to_change=to_change)
    if sight is not Sight.OWN:
        raise not_there()
    return found


def _of_ref(submission: Submission, ref: str, errand: Errand) -> Attachment | None:
    here = errand.work.attachments.of(submission.id)
    return next((each for each in here if each.ref == ref), None)


def _again(known: Attachment, file: ArrivedFile) -> Attachment:
    """Answer a reference that is taken already."""
    if known.sha256 == file.sha256:
        return known
    raise _taken(known)


def _taken(known: Attachment) -> Refused:
    return Refused(
        RefusalCode.CLIENT_REF_CONFLICT,
        f"{known.ref} has other bytes already; what was sent is never replaced: send these under "
        "another ref, and announce that one in attachments_expected",
        location=f"/v1/attachments/{known.id}",
    )


def require_open(submission: Submission, errand: Errand) -> None:
    """Refuse where the table of transitions lets the caller edit nothing.

    Raises:
        Refused: `invalid-transition`.
    """
    facts = gather_facts(submission, errand)
    roles = acting_roles(errand.principal)
    rows = rows_for(submission.state, Action.EDIT, roles)
    if not any(not failed_guards(row, facts) for row in rows):
        raise invalid_transition(Action.EDIT, submission, facts, errand.principal)


def _require_announced(content: Content | None, file: ArrivedFile) -> None:
    """Refuse a file that differs from what was announced under its reference."""
    announced = {} if content is None else content
    for each in announced.get("attachments_expected", ()):
        if each["ref"] != file.ref:
            continue
        if each["sha256"] != file.sha256:
            raise Refused(
                RefusalCode.DIGEST_MISMATCH,
                f"{file.ref} was announced with another SHA-256; send the file that was announced, "
                "or mend attachments_expected first",
            )
        if accepted_type(each["media_type"]) != file.declared:
            raise Refused(
                RefusalCode.MEDIA_TYPE_MISMATCH,
                f"{file.ref} was announced as {each['media_type']} and came as {file.declared}; "
                "declare what it is, in both places",
            )


def _require_room(
    submission: Submission, size: int, errand: Errand, limits: AttachmentLimits
) -> None:
    attachments = errand.work.attachments
    if len(attachments.of(submission.id)) >= limits.per_submission:
        raise Refused(
            RefusalCode.TOO_LARGE,
            f"the submission has {limits.per_submission} files, as many as it may; use another one",
            limit_count=limits.per_submission,
        )
    if attachments.used_bytes(submission.organisation) + size > limits.organisation_bytes:
        raise Refused(
            RefusalCode.TOO_LARGE,
            f"the organisation's files would take more than {limits.organisation_bytes} bytes; "
            "withdraw what is not needed, or ask the operator",
            limit_bytes=limits.organisation_bytes,
        )


def _log(submission: Submission, errand: Errand, *, by_machine: bool) -> None:
    """Note the file as its sender's act, or as the machine's and nobody's."""
    errand.work.custody.note(
        LogNote(
            kind=EntryKind.ATTACHMENT_STORED,
            about=submission.id,
            role=LogRole.MACHINE if by_machine else LogRole.CONTRIBUTOR,
            at=errand.present.now,
            particulars=particulars_of(submission),
            member=None if by_machine else errand.principal.member,
            action="capture" if by_machine else "attach",
        ),
        errand.present.random,
    )


def _attachment(submission: Submission, file: ArrivedFile, errand: Errand) -> Attachment:
    clean = file.found is not None
    return Attachment(
        id=errand.present.new_id("att"),
        submission=submission.id,
        ref=file.ref,
        filename=file.filename,
        sha256=file.sha256,
        blob=file.blob,
        size_bytes=file.size_bytes,
        media_type_declared=file.declared,
        media_type_detected=file.found.media_type if file.found else None,
        state=AttachmentState.CLEAN if clean else AttachmentState.SCANNING,
        problem=None,
        flags=" ".join(file.found.flags) if file.found else "",
        created_at=errand.present.now,
        created_by=errand.principal.member,
    )
