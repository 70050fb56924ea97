"""From the filters of positions and alliances to a condition on a release's rows."""

import polars as pl

from gaptracker.publish.api.codes import ErrorCode
from gaptracker.publish.api.errors import Fault
from gaptracker.publish.api.filters import (
    Findings,
    actor_spellings,
    known_years,
    require_known_names,
    split_list,
    theme_spellings,
)
from gaptracker.publish.api.queries_alliances import AlliancesQuery, PositionsQuery
from gaptracker.publish.frozen import FrozenRelease


def positions_asked(release: FrozenRelease, query: PositionsQuery) -> pl.Expr:
    """Return the condition on positions that a query sets.

    Raises:
        RequestRefused: If it names an actor, theme or year that nothing carries.
    """
    found = Findings()
    actors = _actors(release, query.actor, found)
    if actors:
        found.one_of("actor", actors)
    if query.theme is not None:
        themes = split_list("theme", query.theme, found)
        known = theme_spellings(release)
        require_known_names(themes, "theme", ErrorCode.THEME_UNKNOWN, known, found)
        found.one_of("theme", themes)
    _of_year_and_side(release, query, found)
    return found.condition()


def alliances_asked(release: FrozenRelease, query: AlliancesQuery) -> pl.Expr:
    """Return the condition on rows of the table shown that a query sets.

    Raises:
        RequestRefused: If it names an actor or year that nothing carries, or asks of a table
            what it does not hold.
    """
    found = Findings()
    if query.side is not None and query.shown == "alike_apart":
        found.faults.append(_conflict("side", query.side, query.shown))
    if query.since is not None:
        if query.shown == "changes":
            since = [query.since.strip()]
            found.one_of("since", known_years(since, release.years, found, parameter="since"))
        else:
            found.faults.append(_conflict("since", query.since, query.shown))
    actors = _actors(release, query.actor, found)
    if actors:
        found.conditions.append(_with_actors(actors, query))
    _of_year_and_side(release, query, found)
    return found.condition()


def _with_actors(actors: list[str], query: AlliancesQuery) -> pl.Expr:
    """Ask for members, for the pairs of one actor, or for the pairs among several."""
    if query.shown == "communities":
        return pl.col("actor").is_in(actors)
    each = (pl.col("actor_a").is_in(actors), pl.col("actor_b").is_in(actors))
    return pl.any_horizontal(each) if len(set(actors)) == 1 else pl.all_horizontal(each)


def _actors(release: FrozenRelease, given: str | None, found: Findings) -> list[str]:
    if given is None:
        return []
    actors = split_list("actor", given, found)
    known = actor_spellings(release)
    require_known_names(actors, "actor", ErrorCode.ACTOR_UNKNOWN, known, found)
    return actors


def _of_year_and_side(
    release: FrozenRelease, query: PositionsQuery | AlliancesQuery, found: Findings
) -> None:
    if query.year is not None:
        years = split_list("year", query.year, found)
        found.one_of("year", known_years(years, release.years, found))
    if query.side is not None:
        found.conditions.append(pl.col("side") == query.side)


def _conflict(parameter: str, given: str, show: str) -> Fault:
    return Fault(
        parameter=parameter,
        place="query",
        code=ErrorCode.PARAMETER_CONFLICT,
        detail=f"show={show} takes no {parameter}: leave it out",
        given=given,
        expected=f"no {parameter}" if parameter == "side" else "show=changes",
    )
