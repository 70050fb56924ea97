"""The life of a submission: its states, and the one table of who may do what, from where to where.

`TRANSITIONS` is the table. Nothing else in the program decides whether an action is possible: the
API, the command line, the clock and the tests all read it here. A guard is a condition that must
hold besides state and role; it is named here and judged on `Facts`, so that a refusal can say which
one failed.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

APPEAL_DAYS = 60
EXPIRY_DAYS = 90
EXPIRY_WARNING_DAYS = 60


class State(StrEnum):
    """Where a submission is."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    IN_REVIEW = "in_review"
    NEEDS_INFO = "needs_info"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    PUBLISHED = "published"
    SUPERSEDED = "superseded"
    RETRACTED = "retracted"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


class Action(StrEnum):
    """What can be done with a submission that exists."""

    EDIT = "edit"
    SUBMIT = "submit"
    CLAIM = "claim"
    REQUEST_INFO = "request_info"
    RESUBMIT = "resubmit"
    ACCEPT = "accept"
    REJECT = "reject"
    APPEAL = "appeal"
    PUBLISH = "publish"
    VERIFY = "verify"
    SUPERSEDE = "supersede"
    RETRACT = "retract"
    UNPUBLISH = "unpublish"
    WITHDRAW = "withdraw"
    EXPIRE = "expire"


class Role(StrEnum):
    """What a member may be. `clock` is the machine's own actor, and no member's."""

    CONTRIBUTOR = "contributor"
    ORG_ADMIN = "org_admin"
    REVIEWER = "reviewer"
    EDITOR = "editor"
    CODER = "coder"
    CUSTODIAN = "custodian"
    AUDITOR = "auditor"
    OPERATOR = "operator"
    SERVICE = "service"
    CLOCK = "clock"


class Verification(StrEnum):
    """What stands beside published evidence; a label, not a state."""

    UNVERIFIED = "unverified"
    VERIFIED = "verified"


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """All that guards ask about a submission, the caller, and what came with the action.

    Counts are in days. `caller` and the other people are member ids; None where nobody is.
    """

    state: State
    caller: str
    caller_organisation: str
    organisation: str
    submitter: str | None = None
    assigned_to: str | None = None
    accepted_by: str | None = None
    second_reviewer: str | None = None
    second_editor: str | None = None
    rejected_by: str | None = None
    conflict_declared: bool = False
    quarantined: bool = False
    legal_hold: bool = False
    consent_to_review: bool = False
    consent_to_publish: bool = False
    complete: bool = False
    manifest_whole: bool = False
    comment_given: bool = False
    reason_given: bool = False
    rubric_complete: bool = False
    needs_second_reviewer: bool = False
    revision_changed: bool = False
    replied: bool = False
    appealed_before: bool = False
    days_since_decision: int = 0
    days_untouched: int = 0
    copies_ready: bool = True
    projection_clean: bool = False
    independent_sources: int = 0
    successor_publishable: bool = False
    withdrawal_asked: bool = False


class Guard(StrEnum):
    """A condition of a transition; its text is what a caller is told when it fails."""

    SAME_ORGANISATION = "the submission belongs to the caller's organisation"
    OTHER_ORGANISATION = "the caller's organisation is not the submitter's"
    NO_CONFLICT = "the caller declared no conflict of interest"
    ASSIGNED = "the submission is assigned to the caller"
    NOT_REJECTER = "the caller is not who rejected it before"
    COMPLETE = "the submission is complete and has at least one source"
    MANIFEST_WHOLE = "every announced attachment has arrived with its digest"
    CONSENT_TO_REVIEW = "consent to review is given"
    CONSENT_TO_PUBLISH = "consent to publish is given"
    COMMENT = "a comment to the submitter is given"
    REASON = "a reason is given"
    CHANGED_OR_REPLIED = "there is a new revision or a reply"
    CHANGED = "there is a new revision"
    RUBRIC = "the rubric is complete"
    SECOND_REVIEWER = "a second reviewer agreed, as this submission needs"
    APPEAL_OPEN = "no appeal was made before, and 60 days have not passed"
    THREE_PEOPLE = "editor, accepting reviewer and submitter are three people"
    NOT_QUARANTINED = "no attachment is in quarantine"
    NO_LEGAL_HOLD = "no legal hold is in force"
    COPIES_READY = "public copies of the attachments exist"
    PROJECTION_CLEAN = "nothing sealed or restricted is in the public projection"
    SECOND_EDITOR = "a second reviewer confirmed the verification"
    TWO_SOURCES = "two independent sources support it"
    SUCCESSOR = "the successor can be published in the same step"
    WITHDRAWAL_ASKED = "its organisation asked for the withdrawal"
    UNTOUCHED = "nobody has touched it for 90 days"


