"""What the states do that a donor's money goes to."""

from dataclasses import replace

import pytest

from gaptracker.domain.errors import InvalidValue
from gaptracker.domain.evidence import Evidence
from gaptracker.domain.federation import AbroadReading
from gaptracker.domain.methodology import Methodology
from gaptracker.domain.records import Flow
from gaptracker.domain.vocabulary import AbroadReason
from gaptracker.scoring import abroad
from gaptracker.scoring.abroad import read_abroad
from gaptracker.scoring.run import score_evidence
from tests.core.builders import ACTOR, coding, statement
from tests.core.federation_world import YEAR, dossiers, flow, giving, period
from tests.core.rules import RULES, theme

PAID = (flow("a", "IRN", 29.4), flow("b", "PAK", 30.6), flow("c", "COL", 40.0))
PRACTICE = {"IRN": 0.0, "PAK": 25.0, "COL": 100.0}


def read(evidence: Evidence, rules: Methodology = RULES, year: int = YEAR) -> AbroadReading:
    (reading,) = read_abroad(evidence, dossiers(evidence, rules), rules, [year])
    return reading


def test_the_methodologys_example() -> None:
    reading = read(giving(PAID, PRACTICE))
    assert reading.practice is not None
    assert reading.practice.points == pytest.approx(47.65)
    assert reading.amount == pytest.approx(100.0)
    assert reading.currency == "EUR"
    assert reading.covered_share == pytest.approx(1.0)


def test_each_recipient_draws_as_its_own_cell_does() -> None:
    evidence = giving(PAID, PRACTICE)
    cells = {cell.actor: cell for cell in score_evidence(evidence, RULES, [YEAR])}
    for part in read(evidence).recipients:
        assert part.practice is not None
        own = cells[str(part.recipient)].practice
        assert own is not None
        assert (part.practice.points, part.practice.interval) == (own.points, own.interval)


def test_the_donors_own_figures_do_not_move() -> None:
    with_flows = giving(PAID, PRACTICE)
    without = replace(with_flows, flows=())
    assert list(score_evidence(with_flows, RULES, [YEAR])) == list(
        score_evidence(without, RULES, [YEAR])
    )


def test_two_flows_to_one_state_are_as_uncertain_as_one() -> None:
    halves = (flow("a", "IRN", 15.0), flow("b", "IRN", 15.0), flow("c", "COL", 40.0))
    whole = (flow("a", "IRN", 30.0), flow("c", "COL", 40.0))
    left, right = (read(giving(flows, PRACTICE)).practice for flows in (halves, whole))
    assert left is not None
    assert right is not None
    assert left.points == pytest.approx(right.points)
    assert left.interval.low == pytest.approx(right.interval.low)


def test_money_whose_recipients_are_not_told_apart_counts_as_unknown() -> None:
    reading = read(giving((*PAID, flow("rest", None, 300.0)), PRACTICE))
    assert reading.practice is None
    assert reading.covered_share == pytest.approx(0.25)
    assert reading.practice_reason is AbroadReason.TOO_LITTLE_COVERED
    (rest,) = [part for part in reading.recipients if part.recipient is None]
    assert rest.reason is AbroadReason.RECIPIENTS_UNKNOWN


@pytest.mark.parametrize(
    ("flows", "reason"),
    [
        ((flow("old", "IRN", 1.0, period=period("2019", "2020")),), AbroadReason.NO_FLOWS),
        ((flow("rest", None, 1.0),), AbroadReason.RECIPIENTS_UNKNOWN),
        ((flow("x", "XXX", 1.0),), AbroadReason.NO_RECIPIENT_PRACTICE),
        (
            (flow("a", "IRN", 1.0), flow("b", "PAK", 1.0, currency="USD")),
            AbroadReason.SEVERAL_CURRENCIES,
        ),
    ],
)
def test_where_nothing_can_be_said_it_says_why(
    flows: tuple[Flow, ...], reason: AbroadReason
) -> None:
    reading = read(giving(flows, PRACTICE))
    assert (reading.practice, reading.gap) == (None, None)
    assert reading.practice_reason is reason
    assert reading.gap_reason is reason


def test_a_flow_counts_in_the_years_of_its_period_by_their_days() -> None:
    two_years = flow("a", "IRN", 730.0, period=period("2022", "2023"))
    assert two_years.in_year(2022) == pytest.approx(365.0)
    assert two_years.in_year(2023) == pytest.approx(365.0)
    assert two_years.in_year(2021) == two_years.in_year(2024) == 0.0
    autumn = flow("b", "IRN", 92.0, period=period("2022-12", "2023-02"))
    assert autumn.in_year(2022) == pytest.approx(92 * 31 / 90)


def test_words_and_practice_abroad_make_a_gap() -> None:
    rules = replace(RULES, themes={**RULES.themes, abroad.THEME: theme(abroad.THEME)})
    said = statement("said")
    given = giving(PAID, PRACTICE)
    evidence = replace(
        given,
        statements=(said,),
        codings=(coding(said, 4, theme=abroad.THEME),),
    )
    reading = read(evidence, rules)
    assert reading.gap is not None
    assert reading.gap.points == pytest.approx(100 - 47.65)
    assert read(given, rules).gap_reason is AbroadReason.NO_WORDS


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"amount": 0.0}, "amount"),
        ({"amount": float("nan")}, "amount"),
        ({"recipient": ACTOR}, "itself"),
        ({"currency": "euro"}, "ISO 4217"),
        ({"period": period("2022")}, "open"),
    ],
)
def test_a_flow_that_cannot_be_is_refused(changes: dict[str, object], problem: str) -> None:
    with pytest.raises(InvalidValue, match=problem):
        replace(flow("a", "IRN", 1.0), **changes)  # type: ignore[arg-type]  # as in the builders
