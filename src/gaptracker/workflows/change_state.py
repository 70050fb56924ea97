"""Move a submission: what the table allows, and everything that follows, in one transaction.

State, log entry, outbox event, evidence and the marks on scores are written together or not at all.
"""

from dataclasses import replace

from gaptracker.custody.log_entries import EntryKind, LogRole
from gaptracker.domain.principals import Principal, Scope
from gaptracker.domain.refusals import RefusalCode, Refused, not_there
from gaptracker.domain.submissions import Submission
from gaptracker.domain.workflow import (
    PUBLISHABLE,
    TRANSITIONS,
    Action,
    Facts,
    Guard,
    Role,
    State,
    Transition,
    allowed_actions,
    failed_guards,
    rows_for,
)
from gaptracker.intake.submission_problems import SubmissionInvalid
from gaptracker.workflows.create_submissions import particulars_of
from gaptracker.workflows.errand import Errand
from gaptracker.workflows.publish_evidence import publish_evidence, take_evidence_back
from gaptracker.workflows.state_effects import columns_of, keep_words, tell
from gaptracker.workflows.submission_facts import (
    TransitionRequest,
    current_content,
    gather_facts,
    obstacles_to_submit,
)
from gaptracker.workflows.submission_sight import find_seen

# What an action is used with: a contributor's key cannot review, whatever its member's roles are.
ACTING_SCOPES = (Scope.SUBMISSION_WRITE, Scope.REVIEW_WRITE, Scope.PUBLISH_WRITE)
FREEZING = frozenset({Action.SUBMIT, Action.RESUBMIT, Action.APPEAL})
# Guards that fail because of who asks, and not because of what is missing.
OWN_PART = frozenset(
    {Guard.OTHER_ORGANISATION, Guard.THREE_PEOPLE, Guard.NOT_REJECTER, Guard.NO_CONFLICT}
)


def change_state(submission: str, request: TransitionRequest, errand: Errand) -> Submission:
    """Do an action on a submission.

    Args:
        submission: Its id.
        request: The action and what comes with it.
        errand: Who does it, and when.

    Returns:
        The submission as it is now; unchanged where the same caller has done this already.

    Raises:
        Refused: `not-found`, `invalid-transition`, `self-review` or `attachments-incomplete`,
            the latter three with what would be allowed or is missing.
        SubmissionInvalid: If the content is not complete enough to be handed over.
    """
    principal = errand.principal
    found, _ = find_seen(submission, errand, to_change=True)
    roles = acting_roles(principal)
    if _done_already(found, request, principal):
        return found
    facts = gather_facts(found, errand, request)
    if request.action is Action.SUPERSEDE:
        facts = replace(facts, successor_publishable=_publishable(request, errand))
    rows = rows_for(found.state, request.action, roles)
    if request.action is Action.EDIT or not rows:
        raise invalid_transition(request.action, found, facts, principal)
    for row in rows:
        if not failed_guards(row, facts):
            return apply_row(row, found, request, errand)
    raise _refusal(rows[0], found, facts, errand)


def apply_row(
    row: Transition,
    found: Submission,
    request: TransitionRequest,
    errand: Errand,
) -> Submission:
    """Carry out a row of the table whose guards hold."""
    work, present = errand.work, errand.present
    changed = replace(
        found,
        state=row.target,
        changed_at=present.now,
        last_action=request.action,
        last_actor=errand.principal.member,
        **columns_of(row, found, request, errand),
    )
    if request.action is Action.SUPERSEDE:
        _publish_successor(request, errand)
    work.submissions.update(changed)
    if request.action in FREEZING:
        work.submissions.freeze(found.id, found.revision, at=present.now)
    keep_words(row, changed, request, errand)
    changed = _change_evidence(row, changed, errand)
    # A legal hold blocks every deletion; the clock makes up for it once the hold is lifted.
    if row.target is State.WITHDRAWN and not changed.legal_hold:
        work.submissions.erase_identities(found.id, at=present.now)
    errand.log(
        EntryKind.SUBMISSION_TRANSITION,
        changed.id,
        LogRole(row.role.value),
        particulars_of(changed),
        action=row.action.value,
    )
    tell(row, changed, work, present)
    return changed


def acting_roles(principal: Principal) -> frozenset[Role]:
    """Return the roles in which a caller's key can move submissions."""
    return frozenset().union(*(principal.acting_roles(scope) for scope in ACTING_SCOPES))


