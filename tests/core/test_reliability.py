"""Krippendorff's alpha: his published figures, a slow second way to it, and its laws."""

import math
from itertools import permutations
from random import Random

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from gaptracker.domain.calibration import AlphaReason, ReliabilityFigure, Standing
from gaptracker.domain.errors import InvalidValue
from gaptracker.domain.vocabulary import Side
from gaptracker.scoring.reliability import (
    Metric,
    alpha,
    alpha_draws,
    code_matrix,
    reliability_figure,
    standing,
)
from gaptracker.scoring.uncertainty import Floats
from tests.core.calibration_builders import SETTINGS, checked
from tests.core.rules import DRAWS

N = np.nan

# K. Krippendorff, Computing Krippendorff's Alpha-Reliability (2011): two observers, ten units,
# two values (A); two observers, twelve units, five values a to e (B); four observers, twelve
# units, values missing (C).
TWO_VALUES = np.array(
    [[0, 1, 0, 0, 0, 0, 0, 0, 1, 0], [1, 1, 1, 0, 0, 1, 0, 0, 0, 0]], dtype=np.float64
)
FIVE_VALUES = np.array(
    [[0, 0, 1, 1, 3, 2, 2, 2, 4, 3, 3, 0], [1, 0, 1, 1, 1, 2, 2, 2, 4, 3, 3, 3]],
    dtype=np.float64,
)
FOUR_OBSERVERS = np.array(
    [
        [1, 2, 3, 3, 2, 1, 4, 1, 2, N, N, N],
        [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, N, 3],
        [N, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, N],
        [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, N],
    ]
)

codes = arrays.arrays(
    np.float64,
    st.tuples(st.integers(2, 4), st.integers(1, 7)),
    elements=st.sampled_from([0.0, 1.0, 2.0, 3.0, 4.0, N]),
)


def slow_alpha(codings: Floats, metric: Metric) -> float | None:
    """Alpha straight from its definition: over every ordered pair of codings, one by one."""
    given_codes: list[list[float]] = codings.T.tolist()
    items = [[code for code in item if not math.isnan(code)] for item in given_codes]
    items = [item for item in items if len(item) > 1]
    every = [code for item in items for code in item]

    def apart(one: float, other: float) -> float:
        match metric:
            case Metric.NOMINAL:
                return float(one != other)
            case Metric.INTERVAL:
                return (one - other) * (one - other)
            case Metric.RATIO:
                share = (one - other) / (one + other) if one + other else 0.0
                return share * share
            case Metric.ORDINAL:
                low, high = min(one, other), max(one, other)
                between = sum(low <= code <= high for code in every)
                steps = between - (every.count(one) + every.count(other)) / 2
                return steps * steps

    expected = sum(apart(*pair) for pair in permutations(every, 2)) / max(len(every) - 1, 1)
    if expected == 0:
        return None
    observed = sum(
        sum(apart(*pair) for pair in permutations(item, 2)) / (len(item) - 1) for item in items
    )
    return 1 - observed / expected


@pytest.mark.parametrize(
    ("metric", "published"),
    [
        (Metric.NOMINAL, 0.743),
        (Metric.ORDINAL, 0.815),
        (Metric.INTERVAL, 0.849),
        (Metric.RATIO, 0.797),
    ],
)
def test_alpha_of_four_observers_is_the_published_one(metric: Metric, published: float) -> None:
    assert alpha(FOUR_OBSERVERS, metric) == pytest.approx(published, abs=0.0005)


@pytest.mark.parametrize(("codings", "published"), [(TWO_VALUES, 0.095), (FIVE_VALUES, 0.692)])
def test_alpha_of_two_observers_is_the_published_one(codings: Floats, published: float) -> None:
    assert alpha(codings, Metric.NOMINAL) == pytest.approx(published, abs=0.0005)


@given(codes, st.sampled_from(Metric))
def test_alpha_is_what_its_definition_says(codings: Floats, metric: Metric) -> None:
    expected = slow_alpha(codings, metric)

    found = alpha(codings, metric)

    assert found == (None if expected is None else pytest.approx(expected, abs=1e-9))


