"""Put a submission under a legal hold, or lift it: meanwhile nothing of it expires or is erased."""

from dataclasses import replace

from gaptracker.custody.log_entries import EntryKind, LogRole
from gaptracker.domain.errors import InvalidValue, UnknownName
from gaptracker.domain.submissions import Message, Submission, Visibility
from gaptracker.records.custody_repository import LogNote
from gaptracker.records.unit_of_work import UnitOfWork
from gaptracker.workflows.create_submissions import particulars_of
from gaptracker.workflows.present import Present

LONGEST_REASON = 2_000


def hold_submission(
    submission: str, reason: str, work: UnitOfWork, present: Present, *, lift: bool = False
) -> Submission:
    """Set or lift the hold; the reason is kept as an internal message, encrypted at rest.

    Args:
        submission: Its id.
        reason: Why, 1 to 2,000 characters; those who review it read it, its organisation does not.
        work: An open unit of work.
        present: Time and randomness.
        lift: Whether to lift it.

    Returns:
        The submission as it is now; unchanged if it was so before.

    Raises:
        UnknownName: If there is no such submission.
        InvalidValue: If the reason is empty or too long.
    """
    found = work.submissions.find(submission, to_change=True)
    if found is None:
        raise UnknownName("submission", submission, expected="an id as sub_…")
    if not 0 < len(reason.strip()) <= LONGEST_REASON:
        raise InvalidValue(f"a reason of {len(reason)} characters; expected 1 to {LONGEST_REASON}")
    if found.legal_hold is not lift:
        return found
    changed = replace(found, legal_hold=not lift, changed_at=present.now)
    work.submissions.update(changed)
    if found.erased_at is None:
        work.submissions.add_message(
            Message(
                id=present.new_id("msg"),
                submission=found.id,
                author=None,
                from_submitter=False,
                visibility=Visibility.INTERNAL,
                text=f"Legal hold {'lifted' if lift else 'set'}: {reason.strip()}",
                created_at=present.now,
            )
        )
    note = LogNote(
        kind=EntryKind.HOLD_LIFTED if lift else EntryKind.HOLD_SET,
        about=found.id,
        role=LogRole.OPERATOR,
        at=present.now,
        particulars=particulars_of(changed),
        action="lift_hold" if lift else "hold",
    )
    work.custody.note(note, present.random)
    return changed
