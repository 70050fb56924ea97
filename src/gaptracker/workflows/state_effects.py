"""What follows a transition besides the state: columns, words kept, events told."""

from collections.abc import Callable, Mapping
from typing import Any

from gaptracker.domain.delivery import EventType
from gaptracker.domain.submissions import Decision, Message, Review, Submission, Visibility
from gaptracker.domain.workflow import Action, Role, Transition, Verification
from gaptracker.records.custody_repository import OutboxEvent
from gaptracker.records.unit_of_work import UnitOfWork
from gaptracker.release.documents import write_line
from gaptracker.workflows.errand import Errand
from gaptracker.workflows.present import Present
from gaptracker.workflows.submission_facts import TransitionRequest

EVENTS: Mapping[Action, EventType] = {
    Action.SUBMIT: EventType.SUBMISSION_SUBMITTED,
    Action.RESUBMIT: EventType.SUBMISSION_SUBMITTED,
    Action.APPEAL: EventType.SUBMISSION_SUBMITTED,
    Action.REQUEST_INFO: EventType.SUBMISSION_NEEDS_INFO,
    Action.ACCEPT: EventType.SUBMISSION_ACCEPTED,
    Action.REJECT: EventType.SUBMISSION_REJECTED,
    Action.WITHDRAW: EventType.SUBMISSION_WITHDRAWN,
    Action.PUBLISH: EventType.EVIDENCE_PUBLISHED,
    Action.SUPERSEDE: EventType.EVIDENCE_SUPERSEDED,
    Action.RETRACT: EventType.EVIDENCE_RETRACTED,
}
PUBLIC_EVENTS = frozenset(
    {
        EventType.EVIDENCE_PUBLISHED,
        EventType.EVIDENCE_SUPERSEDED,
        EventType.EVIDENCE_RETRACTED,
    }
)
DECISIONS: Mapping[Action, Decision] = {
    Action.REQUEST_INFO: Decision.REQUEST_INFO,
    Action.ACCEPT: Decision.ACCEPT,
    Action.REJECT: Decision.REJECT,
}


# `Any` because each column has a type of its own; `replace` checks the names.
def columns_of(
    row: Transition,
    found: Submission,
    request: TransitionRequest,
    errand: Errand,
) -> dict[str, Any]:
    """Return what an action changes in the envelope besides the state."""
    now, caller = errand.present.now, errand.principal.member
    changes: dict[Action, Callable[[], dict[str, Any]]] = {
        Action.SUBMIT: lambda: {"submitter": caller, "submitted_at": now, "touched_at": now},
        Action.RESUBMIT: lambda: {
            "submitter": caller,
            "submitted_at": now,
            "touched_at": now,
            "assigned_to": None,
            # Whoever had joined may claim it now, and somebody else has to be able to join then.
            "second_reviewer": None,
            "withdrawal_asked_at": None,
        },
        Action.APPEAL: lambda: {
            "submitter": caller,
            "submitted_at": now,
            "touched_at": now,
            "appealed_at": now,
            "assigned_to": None,
            "second_reviewer": None,
        },
        Action.CLAIM: lambda: {"assigned_to": caller},
        Action.REQUEST_INFO: lambda: {"decided_at": now, "decided_revision": found.revision},
        Action.ACCEPT: lambda: {
            "accepted_by": caller,
            "decided_at": now,
            "decided_revision": found.revision,
        },
        Action.REJECT: lambda: {
            "rejected_by": caller,
            "decided_at": now,
            "decided_revision": found.revision,
        },
        Action.PUBLISH: lambda: {
            "published_by": caller,
            "published_at": now,
            "published_revision": found.revision,
            "first_published_at": found.first_published_at or now,
        },
        Action.VERIFY: lambda: {"verification": Verification.VERIFIED},
        Action.SUPERSEDE: lambda: {"superseded_by": request.successor, "ended_at": now},
        Action.RETRACT: lambda: {"public_reason": request.public_reason, "ended_at": now},
        Action.UNPUBLISH: lambda: {
            "published_at": None,
            "published_by": None,
            "assigned_to": found.accepted_by,
            "accepted_by": None,
        },
        Action.WITHDRAW: lambda: (
            {"withdrawal_asked_at": now}
            if row.target is row.source
            else {"ended_at": now, "public_reason": request.public_reason}
        ),
    }
    make = changes.get(row.action)
    return {} if make is None else make()


def keep_words(
    row: Transition,
    changed: Submission,
    request: TransitionRequest,
    errand: Errand,
) -> None:
    """Keep the review, and pass the comment on to the submitter."""
    principal, work, present = errand.principal, errand.work, errand.present
    decision = DECISIONS.get(row.action)
    if decision is not None:
        work.submissions.add_review(
            Review(
                id=present.new_id("rvw"),
                submission=changed.id,
                revision=changed.revision,
                reviewer=principal.member,
                decision=decision,
                rubric=None
                if request.rubric is None
                else write_line(dict(request.rubric)).decode(),
                reason_code=request.reason_code,
                comment=request.comment,
                internal_note=request.internal_note,
                created_at=present.now,
            )
        )
    # Why something was unpublished stays among those who review: it may be about safety.
    private = row.action is Action.UNPUBLISH
    if request.comment is not None and request.comment.strip():
        work.submissions.add_message(
            Message(
                id=present.new_id("msg"),
                submission=changed.id,
                author=principal.member,
                from_submitter=row.role is Role.CONTRIBUTOR,
                visibility=Visibility.INTERNAL if private else Visibility.SUBMITTER,
                text=request.comment,
                created_at=present.now,
            )
        )


def tell(row: Transition, changed: Submission, work: UnitOfWork, present: Present) -> None:
    """Tell the organisation, or everybody where evidence is public, in the thinnest words."""
    kind = EVENTS.get(row.action)
    if kind is None or (row.action is Action.WITHDRAW and row.target is row.source):
        return
    public = kind in PUBLIC_EVENTS
    where = "evidence" if public else "submissions"
    data: dict[str, object] = {
        "id": changed.id,
        "links": {"self": f"/v1/{where}/{changed.id}"},
    }
    if not public:
        data["revision"] = changed.revision
    work.custody.tell(
        OutboxEvent(
            id=present.new_id("evt"),
            type=kind,
            organisation=None if public else changed.organisation,
            data=data,
            at=present.now,
        )
    )
