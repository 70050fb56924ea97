"""Charts of positions and alliances: who is drawn, where, and what the picture says."""

import json
import math
from dataclasses import replace
from itertools import combinations
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gaptracker.publish.charts.asked import Asked, Size
from gaptracker.publish.charts.catalogue import CHARTS
from gaptracker.publish.charts.near import apart, near_of, spread_out
from gaptracker.publish.frozen import FrozenRelease, load_release
from tests.alliance_release import NAMES, alliance_evidence
from tests.api_world import open_store
from tests.core.rules import RULES, THEME, WORDS_ONLY
from tests.small_release import PLAN, cut

NAMED_RULES = replace(
    RULES,
    themes={name: replace(theme, name={"en": name}) for name, theme in RULES.themes.items()},
)
WORDS = Asked(side="words", year=2022)
DEEDS = Asked(side="deeds", year=2022)
POSITIONS = Asked(theme=WORDS_ONLY, actors=("AAA", "XXX"))


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> FrozenRelease:
    store = open_store(tmp_path_factory.mktemp("charts"))
    cut(store, alliance_evidence(), PLAN, NAMED_RULES)
    return load_release(store)


def marks(specification: dict[str, Any], kind: str) -> list[dict[str, Any]]:
    """All rows that marks of one kind are drawn from."""
    return [
        row
        for layer in specification["layer"]
        if layer["mark"]["type"] == kind
        for row in layer["data"]["values"]
    ]


def test_lines_join_those_who_stand_together_and_nobody_else(release: FrozenRelease) -> None:
    drawn = CHARTS["alliance_network"].build(release, DEEDS)
    boxes = {row["actor"]: row for row in marks(drawn, "text") if "actor" in row}
    assert {row["actor"] for row in boxes.values()} == {"AAA", "BBB", "CCC", "XXX"}
    ends = {
        tuple(sorted(name for name, row in boxes.items() if (row["x"], row["y"]) in points))
        for line in marks(drawn, "rule")
        for points in [{(line["x"], line["y"]), (line["x2"], line["y2"])}]
    }
    assert ends == {("AAA", "CCC"), ("BBB", "XXX")}


@pytest.mark.parametrize("size", Size)
@pytest.mark.parametrize("side", ["words", "deeds"])
def test_no_two_boxes_of_a_network_overlap(release: FrozenRelease, side: str, size: Size) -> None:
    asked = Asked(side=side, year=2022, size=size)
    rows = [
        row
        for row in marks(CHARTS["alliance_network"].build(release, asked), "rect")
        if "left" in row
    ]
    assert len(rows) >= 4
    for one, other in combinations(rows, 2):
        across = one["left"] < other["right"] and other["left"] < one["right"]
        down = one["top"] < other["bottom"] and other["top"] < one["bottom"]
        assert not (across and down), (one["actor"], other["actor"])


@pytest.mark.parametrize("chart", ["alliance_matrix", "alliance_network", "positions"])
def test_the_same_question_gives_the_same_specification(release: FrozenRelease, chart: str) -> None:
    asked = POSITIONS if chart == "positions" else WORDS
    first, second = (json.dumps(CHARTS[chart].build(release, asked)) for _ in range(2))
    assert first == second


def test_the_matrix_shades_every_pair_both_ways(release: FrozenRelease) -> None:
    squares = [
        row
        for row in marks(CHARTS["alliance_matrix"].build(release, DEEDS), "rect")
        if "fill" in row
    ]
    values = {row["name"]: row["similarity"] for row in squares}
    assert len(squares) == 16
    first, second = NAMES["AAA"], NAMES["BBB"]
    assert values[f"{first}, {second}"] == values[f"{second}, {first}"] == pytest.approx(0.1)
    assert values[f"{first}, {first}"] is None


def test_marks_stand_only_where_figure_and_draws_agree(release: FrozenRelease) -> None:
    drawn = CHARTS["alliance_matrix"].build(release, DEEDS)
    shapes = [row["shape"] for row in marks(drawn, "point") if "shape" in row and row["x"] > 0]
    alike = [
        each
        for each in release.alliances.similarities.where(side="deeds", year=2022).rows()
        if each.similarity >= 0.75 and each.p_alike >= 0.75
    ]
    assert shapes.count("circle") == 2 * len(alike)
    assert shapes.count("cross") == 8


def test_alt_names_the_largest_group(release: FrozenRelease) -> None:
    said = CHARTS["alliance_network"].alt(release, WORDS)
    assert said.startswith("words, 2022: 5 actors.")
    assert NAMES["CCC"] in said


def test_years_in_which_nobody_can_be_compared_say_so(release: FrozenRelease) -> None:
    few = near_of(release, DEEDS, 1)
    assert few.actors
    assert not few.pairs
    nothing = CHARTS["alliance_matrix"].words(release, Asked(side="deeds", year=2019))
    assert nothing.alt == "deeds, 2019: no two actors can be compared."
    built = CHARTS["alliance_matrix"].build(release, Asked(side="deeds", year=2019))
    assert "nothing is drawn" in json.dumps(built)


def test_positions_hold_the_years_of_each_actor_on_a_theme_without_deeds(
    release: FrozenRelease,
) -> None:
    lines = marks(CHARTS["positions"].build(release, POSITIONS), "line")
    held = {(row["name"], row["year"], row["position"]) for row in lines}
    assert held == {
        (NAMES[code], year, points)
        for code, points in (("AAA", 100.0), ("XXX", 0.0))
        for year in (2020, 2021, 2022)
    }


def test_positions_of_many_have_an_interval_each_beside_the_plot(release: FrozenRelease) -> None:
    asked = Asked(theme=THEME, actors=("AAA", "BBB", "CCC", "XXX", "URY"))
    words = CHARTS["positions"].words(release, asked)
    drawn = CHARTS["positions"].build(release, asked)
    beside = [
        layer["mark"]
        for layer in drawn["layer"]
        if layer["mark"]["type"] == "rect" and layer["mark"].get("x", 0) > drawn["width"]
    ]
    assert len(beside) == 4
    assert all(mark["y"] <= mark["y2"] for mark in beside)
    assert not any("URY" in key.text for key in words.key)


@given(st.integers(2, 20), st.integers(0, 2**32 - 1))
def test_near_actors_get_near_places(size: int, seed: int) -> None:
    random = np.random.default_rng(seed)
    truth = random.uniform(size=(size, 2))
    distances = np.sqrt(((truth[:, None] - truth[None, :]) ** 2).sum(axis=2))
    places = spread_out(distances)
    assert places.shape == (size, 2)
    assert places.min() >= 0.0
    assert places.max() <= 1.0
    assert math.isclose(np.ptp(places[:, 0]), 1.0, abs_tol=1e-5)
    assert np.array_equal(places, spread_out(distances.copy()))


@given(st.integers(1, 25), st.integers(0, 2**32 - 1))
def test_boxes_are_pushed_apart_and_stay_in_the_plot(count: int, seed: int) -> None:
    random = np.random.default_rng(seed)
    places = np.asarray(random.integers(0, 4, (count, 2)) * 100.0, dtype=np.float64)
    sizes = np.tile([30.0, 14.0], (count, 1))
    moved = apart(places, sizes, (500.0, 500.0))
    low, high = moved - sizes / 2, moved + sizes / 2
    assert low.min() >= -0.1
    assert high.max() <= 500.1
    for one, other in combinations(range(count), 2):
        overlap = np.minimum(high[one], high[other]) - np.maximum(low[one], low[other])
        assert overlap.min() <= 1.0
