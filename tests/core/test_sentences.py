"""Sentences of the methodology that a first version of the code did not honour."""

from dataclasses import replace
from datetime import date

import pytest

from gaptracker.domain.errors import InvalidValue
from gaptracker.domain.methodology import Goalposts
from gaptracker.domain.records import Measure, Observation, Statement
from gaptracker.domain.results import CellScore, Pair
from gaptracker.domain.time import PartialDate
from gaptracker.domain.vocabulary import (
    Grade,
    Instrument,
    Layer,
    MeasureKind,
    Mode,
    Outcome,
    Reading,
    Scale,
)
from gaptracker.scoring.dossier import build_dossiers
from tests.core.builders import (
    AS_OF,
    evidence,
    measure,
    observation,
    pairs_of_dossiers,
    score,
    source,
    statement,
)
from tests.core.rules import RULES


def pairs(
    *coded: tuple[Statement | Measure, int],
    observations: tuple[Observation, ...] = (),
) -> list[Pair]:
    known = evidence(coded=coded, observations=observations)
    return list(pairs_of_dossiers(build_dossiers(known, RULES), RULES, AS_OF))


def pledge(withdrawn_on: PartialDate | None = None) -> Statement:
    return statement(
        "pledge",
        "2017-12-31",
        mode=Mode.PLEDGE,
        due_on=PartialDate.parse("2021"),
        series="text",
        withdrawn_on=withdrawn_on,
    )


def test_lower_authority_does_not_supersede_a_pledge() -> None:
    remark = statement("remark", "2020", instrument=Instrument.SOCIAL_MEDIA, series="text")
    found = pairs(
        (pledge(), 4),
        (remark, 0),
        observations=(observation("b", 25, "2017"), observation("a", 100, "2021")),
    )
    assert [p.outcome for p in found if p.reading is Reading.PLEDGE] == [Outcome.KEPT]


def test_a_withheld_figure_does_not_bring_back_the_last_one_over_time() -> None:
    said = statement("said", "2018-12-31")
    found = pairs(
        (said, 4),
        observations=(observation("old", 25, "2019"), observation("secret", None, "2020")),
    )
    assert not [p for p in found if p.deed == "old"]


def test_a_withdrawn_pledge_on_which_no_deed_is_known_is_still_said_to_be_withdrawn() -> None:
    found = pairs((pledge(withdrawn_on=PartialDate.parse("2019")), 4))
    assert [p.outcome for p in found] == [Outcome.WITHDRAWN]


def test_a_pledge_due_on_which_no_deed_is_known_is_paired_with_the_absence() -> None:
    assert [(p.reading, p.deed, p.outcome) for p in pairs((pledge(), 4))] == [
        (Reading.PLEDGE, None, Outcome.NO_EVIDENCE)
    ]


def test_an_official_statistic_is_not_a_law() -> None:
    given = evidence(
        coded=[
            (statement("treaty", instrument=Instrument.BINDING_ACT), 4),
            (measure("act", source="gazette"), 4),
            (measure("other", "2001", source="observer"), 3),
        ],
        sources=[source("gazette", record=True)],
    )
    assert score(given).grade is Grade.D


def practice_since(year: str) -> CellScore:
    practice = measure("practice", year, layer=Layer.PRACTICE, kind=MeasureKind.PRACTICE)
    return score(evidence(coded=[(practice, 1)]))


def test_an_open_ended_practice_grows_old() -> None:
    assert practice_since("2017").does is not None
    assert practice_since("2016").does is None


def test_an_open_ended_practice_is_flagged_as_a_figure_is() -> None:
    flags = [practice_since(year).contributions[0].flagged_old for year in ("2018", "2019")]
    assert flags == [True, False]


def test_a_practice_that_a_newer_source_still_sees_is_not_old() -> None:
    practice = measure("practice", "2006", layer=Layer.PRACTICE, kind=MeasureKind.PRACTICE)
    seen = replace(source("report"), published_on=PartialDate.parse("2021"))
    found = score(evidence(coded=[(replace(practice, source="report"), 1)], sources=[seen]))
    assert found.does is not None
    assert found.coverage.newest_deed_on == date(2021, 12, 31)


@pytest.mark.parametrize("end", [float("nan"), float("inf")])
def test_goalposts_are_numbers(end: float) -> None:
    with pytest.raises(InvalidValue):
        Goalposts(scale=Scale.LINEAR, worst=end, best=1.0)


def test_tables_stay_on_the_ladder_and_steps_ascend() -> None:
    with pytest.raises(InvalidValue):
        Goalposts(scale=Scale.TABLE, categories={"a": 120.0})
    with pytest.raises(InvalidValue):
        Goalposts(scale=Scale.TABLE, steps=((3, 100), (0, 0)))


def test_a_logarithm_of_less_than_nothing_is_refused_as_a_value() -> None:
    with pytest.raises(InvalidValue):
        Goalposts(scale=Scale.LOG1P, worst=50, best=0).points(-3, None)
