"""What the OpenAPI document says by patterns is what the routes take, neither more nor less."""

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gaptracker.domain.errors import InvalidValue
from gaptracker.main.openapi import openapi_text
from gaptracker.publish.charts.catalogue import CHARTS
from gaptracker.publish.checked_claims import parse_printed
from tests.api_world import World, shared_world, the_error

PATHS = json.loads(openapi_text())["paths"]
WRITTEN = "+-−–0123456789., "


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    return shared_world(tmp_path_factory)


def said_of(path: str, parameter: str) -> dict[str, object]:
    """What the document says of a parameter."""
    found = (each for each in PATHS[path]["get"]["parameters"] if each["name"] == parameter)
    schema: dict[str, object] = next(found)["schema"]
    return schema


def fits(path: str, parameter: str, text: str) -> bool:
    return re.fullmatch(str(said_of(path, parameter)["pattern"]).strip("^$"), text) is not None


def can_be_read(text: str) -> bool:
    try:
        parse_printed(text)
    except InvalidValue:
        return False
    return True


@given(text=st.text(alphabet=WRITTEN, min_size=1, max_size=7) | st.from_regex(r"[+-]?[0-9]{1,3}"))
def test_a_printed_gap_fits_its_pattern_exactly_if_it_can_be_read(text: str) -> None:
    assert fits("/v1/check", "gap", text) is can_be_read(text)


@pytest.mark.parametrize("text", ["100", "100,0", "099.9", "−12.5", "100.1", "101", "0100", "1."])
def test_the_ends_of_what_a_gap_can_be_are_in_the_pattern(text: str) -> None:
    assert fits("/v1/check", "gap", text) is can_be_read(text)


def test_every_release_fits_the_pattern_of_its_ids(world: World) -> None:
    for release in (world.older, world.newer):
        assert fits("/v1/gaps", "release", release)
        assert fits("/v1/releases/{id}/diff", "from", release)
    assert fits("/v1/compare", "releases", f"{world.older}, {world.newer}")
    assert not fits("/v1/compare", "releases", f"{world.older},")


@pytest.mark.parametrize("path", ["/charts/{chart}", "/embed/{chart}", "/v1/charts/{chart}"])
def test_every_chart_is_listed_where_one_is_named(path: str) -> None:
    assert said_of(path, "chart")["enum"] == list(CHARTS)


def test_as_many_actors_fit_as_a_chart_takes(world: World) -> None:
    asked = "/v1/charts/positions.json?theme=death_penalty&actors="
    for count, status in ((12, 200), (13, 422)):
        actors = ",".join(["MEX"] * count)
        answer = world.get(asked + actors)
        assert answer.status_code == status
        assert fits("/v1/charts/{chart}", "actors", actors) is (status == 200)
    assert the_error(answer)["parameter"] == "actors"
