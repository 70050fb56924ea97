"""From what workflows return to what the API answers."""

import json
from collections.abc import Mapping

from fastapi import Response
from pydantic import BaseModel

from gaptracker.custody.log_entries import parse_entry
from gaptracker.domain.principals import Principal
from gaptracker.domain.submissions import Message
from gaptracker.intake.submissions import Content
from gaptracker.receive.schemas import (
    AttachmentCount,
    LogMark,
    MessageAnswer,
    SourceMark,
    SubmissionAnswer,
)
from gaptracker.records.custody_repository import LoggedEntry
from gaptracker.workflows.look_up_submissions import SubmissionView
from gaptracker.workflows.submission_sight import Sight

NO_STORE = {"Cache-Control": "no-store"}


def json_of(answer: BaseModel) -> dict[str, object]:
    """Return an answer as plain JSON values."""
    found: dict[str, object] = json.loads(answer.model_dump_json(by_alias=True))
    return found


def respond(
    answer: BaseModel, *, status: int = 200, headers: Mapping[str, str] | None = None
) -> Response:
    """Write an answer; nothing of the intake is stored by a cache."""
    return Response(
        answer.model_dump_json(by_alias=True),
        status_code=status,
        media_type="application/json",
        headers={**NO_STORE, **(headers or {})},
    )


def submission_answer(view: SubmissionView, *, detail: bool = True) -> SubmissionAnswer:
    """Return a submission as its caller sees it.

    Args:
        view: What the workflow let the caller see.
        detail: False for a list, which leaves the content out.
    """
    found, address = view.submission, f"/v1/submissions/{view.submission.id}"
    content = view.content
    own = view.sight is Sight.OWN
    # Times are to the minute for its own organisation only (intake, rule 4).
    return SubmissionAnswer(
        id=found.id,
        client_ref=found.client_ref if own else None,
        state=found.state,
        verification=found.verification,
        revision=found.revision,
        # A digest over parts that the caller may not see would let them test guesses.
        content_sha256=found.content_sha256 if view.sees_all else None,
        etag=etag_of(view),
        allowed_actions=list(view.allowed),
        attachments=_attachments(view, content),
        sources=_sources(content),
        content=content if detail else None,
        legal_hold=found.legal_hold,
        superseded_by=found.superseded_by,
        withdrawal_asked=found.withdrawal_asked_at is not None,
        received_at=found.created_at if own else None,
        changed_at=found.changed_at if own else None,
        links={
            "self": address,
            "attachments": f"{address}/attachments",
            "transitions": f"{address}/transitions",
            "messages": f"{address}/messages",
            "receipt": f"{address}/receipt",
        },
    )


def etag_of(view: SubmissionView) -> str:
    """Return the entity tag of what a caller sees; without a digest of what they do not."""
    return view.submission.etag if view.sees_all else f'"rev_{view.submission.revision}"'


def message_answer(message: Message, principal: Principal) -> MessageAnswer:
    """Return a message; whoever is not the caller is named by their side alone."""
    side = "submitter" if message.from_submitter else "reviewer"
    if message.author is None:
        side = "gaptracker"
    return MessageAnswer(
        id=message.id,
        author="you" if message.author == principal.member else side,
        visibility=message.visibility.value,
        text=message.text,
        created_at=message.created_at,
    )


def log_mark(entry: LoggedEntry, principal: Principal) -> LogMark:
    """Return an entry of the log; who it was is told to nobody but themselves."""
    parsed = parse_entry(entry.entry.encode())
    return LogMark(
        position=entry.position,
        kind=parsed.kind.value,
        day=parsed.day.isoformat(),
        actor_role=parsed.actor_role.value,
        action=entry.action,
        by_you=entry.member == principal.member,
        entry=entry.entry,
        leaf_hash=entry.leaf_hash.hex(),
    )


def _attachments(view: SubmissionView, content: Content | None) -> AttachmentCount:
    here = {each.ref: each.sha256 for each in view.attachments}
    expected = [] if content is None else content.get("attachments_expected", [])
    missing = [each["ref"] for each in expected if here.get(each["ref"]) != each["sha256"]]
    return AttachmentCount(expected=len(expected), received=len(here), missing=missing)


def _sources(content: Content | None) -> list[SourceMark]:
    if content is None:
        return []
    return [
        SourceMark(
            ref=each["ref"],
            kind=each["kind"],
            identity={"sealed": True} if "identity" in each else None,
        )
        for each in content["sources"]
    ]
