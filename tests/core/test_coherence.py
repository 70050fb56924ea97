"""How far the words of agencies lie apart."""

from dataclasses import replace

import pytest

from gaptracker.domain.evidence import Evidence
from gaptracker.domain.federation import CoherenceReading
from gaptracker.domain.vocabulary import CoherenceReason
from gaptracker.scoring.coherence import read_coherence, spread_of
from gaptracker.scoring.run import score_evidence
from tests.core.builders import coding, statement
from tests.core.federation_world import YEAR, agencies, dossiers, period
from tests.core.rules import RULES, THEME


def read(evidence: Evidence, year: int = YEAR) -> CoherenceReading:
    (reading,) = read_coherence(evidence, dossiers(evidence), RULES, [year])
    assert reading.theme == THEME
    return reading


def test_the_spread_is_the_standard_deviation_of_what_they_say() -> None:
    reading = read(agencies({"AAA": 4, "BBB": 2, "CCC": 0}))
    # 100, 50, 0: the mean squared distance is (2500 + 0 + 2500) / 3
    assert reading.spread == pytest.approx((5000 / 3) ** 0.5)
    assert reading.distance is not None
    assert reading.distance.points == 100.0
    assert (reading.lowest_agencies, reading.highest_agencies) == (("CCC",), ("AAA",))
    assert reading.agencies == (("AAA", 100.0), ("BBB", 50.0), ("CCC", 0.0))


def test_the_interval_is_of_the_difference_between_the_two_ends() -> None:
    reading = read(agencies({"AAA": 4, "BBB": 0}))
    assert reading.distance is not None
    assert reading.distance.interval.low < 100.0 < reading.distance.interval.high
    assert reading.apart is not None
    assert reading.apart > 0.9


def test_agencies_that_agree_are_not_said_to_lie_apart() -> None:
    reading = read(agencies({"AAA": 3, "BBB": 3, "CCC": 3}))
    assert reading.spread == 0.0
    assert reading.distance is not None
    assert reading.distance.points == 0.0
    assert reading.distance.interval.low < 0.0 < reading.distance.interval.high
    assert (reading.lowest_agencies, reading.highest_agencies) == ((), ())
    assert reading.apart is None


def test_all_who_stand_at_an_end_are_named() -> None:
    reading = read(agencies({"AAA": 4, "BBB": 1, "CCC": 4}))
    assert (reading.lowest_agencies, reading.highest_agencies) == (("BBB",), ("AAA", "CCC"))


def test_each_voice_comes_with_the_number_of_its_statements() -> None:
    given = agencies({"AAA": 4, "BBB": 2})
    more = statement("once more", actor="BBB")
    reading = read(
        replace(
            given,
            statements=(*given.statements, more),
            codings=(*given.codings, coding(more, 2)),
        )
    )
    assert reading.agencies == (("AAA", 100.0), ("BBB", 50.0))
    assert reading.statements == (1, 2)


def test_what_each_says_is_its_own_cells_figure() -> None:
    evidence = agencies({"AAA": 4, "BBB": 1})
    cells = {cell.actor: cell.says for cell in score_evidence(evidence, RULES, [YEAR])}
    for agency, points in read(evidence).agencies:
        says = cells[agency]
        assert says is not None
        assert points == says.points


@pytest.mark.parametrize("rungs", [{}, {"AAA": 4}])
def test_one_alone_agrees_with_itself_and_that_is_no_figure(rungs: dict[str, int]) -> None:
    reading = read(agencies(rungs))
    assert (reading.spread, reading.distance, reading.apart) == (None, None, None)
    assert reading.reason is CoherenceReason.TOO_FEW_AGENCIES
    assert len(reading.agencies) == len(rungs)


def test_who_is_no_member_of_the_group_does_not_count() -> None:
    evidence = agencies({"AAA": 4, "BBB": 2, "CCC": 0}, members=("AAA", "BBB"))
    assert read(evidence).spread == 25.0


def test_who_left_the_group_does_not_count_from_then_on() -> None:
    evidence = agencies({"AAA": 4, "BBB": 2, "CCC": 0})
    gone = tuple(
        replace(entry, period=period("2000", "2021")) if entry.member == "CCC" else entry
        for entry in evidence.memberships
    )
    assert read(replace(evidence, memberships=gone)).spread == 25.0


def test_nobody_has_spoken_before_the_day() -> None:
    assert read(agencies({"AAA": 4, "BBB": 2}), year=2021).reason is not None


def test_equal_shifts_change_nothing() -> None:
    assert spread_of([0.0, 50.0]) == spread_of([25.0, 75.0]) == 25.0
