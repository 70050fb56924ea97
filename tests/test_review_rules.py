"""A second reviewer where a submission could move a reading by more than the step."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from gaptracker.workflows.review_rules import ReviewRules, moves_too_far, review_rules
from tests.desk_world import DECREE, RUBRIC, DeskWorld, correction, desk_world
from tests.small_evidence import STATUTE
from tests.submitted_world import METHODOLOGY

FIGURE = {"kind": "observation", "ref": "o1", "actor": "MEX", "indicator": "death_penalty_status"}
SPEECH = {**DECREE, "kind": "statement", "ref": "t1"}


@pytest.fixture
def world(database_url: str, tmp_path: Path) -> Iterator[DeskWorld]:
    with desk_world(database_url, tmp_path) as made:
        yield made


def too_far(world: DeskWorld, *items: dict[str, Any], step: float = 50.0) -> bool:
    with world.open() as work:
        return moves_too_far({"items": list(items)}, work, review_rules(METHODOLOGY, step))


def test_the_first_item_of_a_side_can_move_it_all_and_the_second_half(world: DeskWorld) -> None:
    assert not too_far(world, DECREE)
    assert too_far(world, DECREE, step=49.9)
    assert too_far(world, {**DECREE, "theme": "cannabis"})
    assert not too_far(world, SPEECH)
    assert too_far(world, {**SPEECH, "actor": "MX-SIN"})


def test_two_new_ones_move_more_than_one(world: DeskWorld) -> None:
    assert too_far(world, DECREE, {**DECREE, "ref": "m2"})


def test_a_vote_that_the_codebook_places_stands_on_its_theme(world: DeskWorld) -> None:
    assert not too_far(world, {**SPEECH, "theme": "death_penalty"})


def test_a_figure_beside_one_of_its_own_indicator_is_the_only_one(world: DeskWorld) -> None:
    assert too_far(world, FIGURE)
    assert not too_far(world, {**DECREE, "theme": "cannabis"}, step=100)


def test_a_correction_always_needs_a_second_reviewer(world: DeskWorld) -> None:
    given = correction(STATUTE.id, ("title", STATUTE.title, "Article 479"))
    assert too_far(world, given, step=99)


def test_a_step_of_the_whole_scale_asks_nothing(world: DeskWorld) -> None:
    with world.open() as work:
        assert not moves_too_far({"items": [{"kind": "correction"}]}, work, ReviewRules())


def test_acceptance_waits_for_the_second_reviewer(world: DeskWorld) -> None:
    submission = world.sent({**DECREE, "theme": "cannabis"})
    world.act(submission, "reviewer", "claim")
    accept = {"action": "accept", "rubric": RUBRIC}
    address = f"/v1/submissions/{submission}/transitions"
    alone = world.ask("POST", address, "reviewer", accept)
    assert alone.status_code == 409
    assert "second" in alone.json()["detail"]
    for decision in ("join", "second"):
        world.done(f"/v1/submissions/{submission}/reviews", "second", {"decision": decision})
    assert world.act(submission, "reviewer", "accept", rubric=RUBRIC)["state"] == "accepted"


def test_where_more_is_known_one_reviewer_is_enough(world: DeskWorld) -> None:
    submission = world.sent(DECREE)
    world.act(submission, "reviewer", "claim")
    assert world.act(submission, "reviewer", "accept", rubric=RUBRIC)["state"] == "accepted"
