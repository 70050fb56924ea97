"""Pairs, section 6: how far apart today, and what became of what was said."""

from dataclasses import replace
from datetime import date

import pytest

from gaptracker.domain.records import Measure, Observation, Statement
from gaptracker.domain.results import Pair
from gaptracker.domain.time import PartialDate
from gaptracker.domain.vocabulary import ItemKind, MeasureKind, Mode, Outcome, Reading, Relation
from gaptracker.pairing.identity import heir_of, pair_id
from gaptracker.pairing.now import now_pairs
from gaptracker.scoring.dossier import build_dossiers
from tests.core.builders import (
    AS_OF,
    evidence,
    measure,
    observation,
    pairs_of_dossiers,
    score,
    statement,
)
from tests.core.rules import LABELS, RULES, THEME

Coded = tuple[Statement | Measure, int]


def now(*coded: Coded, observations: tuple[Observation, ...] = ()) -> list[Pair]:
    cell = score(evidence(coded=coded, observations=observations))
    return list(now_pairs(cell, LABELS.moved_points))


def later(*coded: Coded, observations: tuple[Observation, ...] = ()) -> dict[Reading, Pair]:
    """The pairs over time, by reading; each test has one of each at most."""
    known = evidence(coded=coded, observations=observations)
    pairs = list(pairs_of_dossiers(build_dossiers(known, RULES), RULES, AS_OF))
    found = {pair.reading: pair for pair in pairs}
    assert len(found) == len(pairs)
    return found


def test_every_statement_meets_every_deed_that_counts_today() -> None:
    pairs = now(
        (statement("one"), 4),
        (statement("two"), 2),
        (measure("act"), 4),
        observations=(observation("a", 50), observation("b", 100, indicator="beta")),
    )
    met = [(pair.statement, pair.deed) for pair in pairs]
    assert met == [("one", "a"), ("one", "b"), ("two", "a"), ("two", "b")]
    assert {pair.deed_kind for pair in pairs} == {ItemKind.OBSERVATION}
    assert sum(pair.contribution_points or 0 for pair in pairs) == pytest.approx(75 - 200 / 3)


def test_a_pair_carries_both_places_both_shares_and_what_it_adds() -> None:
    (pair,) = now((statement("said"), 3), observations=(observation("done", 25),))
    assert (pair.statement_points, pair.deed_points) == (75, 25)
    assert (pair.statement_share, pair.deed_share) == (1, 1)
    assert pair.contribution_points == 50
    assert (pair.actor, pair.theme, pair.year, pair.reading) == ("URY", THEME, 2022, Reading.NOW)


@pytest.mark.parametrize(
    ("rung", "value", "outcome"),
    [
        (3, 25, Outcome.AHEAD),
        (1, 75, Outcome.BEHIND),
        (2, 50, Outcome.ALIKE),
        (2, 37.5, Outcome.ALIKE),
        (2, 37.4, Outcome.AHEAD),
        (2, 62.6, Outcome.BEHIND),
    ],
)
def test_half_a_rung_apart_is_alike(rung: int, value: float, outcome: Outcome) -> None:
    (pair,) = now((statement("said"), rung), observations=(observation("done", value),))
    assert pair.outcome is outcome


def test_words_on_which_no_deed_is_known_are_paired_with_the_absence() -> None:
    (pair,) = now((statement("said"), 3))
    assert (pair.deed, pair.deed_points, pair.contribution_points) == (None, None, None)
    assert pair.outcome is Outcome.NO_EVIDENCE


def test_deeds_on_which_nothing_was_said_make_no_pair() -> None:
    assert not now(observations=(observation("done", 25),))


def test_what_counts_nothing_makes_no_pair() -> None:
    pairs = now(
        (statement("said"), 3),
        (statement("told again", act="act of said"), 3),
        (measure("act"), 4),
        observations=(observation("done", 25),),
    )
    assert len(pairs) == 1


def test_the_name_of_a_pair_depends_on_what_it_joins_and_on_nothing_else() -> None:
    names = {
        pair_id("said", "done", THEME, Reading.NOW),
        pair_id("said", "done", THEME, Reading.FOLLOWED),
        pair_id("said", "done", "cannabis", Reading.NOW),
        pair_id("said", None, THEME, Reading.NOW),
        pair_id("saiddone", "", THEME, Reading.NOW),
    }
    assert len(names) == 5
    # Written down once: another name breaks every address that was ever cited.
    assert pair_id("said", "done", THEME, Reading.NOW) == "pair_1ebfdc4848c8a507"


