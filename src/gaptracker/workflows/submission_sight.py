"""Who sees what of a submission: the one place that is asked before anything of it is shown.

Nobody learns of a submission that they cannot see; `not_there` is the same answer for both.
"""

from collections.abc import Iterable
from enum import StrEnum

from gaptracker.custody.log_entries import EntryKind, LogRole
from gaptracker.domain.principals import Principal, Scope
from gaptracker.domain.refusals import not_there
from gaptracker.domain.submissions import Attachment, Submission
from gaptracker.domain.workflow import Role, State
from gaptracker.workflows.errand import Errand

EDITED = frozenset({State.ACCEPTED, State.PUBLISHED, State.SUPERSEDED, State.RETRACTED})
# What is published waits, too: for a reviewer without another part who confirms a verification.
QUEUED = frozenset({State.SUBMITTED, State.IN_REVIEW, State.PUBLISHED})


class Sight(StrEnum):
    """How somebody stands to a submission, which decides what they see of it."""

    OWN = "own"  # its organisation: everything but sealed identities and internal notes
    ASSIGNED = "assigned"  # who reviews it: everything but sealed identities
    EDITING = "editing"  # editors from acceptance on: public and restricted parts
    QUEUED = "queued"  # reviewers before they take a part in it: public parts only


def sight_of(submission: Submission, principal: Principal) -> Sight | None:
    """Return how a caller stands to a submission, None if it does not exist for them."""
    if submission.organisation == principal.organisation:
        # Nobody reviews or edits for their own organisation, whatever their roles.
        roles = principal.acting_roles(Scope.SUBMISSION_READ)
        return Sight.OWN if Role.CONTRIBUTOR in roles else None
    reading = principal.acting_roles(Scope.SUBMISSION_READ)
    if submission.erased_at is not None or submission.state is State.WITHDRAWN:
        return None
    if Role.REVIEWER in reading:
        if principal.member in {submission.assigned_to, submission.second_reviewer}:
            return Sight.ASSIGNED
        if submission.state in QUEUED:
            return Sight.QUEUED
    if Role.EDITOR in reading and submission.state in EDITED:
        return Sight.EDITING
    return None


def find_seen(
    submission: str, errand: Errand, *, to_change: bool = False
) -> tuple[Submission, Sight]:
    """Load a submission that a caller can see.

    Raises:
        Refused: `not-found`, whether it is not there or not theirs.
    """
    found = errand.work.submissions.find(submission, to_change=to_change)
    sight = None if found is None else sight_of(found, errand.principal)
    if found is None or sight is None:
        raise not_there()
    return found, sight


def files_seen(
    submission: Submission, sight: Sight, files: Iterable[Attachment]
) -> tuple[Attachment, ...]:
    """Return the files that are there for a caller: to others, those that were handed over."""
    handed_over = submission.submitted_at
    return tuple(
        each
        for each in files
        if sight is Sight.OWN or (handed_over is not None and each.created_at <= handed_over)
    )


def note_reading(submission: Submission, sight: Sight, errand: Errand) -> None:
    """Log that somebody outside the organisation read parts that are not public."""
    if sight in {Sight.ASSIGNED, Sight.EDITING} and submission.has_confidential:
        errand.log(
            EntryKind.CONTENT_READ,
            submission.id,
            LogRole.REVIEWER if sight is Sight.ASSIGNED else LogRole.EDITOR,
            {"submission": submission.id, "revision": submission.revision},
        )
