"""Which figure is the higher, and tiers."""

import math
from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from gaptracker.domain.errors import InvalidValue
from gaptracker.domain.evidence import Evidence
from gaptracker.domain.vocabulary import Grade, Order
from gaptracker.scoring.choices import chosen_input
from gaptracker.scoring.comparison import (
    Comparison,
    Figure,
    compare,
    gap_draws,
    order_probability,
    quantile_grid,
    tiers,
)
from gaptracker.scoring.run import score_year
from gaptracker.scoring.uncertainty import Floats, interval
from tests.core.builders import AS_OF, evidence, observation, statement
from tests.core.choice_builders import PUBLISHED, YEAR, dossier_of
from tests.core.rules import CHOICES, RULES
from tests.core.strategies import worlds

THRESHOLD = 0.9

values = arrays.arrays(np.float64, st.integers(1, 30), elements=st.floats(-100, 100)).map(np.sort)
spreads = st.floats(0.1, 30)


def figure(name: str, points: float, spread: float = 1.0, grade: Grade = Grade.C) -> Figure:
    """A figure whose distribution is even over `spread` either way."""
    grid = points + spread * np.linspace(-1, 1, 101)
    return Figure(name=name, points=points, grade=grade, grid=tuple(grid.tolist()))


def draws(seed: int, mean: float, scale: float, degrees: float) -> Floats:
    return mean + scale * np.random.default_rng(seed).standard_t(degrees, 4000)


@given(values, values)
def test_an_order_is_counted_over_all_pairs(first: Floats, second: Floats) -> None:
    above = sum((a > b) + (a == b) / 2 for a in first for b in second)

    assert order_probability(first, second) == pytest.approx(above / (len(first) * len(second)))


@given(values, values)
def test_one_of_the_two_orders_holds(first: Floats, second: Floats) -> None:
    both = order_probability(first, second) + order_probability(second, first)

    assert both == pytest.approx(1.0)


@given(st.floats(-50, 50), st.floats(-50, 50), spreads, spreads)
def test_turning_a_comparison_round_turns_its_verdict(
    one: float, other: float, narrow: float, wide: float
) -> None:
    first, second = figure("a", one, narrow), figure("b", other, wide)
    turned = {
        Order.FIRST_HIGHER: Order.SECOND_HIGHER,
        Order.SECOND_HIGHER: Order.FIRST_HIGHER,
        Order.CANNOT_BE_TOLD_APART: Order.CANNOT_BE_TOLD_APART,
    }

    there, back = compare(first, second, THRESHOLD), compare(second, first, THRESHOLD)

    assert back.order is turned[there.order]
    assert back.difference_points == -there.difference_points


@pytest.mark.parametrize(
    ("distance", "order"),
    [
        (1.0, Order.CANNOT_BE_TOLD_APART),
        (-1.0, Order.CANNOT_BE_TOLD_APART),
        (1.2, Order.FIRST_HIGHER),
        (-1.2, Order.SECOND_HIGHER),
    ],
)
def test_an_order_is_printed_from_nine_in_ten(distance: float, order: Order) -> None:
    # Two even distributions of width 2: Pr(first higher) = 1 - (2 - d)^2 / 8, so 0.875 and 0.92.
    found = compare(figure("a", distance), figure("b", 0.0), THRESHOLD)

    assert found.order is order
    expected = 1 - (2 - abs(distance)) ** 2 / 8
    assert max(found.first_higher, 1 - found.first_higher) == pytest.approx(expected, abs=0.01)


def test_a_figure_against_itself_cannot_be_told_apart() -> None:
    same = figure("last release", 20.0)

    assert compare(same, replace(same, name="this release"), THRESHOLD) == Comparison(
        first="last release",
        second="this release",
        difference_points=0.0,
        first_higher=0.5,
        order=Order.CANNOT_BE_TOLD_APART,
    )


@given(worlds())
@example(
    evidence(
        coded=[(statement("said"), 4)],
        observations=[observation("better", 100), observation("worst", 100, indicator="killings")],
    )
)
def test_a_comparison_reads_the_draws_that_the_interval_was_taken_from(known: Evidence) -> None:
    dossier = dossier_of(known)
    cell = score_year(dossier, YEAR, AS_OF, RULES)
    made_of = chosen_input(dossier, YEAR, data_as_of=AS_OF, methodology=RULES, choices=PUBLISHED)

    found = gap_draws(made_of, RULES)

    assert cell.gap_interval == (interval(found, RULES.draws) if found is not None else None)


def test_a_grid_is_off_by_less_than_half_a_hundredth() -> None:
    random = np.random.default_rng(1)
    errors = []
    for seed in range(200):
        mean, scale, other = random.uniform((0, 3, 3), (60, 30, 30))
        first = draws(2 * seed, mean, scale, random.uniform(3, 10))
        second = draws(2 * seed + 1, 0.0, other, random.uniform(3, 10))
        exact = order_probability(first, np.sort(second))
        grids = (quantile_grid(each, CHOICES.grid_size) for each in (first, second))
        errors.append(order_probability(*grids) - exact)

    assert max(map(abs, errors)) < 0.004


@given(values, st.integers(1, 40))
def test_a_grid_rises_between_the_ends_of_the_draws(drawn: Floats, size: int) -> None:
    grid = quantile_grid(drawn, size)

    assert len(grid) == size
    assert list(grid) == sorted(grid)
    assert drawn.min() <= grid[0]
    assert grid[-1] <= drawn.max()


