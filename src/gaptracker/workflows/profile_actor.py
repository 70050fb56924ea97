"""What may be said of one actor across themes, year by year: for API, pages and command line."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from gaptracker.domain.results import Interval
from gaptracker.domain.vocabulary import Grade, Label
from gaptracker.scoring.theme_profile import theme_profile


@dataclass(frozen=True, slots=True, kw_only=True)
class ThemeFigure:
    """A published cell as a profile reads it."""

    actor: str
    theme: str
    year: int
    gap_points: float | None
    gap_interval: Interval | None
    grade: Grade
    label: Label


@dataclass(frozen=True, slots=True, kw_only=True)
class YearAcross:
    """One year of an actor across the themes that have a gap of grade C or better.

    There is no overall number. In `mean_points`, the plain signed mean, words ahead and deeds
    ahead cancel; in `size_points`, the root mean square once chance is taken off, they do not.
    `lowest_points` and `highest_points` are all that some weighting of the themes could make of it.
    """

    year: int
    n_themes: int
    mean_points: float
    mean_standard_error_points: float
    size_points: float
    lowest_points: float
    highest_points: float
    words_ahead: int
    deeds_ahead: int


def profile_years(figures: Iterable[ThemeFigure]) -> list[YearAcross]:
    """Return what may be said of one actor as a whole, for each year in which anything may.

    Args:
        figures: Cells of one actor, of any year and grade, one a theme and year.

    Returns:
        The years with a gap of grade C or better, in their order.

    Raises:
        InvalidValue: If a theme comes twice in a year.

    References:
        Methodology 1.0.0, section 5.
    """
    by_year: dict[int, list[ThemeFigure]] = {}
    for figure in figures:
        by_year.setdefault(figure.year, []).append(figure)
    found = (_across(year, by_year[year]) for year in sorted(by_year))
    return [each for each in found if each is not None]


def _across(year: int, figures: Sequence[ThemeFigure]) -> YearAcross | None:
    profile = theme_profile(figures)
    if (
        profile.mean_points is None
        or profile.mean_standard_error_points is None
        or profile.size_points is None
        or profile.range_points is None
    ):
        return None
    return YearAcross(
        year=year,
        n_themes=len(profile.gaps),
        mean_points=profile.mean_points,
        mean_standard_error_points=profile.mean_standard_error_points,
        size_points=profile.size_points,
        lowest_points=profile.range_points.low,
        highest_points=profile.range_points.high,
        words_ahead=profile.words_ahead,
        deeds_ahead=profile.deeds_ahead,
    )
