"""What is known of a coder: counts, smoothing towards the default, and its limits."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gaptracker.domain.calibration import CheckedCoding, VignetteCoding
from gaptracker.domain.errors import InvalidValue, UnknownName
from gaptracker.domain.records import Coding
from gaptracker.domain.scale import RUNGS
from gaptracker.domain.vocabulary import CoderKind, ItemKind, Side, Specificity
from gaptracker.scoring.coders import (
    Counts,
    check_gold,
    check_vignettes,
    code_counts,
    coder_confusion,
    confusions,
    smoothed_confusion,
)
from gaptracker.scoring.items import Placement, at_rung
from gaptracker.scoring.run import all_dossiers
from gaptracker.scoring.rungs import Confusion, default_confusion, place
from tests.core.builders import coding as plain_coding
from tests.core.builders import evidence, measure, score, statement
from tests.core.calibration_builders import VIGNETTES, checked, codings
from tests.core.rules import RULES, THEME

DEFAULT = default_confusion(0.8)
STRENGTH = 10.0
ANA = {"ana": DEFAULT}

matrices = st.lists(
    st.lists(st.integers(0, 40), min_size=RUNGS, max_size=RUNGS).map(tuple),
    min_size=RUNGS,
    max_size=RUNGS,
).map(tuple)
strengths = st.floats(0.01, 1_000)


def coding(
    item: str, rung: int, *, coder: str = "ana", kind: CoderKind = CoderKind.PERSON
) -> Coding:
    return Coding(
        item=item,
        item_kind=ItemKind.STATEMENT if item.startswith("s") else ItemKind.MEASURE,
        theme=THEME,
        coder=coder,
        coder_kind=kind,
        rung=rung,
        specificity=Specificity.GENERAL,
        rationale="a reason",
    )


def test_counts_stand_by_true_rung_and_code() -> None:
    counts = code_counts([checked("a", 2, 2), checked("b", 2, 3), checked("c", 2, 3)])

    assert counts[2] == (0, 0, 1, 2, 0)
    assert sum(map(sum, counts)) == 3


def test_a_row_is_counts_and_prior_over_both_their_sums() -> None:
    counts = code_counts([*(checked(f"a{n}", 2, 2) for n in range(4)), checked("b", 2, 4)])

    row = smoothed_confusion(counts, DEFAULT, STRENGTH)[2]

    # Default (0, .1, .8, .1, 0) counting for ten: (0, 1, 8 + 4, 1, 1) / 15.
    assert row == pytest.approx((0, 1 / 15, 12 / 15, 1 / 15, 1 / 15))


def test_an_untested_rung_keeps_the_default() -> None:
    counts = code_counts([checked("a", 2, 3)])

    smoothed = smoothed_confusion(counts, DEFAULT, STRENGTH)

    assert smoothed[0] == pytest.approx(DEFAULT[0])
    assert smoothed[2] != pytest.approx(DEFAULT[2])


@given(matrices, strengths)
def test_every_row_is_a_distribution(counts: Counts, strength: float) -> None:
    for row in smoothed_confusion(counts, DEFAULT, strength):
        assert math.fsum(row) == pytest.approx(1)
        assert all(0 <= value <= 1 for value in row)


@given(matrices, strengths)
def test_a_row_lies_between_the_default_and_what_was_seen(counts: Counts, strength: float) -> None:
    smoothed = smoothed_confusion(counts, DEFAULT, strength)

    for counted, prior, row in zip(counts, DEFAULT, smoothed, strict=True):
        seen = [count / sum(counted) for count in counted] if any(counted) else prior
        for value, *ends in zip(row, seen, prior, strict=True):
            assert min(ends) - 1e-12 <= value <= max(ends) + 1e-12


@given(matrices, st.floats(0.01, 100), st.floats(1.01, 100))
def test_a_stronger_prior_draws_closer_to_the_default(
    counts: Counts, strength: float, times: float
) -> None:
    weak = smoothed_confusion(counts, DEFAULT, strength)
    strong = smoothed_confusion(counts, DEFAULT, strength * times)

    for weak_row, strong_row, prior in zip(weak, strong, DEFAULT, strict=True):
        for near, far, target in zip(strong_row, weak_row, prior, strict=True):
            assert abs(near - target) <= abs(far - target) + 1e-12


@pytest.mark.parametrize("strength", [0.0, -1.0, math.nan, math.inf])
def test_a_prior_must_weigh_something_and_not_everything(strength: float) -> None:
    with pytest.raises(InvalidValue, match=r"prior strength .*; expected a number above 0"):
        smoothed_confusion(code_counts([]), DEFAULT, strength)


def test_negative_counts_are_refused() -> None:
    counts = ((-1, 0, 0, 0, 0), *((0,) * RUNGS for _ in range(RUNGS - 1)))

    with pytest.raises(InvalidValue, match="expected no negative ones"):
        smoothed_confusion(counts, DEFAULT, STRENGTH)


@pytest.mark.parametrize("value", [0.5, 0.21, 0.19])
def test_a_default_that_is_no_distribution_is_refused(value: float) -> None:
    default = ((value,) * RUNGS, *DEFAULT[1:])

    with pytest.raises(InvalidValue, match=r"row 0: sums to .*; expected 1"):
        smoothed_confusion(code_counts([]), default, STRENGTH)


@pytest.mark.parametrize("counts", [((0,) * RUNGS,), ((0,),) * RUNGS])
def test_counts_of_another_ladder_are_refused(counts: Counts) -> None:
    with pytest.raises(ValueError, match="zip"):
        smoothed_confusion(counts, DEFAULT, STRENGTH)


def test_a_coder_with_no_items_is_named() -> None:
    with pytest.raises(
        InvalidValue,
        match=r"coder 'ben' has coded no vignette and no gold item; expected at least one: have "
        r"some coded, or leave the coder out, who then gets the default matrix$",
    ):
        coder_confusion("ben", [checked("a", 0, 0)], DEFAULT, strength=STRENGTH)


def test_each_coder_has_a_matrix_from_their_own_items() -> None:
    items = [checked("a", 0, 0), checked("a", 0, 1, coder="ben")]

    found = confusions(items, DEFAULT, strength=STRENGTH)

    assert sorted(found) == ["ana", "ben"]
    assert found["ana"] == coder_confusion("ana", items[:1], DEFAULT, strength=STRENGTH)
    assert found["ana"][0][0] > found["ben"][0][0]


def test_an_item_moves_less_with_a_coder_who_errs_more() -> None:
    careful = [checked(f"a{n}", 3, 3) for n in range(40)]
    careless = [checked(f"a{n}", 3, 2 + n % 3, coder="ben") for n in range(40)]
    known = confusions([*careful, *careless], DEFAULT, strength=STRENGTH)

    by_careful = place([coding("s1", 3)], known)
    by_careless = place([coding("s1", 3, coder="ben")], known)

    assert max(by_careful.probabilities) > max(by_careless.probabilities)


def test_vignettes_and_gold_items_are_checked_alike() -> None:
    vignettes = check_vignettes(codings("ana", words=[1], deeds=[0]), VIGNETTES)
    gold = check_gold([coding("s1", 1), coding("m1", 2)], {("s1", THEME): 0, ("m1", THEME): 2})

    assert [(part.side, part.true_rung, part.rung) for part in (*vignettes, *gold)] == [
        (Side.WORDS, 0, 1),
        (Side.DEEDS, 0, 0),
        (Side.WORDS, 0, 1),
        (Side.DEEDS, 2, 2),
    ]
    assert code_counts([*vignettes, *gold])[0][:2] == (1, 2)


def test_a_checked_gold_item_keeps_all_that_the_coding_says() -> None:
    made = coding("s1", 1, coder="ben", kind=CoderKind.MACHINE)

    (found,) = check_gold([made], {("s1", THEME): 0})

    assert found == CheckedCoding(
        coder="ben",
        coder_kind=CoderKind.MACHINE,
        item="s1",
        theme=THEME,
        side=Side.WORDS,
        true_rung=0,
        rung=1,
    )


def test_rules_and_items_that_are_not_gold_are_left_out() -> None:
    given_codings = [coding("s1", 1, kind=CoderKind.RULE), coding("s2", 1)]

    assert check_gold(given_codings, {("s1", THEME): 1, ("s2", "another_theme"): 1}) == ()


def test_an_unknown_vignette_is_named() -> None:
    stranger = VignetteCoding(
        coder="ana", coder_kind=CoderKind.PERSON, vignette="v99", side=Side.WORDS, rung=0
    )

    with pytest.raises(UnknownName, match="no vignette is called 'v99'"):
        check_vignettes([stranger], VIGNETTES)


@pytest.mark.parametrize("rung", [-1, 5])
def test_no_coding_stands_off_the_ladder(rung: int) -> None:
    with pytest.raises(InvalidValue, match=rf"rung {rung}; expected 0 to 4"):
        codings("ana", words=[rung])
    with pytest.raises(InvalidValue, match=rf"true rung {rung}; expected 0 to 4"):
        checked("a", rung, 0)


def test_a_rule_reads_no_vignette() -> None:
    with pytest.raises(InvalidValue, match="coder kind rule; expected person or machine"):
        codings("codebook", words=[1], kind=CoderKind.RULE)


def test_an_error_has_its_sign() -> None:
    found: CheckedCoding = checked("a", 3, 1)

    assert (found.points, found.error_points) == (25.0, -50.0)


def test_a_coders_own_matrix_reaches_the_items_of_a_cell() -> None:
    said, done = statement("said"), measure("done")
    by_ana = [
        plain_coding(item, 2, coder="ana", coder_kind=CoderKind.PERSON) for item in (said, done)
    ]
    known = evidence(coded=[(said, 2), (done, 2)], codings=by_ana)

    def placed(matrices: dict[str, Confusion] | None) -> list[Placement]:
        found = all_dossiers(known, RULES, matrices)
        dossier = next(each for each in found if each.theme == THEME)
        words = [item.placement for item in dossier.statements]
        return [*words, *(item.placement for item in dossier.measures)]

    assert placed({"ana": default_confusion(1.0)}) == [at_rung(2)] * 2
    assert placed({"ben": default_confusion(1.0)}) == placed(None) == [place(by_ana[:1], ANA)] * 2


def test_a_deed_that_only_a_machine_coded_is_marked_and_one_that_a_person_saw_is_not() -> None:
    done, said = measure("done"), statement("said")
    machine = plain_coding(done, 2, coder="model", coder_kind=CoderKind.MACHINE)
    person = plain_coding(done, 2, coder="ana", coder_kind=CoderKind.PERSON)
    alone = score(evidence(coded=[(said, 2), (done, 2)], codings=[machine]))
    beside = score(evidence(coded=[(said, 2), (done, 2)], codings=[machine, person]))
    assert alone.coverage.machine_coded
    assert not beside.coverage.machine_coded
