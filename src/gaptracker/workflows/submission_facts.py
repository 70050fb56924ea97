"""Gather what the table's guards ask about: from the records, the content and the request."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from gaptracker.domain.submissions import Attachment, AttachmentState, Decision, Review, Submission
from gaptracker.domain.workflow import Action, Facts, State
from gaptracker.intake.file_types import COPIED_TYPES
from gaptracker.intake.submission_problems import FieldCode, Problem
from gaptracker.intake.submissions import Content, completeness
from gaptracker.records.unit_of_work import UnitOfWork
from gaptracker.workflows.create_submissions import content_of
from gaptracker.workflows.errand import Errand
from gaptracker.workflows.present import Present
from gaptracker.workflows.review_rules import moves_too_far

DAY = timedelta(days=1)
RUBRIC = ("provenance", "accuracy", "relevance", "safety")
LOWEST_SCORE, HIGHEST_SCORE = 1, 5
MANIFEST = frozenset({FieldCode.ATTACHMENT_MISSING, FieldCode.ATTACHMENT_DIFFERS})
# Consent and manifest have guards of their own, which say more precisely what is missing.
OTHER_GUARDS = MANIFEST | {FieldCode.CONSENT_MISSING}


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
    submission: Submission, errand: Errand, request: TransitionRequest | None = None
) -> Facts:
    """Return the facts about a submission, for one caller and one request.

    Args:
        submission: The submission.
        errand: Whose, and when; days are whole days of 24 hours.
        request: What came with the action; None to ask only what the caller may do.
    """
    asked = request or TransitionRequest(action=Action.EDIT)
    work, present = errand.work, errand.present
    attachments = [each for each in work.attachments.of(submission.id) if each.erased_at is None]
    reviews = work.submissions.reviews(submission.id)
    content = current_content(submission, work)
    obstacles = frozenset[FieldCode]()
    if content is not None:
        obstacles = frozenset(each.code for each in obstacles_to_submit(content, attachments))
    consent = content["consent"] if content is not None else {}
    return Facts(
        state=submission.state,
        caller=errand.principal.member,
        caller_organisation=errand.principal.organisation,
        organisation=submission.organisation,
        submitter=submission.submitter,
        assigned_to=submission.assigned_to,
        accepted_by=submission.accepted_by,
        rejected_by=submission.rejected_by,
        second_reviewer=_opinion(reviews, Decision.SECOND, submission.revision),
        second_editor=_opinion(reviews, Decision.VERIFY, submission.revision),
        conflict_declared=asked.conflict,
        quarantined=any(each.state is AttachmentState.QUARANTINED for each in attachments),
        legal_hold=submission.legal_hold,
        consent_to_review=bool(consent.get("review")),
        # Whoever asks for evidence back has taken this consent back, until they hand it over again.
        consent_to_publish=bool(consent.get("publish")) and submission.withdrawal_asked_at is None,
        complete=content is not None and not obstacles - OTHER_GUARDS,
        manifest_whole=content is not None and not obstacles & MANIFEST,
        comment_given=bool((asked.comment or "").strip()),
        reason_given=_reason_given(asked),
        rubric_complete=rubric_complete(asked.rubric),
        needs_second_reviewer=submission.has_confidential
        or (
            # Nothing but acceptance asks, and lists of submissions should not pay for it.
            submission.state is State.IN_REVIEW
            and content is not None
            and moves_too_far(content, work, errand.review)
        ),
        revision_changed=submission.decided_revision is not None
        and submission.revision > submission.decided_revision,
        replied=_replied(submission, work),
        appealed_before=submission.appealed_at is not None,
        days_since_decision=_days(submission.decided_at, present),
        days_untouched=_days(submission.touched_at, present),
        copies_ready=copies_ready(attachments, work),
        projection_clean=content is not None,
        independent_sources=0 if content is None else independent_sources(content),
        withdrawal_asked=submission.withdrawal_asked_at is not None,
    )


def current_content(submission: Submission, work: UnitOfWork) -> Content | None:
    """Return the content of a submission's current revision, None if it was erased."""
    revision = work.submissions.revision(submission.id, submission.revision)
    if revision is None or revision.content is None:
        return None
    return content_of(revision)


def obstacles_to_submit(content: Content, attachments: Sequence[Attachment]) -> tuple[Problem, ...]:
    """Return what keeps content from being handed over, attachments included."""
    return completeness(content, {each.ref: each.sha256 for each in attachments})


def rubric_complete(rubric: Mapping[str, int] | None) -> bool:
    """Say whether every criterion has a score from 1 to 5, and nothing else stands there."""
    return (
        rubric is not None
        and set(rubric) == set(RUBRIC)
        and all(LOWEST_SCORE <= score <= HIGHEST_SCORE for score in rubric.values())
    )


def copies_ready(attachments: Sequence[Attachment], work: UnitOfWork) -> bool:
    """Say whether every attachment of which a copy can be made has one, or never will.

    One without a public copy is never served, so only those still being looked at, or waiting for
    their copy, are waited for.
    """
    return all(each.state is not AttachmentState.SCANNING for each in attachments) and all(
        each.no_copy is not None or work.attachments.derivatives(each.id)
        for each in attachments
        if each.media_type_detected in COPIED_TYPES
    )


def independent_sources(content: Content) -> int:
    """Count the public sources of other origin than one another, by publisher and address."""
    origins = {
        (source.get("publisher") or source.get("url") or source["ref"]).casefold()
        for source in content["sources"]
        if source["confidentiality"] == "public"
    }
    return len(origins)


def _opinion(reviews: Sequence[Review], decision: Decision, revision: int) -> str | None:
    """Return who gave an opinion on a revision, the newest if several did."""
    given = [
        each.reviewer for each in reviews if each.decision is decision and each.revision == revision
    ]
    return given[-1] if given else None


def _reason_given(request: TransitionRequest) -> bool:
    """Say whether the action has the reason it needs: a code, or a text for the public."""
    if request.action is Action.RETRACT:
        return bool((request.public_reason or "").strip())
    return bool((request.reason_code or "").strip())


def _replied(submission: Submission, work: UnitOfWork) -> bool:
    """Say whether the organisation wrote since it was asked."""
    asked_at = submission.decided_at
    return asked_at is not None and any(
        message.from_submitter and message.created_at > asked_at
        for message in work.submissions.messages(submission.id)
    )


def _days(since: datetime | None, present: Present) -> int:
    return 0 if since is None else max(0, (present.now - since) // DAY)
