"""Goalposts, section 3: u = 100 clip((x - worst) / (best - worst), 0, 1), and tables."""

import math

import pytest

from gaptracker.domain.errors import InvalidValue
from gaptracker.domain.methodology import Goalposts
from gaptracker.domain.vocabulary import Scale

PRISONERS = Goalposts(scale=Scale.LINEAR, worst=600, best=30)
SYRINGES = Goalposts(scale=Scale.LINEAR, worst=0, best=200)
EXECUTIONS = Goalposts(scale=Scale.LOG1P, worst=50, best=0)
STATUS = Goalposts(scale=Scale.TABLE, categories={"abolished": 100, "retained": 0})
PACKAGE = Goalposts(scale=Scale.TABLE, steps=((0, 0), (1, 40), (3, 100)))


@pytest.mark.parametrize(
    ("value", "points"), [(600, 0), (315, 50), (30, 100), (10, 100), (1728, 0), (172.5, 75)]
)
def test_fewer_is_better_where_the_best_goalpost_is_the_lower(value: float, points: float) -> None:
    assert PRISONERS.points(value, None) == pytest.approx(points)


@pytest.mark.parametrize(("value", "points"), [(0, 0), (50, 25), (200, 100), (300, 100), (-1, 0)])
def test_more_is_better_where_the_best_goalpost_is_the_higher(value: float, points: float) -> None:
    assert SYRINGES.points(value, None) == pytest.approx(points)


def test_a_logarithmic_scale_counts_in_logarithms_of_one_more() -> None:
    expected = 100 * (math.log(51) - math.log(8)) / math.log(51)
    assert EXECUTIONS.points(7, None) == pytest.approx(expected)
    assert EXECUTIONS.points(0, None) == 100
    assert EXECUTIONS.points(53, None) == 0


def test_a_table_places_categories() -> None:
    assert STATUS.points(None, "abolished") == 100
    assert STATUS.points(None, "retained") == 0


@pytest.mark.parametrize(
    ("value", "points"), [(0, 0), (0.9, 0), (1, 40), (2, 40), (3, 100), (9, 100)]
)
def test_a_step_holds_from_its_bound_upward(value: float, points: float) -> None:
    assert PACKAGE.points(value, None) == points


@pytest.mark.parametrize(
    ("goalposts", "value", "category"),
    [
        (STATUS, None, "unclear"),
        (STATUS, 3, None),
        (PRISONERS, None, "few"),
        (PRISONERS, None, None),
        (PACKAGE, -1, None),
    ],
)
def test_what_the_scale_cannot_place_is_refused(
    goalposts: Goalposts, value: float | None, category: str | None
) -> None:
    with pytest.raises(InvalidValue):
        goalposts.points(value, category)


@pytest.mark.parametrize(
    ("worst", "best"), [(1, 1), (None, 1), (1, None)], ids=["equal", "no worst", "no best"]
)
def test_goalposts_that_place_nothing_are_refused(worst: float | None, best: float | None) -> None:
    with pytest.raises(InvalidValue):
        Goalposts(scale=Scale.LINEAR, worst=worst, best=best)


def test_a_table_is_of_categories_or_of_steps() -> None:
    with pytest.raises(InvalidValue):
        Goalposts(scale=Scale.TABLE)
    with pytest.raises(InvalidValue):
        Goalposts(scale=Scale.TABLE, categories={"some": 1}, steps=((0, 0),))
