"""Sobol indices against functions whose indices are known, and of the method's choices."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import numpy as np
import pytest

from gaptracker.domain.analysis import Sensitivity
from gaptracker.domain.choices import ChoiceSpace
from gaptracker.domain.errors import InvalidValue
from gaptracker.domain.methodology import Methodology
from gaptracker.scoring.choice_sensitivity import choice_sensitivity
from gaptracker.scoring.sensitivity import latin_hypercube, sobol_indices
from gaptracker.scoring.uncertainty import Floats
from tests.core.builders import evidence, observation
from tests.core.choice_builders import NOTHING_OPEN, SPACE, certain_table, said, two_sided
from tests.core.rules import CHOICES, RULES

MANY_RUNS = 1 << 16


def tried(base_runs: int, space: ChoiceSpace = SPACE) -> Methodology:
    """The rules with so many runs over a space of choices."""
    return replace(RULES, choices=replace(CHOICES, space=space, base_runs=base_runs))


def ishigami(unit: Floats) -> Floats:
    """sin x1 + 7 sin^2 x2 + 0.1 x3^4 sin x1, each x uniform from -pi to pi."""
    first, second, third = (math.pi * (2 * unit - 1)).T
    return np.asarray(np.sin(first) + 7 * np.sin(second) ** 2 + 0.1 * third**4 * np.sin(first))


# Ishigami and Homma 1990, a = 7 and b = 0.1: V1 = (1 + b pi^4 / 5)^2 / 2, V2 = a^2 / 8,
# V13 = 8 b^2 pi^8 / 225, and nothing else.
V1, V2 = (1 + 0.1 * math.pi**4 / 5) ** 2 / 2, 7**2 / 8
V13 = 8 * 0.1**2 * math.pi**8 / 225
ISHIGAMI_FIRST = [V1 / (V1 + V2 + V13), V2 / (V1 + V2 + V13), 0.0]
ISHIGAMI_TOTAL = [(V1 + V13) / (V1 + V2 + V13), V2 / (V1 + V2 + V13), V13 / (V1 + V2 + V13)]

WEIGHTS = (0.4, 0.3, 0.2, 0.1)
SQUARES = [weight**2 / sum(w**2 for w in WEIGHTS) for weight in WEIGHTS]


def weighted_mean(unit: Floats) -> Floats:
    return np.asarray(100 * sum(w * unit[:, n] for n, w in enumerate(WEIGHTS)))


def indices(
    model: Callable[[Floats], Floats],
    factors: Mapping[str, Sequence[int]],
    *,
    base_runs: int = MANY_RUNS,
    seed: int = 1,
    resamples: int = 200,
) -> Sensitivity:
    found = sobol_indices(
        model,
        factors,
        base_runs=base_runs,
        generator=np.random.default_rng(seed),
        resamples=resamples,
    )
    assert found is not None
    return found


def one_each(count: int) -> dict[str, list[int]]:
    return {f"x{column}": [column] for column in range(count)}


def firsts(found: Sensitivity) -> list[float]:
    return [factor.first.value for factor in found.factors]


def totals(found: Sensitivity) -> list[float]:
    return [factor.total.value for factor in found.factors]


@pytest.mark.parametrize("seed", range(5))
def test_ishigami_within_two_hundredths(seed: int) -> None:
    found = indices(ishigami, one_each(3), seed=seed, resamples=1)

    assert firsts(found) == pytest.approx(ISHIGAMI_FIRST, abs=0.02)
    assert totals(found) == pytest.approx(ISHIGAMI_TOTAL, abs=0.02)
    assert found.variance == pytest.approx(V1 + V2 + V13, rel=0.02)


@pytest.mark.parametrize("seed", range(5))
def test_a_weighted_mean_within_one_hundredth(seed: int) -> None:
    found = indices(weighted_mean, one_each(4), seed=seed, resamples=1)

    assert firsts(found) == pytest.approx(SQUARES, abs=0.01)
    assert totals(found) == pytest.approx(SQUARES, abs=0.01)


def test_intervals_hold_the_analytic_indices_nine_times_in_ten() -> None:
    truth = [*ISHIGAMI_FIRST, *ISHIGAMI_TOTAL]
    held = 0
    for seed in range(60):
        found = indices(ishigami, one_each(3), base_runs=500, seed=seed)
        estimates = [*(f.first for f in found.factors), *(f.total for f in found.factors)]
        held += sum(e.low <= t <= e.high for e, t in zip(estimates, truth, strict=True))

    assert held / (60 * len(truth)) >= 0.9


def test_columns_of_one_factor_are_drawn_together() -> None:
    found = indices(ishigami, {"joined": [0, 2], "second": [1]}, resamples=1)

    assert firsts(found) == pytest.approx([1 - ISHIGAMI_FIRST[1], ISHIGAMI_FIRST[1]], abs=0.02)
    # Joined with what it works together with, nothing is left between the factors.
    assert totals(found) == pytest.approx(firsts(found), abs=0.02)


def test_a_choice_between_categories_is_a_step_function_of_its_column() -> None:
    def model(unit: Floats) -> Floats:
        """A choice of four options worth 0, 0, 0 and 1, and a number worth 0 to 1."""
        return np.asarray((unit[:, 0] >= 0.75) + unit[:, 1])

    found = indices(model, {"choice": [0], "number": [1]}, resamples=1)

    explained = [3 / 16, 1 / 12]
    assert firsts(found) == pytest.approx([part / sum(explained) for part in explained], abs=0.01)


def test_of_many_results_the_one_that_varies_more_counts_more() -> None:
    def model(unit: Floats) -> Floats:
        return np.column_stack((3 * unit[:, 0], unit[:, 1]))

    found = indices(model, one_each(2), resamples=1)

    assert firsts(found) == pytest.approx([0.9, 0.1], abs=0.01)
    assert found.outputs == 2
    # The mean of their variances, 9 / 12 and 1 / 12.
    assert found.variance == pytest.approx(5 / 12, rel=0.01)


def test_the_same_stream_gives_the_same_indices() -> None:
    once, again = (indices(ishigami, one_each(3), base_runs=200) for _ in range(2))

    assert once == again
    assert once.runs == 200 * 5


def test_nothing_drives_what_does_not_vary() -> None:
    def model(unit: Floats) -> Floats:
        return np.full(len(unit), 41.7)

    found = sobol_indices(
        model, one_each(2), base_runs=64, generator=np.random.default_rng(1), resamples=1
    )

    assert found is None


@pytest.mark.parametrize(
    ("level", "spread", "varies"),
    [
        pytest.param(1e8, 1e-3, False, id="less than floats can hold beside so large a result"),
        pytest.param(1e8, 100.0, True, id="little of a large result"),
        pytest.param(0.0, 6e-8, True, id="little of a small one"),
        pytest.param(0.0, 1e-8, False, id="nothing that floats could hold beside 1"),
    ],
)
def test_what_rounding_moves_does_not_vary(level: float, spread: float, varies: bool) -> None:
    found = sobol_indices(
        lambda unit: np.asarray(level + spread * unit[:, 0]),
        one_each(2),
        base_runs=64,
        generator=np.random.default_rng(1),
        resamples=1,
    )

    assert (found is not None) is varies


def test_two_runs_are_enough_and_each_of_them_may_be_drawn_again() -> None:
    found = indices(ishigami, one_each(3), base_runs=2)

    assert all(factor.total.low < factor.total.high for factor in found.factors[:2])


def test_a_model_may_answer_yes_or_no() -> None:
    found = indices(lambda unit: np.asarray(unit[:, 0] >= 0.75), one_each(2), resamples=1)

    assert totals(found) == pytest.approx([1.0, 0.0], abs=0.01)
    assert found.variance == pytest.approx(3 / 16, rel=0.01)


def test_points_of_a_latin_hypercube_lie_anywhere_in_their_part() -> None:
    points = latin_hypercube(500, 7, np.random.default_rng(1))
    within = points * 500 % 1

    assert len(np.unique(within.round(9))) == 3500
    assert within.mean() == pytest.approx(0.5, abs=0.03)


def test_a_latin_hypercube_has_one_point_in_every_part_of_every_column() -> None:
    points = latin_hypercube(500, 7, np.random.default_rng(1))

    assert points.shape == (500, 7)
    for column in points.T:
        assert sorted((column * 500).astype(int).tolist()) == list(range(500))


@pytest.mark.parametrize("factors", [{}, {"a": [1]}, {"a": [0], "b": [0]}, {"a": [0, 2]}])
def test_factors_that_share_or_miss_columns_are_refused(factors: dict[str, list[int]]) -> None:
    with pytest.raises(InvalidValue, match="factors: columns"):
        indices(weighted_mean, factors, base_runs=8)


@pytest.mark.parametrize(("name", "value"), [("base_runs", 1), ("resamples", 0)])
def test_too_few_runs_or_resamples_are_refused(name: str, value: int) -> None:
    given: dict[str, int] = {"base_runs": 8, "resamples": 1} | {name: value}

    with pytest.raises(InvalidValue, match=name):
        indices(weighted_mean, one_each(4), **given)


@pytest.mark.parametrize("bad", [math.nan, math.inf])
def test_results_that_are_no_numbers_are_refused(bad: float) -> None:
    with pytest.raises(InvalidValue, match="model: results"):
        indices(lambda unit: np.full(len(unit), bad), one_each(2), base_runs=8)


def test_results_for_other_runs_than_asked_are_refused() -> None:
    with pytest.raises(InvalidValue, match="model: results of shape"):
        indices(lambda unit: unit[:3, 0], one_each(2), base_runs=8)


def test_a_choice_that_touches_no_item_explains_nothing() -> None:
    found = choice_sensitivity([certain_table(two_sided())], methodology=tried(500))
    assert found is not None
    by_name = {factor.factor: factor for factor in found.factors}

    # All were said by delegates, in national statements, in the same definite words.
    for name in ("office", "instrument", "specificity"):
        assert by_name[name].first.value == pytest.approx(0.0, abs=1e-9)
        assert by_name[name].total.value == pytest.approx(0.0, abs=1e-9)
    assert by_name["aggregation"].total.value > 0.1
    assert found.runs == 500 * (len(found.factors) + 2)


def test_choices_are_made_once_for_all_cells() -> None:
    known = evidence(
        coded=[(said("old", "2014"), 0), (said("new"), 4)], observations=[observation("a", 20.0)]
    )
    one = certain_table(known)

    alone, twice = (
        choice_sensitivity(tables, methodology=tried(100)) for tables in ([one], [one, one])
    )

    assert alone is not None
    assert twice is not None
    assert firsts(twice) == pytest.approx(firsts(alone))
    assert twice.outputs == 2


def test_without_cells_or_choices_there_are_no_indices() -> None:
    fixed = certain_table(two_sided(), NOTHING_OPEN)

    assert choice_sensitivity([], methodology=tried(8)) is None
    assert choice_sensitivity([fixed], methodology=tried(8, NOTHING_OPEN)) is None


def test_the_methodology_says_how_often_to_resample_and_between_which_ends() -> None:
    table, rules = certain_table(two_sided()), tried(100)
    once = replace(rules, choices=replace(rules.choices, resamples=1))
    narrow = replace(rules, draws=replace(rules.draws, interval=(0.5, 0.5)))

    def widths(methodology: Methodology) -> list[float]:
        found = choice_sensitivity([table], methodology=methodology)
        assert found is not None
        return [factor.total.high - factor.total.low for factor in found.factors]

    assert max(widths(rules)) > 0
    assert max(widths(once)) == max(widths(narrow)) == 0
