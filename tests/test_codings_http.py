"""The coding desk over HTTP: blind, one's own organisation's left out, and every coding logged."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from gaptracker.custody.log_entries import EntryKind, parse_entry
from tests.desk_world import DECREE, DeskWorld, desk_world
from tests.small_evidence import BY_MACHINE, SPEECH

THEME = "personal_use"


@pytest.fixture
def world(database_url: str, tmp_path: Path) -> Iterator[DeskWorld]:
    with desk_world(database_url, tmp_path) as made:
        yield made


def queue(world: DeskWorld, who: str, query: str = "") -> dict[str, dict[str, Any]]:
    answer = world.ask("GET", f"/v1/codings/queue?limit=200{query}", who)
    assert answer.status_code == 200, answer.text
    return {entry["item"]: entry for entry in answer.json()["data"]}


def body(item: str, rung: int = 2, **other: object) -> dict[str, object]:
    given = {"item": item, "theme": THEME, "rung": rung, "specificity": "specific"}
    return {**given, "rationale": "Small amounts are not prosecuted.", **other}


def codings_logged(world: DeskWorld) -> int:
    with world.open() as work:
        entries = work.custody.entries_from(0, 10_000)
    kinds = [parse_entry(each.entry.encode()).kind for each in entries]
    return kinds.count(EntryKind.CODING_RECORDED)


def test_a_published_item_is_coded_by_two_and_enters_the_evidence(world: DeskWorld) -> None:
    waiting = world.sent(DECREE)
    assert not any(item.startswith(waiting) for item in queue(world, "coder"))
    item = f"{world.published(DECREE)}-m1"
    assert queue(world, "coder")[item]["needed"] == 2
    kept = world.done("/v1/codings", "coder", body(item))
    assert (kept["item"], kept["rung"], kept["revision"]) == (item, 2, 1)
    assert item not in queue(world, "coder")
    world.done("/v1/codings", "other_coder", body(item, 3))
    codings = [each for each in world.read().evidence.codings if each.item == item]
    assert sorted(each.rung for each in codings) == [2, 3]
    assert codings_logged(world) == 2


def test_an_entry_shows_one_item_and_nothing_else(world: DeskWorld) -> None:
    world.done("/v1/codings", "other_coder", body(SPEECH.id, rationale="Seen by nobody."))
    text = world.ask("GET", "/v1/codings/queue", "coder").text
    entry = queue(world, "coder")[SPEECH.id]
    assert entry["reads"]["paraphrase"] == SPEECH.paraphrase
    assert [rung["rung"] for rung in entry["ladder"]] == [0, 1, 2, 3, 4]
    for hidden in ("Seen by nobody", world.members["other_coder"], BY_MACHINE.rationale):
        assert hidden not in text


def test_a_theme_narrows_the_queue_and_an_unknown_one_is_named(world: DeskWorld) -> None:
    assert set(queue(world, "coder", f"&theme={THEME}")) == set(queue(world, "coder"))
    assert queue(world, "coder", "&theme=cannabis") == {}
    refused = world.ask("GET", "/v1/codings/queue?theme=weather", "coder")
    assert refused.status_code == 422
    assert "theme.unknown" in refused.text


def test_what_ones_own_organisation_sent_is_as_if_it_were_not_there(world: DeskWorld) -> None:
    item = f"{world.published(DECREE)}-m1"
    assert item not in queue(world, "own_coder")
    answers = []
    for name in (item, f"sub_{'a' * 26}-m1"):
        answer = world.ask("POST", "/v1/codings", "own_coder", body(name))
        assert answer.status_code == 404
        answers.append({**answer.json(), "instance": None})
    assert answers[0] == answers[1]


def test_the_same_again_is_answered_once_and_logged_once(world: DeskWorld) -> None:
    first = world.ask("POST", "/v1/codings", "coder", body(SPEECH.id), key="one")
    again = world.ask("POST", "/v1/codings", "coder", body(SPEECH.id), key="one")
    assert again.headers["Idempotency-Replayed"] == "true"
    assert again.json() == first.json()
    # Another request that says the same is no new revision, and nothing to log.
    assert world.done("/v1/codings", "coder", body(SPEECH.id)) == first.json()
    assert codings_logged(world) == 1
    assert world.done("/v1/codings", "coder", body(SPEECH.id, 4))["revision"] == 2
    assert codings_logged(world) == 2


@pytest.mark.parametrize("who", ["sender", "reviewer", "editor"])
def test_only_coders_come_to_the_desk(world: DeskWorld, who: str) -> None:
    for answer in (
        world.ask("GET", "/v1/codings/queue", who),
        world.ask("POST", "/v1/codings", who, body(SPEECH.id)),
    ):
        assert answer.status_code == 403
        assert answer.json()["code"] == "insufficient-scope"


@pytest.mark.hostile
def test_what_cannot_be_right_is_refused_and_nothing_is_kept(world: DeskWorld) -> None:
    hostile: dict[str, dict[str, object]] = {
        "H-CDG-01": body(SPEECH.id, 5),
        "H-CDG-02": {**body(SPEECH.id), "rung": True},
        "H-CDG-03": body(SPEECH.id, rationale=""),
        "H-CDG-04": body(SPEECH.id, rationale="a\u202eb"),
        "H-CDG-05": body(SPEECH.id, rationale="a" * 2001),
        "H-CDG-06": body(SPEECH.id, specificity="vote"),
        "H-CDG-07": body(SPEECH.id, coder="mem_a"),
        "H-CDG-08": body(SPEECH.id, theme="weather"),
        "H-CDG-09": body("a" * 201),
        "H-CDG-10": body("' OR 1=1 --"),
        "H-CDG-11": body(SPEECH.id, 2**63),
    }
    for name, given in hostile.items():
        answer = world.ask("POST", "/v1/codings", "coder", given)
        assert answer.status_code in {400, 404, 422}, (name, answer.text)
        assert answer.headers["Content-Type"].startswith("application/problem+json")
    for limit in ("0", "-1", "201", "1e9", "9" * 400):
        assert world.ask("GET", f"/v1/codings/queue?limit={limit}", "coder").status_code == 422
    assert codings_logged(world) == 0
