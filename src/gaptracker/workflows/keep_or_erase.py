"""What the clock does: warn of old drafts, let them expire, and erase what was promised to go.

Every erasure is logged, by the machine. Nothing under a legal hold is touched. Each call does a
bounded part in one transaction, so that nobody waits long for the database; call it until it finds
nothing to do.
"""

from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from datetime import datetime, timedelta

from gaptracker.custody.log_entries import EntryKind, LogRole
from gaptracker.domain.submissions import Message, Submission, Visibility
from gaptracker.domain.workflow import (
    EXPIRY_DAYS,
    EXPIRY_WARNING_DAYS,
    Action,
    Facts,
    Role,
    failed_guards,
    rows_for,
)
from gaptracker.records.custody_repository import LogNote
from gaptracker.records.unit_of_work import UnitOfWork
from gaptracker.workflows.create_submissions import particulars_of
from gaptracker.workflows.present import Present

ANSWERS_DAYS = 7
CONTENT_DAYS = 7
IDENTITY_DAYS = 90
# A batch's results quote what was wrong with a line, and so words that may be nobody else's.
RESULTS_DAYS = 90
BATCH = 100
WARNING = (
    f"Nobody has changed this draft for {EXPIRY_WARNING_DAYS} days. In "
    f"{EXPIRY_DAYS - EXPIRY_WARNING_DAYS} days it expires and is erased for good, sealed "
    "identities too. Any change keeps it.\n"
    f"Nadie ha cambiado este borrador en {EXPIRY_WARNING_DAYS} días. En "
    f"{EXPIRY_DAYS - EXPIRY_WARNING_DAYS} días caduca y se borra para siempre; cualquier cambio "
    "lo conserva.\n"
    f"Ninguém mudou este rascunho em {EXPIRY_WARNING_DAYS} dias. Em "
    f"{EXPIRY_DAYS - EXPIRY_WARNING_DAYS} dias expira e é apagado para sempre; qualquer mudança "
    "o conserva."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tidied:
    """How many of each were done."""

    warned: int = 0
    expired: int = 0
    contents_erased: int = 0
    identities_destroyed: int = 0
    answers_forgotten: int = 0
    results_forgotten: int = 0

    def __add__(self, other: "Tidied") -> "Tidied":
        """Add up two rounds."""
        sums = {each.name: getattr(self, each.name) + getattr(other, each.name) for each in FIELDS}
        return Tidied(**sums)

    @property
    def total(self) -> int:
        """Return how much was done in all."""
        return sum(getattr(self, each.name) for each in FIELDS)


FIELDS = fields(Tidied)


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """How long things are kept, and how much of what is due one transaction does.

    `content_days` is how long content stays readable to nobody before it is erased.
    """

    content_days: int = CONTENT_DAYS
    batch: int = BATCH


def tidy(
    work: UnitOfWork, present: Present, delete_blob: Callable[[str], None], promise: Promise
) -> Tidied:
    """Do a bounded part of everything that is due; the caller commits.

    Args:
        work: An open unit of work.
        present: Time and randomness.
        delete_blob: Deletes a file's bytes; again does no harm. It is called before the commit:
            should that fail, the next round deletes once more and finishes.
        promise: How long things are kept.
    """
    due, batch = work.retention, promise.batch

    def before(days: int) -> datetime:
        return present.now - timedelta(days=days)

    to_warn = due.drafts_to_warn(before(EXPIRY_WARNING_DAYS), batch)
    for draft in to_warn:
        _warn(draft, work, present)
    grace = EXPIRY_DAYS - EXPIRY_WARNING_DAYS
    to_expire = due.drafts_to_expire(before(EXPIRY_DAYS), before(grace), batch)
    expired = [draft for draft in to_expire if _expire(draft, work, present, delete_blob)]
    to_erase = due.contents_to_erase(before(promise.content_days), batch)
    for ended in to_erase:
        _erase(ended, work, present, delete_blob)
    to_destroy = due.identities_to_destroy(before(IDENTITY_DAYS), batch)
    for decided in to_destroy:
        work.submissions.erase_identities(decided.id, at=present.now)
        _log(EntryKind.CONTENT_ERASED, decided, "destroy_identities", work, present)
    return Tidied(
        warned=len(to_warn),
        expired=len(expired),
        contents_erased=len(expired) + len(to_erase),
        identities_destroyed=len(to_destroy),
        answers_forgotten=work.idempotency.forget_before(before(ANSWERS_DAYS)),
        results_forgotten=work.jobs.forget_results_before(before(RESULTS_DAYS)),
    )


def _warn(draft: Submission, work: UnitOfWork, present: Present) -> None:
    """Tell an organisation that a draft will expire; that touches nothing of it."""
    work.submissions.add_message(
        Message(
            id=present.new_id("msg"),
            submission=draft.id,
            author=None,
            from_submitter=False,
            visibility=Visibility.SUBMITTER,
            text=WARNING,
            created_at=present.now,
        )
    )
    warned = replace(draft, warned_at=present.now, changed_at=present.now)
    work.submissions.update(warned)
    _log(EntryKind.MESSAGE_POSTED, warned, "warn_of_expiry", work, present)


def _expire(
    draft: Submission, work: UnitOfWork, present: Present, delete_blob: Callable[[str], None]
) -> bool:
    """Let a draft expire as the table says, and erase it; false if a guard keeps it."""
    (row,) = rows_for(draft.state, Action.EXPIRE, {Role.CLOCK})
    facts = Facts(
        state=draft.state,
        caller="",
        caller_organisation="",
        organisation=draft.organisation,
        legal_hold=draft.legal_hold,
        quarantined=any(
            each.state == "quarantined" and each.erased_at is None
            for each in work.attachments.of(draft.id)
        ),
        days_untouched=(present.now - draft.touched_at) // timedelta(days=1),
    )
    if failed_guards(row, facts):
        return False
    expired = replace(
        draft,
        state=row.target,
        changed_at=present.now,
        ended_at=present.now,
        last_action=Action.EXPIRE,
        last_actor=None,
    )
    _log(EntryKind.SUBMISSION_TRANSITION, expired, Action.EXPIRE.value, work, present)
    _erase(expired, work, present, delete_blob)
    return True


def _erase(
    ended: Submission, work: UnitOfWork, present: Present, delete_blob: Callable[[str], None]
) -> None:
    """Erase all that a submission said, and the secrets by which its entries could be opened."""
    erased = replace(ended, erased_at=present.now, changed_at=present.now)
    work.submissions.update(erased)
    work.submissions.erase_content(ended.id)
    work.submissions.erase_identities(ended.id, at=present.now)
    work.custodians.erase_reasons(ended.id)
    for name in (ended.id, *(each.id for each in work.attachments.of(ended.id))):
        work.custody.erase(name)
    work.take_blobs_lock(to_remove=True)
    for blob in work.retention.erase_files(ended.id, at=present.now):
        delete_blob(blob)
    _log(EntryKind.CONTENT_ERASED, erased, "erase", work, present)


def _log(
    kind: EntryKind, submission: Submission, action: str, work: UnitOfWork, present: Present
) -> None:
    """Note what the machine did, as nobody's act."""
    note = LogNote(
        kind=kind,
        about=submission.id,
        role=LogRole.MACHINE,
        at=present.now,
        particulars=particulars_of(submission),
        member=None,
        action=action,
    )
    work.custody.note(note, present.random)
