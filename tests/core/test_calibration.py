"""Words against deeds: bias, interval and verdict, and who may lift "not yet calibrated"."""

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gaptracker.domain.calibration import (
    AlphaReason,
    BiasFigure,
    CalibrationSettings,
    CheckedCoding,
    Verdict,
    VignetteCoding,
)
from gaptracker.domain.errors import InvalidValue
from gaptracker.domain.results import Interval
from gaptracker.domain.vocabulary import CoderKind, Side
from gaptracker.scoring.calibration import bias_figure, calibrate, equivalence
from tests.core.calibration_builders import (
    SETTINGS,
    TRUE_RUNGS,
    VIGNETTES,
    checked,
    codings,
    report,
)
from tests.core.rules import DRAWS, RULES, THEME

LIMIT = 12.5

rungs = st.lists(st.integers(0, 4), min_size=8, max_size=8)


def bias(
    given_codings: Sequence[CheckedCoding], settings: CalibrationSettings = SETTINGS, seed: int = 1
) -> BiasFigure:
    return bias_figure(
        given_codings,
        settings=settings,
        draws=DRAWS,
        limit_points=LIMIT,
        generator=np.random.default_rng(seed),
    )


def both(words: Sequence[int], deeds: Sequence[int], coders: int = 2) -> list[CheckedCoding]:
    """As many coders as asked, each with the same rungs for items 0, 1, ..."""
    return [
        checked(str(item), 2, rung, coder=f"coder {coder}", side=side)
        for coder in range(coders)
        for side, given_rungs in ((Side.WORDS, words), (Side.DEEDS, deeds))
        for item, rung in enumerate(given_rungs)
    ]


def two_people() -> list[VignetteCoding]:
    return [
        *codings("ana", words=TRUE_RUNGS, deeds=TRUE_RUNGS),
        *codings("ben", words=TRUE_RUNGS, deeds=TRUE_RUNGS),
    ]


def a_machine() -> list[VignetteCoding]:
    kind = CoderKind.MACHINE
    return [
        *codings("model", words=TRUE_RUNGS, deeds=TRUE_RUNGS, kind=kind),
        *codings("other model", words=TRUE_RUNGS, deeds=TRUE_RUNGS, kind=kind),
    ]


def test_without_codings_nothing_is_calibrated() -> None:
    found = report([])

    assert found.sentence == "not yet calibrated: nobody has coded the vignettes"
    assert found.calibrated_themes == ()
    assert [part.bias.verdict for part in found.people.themes] == [Verdict.NOT_CODED]
    assert found.people.themes[0].words.reason is AlphaReason.NOT_CODED


def test_machines_never_lift_the_sentence() -> None:
    found = report(a_machine())

    assert found.sentence == report([]).sentence
    assert found.people == report([]).people
    assert found.machines.measured_themes == (THEME,)


def test_machines_stand_apart_and_move_nothing_of_the_people() -> None:
    alone, beside = report(two_people()), report([*a_machine(), *two_people()])

    assert beside.people == alone.people
    assert [coder.coder for coder in beside.machines.coders] == ["model", "other model"]


def test_two_people_who_coded_enough_calibrate_a_theme() -> None:
    found = report(two_people())

    assert found.calibrated_themes == (THEME,)
    assert found.sentence == "calibrated by people on all 1 themes"
    assert found.people.themes[0].words.alpha == 1
    assert report(two_people()[:-1]).people.themes[0].deeds.codings == 15
    assert [coder.right_share for coder in found.people.coders] == [1, 1]


def test_a_theme_that_nobody_coded_stays_uncalibrated() -> None:
    two_themes = replace(
        RULES,
        themes={**RULES.themes, "funding": replace(RULES.themes[THEME], id="funding", order=2)},
    )

    found = calibrate(two_people(), VIGNETTES, methodology=two_themes, settings=SETTINGS)

    assert found.sentence == (
        "calibrated by people on 1 of 2 themes (incarceration); not yet calibrated on the others"
    )


