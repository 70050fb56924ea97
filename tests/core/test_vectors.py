"""The test vectors of methodology 1.0.0, section 11, at 400,000 draws.

Each row is computed three times: from points, from rungs and from statements and observations
that run the whole way through the scoring of evidence. The random numbers of the three differ.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache

import pytest

from gaptracker.domain.methodology import Methodology
from gaptracker.domain.results import CellScore
from gaptracker.domain.vocabulary import Grade, Instrument, Label, Office
from gaptracker.scoring.calculate import Weighted, calculate
from gaptracker.scoring.cell import CellInput, score_cell
from gaptracker.scoring.items import at_rung
from gaptracker.scoring.readings import summarise
from gaptracker.scoring.seeds import CellKey
from tests.core.builders import AS_OF, deed, evidence, observation, score, statement, word
from tests.core.rules import indicator, methodology

DRAWS = 400_000
# A quantile of 400,000 draws wanders by about a tenth of a point.
QUANTILE_ERROR = 0.15

Weights = tuple[tuple[int, float], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Vector:
    """One row as it is printed; numbers are (printed, half of the last printed digit)."""

    words: Weights
    deeds: tuple[int, ...]
    says: tuple[float, float]
    mixed: tuple[float, float]
    effective_size: float
    practice: float
    gap: float
    low: float
    high: float
    ahead: float
    demonstrably: float
    close: float
    label: Label
    graded_d: bool = False


VECTORS = {
    "V1 mixed": Vector(
        words=((75, 1), (25, 1)),
        deeds=(25, 25),
        says=(50, 0.05),
        mixed=(25, 0.5),
        effective_size=2.00,
        practice=25.0,
        gap=25.0,
        low=-22,
        high=72,
        ahead=0.83,
        demonstrably=0.69,
        close=0.22,
        label=Label.MIXED_MESSAGE,
    ),
    "V2 hard line": Vector(
        words=((0, 1), (0, 1), (0, 1)),
        deeds=(0, 0, 25),
        says=(0, 0.05),
        mixed=(0, 0.5),
        effective_size=3.00,
        practice=8.3,
        gap=-8.3,
        low=-36,
        high=20,
        ahead=0.30,
        demonstrably=0.10,
        close=0.50,
        label=Label.INDETERMINATE,
    ),
    "V3 words ahead": Vector(
        words=((75, 1), (100, 0.8), (75, 0.8), (75, 0.6)),
        deeds=(25, 25, 0),
        says=(81.2, 0.0501),
        mixed=(10.8, 0.05),
        effective_size=3.88,
        practice=16.7,
        gap=64.6,
        low=37,
        high=92,
        ahead=1.00,
        demonstrably=1.00,
        close=0.00,
        label=Label.WORDS_AHEAD,
    ),
    "V5 thin": Vector(
        words=((100, 1),),
        deeds=(25,),
        says=(100, 0.05),
        mixed=(0, 0.5),
        effective_size=1.00,
        practice=25.0,
        gap=75.0,
        low=5,
        high=145,
        ahead=0.96,
        demonstrably=0.94,
        close=0.04,
        label=Label.INSUFFICIENT_EVIDENCE,
        graded_d=True,
    ),
}


@cache
def from_points(name: str) -> CellScore:
    vector = VECTORS[name]
    return calculate(
        says=[Weighted(points=points, weight=weight) for points, weight in vector.words],
        does=[Weighted(points=points) for points in vector.deeds],
        methodology=methodology(draws=DRAWS),
    )


@cache
def from_rungs(name: str) -> CellScore:
    vector = VECTORS[name]
    words = [
        word(f"w{number}", 0, weight, placement=at_rung(points // 25))
        for number, (points, weight) in enumerate(vector.words)
    ]
    deeds = [
        deed(f"d{number}", 0, placement=at_rung(points // 25))
        for number, points in enumerate(vector.deeds)
    ]
    key = CellKey(methodology="1.0.0", random_series="1", actor="SWE", theme=name, year=2022)
    given = CellInput(key=key, as_of=AS_OF, words=tuple(words), deeds=tuple(deeds))
    return score_cell(given, methodology(draws=DRAWS))


# Said today by a head of state, an instrument's weight is the statement's.
INSTRUMENT_OF_WEIGHT = {
    1: Instrument.BINDING_ACT,
    0.8: Instrument.NATIONAL_STATEMENT,
    0.6: Instrument.JOINT_STATEMENT,
}


@cache
def from_evidence(name: str) -> CellScore:
    vector = VECTORS[name]
    names = [f"indicator_{number}" for number in range(len(vector.deeds))]
    given = evidence(
        coded=[
            (
                statement(
                    f"statement_{number}",
                    instrument=INSTRUMENT_OF_WEIGHT[weight],
                    office=Office.HEAD_OF_STATE_OR_GOVERNMENT,
                    source=f"record_{number}",
                ),
                points // 25,
            )
            for number, (points, weight) in enumerate(vector.words)
        ],
        observations=[
            observation(
                f"observation of {name}", points, indicator=name, source=f"source of {name}"
            )
            for name, points in zip(names, vector.deeds, strict=True)
        ],
    )
    indicators = [indicator(entry, worst=0, best=100) for entry in names]
    return score(given, rules=methodology(draws=DRAWS, indicators=indicators))


WAYS: dict[str, Callable[[str], CellScore]] = {
    "points": from_points,
    "rungs": from_rungs,
    "evidence": from_evidence,
}
each_way = pytest.mark.parametrize("way", WAYS.values(), ids=WAYS.keys())
each_vector = pytest.mark.parametrize("name", VECTORS)


@each_way
@each_vector
def test_points_are_the_printed_ones(name: str, way: Callable[[str], CellScore]) -> None:
    vector, cell = VECTORS[name], way(name)
    assert cell.says is not None
    assert cell.practice is not None
    printed, half_digit = vector.says
    assert cell.says.points == pytest.approx(printed, abs=half_digit)
    printed, half_digit = vector.mixed
    assert cell.mixed_message_points == pytest.approx(printed, abs=half_digit)
    assert cell.says.effective_size == pytest.approx(vector.effective_size, abs=0.005)
    assert cell.practice.points == pytest.approx(vector.practice, abs=0.05)
    assert cell.gap_points == pytest.approx(vector.gap, abs=0.05)


@each_way
@each_vector
def test_intervals_are_the_printed_ones(name: str, way: Callable[[str], CellScore]) -> None:
    vector, cell = VECTORS[name], way(name)
    assert cell.gap_interval is not None
    assert cell.gap_interval.low == pytest.approx(vector.low, abs=0.5 + QUANTILE_ERROR)
    assert cell.gap_interval.high == pytest.approx(vector.high, abs=0.5 + QUANTILE_ERROR)


@each_way
@each_vector
def test_probabilities_are_the_printed_ones(name: str, way: Callable[[str], CellScore]) -> None:
    vector, found = VECTORS[name], way(name).probabilities
    assert found is not None
    assert found.words_ahead == pytest.approx(vector.ahead, abs=0.01)
    assert found.words_ahead_demonstrably == pytest.approx(vector.demonstrably, abs=0.01)
    assert found.close == pytest.approx(vector.close, abs=0.01)


@each_way
@each_vector
def test_labels_and_grades_are_the_printed_ones(name: str, way: Callable[[str], CellScore]) -> None:
    vector, cell = VECTORS[name], way(name)
    assert cell.label is vector.label
    assert (cell.grade is Grade.D) is vector.graded_d


def split(says: float, law: float, does: float, rules: Methodology) -> CellScore:
    return calculate(
        says=[Weighted(points=says)],
        law=[Weighted(points=law)],
        does=[Weighted(points=does)],
        methodology=rules,
    )


def test_a_gap_splits_into_a_legislative_and_an_implementation_part() -> None:
    cell = split(75, 50, 25, methodology())
    assert (cell.gap_points, cell.legislative_points, cell.implementation_points) == (50, 25, 25)


@pytest.mark.parametrize(
    ("weights", "rungs", "points"),
    [
        pytest.param((0.056, 0.944), (4, 1), 29.2, id="population shares"),
        pytest.param((29.4, 30.6, 40.0), (0, 1, 4), 47.65, id="flows"),
    ],
)
def test_shares_weigh_as_weights_do(
    weights: Sequence[float], rungs: Sequence[int], points: float
) -> None:
    summary = summarise(weights, [25.0 * rung for rung in rungs])
    assert summary is not None
    assert summary.mean == pytest.approx(points)
