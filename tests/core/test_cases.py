"""The worked examples of `tests/cases/`, computed under the methodology that is shipped."""

from dataclasses import asdict, replace
from functools import cache

import pytest

from gaptracker.domain.methodology import Methodology
from gaptracker.domain.results import CellScore, ReadingScore
from gaptracker.intake.methodology_files import shipped_methodology
from tests.core.builders import score
from tests.core.case_files import read_cases
from tests.core.rules import DEEDS, DRAWS, GRADES, LABELS, LAGS, WORDS

CASES = dict(read_cases())
CELLS = [(name, year) for name, case in CASES.items() for year in case.expected]

# Half of the last digit that the cases are written with.
POINTS, SHARES, WEIGHTS = 0.05, 0.005, 0.0005


@cache
def shipped() -> Methodology:
    return shipped_methodology("1.0.0")


def points(reading: ReadingScore | None) -> float | None:
    return reading.points if reading else None


def bounds(cell: CellScore) -> tuple[float, float] | None:
    return (cell.gap_bounds.low, cell.gap_bounds.high) if cell.gap_bounds else None


def figures_of(cell: CellScore) -> dict[str, tuple[object, float]]:
    """What a case may say of a cell's figures, each with its accuracy."""
    return {
        "says": (points(cell.says), POINTS),
        "law": (points(cell.law), POINTS),
        "does": (points(cell.does), POINTS),
        "practice": (points(cell.practice), POINTS),
        "gap": (cell.gap_points, POINTS),
        "legislative": (cell.legislative_points, POINTS),
        "implementation": (cell.implementation_points, POINTS),
        "bounds": (bounds(cell), POINTS),
        "mixed_message": (cell.mixed_message_points, POINTS),
        "n_eff_says": (cell.says.effective_size if cell.says else None, SHARES),
        "n_eff_does": (cell.does.effective_size if cell.does else None, SHARES),
        "silence_rate": (cell.coverage.silence_rate_share, SHARES),
        "coverage": (cell.coverage.indicator_coverage_share, SHARES),
    }


def items_of(cell: CellScore) -> dict[str, tuple[dict[str, object], float]]:
    """What a case may say of a cell's items, each with its accuracy."""
    parts = {part.item: part for part in cell.contributions}
    return {
        "weights": ({name: part.weight for name, part in parts.items()}, WEIGHTS),
        "points": ({name: part.points for name, part in parts.items()}, WEIGHTS),
        "contributions": (
            {name: part.contribution_points for name, part in parts.items()},
            POINTS,
        ),
        "notes": ({name: part.note for name, part in parts.items()}, 0),
        "flagged_old": ({name: part.flagged_old for name, part in parts.items()}, 0),
    }


def about(wanted: object, accuracy: float) -> object:
    """The wanted value, a number with its accuracy."""
    if isinstance(wanted, float | tuple):
        return pytest.approx(wanted, abs=accuracy, rel=0)
    return wanted


@pytest.mark.parametrize(("name", "year"), CELLS)
def test_a_case_comes_out_as_worked_by_hand(name: str, year: int) -> None:
    case = CASES[name]
    cell = score(case.evidence(), year=year, theme=case.theme, rules=shipped())
    figures, items = figures_of(cell), items_of(cell)
    for key in case.expected[year].model_fields_set:
        wanted = getattr(case.expected[year], key)
        if key in items:
            found, accuracy = items[key]
            shown = {item: found.get(item, "not in the cell") for item in wanted}
            assert shown == {item: about(value, accuracy) for item, value in wanted.items()}, key
        elif key in figures:
            figure, accuracy = figures[key]
            assert figure == about(wanted, accuracy), key
        else:
            assert getattr(cell, key) == wanted, key


def test_every_case_says_how_it_is_worked_and_where_it_comes_from() -> None:
    assert len(CASES) >= 12
    for name, case in CASES.items():
        assert case.by_hand.strip(), name
        assert "Methodology 1.0.0, section" in case.reference, name


def test_the_numbers_that_the_core_is_tested_with_are_the_shipped_ones() -> None:
    rules = shipped()
    assert rules.words == WORDS
    assert rules.deeds == DEEDS
    assert rules.lag_months == LAGS
    assert rules.grades == GRADES
    assert asdict(rules.labels) == asdict(LABELS)
    assert rules.draws == replace(DRAWS, draws=4_000)
