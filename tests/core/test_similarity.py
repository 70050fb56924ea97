"""How alike two actors are."""

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gaptracker.scoring.similarity import Beside, beside, closer, ends, similarity
from tests.core.alliance_world import RULE, THEMES, Places, everywhere, standings

INTERVAL = (0.05, 0.95)
POINTS = st.floats(0.0, 100.0, allow_nan=False)
PLACES = st.dictionaries(
    st.sampled_from(["AAA", "BBB", "CCC", "DDD", "EEE"]),
    st.dictionaries(st.sampled_from(THEMES), POINTS, min_size=1),
    min_size=2,
)


def pairs_of(places: Places) -> dict[tuple[str, str], tuple[float, float, float, bytes]]:
    """Every pair's similarity, both ends of its interval, and its draws."""
    held = standings(places)
    found = {}
    for row, actor in enumerate(held.actors):
        others = beside(held, row, RULE)
        low, high = ends(others, INTERVAL)
        for place, other in enumerate(others.others):
            found[actor, held.actors[other]] = (
                float(others.values[place]),
                float(low[place]),
                float(high[place]),
                others.draws[place].tobytes(),
            )
    return found


def one_pair(first: dict[str, float], second: dict[str, float]) -> Beside:
    return beside(standings({"AAA": first, "BBB": second}), 0, RULE)


def test_one_rung_apart_on_half_of_the_themes_is_an_eighth_less_than_alike() -> None:
    found = one_pair(everywhere(50.0), {**everywhere(50.0), "one": 25.0, "two": 75.0})
    assert found.values.tolist() == [0.875]
    assert found.counts.tolist() == [4]


def test_actors_on_the_same_points_are_wholly_alike_and_opposite_ends_not_at_all() -> None:
    assert one_pair(everywhere(75.0), everywhere(75.0)).values.tolist() == [1.0]
    assert one_pair(everywhere(0.0), everywhere(100.0)).values.tolist() == [0.0]


def test_a_theme_of_twice_the_weight_counts_twice() -> None:
    rule = replace(RULE, theme_weights={**RULE.theme_weights, "one": 2.0})
    held = standings({"AAA": everywhere(0.0), "BBB": {**everywhere(0.0), "one": 100.0}})
    assert beside(held, 0, rule).values[0] == pytest.approx(1 - 2 / 5)


def test_two_who_share_too_few_themes_have_no_similarity() -> None:
    assert not len(one_pair({"one": 50.0, "two": 50.0}, {"two": 50.0, "three": 50.0}).others)


def test_themes_of_one_side_only_count_for_nothing() -> None:
    found = one_pair({"one": 0.0, "two": 0.0}, {"one": 50.0, "two": 50.0, "three": 100.0})
    assert (found.values.tolist(), found.counts.tolist()) == ([0.5], [2])


def test_no_draw_lies_beyond_an_end_of_the_ladder() -> None:
    held = standings({"AAA": everywhere(0.0), "BBB": everywhere(100.0)}, spread=80.0)
    assert 0.0 <= held.draws.min() <= held.draws.max() <= 100.0


@given(PLACES)
def test_every_pair_is_that_of_the_formula_written_plainly(places: Places) -> None:
    found = pairs_of(places)
    wanted = {
        (first, second)
        for first in places
        for second in places
        if first < second and len(places[first].keys() & places[second].keys()) >= RULE.themes
    }
    assert found.keys() == wanted
    for (first, second), (value, low, high, _) in found.items():
        plain = similarity(places[first], places[second], RULE.theme_weights)
        assert value == pytest.approx(plain, abs=1e-12)
        assert plain == similarity(places[second], places[first], RULE.theme_weights)
        assert -1e-6 <= low <= value <= high <= 1.0 + 1e-6


@given(PLACES, st.dictionaries(st.sampled_from(THEMES), POINTS, min_size=1), st.randoms())
def test_neither_another_actor_nor_the_order_moves_a_pair(
    places: Places,
    another: dict[str, float],
    random: object,
) -> None:
    before = pairs_of(places)
    names = [*places, "AAB", "ZZZ"]
    random.shuffle(names)  # type: ignore[attr-defined]  # hypothesis gives a `random.Random`
    more = {name: places.get(name, another) for name in names}
    after = pairs_of(more)
    assert {pair: after[pair] for pair in before} == before


@given(st.floats(0.1, 50.0), PLACES)
def test_the_scale_of_the_weights_does_not_matter(scale: float, places: Places) -> None:
    scaled = replace(RULE, theme_weights=dict.fromkeys(THEMES, scale))
    held = standings(places)
    for row in range(len(held.actors)):
        plain, other = beside(held, row, RULE), beside(held, row, scaled)
        assert np.allclose(plain.values, other.values, atol=1e-12)
        assert np.allclose(plain.draws, other.draws, atol=1e-5)


def test_an_interval_holds_its_figure_though_chance_only_adds_to_a_distance() -> None:
    found = one_pair(everywhere(50.0), everywhere(50.0))
    low, high = ends(found, INTERVAL)
    assert found.draws.max() < 1.0
    assert low[0] < 1.0
    assert high[0] == 1.0


def test_the_ends_are_the_quantiles_of_the_draws() -> None:
    found = one_pair(everywhere(20.0), everywhere(70.0))
    low, high = ends(found, INTERVAL)
    wanted = np.quantile(found.draws[0].astype(np.float64), INTERVAL)
    assert np.allclose([low[0], high[0]], wanted)


def test_two_who_came_nearer_are_told_to_be_closer() -> None:
    before = beside(
        standings({"AAA": everywhere(0.0), "BBB": everywhere(90.0)}, year=2012), 0, RULE
    )
    now = one_pair(everywhere(0.0), everywhere(30.0))
    assert list(closer(now, before, (["BBB"], ["BBB"]))) == [(0, 0, 1.0)]
    assert list(closer(before, now, (["BBB"], ["BBB"]))) == [(0, 0, 0.0)]
    assert list(closer(now, now, (["BBB"], ["BBB"]))) == [(0, 0, 0.5)]


def test_nothing_is_said_of_years_that_rest_on_other_themes() -> None:
    before = beside(
        standings({"AAA": everywhere(0.0), "BBB": {"one": 90.0, "two": 90.0}}, year=2012), 0, RULE
    )
    now = one_pair(everywhere(0.0), everywhere(30.0))
    assert list(closer(now, before, (["BBB"], ["BBB"]))) == []


def test_the_distance_is_a_mean_and_no_sum_over_themes() -> None:
    few = similarity({"one": 0.0, "two": 0.0}, {"one": 30.0, "two": 10.0}, RULE.theme_weights)
    many = similarity(everywhere(0.0), everywhere(20.0), RULE.theme_weights)
    assert math.isclose(few, many)
