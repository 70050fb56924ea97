"""The client's comparisons: what may be said of two figures, as a server says it."""

from collections.abc import Iterator
from dataclasses import fields
from typing import Any

import pytest

from gaptracker.client import Client, ProblemRaised
from gaptracker.client import rows_compared as ours
from gaptracker.publish.api import schemas_checked as checked
from gaptracker.publish.api import schemas_compared as served
from tests.api_world import World, open_world
from tests.cli_world import THEME, YEARS
from tests.test_client_reading import NO_KEY, serving


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    return open_world(tmp_path_factory.mktemp("compared"))


@pytest.fixture(scope="module")
def client(world: World) -> Iterator[Client]:
    with serving(world.shelf) as base, Client(base, NO_KEY) as found:
        yield found


@pytest.mark.parametrize(
    ("kind", "answer"),
    [
        (ours.ComparedFigure, served.ComparedFigureAnswer),
        (ours.ComparedTier, served.ComparedTierAnswer),
        (ours.ComparedPair, served.ComparedPairAnswer),
        (ours.LeftOut, served.LeftOutAnswer),
        (ours.Comparison, served.ComparisonAnswer),
        (ours.Claim, checked.ClaimAnswer),
        (ours.SaidInRelease, checked.SaidAnswer),
        (ours.ChangeSince, checked.ClaimChangeAnswer),
        (ours.Checked, checked.CheckAnswerData),
    ],
)
def test_an_answer_has_every_member_that_is_served(kind: type[Any], answer: type[Any]) -> None:
    members = [each.name for each in fields(kind) if each.name not in {"more", "meta"}]
    assert members == list(answer.model_fields)


def test_years_are_compared_with_the_sentence_that_may_be_printed(
    client: Client, world: World
) -> None:
    found = client.compare("MEX", THEME, year=YEARS)
    answer = world.data(f"/v1/compare?actors=MEX&theme={THEME}&years=2021,2022,2023")
    assert found.release == world.newer
    assert [pair.sentence for pair in found.pairs] == [each["sentence"] for each in answer["pairs"]]
    assert [each.points for each in found.figures] == [each["points"] for each in answer["figures"]]
    assert found.figures[0].more == {}
    for pair in found.pairs:
        assert pair.told_apart == (pair.difference_points is not None)
    csv = world.get(f"/v1/compare?actors=MEX&theme={THEME}&years=2021,2022&format=csv").text
    # A row of the file says besides what the client's answer says once.
    alone = ["theme", "figure", "year", "release", "methodology", "provisional"]
    assert csv.split("\r\n", maxsplit=1)[0].split(",") == found.to_polars().columns + alone
    assert len(found.to_pandas()) == len(found.pairs) == 3


def test_an_actor_that_is_left_out_has_its_sentence(client: Client) -> None:
    found = client.compare(["MEX", "CHN"], THEME, year=2022)
    assert [each.actor for each in found.left_out] == ["CHN"]
    assert "not compared" in found.left_out[0].sentence
    assert found.pairs == ()


def test_years_and_releases_of_one_actor_are_compared(client: Client, world: World) -> None:
    years = client.compare("MEX", THEME, year=[2021, 2023], figure="says")
    assert (years.across, years.figure) == ("years", "says")
    releases = client.compare("MEX", THEME, year=2022, release=[world.older, world.newer])
    assert releases.across == "releases"
    assert {each.release for each in releases.figures} == {world.older, world.newer}
    with pytest.raises(ProblemRaised, match="MEX") as raised:
        client.compare(["MEXX", "CHN"], THEME)
    assert raised.value.errors[0].nearest[0] == "MEX"


def test_a_printed_figure_is_held_against_every_release(client: Client, world: World) -> None:
    (cell,) = client.gaps(actor="MEX", theme=THEME, year=2022, release=world.older, min_grade="D")
    printed = f"{cell.gap:+.1f}"
    found = client.check("MEX", THEME, 2022, printed)
    assert found.claim.gap == printed
    assert world.older in found.said_by
    assert found.sentence
    assert {each.release for each in found.releases} == {world.older, world.newer}
    assert client.check("MEX", THEME, 2022, -99.9).verdict == "never"
