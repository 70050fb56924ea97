"""The codebook that ships: every vote, signature and answer has a rung or a reason."""

import pytest

from gaptracker.domain.methodology import Methodology
from gaptracker.domain.vocabulary import Response, VoteCast
from gaptracker.intake.methodology_files import shipped_methodology

ASKS = [
    "abolish",
    "moratorium",
    "ratify_op2",
    "restrict_most_serious",
    "reduce_crimes",
    "exclude_drug_offences",
    "commute",
    "no_juveniles",
    "transparency",
    "maintain_abolition",
    "retain",
    "drug_enforcement",
    "drug_treatment",
    "human_rights_in_drug_control",
    "other",
]


@pytest.fixture(scope="module")
def methodology() -> Methodology:
    return shipped_methodology("1.0.0")


def test_no_codebook_name_stands_for_two_kinds_or_twice_on_a_theme(
    methodology: Methodology,
) -> None:
    book = methodology.codebook
    asks = {ask for ask, _ in book.recommendations}
    kinds = [set(book.roll_calls), set(book.joint_statements), asks, set(book.not_coded)]
    assert sum(len(kind) for kind in kinds) == len(set().union(*kinds))
    coded = [[rule.theme for rule in rules] for rules in book.roll_calls.values()]
    coded += [[rule.theme for rule in rules] for rules in book.joint_statements.values()]
    assert all(len(set(themes)) == len(themes) for themes in coded)


def test_every_ask_has_a_rule_for_each_answer_or_a_reason_why_not(
    methodology: Methodology,
) -> None:
    book = methodology.codebook
    for ask in ASKS:
        answers = {response for one, response in book.recommendations if one == ask}
        assert answers == (set() if ask in book.not_coded else set(Response))


def test_every_placement_says_why(methodology: Methodology) -> None:
    book = methodology.codebook
    placements = [
        placement
        for rules in book.roll_calls.values()
        for rule in rules
        for placement in (*rule.votes.values(), rule.sponsorship)
    ]
    placements += [rule.placement for rules in book.joint_statements.values() for rule in rules]
    placements += [rule.placement for rule in book.recommendations.values()]
    assert all(placement.reason.endswith(".") for placement in placements)
    assert all(reason.endswith(".") for reason in book.not_coded.values())


@pytest.mark.parametrize(
    ("roll_call", "theme", "series", "rungs"),
    [
        ("A/RES/62/149", "death_penalty", "moratorium", (4, 1, 2)),
        ("A/RES/77/222", "death_penalty", "moratorium", (4, 1, 2)),
        ("A/RES/44/128", "death_penalty", None, (4, 1, 2)),
        ("A/RES/57/214", "human_rights", "extrajudicial_executions", (3, 1, 2)),
        ("A/RES/73/172", "human_rights", "extrajudicial_executions", (3, 1, 2)),
        ("A/RES/77/238", "human_rights", "drug_omnibus", (4, 1, 2)),
        ("CND63R-2020-5.1", "treaty_regime", None, (2, 1, None)),
        ("CND63R-2020-5.1", "cannabis", None, (None, 0, None)),
        ("CND68-2025-L6Rev1", "treaty_regime", None, (3, 1, None)),
    ],
)
def test_votes_are_placed_by_the_codebook(
    methodology: Methodology,
    roll_call: str,
    theme: str,
    series: str | None,
    rungs: tuple[int | None, int | None, int | None],
) -> None:
    rule = next(rule for rule in methodology.codebook.roll_calls[roll_call] if rule.theme == theme)
    cast = (VoteCast.YES, VoteCast.NO, VoteCast.ABSTAIN)
    assert tuple(rule.votes[vote].rung for vote in cast) == rungs
    assert rule.votes[VoteCast.ABSENT].rung is None
    assert rule.series == series


def test_both_series_of_assembly_votes_hold_nine_roll_calls(methodology: Methodology) -> None:
    series = [rule.series for rules in methodology.codebook.roll_calls.values() for rule in rules]
    assert series.count("moratorium") == 9
    assert series.count("extrajudicial_executions") == 9


@pytest.mark.parametrize(
    ("roll_call", "rung"),
    [("A/RES/77/222", 4), ("A/RES/73/172", 3), ("A/RES/77/238", 4), ("CND68-2025-L6Rev1", 3)],
)
def test_sponsors_stand_where_their_text_leads(
    methodology: Methodology, roll_call: str, rung: int
) -> None:
    assert methodology.codebook.roll_calls[roll_call][0].sponsorship.rung == rung


def test_joint_statements_are_placed_on_each_theme_they_speak_of(methodology: Methodology) -> None:
    placed = {
        name: {rule.theme: rule.placement.rung for rule in rules}
        for name, rules in methodology.codebook.joint_statements.items()
    }
    assert placed == {
        "UNGASS-2016-DP": {"death_penalty": 4},
        "CND57-2014-DP": {"death_penalty": 4},
        "CND67-2024-DPSIDE": {"death_penalty": 4},
        "ECOSOC-1999-DP": {"death_penalty": 1},
        "CND63R-2020-RUS": {"cannabis": 1, "treaty_regime": 1},
        "CND63R-2020-DEU": {"treaty_regime": 2},
        "CND67-2024-RUS": {"treaty_regime": 0, "cannabis": 1},
        "CND67-2024-COL": {"treaty_regime": 3, "harm_reduction": 3},
        "HLM-2009-DEU": {"harm_reduction": 3},
        "CALI-2023": {"treaty_regime": 2, "human_rights": 4},
    }


@pytest.mark.parametrize(
    ("ask", "rungs"),
    [
        ("abolish", (4, 2, 4)),
        ("moratorium", (2, 1, 2)),
        ("ratify_op2", (4, None, 4)),
        ("restrict_most_serious", (1, 0, 1)),
        ("reduce_crimes", (1, 1, 1)),
        ("exclude_drug_offences", (3, 1, 3)),
        ("commute", (2, 1, 2)),
        ("maintain_abolition", (4, 3, 4)),
        ("retain", (1, None, 1)),
        ("human_rights_in_drug_control", (3, 1, 3)),
    ],
)
def test_answers_to_recommendations_are_placed_by_the_codebook(
    methodology: Methodology, ask: str, rungs: tuple[int | None, int | None, int | None]
) -> None:
    answers = (Response.ACCEPTED, Response.NOTED, Response.PLEDGED)
    rules = [methodology.codebook.recommendations[ask, answer] for answer in answers]
    assert tuple(rule.placement.rung for rule in rules) == rungs
