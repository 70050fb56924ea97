"""Receipts for what an organisation sent: what its newest entry in the log commits to, and proof.

A receipt is about the submission's own course (created, edited, a transition) and so tells nothing
that its organisation does not see in `state`. Entries of others' reading and writing, of identities
and of urgent unpublishing get none.
"""

from gaptracker.custody.checkpoints import sign_checkpoint
from gaptracker.custody.commitments import entry_salt
from gaptracker.custody.log_entries import EntryKind, parse_entry
from gaptracker.custody.receipts import Particulars, Receipt
from gaptracker.custody.signed_notes import LogKey
from gaptracker.custody.tree import inclusion_path
from gaptracker.domain.refusals import RefusalCode, Refused, not_there
from gaptracker.domain.workflow import Action
from gaptracker.records.custody_repository import LoggedEntry
from gaptracker.records.unit_of_work import UnitOfWork
from gaptracker.workflows.errand import Errand
from gaptracker.workflows.submission_sight import Sight, find_seen

RECEIPTED = frozenset(
    {
        EntryKind.SUBMISSION_CREATED,
        EntryKind.SUBMISSION_EDITED,
        EntryKind.SUBMISSION_TRANSITION,
    }
)


def write_receipt(submission: str, key: LogKey, errand: Errand) -> Receipt:
    """Write the receipt of a submission of the caller's own organisation.

    The head that it leads to is signed afresh, and kept before the receipt is handed out.

    Args:
        submission: Its id.
        key: The log's.
        errand: Who asks, and when.

    Raises:
        Refused: `not-found`; `withdrawn`, if it was erased and its salt with it.
    """
    found, sight = find_seen(submission, errand)
    if sight is not Sight.OWN:
        raise not_there()
    work = errand.work
    salt = work.custody.salt_of(found.id)
    entry = _newest(work.custody.entries_of([found.id]))
    if salt is None or entry is None or entry.particulars is None:
        raise Refused(
            RefusalCode.WITHDRAWN,
            "the content was erased and the secret of its log entries destroyed, so that nothing "
            "can be proved of it any more; receipts that were kept still verify",
        )
    frontier = work.custody.frontier()
    checkpoint = sign_checkpoint(frontier.size, frontier.root(), key)
    _keep(frontier.size, checkpoint, errand)
    return Receipt(
        particulars=Particulars(**entry.particulars),
        salt=entry_salt(salt, entry.entry_id),
        entry=entry.entry.encode(),
        leaf_index=entry.position,
        inclusion_path=inclusion_path(entry.position, frontier.size, work.custody.node),
        checkpoint=checkpoint,
        verifier_key_name=key.name,
    )


def _newest(entries: tuple[LoggedEntry, ...]) -> LoggedEntry | None:
    """Return the last entry that a receipt may be about."""
    return next(
        (
            each
            for each in reversed(entries)
            if parse_entry(each.entry.encode()).kind in RECEIPTED
            and each.action != Action.UNPUBLISH.value
        ),
        None,
    )


def _keep(size: int, checkpoint: str, errand: Errand) -> None:
    """Keep the signed head: at once where the errand only reads."""

    def keep(work: UnitOfWork) -> None:
        work.log.keep_checkpoint(size, checkpoint, at=errand.present.now)

    if errand.aside is None:
        keep(errand.work)
        return
    with errand.aside() as work:
        keep(work)
        work.commit()
