"""Names and texts that try to leave their place stay where they are, in every page and form."""

import json
import re

import pytest

from gaptracker.publish.texts import closed
from tests.api_world import World
from tests.page_checks import require_sound
from tests.pages_world import (
    EVIL_URL,
    HOSTILE,
    LANGUAGES,
    SITE,
    open_hostile,
    page_addresses,
    with_language,
)

OVERRIDE = "\N{RIGHT-TO-LEFT OVERRIDE}"

pytestmark = pytest.mark.hostile


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    return open_hostile(tmp_path_factory.mktemp("hostile"))


@pytest.mark.parametrize("language", LANGUAGES, ids=LANGUAGES)
def test_hostile_texts_stay_texts(world: World, language: str) -> None:
    shown = 0
    for address in page_addresses(world):
        answer = world.get(with_language(address, language))
        assert answer.status_code == 200, answer.text
        page = require_sound(answer.text, language=language, site=SITE)
        assert "<script>alert" not in answer.text
        assert "<img src=x" not in answer.text
        assert EVIL_URL not in [each.attributes.get("href") for each in page.all("a")]
        shown += HOSTILE in page.one("main").text
    assert shown >= 8


def test_linked_data_holds_the_very_texts(world: World) -> None:
    address = next(each for each in page_addresses(world) if each.startswith("/pairs/"))
    page = require_sound(world.get(address).text, language="en", site=SITE)
    (document,) = page.linked_data()
    assert document["itemReviewed"]["author"]["name"] == HOSTILE
    assert "url" not in document["itemReviewed"]["appearance"]


def test_cards_and_titles_hold_the_very_texts(world: World) -> None:
    page = require_sound(world.get("/cells/MEX/death_penalty/2022").text, language="en", site=SITE)
    assert page.meta("og:title") == f"{closed(HOSTILE)}: Death penalty, 2022"
    code = page.one("textarea").text
    assert json.dumps(code).count("<iframe") == 1
    assert "<script>" not in code


def test_hostile_texts_survive_citations(world: World) -> None:
    cell = "/v1/cite?actor=MEX&theme=death_penalty&year=2022"
    assert HOSTILE in world.get(cell).text
    (item,) = world.get(f"{cell}&style=csl").json()
    assert item["title"] == f"{closed(HOSTILE)}: Death penalty, 2022"


def test_no_name_turns_what_follows_it(world: World) -> None:
    assert OVERRIDE in HOSTILE
    for address in page_addresses(world):
        shown = world.get(address).text.partition("<main")[2]
        shown = re.sub(r"<svg.*?</svg>", "", shown, flags=re.DOTALL)
        for text in shown.split(OVERRIDE)[1:]:
            # Every override ends before its element does.
            assert "\N{POP DIRECTIONAL FORMATTING}" in re.split(r"</?[a-z]", text)[0]


def test_an_address_that_nothing_has_leads_nowhere_else(world: World) -> None:
    for place in ("//evil.example/x", "/%5Cevil.example/x", "/%22%3E%3Cscript%3E", "/%00"):
        answer = world.get(place, Accept="text/html")
        assert answer.status_code == 404
        page = require_sound(answer.text, language="en", site=SITE)
        assert "<script>" not in answer.text
        for link in page.all("a"):
            assert not re.match(r"[/\\]{2}|\w+:", link.attributes["href"]), link.attributes


def test_hostile_parameters_are_refused_without_running(world: World) -> None:
    for place in ("/cells/%3Cscript%3E/x/1", "/pairs/%3Cscript%3Ealert(1)", "/releases/%22%3E"):
        answer = world.get(place, Accept="text/html")
        assert answer.status_code == 404
        require_sound(answer.text, language="en", site=SITE)
        assert "<script>" not in answer.text
