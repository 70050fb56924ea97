"""Charts over HTTP: three forms of one picture, validators, refusals."""

import json
from collections.abc import Iterator
from xml.etree import ElementTree as ET

import pytest

from gaptracker.publish.charts.catalogue import CHARTS
from tests.api_world import World, open_world, the_error, the_problem

ASKED = {
    "actor": "MEX",
    "actors": "MEX,CHN",
    "side": "words",
    "theme": "death_penalty",
    "year": "2022",
}


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    opened = open_world(tmp_path_factory.mktemp("charts"))
    with opened.client:
        yield opened


def question(chart: str, **other: str) -> str:
    asked = {name: ASKED[name] for name in CHARTS[chart].parameters} | other
    return "&".join(f"{name}={value}" for name, value in asked.items())


def test_every_chart_is_listed_with_what_it_takes(world: World) -> None:
    rows = world.data("/v1/charts?lang=es")
    assert [row["id"] for row in rows] == list(CHARTS)
    for row in rows:
        assert row["parameters"] == list(CHARTS[row["id"]].parameters)
        address = row["links"]["svg"].format(**ASKED)
        assert world.get(address).headers["content-type"] == "image/svg+xml"


@pytest.mark.parametrize("chart", CHARTS)
def test_a_chart_is_given_as_specification_svg_and_png(world: World, chart: str) -> None:
    asked = question(chart)
    specification = world.get(f"/v1/charts/{chart}.json?{asked}")
    assert specification.headers["content-type"] == "application/json"
    assert specification.json()["$schema"].startswith("https://vega.github.io/schema/vega-lite/v6")
    svg = world.get(f"/v1/charts/{chart}.svg?{asked}")
    assert svg.headers["content-type"] == "image/svg+xml"
    assert ET.fromstring(svg.content).tag == "{http://www.w3.org/2000/svg}svg"
    png = world.get(f"/v1/charts/{chart}.png?{asked}")
    assert png.headers["content-type"] == "image/png"
    assert png.content.startswith(b"\x89PNG\r\n\x1a\n")
    assert png.headers["gaptracker-release"] == world.newer


def test_accept_chooses_the_form_where_the_address_does_not(world: World) -> None:
    address = f"/v1/charts/says_does?{question('says_does')}"
    assert world.get(address).headers["content-type"] == "application/json"
    assert world.get(address, accept="image/*").headers["content-type"] == "image/svg+xml"
    assert world.get(address, accept="image/png").headers["content-type"] == "image/png"
    assert the_problem(world.get(address, accept="text/csv"))["code"] == "not-acceptable"
    assert world.get(f"/v1/charts/says_does.csv?{question('says_does')}").status_code == 404


def test_a_pinned_picture_lives_for_ever_and_is_not_sent_twice(world: World) -> None:
    address = f"/v1/charts/says_does.svg?{question('says_does')}"
    latest = world.get(address)
    assert latest.headers["cache-control"].startswith("public, max-age=60")
    pinned = world.get(f"{address}&release={world.newer}")
    assert "immutable" in pinned.headers["cache-control"]
    assert pinned.content == latest.content
    again = world.get(address, if_none_match=latest.headers["etag"])
    assert (again.status_code, again.content) == (304, b"")
    for other in ("size=card", "lang=es", f"release={world.older}"):
        assert world.get(f"{address}&{other}").headers["etag"] != latest.headers["etag"]


def test_head_says_what_get_would(world: World) -> None:
    address = f"/v1/charts/says_does.png?{question('says_does')}"
    got, head = world.get(address), world.client.head(address)
    assert head.content == b""
    for name in ("etag", "content-type", "content-length", "cache-control"):
        assert head.headers[name] == got.headers[name]
    assert got.headers["access-control-allow-origin"] == "*"


def test_an_unknown_chart_names_the_nearest(world: World) -> None:
    answer = world.get("/v1/charts/say_does.svg?theme=death_penalty&year=2022")
    assert answer.status_code == 404
    error = the_error(answer)
    assert (error["code"], error["nearest"]) == ("chart.unknown", ["says_does"])


@pytest.mark.parametrize(
    ("query", "code", "nearest"),
    [
        ("theme=deth_penalty&year=2022", "theme.unknown", ["death_penalty"]),
        ("theme=treaty_regime&year=2022", "theme.unknown", []),
        ("theme=death_penalty&year=1999", "year.unknown", ["2021"]),
        ("theme=death_penalty&year=%D9%A2%D9%A0%D9%A2%D9%A2", "value.invalid", []),
        ("theme=death_penalty&year=-1", "value.invalid", []),
        ("theme=death_penalty", "parameter.missing", []),
        ("theme=death_penalty&year=2022&actor=MEX", "parameter.unknown", []),
        ("theme=death_penalty&year=2022&yaer=2022", "parameter.unknown", ["year"]),
        ("theme=death_penalty&year=2022&year=2021", "parameter.repeated", []),
        ("theme=death_penalty&year=2022&size=poster", "value.not_listed", []),
        ("theme=death_penalty&year=2022&lang=fr", "value.not_listed", []),
        ("theme=death_penalty&year=2022&release=2020-01-01-00000000", "release.unknown", None),
    ],
)
def test_what_is_not_understood_is_refused(
    world: World, query: str, code: str, nearest: list[str] | None
) -> None:
    answer = world.get(f"/v1/charts/says_does.svg?{query}")
    assert answer.status_code == 422
    error = the_error(answer)
    assert error["code"] == code
    assert nearest is None or error["nearest"] == nearest


def test_all_that_is_wrong_is_said_at_once(world: World) -> None:
    problem = the_problem(world.get("/v1/charts/says_does.svg?theme=x&actor=MEX"))
    codes = {error["parameter"]: error["code"] for error in problem["errors"]}
    assert codes == {
        "theme": "theme.unknown",
        "year": "parameter.missing",
        "actor": "parameter.unknown",
    }


def test_the_openapi_document_keeps_its_address(world: World) -> None:
    assert "/v1/charts/{chart}" in json.loads(world.get("/v1/openapi.json").content)["paths"]
