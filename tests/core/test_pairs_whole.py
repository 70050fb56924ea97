"""Pairs field by field, and the days and points on which an outcome turns."""

from dataclasses import replace
from datetime import date

import pytest

from gaptracker.domain.results import Pair
from gaptracker.domain.time import PartialDate
from gaptracker.domain.vocabulary import (
    ItemKind,
    Lag,
    MeasureKind,
    Mode,
    Outcome,
    Reading,
    Relation,
)
from gaptracker.pairing.history import (
    ActorHistory,
    DeedHistory,
    DeedState,
    IndicatorHistory,
    MeasureHistory,
    Words,
)
from gaptracker.pairing.identity import pair_id
from gaptracker.pairing.now import now_pairs
from gaptracker.pairing.over_time import TimeRules, pairs_over_time
from tests.core.builders import AS_OF, evidence, measure, observation, score, statement
from tests.core.rules import LAGS, THEME

RULES = TimeRules(lag_months=LAGS, moved_points=12.5, as_of=AS_OF)
SAID_ON, ANSWER_ON = date(2018, 12, 31), date(2021, 12, 31)


def words(points: float = 75.0, *, due_on: date | None = None, **changes: object) -> Words:
    return Words(
        statement=statement("said", SAID_ON.isoformat(), **changes),
        said_on=SAID_ON,
        points=points,
        due_on=due_on,
        superseded_on=None,
    )


def state(item: str, points: float, since: date) -> DeedState:
    return DeedState(item=item, kind=ItemKind.OBSERVATION, points=points, since=since)


def figures(*states: DeedState, withheld_on: tuple[date, ...] = ()) -> IndicatorHistory:
    return IndicatorHistory(
        indicator="alpha",
        lag=Lag.MEASURED_STOCK,
        maximum_age_years=5.0,
        states=states,
        withheld_on=withheld_on,
    )


def pairs(said: Words, *deeds: DeedHistory, rules: TimeRules = RULES) -> list[Pair]:
    history = ActorHistory(actor="URY", theme=THEME, words=(said,), deeds=deeds)
    return list(pairs_over_time(history, rules))


def outcome(said: Words, *deeds: DeedHistory, rules: TimeRules = RULES) -> Outcome:
    """What became of words on their day; a movement seen beside it is another test's."""
    (found,) = (pair for pair in pairs(said, *deeds, rules=rules) if pair.reading != Reading.MOVED)
    return found.outcome


def movement(points: float, before: float, after: float) -> Outcome:
    """How a figure moved, seen from words at some points."""
    seen = figures(state("a", before, SAID_ON), state("b", after, ANSWER_ON))
    (found,) = (pair for pair in pairs(words(points), seen) if pair.reading is Reading.MOVED)
    return found.outcome


FOLLOWED = Pair(
    id=pair_id("said", "done", THEME, Reading.FOLLOWED),
    actor="URY",
    theme=THEME,
    year=2021,
    reading=Reading.FOLLOWED,
    relation=Relation.SAME_ACTOR,
    statement="said",
    deed="done",
    deed_kind=ItemKind.OBSERVATION,
    statement_points=75.0,
    deed_points=70.0,
    deed_points_before=30.0,
    statement_share=0.0,
    deed_share=0.0,
    contribution_points=None,
    due_on=ANSWER_ON,
    outcome=Outcome.FOLLOWED,
)


def test_a_deed_that_follows_makes_two_pairs_that_tell_both_its_states() -> None:
    seen = figures(state("was", 30.0, date(2018, 12, 31)), state("done", 70.0, date(2020, 12, 31)))
    moved = replace(
        FOLLOWED,
        id=pair_id("said", "done", THEME, Reading.MOVED),
        reading=Reading.MOVED,
    )
    assert pairs(words(), seen) == [FOLLOWED, moved]


def test_a_figure_awaited_is_named_by_its_indicator() -> None:
    rules = replace(RULES, as_of=date(2020, 12, 31))
    awaited = replace(
        FOLLOWED,
        id=pair_id("said", "alpha", THEME, Reading.FOLLOWED),
        deed=None,
        deed_kind=None,
        deed_points=None,
        outcome=Outcome.TOO_EARLY,
    )
    seen = figures(state("was", 30.0, date(2018, 12, 31)))
    assert pairs(words(), seen, rules=rules) == [awaited]


def test_a_measure_that_follows_is_named_by_its_own_id() -> None:
    act = MeasureHistory(measure=measure("act", "2019-06-01", kind=MeasureKind.STATUTE), points=75)
    (pair,) = pairs(words(), act)
    assert pair == replace(
        FOLLOWED,
        id=pair_id("said", "act", THEME, Reading.FOLLOWED),
        year=2020,
        deed="act",
        deed_kind=ItemKind.MEASURE,
        deed_points=75,
        deed_points_before=None,
        due_on=date(2020, 12, 31),
    )


def test_a_measure_that_always_was_is_older_than_any_words() -> None:
    act = MeasureHistory(measure=measure("act", None), points=75.0)
    found = act.at(SAID_ON)
    assert found is not None
    assert found.since == date.min
    assert not pairs(words(), act)
    assert outcome(words(mode=Mode.CLAIM), act) is Outcome.FOLLOWED


def test_a_pledge_that_nothing_answers_is_paired_with_the_absence() -> None:
    said = words(due_on=ANSWER_ON, mode=Mode.PLEDGE)
    assert pairs(said) == [
        replace(
            FOLLOWED,
            id=pair_id("said", None, THEME, Reading.PLEDGE),
            reading=Reading.PLEDGE,
            deed=None,
            deed_kind=None,
            deed_points=None,
            deed_points_before=None,
            outcome=Outcome.NO_EVIDENCE,
        )
    ]


