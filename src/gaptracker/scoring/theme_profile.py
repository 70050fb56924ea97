"""One actor across themes: a profile, and what may be said of it as a whole."""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from gaptracker.domain.analysis import PointsRange
from gaptracker.domain.errors import InvalidValue
from gaptracker.domain.results import Interval
from gaptracker.domain.vocabulary import Grade, Label
from gaptracker.scoring.weight_ranges import full_range

# The 95th percentile of the normal distribution: half a 90% interval in standard errors.
HALF_INTERVAL = 1.6448536269514722
DEMONSTRATED = frozenset({Label.WORDS_AHEAD, Label.DEEDS_AHEAD})


class ThemeCell(Protocol):
    """What a profile asks of a cell, whether it was scored just now or read from a release."""

    @property
    def actor(self) -> str:
        """Return the actor's code."""

    @property
    def theme(self) -> str:
        """Return the theme's id."""

    @property
    def year(self) -> int:
        """Return the year."""

    @property
    def gap_points(self) -> float | None:
        """Return the gap, None if there is none."""

    @property
    def gap_interval(self) -> Interval | None:
        """Return the gap's 90% interval, None without a gap."""

    @property
    def grade(self) -> Grade:
        """Return the strength of the evidence."""

    @property
    def label(self) -> Label:
        """Return the verdict."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ThemeGap:
    """One theme's gap; `size_points` is how large it is once chance is taken off."""

    theme: str
    gap_points: float
    standard_error_points: float
    size_points: float
    label: Label
    grade: Grade


@dataclass(frozen=True, slots=True, kw_only=True)
class ThemeProfile:
    """The gaps of one actor and year across themes.

    There is no overall number by default. `mean_points` is the plain signed mean, in which
    words ahead and deeds ahead cancel, with its standard error; `size_points` the root mean
    square gap once chance is taken off, in which they do not; `range_points` everything that
    some weighting of the themes could make of it. `left_out` names the themes that have a gap
    of grade D, which enters no comparison, and `unknown` those that have none.
    """

    actor: str
    year: int
    gaps: tuple[ThemeGap, ...]
    left_out: tuple[str, ...]
    unknown: tuple[str, ...]
    mean_points: float | None
    mean_standard_error_points: float | None
    size_points: float | None
    range_points: PointsRange | None
    words_ahead: int
    deeds_ahead: int

    @property
    def demonstrated(self) -> int:
        """Return the number of gaps that are demonstrated, either way."""
        return self.words_ahead + self.deeds_ahead


def standard_error(interval: Interval) -> float:
    """Return half the width of a 90% interval, in normal standard errors.

    Taken from the published interval, so that a reader can repeat it, and not from the draws'
    variance, which the far tails of a few small samples would rule.

    Examples:
        >>> round(standard_error(Interval(low=-16.45, high=16.45)), 2)
        10.0
    """
    return (interval.high - interval.low) / (2 * HALF_INTERVAL)


def debiased_size(gap_points: float, standard_error_points: float) -> float:
    """Return sqrt(max(0, G^2 - SE^2)): how large a gap is once chance is taken off.

    Chance alone makes |G| large: with a true gap of zero and a standard error of 16 its mean is
    12.8. The mean of G^2 is that of the true gap plus SE^2, which is taken off here.

    References:
        Methodology 1.0.0, section 5.

    Examples:
        >>> debiased_size(-25.0, 15.0), debiased_size(10.0, 15.0)
        (20.0, 0.0)
    """
    return math.sqrt(max(0.0, gap_points**2 - standard_error_points**2))


def theme_profile(cells: Iterable[ThemeCell]) -> ThemeProfile:
    """Return one actor's gaps across themes.

    Args:
        cells: Cells of one actor and year, one a theme.

    Returns:
        The profile; what needs at least one gap of grade C or better is None without.

    Raises:
        InvalidValue: If there is no cell, they are of different actors or years, or a theme
            comes twice.

    References:
        Methodology 1.0.0, section 5.
    """
    given = sorted(cells, key=lambda cell: cell.theme)
    if len({(cell.actor, cell.year) for cell in given}) != 1:
        raise InvalidValue("cells: of no or several actors or years; expected one of each")
    if len({cell.theme for cell in given}) != len(given):
        raise InvalidValue(
            f"cells of {given[0].actor}: a theme comes twice; expected one cell each"
        )
    gaps = tuple(gap for cell in given if cell.grade is not Grade.D and (gap := _gap(cell)))
    counted = {gap.theme for gap in gaps}
    mean, mean_error, size = _across(gaps)
    return ThemeProfile(
        actor=given[0].actor,
        year=given[0].year,
        gaps=gaps,
        left_out=tuple(
            cell.theme
            for cell in given
            if cell.gap_points is not None and cell.theme not in counted
        ),
        unknown=tuple(cell.theme for cell in given if cell.gap_points is None),
        mean_points=mean,
        mean_standard_error_points=mean_error,
        size_points=size,
        range_points=full_range([gap.gap_points for gap in gaps]) if gaps else None,
        words_ahead=sum(gap.label is Label.WORDS_AHEAD for gap in gaps),
        deeds_ahead=sum(gap.label is Label.DEEDS_AHEAD for gap in gaps),
    )


def _gap(cell: ThemeCell) -> ThemeGap | None:
    if cell.gap_points is None or cell.gap_interval is None:
        return None
    error = standard_error(cell.gap_interval)
    return ThemeGap(
        theme=cell.theme,
        gap_points=cell.gap_points,
        standard_error_points=error,
        size_points=debiased_size(cell.gap_points, error),
        label=cell.label,
        grade=cell.grade,
    )


def _across(gaps: tuple[ThemeGap, ...]) -> tuple[float | None, float | None, float | None]:
    """Return signed mean, its standard error (themes taken as independent) and size."""
    if not gaps:
        return None, None, None
    count = len(gaps)
    squares = math.fsum(gap.gap_points**2 for gap in gaps)
    errors = math.fsum(gap.standard_error_points**2 for gap in gaps)
    return (
        math.fsum(gap.gap_points for gap in gaps) / count,
        math.sqrt(errors) / count,
        math.sqrt(max(0.0, squares - errors) / count),
    )