def invalid_transition(
    action: Action, submission: Submission, facts: Facts, principal: Principal
) -> Refused:
    """Return the refusal of an action that state or role do not allow, with those they do."""
    allowed = [each.value for each in allowed_actions(facts, acting_roles(principal))]
    return Refused(
        RefusalCode.INVALID_TRANSITION,
        f"{action.value} is not possible for you while it is {submission.state.value}; "
        f"possible: {', '.join(allowed) or 'nothing'}",
        state=submission.state.value,
        allowed_actions=allowed,
    )


def _done_already(submission: Submission, request: TransitionRequest, principal: Principal) -> bool:
    """Say whether this very action by this caller led to where the submission is."""
    targets = {row.target for row in TRANSITIONS if row.action is request.action}
    return (
        request.action is not Action.EDIT
        and submission.last_action is request.action
        and submission.last_actor == principal.member
        and submission.state in targets
    )


def _refusal(row: Transition, found: Submission, facts: Facts, errand: Errand) -> Exception:
    """Return why a row's guards keep the caller from an action, in the most helpful words."""
    principal, work = errand.principal, errand.work
    failed = failed_guards(row, facts)
    if OWN_PART.intersection(failed):
        detail = "; ".join(f"it must be that {guard.value}" for guard in failed)
        return Refused(RefusalCode.SELF_REVIEW, detail)
    content = current_content(found, work)
    if content is not None and Guard.COMPLETE in failed:
        attachments = work.attachments.of(found.id)
        return SubmissionInvalid(obstacles_to_submit(content, attachments))
    if content is not None and Guard.MANIFEST_WHOLE in failed:
        here = {each.ref: each.sha256 for each in work.attachments.of(found.id)}
        missing = [
            each["ref"]
            for each in content["attachments_expected"]
            if here.get(each["ref"]) != each["sha256"]
        ]
        return Refused(
            RefusalCode.ATTACHMENTS_INCOMPLETE,
            f"announced and not here: {', '.join(missing)}; send them, or take them out of "
            "attachments_expected",
            missing=missing,
        )
    refused = invalid_transition(row.action, found, facts, principal)
    needs = [guard.value for guard in failed]
    refused.detail = f"{row.action.value} needs that {'; that '.join(needs)}"
    if Guard.SECOND_REVIEWER in failed:
        refused.detail += f". {_second_reviewer_wanted(found)}"
    refused.members["needs"] = needs
    return refused


def _second_reviewer_wanted(found: Submission) -> str:
    """Say why a submission needs a second reviewer, and how one agrees."""
    why = (
        "it holds a sealed or restricted part"
        if found.has_confidential
        else "it is a correction, or would be the first item of an actor and theme, or one of so "
        "few that it could move a score by more than one reviewer may"
    )
    return (
        f'A second one is needed because {why}: another reviewer posts {{"decision": "join"}} and '
        f'then {{"decision": "second"}} to /v1/submissions/{found.id}/reviews'
    )


def _change_evidence(row: Transition, changed: Submission, errand: Errand) -> Submission:
    """Make the evidence follow the state."""
    work, present = errand.work, errand.present
    if row.action is Action.PUBLISH:
        changed = replace(changed, published_sha256=publish_evidence(changed, work, present))
        work.submissions.update(changed)
    elif row.source is State.PUBLISHED and row.target is not State.PUBLISHED:
        take_evidence_back(changed, row.action, work, present)
    return changed


def _publishable(request: TransitionRequest, errand: Errand) -> bool:
    """Say whether the successor that was named could be published by this caller now."""
    if request.successor is None:
        return False
    successor, _ = find_seen(request.successor, errand, to_change=True)
    if successor.state is not State.ACCEPTED:
        return False
    facts = gather_facts(successor, errand)
    return not failed_guards(
        Transition(
            source=State.ACCEPTED,
            action=Action.PUBLISH,
            role=Role.EDITOR,
            target=State.PUBLISHED,
            guards=PUBLISHABLE,
        ),
        facts,
    )


def _publish_successor(request: TransitionRequest, errand: Errand) -> None:
    if request.successor is None:
        raise not_there()
    change_state(request.successor, TransitionRequest(action=Action.PUBLISH), errand)