figures = st.lists(st.tuples(st.floats(-80, 80), spreads), max_size=9).map(
    lambda parts: [figure(f"actor {n}", *part) for n, part in enumerate(parts)]
)


@given(figures)
def test_whatever_lies_in_different_tiers_is_told_apart(given_figures: list[Figure]) -> None:
    found = tiers(given_figures, THRESHOLD)
    by_name = {entry.name: entry for entry in given_figures}

    assert sorted(name for tier in found for name in tier.members) == sorted(by_name)
    for higher, lower in combinations(found, 2):
        for above in higher.members:
            for below in lower.members:
                verdict = compare(by_name[above], by_name[below], THRESHOLD).order
                assert verdict is Order.FIRST_HIGHER


@given(figures)
def test_a_tier_says_whether_all_of_it_is_alike(given_figures: list[Figure]) -> None:
    by_name = {entry.name: entry for entry in given_figures}

    for tier in tiers(given_figures, THRESHOLD):
        verdicts = {
            compare(by_name[one], by_name[other], THRESHOLD).order
            for one, other in combinations(tier.members, 2)
        }
        assert tier.all_alike == (verdicts <= {Order.CANNOT_BE_TOLD_APART})


def test_a_chain_of_neighbours_is_one_tier_that_is_not_all_alike() -> None:
    # Each is like the next; the first and the last are far apart.
    chain = [figure(name, points) for name, points in (("a", 2.0), ("b", 1.0), ("c", 0.0))]
    assert compare(chain[0], chain[2], THRESHOLD).order is Order.FIRST_HIGHER

    (tier,) = tiers(chain, THRESHOLD)

    assert tier.members == ("a", "b", "c")
    assert not tier.all_alike


def test_figures_far_apart_have_a_tier_each_from_the_highest_down() -> None:
    found = tiers([figure("low", 0.0), figure("high", 50.0), figure("near", 49.5)], THRESHOLD)

    assert [(tier.members, tier.all_alike) for tier in found] == [
        (("high", "near"), True),
        (("low",), True),
    ]
    assert tiers([], THRESHOLD) == ()


def test_evidence_of_grade_d_enters_no_comparison() -> None:
    with pytest.raises(InvalidValue, match="a: grade D"):
        figure("a", 0.0, grade=Grade.D)


@pytest.mark.parametrize("points", [math.nan, math.inf])
def test_a_figure_that_is_no_number_names_itself(points: float) -> None:
    with pytest.raises(InvalidValue, match="a: points"):
        Figure(name="a", points=points, grade=Grade.A, grid=(0.0,))


@pytest.mark.parametrize("grid", [(), (1.0, 0.0), (0.0, math.nan), (0.0, math.inf)])
def test_a_distribution_that_is_none_is_refused(grid: tuple[float, ...]) -> None:
    with pytest.raises(InvalidValue, match="a: grid"):
        Figure(name="a", points=0.0, grade=Grade.A, grid=grid)


@pytest.mark.parametrize(("drawn", "size"), [([], 3), ([1.0, math.nan], 3), ([1.0], 0)])
def test_a_grid_of_nothing_is_refused(drawn: list[float], size: int) -> None:
    with pytest.raises(InvalidValue, match="draws"):
        quantile_grid(np.array(drawn), size)


@pytest.mark.parametrize("threshold", [0.5, 1.1, math.nan])
def test_a_threshold_that_prints_both_orders_is_refused(threshold: float) -> None:
    one, other = figure("a", 0.0), figure("b", 1.0)

    with pytest.raises(InvalidValue, match="threshold"):
        compare(one, other, threshold)
    with pytest.raises(InvalidValue, match="threshold"):
        tiers([one, other], threshold)


def test_certainty_may_be_asked_for() -> None:
    assert compare(figure("a", 9.0), figure("b", 0.0), 1.0).order is Order.FIRST_HIGHER


def test_draws_may_repeat_a_value() -> None:
    assert Figure(name="a", points=1.0, grade=Grade.A, grid=(1.0, 1.0, 2.0)).grid[0] == 1.0


def uneven(name: str, points: float, *grid: float) -> Figure:
    return Figure(name=name, points=points, grade=Grade.C, grid=grid)


def test_an_order_reached_exactly_is_printed_either_way() -> None:
    # Of four values of the second one lies below zero, so that Pr is 1/4 to the last bit.
    low, high = uneven("low", 0.0, 0.0), uneven("high", 1.0, -1.0, 1.0, 2.0, 3.0)

    assert compare(low, high, 0.75).order is Order.SECOND_HIGHER
    assert compare(high, low, 0.75).order is Order.FIRST_HIGHER
    assert len(tiers([low, high], 0.75)) == 2


def test_figures_told_apart_against_the_order_of_their_points_stay_together() -> None:
    # A long tail: the mean of the first is the higher, and three in four of its draws the lower.
    tailed, steady = uneven("tailed", 2.0, -1.0, -1.0, -1.0, 11.0), uneven("steady", 1.0, 1.0)
    assert compare(tailed, steady, 0.75).order is Order.SECOND_HIGHER

    (tier,) = tiers([tailed, steady], 0.75)

    assert (tier.members, tier.all_alike) == (("tailed", "steady"), False)


def test_two_figures_of_one_name_cannot_be_put_into_tiers() -> None:
    with pytest.raises(InvalidValue, match=r"^figures: a name comes twice; expected different"):
        tiers([figure("a", 0.0), figure("a", 1.0)], THRESHOLD)
