"""Refusals say why and what to do, and tell a stranger nothing."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.desk_world import DECREE, RUBRIC, SOURCE, DeskWorld, desk_world

NOBODYS = f"sub_{'a' * 26}"


@pytest.fixture
def world(database_url: str, tmp_path: Path) -> Iterator[DeskWorld]:
    with desk_world(database_url, tmp_path) as made:
        yield made


def stranger(world: DeskWorld, name: str) -> tuple[int, str]:
    answer = world.client.get(f"/v1/evidence/{name}")
    return answer.status_code, str(answer.json()["detail"])


def test_who_lacks_a_second_reviewer_is_told_why_and_how(world: DeskWorld) -> None:
    submission = world.sent({**DECREE, "theme": "cannabis"})
    world.act(submission, "reviewer", "claim")
    address = f"/v1/submissions/{submission}/transitions"
    refused = world.ask("POST", address, "reviewer", {"action": "accept", "rubric": RUBRIC})
    assert refused.status_code == 409
    detail = refused.json()["detail"]
    assert "would be the first item of an actor and theme" in detail
    assert f'{{"decision": "second"}} to /v1/submissions/{submission}/reviews' in detail
    restricted = {**SOURCE, "ref": "s2", "confidentiality": "restricted"}
    document = {
        "language": "en",
        "submit": True,
        "items": [DECREE],
        "sources": [SOURCE, restricted],
        "consent": {"review": True, "publish": True, "keep_metadata": False},
    }
    held = world.done("/v1/submissions", "sender", document)["id"]
    world.act(held, "reviewer", "claim")
    address = f"/v1/submissions/{held}/transitions"
    refused = world.ask("POST", address, "reviewer", {"action": "accept", "rubric": RUBRIC})
    assert "because it holds a sealed or restricted part" in refused.json()["detail"]


def test_an_items_id_leads_to_its_submission_only_while_that_is_public(world: DeskWorld) -> None:
    absent = stranger(world, NOBODYS)
    assert absent[0] == 404
    assert "key" not in absent[1]
    submission = world.sent(DECREE)
    for name in (submission, f"{submission}-m1", f"{NOBODYS}-m1"):
        assert stranger(world, name) == absent
    published = world.published(DECREE)
    found = stranger(world, f"{published}-m1")
    assert found[0] == 404
    assert f"/v1/evidence/{published}" in found[1]
    assert stranger(world, f"{published}-hidden") == found
    world.act(published, "editor", "unpublish", reason_code="unsafe_for_a_person")
    assert stranger(world, f"{published}-m1") == absent
