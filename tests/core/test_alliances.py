"""Positions and alliances of a run, from evidence to what is said of them."""

from dataclasses import replace

import pytest

from gaptracker.domain.alliances import Alliances, Similarity
from gaptracker.domain.evidence import Evidence
from gaptracker.domain.methodology import Methodology
from gaptracker.domain.vocabulary import Side, Standing
from gaptracker.scoring.alliances import alike_apart, hold_together, read_alliances
from gaptracker.scoring.run import score_evidence
from tests.core.alliance_world import RULE, RULES_OF_FOUR, everywhere, standings
from tests.core.builders import AS_OF, coding, evidence, observation, statement
from tests.core.federation_world import dossiers
from tests.core.rules import RULES, THEME, WORDS_ONLY

YEARS = (2020, 2021, 2022)


def spoken() -> Evidence:
    """Three states: two say the same, one the opposite; two of them have figures."""
    words = {"AAA": (4, 3), "BBB": (4, 3), "CCC": (0, 1)}
    said = [
        (statement(f"of {name}", "2020-05", actor=name), rung) for name, (rung, _) in words.items()
    ]
    given = evidence(
        coded=said,
        observations=[
            observation("a", 90.0, "2020", actor="AAA"),
            observation("b", 10.0, "2020", actor="BBB"),
        ],
    )
    on_treaties = [coding(item, words[item.actor][1], theme=WORDS_ONLY) for item, _ in said]
    return replace(given, codings=(*given.codings, *on_treaties))


def read(given: Evidence, methodology: Methodology = RULES) -> Alliances:
    return read_alliances(dossiers(given), AS_OF, methodology, YEARS)


def pair(found: Alliances, side: Side, first: str, second: str) -> Similarity:
    (only,) = [
        each
        for each in found.similarities
        if (each.side, each.year, each.first, each.second) == (side, 2022, first, second)
    ]
    return only


def test_words_are_held_together_on_themes_of_positions_only_too() -> None:
    found = read(spoken())
    assert pair(found, Side.WORDS, "AAA", "BBB").value == 1.0
    assert pair(found, Side.WORDS, "AAA", "BBB").themes == 2
    # 100 and 50 points apart
    assert pair(found, Side.WORDS, "AAA", "CCC").value == 0.25
    assert pair(found, Side.DEEDS, "AAA", "BBB").value == 0.2
    assert pair(found, Side.DEEDS, "AAA", "BBB").themes == 1


def test_a_theme_of_positions_only_has_its_own_positions() -> None:
    found = read(spoken())
    assert {each.theme for each in found.positions} == {WORDS_ONLY}
    (own,) = [each for each in found.positions if (each.actor, each.year) == ("CCC", 2022)]
    assert (own.points, own.statements, own.spread) == (25.0, 1, 0.0)
    assert own.interval.low < 25.0 < own.interval.high


def test_an_actor_stands_where_its_cell_says() -> None:
    given = spoken()
    cells = {
        (cell.actor, cell.year): cell
        for cell in score_evidence(given, RULES, YEARS)
        if cell.theme == THEME
    }
    first, second = cells["AAA", 2022].practice, cells["BBB", 2022].practice
    assert first is not None
    assert second is not None
    apart = abs(first.points - second.points)
    assert pair(read(given), Side.DEEDS, "AAA", "BBB").value == pytest.approx(1 - apart / 100)


def test_another_actor_moves_nothing_of_two_others() -> None:
    given = spoken()
    more = statement("of DDD", "2021-05", actor="DDD")
    grown = replace(
        given,
        actors={**given.actors, "DDD": replace(given.actors["AAA"], code="DDD")},
        statements=(*given.statements, more),
        codings=(*given.codings, coding(more, 2), coding(more, 2, theme=WORDS_ONLY)),
    )

    def without_groups(found: Alliances) -> set[Similarity]:
        return {replace(each, together=0.0) for each in found.similarities}

    assert without_groups(read(given)) < without_groups(read(grown))


def test_too_few_common_themes_are_no_similarity() -> None:
    strict = replace(RULES, alliances=replace(RULES.alliances, themes=2))
    found = read(spoken(), strict)
    assert {each.side for each in found.similarities} == {Side.WORDS}
    assert found.positions == read(spoken()).positions


def test_changes_are_told_only_where_the_draws_show_them() -> None:
    years = [
        standings({"AAA": everywhere(10.0), "BBB": everywhere(80.0)}, year=2012),
        standings({"AAA": everywhere(10.0), "BBB": everywhere(30.0)}, year=2016),
        standings({"AAA": everywhere(10.0), "BBB": everywhere(31.0)}, year=2020),
    ]
    found = hold_together(years, RULES_OF_FOUR).changes
    assert [(each.since, each.year) for each in found] == [(2012, 2016), (2012, 2020)]
    assert found[0].change == pytest.approx(0.5)
    assert found[0].closer >= 0.9


def test_groups_are_named_by_their_first_member() -> None:
    places = {
        **{name: everywhere(10.0) for name in ("AAA", "BBB", "CCC")},
        **{name: everywhere(90.0) for name in ("XXX", "YYY")},
    }
    found = hold_together([standings(places)], RULES_OF_FOUR).communities
    assert [(each.community, each.actor, each.members) for each in found] == [
        ("AAA", "AAA", 3),
        ("AAA", "BBB", 3),
        ("AAA", "CCC", 3),
        ("XXX", "XXX", 2),
        ("XXX", "YYY", 2),
    ]
    assert min(each.together for each in found) >= RULE.together_share


def similar(side: Side, value: float, alike: float) -> Similarity:
    return Similarity(
        side=side,
        year=2022,
        first="AAA",
        second="BBB",
        themes=5,
        value=value,
        low=0.0,
        high=1.0,
        alike=alike,
        together=0.0,
    )


@pytest.mark.parametrize(
    ("words", "deeds", "standing"),
    [
        ((0.95, 0.95), (0.4, 0.02), Standing.DEMONSTRATED),
        ((0.95, 0.80), (0.4, 0.02), Standing.LIKELY),
        ((0.95, 0.95), (0.4, 0.25), Standing.LIKELY),
        ((0.95, 0.74), (0.4, 0.02), None),
        ((0.95, 0.95), (0.4, 0.26), None),
        ((0.74, 0.95), (0.4, 0.02), None),
        ((0.95, 0.95), (0.75, 0.02), None),
    ],
)
def test_speaking_alike_and_acting_apart_needs_figures_and_draws_of_both(
    words: tuple[float, float], deeds: tuple[float, float], standing: Standing | None
) -> None:
    given = [similar(Side.WORDS, *words), similar(Side.DEEDS, *deeds)]
    found = [each.standing for each in alike_apart(given, RULES_OF_FOUR)]
    assert found == ([] if standing is None else [standing])


def test_one_who_only_speaks_is_not_said_to_act_apart() -> None:
    assert list(alike_apart([similar(Side.WORDS, 0.95, 0.95)], RULES_OF_FOUR)) == []
