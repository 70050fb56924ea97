"""Replies and errata stand beside the figures, and no figure's answer depends on them."""

import csv
import io
from dataclasses import replace
from pathlib import Path

import pytest

from gaptracker.domain.annotations import CellRef, ReplyOutcome
from gaptracker.publish.api.shelf import RETRY_SECONDS, Shelf
from gaptracker.publish.beside import load_beside
from tests.api_world import World, client_of, open_store, open_world, the_error
from tests.beside_world import CELL, ERRATUM_ID, REPLY_ID, a_reply, an_erratum, decided, lay
from tests.page_checks import require_sound
from tests.pages_world import HOSTILE, LANGUAGES, SITE, a_pair, with_language

GENERAL, OTHER = f"rep_{'b' * 26}", f"rep_{'c' * 26}"
FIGURES = (
    "/v1/gaps?actor=MEX",
    "/v1/gaps?actor=MEX&release={newer}",
    "/v1/gaps?theme=death_penalty&year=2022",
    "/v1/pairs?actor=MEX",
    "/v1/actors/MEX",
    "/v1/charts/over_years.svg?actor=MEX&theme=death_penalty",
)
TOLD = {
    "en": ("Mexico replied on 19 November 2026", "An erratum of 25 November 2026"),
    "es": ("México respondió el 19 de noviembre de 2026", "Una fe de erratas del 25 de noviembre"),
    "pt": ("México respondeu em 19 de novembro de 2026", "Uma errata de 25 de novembro de 2026"),
}


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    """Two releases; a reply to a cell, one to everything, one of China, and an erratum."""
    world = open_world(tmp_path_factory.mktemp("replies"))
    chinese = CellRef(actor="CHN", theme="death_penalty", year=2021)
    replies = (
        decided(a_reply(world.newer)),
        a_reply(world.older, id=GENERAL, cells=(), text=HOSTILE * 40, who=HOSTILE, office=HOSTILE),
        a_reply(world.newer, id=OTHER, actor="CHN", cells=(chinese,), pairs=("pair_x",)),
    )
    lay(open_store(world.folder), replies, [an_erratum(world.newer)])
    world.shelf.refresh()
    return world


def ids(world: World, address: str) -> list[str]:
    return [each["id"] for each in world.data(address)]


def test_a_reply_is_given_whole_with_what_was_decided(world: World) -> None:
    data = world.data(f"/v1/replies/{REPLY_ID}?lang=es")
    assert data == {
        "id": REPLY_ID,
        "actor": "MEX",
        "actor_name": "México",
        "release": world.newer,
        "received_on": "2026-11-19",
        "who": "A. Ruiz",
        "office": "Foreign ministry",
        "language": "es",
        "text": "La cifra no toma en cuenta la reforma.\n\nPedimos que se corrija.",
        "link": "https://example.org/respuesta",
        "attachment_sha256": "ab" * 32,
        "cells": [{"actor": "MEX", "theme": "death_penalty", "year": 2022}],
        "pairs": [],
        "outcome": "partly",
        "because": "It is in.",
        "decided_on": "2026-11-24",
        "recorded_at": "2026-11-20T08:30:00Z",
        "links": {
            "self": f"/v1/replies/{REPLY_ID}",
            "release": f"/v1/releases/{world.newer}",
        },
    }
    assert world.get(data["links"]["release"]).status_code == 200


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", [OTHER, GENERAL, REPLY_ID]),
        ("?actor=MEX", [GENERAL, REPLY_ID]),
        ("?actor=MEX&theme=death_penalty&year=2022", [GENERAL, REPLY_ID]),
        ("?actor=MEX&theme=cannabis", [GENERAL]),
        ("?actor=MEX&year=2021", [GENERAL]),
        ("?actor=CHN,MEX&year=2021", [OTHER, GENERAL]),
        ("?theme=death_penalty", [OTHER, GENERAL, REPLY_ID]),
        ("?actor=URY", []),
        ("?pair=pair_x", [OTHER]),
        ("?pair=pair_y", []),
    ],
)
def test_replies_are_found_by_what_they_are_about(
    world: World, query: str, found: list[str]
) -> None:
    assert sorted(ids(world, f"/v1/replies{query}")) == sorted(found)


@pytest.mark.parametrize(
    ("query", "count"),
    [("", 1), ("?actor=MEX", 1), ("?actor=CHN", 0), ("?theme=cannabis", 0), ("?year=2022", 1)],
)
def test_errata_are_found_by_what_they_are_about(world: World, query: str, count: int) -> None:
    found = world.data(f"/v1/errata{query}")
    assert [each["id"] for each in found] == [ERRATUM_ID] * count
    assert world.data(f"/v1/errata/{ERRATUM_ID}")["right"] == "One was."


