"""Embeds and oEmbed: what other sites show, pinned, without scripts, within their limits."""

import json
from pathlib import Path
from typing import Any
from urllib.parse import quote
from xml.etree import ElementTree as ET

import pytest

from tests.api_world import (
    API_EVIDENCE,
    World,
    open_world,
    shared_world,
    the_error,
    the_problem,
)
from tests.cli_world import without_last_vote
from tests.page_checks import read_page, require_sound
from tests.pages_world import LANGUAGES, SITE, a_pair, with_language

CHART = "/charts/over_years?actor=MEX&theme=death_penalty"
CELL = "/cells/MEX/death_penalty/2022"


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    return shared_world(tmp_path_factory)


def ask(world: World, page: str, **more: str) -> dict[str, Any]:
    """What oEmbed says of one of our pages."""
    answer = world.get(address_of(page, **more))
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def address_of(page: str, **more: str) -> str:
    extra = "".join(f"&{name}={value}" for name, value in more.items())
    return f"/oembed?url={quote(SITE + page, safe='')}{extra}"


def frame_of(found: dict[str, Any]) -> dict[str, str]:
    """The attributes of the one iframe that an answer holds."""
    (frame,) = read_page(f"<!DOCTYPE html>{found['html']}").elements
    assert frame.name == "iframe"
    return frame.attributes


def test_pages_name_where_they_are_described(world: World) -> None:
    for page in (CHART, CELL, f"/pairs/{a_pair(world)}"):
        read = require_sound(world.get(page).text, language="en", site=SITE)
        for media_type, form in (
            ("application/json+oembed", "application/json"),
            ("text/xml+oembed", "text/xml; charset=utf-8"),
        ):
            link = read.one("link", type=media_type).attributes["href"]
            answer = world.get(link.removeprefix(SITE))
            assert answer.status_code == 200
            assert answer.headers["content-type"] == form


