"""Draws, section 5: the width of a reading, documents that err together, intervals, streams."""

import math
from dataclasses import replace

import numpy as np
import pytest

from gaptracker.scoring.items import Item
from gaptracker.scoring.seeds import CellKey, stream
from gaptracker.scoring.uncertainty import Floats, draw_reading, interval, share
from tests.core.builders import word
from tests.core.rules import DRAWS

MANY = replace(DRAWS, draws=400_000)
KEY = CellKey(methodology="1.0.0", random_series="1", actor="URY", theme="cannabis", year=2022)

# Student's t: the 95th percentile by degrees of freedom, from any printed table.
T_95 = {3: 2.353, 4: 2.132, 5: 2.015, 6: 1.943}


def drawn(*items: Item, cap: float | None = None) -> Floats:
    return draw_reading(items, MANY, stream(KEY, "says"), cap)


def half_width(draws: Floats) -> float:
    found = interval(draws, MANY)
    return (found.high - found.low) / 2


def test_one_item_is_as_uncertain_as_the_prior_says() -> None:
    # nu = 3, s = 20, n_eff = 1.
    assert half_width(drawn(word("one", 50))) == pytest.approx(T_95[3] * 20, rel=0.01)


def test_items_that_agree_narrow_the_interval() -> None:
    # nu = 3 + 2, s^2 = 3 * 400 / 5, n_eff = 3.
    expected = T_95[5] * math.sqrt(240) / math.sqrt(3)
    agreeing = [word(name, 50) for name in "abc"]
    assert half_width(drawn(*agreeing)) == pytest.approx(expected, rel=0.01)


def test_items_that_differ_widen_it_by_their_unbiased_variance() -> None:
    # Points 0, 50, 100: mean 50, v = 5000 / 2; s^2 = (3 * 400 + 2 * 2500) / 5.
    expected = T_95[5] * math.sqrt(1240) / math.sqrt(3)
    differing = [word("a", 0), word("b", 50), word("c", 100)]
    assert half_width(drawn(*differing)) == pytest.approx(expected, rel=0.01)


def test_the_variance_of_unequal_weights_is_the_unbiased_one() -> None:
    # Weights 3 and 1, points 0 and 100: m = 25, sum w (u - m)^2 = 7500,
    # over 4 - 10 / 4 = 1.5: v = 5000. n_eff = 16 / 10, nu = 3.6.
    strength, size, variance = 3.6, 1.6, 5000
    pooled = (3 * 400 + 0.6 * variance) / strength
    draws = drawn(word("a", 0, 3), word("b", 100, 1))
    # The variance of t with nu degrees is nu / (nu - 2); its tail is heavy, so quartiles serve.
    quartile = float(np.quantile(draws, 0.75)) - 25
    # The 75th percentile of t with 3.6 degrees lies between those with 3 (0.765) and 4 (0.741).
    assert 0.741 < quartile / math.sqrt(pooled / size) < 0.765


def test_draws_centre_on_the_mean() -> None:
    draws = drawn(word("a", 0, 3), word("b", 100, 1))
    assert float(np.median(draws)) == pytest.approx(25, abs=0.2)


def test_draws_are_not_cut_at_the_ends_of_the_scale() -> None:
    found = interval(drawn(word("top", 100)), MANY)
    assert found.high > 100
    assert interval(drawn(word("bottom", 0)), MANY).low < 0


def test_an_uncertain_place_is_drawn_in_its_proportions() -> None:
    sharp = replace(MANY, prior_points=0.001)
    uncertain = word("coded", {25.0: 0.1, 50.0: 0.7, 75.0: 0.2})
    draws = draw_reading([uncertain], sharp, stream(KEY, "says"))
    shares = [share(np.abs(draws - points) < 1) for points in (25, 50, 75)]
    assert shares == pytest.approx([0.1, 0.7, 0.2], abs=0.005)


def test_items_of_one_document_err_together() -> None:
    sharp = replace(MANY, prior_points=0.001, prior_strength=1e9)
    places = {0.0: 0.5, 100.0: 0.5}

    def middle(*documents: str) -> float:
        items = [word(f"item {n}", places, document=name) for n, name in enumerate(documents)]
        draws = draw_reading(items, sharp, stream(KEY, "says"))
        return share(np.abs(draws - 50) < 10)

    assert middle("one", "one") == 0
    assert middle("one", "another") == pytest.approx(0.5, abs=0.005)


def test_rounding_never_makes_a_variance_negative() -> None:
    # With these weights the mean square of 70 / 9 comes out a hair below the square of the mean.
    agreeing = [word(name, 70 / 9, weight) for name, weight in (("a", 0.1), ("b", 0.1), ("c", 0.7))]
    draws = draw_reading(agreeing, replace(MANY, prior_points=0.0), stream(KEY, "says"))
    assert np.abs(draws - 70 / 9).max() < 1e-9


def test_an_item_that_weighs_next_to_nothing_leaves_the_others_variance_alone() -> None:
    light = draw_reading([word("a", 50), word("b", 100, 1e-20)], MANY, stream(KEY, "says"))
    alone = draw_reading([word("a", 50)], MANY, stream(KEY, "says"))
    assert np.abs(light - alone).max() < 1e-9


def test_a_cap_holds_the_mean_of_every_draw() -> None:
    draws = drawn(word("high", 100), word("higher", 90), cap=25)
    assert float(np.median(draws)) == pytest.approx(25, abs=0.2)
    assert float(np.median(drawn(word("low", 10), cap=25))) == pytest.approx(10, abs=0.2)


@pytest.mark.parametrize("size", [1, 2, 3, 20, 101, 4_000])
def test_an_interval_runs_from_the_5th_to_the_95th_percentile(size: int) -> None:
    draws = np.random.Generator(np.random.SFC64(size)).normal(size=size)
    found = interval(draws, DRAWS)
    assert [found.low, found.high] == pytest.approx(np.quantile(draws, [0.05, 0.95]).tolist())


def test_a_stream_belongs_to_its_cell_and_reading() -> None:
    others = [
        replace(KEY, methodology="1.0.1"),
        replace(KEY, random_series="2"),
        replace(KEY, actor="NOR"),
        replace(KEY, theme="funding"),
        replace(KEY, year=2021),
    ]
    first = {stream(key, "says").random() for key in (KEY, *others)}
    assert len(first | {stream(KEY, "law").random()}) == 7
    assert stream(KEY, "says").random() in first


def test_a_stream_is_the_same_on_every_machine() -> None:
    # Written down once: other figures here mean that every published interval moves.
    expected = [0xD131EE76CEA757A9, 0xB003C410543B782C]
    assert stream(KEY, "says").bit_generator.random_raw(2).tolist() == expected
