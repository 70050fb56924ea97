"""What a run finds across actors: each reading draws as the cells it is made of."""

from dataclasses import replace

import numpy as np
import pytest

from gaptracker.domain.evidence import Evidence
from gaptracker.domain.records import Observation
from gaptracker.scoring.abroad import read_abroad
from gaptracker.scoring.across import read_across
from gaptracker.scoring.coherence import read_coherence
from gaptracker.scoring.federal_readings import read_federations
from gaptracker.scoring.reading_draws import ReadingsOverTime
from gaptracker.scoring.run import score_evidence
from tests.core.builders import ACTOR, coding, observation, statement
from tests.core.federation_world import (
    ORGAN,
    UNION,
    YEAR,
    agencies,
    dossiers,
    federation,
    flow,
    giving,
    union,
)
from tests.core.rules import RULES, THEME

YEARS = [YEAR - 1, YEAR]
PRACTICE = {"IRN": 0.0, "COL": 100.0}
PAID = (flow("a", "IRN", 30.0), flow("b", "COL", 30.0), flow("c", "COL", 40.0))


def observed(*given: Observation) -> Evidence:
    """Help to one state, of which these observations are known."""
    return replace(giving([flow("a", "IRN", 1.0)], {"IRN": 0.0}), observations=given)


@pytest.mark.parametrize(
    "known",
    [
        federation({"UR-A": 100.0, "UR-B": 25.0}),
        agencies({"AAA": 4, "BBB": 1}),
        giving(PAID, PRACTICE),
    ],
)
def test_a_run_reads_all_three_for_every_year(known: Evidence) -> None:
    found = read_across(known, dossiers(known), RULES, YEARS)
    given = known, dossiers(known), RULES, YEARS
    assert found.federations == tuple(read_federations(*given))
    assert found.coherence == tuple(read_coherence(*given))
    assert found.abroad == tuple(read_abroad(*given))
    assert {reading.year for reading in found.coherence} == {*YEARS}


def test_the_interval_abroad_is_that_of_the_recipients_draws() -> None:
    known = giving(PAID, PRACTICE)
    found = dossiers(known)
    sums = np.zeros(RULES.draws.draws)
    for recipient, share in (("IRN", 0.3), ("COL", 0.7)):
        of_year = ReadingsOverTime(found[recipient, THEME], known.as_of, RULES).of(YEAR)
        drawn = of_year.practice()
        assert drawn is not None
        sums += drawn.draws * share
    (reading,) = read_abroad(known, found, RULES, [YEAR])
    assert reading.practice is not None
    span = reading.practice.interval
    assert [span.low, span.high] == pytest.approx(np.quantile(sums, [0.05, 0.95]).tolist())


@pytest.mark.parametrize(
    "known",
    [
        pytest.param(
            observed(observation("law", 60.0, actor="IRN", indicator="statute_book")),
            id="where only the law is known",
        ),
        pytest.param(
            observed(
                observation("better", 100.0, actor="IRN"),
                observation("worst", 100.0, actor="IRN", indicator="killings"),
            ),
            id="under the cap",
        ),
    ],
)
def test_a_recipient_draws_as_its_cell_does(known: Evidence) -> None:
    (reading,) = read_abroad(known, dossiers(known), RULES, [YEAR])
    cells = score_evidence(known, RULES, [YEAR])
    own = next(cell.practice for cell in cells if cell.actor == "IRN" and cell.practice)
    (recipient,) = reading.recipients
    assert recipient.practice is not None
    assert (recipient.practice.points, recipient.practice.interval) == (own.points, own.interval)


def test_a_unit_does_not_speak_for_its_nation() -> None:
    spoken = statement("of a unit", "2021", actor="UR-A")
    known = replace(
        federation({"UR-A": 100.0}, says=None),
        statements=(spoken,),
        codings=(coding(spoken, 4),),
    )
    assert known.actors["UR-A"].parent == ACTOR
    cells = score_evidence(known, RULES, [YEAR])
    assert {cell.actor for cell in cells if cell.says} == {"UR-A"}


def test_an_organ_is_no_unit_of_its_union() -> None:
    known = union([(statement("of the organ", actor=ORGAN), 4)])
    seen = replace(known, observations=(observation("value", 50.0, actor=ORGAN),))
    assert known.actors[ORGAN].parent == UNION
    assert not list(read_federations(seen, dossiers(seen), RULES, [YEAR]))