def test_what_is_embedded_is_pinned_and_may_be_framed_by_anybody(world: World) -> None:
    for page in (CHART, CELL, f"/pairs/{a_pair(world)}", f"/embed/pair/{a_pair(world)}"):
        found = ask(world, page)
        assert (found["version"], found["type"]) == ("1.0", "rich")
        frame = frame_of(found)
        assert f"release={world.newer}" in frame["src"]
        assert (frame["width"], frame["height"]) == (str(found["width"]), str(found["height"]))
        embed = world.get(frame["src"].removeprefix(SITE))
        assert embed.status_code == 200
        assert "frame-ancestors *" in embed.headers["content-security-policy"]
        shown = require_sound(embed.text, language="en", site=SITE)
        assert [each for each in shown.all("script") if "src" in each.attributes] == []
        assert frame["title"] == found["title"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_code_on_a_page_is_that_of_its_embed(world: World, language: str) -> None:
    for page in (CHART, CELL, f"/pairs/{a_pair(world)}"):
        address = with_language(page, language)
        code = require_sound(world.get(address).text, language=language, site=SITE).one("textarea")
        frame = frame_of({"html": code.text})
        embed = world.get(frame["src"].removeprefix(SITE), Accept_Language="en")
        assert embed.headers["content-language"] == language
        assert (
            frame["title"] == require_sound(embed.text, language=language, site=SITE).one("h1").text
            or page == CELL
        )


def test_an_old_embed_says_that_a_newer_release_exists(world: World) -> None:
    for embed in (
        f"/embed/over_years?actor=MEX&theme=death_penalty&release={world.older}",
        f"/embed/pair/{a_pair(world, world.older)}?release={world.older}",
    ):
        text = require_sound(world.get(embed).text, language="en", site=SITE).one("main").text
        assert f"A newer release exists: {world.newer}." in text
        assert world.older in text
    now = world.get(f"/embed/pair/{a_pair(world)}?release={world.newer}").text
    assert "A newer release exists" not in now


def test_a_pinned_pair_says_what_a_newer_release_says_of_it(world: World, tmp_path: Path) -> None:
    kept = a_pair(world, world.older)
    text = world.get(f"/embed/pair/{kept}?release={world.older}").text
    assert "There it reads: " in text
    turned = open_world(tmp_path, first=API_EVIDENCE, evidence=without_last_vote(API_EVIDENCE))
    now = {each["id"] for each in turned.data("/v1/pairs?actor=MEX&limit=1000")}
    then = turned.data(f"/v1/pairs?actor=MEX&limit=1000&release={turned.older}")
    gone = next(each["id"] for each in then if each["id"] not in now)
    for place in ("/pairs", "/embed/pair"):
        said = turned.get(f"{place}/{gone}?release={turned.older}").text
        assert "It does not hold this pair any more." in said


@pytest.mark.parametrize(("width", "height"), [(320, 400), (500, 10_000), (5_000, 200)])
def test_sizes_keep_within_what_the_other_site_takes(world: World, width: int, height: int) -> None:
    for page in (CHART, CELL, f"/pairs/{a_pair(world)}"):
        found = ask(world, page, maxwidth=str(width), maxheight=str(height))
        assert found["width"] <= width
        assert found["height"] <= height
        assert found.get("thumbnail_width", 0) <= width
        assert found.get("thumbnail_height", 0) <= height


def test_a_chart_has_its_card_as_thumbnail(world: World) -> None:
    found = ask(world, CHART)
    assert found["thumbnail_url"].startswith(f"{SITE}/v1/charts/over_years.png?")
    assert (found["thumbnail_width"], found["thumbnail_height"]) == (1200, 630)
    assert "thumbnail_url" not in ask(world, f"/pairs/{a_pair(world)}")


def test_xml_says_the_same_as_json(world: World) -> None:
    told = ask(world, CHART)
    root = ET.fromstring(world.get(address_of(CHART, format="xml")).content)
    assert root.tag == "oembed"
    assert {each.tag: each.text for each in root} == {
        name: str(value) for name, value in told.items()
    }


def test_a_language_and_a_release_in_the_address_are_kept(world: World) -> None:
    found = ask(world, f"{CHART}&lang=pt&release={world.older}&utm_source=x")
    assert f"release={world.older}" in frame_of(found)["src"]
    assert "lang=pt" in frame_of(found)["src"]
    assert "utm_source" not in json.dumps(found)


@pytest.mark.hostile
@pytest.mark.parametrize(
    "url",
    [
        "https://example.org/pairs/x",
        "http://testserver.evil.example/charts/over_years?actor=MEX&theme=cannabis",
        "http://testserver@evil.example/cells/MEX/cannabis/2022",
        "http://[",
        "javascript:alert(1)",
        "//testserver/docs",
        f"{SITE}/v1/gaps",
        f"{SITE}/",
        f"{SITE}/docs",
        f"{SITE}/pairs/none",
        f"{SITE}/cells/MEX/cannabis/1066",
        f"{SITE}/cells/MEX/cannabis/2022?release=none",
        f"{SITE}/charts/over_years?actor=MEX",
        f"{SITE}/charts/over_years?actor=MEX&theme=cannabis&lang=fr",
        f"{SITE}/charts/none?actor=MEX",
        f"{SITE}/charts/over_years?" + "&".join(["a=b"] * 99),
        f"{SITE}/pairs/%00%ff%3Cscript%3E",
    ],
)
def test_what_is_no_page_of_ours_is_not_embedded(world: World, url: str) -> None:
    answer = world.get(f"/oembed?url={quote(url, safe='')}")
    assert answer.status_code == 404, answer.text
    assert the_error(answer)["parameter"] == "url"


def test_a_format_that_is_not_given_is_not_implemented(world: World) -> None:
    answer = world.get(address_of(CHART, format="yaml"))
    assert answer.status_code == 501
    problem = the_problem(answer)
    assert problem["code"] == "not-implemented"
    assert problem["errors"][0]["expected"] == "json, xml"


def test_parameters_of_oembed_are_checked(world: World) -> None:
    for more, parameter in (
        ({"maxwidth": "0"}, "maxwidth"),
        ({"maxheight": "wide"}, "maxheight"),
        ({"width": "3"}, "width"),
    ):
        answer = world.get(address_of(CHART, **more))
        assert answer.status_code == 422
        assert the_error(answer)["parameter"] == parameter
    assert world.get("/oembed").status_code == 422