@pytest.mark.parametrize("relation", [Relation.ORGAN, Relation.COMPETENT_UNIT])
def test_words_of_another_make_a_pair_of_each_actors_own(relation: Relation) -> None:
    names = {
        pair_id("said", None, THEME, Reading.NOW, heir=heir_of(*joined))
        for joined in ((relation, "URY"), (relation, "NOR"), (Relation.SAME_ACTOR, "URY"))
    }
    assert len(names) == 3
    own = pair_id("said", None, THEME, Reading.NOW)
    assert own == pair_id("said", None, THEME, Reading.NOW, heir=heir_of(Relation.SAME_ACTOR, "X"))


@pytest.mark.parametrize(
    ("value", "outcome"),
    [
        (75, Outcome.FOLLOWED),
        (62.5, Outcome.FOLLOWED),
        (62.4, Outcome.NOT_FOLLOWED),
        (100, Outcome.BEHIND),
    ],
)
def test_a_measured_stock_has_three_years_to_follow(value: float, outcome: Outcome) -> None:
    said = statement("said", "2018-12-31")
    figures = (observation("after", value, "2020"), observation("too late", 0, "2022"))
    pair = later((said, 3), observations=figures)[Reading.FOLLOWED]
    assert (pair.deed, pair.due_on, pair.year) == ("after", date(2021, 12, 31), 2021)
    assert pair.outcome is outcome


def test_before_the_lag_is_over_it_is_too_early() -> None:
    said = statement("said", "2020-06-30")
    pair = later((said, 3), observations=(observation("soon", 0, "2021"),))[Reading.FOLLOWED]
    assert pair.outcome is Outcome.TOO_EARLY
    assert (pair.deed, pair.deed_points) == (None, None)
    assert pair.due_on == date(2023, 6, 30)


@pytest.mark.parametrize("mode", [mode for mode in Mode if mode is not Mode.PLEDGE])
def test_a_deed_older_than_the_words_is_no_breach_unless_they_claimed_it(mode: Mode) -> None:
    said = statement("said", "2018-12-31", mode=mode)
    pairs = later((said, 4), observations=(observation("before", 0, "2017"),))
    outcomes = {reading: pair.outcome for reading, pair in pairs.items()}
    claimed = {Reading.FOLLOWED: Outcome.NOT_FOLLOWED}
    assert outcomes == (claimed if mode is Mode.CLAIM else {})


@pytest.mark.parametrize(
    ("start", "kind", "paired"),
    [
        ("2019-06-01", MeasureKind.STATUTE, True),
        ("2020-12-31", MeasureKind.STATUTE, True),
        ("2021-01-01", MeasureKind.STATUTE, False),
        ("2019-12-31", MeasureKind.PROGRAMME, True),
        ("2020-01-01", MeasureKind.PROGRAMME, False),
        ("2018-12-31", MeasureKind.STATUTE, False),
        ("2017", MeasureKind.STATUTE, False),
        ("2018", MeasureKind.STATUTE, False),
        ("2019", MeasureKind.STATUTE, True),
    ],
)
def test_a_statute_has_two_years_and_a_programme_one(
    start: str, kind: MeasureKind, paired: bool
) -> None:
    said, act = statement("said", "2018-12-31"), measure("act", start, kind=kind)
    pairs = later((said, 3), (act, 3))
    assert (Reading.FOLLOWED in pairs) is paired


@pytest.mark.parametrize(
    ("before", "after", "outcome"),
    [
        (25, 75, Outcome.FOLLOWED),
        (25, 37.5, Outcome.UNCHANGED),
        (50, 25, Outcome.REVERSED),
        (100, 75, Outcome.FOLLOWED),
    ],
)
def test_a_deed_moved_towards_the_words_or_away(
    before: float, after: float, outcome: Outcome
) -> None:
    figures = (observation("before", before, "2018"), observation("after", after, "2021"))
    pair = later((statement("said", "2018-12-31"), 3), observations=figures)[Reading.MOVED]
    assert (pair.deed_points_before, pair.deed_points) == (before, after)
    assert pair.outcome is outcome


def test_without_a_newer_figure_nothing_is_known_to_have_moved() -> None:
    figures = (observation("before", 25, "2018"),)
    said = statement("said", "2018-12-31", mode=Mode.CLAIM)
    assert Reading.MOVED not in later((said, 3), observations=figures)