def test_cells_pairs_and_actors_lead_to_what_is_said_of_them(world: World) -> None:
    (cell,) = world.data("/v1/gaps?actor=MEX&theme=death_penalty&year=2022&min_grade=D")
    assert cell["reply_status"] is None
    assert ids(world, cell["links"]["replies"]) == [GENERAL, REPLY_ID]
    assert ids(world, cell["links"]["errata"]) == [ERRATUM_ID]
    assert ids(world, world.data("/v1/actors/MEX")["links"]["replies"]) == [GENERAL, REPLY_ID]
    pair = world.data(f"/v1/pairs/{a_pair(world)}")
    assert ids(world, pair["links"]["replies"]) == []


def test_a_table_of_replies_is_safe_to_open(world: World) -> None:
    answer = world.get("/v1/replies.csv")
    rows = list(csv.DictReader(io.StringIO(answer.text, newline="")))
    assert [row["id"] for row in rows] == ids(world, "/v1/replies")
    assert next(row for row in rows if row["id"] == REPLY_ID)["cells"] == "MEX death_penalty 2022"
    assert world.get("/v1/errata.ndjson").text.count("\n") == 1


@pytest.mark.parametrize(
    ("address", "status", "code"),
    [
        ("/v1/replies/rep_nothing", 404, "reply.unknown"),
        ("/v1/errata/err_nothing", 404, "erratum.unknown"),
        ("/v1/replies?actor=MEXX", 422, "actor.unknown"),
        ("/v1/errata?theme=deth", 422, "theme.unknown"),
        ("/v1/replies?year=1990", 422, "year.unknown"),
        ("/v1/replies?release=2026-08-16-1f0c33ab", 422, "parameter.unknown"),
        ("/replies?actor=MEXX", 422, "actor.unknown"),
    ],
)
def test_what_is_not_there_is_refused(world: World, address: str, status: int, code: str) -> None:
    answer = world.get(address)
    assert answer.status_code == status
    assert the_error(answer)["code"] == code


@pytest.mark.parametrize("language", LANGUAGES)
def test_pages_and_embeds_tell_of_them_in_three_languages(world: World, language: str) -> None:
    for address in (
        "/cells/MEX/death_penalty/2022",
        f"/cells/MEX/death_penalty/2022?release={world.older}",
        "/charts/over_years?actor=MEX&theme=death_penalty",
        f"/releases/{world.newer}",
        "/replies",
        "/replies?actor=MEX",
    ):
        answer = world.get(with_language(address, language))
        assert answer.status_code == 200, answer.text
        require_sound(answer.text, language=language, site=SITE)
        for told in TOLD[language]:
            start = told.split(",")[0]
            assert start in answer.text or address.startswith("/replies"), (address, told)
        assert "<script>alert" not in answer.text
        assert "max-age=60" in answer.headers["cache-control"]


def test_a_cells_page_holds_the_whole_reply_and_the_whole_erratum(world: World) -> None:
    page = require_sound(world.get("/cells/MEX/death_penalty/2022").text, language="en", site=SITE)
    text = page.one("main").text
    for told in ("Pedimos que se corrija.", "One was.", "A row was read twice.", HOSTILE):
        assert told in text
    quoted = [each for each in page.all("blockquote", lang="es") if "reforma" in each.text]
    assert len(quoted) == 1
    elsewhere = world.get("/cells/CHN/death_penalty/2022").text
    assert REPLY_ID not in elsewhere
    assert ERRATUM_ID not in elsewhere


def test_a_pairs_page_and_embed_tell_of_its_cell(world: World) -> None:
    pair = a_pair(world)
    for address in (f"/pairs/{pair}", f"/embed/pair/{pair}"):
        assert "replied on 19 November 2026" in world.get(address).text


def test_the_page_of_all_has_an_anchor_for_each(world: World) -> None:
    page = require_sound(world.get("/replies").text, language="en", site=SITE)
    anchors = {each.attributes["id"] for each in page.all("article")}
    assert anchors == {REPLY_ID, GENERAL, OTHER, ERRATUM_ID}


