"""One cell whole: the gap and its split, what is missing and why, silence, contributions."""

import math
from dataclasses import replace

import pytest

from gaptracker.domain.errors import InvalidValue
from gaptracker.domain.results import CellScore
from gaptracker.domain.vocabulary import (
    CoderKind,
    Grade,
    Label,
    Layer,
    OpportunityOutcome,
    Reason,
    Side,
)
from gaptracker.scoring.calculate import Weighted, calculate
from gaptracker.scoring.run import all_dossiers, score_evidence, score_years, scored_years
from tests.core.builders import (
    AS_OF,
    OTHER,
    coding,
    evidence,
    measure,
    observation,
    opportunity,
    score,
    statement,
)
from tests.core.rules import RULES, THEME

SAID = (statement("said"), 3)
LAW = (measure("act"), 2)
DONE = observation("done", 25)


def test_a_cell_states_its_readings_and_their_difference() -> None:
    found = score(evidence(coded=[SAID, LAW], observations=[DONE]))
    assert found.says is not None
    assert found.law is not None
    assert found.does is not None
    assert (found.says.points, found.law.points, found.does.points) == (75, 50, 25)
    assert (found.gap_points, found.legislative_points, found.implementation_points) == (50, 25, 25)
    assert (found.says_reason, found.law_reason, found.does_reason, found.gap_reason) == (None,) * 4
    assert (found.actor, found.theme, found.year, found.as_of) == ("URY", THEME, 2022, AS_OF)


def test_a_gap_has_an_interval_and_probabilities_that_leave_nothing_out() -> None:
    found = score(evidence(coded=[SAID], observations=[DONE]))
    chances = found.probabilities
    assert chances is not None
    assert found.gap_interval is not None
    assert found.gap_interval.low < 50 < found.gap_interval.high
    whole = chances.words_ahead_demonstrably + chances.deeds_ahead_demonstrably + chances.close
    assert whole == pytest.approx(1)
    assert chances.words_ahead >= chances.words_ahead_demonstrably


def test_words_on_which_no_deed_is_known_have_bounds_and_no_gap() -> None:
    found = score(evidence(coded=[SAID]))
    assert found.gap_points is None
    assert found.probabilities is None
    assert found.gap_interval is None
    assert found.gap_bounds is not None
    assert (found.gap_bounds.low, found.gap_bounds.high) == (-25, 75)
    assert (found.gap_reason, found.law_reason, found.does_reason) == (Reason.NO_DATA,) * 3
    assert (found.grade, found.label) == (Grade.D, Label.INSUFFICIENT_EVIDENCE)


def test_bounds_are_for_gaps_that_are_missing() -> None:
    assert score(evidence(coded=[SAID], observations=[DONE])).gap_bounds is None
    assert score(evidence(observations=[DONE])).gap_bounds is None


def test_deeds_on_which_nothing_was_said_have_no_gap() -> None:
    found = score(evidence(observations=[DONE]))
    assert found.says is None
    assert found.mixed_message_points is None
    assert (found.says_reason, found.gap_reason) == (Reason.NO_STATEMENT, Reason.NO_STATEMENT)


def test_where_nothing_is_known_nothing_is_a_number() -> None:
    found = score(evidence())
    assert (found.says, found.law, found.does, found.practice, found.gap_points) == (None,) * 5
    assert found.gap_reason is Reason.NO_STATEMENT_AND_NO_DATA
    assert found.coverage.silence_rate_share is None
    assert found.contributions == ()


def test_silence_is_a_reason_and_a_rate_and_never_a_position() -> None:
    chances = [
        opportunity("session of 2019", "2019"),
        opportunity("session of 2020", "2020", OpportunityOutcome.TAKEN),
        opportunity("session of 2021", "2021"),
        opportunity("session of 2023", "2023"),
    ]
    found = score(evidence(observations=[DONE], opportunities=chances))
    assert found.says is None
    assert (found.says_reason, found.gap_reason) == (Reason.SILENT, Reason.SILENT)
    assert (found.coverage.opportunities, found.coverage.silent) == (3, 2)
    assert found.coverage.silence_rate_share == pytest.approx(2 / 3)