def test_one_person_is_not_enough() -> None:
    found = report(codings("ana", words=TRUE_RUNGS, deeds=TRUE_RUNGS))

    assert found.people.themes[0].bias.verdict is Verdict.TOO_FEW
    assert found.sentence == (
        "not yet calibrated: people have coded vignettes, but on no theme "
        "4 pairs by 2 people a side"
    )


@given(st.permutations(two_people()))
def test_order_of_the_codings_changes_nothing(shuffled: list[VignetteCoding]) -> None:
    assert report(shuffled) == report(two_people())


@given(rungs, rungs)
def test_bias_is_the_mean_difference_in_points(words: list[int], deeds: list[int]) -> None:
    found = bias(both(words, deeds))

    assert found.points == pytest.approx(25 * (sum(words) - sum(deeds)) / 8)
    assert found.pairs == 8
    assert found.interval is not None
    assert found.interval.low < (found.points or 0) < found.interval.high


@given(rungs, rungs)
def test_swapping_the_sides_turns_the_sign(words: list[int], deeds: list[int]) -> None:
    there, back = bias(both(words, deeds)).points, bias(both(deeds, words)).points

    assert there is not None
    assert back == -there


def test_a_shift_of_both_sides_leaves_the_bias() -> None:
    low, high = bias(both([0, 1, 2, 3], [1, 1, 1, 1])), bias(both([1, 2, 3, 4], [2, 2, 2, 2]))

    assert low == high


def test_coders_who_differ_count_with_their_mean() -> None:
    parted = [
        checked("a", 2, 2, coder="ana"),
        checked("a", 2, 4, coder="ben"),
        checked("a", 2, 2, side=Side.DEEDS),
    ]

    assert bias(parted).points == 25.0


def test_equal_differences_are_no_certainty() -> None:
    found = bias(both([2] * 8, [2] * 8)).interval

    # s^2 = 3 x 400 / 10, t of 10 degrees 1.81: 1.81 x 10.95 / sqrt(8) = 7.0.
    assert found is not None
    assert found.high == pytest.approx(7.0, abs=1.0)
    assert found.low == pytest.approx(-7.0, abs=1.0)


def test_the_interval_is_that_of_a_reading() -> None:
    # Differences 0, 0, 25, 25, 50: mean 20, squares 1750; s^2 = (3 x 400 + 1750) / 7 = 421.4,
    # t of 7 degrees at 95% 1.895: 1.895 x 20.53 / sqrt(5) = 17.4.
    found = bias(both([2, 2, 3, 3, 4], [2] * 5), replace(SETTINGS, draws=400_000)).interval

    assert found is not None
    assert found.low == pytest.approx(20 - 17.4, abs=0.2)
    assert found.high == pytest.approx(20 + 17.4, abs=0.2)


@pytest.mark.parametrize(
    ("words", "deeds", "pairs", "points"),
    [([3], [1], 1, 50.0), ([3], [], 0, None), ([], [1], 0, None), ([], [], 0, None)],
)
def test_one_pair_has_points_and_no_interval(
    words: list[int], deeds: list[int], pairs: int, points: float | None
) -> None:
    found = bias(both(words, deeds))

    assert (found.pairs, found.points, found.interval) == (pairs, points, None)


def test_two_pairs_have_an_interval() -> None:
    assert bias(both([2, 2], [2, 2])).interval is not None


def test_more_coders_than_needed_do_no_harm() -> None:
    assert bias(both([1] * 12, [1] * 12, coders=3)).verdict is Verdict.EQUIVALENT


@pytest.mark.parametrize("alone", Side)
def test_coders_are_counted_on_the_side_with_fewer(alone: Side) -> None:
    given_codings = [
        coding
        for coding in both([1] * 12, [1] * 12)
        if coding.coder == "coder 0" or coding.side is not alone
    ]

    assert bias(given_codings).verdict is Verdict.TOO_FEW


