"""From codes to rungs: section 3. Posteriors are worked out by hand from the default matrix."""

from itertools import permutations

import pytest

from gaptracker.domain.errors import InvalidValue
from gaptracker.domain.methodology import (
    Codebook,
    JointStatementRule,
    RecommendationRule,
    RollCallRule,
)
from gaptracker.domain.methodology import Placement as RulePlacement
from gaptracker.domain.records import Coding, Statement
from gaptracker.domain.vocabulary import CoderKind, Mode, Response, Specificity, VoteCast
from gaptracker.scoring.rungs import default_confusion, place, rule_codings
from tests.core.builders import coding, evidence, score, statement
from tests.core.rules import THEME, WORDS_ONLY, methodology

DEFAULT = default_confusion(0.8)
ITEM = statement("item")


def by(coder: str, rung: int, kind: CoderKind = CoderKind.PERSON) -> Coding:
    return coding(ITEM, rung, coder=coder, coder_kind=kind)


def posterior(*rungs: int) -> dict[float, float]:
    codings = [by(f"coder {number}", rung) for number, rung in enumerate(rungs)]
    placement = place(codings, {entry.coder: DEFAULT for entry in codings})
    return dict(zip(placement.points, placement.probabilities, strict=True))


def test_a_coder_is_right_with_probability_0_8_else_one_rung_off() -> None:
    assert DEFAULT[2] == pytest.approx((0, 0.1, 0.8, 0.1, 0))
    assert DEFAULT[0] == pytest.approx((0.8, 0.2, 0, 0, 0))
    assert DEFAULT[4] == pytest.approx((0, 0, 0, 0.2, 0.8))


@pytest.mark.parametrize("right", [0.0, 0.5, 0.8, 1.0])
def test_every_true_rung_is_coded_somehow(right: float) -> None:
    assert [sum(row) for row in default_confusion(right)] == pytest.approx([1] * 5)


@pytest.mark.parametrize(
    ("rungs", "expected"),
    [
        pytest.param((2,), {25: 0.1, 50: 0.8, 75: 0.1}, id="one coder in the middle"),
        # p(0) is 0.8, p(1) is 0.1, over their sum.
        pytest.param((0,), {0: 8 / 9, 25: 1 / 9}, id="one coder at the end"),
        # The true rung 0 is taken for 1 in a fifth of cases: its only neighbour.
        pytest.param((1,), {0: 2 / 11, 25: 8 / 11, 50: 1 / 11}, id="one coder next to the end"),
        pytest.param((2, 2), {25: 1 / 66, 50: 64 / 66, 75: 1 / 66}, id="two who agree"),
        pytest.param((2, 3), {50: 0.5, 75: 0.5}, id="two who differ by one"),
        pytest.param((1, 3), {50: 1.0}, id="two who differ by two"),
    ],
)
def test_the_posterior_is_the_product_over_coders(
    rungs: tuple[int, ...], expected: dict[float, float]
) -> None:
    assert posterior(*rungs) == pytest.approx(expected)


def test_coders_who_exclude_each_other_are_named() -> None:
    with pytest.raises(ValueError, match="coder 0: 0, coder 1: 4"):
        posterior(0, 4)


def test_a_code_that_a_coder_never_gives_fits_no_rung() -> None:
    never_zero = tuple((0.0, *row[1:]) for row in DEFAULT)
    with pytest.raises(InvalidValue, match=r"item item: no rung fits .*\(coder 0: 0\)"):
        place([by("coder 0", 0)], {"coder 0": never_zero})


def test_a_known_coder_has_a_matrix_of_their_own() -> None:
    sure = default_confusion(1.0)
    placement = place([by("sure", 2), by("unknown", 3)], {"sure": sure, "unknown": DEFAULT})
    assert placement.certain
    assert placement.expected == 50


def test_the_order_of_coders_does_not_matter() -> None:
    codings = [by("a", 2), by("b", 3), by("c", 2), by("d", 3), by("e", 2)]
    confusions = {
        name: default_confusion(right)
        for name, right in zip("abcde", (0.7, 0.8, 0.9, 0.55, 0.35), strict=True)
    }
    assert len({place(order, confusions) for order in permutations(codings)}) == 1


def test_a_rule_is_certain_whoever_else_coded() -> None:
    codings = [by("person", 1), by("codebook", 3, CoderKind.RULE)]
    assert place(codings, {}).expected == 75
    assert place(codings, {}).certain


def test_two_rules_that_differ_are_refused() -> None:
    codings = [by("one rule", 1, CoderKind.RULE), by("another rule", 3, CoderKind.RULE)]
    with pytest.raises(InvalidValue, match="item"):
        place(codings, {})


@pytest.mark.parametrize("rung", [-1, 5])
def test_a_rung_off_the_ladder_is_refused(rung: int) -> None:
    with pytest.raises(InvalidValue):
        by("person", rung)


