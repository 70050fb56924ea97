"""From the parameters of a comparison to the cells that are held against each other."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from gaptracker.publish.api.codes import ErrorCode
from gaptracker.publish.api.errors import Fault, clip
from gaptracker.publish.api.filters import (
    Findings,
    actor_spellings,
    known_years,
    require_known_names,
    scored_theme_spellings,
    split_list,
)
from gaptracker.publish.api.queries import CompareQuery
from gaptracker.publish.comparing import FEWEST, Subject, newest_common_year
from gaptracker.publish.frozen import FrozenRelease

# Each is held against each: of forty there are 780 pairs, a fifth of a second's work.
MOST_COMPARED = 40
Across = Literal["actors", "years", "releases"]


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedLists:
    """The lists of a query, each name once; `across` says which of them has several members."""

    across: Across
    actors: tuple[str, ...]
    years: tuple[str, ...]
    releases: tuple[str, ...]


def asked_lists(query: CompareQuery) -> AskedLists:
    """Return what is compared: actors, or years, or releases, several of exactly one of them.

    Raises:
        RequestRefused: If a member is empty or comes twice, two parameters exclude each other,
            or there is nothing to compare; it says all that is wrong.
    """
    found = Findings()
    lists = {
        name: _different(name, text, found)
        for name, text in (
            ("actors", query.actors),
            ("years", query.years),
            ("releases", query.releases),
        )
    }
    for one, many, given in (
        ("year", "years", query.year and query.years),
        ("release", "releases", query.release and query.releases),
    ):
        if given:
            found.faults.append(
                _fault(many, ErrorCode.PARAMETER_CONFLICT, str(given), f"either {one} or {many}")
            )
    several: list[Across] = [
        name for name in ("actors", "years", "releases") if len(lists[name]) >= FEWEST
    ]
    if len(several) != 1 and not found.faults:
        came = " and ".join(several) or "one actor, year and release"
        expected = "several of one kind: two actors, or one actor and two years or two releases"
        code = ErrorCode.PARAMETER_CONFLICT if several else ErrorCode.VALUE_OUT_OF_RANGE
        found.faults.append(_fault("actors", code, came, expected))
    found.condition()  # refuses, if there was a fault
    year = (query.year,) if query.year else ()
    release = (query.release,) if query.release else ()
    return AskedLists(
        across=several[0],
        actors=lists["actors"],
        years=lists["years"] or year,
        releases=lists["releases"] or release,
    )


def subjects_of(
    lists: AskedLists, releases: Sequence[FrozenRelease], theme: str
) -> tuple[Subject, ...]:
    """Return the cells that are compared, under the names by which pairs name them.

    Args:
        lists: What was asked for.
        releases: The releases named, or else the newest, at least one.
        theme: The theme.

    Raises:
        RequestRefused: If an actor, theme or year is unknown.
    """
    found = Findings()
    years: list[int] = []
    for release in releases:
        require_known_names(
            lists.actors, "actors", ErrorCode.ACTOR_UNKNOWN, actor_spellings(release), found
        )
        known = scored_theme_spellings(release)
        require_known_names((theme,), "theme", ErrorCode.THEME_UNKNOWN, known, found)
        parameter = "years" if lists.across == "years" else "year"
        years = known_years(lists.years, release.years, found, parameter=parameter)
    found.condition()  # refuses, if there was a fault
    if not years:
        common = newest_common_year(releases, lists.actors, theme)
        years = [releases[0].years[-1] if common is None else common]
    return tuple(
        Subject(
            name=_name(lists.across, actor, year, release.id),
            release=release,
            cell=release.cell(actor, theme, year),
        )
        for release in releases
        for year in years
        for actor in lists.actors
    )


def _name(across: Across, actor: str, year: int, release: str) -> str:
    return {"actors": actor, "years": f"{actor} {year}", "releases": f"{actor} {release}"}[across]


def _different(parameter: str, text: str | None, found: Findings) -> tuple[str, ...]:
    """Part a list whose members have to differ, and of which there may not be too many."""
    if text is None:
        return ()
    names = split_list(parameter, text, found)
    if len(set(names)) != len(names):
        found.faults.append(
            _fault(parameter, ErrorCode.VALUE_INVALID, text, "every member of the list once")
        )
    if len(names) > MOST_COMPARED:
        found.faults.append(
            _fault(
                parameter,
                ErrorCode.VALUE_OUT_OF_RANGE,
                f"{len(names)} members",
                f"at most {MOST_COMPARED}",
            )
        )
    return tuple(names)


def _fault(parameter: str, code: ErrorCode, given: str, expected: str) -> Fault:
    return Fault(
        parameter=parameter,
        place="query",
        code=code,
        detail=f"{clip(given)} came for {parameter}; expected {expected}",
        given=clip(given),
        expected=expected,
    )
