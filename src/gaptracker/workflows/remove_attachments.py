"""Remove a file that its organisation sent by mistake, as long as it may still edit."""

from dataclasses import replace

from gaptracker.custody.log_entries import EntryKind, LogRole
from gaptracker.domain.refusals import RefusalCode, Refused, not_there
from gaptracker.workflows.attach_files import own_submission, require_open
from gaptracker.workflows.create_submissions import particulars_of
from gaptracker.workflows.errand import Errand


def remove_attachment(attachment: str, errand: Errand) -> frozenset[str]:
    """Remove a file and what was made from it; announced, it is missing again.

    Args:
        attachment: Its id.
        errand: A member's of its own organisation.

    Returns:
        Names of the blobs that it needed, to be passed to `discard_unused` once this is committed:
        before, a commit that fails would leave a file without its bytes.

    Raises:
        Refused: `not-found`, whether it is not there or not theirs; `invalid-transition` where
            nothing can be edited any more, or under a legal hold.
    """
    found = errand.work.attachments.find(attachment)
    if found is None or found.erased_at is not None:
        raise not_there()
    submission = own_submission(found.submission, errand, to_change=True)
    # Somebody else may have removed it while the submission was waited for.
    if errand.work.attachments.find(attachment) is None:
        raise not_there()
    require_open(submission, errand)
    if submission.legal_hold:
        raise Refused(
            RefusalCode.INVALID_TRANSITION,
            "a legal hold is in force, and nothing is removed under it; ask the operator",
            state=submission.state.value,
            allowed_actions=[],
        )
    blobs = errand.work.attachments.remove(attachment)
    now = errand.present.now
    touched = replace(submission, changed_at=now, touched_at=now)
    errand.work.submissions.update(touched)
    errand.log(
        EntryKind.ATTACHMENT_REMOVED,
        touched.id,
        LogRole.CONTRIBUTOR,
        particulars_of(touched),
        action="remove",
    )
    return blobs