NO_RUNG = RulePlacement(rung=None, reason="an abstention says nothing here")
VOTES = {
    VoteCast.YES: RulePlacement(rung=4, reason="yes"),
    VoteCast.NO: RulePlacement(rung=0, reason="no"),
    VoteCast.ABSTAIN: NO_RUNG,
    VoteCast.ABSENT: NO_RUNG,
}
ROLL_CALL = RollCallRule(
    roll_call="A/RES/1",
    theme=THEME,
    series=None,
    votes=VOTES,
    sponsorship=RulePlacement(rung=3, reason="tabled it"),
)
CODEBOOK = Codebook(
    roll_calls={"A/RES/1": (ROLL_CALL,)},
    joint_statements={
        "joint-1": (
            JointStatementRule(
                joint_statement="joint-1",
                theme=THEME,
                placement=RulePlacement(rung=3, reason="signed"),
            ),
        )
    },
    recommendations={
        ("abolish", Response.ACCEPTED): RecommendationRule(
            ask="abolish",
            response=Response.ACCEPTED,
            theme=THEME,
            placement=RulePlacement(rung=4, reason="accepted"),
        ),
        ("abolish", Response.NOTED): RecommendationRule(
            ask="abolish",
            response=Response.NOTED,
            theme=THEME,
            placement=RulePlacement(rung=1, reason="noted"),
        ),
    },
    not_coded={},
)


def ruled(rule: str | None, answer: str | None, mode: Mode = Mode.VOTE) -> Statement:
    return statement("ruled", mode=mode, rule=rule, answer=answer)


@pytest.mark.parametrize(
    ("rule", "answer", "mode", "rung", "specificity"),
    [
        ("A/RES/1", "yes", Mode.VOTE, 4, Specificity.VOTE),
        ("A/RES/1", "no", Mode.VOTE, 0, Specificity.VOTE),
        ("A/RES/1", "no", Mode.REFUSAL, 0, Specificity.VOTE),
        ("A/RES/1", "sponsored", Mode.VOTE, 3, Specificity.VOTE),
        ("joint-1", "signed", Mode.ADVOCACY, 3, Specificity.GENERAL),
        ("joint-1", "signed", Mode.PLEDGE, 3, Specificity.GENERAL),
        ("abolish", "accepted", Mode.PLEDGE, 4, Specificity.GENERAL),
        ("abolish", "noted", Mode.REFUSAL, 1, Specificity.GENERAL),
    ],
)
def test_the_codebook_places_answers(
    rule: str, answer: str, mode: Mode, rung: int, specificity: Specificity
) -> None:
    (found,) = rule_codings(ruled(rule, answer, mode), CODEBOOK)
    assert (found.theme, found.rung, found.specificity) == (THEME, rung, specificity)
    assert (found.coder, found.coder_kind) == ("codebook", CoderKind.RULE)
    assert found.rationale


@pytest.mark.parametrize(
    ("rule", "answer", "mode"),
    [
        (None, None, Mode.ADVOCACY),
        ("A/RES/1", None, Mode.VOTE),
        ("A/RES/1", "abstain", Mode.VOTE),
        ("A/RES/2", "yes", Mode.VOTE),
        ("abolish", "pledged", Mode.PLEDGE),
    ],
)
def test_what_the_codebook_does_not_place_stays_off_the_ladder(
    rule: str | None, answer: str | None, mode: Mode
) -> None:
    assert not list(rule_codings(ruled(rule, answer, mode), CODEBOOK))


def test_an_answer_that_no_roll_call_knows_is_refused() -> None:
    with pytest.raises(ValueError, match="maybe"):
        list(rule_codings(ruled("A/RES/1", "maybe"), CODEBOOK))


def test_an_uncoded_abstention_is_a_missing_position_and_never_50() -> None:
    cell = score(
        evidence(coded=[(ruled("A/RES/1", "abstain"), 0)]),
        rules=methodology(codebook=CODEBOOK),
    )
    # Coded 0 by hand above, so that only the codebook could have put it elsewhere.
    assert cell.says is not None
    assert cell.says.points == 0
    uncoded = evidence(
        coded=[(ruled("A/RES/1", "abstain"), 0)],
        codings=[coding(ruled(None, None), 2, theme=WORDS_ONLY)],
    )
    assert score(uncoded, rules=methodology(codebook=CODEBOOK)).says is None


def test_a_vote_is_coded_anew_by_the_methodology_of_the_run() -> None:
    vote = ruled("A/RES/1", "yes")
    stored = evidence(coded=[(vote, 0)], codings=[coding(vote, 0, theme=WORDS_ONLY)])
    cell = score(stored, rules=methodology(codebook=CODEBOOK))
    assert cell.says is not None
    assert cell.says.points == 100
