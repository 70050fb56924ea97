"""What reviewers see of a submission: what was handed over, and no more of when or how it grew."""

import base64
import json
from collections.abc import Iterator
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from gaptracker.main.intake import present
from tests.batch_world import add_custodian
from tests.desk_world import DECREE, RUBRIC, SOURCE, DeskWorld, desk_world

WITNESS = {"ref": "s2", "kind": "interview", "title": "A talk", "confidentiality": "restricted"}
CANARY = "canary-quillaja"


@pytest.fixture
def world(database_url: str, tmp_path: Path) -> Iterator[DeskWorld]:
    with desk_world(database_url, tmp_path) as made:
        yield made


def drafted(world: DeskWorld, **more: object) -> str:
    document = {
        "language": "en",
        "items": [DECREE],
        "sources": [SOURCE],
        "consent": {"review": True, "publish": True},
        **more,
    }
    return str(world.done("/v1/submissions", "sender", document)["id"])


def edited(world: DeskWorld, submission: str, patch: dict[str, Any]) -> None:
    headers = {
        "Authorization": f"Bearer {world.keys['sender']}",
        "If-Match": "*",
        "Content-Type": "application/merge-patch+json",
    }
    address = f"/v1/submissions/{submission}"
    answer = world.client.patch(address, headers=headers, content=json.dumps(patch))
    assert answer.status_code == 200, answer.text


def reads(world: DeskWorld, submission: str, who: str) -> dict[str, str]:
    about = f"/v1/submissions/{submission}"
    parts = ("", "/revisions", "/revisions/1", "/revisions/2", "/diff?from=1&to=2", "/attachments")
    return {part: world.ask("GET", f"{about}{part}", who).text for part in parts}


def test_a_draft_that_was_mended_before_it_was_sent_is_shown_to_nobody_else(
    world: DeskWorld,
) -> None:
    submission = drafted(world, public_summary={"en": CANARY}, note=CANARY)
    edited(world, submission, {"public_summary": {"en": "A witness"}, "note": None})
    world.act(submission, "sender", "submit")
    queued = reads(world, submission, "reviewer")
    world.act(submission, "reviewer", "claim")
    assigned = reads(world, submission, "reviewer")
    for seen in (queued, assigned):
        assert not [part for part, text in seen.items() if CANARY in text]
        assert [each["revision"] for each in json.loads(seen["/revisions"])["data"]] == [2]
        assert "A witness" in seen["/revisions/2"]
    assert CANARY in reads(world, submission, "sender")["/revisions/1"]


@pytest.mark.parametrize("state", ["needs_info", "rejected"])
def test_what_is_written_since_is_not_seen_before_it_is_handed_over(
    world: DeskWorld, state: str
) -> None:
    submission = drafted(world)
    world.act(submission, "sender", "submit")
    world.act(submission, "reviewer", "claim")
    action = {"needs_info": "request_info", "rejected": "reject"}[state]
    more = {"reason_code": "not_verifiable"} if action == "reject" else {}
    world.act(submission, "reviewer", action, comment="Which page?", **more)
    before = world.ask("GET", f"/v1/submissions/{submission}", "reviewer").json()
    edited(world, submission, {"note": CANARY})
    answer = world.client.post(
        f"/v1/submissions/{submission}/attachments?ref=a1",
        headers={
            "Authorization": f"Bearer {world.keys['sender']}",
            "Idempotency-Key": "k",
            "Content-Type": "text/plain",
            "Content-Disposition": f'attachment; filename="{CANARY}.txt"',
            "Repr-Digest": f"sha-256=:{base64.b64encode(sha256(b'x').digest()).decode()}:",
        },
        content=b"x",
    )
    assert answer.status_code == 201, answer.text
    seen = reads(world, submission, "reviewer")
    assert not [part for part, text in seen.items() if CANARY in text]
    file = f"/v1/attachments/{answer.json()['id']}"
    assert world.ask("GET", file, "reviewer").status_code == 404
    after = json.loads(seen[""])
    assert (after["revision"], after["etag"]) == (1, before["etag"])
    assert after["attachments"]["received"] == 0
    world.act(submission, "sender", "resubmit" if state == "needs_info" else "appeal")
    world.act(submission, "second", "claim")
    assert CANARY in reads(world, submission, "second")["/revisions/2"]
    assert world.ask("GET", file, "second").status_code == 200


def test_what_is_sealed_later_is_sealed_in_earlier_revisions(world: DeskWorld) -> None:
    add_custodian(world.desk)
    submission = drafted(world, sources=[SOURCE, {**WITNESS, "title": CANARY}])
    world.act(submission, "sender", "submit")
    world.act(submission, "reviewer", "claim")
    assert CANARY in reads(world, submission, "reviewer")["/revisions/1"]
    world.act(submission, "reviewer", "request_info", comment="Is this safe?")
    sealed = {**WITNESS, "title": CANARY, "confidentiality": "sealed"}
    edited(world, submission, {"sources": [SOURCE, sealed]})
    seen = reads(world, submission, "reviewer")
    assert not [part for part, text in seen.items() if CANARY in text]


def test_neither_cursor_nor_filter_nor_revision_tells_a_reviewer_when_it_came(
    world: DeskWorld,
) -> None:
    for _ in range(2):
        submission = world.sent(DECREE)
    page = world.ask("GET", "/v1/reviews/queue?limit=1", "reviewer").json()
    cursor = page["next"]
    opened = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
    assert page["data"][0]["id"].encode() not in opened
    following = f"/v1/reviews/queue?limit=1&cursor={cursor}"
    assert world.ask("GET", following, "reviewer").json()["data"][0]["id"] == submission
    # A cursor is of one list and one caller.
    for who, path in (("second", "reviews/queue"), ("reviewer", "submissions")):
        assert world.ask("GET", f"/v1/{path}?cursor={cursor}", who).status_code == 422
    now = present().now
    for days, found in ((0, 2), (1, 0)):
        moment = (now + timedelta(days=days)).replace(hour=23, minute=59, second=59)
        asked = f"/v1/reviews/queue?updated_after={moment:%Y-%m-%dT%H:%M:%SZ}"
        assert len(world.ask("GET", asked, "reviewer").json()["data"]) == found
    marks = world.ask("GET", f"/v1/submissions/{submission}/revisions", "reviewer").json()["data"]
    assert all(each["created_at"].endswith("T00:00:00Z") for each in marks)


def test_who_joined_before_may_claim_it_again_and_somebody_else_joins(world: DeskWorld) -> None:
    submission = drafted(world, sources=[SOURCE, WITNESS])
    world.act(submission, "sender", "submit")
    world.act(submission, "reviewer", "claim")
    reviews = f"/v1/submissions/{submission}/reviews"
    world.done(reviews, "second", {"decision": "join"})
    world.act(submission, "reviewer", "request_info", comment="Which page?")
    edited(world, submission, {"note": "Page 3."})
    world.act(submission, "sender", "resubmit")
    world.act(submission, "second", "claim")
    for decision in ("join", "second"):
        world.done(reviews, "reviewer", {"decision": decision})
    assert world.act(submission, "second", "accept", rubric=RUBRIC)["state"] == "accepted"
