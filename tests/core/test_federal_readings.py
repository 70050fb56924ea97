"""What a nation enacts and what its residents live under, side by side."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gaptracker.domain.actors import Population
from gaptracker.domain.evidence import Evidence
from gaptracker.domain.federation import FederalReading
from gaptracker.domain.methodology import Methodology
from gaptracker.domain.vocabulary import Competence, FederalReason, Layer
from gaptracker.scoring.federal_readings import read_federations
from gaptracker.scoring.reading_draws import ReadingsOverTime
from gaptracker.scoring.run import score_evidence
from tests.core.builders import ACTOR, coding, measure, observation
from tests.core.federation_world import (
    RESIDENTS,
    UNITS,
    YEAR,
    dossiers,
    federation,
    period,
    prevailing,
)
from tests.core.rules import RULES, THEME


def read(evidence: Evidence, rules: Methodology = RULES, year: int = YEAR) -> FederalReading:
    (reading,) = read_federations(evidence, dossiers(evidence, rules), rules, [year])
    return reading


ALL_KNOWN = {"UR-A": 100.0, "UR-B": 25.0, "UR-C": 25.0}


def test_the_average_resident_lives_under_the_methodologys_example() -> None:
    reading = read(federation(ALL_KNOWN))
    assert reading.shared is not None
    assert reading.shared.points == pytest.approx(29.2)
    assert (reading.shared.lowest_unit, reading.shared.highest_unit) == ("UR-B", "UR-A")
    assert (reading.shared.lowest, reading.shared.highest) == (25.0, 100.0)
    # 0.056 x (100 - 29.2)^2 + 0.944 x (25 - 29.2)^2, and the root of it
    assert reading.shared.spread == pytest.approx(17.2441, abs=1e-4)
    assert (reading.covered_share, reading.shared_bounds) == (1.0, None)


def test_both_gaps_stand_side_by_side() -> None:
    reading = read(federation(ALL_KNOWN, national=50.0, says=3))
    assert reading.attributable is not None
    assert reading.system is not None
    assert reading.attributable.points == pytest.approx(75.0 - 50.0)
    assert reading.system.points == pytest.approx(75.0 - 29.2)


def test_the_national_reading_is_the_nations_own_cell() -> None:
    evidence = federation(ALL_KNOWN)
    reading = read(evidence)
    cell = next(c for c in score_evidence(evidence, RULES, [YEAR]) if c.actor == ACTOR)
    assert cell.says is not None
    assert cell.practice is not None
    assert cell.probabilities is not None
    assert reading.says is not None
    assert reading.national is not None
    assert reading.attributable is not None
    assert reading.says.points == cell.says.points
    assert reading.says.interval == cell.says.interval
    assert reading.national.interval == cell.practice.interval
    assert reading.attributable.interval == cell.gap_interval
    assert reading.attributable.words_ahead == cell.probabilities.words_ahead_demonstrably
    assert reading.attributable.deeds_ahead == cell.probabilities.deeds_ahead_demonstrably


def test_every_unit_draws_as_its_own_cell_does() -> None:
    evidence = federation(ALL_KNOWN)
    cells = {cell.actor: cell for cell in score_evidence(evidence, RULES, [YEAR])}
    for unit in read(evidence).units:
        practice = cells[unit.unit].practice
        assert unit.practice is not None
        assert practice is not None
        assert unit.practice.interval == practice.interval


def test_the_interval_is_that_of_the_units_draws() -> None:
    evidence = federation(ALL_KNOWN)
    found = dossiers(evidence)
    sums = np.zeros(RULES.draws.draws)
    for unit in UNITS:
        drawn = ReadingsOverTime(found[unit, THEME], evidence.as_of, RULES).of(YEAR).practice()
        assert drawn is not None
        sums += drawn.draws * RESIDENTS[unit] / 1000
    shared = read(evidence).shared
    assert shared is not None
    assert shared.interval.low == pytest.approx(float(np.quantile(sums, 0.05)))
    assert shared.interval.high == pytest.approx(float(np.quantile(sums, 0.95)))


def test_law_or_practice_whichever_the_cell_uses() -> None:
    evidence = federation({"UR-A": 100.0, "UR-B": 25.0}, national=None)
    law = observation("law", 60.0, actor="UR-C", indicator="statute_book", source="units")
    reading = read(replace(evidence, observations=(*evidence.observations, law)))
    by_unit = {unit.unit: unit for unit in reading.units}
    assert by_unit["UR-C"].practice is not None
    assert by_unit["UR-C"].practice.points == 60.0
    layers = [by_unit[unit].layer for unit in UNITS]
    assert layers == [Layer.PRACTICE, Layer.PRACTICE, Layer.LAW]
    assert reading.shared is not None
    assert reading.shared.law_share == RESIDENTS["UR-C"] / sum(RESIDENTS.values())


def test_grade_label_and_layer_are_those_of_the_nations_own_cell() -> None:
    evidence = federation(ALL_KNOWN)
    reading = read(evidence)
    (cell,) = (c for c in score_evidence(evidence, RULES, [YEAR]) if c.actor == ACTOR)
    assert (reading.grade, reading.label) == (cell.grade, cell.label)
    assert reading.national_layer is Layer.PRACTICE
    assert read(federation(ALL_KNOWN, national=None)).national_layer is None


def test_a_critical_indicator_caps_a_unit_as_it_caps_its_cell() -> None:
    evidence = federation({"UR-A": 100.0, "UR-B": 25.0, "UR-C": 90.0})
    killed = observation("killed", 100.0, actor="UR-C", indicator="killings", source="units")
    reading = read(replace(evidence, observations=(*evidence.observations, killed)))
    (unit,) = [unit for unit in reading.units if unit.unit == "UR-C"]
    assert unit.practice is not None
    assert unit.practice.points == RULES.deeds.critical_cap_points


def test_a_unit_of_which_nothing_is_known_is_missing_not_zero_nor_the_mean() -> None:
    reading = read(federation({"UR-A": 100.0, "UR-B": 25.0}))
    assert reading.covered_share == pytest.approx(0.9)
    assert reading.shared is not None
    assert reading.shared.points == pytest.approx((56 * 100 + 844 * 25) / 900)
    (unknown,) = [unit for unit in reading.units if unit.practice is None]
    assert (unknown.unit, unknown.reason) == ("UR-C", FederalReason.NO_UNIT_DATA)
    assert unknown.population_share == pytest.approx(0.1)
    assert reading.shared_bounds is not None
    known = 0.9 * reading.shared.points
    assert reading.shared_bounds.low == pytest.approx(known)
    assert reading.shared_bounds.high == pytest.approx(known + 10)


def test_below_the_covered_share_there_are_bounds_and_no_figure() -> None:
    reading = read(federation({"UR-A": 100.0, "UR-C": 100.0}))
    assert reading.covered_share == pytest.approx(0.156)
    assert reading.shared is None
    assert reading.system is None
    assert reading.shared_reason is FederalReason.TOO_FEW_RESIDENTS
    assert reading.system_reason is FederalReason.TOO_FEW_RESIDENTS
    assert reading.shared_bounds is not None
    assert reading.shared_bounds.low == pytest.approx(15.6)
    assert reading.shared_bounds.high == pytest.approx(100.0)
    assert reading.attributable is not None


def test_the_methodology_sets_the_covered_share() -> None:
    lenient = replace(RULES, federations=replace(RULES.federations, covered_share=0.1))
    assert read(federation({"UR-A": 100.0, "UR-C": 100.0}), lenient).shared is not None


def test_a_unit_seen_on_a_side_question_alone_does_not_count() -> None:
    evidence = federation({"UR-A": 100.0, "UR-B": 25.0})
    # Weight 0.5, where units of the federation are seen on a weight of 1.5.
    aside = observation("aside", 100.0, actor="UR-C", indicator="beta", source="units")
    reading = read(replace(evidence, observations=(*evidence.observations, aside)))
    (unit,) = [unit for unit in reading.units if unit.unit == "UR-C"]
    assert (unit.practice, unit.reason) == (None, FederalReason.PARTIAL_UNIT_DATA)


def test_a_unit_with_a_measure_counts() -> None:
    evidence = federation({"UR-A": 100.0, "UR-B": 25.0})
    act = measure("act", actor="UR-C")
    reading = read(replace(evidence, measures=(act,), codings=(*evidence.codings, coding(act, 2))))
    (unit,) = [unit for unit in reading.units if unit.unit == "UR-C"]
    assert unit.practice is not None
    assert unit.practice.points == 50.0


def test_without_residents_there_is_no_average_resident() -> None:
    reading = read(federation(ALL_KNOWN, residents={"UR-A": 56, "UR-B": 844}))
    assert (reading.shared, reading.covered_share) == (None, None)
    assert reading.shared_reason is FederalReason.NO_POPULATION
    assert all(unit.population_share is None for unit in reading.units)


def test_residents_are_the_newest_counted_up_to_the_year_else_the_first_after() -> None:
    evidence = federation(ALL_KNOWN, years=())
    counts = {2010: 100, 2020: 200, 2030: 300}
    given = replace(
        evidence,
        populations=tuple(
            Population(actor=unit, year=year, persons=persons, source="report")
            for unit in UNITS
            for year, persons in counts.items()
        ),
    )
    chosen = {year: read(given, year=year).units[0].population_year for year in (2005, 2020, 2022)}
    assert chosen == {2005: 2010, 2020: 2020, 2022: 2020}


def test_a_national_rule_that_prevails_and_is_enforced_stands_for_every_unit() -> None:
    reading = read(federation({"UR-A": 100.0}, competence=prevailing()))
    assert reading.national is not None
    assert reading.shared is not None
    assert reading.shared.points == reading.national.points == 25.0
    assert reading.shared.interval.low == pytest.approx(reading.national.interval.low)
    assert reading.shared.spread == 0.0
    assert reading.national_prevails
    assert all(unit.replaced for unit in reading.units)


@pytest.mark.parametrize(
    ("level", "enforced"),
    [
        (Competence.NATIONAL, None),
        (Competence.NATIONAL, False),
        (Competence.SHARED, True),
        (Competence.SUBNATIONAL, True),
    ],
)
def test_a_rule_not_known_to_be_enforced_in_every_unit_replaces_none(
    level: Competence, enforced: bool | None
) -> None:
    entry = prevailing(level=level, enforced=enforced)
    reading = read(federation(ALL_KNOWN, competence=entry))
    assert not reading.national_prevails
    assert reading.shared is not None
    assert reading.shared.points == pytest.approx(29.2)


def test_the_competence_of_the_day_decides() -> None:
    ended = replace(prevailing(), period=period("2000", "2021"))
    assert not read(federation(ALL_KNOWN, competence=ended)).national_prevails
    assert read(federation(ALL_KNOWN, competence=prevailing())).national_prevails


def test_a_unit_that_was_not_there_yet_has_no_residents_to_count() -> None:
    evidence = federation(ALL_KNOWN)
    young = replace(evidence.actors["UR-A"], existence=period("2023"))
    reading = read(replace(evidence, actors={**evidence.actors, "UR-A": young}))
    assert [unit.unit for unit in reading.units] == ["UR-B", "UR-C"]
    assert reading.shared is not None
    assert reading.shared.points == 25.0


def test_where_a_prevailing_rule_is_unknown_so_is_what_residents_live_under() -> None:
    reading = read(federation(ALL_KNOWN, national=None, competence=prevailing()))
    assert reading.shared is None
    assert reading.shared_reason is FederalReason.NO_NATIONAL_PRACTICE
    assert reading.national_reason is FederalReason.NO_NATIONAL_PRACTICE


def test_without_words_no_gap_is_known() -> None:
    reading = read(federation(ALL_KNOWN, says=None))
    assert (reading.attributable, reading.system) == (None, None)
    assert reading.attributable_reason is FederalReason.NO_WORDS
    assert reading.system_reason is FederalReason.NO_WORDS
    assert reading.shared is not None


def test_a_theme_of_the_competence_table_is_read_though_no_unit_is_known() -> None:
    reading = read(federation({}, competence=prevailing(level=Competence.SHARED)))
    assert reading.shared_reason is FederalReason.NO_UNIT_DATA
    assert reading.known_units == 0


def test_a_state_whose_units_are_unknown_is_no_federation() -> None:
    evidence = federation({})
    assert list(read_federations(evidence, dossiers(evidence), RULES, [YEAR])) == []


@given(
    st.fixed_dictionaries({unit: st.integers(0, 1000).map(lambda n: n / 10) for unit in UNITS}),
    st.fixed_dictionaries({unit: st.integers(1, 10**8) for unit in UNITS}),
    st.integers(2, 50),
)
def test_p_pop_lies_among_its_units_and_only_proportions_of_residents_matter(
    points: dict[str, float], residents: dict[str, int], scale: int
) -> None:
    reading = read(federation(points, residents=residents))
    shared = reading.shared
    assert shared is not None
    placed = [unit.practice.points for unit in reading.units if unit.practice]
    assert min(placed) <= shared.points <= max(placed)
    grown = {unit: scale * persons for unit, persons in residents.items()}
    again = read(federation(points, residents=grown)).shared
    assert again is not None
    assert again.points == pytest.approx(shared.points)
    assert again.interval.low == pytest.approx(shared.interval.low)


@given(st.permutations(UNITS))
def test_the_order_of_the_evidence_leaves_no_trace(order: list[str]) -> None:
    points = {unit: ALL_KNOWN[unit] for unit in order}
    residents = {unit: RESIDENTS[unit] for unit in order}
    assert read(federation(points, residents=residents)) == read(federation(ALL_KNOWN))
