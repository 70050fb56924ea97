"""An appeal: to others than who rejected it, and with the consent that a review needs."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.desk_world import DECREE, DeskWorld, desk_world
from tests.test_sight_of_drafts import edited


@pytest.fixture
def world(database_url: str, tmp_path: Path) -> Iterator[DeskWorld]:
    with desk_world(database_url, tmp_path) as made:
        yield made


def rejected(world: DeskWorld) -> str:
    submission = world.sent(DECREE)
    world.act(submission, "reviewer", "claim")
    more = {"reason_code": "not_verifiable", "comment": "Which page?"}
    world.act(submission, "reviewer", "reject", **more)
    return submission


def test_who_rejected_it_is_no_second_reviewer_of_the_appeal(world: DeskWorld) -> None:
    submission = rejected(world)
    edited(world, submission, {"note": "Page 3."})
    world.act(submission, "sender", "appeal")
    world.act(submission, "second", "claim")
    joining = world.ask(
        "POST", f"/v1/submissions/{submission}/reviews", "reviewer", {"decision": "join"}
    )
    assert (joining.status_code, joining.json()["code"]) == (409, "self-review")


def test_an_appeal_after_consent_to_review_was_taken_back_is_none(world: DeskWorld) -> None:
    submission = rejected(world)
    edited(world, submission, {"consent": {"review": False}})
    answer = world.ask(
        "POST", f"/v1/submissions/{submission}/transitions", "sender", {"action": "appeal"}
    )
    assert answer.status_code == 409
    assert "consent to review is given" in answer.json()["needs"]
