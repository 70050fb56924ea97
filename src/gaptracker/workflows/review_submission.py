"""What people say beside the transitions: messages, and second opinions."""

from dataclasses import replace

from gaptracker.custody.log_entries import EntryKind, LogRole
from gaptracker.domain.principals import Scope
from gaptracker.domain.refusals import RefusalCode, Refused, not_there
from gaptracker.domain.submissions import Decision, Message, Review, Submission, Visibility
from gaptracker.domain.workflow import Role, State
from gaptracker.workflows.create_submissions import particulars_of
from gaptracker.workflows.errand import Errand
from gaptracker.workflows.submission_sight import Sight, find_seen

TALKING = frozenset(
    {State.SUBMITTED, State.IN_REVIEW, State.NEEDS_INFO, State.REJECTED, State.ACCEPTED}
)


def post_message(submission: str, text: str, visibility: Visibility, errand: Errand) -> Message:
    """Add a message to a submission.

    Raises:
        Refused: `not-found`; `invalid-transition` where nobody reads messages any more;
            `insufficient-scope` if a submitter writes an internal one.
    """
    found, sight = find_seen(submission, errand, to_change=True)
    if sight not in {Sight.OWN, Sight.ASSIGNED, Sight.EDITING}:
        raise not_there()
    own = sight is Sight.OWN
    needed = Scope.SUBMISSION_WRITE if own else Scope.REVIEW_WRITE
    allowed = errand.principal.may(needed) or errand.principal.may(Scope.PUBLISH_WRITE)
    if not allowed or (own and visibility is Visibility.INTERNAL):
        raise Refused(
            RefusalCode.INSUFFICIENT_SCOPE,
            f"this needs a key with {needed}, and internal messages are among reviewers",
        )
    if found.state not in TALKING and found.state is not State.PUBLISHED:
        raise Refused(
            RefusalCode.INVALID_TRANSITION,
            f"while it is {found.state.value} nobody reads messages; submit it first",
            allowed_actions=[],
        )
    message = Message(
        id=errand.present.new_id("msg"),
        submission=found.id,
        author=errand.principal.member,
        from_submitter=own,
        visibility=visibility,
        text=text,
        created_at=errand.present.now,
    )
    errand.work.submissions.add_message(message)
    errand.work.submissions.update(
        replace(
            found,
            changed_at=errand.present.now,
            touched_at=errand.present.now if own else found.touched_at,
        )
    )
    role = LogRole.CONTRIBUTOR if own else LogRole.REVIEWER
    if sight is Sight.EDITING:
        role = LogRole.EDITOR
    errand.log(EntryKind.MESSAGE_POSTED, found.id, role, particulars_of(found), action="message")
    return message


def give_opinion(submission: str, decision: Decision, note: str | None, errand: Errand) -> Review:
    """Join a review as the second reviewer, agree to it, or confirm a verification.

    Args:
        submission: Its id.
        decision: `join`, `second` or `verify`.
        note: Internal; the submitter never sees it.
        errand: Who, and when.

    Raises:
        Refused: `not-found`, `self-review` or `invalid-transition`.
    """
    found, _ = find_seen(submission, errand, to_change=True)
    caller = errand.principal
    if found.organisation == caller.organisation or caller.member in _parts(found):
        raise Refused(
            RefusalCode.SELF_REVIEW,
            "a second opinion is somebody's who has no other part in the submission",
        )
    if not caller.acting_roles(Scope.REVIEW_WRITE) & {Role.REVIEWER}:
        raise not_there()
    wanted = State.PUBLISHED if decision is Decision.VERIFY else State.IN_REVIEW
    joined = found.second_reviewer == caller.member
    if found.state is not wanted or (decision is Decision.SECOND and not joined):
        raise Refused(
            RefusalCode.INVALID_TRANSITION,
            f"{decision} needs a submission that is {wanted.value}"
            + ("" if decision is not Decision.SECOND else ", and that you joined its review"),
            allowed_actions=[],
        )
    if decision is Decision.JOIN:
        if found.second_reviewer not in {None, caller.member}:
            raise Refused(
                RefusalCode.INVALID_TRANSITION,
                "somebody else has joined already",
                allowed_actions=[],
            )
        errand.work.submissions.update(
            replace(found, second_reviewer=caller.member, changed_at=errand.present.now)
        )
    review = Review(
        id=errand.present.new_id("rvw"),
        submission=found.id,
        revision=found.revision,
        reviewer=caller.member,
        decision=decision,
        rubric=None,
        reason_code=None,
        comment=None,
        internal_note=note,
        created_at=errand.present.now,
    )
    errand.work.submissions.add_review(review)
    errand.log(
        EntryKind.REVIEW_RECORDED,
        found.id,
        LogRole.REVIEWER,
        particulars_of(found),
        action=decision.value,
    )
    return review


def _parts(submission: Submission) -> set[str | None]:
    """Return everybody who has a part in a submission already, but for its second reviewer."""
    return {
        submission.submitter,
        submission.created_by,
        submission.assigned_to,
        submission.accepted_by,
        # An appeal goes to others, and who rejected it has said their part.
        submission.rejected_by,
        submission.published_by,
    }