def test_each_coder_is_shown_with_their_own_errors() -> None:
    high = [rung + 1 if rung < 4 else rung for rung in TRUE_RUNGS]
    low = [rung - 1 if rung else rung for rung in TRUE_RUNGS]
    found = report(
        [
            *codings("ana", words=TRUE_RUNGS, deeds=TRUE_RUNGS),
            *codings("ben", words=high, deeds=low),
            *codings("caro", words=low),
        ]
    )

    ana, ben, caro = found.people.coders
    assert [coder.items for coder in (ana, ben, caro)] == [16, 16, 8]
    assert [coder.right_share for coder in (ana, ben, caro)] == [1.0, 2 / 16, 1 / 8]
    # Seven of eight rungs can be left in either direction.
    assert [coder.words_error_points for coder in (ana, ben, caro)] == [0, 175 / 8, -175 / 8]
    assert [coder.deeds_error_points for coder in (ana, ben, caro)] == [0, -175 / 8, None]
    # Default 0.8 counting for ten: (8 + 4) / 14 for four right codes of rung 1, 8 / 14 for none.
    assert ana.confusion[1][1] == pytest.approx(12 / 14)
    assert ben.confusion[1][1] == pytest.approx(8 / 14)


@pytest.mark.parametrize("other", ["funding", "participation", "cannabis"])
def test_themes_do_not_mix(other: str) -> None:
    ladder = replace(RULES.themes[THEME], id=other, order=2)
    two_themes = replace(RULES, themes={**RULES.themes, other: ladder})
    vignettes = {**VIGNETTES, "v0": replace(VIGNETTES["v0"], theme=other)}

    found = calibrate(two_people(), vignettes, methodology=two_themes, settings=SETTINGS)

    assert [part.theme for part in found.people.themes] == [THEME, other]
    assert [part.bias.pairs for part in found.people.themes] == [7, 1]
    assert [part.words.items for part in found.people.themes] == [7, 1]
    assert dict(found.vignettes) == {THEME: 7, other: 1}


def test_the_interval_narrows_with_the_pairs() -> None:
    widths = [
        span.high - span.low
        for pairs in (2, 8, 32)
        if (span := bias(both([2] * pairs, [2] * pairs)).interval)
    ]

    assert widths == sorted(widths, reverse=True)
    assert len(widths) == 3


@pytest.mark.parametrize(
    ("words", "deeds", "verdict"),
    [
        ([1] * 12, [1] * 12, Verdict.EQUIVALENT),
        ([3] * 12, [1] * 12, Verdict.WORDS_HIGHER),
        ([1] * 12, [3] * 12, Verdict.DEEDS_HIGHER),
        ([2] * 6 + [1] * 6, [1] * 12, Verdict.UNDECIDED),
        ([3] * 4, [0] * 4, Verdict.WORDS_HIGHER),
        ([3] * 3, [0] * 3, Verdict.TOO_FEW),
        ([1], [1], Verdict.TOO_FEW),
        ([1] * 12, [], Verdict.TOO_FEW),
        ([], [], Verdict.NOT_CODED),
    ],
)
def test_the_verdict_follows_from_the_interval(
    words: list[int], deeds: list[int], verdict: Verdict
) -> None:
    assert bias(both(words, deeds)).verdict is verdict


def test_coders_count_only_where_they_coded_the_pairs() -> None:
    pairs = both([1] * 12, [1] * 12, coders=1)
    elsewhere = [checked("another", 1, 1, coder="ben", side=side) for side in (Side.WORDS,)]

    assert bias([*pairs, *elsewhere]).verdict is Verdict.TOO_FEW


@pytest.mark.parametrize(
    ("low", "high", "verdict"),
    [
        (-12.4, 12.4, Verdict.EQUIVALENT),
        (-12.5, 12.4, Verdict.UNDECIDED),
        (-12.4, 12.5, Verdict.UNDECIDED),
        (5.0, 12.4, Verdict.EQUIVALENT),
        (12.5, 30.0, Verdict.WORDS_HIGHER),
        (12.4, 30.0, Verdict.UNDECIDED),
        (-30.0, -12.5, Verdict.DEEDS_HIGHER),
        (-30.0, 30.0, Verdict.UNDECIDED),
    ],
)
def test_an_interval_on_the_margin_is_not_inside(low: float, high: float, verdict: Verdict) -> None:
    assert equivalence(Interval(low=low, high=high), LIMIT) is verdict
    assert equivalence(Interval(low=low / 25, high=high / 25), LIMIT / 25) is verdict


