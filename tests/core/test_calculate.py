"""One cell from points and weights alone: what was given is what is computed with."""

from dataclasses import replace

import pytest

from gaptracker.domain.errors import InvalidValue
from gaptracker.domain.vocabulary import ItemKind, Layer, Side
from gaptracker.scoring.calculate import Weighted, calculate
from tests.core.rules import DRAWS, RULES

SAYS, LAW, DOES = Weighted(points=75.0), Weighted(points=50.0), Weighted(points=25.0)


def test_every_number_given_stands_on_its_side_and_layer() -> None:
    cell = calculate(
        says=[SAYS, Weighted(points=100.0, weight=0.5)], law=[LAW], does=[DOES], methodology=RULES
    )
    parts = {part.item: part for part in cell.contributions}
    assert {name: (part.side, part.layer) for name, part in parts.items()} == {
        "words-001": (Side.WORDS, None),
        "words-002": (Side.WORDS, None),
        "law-001": (Side.DEEDS, Layer.LAW),
        "practice-001": (Side.DEEDS, Layer.PRACTICE),
    }
    assert {name: (part.points, part.weight) for name, part in parts.items()} == {
        "words-001": (75.0, 1.0),
        "words-002": (100.0, 0.5),
        "law-001": (50.0, 1.0),
        "practice-001": (25.0, 1.0),
    }
    assert parts["words-001"].item_kind is ItemKind.STATEMENT
    assert parts["law-001"].item_kind is ItemKind.MEASURE
    assert parts["words-002"].factors == (("given", 0.5),)


def test_each_number_comes_from_a_source_of_its_own() -> None:
    cell = calculate(says=[SAYS, SAYS], does=[DOES, DOES], methodology=RULES)
    parts = cell.contributions
    assert [part.source for part in parts] == [part.item for part in parts]
    assert [part.source_group for part in parts] == [part.item for part in parts]
    assert (cell.coverage.statement_groups, cell.coverage.deed_groups) == (2, 2)
    assert cell.coverage.effective_statements == pytest.approx(2)
    assert cell.coverage.effective_deeds == pytest.approx(2)
    assert not cell.coverage.machine_coded


def test_the_cell_belongs_to_nobody_and_to_no_theme() -> None:
    cell = calculate(says=[SAYS], does=[DOES], methodology=RULES)
    assert (cell.actor, cell.theme, cell.year, cell.as_of.year) == ("", "", 2000, 2000)
    assert cell.coverage.newest_deed_on == cell.as_of


def test_as_many_draws_are_made_as_asked() -> None:
    many = replace(RULES, draws=replace(DRAWS, draws=4_000))
    asked = calculate(says=[SAYS], does=[DOES], methodology=RULES, draws=4_000)
    assert asked == calculate(says=[SAYS], does=[DOES], methodology=many)
    assert asked != calculate(says=[SAYS], does=[DOES], methodology=RULES)


def test_the_figures_of_a_hand_made_cell_are_the_same_on_every_machine() -> None:
    # Written down once: other figures mean that `calculate` prints another interval.
    cell = calculate(says=[SAYS], does=[DOES], methodology=RULES, draws=4_000)
    assert cell.gap_interval is not None
    found = (cell.gap_interval.low, cell.gap_interval.high)
    assert found == pytest.approx((-18.010202, 121.287778), abs=1e-6)


@pytest.mark.parametrize("points", [-0.1, 100.1, float("nan")])
def test_points_off_the_ladder_are_refused(points: float) -> None:
    with pytest.raises(InvalidValue, match=r"points; expected 0 to 100 \(25 a rung\)$"):
        Weighted(points=points)


@pytest.mark.parametrize("weight", [0.0, -1.0, float("inf"), float("nan")])
def test_a_weight_that_counts_nothing_or_everything_is_refused(weight: float) -> None:
    with pytest.raises(InvalidValue, match=r"^weight .*; expected a number above 0$"):
        Weighted(points=50.0, weight=weight)


@pytest.mark.parametrize("points", [0.0, 100.0])
def test_both_ends_of_the_ladder_are_points(points: float) -> None:
    assert Weighted(points=points, weight=1e-9).points == points
