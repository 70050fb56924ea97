"""One actor across themes: the signed mean, the size once chance is taken off, the range."""

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gaptracker.domain.errors import InvalidValue
from gaptracker.domain.results import CellScore, Interval
from gaptracker.domain.vocabulary import Grade, Label
from gaptracker.scoring.calculate import Weighted, calculate
from gaptracker.scoring.theme_profile import debiased_size, standard_error, theme_profile
from gaptracker.scoring.uncertainty import interval
from tests.core.rules import RULES


def cell(theme: str, gap: float | None, half_width: float = 10.0, **changes: object) -> CellScore:
    """A cell of grade C with a gap and its interval; `changes` are its other fields."""
    plain = calculate(says=[Weighted(points=50)], does=[Weighted(points=50)], methodology=RULES)
    with_gap = replace(
        plain,
        actor="URY",
        theme=theme,
        gap_points=gap,
        gap_interval=None if gap is None else Interval(low=gap - half_width, high=gap + half_width),
        grade=Grade.C,
        label=Label.INDETERMINATE,
    )
    # mypy cannot check a field's type through `**`; the dataclass itself takes any.
    return replace(with_gap, **changes)  # type: ignore[arg-type]


def test_across_themes_words_and_deeds_ahead_cancel_in_the_mean_and_not_in_the_size() -> None:
    half = 1.6448536269514722 * 3  # a standard error of 3 points

    found = theme_profile(
        [
            cell("cannabis", 5.0, half, label=Label.WORDS_AHEAD),
            cell("medicines", -5.0, half, label=Label.DEEDS_AHEAD),
        ]
    )

    assert found.mean_points == 0.0
    assert found.mean_standard_error_points == pytest.approx(3 / math.sqrt(2))
    assert found.size_points == pytest.approx(4.0)
    assert [gap.size_points for gap in found.gaps] == pytest.approx([4.0, 4.0])
    assert (found.words_ahead, found.deeds_ahead, found.demonstrated) == (1, 1, 2)
    assert found.range_points is not None
    assert (found.range_points.low, found.range_points.high) == (-5.0, 5.0)


def test_the_mean_is_the_plain_one_and_keeps_its_sign() -> None:
    found = theme_profile([cell("cannabis", -10.0), cell("funding", -40.0), cell("medicines", 5.0)])

    assert found.mean_points == -15.0


def test_likely_gaps_are_not_counted_as_demonstrated() -> None:
    found = theme_profile([cell("cannabis", 20.0, label=Label.WORDS_AHEAD_LIKELY)])

    assert found.demonstrated == 0


def test_themes_of_grade_d_are_named_and_left_out() -> None:
    found = theme_profile(
        [
            cell("cannabis", 10.0),
            cell("funding", 90.0, grade=Grade.D, label=Label.INSUFFICIENT_EVIDENCE),
            cell("medicines", None, grade=Grade.D),
        ]
    )

    assert [gap.theme for gap in found.gaps] == ["cannabis"]
    assert (found.left_out, found.unknown) == (("funding",), ("medicines",))
    assert found.mean_points == 10.0


def test_a_profile_of_nothing_has_no_numbers() -> None:
    found = theme_profile([cell("medicines", None)])

    assert found.gaps == ()
    assert found.mean_points is None
    assert found.mean_standard_error_points is None
    assert found.size_points is None
    assert found.range_points is None
    assert found.demonstrated == 0


gaps = st.lists(st.tuples(st.floats(-100, 100), st.floats(0, 50)), min_size=1, max_size=6)


@given(gaps, st.lists(st.floats(0.01, 10), min_size=6, max_size=6))
def test_no_weighting_of_themes_leaves_the_range(
    parts: list[tuple[float, float]], weights: list[float]
) -> None:
    found = theme_profile([cell(f"theme {n}", *part) for n, part in enumerate(parts)])
    used = weights[: len(parts)]
    weighted = sum(w * gap for w, (gap, _) in zip(used, parts, strict=True)) / sum(used)

    assert found.range_points is not None
    assert found.range_points.low - 1e-9 <= weighted <= found.range_points.high + 1e-9


def test_chance_that_outweighs_the_gaps_leaves_no_size() -> None:
    assert theme_profile([cell("cannabis", 5.0, half_width=50.0)]).size_points == 0.0


def test_a_profile_says_whose_and_when_and_keeps_each_grade_and_label() -> None:
    found = theme_profile([cell("cannabis", 20.0, year=2021, grade=Grade.B)])

    assert (found.actor, found.year) == ("URY", 2021)
    (gap,) = found.gaps
    assert (gap.theme, gap.grade, gap.label) == ("cannabis", Grade.B, Label.INDETERMINATE)


def test_a_gap_without_an_interval_is_no_gap_of_a_profile() -> None:
    found = theme_profile([cell("cannabis", 20.0, gap_interval=None)])

    assert (found.gaps, found.left_out) == ((), ("cannabis",))


def test_chance_alone_has_no_size() -> None:
    """With a true gap of zero and a standard error of 16, mean |G| is 12.8."""
    drawn = 16 * np.random.default_rng(1).standard_normal(100_000)

    assert np.abs(drawn).mean() == pytest.approx(12.8, abs=0.1)
    assert math.sqrt(max(0.0, float(np.mean(drawn**2)) - 16**2)) < 2
    assert debiased_size(12.8, 16.0) == 0.0


def test_a_standard_error_is_read_from_the_published_interval() -> None:
    drawn = 16 * np.random.default_rng(1).standard_normal(100_000)

    assert standard_error(interval(drawn, RULES.draws)) == pytest.approx(16, rel=0.01)


NONE_OR_SEVERAL = "^cells: of no or several actors or years; expected one of each$"


@pytest.mark.parametrize(
    ("cells", "message"),
    [
        ([], NONE_OR_SEVERAL),
        (
            [cell("cannabis", 1.0), cell("funding", 1.0, actor="NOR")],
            NONE_OR_SEVERAL,
        ),
        ([cell("cannabis", 1.0), cell("cannabis", 2.0)], "a theme comes twice"),
    ],
)
def test_a_profile_is_of_one_actor_and_year_one_cell_a_theme(
    cells: list[CellScore], message: str
) -> None:
    with pytest.raises(InvalidValue, match=message):
        theme_profile(cells)