@pytest.mark.parametrize("limit", [0.0, -1.0, math.nan, math.inf])
def test_a_margin_is_a_number_above_zero(limit: float) -> None:
    with pytest.raises(InvalidValue, match="expected a number above 0"):
        equivalence(Interval(low=-1.0, high=1.0), limit)


@given(st.floats(-30, 30), st.floats(0.1, 15))
def test_inclusion_is_two_tests_of_one_side_each(mean: float, error: float) -> None:
    # Of a normal distribution the central 90% ends 1.645 standard errors away on either side,
    # and a test of one side at 5% refuses a bound that lies farther off than that.
    reach = 1.6448536269514722 * error
    below_refused = (mean + LIMIT) / error > 1.6448536269514722
    above_refused = (LIMIT - mean) / error > 1.6448536269514722

    found = equivalence(Interval(low=mean - reach, high=mean + reach), LIMIT)

    near_the_edge = min(abs(mean - reach + LIMIT), abs(mean + reach - LIMIT)) < 1e-9
    assert near_the_edge or (found is Verdict.EQUIVALENT) == (below_refused and above_refused)


def simulated(generator: np.random.Generator, shift: float) -> list[CheckedCoding]:
    """Four coders on the two sheets of twelve pairs, a fifth of their codes one rung off.

    `shift` is the chance that a coder of words reads one rung too high.
    """
    found = []
    for item in range(12):
        true_rung = 1 + item % 3
        for coder in range(4):
            side = Side.WORDS if (item + coder) % 2 else Side.DEEDS
            slip = generator.choice([-1, 0, 0, 0, 0, 0, 0, 0, 0, 1])
            high = side is Side.WORDS and generator.random() < shift
            rung = int(np.clip(true_rung + slip + high, 0, 4))
            found.append(checked(str(item), true_rung, rung, coder=str(coder), side=side))
    return found


def test_intervals_of_unbiased_coders_cover_zero_nine_times_in_ten() -> None:
    generator = np.random.default_rng(20261123)
    spans = [bias(simulated(generator, 0.0), seed=world).interval for world in range(600)]
    covered = [span is not None and span.low <= 0 <= span.high for span in spans]

    assert np.mean(covered) >= 0.90


def test_a_bias_of_half_a_rung_rarely_passes_for_none() -> None:
    generator = np.random.default_rng(20261123)
    verdicts = [bias(simulated(generator, 0.5), seed=world).verdict for world in range(600)]

    # At the margin itself, two tests at 5% let at most one in twenty through.
    assert verdicts.count(Verdict.EQUIVALENT) / len(verdicts) <= 0.05


def test_sheets_of_twelve_pairs_suffice_to_show_that_careful_coders_are_unbiased() -> None:
    generator = np.random.default_rng(20261123)
    verdicts = [bias(simulated(generator, 0.0), seed=world).verdict for world in range(600)]

    # The usual power, four times in five; it was 89 in 100 when the set was made.
    assert verdicts.count(Verdict.EQUIVALENT) / len(verdicts) >= 0.80


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"coder_prior_strength": math.nan}, "coder_prior_strength nan"),
        ({"coder_prior_strength": 0.0}, "coder_prior_strength 0.0"),
        ({"draws": 0}, "draws 0"),
        ({"provisional_alpha": 0.9}, "provisional_alpha 0.9"),
        ({"reliable_alpha": math.nan}, "reliable_alpha nan"),
        ({"least_pairs": 1}, "least_pairs 1"),
        ({"least_coders": 0}, "least_coders 0"),
    ],
)
def test_settings_that_compute_nothing_are_refused(change: dict[str, float], message: str) -> None:
    with pytest.raises(InvalidValue, match=message):
        # mypy cannot check a field's type through `**`; the dataclass itself takes any.
        replace(SETTINGS, **change)  # type: ignore[arg-type]
