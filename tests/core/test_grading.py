"""Grade and label, section 5, each threshold from both sides."""

from dataclasses import replace
from datetime import date

import pytest

from gaptracker.domain.results import CellScore, Probabilities
from gaptracker.domain.vocabulary import CoderKind, Grade, Instrument, Label
from gaptracker.scoring.grading import Strength, grade_cell, label_gap, strength
from tests.core.builders import (
    AS_OF,
    coding,
    deed,
    evidence,
    observation,
    score,
    source,
    statement,
    word,
)
from tests.core.rules import LABELS, RULES, indicator, methodology

STRONG = Strength(
    items=9,
    effective_size=9.0,
    groups=9,
    groups_with_records=9,
    binding_act=False,
    official_statistic=False,
    machine_coded=False,
    newest_on=AS_OF,
)


def graded(
    size: float = 9.0,
    groups: int = 9,
    newest_on: date | None = AS_OF,
    *,
    records: int = 0,
    weak_side: str = "words",
) -> Grade:
    """The grade where one side is as given and the other strong."""
    weak = replace(
        STRONG,
        effective_size=size,
        groups=groups,
        groups_with_records=groups + records,
        official_statistic=records > 0,
    )
    strong = STRONG
    if weak_side == "words":
        return grade_cell(weak, replace(strong, newest_on=newest_on), AS_OF, RULES)
    return grade_cell(strong, replace(weak, newest_on=newest_on), AS_OF, RULES)


@pytest.mark.parametrize("weak_side", ["words", "deeds"])
@pytest.mark.parametrize(
    ("size", "groups", "expected"),
    [
        (4.0, 3, Grade.A),
        (3.99, 3, Grade.B),
        (4.0, 2, Grade.B),
        (3.0, 2, Grade.B),
        (2.99, 2, Grade.C),
        (9.0, 1, Grade.D),
        (2.0, 2, Grade.C),
        (1.99, 2, Grade.D),
        (2.0, 1, Grade.D),
    ],
)
def test_both_sides_must_reach_the_grade(
    size: float, groups: int, expected: Grade, weak_side: str
) -> None:
    assert graded(size, groups, weak_side=weak_side) is expected


@pytest.mark.parametrize(
    ("newest_on", "expected"),
    [
        (date(2020, 12, 31), Grade.A),
        (date(2020, 12, 30), Grade.B),
        (None, Grade.B),
    ],
)
def test_grade_a_asks_for_a_deed_of_the_last_24_months(
    newest_on: date | None, expected: Grade
) -> None:
    assert graded(newest_on=newest_on) is expected


@pytest.mark.parametrize("weak_side", ["words", "deeds"])
@pytest.mark.parametrize(
    ("size", "groups", "expected"),
    [
        pytest.param(2.0, 1, Grade.C, id="needs no second group for C"),
        pytest.param(3.0, 1, Grade.B, id="counts as two for B"),
        pytest.param(4.0, 2, Grade.B, id="counts as one for A"),
        pytest.param(1.9, 1, Grade.D, id="is not a second item"),
    ],
)
def test_a_record_of_the_act(size: float, groups: int, expected: Grade, weak_side: str) -> None:
    assert graded(size, groups, records=1, weak_side=weak_side) is expected


@pytest.mark.parametrize(
    ("binding", "record", "groups", "expected"),
    [
        (True, True, 2, Grade.C),
        (False, True, 2, Grade.D),
        (True, False, 2, Grade.D),
        (True, True, 1, Grade.D),
    ],
)
def test_a_binding_act_against_an_official_statistic_and_one_more_reaches_c(
    binding: bool, record: bool, groups: int, expected: Grade
) -> None:
    words = replace(
        STRONG, effective_size=1.0, groups=1, groups_with_records=1, binding_act=binding
    )
    deeds = replace(STRONG, effective_size=1.0, groups=groups, official_statistic=record)
    assert grade_cell(words, deeds, AS_OF, RULES) is expected


@pytest.mark.parametrize("machine_side", ["words", "deeds"])
@pytest.mark.parametrize(("size", "expected"), [(9.0, Grade.C), (1.0, Grade.D)])
def test_machine_codings_hold_a_cell_to_c(size: float, expected: Grade, machine_side: str) -> None:
    plain = replace(STRONG, effective_size=size)
    marked = replace(plain, machine_coded=True)
    sides = (marked, plain) if machine_side == "words" else (plain, marked)
    assert grade_cell(*sides, AS_OF, RULES) is expected


def test_two_equal_items_reach_c_however_floats_round() -> None:
    for weight in (0.1, 0.3, 0.72, 0.576, 1e-9, 1e9):
        two = strength([word("a", 50, weight), word("b", 50, weight)])
        assert grade_cell(two, STRONG, AS_OF, RULES) is Grade.C


