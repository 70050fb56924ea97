"""The query of a chart: which parameters each takes, and what they may name."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Literal

from fastapi import Path
from pydantic import Field

from gaptracker.publish.api.codes import ErrorCode
from gaptracker.publish.api.errors import Fault, clip, invalid, unknown
from gaptracker.publish.api.filters import actor_spellings, theme_spellings
from gaptracker.publish.api.names import nearest_names
from gaptracker.publish.api.queries import MEMBER, PlainYear, ReleaseQuery, Text, list_of
from gaptracker.publish.charts.asked import Asked, Size
from gaptracker.publish.charts.catalogue import CHARTS, Chart, Parameter
from gaptracker.publish.frozen import FrozenRelease

YEAR_DIGITS = 4
MOST_ACTORS = 12
# Unknown ones are refused with 404 and the nearest, so the route only describes them.
ChartPart = Annotated[
    str, Path(alias="chart", examples=["says_does"], json_schema_extra={"enum": list(CHARTS)})
]
PARAMETERS: tuple[Parameter, ...] = ("actor", "actors", "side", "theme", "year")


class ChartSubject(ReleaseQuery):
    """What charts are asked about; each takes some of it, and refuses the rest."""

    actor: Text | None = Field(default=None, description="An actor's code.", examples=["MEX"])
    actors: Annotated[str, list_of(MEMBER, most=MOST_ACTORS)] | None = Field(
        default=None,
        description=f"Up to {MOST_ACTORS} actors' codes, separated by commas.",
        examples=["MEX,COL"],
    )
    theme: Text | None = Field(
        default=None, description="A theme's id.", examples=["death_penalty"]
    )
    year: PlainYear | None = Field(default=None, description="A year.", examples=["2022"])
    side: Literal["words", "deeds"] | None = Field(
        default=None, description="Whether words are compared, or deeds."
    )


class ChartQuery(ChartSubject):
    """What pictures take."""

    size: Literal["page", "embed", "card"] = Field(
        default="page",
        description=(
            "`page` is about 720 pixels wide, `embed` 320 and laid out for it, `card` 1200 × 630 "
            "for social media."
        ),
    )


def asked_of(chart: Chart, release: FrozenRelease, query: ChartSubject, language: str) -> Asked:
    """Return a chart's question, after checking it against the release.

    Without a size in the query it is that of a page.

    Raises:
        RequestRefused: If a parameter is missing, not the chart's, or names nothing (422);
            everything that is wrong is said at once.
    """
    faults = [*_missing(chart, query), *_foreign(chart, query)]
    actors = _actors(release, query, faults)
    if query.theme is not None and "theme" in chart.parameters:
        _require_theme(chart, release, query.theme, faults)
    year = _year(release, query.year, faults) if "year" in chart.parameters else None
    if faults:
        raise invalid(*faults)
    return Asked(
        language=language,
        size=Size(query.size) if isinstance(query, ChartQuery) else Size.PAGE,
        actor=query.actor,
        theme=query.theme,
        year=year,
        actors=tuple(dict.fromkeys(actors)),
        side=query.side,
    )


def _missing(chart: Chart, query: ChartSubject) -> list[Fault]:
    listed = ", ".join(chart.parameters)
    return [
        Fault(
            parameter=name,
            place="query",
            code=ErrorCode.PARAMETER_MISSING,
            detail=f"{name} is missing; the chart {chart.id} takes {listed}",
            expected=f"a value for {name}",
        )
        for name in chart.parameters
        if getattr(query, name) is None
    ]


def _foreign(chart: Chart, query: ChartSubject) -> list[Fault]:
    listed = ", ".join(chart.parameters)
    return [
        Fault(
            parameter=name,
            place="query",
            code=ErrorCode.PARAMETER_UNKNOWN,
            detail=f"the chart {chart.id} takes no {name}; it takes {listed}",
            given=clip(str(getattr(query, name))),
            expected=listed,
            nearest=nearest_names(name, dict.fromkeys(chart.parameters, ())),
        )
        for name in PARAMETERS
        if name not in chart.parameters and getattr(query, name) is not None
    ]


def _actors(release: FrozenRelease, query: ChartSubject, faults: list[Fault]) -> Sequence[str]:
    known = actor_spellings(release)
    listed = [name.strip() for name in (query.actors or "").split(",")] if query.actors else []
    expected = f"up to {MOST_ACTORS} codes separated by single commas"
    if len(listed) > MOST_ACTORS or not all(listed):
        faults.append(
            Fault(
                parameter="actors",
                place="query",
                code=ErrorCode.VALUE_INVALID,
                detail=f"actors is {clip(query.actors or '')!r}; expected {expected}",
                given=clip(query.actors or ""),
                expected=expected,
            )
        )
        return ()
    _require_known("actor", [query.actor] if query.actor else [], known, faults)
    _require_known("actors", listed, known, faults)
    return listed


def _require_known(
    parameter: str,
    given: Sequence[str],
    known: Mapping[str, Sequence[str]],
    faults: list[Fault],
) -> None:
    faults.extend(
        unknown(parameter, ErrorCode.ACTOR_UNKNOWN, name, known, place="query")
        for name in given
        if name not in known
    )


def _require_theme(chart: Chart, release: FrozenRelease, theme: str, faults: list[Fault]) -> None:
    known = {
        name: spellings
        for name, spellings in theme_spellings(release).items()
        if chart.any_theme or name in release.scored_themes
    }
    if theme not in known:
        faults.append(unknown("theme", ErrorCode.THEME_UNKNOWN, theme, known, place="query"))


def _year(release: FrozenRelease, given: str | None, faults: list[Fault]) -> int | None:
    if given is None:
        return None
    years = release.years
    expected = f"a year from {years[0]} to {years[-1]}"
    plain = given.isascii() and given.isdigit() and len(given) == YEAR_DIGITS
    if plain and int(given) in years:
        return int(given)
    faults.append(
        Fault(
            parameter="year",
            place="query",
            code=ErrorCode.YEAR_UNKNOWN if plain else ErrorCode.VALUE_INVALID,
            detail=f"year is {clip(given)!r}; expected {expected}",
            given=clip(given),
            expected=expected,
            nearest=(str(min(max(int(given), years[0]), years[-1])),) if plain else (),
        )
    )
    return None