JUDGES: Mapping[Guard, Callable[[Facts], bool]] = {
    Guard.SAME_ORGANISATION: lambda facts: facts.caller_organisation == facts.organisation,
    Guard.OTHER_ORGANISATION: lambda facts: facts.caller_organisation != facts.organisation,
    Guard.NO_CONFLICT: lambda facts: not facts.conflict_declared,
    Guard.ASSIGNED: lambda facts: facts.assigned_to == facts.caller,
    Guard.NOT_REJECTER: lambda facts: facts.rejected_by != facts.caller,
    Guard.COMPLETE: lambda facts: facts.complete,
    Guard.MANIFEST_WHOLE: lambda facts: facts.manifest_whole,
    Guard.CONSENT_TO_REVIEW: lambda facts: facts.consent_to_review,
    Guard.CONSENT_TO_PUBLISH: lambda facts: facts.consent_to_publish,
    Guard.COMMENT: lambda facts: facts.comment_given,
    Guard.REASON: lambda facts: facts.reason_given,
    Guard.CHANGED_OR_REPLIED: lambda facts: facts.revision_changed or facts.replied,
    Guard.CHANGED: lambda facts: facts.revision_changed,
    Guard.RUBRIC: lambda facts: facts.rubric_complete,
    Guard.SECOND_REVIEWER: lambda facts: (
        not facts.needs_second_reviewer
        or facts.second_reviewer not in {None, facts.caller, facts.submitter}
    ),
    Guard.APPEAL_OPEN: lambda facts: (
        not facts.appealed_before and facts.days_since_decision <= APPEAL_DAYS
    ),
    Guard.THREE_PEOPLE: lambda facts: (
        facts.accepted_by is not None
        and facts.submitter is not None
        and len({facts.caller, facts.accepted_by, facts.submitter}) == 3  # noqa: PLR2004  three people
    ),
    Guard.NOT_QUARANTINED: lambda facts: not facts.quarantined,
    Guard.NO_LEGAL_HOLD: lambda facts: not facts.legal_hold,
    Guard.COPIES_READY: lambda facts: facts.copies_ready,
    Guard.PROJECTION_CLEAN: lambda facts: facts.projection_clean,
    Guard.SECOND_EDITOR: lambda facts: (
        facts.second_editor not in {None, facts.caller, facts.submitter}
    ),
    Guard.TWO_SOURCES: lambda facts: facts.independent_sources >= 2,  # noqa: PLR2004  two sources
    Guard.SUCCESSOR: lambda facts: facts.successor_publishable,
    Guard.WITHDRAWAL_ASKED: lambda facts: facts.withdrawal_asked,
    Guard.UNTOUCHED: lambda facts: facts.days_untouched >= EXPIRY_DAYS,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Transition:
    """One row of the table."""

    source: State
    action: Action
    role: Role
    target: State
    guards: tuple[Guard, ...]


def row(source: State, action: Action, role: Role, target: State, *guards: Guard) -> Transition:
    """Write one row of the table on one line."""
    return Transition(source=source, action=action, role=role, target=target, guards=guards)


S, A, R, G = State, Action, Role, Guard

# fmt: off
PUBLISHABLE = (
    G.OTHER_ORGANISATION, G.THREE_PEOPLE, G.NOT_QUARANTINED, G.NO_LEGAL_HOLD,
    G.CONSENT_TO_PUBLISH, G.COPIES_READY, G.PROJECTION_CLEAN,
)

TRANSITIONS: tuple[Transition, ...] = (
    # from         action          who            to            only if
    row(S.DRAFT,      A.EDIT,         R.CONTRIBUTOR, S.DRAFT,      G.SAME_ORGANISATION),
    row(S.NEEDS_INFO, A.EDIT,         R.CONTRIBUTOR, S.NEEDS_INFO, G.SAME_ORGANISATION),
    # An appeal needs a new revision, and a revision needs an edit: see decision 0016.
    row(S.REJECTED,   A.EDIT,         R.CONTRIBUTOR, S.REJECTED,   G.SAME_ORGANISATION, G.APPEAL_OPEN),
    row(S.DRAFT,      A.SUBMIT,       R.CONTRIBUTOR, S.SUBMITTED,  G.SAME_ORGANISATION, G.COMPLETE, G.MANIFEST_WHOLE, G.CONSENT_TO_REVIEW),
    row(S.SUBMITTED,  A.CLAIM,        R.REVIEWER,    S.IN_REVIEW,  G.OTHER_ORGANISATION, G.NO_CONFLICT, G.NOT_REJECTER),
    row(S.IN_REVIEW,  A.REQUEST_INFO, R.REVIEWER,    S.NEEDS_INFO, G.OTHER_ORGANISATION, G.ASSIGNED, G.COMMENT),
    row(S.NEEDS_INFO, A.RESUBMIT,     R.CONTRIBUTOR, S.SUBMITTED,  G.SAME_ORGANISATION, G.CHANGED_OR_REPLIED, G.COMPLETE, G.MANIFEST_WHOLE, G.CONSENT_TO_REVIEW),
    row(S.IN_REVIEW,  A.ACCEPT,       R.REVIEWER,    S.ACCEPTED,   G.OTHER_ORGANISATION, G.ASSIGNED, G.RUBRIC, G.SECOND_REVIEWER),
    row(S.IN_REVIEW,  A.REJECT,       R.REVIEWER,    S.REJECTED,   G.OTHER_ORGANISATION, G.ASSIGNED, G.REASON, G.COMMENT),
    row(S.REJECTED,   A.APPEAL,       R.CONTRIBUTOR, S.SUBMITTED,  G.SAME_ORGANISATION, G.APPEAL_OPEN, G.CHANGED, G.COMPLETE, G.MANIFEST_WHOLE, G.CONSENT_TO_REVIEW),
    row(S.ACCEPTED,   A.PUBLISH,      R.EDITOR,      S.PUBLISHED,  *PUBLISHABLE),
    row(S.PUBLISHED,  A.VERIFY,       R.EDITOR,      S.PUBLISHED,  G.OTHER_ORGANISATION, G.SECOND_EDITOR, G.TWO_SOURCES),
    row(S.PUBLISHED,  A.SUPERSEDE,    R.EDITOR,      S.SUPERSEDED, G.OTHER_ORGANISATION, G.SUCCESSOR),
    row(S.PUBLISHED,  A.RETRACT,      R.EDITOR,      S.RETRACTED,  G.OTHER_ORGANISATION, G.REASON),
    row(S.PUBLISHED,  A.UNPUBLISH,    R.EDITOR,      S.IN_REVIEW,  G.OTHER_ORGANISATION, G.REASON),
    row(S.DRAFT,      A.WITHDRAW,     R.CONTRIBUTOR, S.WITHDRAWN,  G.SAME_ORGANISATION),
    row(S.SUBMITTED,  A.WITHDRAW,     R.CONTRIBUTOR, S.WITHDRAWN,  G.SAME_ORGANISATION),
    row(S.NEEDS_INFO, A.WITHDRAW,     R.CONTRIBUTOR, S.WITHDRAWN,  G.SAME_ORGANISATION),
    row(S.ACCEPTED,   A.WITHDRAW,     R.CONTRIBUTOR, S.WITHDRAWN,  G.SAME_ORGANISATION),
    # A source's safety does not wait for a reviewer, nor end with a rejection: decision 0016.
    row(S.IN_REVIEW,  A.WITHDRAW,     R.CONTRIBUTOR, S.WITHDRAWN,  G.SAME_ORGANISATION),
    row(S.REJECTED,   A.WITHDRAW,     R.CONTRIBUTOR, S.WITHDRAWN,  G.SAME_ORGANISATION),
    # Its organisation asks; the evidence stays until an editor confirms.
    row(S.PUBLISHED,  A.WITHDRAW,     R.CONTRIBUTOR, S.PUBLISHED,  G.SAME_ORGANISATION),
    row(S.PUBLISHED,  A.WITHDRAW,     R.EDITOR,      S.WITHDRAWN,  G.OTHER_ORGANISATION, G.WITHDRAWAL_ASKED),
    # What was superseded is still shown, and whoever is named in it can still ask: decision 0016.
    row(S.SUPERSEDED, A.RETRACT,      R.EDITOR,      S.RETRACTED,  G.OTHER_ORGANISATION, G.REASON),
    row(S.SUPERSEDED, A.WITHDRAW,     R.CONTRIBUTOR, S.SUPERSEDED, G.SAME_ORGANISATION),
    row(S.SUPERSEDED, A.WITHDRAW,     R.EDITOR,      S.WITHDRAWN,  G.OTHER_ORGANISATION, G.WITHDRAWAL_ASKED),
    row(S.DRAFT,      A.EXPIRE,       R.CLOCK,       S.EXPIRED,    G.UNTOUCHED, G.NO_LEGAL_HOLD, G.NOT_QUARANTINED),
)
# fmt: on


def rows_for(state: State, action: Action, roles: Iterable[Role]) -> tuple[Transition, ...]:
    """Return the rows of the table for a state, an action and any of some roles.

    Examples:
        >>> [row.target.value for row in rows_for(State.DRAFT, Action.SUBMIT, [Role.CONTRIBUTOR])]
        ['submitted']
        >>> rows_for(State.DRAFT, Action.SUBMIT, [Role.REVIEWER])
        ()
    """
    held = frozenset(roles)
    return tuple(
        each
        for each in TRANSITIONS
        if each.source is state and each.action is action and each.role in held
    )


def failed_guards(transition: Transition, facts: Facts) -> tuple[Guard, ...]:
    """Return the guards of a row that do not hold, in the row's order."""
    return tuple(guard for guard in transition.guards if not JUDGES[guard](facts))


# Guards about who is asking; the others are about what the submission or the request lacks.
PERSONAL_GUARDS = frozenset(
    {
        Guard.SAME_ORGANISATION,
        Guard.OTHER_ORGANISATION,
        Guard.NO_CONFLICT,
        Guard.ASSIGNED,
        Guard.NOT_REJECTER,
        Guard.THREE_PEOPLE,
        Guard.APPEAL_OPEN,
        Guard.WITHDRAWAL_ASKED,
        Guard.UNTOUCHED,
    }
)


def allowed_actions(facts: Facts, roles: Iterable[Role]) -> tuple[Action, ...]:
    """Return what a caller may do now, in the table's order.

    An action stands here if state, role and the guards about the caller permit it; what else it
    needs (a comment, an attachment still missing) is told when it is tried.

    Examples:
        >>> facts = Facts(
        ...     state=State.DRAFT, caller="mem_a", caller_organisation="org_a", organisation="org_a"
        ... )
        >>> [action.value for action in allowed_actions(facts, [Role.CONTRIBUTOR])]
        ['edit', 'submit', 'withdraw']
    """
    held = frozenset(roles)
    allowed = dict.fromkeys(
        each.action
        for each in TRANSITIONS
        if each.source is facts.state
        and each.role in held
        and not PERSONAL_GUARDS.intersection(failed_guards(each, facts))
    )
    return tuple(allowed)
