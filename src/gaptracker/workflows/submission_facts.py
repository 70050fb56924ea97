"""Gather what the table's guards ask about: from the records, the content and the request."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from gaptracker.domain.principals import Principal
from gaptracker.domain.submissions import Attachment, Decision, Review, Submission
from gaptracker.domain.workflow import Action, Facts, State
from gaptracker.intake.submission_draft import completeness, consents_to, independent_publishers
from gaptracker.records.unit_of_work import UnitOfWork
from gaptracker.workflows.create_submissions import content_of
from gaptracker.workflows.present import Present

DAY = timedelta(days=1)
RUBRIC = ("provenance", "accuracy", "relevance", "safety")
LOWEST_SCORE, HIGHEST_SCORE = 1, 5


@dataclass(frozen=True, slots=True, kw_only=True)
class TransitionRequest:
    """What came with an action.

    Attributes:
        action: What is to be done.
        comment: To the submitter.
        internal_note: Among those who review; the submitter never sees it.
        reason_code: Why it is rejected or unpublished, from a closed list.
        public_reason: What readers of a retracted address are told.
        rubric: Scores 1 to 5 by criterion.
        successor: The accepted submission that takes the place of this one.
        conflict: Whether the caller declares a conflict of interest.
    """

    action: Action
    comment: str | None = None
    internal_note: str | None = None
    reason_code: str | None = None
    public_reason: str | None = None
    rubric: Mapping[str, int] | None = None
    successor: str | None = None
    conflict: bool = False


def gather_facts(
    submission: Submission,
    principal: Principal,
    work: UnitOfWork,
    present: Present,
    request: TransitionRequest | None = None,
) -> Facts:
    """Return the facts about a submission, for one caller and one request.

    Args:
        submission: The submission.
        principal: The caller.
        work: An open unit of work.
        present: Time; days are whole days of 24 hours.
        request: What came with the action; None to ask only what the caller may do.
    """
    if submission.erased_at is not None:
        return _bare_facts(submission, principal)
    revision = work.submissions.revision(submission.id, submission.revision)
    content = content_of(revision) if revision is not None else {}
    attachments = [each for each in work.attachments.of(submission.id) if each.erased_at is None]
    reviews = work.submissions.reviews(submission.id)
    asked = request or TransitionRequest(action=Action.EDIT)
    return Facts(
        state=submission.state,
        caller=principal.member,
        caller_organisation=principal.organisation,
        organisation=submission.organisation,
        submitter=submission.submitter,
        assigned_to=submission.assigned_to,
        accepted_by=submission.accepted_by,
        rejected_by=submission.rejected_by,
        second_reviewer=_opinion(reviews, Decision.SECOND, submission.revision),
        second_editor=_opinion(reviews, Decision.VERIFY, submission.revision),
        conflict_declared=asked.conflict,
        quarantined=any(each.state == "quarantined" for each in attachments),
        legal_hold=submission.legal_hold,
        consent_to_review=consents_to(content, "review"),
        consent_to_publish=consents_to(content, "publish"),
        complete=not completeness(content),
        manifest_whole=not missing_attachments(content, attachments),
        comment_given=bool((asked.comment or "").strip()),
        reason_given=_reason_given(asked),
        rubric_complete=rubric_complete(asked.rubric),
        needs_second_reviewer=submission.has_confidential,
        revision_changed=submission.decided_revision is not None
        and submission.revision > submission.decided_revision,
        replied=_replied(submission, work),
        appealed_before=submission.appealed_at is not None,
        days_since_decision=_days(submission.decided_at, present),
        days_untouched=_days(submission.touched_at, present),
        copies_ready=copies_ready(attachments, work),
        projection_clean=True,
        independent_sources=independent_publishers(content),
        withdrawal_asked=submission.withdrawal_asked_at is not None,
    )