def pledged(withdrawn: str | None = None, due: str = "2021") -> Statement:
    return statement(
        "pledge",
        "2017-12-31",
        mode=Mode.PLEDGE,
        due_on=PartialDate.parse(due),
        withdrawn_on=PartialDate.parse(withdrawn) if withdrawn else None,
        series="text",
    )


def pledge_pair(said: Statement, *coded: Coded, before: float, after: float) -> Pair:
    figures = (observation("before", before, "2017"), observation("after", after, "2021"))
    return later((said, 4), *coded, observations=figures)[Reading.PLEDGE]


@pytest.mark.parametrize(
    ("before", "after", "outcome"),
    [
        (25, 87.5, Outcome.KEPT),
        (25, 87.4, Outcome.PARTLY_KEPT),
        (25, 37.6, Outcome.PARTLY_KEPT),
        (25, 37.5, Outcome.NOT_KEPT),
        (50, 25, Outcome.NOT_KEPT),
    ],
)
def test_a_pledge_is_judged_on_its_day(before: float, after: float, outcome: Outcome) -> None:
    pair = pledge_pair(pledged(), before=before, after=after)
    assert pair.outcome is outcome
    assert pair.due_on == date(2021, 12, 31)


def test_a_pledge_not_yet_due_is_too_early_to_judge() -> None:
    pair = pledge_pair(pledged(due="2023"), before=25, after=100)
    assert pair.outcome is Outcome.TOO_EARLY


@pytest.mark.parametrize(
    ("withdrawn", "outcome"), [("2019", Outcome.WITHDRAWN), ("2022", Outcome.KEPT)]
)
def test_a_pledge_withdrawn_before_its_day_is_neither_kept_nor_broken(
    withdrawn: str, outcome: Outcome
) -> None:
    assert pledge_pair(pledged(withdrawn), before=25, after=100).outcome is outcome


def test_a_pledge_may_be_superseded_by_a_later_position() -> None:
    newer = statement("newer", "2020-06-30", series="text")
    known = evidence(
        coded=[(pledged(), 4), (newer, 1)],
        observations=[observation("before", 25, "2017"), observation("after", 100, "2021")],
    )
    pairs = pairs_of_dossiers(build_dossiers(known, RULES), RULES, AS_OF)
    (pair,) = (pair for pair in pairs if pair.reading is Reading.PLEDGE)
    assert pair.outcome is Outcome.SUPERSEDED


@pytest.mark.parametrize("series", [None, "another text"])
def test_a_position_on_no_text_or_another_supersedes_no_pledge(series: str | None) -> None:
    newer = statement("newer", "2020-06-30", series=series)
    plain = replace(pledged(), series=None if series is None else "text")
    figures = [observation("before", 25, "2017"), observation("after", 100, "2021")]
    known = evidence(coded=[(plain, 4), (newer, 1)], observations=figures)
    pairs = pairs_of_dossiers(build_dossiers(known, RULES), RULES, AS_OF)
    (pair,) = (pair for pair in pairs if pair.reading is Reading.PLEDGE)
    assert pair.outcome is Outcome.KEPT


def test_a_pledge_is_not_also_asked_whether_it_was_followed() -> None:
    figures = (observation("after", 100, "2021"),)
    assert set(later((pledged(), 4), observations=figures)) == {Reading.PLEDGE}


def test_pairs_over_time_add_nothing_to_the_gap() -> None:
    said = statement("said", "2018-12-31")
    pair = later((said, 3), observations=(observation("after", 75, "2020"),))[Reading.FOLLOWED]
    assert (pair.statement_share, pair.deed_share, pair.contribution_points) == (0, 0, None)


def test_themes_without_deeds_have_no_pairs_over_time() -> None:
    known = evidence(coded=[(statement("said", "2018"), 3)], observations=[observation("a", 75)])
    dossiers = build_dossiers(known, RULES)
    words_only = {("URY", "treaty_regime"): dossiers["URY", THEME]}
    assert not list(pairs_of_dossiers(words_only, RULES, AS_OF))


@pytest.mark.parametrize("year", range(2019, 2023))
def test_a_figure_five_years_old_still_says_how_things_stand(year: int) -> None:
    said = statement("claim", f"{year - 3}-12-31", mode=Mode.CLAIM)
    pairs = later((said, 4), observations=(observation("old", 100, str(year - 5)),))
    assert pairs[Reading.FOLLOWED].outcome is Outcome.FOLLOWED
