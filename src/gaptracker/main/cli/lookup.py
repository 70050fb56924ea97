"""Names as people type them, held against those of a release."""

import re
from typing import Protocol

import typer

from gaptracker.publish.frozen import FrozenRelease
from gaptracker.publish.nearest import require_year

ALL = "all"
SPAN = re.compile(r"(?P<first>\d{4})(?:-(?P<last>\d{4}))?")


def named_actor(release: FrozenRelease, given: str) -> str:
    """Return the code of an actor, whatever its case.

    Raises:
        UnknownName: If there is none; it carries the nearest.
    """
    upper = given.strip().upper()
    return release.actor(upper if upper in release.actors else given).code


def named_theme(release: FrozenRelease, given: str) -> str:
    """Return the id of a theme with a gap, whatever its case, with hyphens or underscores.

    Raises:
        UnknownName: If there is none; it carries the nearest.
    """
    name = given.strip().lower().replace("-", "_")
    return release.theme(name if name in release.scored_themes else given).id


class HasYears(Protocol):
    """What covers years."""

    @property
    def years(self) -> range:
        """The years, without a hole."""


def chosen_years(release: HasYears, given: str | None) -> range:
    """Return the years of a release that a person asked for; the newest where none was.

    Raises:
        UnknownName: If the release does not cover a year; it carries the nearest.
        BadParameter: If the text is no year and no span.
    """
    return parse_years(given, release.years, "--year") if given else release.years[-1:]


def parse_years(given: str | None, known: range, option: str) -> range:
    """Read a year, a span as `2007-2022`, or `all`.

    Args:
        given: The text; None asks for all.
        known: The years there are.
        option: The option's name, for the message.

    Raises:
        UnknownName: If a year is not among them; it carries the nearest.
        BadParameter: If the text is no year and no span, or ends before it begins.

    Examples:
        >>> parse_years("2007-2009", range(2000, 2027), "--year")
        range(2007, 2010)
    """
    if given is None or given == ALL:
        return known
    match = SPAN.fullmatch(given.strip())
    if match is None:
        raise typer.BadParameter(
            f"{given!r} is no year; expected one as 2022, a span as 2007-2022, or all",
            param_hint=option,
        )
    first = require_year(int(match["first"]), known)
    last = require_year(int(match["last"] or first), known)
    if last < first:
        raise typer.BadParameter(f"{given!r} ends before it begins", param_hint=option)
    return range(first, last + 1)