@given(codes, st.randoms(use_true_random=False))
def test_order_of_items_and_coders_changes_nothing(codings: Floats, random: Random) -> None:
    rows, columns = (list(range(size)) for size in codings.shape)
    random.shuffle(rows)
    random.shuffle(columns)

    assert alpha(codings[rows][:, columns]) == alpha(codings)


@given(codes)
def test_a_ladder_turned_round_agrees_as_well(codings: Floats) -> None:
    turned, found = alpha(4 - codings), alpha(codings)

    assert turned == (None if found is None else pytest.approx(found, abs=1e-12))


@given(codes)
def test_ordinal_alpha_knows_the_order_only(codings: Floats) -> None:
    assert alpha(codings**3 + 7) == alpha(codings)


@given(codes, st.sampled_from([0.0, 2.0, 4.0]))
def test_an_item_coded_once_says_nothing(codings: Floats, code: float) -> None:
    once = np.full((len(codings), 1), N)
    once[0] = code

    assert alpha(np.hstack([codings, once])) == alpha(codings)


@given(codes)
def test_alpha_is_one_exactly_where_no_item_divides_the_coders(codings: Floats) -> None:
    found = alpha(codings)
    assume(found is not None)
    divided = any(len(set(item[~np.isnan(item)])) > 1 for item in codings.T)

    assert found is not None
    assert found <= 1
    assert (found == 1) == (not divided)


def test_more_disagreement_on_the_ladder_is_a_lower_alpha() -> None:
    first = np.array([0.0, 1, 2, 3, 4, 0, 1, 2, 3, 4])
    one_off, three_off = first.copy(), first.copy()
    one_off[0], three_off[0] = 1, 3

    found = [alpha(np.stack([first, second])) for second in (first, one_off, three_off)]

    assert found[0] == 1
    assert found == sorted(found, key=lambda value: value or 0, reverse=True)
    assert len(set(found)) == 3


@pytest.mark.parametrize(
    ("metric", "codings", "expected"),
    [
        # One disagreement a quarter of a step apart: 3 x 2 x d / (2 x 3 x 1 x d) = 1.
        (Metric.INTERVAL, [[0.0, 0.0], [0.0, 0.25]], 0.0),
        # Squared distances 1 for (0, 1) and 0 for two zeros, which have no ratio.
        (Metric.RATIO, [[0.0, 0.0, 1.0], [0.0, 1.0, 1.0]], 1 - 5 * 2 / 18),
        (Metric.RATIO, [[0.0, 1.0, 3.0], [0.0, 1.0, 3.0]], 1.0),
    ],
)
def test_small_cases_by_hand(metric: Metric, codings: list[list[float]], expected: float) -> None:
    assert alpha(np.array(codings), metric) == pytest.approx(expected)


@pytest.mark.parametrize(
    "codings",
    [
        np.full((2, 3), N),
        np.full((3, 4), 2.0),
        np.array([[1.0, N], [N, 2.0]]),
        np.empty((0, 0)),
    ],
)
def test_there_is_no_alpha_without_pairs_or_variation(codings: Floats) -> None:
    assert alpha(codings) is None


@pytest.mark.parametrize(
    "codings", [np.array([[np.inf, 1.0], [1.0, 1.0]]), np.array([1.0, 2.0]), np.ones((2, 2, 2))]
)
def test_codes_must_be_finite_and_by_coder_and_item(codings: Floats) -> None:
    with pytest.raises(InvalidValue, match=r"finite codes, NaN where nothing was coded$"):
        alpha(codings)


def test_resamples_come_from_their_stream_alone_and_know_no_order() -> None:
    turned = FOUR_OBSERVERS[::-1, ::-1]

    first, again, other = (
        alpha_draws(codings, 500, np.random.default_rng(seed))
        for codings, seed in ((FOUR_OBSERVERS, 1), (turned, 1), (FOUR_OBSERVERS, 2))
    )

    assert np.array_equal(first, again, equal_nan=True)
    assert not np.array_equal(first, other, equal_nan=True)


def test_resamples_surround_the_figure() -> None:
    draws = alpha_draws(FOUR_OBSERVERS, 4_000, np.random.default_rng(1))
    low, high = np.quantile(draws[~np.isnan(draws)], [0.05, 0.95])

    assert low < 0.815 < high


