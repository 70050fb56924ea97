"""Evidence that its organisation asked back is not published once more against its will."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.desk_world import DECREE, RUBRIC, DeskWorld, desk_world


@pytest.fixture
def world(database_url: str, tmp_path: Path) -> Iterator[DeskWorld]:
    with desk_world(database_url, tmp_path) as made:
        yield made


def test_what_was_asked_back_and_unpublished_stays_so(world: DeskWorld) -> None:
    submission = world.published(DECREE)
    world.act(submission, "sender", "withdraw")
    world.act(submission, "editor", "unpublish", reason_code="unsafe_for_a_person")
    world.act(submission, "reviewer", "accept", rubric=RUBRIC)
    address = f"/v1/submissions/{submission}/transitions"
    again = world.ask("POST", address, "other_editor", {"action": "publish"})
    assert (again.status_code, again.json()["code"]) == (409, "invalid-transition")
    assert world.ask("GET", f"/v1/evidence/{submission}", "sender").status_code == 404
    assert world.act(submission, "sender", "withdraw")["state"] == "withdrawn"


def test_handing_it_over_again_gives_the_consent_again(world: DeskWorld) -> None:
    submission = world.published(DECREE)
    world.act(submission, "sender", "withdraw")
    world.act(submission, "editor", "unpublish", reason_code="unsafe_for_a_person")
    world.act(submission, "reviewer", "request_info", comment="May we publish it again?")
    answer = {"text": "You may.", "visibility": "submitter"}
    world.done(f"/v1/submissions/{submission}/messages", "sender", answer)
    world.act(submission, "sender", "resubmit")
    world.act(submission, "reviewer", "claim")
    for decision in ("join", "second"):
        world.done(f"/v1/submissions/{submission}/reviews", "second", {"decision": decision})
    world.act(submission, "reviewer", "accept", rubric=RUBRIC)
    assert world.act(submission, "editor", "publish")["state"] == "published"
