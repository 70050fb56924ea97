"""Readings across actors: federations and their units, coherence of agencies, help abroad."""

from collections.abc import Callable
from typing import Annotated, Any, TypeVar

import polars as pl
from fastapi import Query, Request, Response

from gaptracker.publish.api.deps import View
from gaptracker.publish.api.documented import table_responses
from gaptracker.publish.api.filters import Findings, actors_themes_years
from gaptracker.publish.api.paged import PagedTable, answer_page
from gaptracker.publish.api.queries_across import (
    AbroadQuery,
    CoherenceQuery,
    FederationsQuery,
    FederationUnitsQuery,
)
from gaptracker.publish.api.routing import Routes
from gaptracker.publish.api.schemas import Message
from gaptracker.publish.api.schemas_across import (
    AbroadPage,
    AbroadRow,
    CoherencePage,
    CoherenceRow,
    FederationPage,
    FederationRow,
    FederationUnitPage,
    FederationUnitRow,
)
from gaptracker.publish.frozen import FrozenRelease

router = Routes(tag="figures")

FEDERATIONS_PATH = "/v1/federations"
UNITS_PATH = "/v1/federation-units"
COHERENCE_PATH = "/v1/coherence"
ABROAD_PATH = "/v1/abroad"

Row = TypeVar("Row", bound=Message)
AnyQuery = FederationsQuery | FederationUnitsQuery | CoherenceQuery | AbroadQuery


def _asked(release: FrozenRelease, query: AnyQuery) -> pl.Expr:
    """Return the condition on rows that a query sets."""
    found = Findings()
    actor = None if isinstance(query, CoherenceQuery) else query.actor
    theme = None if isinstance(query, AbroadQuery) else query.theme
    actors_themes_years(release, found, actor=actor, theme=theme, year=query.year)
    return found.condition()


def _build(row_type: type[Row]) -> Callable[[View, pl.DataFrame], list[Row]]:
    """Return what writes rows of a table: its columns, with names in the reader's language."""

    def build(view: View, rows: pl.DataFrame) -> list[Row]:
        release = view.release
        more = {
            "release": release.id,
            "methodology": release.manifest.methodology,
            "provisional": release.manifest.provisional,
        }
        return [
            row_type(
                **{
                    name: value
                    for name, value in {**more, **row, **_names(view, row)}.items()
                    if name in row_type.model_fields
                }
            )
            for row in rows.iter_rows(named=True)
        ]

    return build


# `Any`, because a row's values have the types of its columns.
def _names(view: View, row: dict[str, Any]) -> dict[str, str]:
    release, names = view.release, {}
    if "actor" in row:
        names["actor_name"] = view.name_of(release.actors[row["actor"]].names)
    if "theme" in row:
        names["theme_name"] = view.name_of(release.themes[row["theme"]].name)
    return names


FEDERATIONS: PagedTable[FederationsQuery, FederationRow] = PagedTable(
    path=FEDERATIONS_PATH,
    name="federations",
    identity=("actor", "theme", "year"),
    row_type=FederationRow,
    frame=lambda release: release.across.federations.frame,
    condition=_asked,
    order=lambda query: query.sort,
    build=_build(FederationRow),
    page=lambda meta, rows: FederationPage(meta=meta, data=rows),
)
UNITS: PagedTable[FederationUnitsQuery, FederationUnitRow] = PagedTable(
    path=UNITS_PATH,
    name="federation-units",
    identity=("actor", "theme", "year", "unit"),
    row_type=FederationUnitRow,
    frame=lambda release: release.across.units.frame,
    condition=_asked,
    order=lambda query: query.sort,
    build=_build(FederationUnitRow),
    page=lambda meta, rows: FederationUnitPage(meta=meta, data=rows),
)
COHERENCE: PagedTable[CoherenceQuery, CoherenceRow] = PagedTable(
    path=COHERENCE_PATH,
    name="coherence",
    identity=("theme", "year"),
    row_type=CoherenceRow,
    frame=lambda release: release.across.coherence.frame,
    condition=_asked,
    order=lambda query: query.sort,
    build=_build(CoherenceRow),
    page=lambda meta, rows: CoherencePage(meta=meta, data=rows),
)
ABROAD: PagedTable[AbroadQuery, AbroadRow] = PagedTable(
    path=ABROAD_PATH,
    name="abroad",
    identity=("actor", "year"),
    row_type=AbroadRow,
    frame=lambda release: release.across.abroad.frame,
    condition=_asked,
    order=lambda query: query.sort,
    build=_build(AbroadRow),
    page=lambda meta, rows: AbroadPage(meta=meta, data=rows),
)


@router.get(
    FEDERATIONS_PATH,
    summary="Federations: the nation's practice, and what residents live under",
    response_model=FederationPage,
    responses=table_responses(),
)
async def list_federations(
    request: Request, query: Annotated[FederationsQuery, Query()]
) -> Response:
    """Give both gaps of each federation side by side; they are never averaged."""
    return await answer_page(request, query, FEDERATIONS)


@router.get(
    UNITS_PATH,
    summary="Units of federations, with their practice and population",
    response_model=FederationUnitPage,
    responses=table_responses(),
)
async def list_federation_units(
    request: Request, query: Annotated[FederationUnitsQuery, Query()]
) -> Response:
    """Give each unit's own practice, or the nation's where that prevails and is enforced."""
    return await answer_page(request, query, UNITS)


@router.get(
    COHERENCE_PATH,
    summary="How far UN agencies stand apart",
    response_model=CoherencePage,
    responses=table_responses(),
)
async def list_coherence(request: Request, query: Annotated[CoherenceQuery, Query()]) -> Response:
    """Give the spread of the agencies' words by theme and year."""
    return await answer_page(request, query, COHERENCE)


@router.get(
    ABROAD_PATH,
    summary="Conduct abroad: the practice of those to whom help went",
    response_model=AbroadPage,
    responses=table_responses(),
)
async def list_abroad(request: Request, query: Annotated[AbroadQuery, Query()]) -> Response:
    """Give donors' words beside the practice of recipients, weighted by what each got."""
    return await answer_page(request, query, ABROAD)