def test_strength_counts_independent_groups_and_records() -> None:
    found = strength(
        [
            deed("a", 0, source=source("one", group="court", record=True)),
            deed("b", 0, source=source("two", group="court")),
            deed("c", 0, source=source("three", group="observer"), seen_on=date(2020, 1, 1)),
        ]
    )
    assert (found.groups, found.groups_with_records, found.official_statistic) == (2, 3, True)
    assert found.effective_size == pytest.approx(3)
    assert found.newest_on == AS_OF


def test_no_items_have_no_strength() -> None:
    found = strength([])
    assert (found.effective_size, found.groups, found.newest_on) == (0, 0, None)


def cell_of(coder: CoderKind, *, beside: bool = False) -> CellScore:
    """Four speeches and four figures of four groups each, one speech coded by `coder`."""
    said = [statement(f"said {n}", source=f"record {n}") for n in range(4)]
    codings = [coding(said[0], 3, coder="coder", coder_kind=coder)]
    if beside:
        codings.append(coding(said[0], 3, coder="a person", coder_kind=CoderKind.PERSON))
    names = [f"indicator_{n}" for n in range(4)]
    given = evidence(
        coded=[(one, 3) for one in said],
        observations=[
            observation(name, 50, indicator=name, source=f"source of {name}") for name in names
        ],
        codings=codings,
    )
    indicators = [indicator(name, worst=0, best=100) for name in names]
    return score(given, rules=methodology(indicators=indicators))


def test_a_cell_that_rests_on_a_machine_is_marked() -> None:
    assert cell_of(CoderKind.PERSON).grade is Grade.A
    marked = cell_of(CoderKind.MACHINE)
    assert marked.grade is Grade.C
    assert marked.coverage.machine_coded


def test_a_person_beside_the_machine_lifts_the_ceiling() -> None:
    found = cell_of(CoderKind.MACHINE, beside=True)
    assert found.grade is Grade.A
    assert not found.coverage.machine_coded


def test_law_and_practice_count_together_for_the_grade() -> None:
    names = ("alpha", "statute_book")
    given = evidence(
        coded=[(statement(f"said {n}", source=f"record {n}"), 3) for n in range(2)],
        observations=[
            observation(name, 50, indicator=name, source=f"source of {name}") for name in names
        ],
    )
    found = score(given)
    assert found.does is not None
    assert found.does.effective_size == 1
    assert found.coverage.effective_deeds == pytest.approx(2)
    assert found.grade is Grade.C


def test_a_binding_act_is_known_by_its_instrument() -> None:
    given = evidence(
        coded=[(statement("treaty", instrument=Instrument.BINDING_ACT), 4)],
        observations=[
            observation("official", 50, source="ministry"),
            observation("other", 50, indicator="beta", source="observer"),
        ],
        sources=[source("ministry", record=True)],
    )
    assert score(given).grade is Grade.C


def probabilities(ahead: float = 0.0, behind: float = 0.0, close: float = 0.0) -> Probabilities:
    return Probabilities(
        words_ahead=0.5,
        words_ahead_demonstrably=ahead,
        deeds_ahead_demonstrably=behind,
        close=close,
    )


@pytest.mark.parametrize(
    ("mixed", "given", "expected"),
    [
        (20.0, probabilities(ahead=1.0), Label.MIXED_MESSAGE),
        (19.9, probabilities(ahead=1.0), Label.WORDS_AHEAD),
        (0.0, probabilities(ahead=0.90), Label.WORDS_AHEAD),
        (0.0, probabilities(ahead=0.89), Label.WORDS_AHEAD_LIKELY),
        (0.0, probabilities(ahead=0.75), Label.WORDS_AHEAD_LIKELY),
        (0.0, probabilities(ahead=0.74), Label.INDETERMINATE),
        (0.0, probabilities(behind=0.90), Label.DEEDS_AHEAD),
        (0.0, probabilities(behind=0.89), Label.DEEDS_AHEAD_LIKELY),
        (0.0, probabilities(behind=0.75), Label.DEEDS_AHEAD_LIKELY),
        (0.0, probabilities(behind=0.74), Label.INDETERMINATE),
        (0.0, probabilities(close=0.75), Label.NO_DEMONSTRABLE_GAP),
        (0.0, probabilities(close=0.74), Label.INDETERMINATE),
    ],
)
def test_the_first_label_that_applies(mixed: float, given: Probabilities, expected: Label) -> None:
    assert label_gap(Grade.C, mixed, given, LABELS) is expected


def test_below_grade_c_nothing_is_claimed() -> None:
    found = label_gap(Grade.D, 50.0, probabilities(ahead=1.0), LABELS)
    assert found is Label.INSUFFICIENT_EVIDENCE