def test_silence_elsewhere_does_not_unsay_what_was_said() -> None:
    given = evidence(coded=[SAID], observations=[DONE], opportunities=[opportunity("then", "2019")])
    found = score(given)
    assert found.says_reason is None
    assert found.gap_points == 50
    assert found.coverage.silence_rate_share == 1


def test_contributions_name_factors_shares_and_what_they_add() -> None:
    found = score(evidence(coded=[SAID, LAW], observations=[DONE]))
    parts = {part.item: part for part in found.contributions}
    assert list(parts) == ["said", "act", "done"]
    assert parts["said"].contribution_points == 75
    assert parts["done"].contribution_points == -25
    assert (parts["act"].share, parts["act"].contribution_points) == (0, 0)
    for part in found.contributions:
        assert part.weight == pytest.approx(math.prod(value for _, value in part.factors))
    assert sum(part.contribution_points for part in found.contributions) == found.gap_points


def test_contributions_sum_to_the_gap_also_where_it_is_capped() -> None:
    values = [
        observation("good", 100),
        observation("fair", 60, indicator="beta"),
        observation("killed", 100, indicator="killings"),
    ]
    found = score(evidence(coded=[SAID], observations=values))
    assert found.capped
    assert found.gap_points == pytest.approx(50)
    total = sum(part.contribution_points for part in found.contributions)
    assert total == pytest.approx(found.gap_points)


def test_machine_codings_are_uncertain_and_marked() -> None:
    said = statement("said")
    codings = [coding(said, 4, coder="model", coder_kind=CoderKind.MACHINE)]
    found = score(evidence(coded=[(said, 4)], observations=[DONE], codings=codings))
    assert found.says is not None
    # One in nine that the true rung is 3.
    assert found.says.points == pytest.approx(100 - 25 / 9)
    (part,) = (part for part in found.contributions if part.side is Side.WORDS)
    assert part.machine_coded
    assert found.coverage.machine_coded


def test_a_run_scores_every_actor_theme_and_year_in_order() -> None:
    given = evidence(coded=[SAID, (replace(statement("elsewhere"), actor=OTHER), 1)])
    cells = list(score_evidence(given, RULES, scored_years(given)))
    years = list(range(2000, 2023))
    assert [(cell.actor, cell.theme, cell.year) for cell in cells] == [
        *((OTHER, THEME, year) for year in years),
        *(("URY", THEME, year) for year in years),
    ]


def test_themes_without_deeds_carry_no_gap() -> None:
    said = statement("said")
    given = evidence(coded=[(said, 4)], codings=[coding(said, 4, theme="treaty_regime")])
    assert {cell.theme for cell in score_evidence(given, RULES, [2022])} == {THEME}


def test_scoring_twice_gives_equal_values() -> None:
    given = evidence(coded=[SAID, LAW], observations=[DONE])
    assert list(score_evidence(given, RULES, range(2018, 2023))) == list(
        score_evidence(given, RULES, range(2018, 2023))
    )


def test_a_cell_without_its_items_keeps_its_figures() -> None:
    given = evidence(coded=[SAID, LAW], observations=[DONE])
    for dossier in all_dossiers(given, RULES):
        whole = list(score_years(dossier, [2021, 2022], AS_OF, RULES))
        alone = score_years(dossier, [2021, 2022], AS_OF, RULES, with_contributions=False)
        assert list(alone) == [replace(cell, contributions=()) for cell in whole]


def calculated(does: float | None = None) -> CellScore:
    practice = [] if does is None else [Weighted(points=does)]
    return calculate(
        says=[Weighted(points=75)],
        law=[Weighted(points=50)],
        does=practice,
        methodology=RULES,
    )


def test_calculating_by_hand_takes_the_law_where_practice_is_not_given() -> None:
    assert calculated().law_only
    assert calculated().gap_points == 25
    assert calculated(does=0).gap_points == 75
    layers = [part.layer for part in calculated(does=0).contributions]
    assert layers == [None, Layer.LAW, Layer.PRACTICE]


@pytest.mark.parametrize(
    ("points", "weight"),
    [(-1, 1), (101, 1), (math.nan, 1), (50, 0), (50, -1), (50, math.nan), (50, math.inf)],
)
def test_what_is_off_the_ladder_or_weighs_nothing_is_refused(points: float, weight: float) -> None:
    with pytest.raises(InvalidValue):
        Weighted(points=points, weight=weight)