def test_the_absence_of_deeds_today_says_what_was_said_and_nothing_of_deeds() -> None:
    cell = score(evidence(coded=[(statement("said"), 3)]))
    assert list(now_pairs(cell, 12.5)) == [
        Pair(
            id=pair_id("said", None, THEME, Reading.NOW),
            actor="URY",
            theme=THEME,
            year=2022,
            reading=Reading.NOW,
            relation=Relation.SAME_ACTOR,
            statement="said",
            deed=None,
            deed_kind=None,
            statement_points=75.0,
            deed_points=None,
            deed_points_before=None,
            statement_share=1.0,
            deed_share=0.0,
            contribution_points=None,
            due_on=None,
            outcome=Outcome.NO_EVIDENCE,
        )
    ]


def test_a_pair_of_today_says_how_it_is_related_and_expects_nothing() -> None:
    cell = score(evidence(coded=[(statement("said"), 3)], observations=[observation("done", 25)]))
    (pair,) = now_pairs(cell, 12.5)
    assert pair.id == pair_id("said", "done", THEME, Reading.NOW)
    assert (pair.relation, pair.due_on) == (Relation.SAME_ACTOR, None)
    assert (pair.statement, pair.deed_points_before) == ("said", None)


@pytest.mark.parametrize(("value", "expected"), [(74.4, Outcome.AHEAD), (75.6, Outcome.BEHIND)])
def test_a_narrow_band_tells_today_apart_as_well(value: float, expected: Outcome) -> None:
    cell = score(evidence(coded=[(statement("said"), 3)], observations=[observation("a", value)]))
    (pair,) = now_pairs(cell, 0.5)
    assert pair.outcome is expected


def test_the_name_of_an_absence_is_written_down_too() -> None:
    assert pair_id("said", None, THEME, Reading.NOW) == "pair_906939fa89bd8a2b"


@pytest.mark.parametrize(
    ("withheld", "known"),
    [(date(2020, 12, 31), True), (date(2021, 1, 1), False), (date(2021, 6, 30), False)],
)
def test_a_figure_withheld_later_hides_the_one_before_it(withheld: date, known: bool) -> None:
    seen = figures(state("was", 30.0, date(2020, 12, 31)), withheld_on=(withheld,))
    assert (seen.at(date(2021, 6, 30)) is not None) is known


@pytest.mark.parametrize(
    ("due", "expected"),
    [(date(2022, 12, 31), Outcome.NO_EVIDENCE), (date(2023, 1, 1), Outcome.TOO_EARLY)],
)
def test_a_pledge_is_due_on_its_very_day(due: date, expected: Outcome) -> None:
    assert outcome(words(due_on=due, mode=Mode.PLEDGE)) is expected


@pytest.mark.parametrize(
    ("day", "expected"), [("2021-12-31", Outcome.WITHDRAWN), ("2022-01-01", Outcome.NO_EVIDENCE)]
)
def test_a_pledge_may_be_withdrawn_up_to_its_very_day(day: str, expected: Outcome) -> None:
    withdrawn = PartialDate.parse(day)
    said = words(due_on=ANSWER_ON, mode=Mode.PLEDGE, withdrawn_on=withdrawn)
    assert outcome(said) is expected


@pytest.mark.parametrize(
    ("day", "expected"),
    [(date(2021, 12, 31), Outcome.SUPERSEDED), (date(2022, 1, 1), Outcome.NO_EVIDENCE)],
)
def test_a_pledge_may_be_superseded_up_to_its_very_day(day: date, expected: Outcome) -> None:
    said = words(due_on=ANSWER_ON, mode=Mode.PLEDGE)
    assert outcome(replace(said, superseded_on=day)) is expected


def test_a_deed_that_moves_is_seen_on_the_last_day_of_the_data() -> None:
    seen = figures(state("was", 30.0, SAID_ON), state("done", 70.0, ANSWER_ON))
    readings = [
        pair.reading for pair in pairs(words(), seen, rules=replace(RULES, as_of=ANSWER_ON))
    ]
    assert readings == [Reading.FOLLOWED, Reading.MOVED]


@pytest.mark.parametrize(
    ("after", "expected"),
    [
        (42.5, Outcome.UNCHANGED),
        (42.6, Outcome.FOLLOWED),
        (35.0, Outcome.UNCHANGED),
        (25.0, Outcome.UNCHANGED),
        (17.5, Outcome.UNCHANGED),
        (17.4, Outcome.REVERSED),
    ],
)
def test_less_than_half_a_rung_is_no_movement(after: float, expected: Outcome) -> None:
    assert movement(75.0, 30.0, after) is expected


def test_a_deed_that_moved_past_the_words_is_as_near_as_it_is_far() -> None:
    assert movement(50.0, 25.0, 75.0) is Outcome.UNCHANGED


@pytest.mark.parametrize(
    ("after", "expected"), [(74.4, Outcome.NOT_FOLLOWED), (75.6, Outcome.BEHIND)]
)
def test_a_narrow_band_asks_for_a_narrow_answer(after: float, expected: Outcome) -> None:
    narrow = replace(RULES, moved_points=0.5)
    assert outcome(words(), figures(state("done", after, ANSWER_ON)), rules=narrow) is expected


def test_a_pledge_without_a_figure_before_it_has_gained_nothing() -> None:
    narrow = replace(RULES, moved_points=0.5)
    said = words(due_on=ANSWER_ON, mode=Mode.PLEDGE)
    seen = figures(state("done", 30.0, ANSWER_ON))
    assert outcome(said, seen, rules=narrow) is Outcome.NOT_KEPT