def test_a_resample_of_equal_codes_has_no_alpha() -> None:
    draws = alpha_draws(np.array([[0.0, 4.0], [0.0, 4.0]]), 4_000, np.random.default_rng(1))

    # Both items alike: one resample in two.
    assert np.isnan(draws).mean() == pytest.approx(0.5, abs=0.03)
    assert (draws[~np.isnan(draws)] == 1).all()


def test_resampling_many_items_is_cut_into_blocks() -> None:
    many = np.random.default_rng(1).integers(0, 5, (2, 60_000)).astype(np.float64)

    draws = alpha_draws(many, 70, np.random.default_rng(1))

    assert draws.shape == (70,)
    assert np.abs(draws).max() < 0.03


def test_resampling_needs_an_item_coded_twice() -> None:
    with pytest.raises(InvalidValue, match=r"^no item was coded twice; expected at least one to"):
        alpha_draws(np.array([[1.0, N], [N, 1.0]]), 10, np.random.default_rng(1))


def figure(*rungs: tuple[int | None, ...]) -> ReliabilityFigure:
    """The figure of coders a, b, ... whose rungs for items 0, 1, ... are given."""
    given_codings = [
        checked(f"item {item}", 2, rung, coder=f"coder {coder}")
        for coder, row in enumerate(rungs)
        for item, rung in enumerate(row)
        if rung is not None
    ]
    return reliability_figure(
        given_codings,
        Side.WORDS,
        settings=SETTINGS,
        draws=DRAWS,
        generator=np.random.default_rng(1),
    )


def test_a_figure_tells_what_it_rests_on() -> None:
    found = figure((0, 1, 2, 3, 4), (0, 1, 2, 3))

    assert found.side is Side.WORDS
    assert (found.coders, found.items, found.codings, found.repeated_items) == (2, 5, 9, 4)
    assert (found.alpha, found.standing, found.reason) == (1.0, Standing.RELIABLE, None)
    assert found.interval is not None
    assert found.interval.low == found.interval.high == 1.0
    # Four resampled items are all alike four times in 4 to the power of 4.
    assert found.undefined_share == pytest.approx(4 / 256, abs=0.02)


def test_two_items_coded_by_three_people_are_enough() -> None:
    found = figure((0, 4), (0, 4), (0, 4))

    assert (found.repeated_items, found.alpha) == (2, 1.0)


@pytest.mark.parametrize(
    ("rungs", "reason"),
    [
        ((), AlphaReason.NOT_CODED),
        (((1, 2, 3),), AlphaReason.ONE_CODER),
        (((1, None, None), (2, 3, 4)), AlphaReason.ONE_ITEM),
        (((2, 2), (2, 2)), AlphaReason.NO_VARIATION),
    ],
)
def test_a_missing_alpha_has_its_reason(
    rungs: tuple[tuple[int | None, ...], ...], reason: AlphaReason
) -> None:
    found = figure(*rungs)

    assert (found.alpha, found.interval, found.undefined_share, found.standing) == (None,) * 4
    assert found.reason is reason


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (0.80, Standing.RELIABLE),
        (0.799, Standing.PROVISIONAL),
        (0.67, Standing.PROVISIONAL),
        (0.669, Standing.UNRELIABLE),
        (-0.2, Standing.UNRELIABLE),
    ],
)
def test_the_bars_are_reached_by_figures_on_them(found: float, expected: Standing) -> None:
    assert standing(found, SETTINGS) is expected


def test_codes_stand_by_coder_and_item_in_order_of_their_names() -> None:
    matrix = code_matrix(
        [checked("b", 0, 3, coder="zoe"), checked("a", 0, 1, coder="zoe"), checked("b", 0, 2)]
    )

    assert np.array_equal(matrix, np.array([[N, 2], [1, 3]]), equal_nan=True)


def test_one_coder_codes_an_item_once() -> None:
    with pytest.raises(InvalidValue, match=r"ana coded a \(words\) twice"):
        code_matrix([checked("a", 0, 1), checked("a", 0, 2)])
