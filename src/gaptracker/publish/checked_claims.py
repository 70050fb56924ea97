"""Was this figure ever published, by which releases, and what is it now?"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from gaptracker.domain.errors import InvalidValue, ReleaseCorrupt
from gaptracker.domain.vocabulary import Grade
from gaptracker.publish.said_figures import CellKey, KeptRelease, SaidFigure, SaidFigures
from gaptracker.workflows.compare_figures import ComparedPair, NamedFigure, compare_figures

MOST_POINTS = 100
MOST_DECIMALS = 12
MINUS_SIGNS = "-\N{MINUS SIGN}\N{EN DASH}\N{FIGURE DASH}\N{NON-BREAKING HYPHEN}"
FIGURE = re.compile(
    rf"(?P<sign>[+{re.escape(MINUS_SIGNS)}]?)(?P<whole>[0-9]{{1,3}})([.,](?P<decimals>[0-9]{{1,{MOST_DECIMALS}}}))?"
)
# What `parse_printed` takes, its bounds too, for the description of the API.
FIGURE_PATTERN = (
    rf"[+{re.escape(MINUS_SIGNS)}]?"
    rf"(100([.,]0{{1,{MOST_DECIMALS}}})?|0?[0-9]{{1,2}}([.,][0-9]{{1,{MOST_DECIMALS}}})?)"
)
FIGURE_FORM = "a number from -100 to 100 as it was printed, as 56, -12.5 or 56,2"


class Verdict(StrEnum):
    """What became of a figure that somebody printed.

    `current`: the newest release says so. `earlier`: an older release said so and the newest
    does not. `never`: no published release said so. `unknown`: a release that cannot be read at
    the moment would have to be asked.
    """

    CURRENT = "current"
    EARLIER = "earlier"
    NEVER = "never"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintedGap:
    """A gap as somebody printed it: every number from `low` to `high` may be written so."""

    written: str
    value: Decimal
    decimals: int
    low: Decimal
    high: Decimal

    def matches(self, gap: float | None) -> bool:
        """Say whether a gap, rounded to as many decimals, is written so."""
        return gap is not None and self.low <= Decimal(gap) <= self.high


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What one release said; `figure` is None where it has no such cell."""

    release: KeptRelease
    figure: SaidFigure | None
    matches: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedClaim:
    """A printed gap held against every published release, the newest first.

    `change` compares the newest release, first, with the newest one that said so; None unless
    both have a gap of grade C or better and they are two. `not_read` are releases that could not
    be read.
    """

    cell: CellKey
    printed: PrintedGap
    verdict: Verdict
    said: tuple[Said, ...]
    not_read: tuple[str, ...]
    change: ComparedPair | None

    @property
    def last_said(self) -> Said | None:
        """Return the newest release that said so."""
        return next((each for each in self.said if each.matches), None)


def parse_printed(text: str) -> PrintedGap:
    """Read a gap as a person writes it.

    A true minus sign, a dash and a decimal comma are taken; both ends of the rounding count.

    Raises:
        InvalidValue: If it is no number, or lies beyond 100.

    Examples:
        >>> printed = parse_printed("56")
        >>> str(printed.low), str(printed.high)
        ('55.5', '56.5')
        >>> parse_printed("−12,5").matches(-12.46)
        True
        >>> parse_printed("12.5").matches(-12.46)
        False
    """
    match = FIGURE.fullmatch(text.strip())
    if match is None:
        raise InvalidValue(f"gap is {text!r}; expected {FIGURE_FORM}")
    decimals = match["decimals"] or ""
    value = Decimal(f"{match['whole']}.{decimals}" if decimals else match["whole"])
    if match["sign"] and match["sign"] in MINUS_SIGNS:
        value = -value
    if abs(value) > MOST_POINTS:
        raise InvalidValue(f"gap is {text!r}; expected {FIGURE_FORM}")
    half = Decimal(5).scaleb(-len(decimals) - 1)
    return PrintedGap(
        written=text.strip(),
        value=value,
        decimals=len(decimals),
        low=value - half,
        high=value + half,
    )


def check_claim(
    figures: SaidFigures,
    releases: Sequence[KeptRelease],
    cell: CellKey,
    printed: PrintedGap,
    rules: tuple[float, tuple[float, float]],
) -> CheckedClaim:
    """Hold a printed gap against every published release; blocks while it reads.

    Args:
        figures: What releases said.
        releases: All published releases, the newest first, at least one.
        cell: Actor, theme and year.
        printed: The gap as it was printed.
        rules: Probability from which figures are told apart, and those of an interval's ends.
    """
    said, not_read = [], []
    for release in releases:
        try:
            figure = figures.said(release, cell)
        except (ReleaseCorrupt, OSError):
            not_read.append(release.entry.id)
            continue
        matches = figure is not None and printed.matches(figure.gap)
        said.append(Said(release=release, figure=figure, matches=matches))
    last = next((each for each in said if each.matches), None)
    newest = said[0] if said and said[0].release is releases[0] else None
    change = _change(figures, newest, last, cell, rules) if last and newest else None
    return CheckedClaim(
        cell=cell,
        printed=printed,
        verdict=_verdict(newest, last, all_read=not not_read),
        said=tuple(said),
        not_read=tuple(not_read),
        change=change,
    )


def _verdict(newest: Said | None, last: Said | None, *, all_read: bool) -> Verdict:
    if newest is not None and newest is last:
        return Verdict.CURRENT
    if newest is None or (last is None and not all_read):
        return Verdict.UNKNOWN
    return Verdict.NEVER if last is None else Verdict.EARLIER


def _change(
    figures: SaidFigures,
    newest: Said,
    last: Said,
    cell: CellKey,
    rules: tuple[float, tuple[float, float]],
) -> ComparedPair | None:
    """Compare what the newest release says with what was printed."""
    if newest is last:
        return None
    named = [_named(figures, each, cell) for each in (newest, last)]
    if None in named:
        return None
    (pair,) = compare_figures([each for each in named if each is not None], *rules).pairs
    return pair


def _named(figures: SaidFigures, said: Said, cell: CellKey) -> NamedFigure | None:
    figure = said.figure
    if figure is None or figure.gap is None or figure.grade is Grade.D:
        return None
    try:
        grid = figures.grid(said.release, cell)
    except (ReleaseCorrupt, OSError):
        return None
    if grid is None:
        return None
    return NamedFigure(name=said.release.entry.id, points=figure.gap, grade=figure.grade, grid=grid)