def test_feeds_tell_of_replies_and_errata(world: World) -> None:
    items = world.get("/feed.json?kind=reply,correction").json()["items"]
    about = [(each["_gaptracker"]["kind"], each["url"].rpartition("#")[2]) for each in items]
    assert about[0] == ("correction", ERRATUM_ID)
    assert ("reply", REPLY_ID) in about
    (told,) = [each for each in items if each["url"].endswith(REPLY_ID)]
    assert told["date_published"] == "2026-11-24T10:00:00Z"
    assert "accepted in part" in told["content_text"]
    narrow = world.get("/feed.json?actor=MEX&theme=cannabis&kind=reply").json()["items"]
    assert [each["url"].rpartition("#")[2] for each in narrow] == [GENERAL]
    spanish = world.get("/feed.atom?kind=reply&lang=es").text
    assert f"México respondió a la edición {world.newer}" in spanish
    assert "<script>" not in spanish


@pytest.fixture
def alone(tmp_path: Path) -> World:
    """Two releases beside which nothing lies."""
    return open_world(tmp_path)


def test_a_new_version_is_taken_over_and_no_figure_moves(alone: World) -> None:
    store = open_store(alone.folder)
    figures = [each.format(newer=alone.newer) for each in FIGURES]
    before = {address: alone.get(address) for address in figures}
    asked = ("/v1/replies", "/feed.json", "/cells/MEX/death_penalty/2022")
    tags = {address: alone.get(address).headers["etag"] for address in asked}
    standing = alone.shelf.standing

    lay(store, [a_reply(alone.newer)])
    alone.shelf.refresh()

    for address, answer in before.items():
        again = alone.get(address)
        assert again.content == answer.content
        assert again.headers["etag"] == answer.headers["etag"]
        assert again.headers["cache-control"] == answer.headers["cache-control"]
    assert alone.shelf.standing.current is standing.current
    assert alone.shelf.standing.published is standing.published, "ready answers stay ready"
    for address, tag in tags.items():
        again = alone.get(address, if_none_match=tag)
        assert again.status_code == 200
        assert again.headers["etag"] != tag
    lay(store, [decided(a_reply(alone.newer), ReplyOutcome.DECLINED)])
    alone.shelf.refresh()
    assert alone.data("/v1/replies")[0]["outcome"] == "declined"


def test_replies_stay_when_a_newer_release_takes_over(alone: World) -> None:
    store = open_store(alone.folder)
    lay(store, [a_reply(alone.newer)], [an_erratum(alone.older, cells=())])
    alone.shelf.refresh()
    store.reinstate(alone.older)
    alone.shelf.refresh()
    assert alone.shelf.standing.current is not None
    assert alone.shelf.standing.current.id == alone.older
    assert ids(alone, "/v1/replies") == [REPLY_ID]
    assert ids(alone, "/v1/errata?actor=URY") == [ERRATUM_ID], "it is about the whole release"


@pytest.mark.hostile(id="empty-member-of-a-list-of-pairs")
@pytest.mark.parametrize("path", ["/v1/replies", "/v1/errata"])
def test_an_empty_member_of_a_list_of_pairs_is_refused(world: World, path: str) -> None:
    answer = world.get(f"{path}?pair=pair_1,")
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["parameter"] == "pair"


@pytest.mark.hostile(id="annotations-damaged-while-served")
def test_damaged_replies_are_not_passed_off_as_none(alone: World) -> None:
    store = open_store(alone.folder)
    laid = lay(store, [a_reply(alone.newer)])
    assert laid.head is not None
    place = alone.folder / "releases" / "annotations" / f"{laid.head.sha256}.json"
    content = place.read_bytes()
    place.write_bytes(content.replace(b"reforma", b"REFORMA"))
    moments = [0.0]
    shelf = Shelf(store, clock=lambda: moments[0])
    shelf.refresh()
    world = replace(alone, shelf=shelf, client=client_of(shelf))

    for address in ("/v1/replies", "/v1/errata", f"/v1/replies/{REPLY_ID}"):
        assert world.get(address).status_code == 503
    assert world.get("/v1/gaps?actor=MEX").status_code == 200

    place.write_bytes(content)
    shelf.refresh()
    assert world.get("/v1/replies").status_code == 503, "not tried again at once"
    moments[0] = RETRY_SECONDS + 1
    shelf.refresh()
    assert ids(world, "/v1/replies") == [REPLY_ID]


def test_a_report_reads_what_is_said_of_an_actor(world: World) -> None:
    said = load_beside(open_store(world.folder)).of("MEX")
    first = said.replies[-1]
    assert (first.reply.who, first.reply.office, first.outcome) == (
        "A. Ruiz",
        "Foreign ministry",
        ReplyOutcome.PARTLY,
    )
    assert [each.id for each in said.errata] == [ERRATUM_ID]
    assert load_beside(open_store(world.folder)).of("MEX", CELL.theme, CELL.year) == said
    assert not load_beside(open_store(world.folder)).of("URY")
