"""P_pop, section 8: what the average resident lives under, and the two gaps beside each other."""

import math

import pytest

from gaptracker.domain.errors import InvalidValue
from gaptracker.scoring.federation import (
    SharedPractice,
    UnitPractice,
    federal_gaps,
    practice_over_units,
)


def unit(name: str, size: float, points: float | None) -> UnitPractice:
    return UnitPractice(unit=name, size=size, points=points)


TWO = [unit("a", 0.056, 100.0), unit("b", 0.944, 25.0)]


def test_the_published_vectors_of_shares_and_flows() -> None:
    people = practice_over_units(TWO)
    # 29.4, 30.6 and 40.0 at rungs 0, 1 and 4.
    money = practice_over_units(
        [unit("a", 29.4, 0.0), unit("b", 30.6, 25.0), unit("c", 40.0, 100.0)]
    )
    assert people is not None
    assert money is not None
    assert people.points == pytest.approx(29.2)
    assert money.points == pytest.approx(47.65)


def test_practice_over_units_says_how_far_they_lie_apart_and_what_is_covered() -> None:
    found = practice_over_units(
        [unit("a", 1.0, 0.0), unit("b", 3.0, 100.0), unit("c", 4.0, None), unit("d", 0.0, 50.0)]
    )
    assert found is not None
    assert found.spread == pytest.approx(math.sqrt(0.25 * 75**2 + 0.75 * 25**2))
    assert found == SharedPractice(
        points=75.0,
        spread=found.spread,
        lowest=0.0,
        highest=100.0,
        covered_share=0.5,
        units=2,
    )


def test_a_national_rule_that_is_enforced_takes_the_place_of_every_units_own() -> None:
    found = practice_over_units([*TWO, unit("c", 1.0, None)], national_points=50.0)
    assert found is not None
    assert (found.points, found.spread, found.units) == (50.0, 0.0, 3)
    assert found.covered_share == 1.0
    nothing = practice_over_units(TWO, national_points=0.0)
    assert nothing is not None
    assert nothing.points == 0.0


@pytest.mark.parametrize("units", [[], [unit("a", 1.0, None)], [unit("a", 0.0, 50.0)]])
def test_where_no_unit_is_known_there_is_no_practice(units: list[UnitPractice]) -> None:
    assert practice_over_units(units) is None


@pytest.mark.parametrize("size", [0.5, 2.0])
def test_the_scale_of_sizes_does_not_matter(size: float) -> None:
    scaled = practice_over_units([unit(each.unit, size * each.size, each.points) for each in TWO])
    plain = practice_over_units(TWO)
    assert scaled is not None
    assert plain is not None
    assert scaled.points == pytest.approx(plain.points)


@pytest.mark.parametrize("size", [-0.1, math.nan, math.inf])
def test_a_size_that_is_no_share_names_the_unit(size: float) -> None:
    with pytest.raises(InvalidValue, match=rf"^CO: size {size}; expected a number from 0$"):
        unit("CO", size, 50.0)


@pytest.mark.parametrize(
    ("says", "national", "lived", "expected"),
    [
        (75.0, 50.0, True, (25.0, 75.0 - 29.2)),
        (75.0, None, True, (None, 75.0 - 29.2)),
        (75.0, 50.0, False, (25.0, None)),
        (None, 50.0, True, (None, None)),
    ],
)
def test_each_gap_stands_on_its_own_two_sides(
    says: float | None,
    national: float | None,
    lived: bool,
    expected: tuple[float | None, float | None],
) -> None:
    shared = practice_over_units(TWO) if lived else None
    found = federal_gaps(says, national, shared)
    assert (found.attributable_points, found.system_points) == pytest.approx(expected)
