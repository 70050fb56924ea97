"""`/v1/positions` and `/v1/alliances`: who stands where, and who stands near whom."""

from typing import Annotated, Any

from fastapi import Query, Request, Response

from gaptracker.publish.api.alliance_answers import (
    ALLIANCES_PATH,
    POSITIONS_PATH,
    build_positions,
    build_rows,
)
from gaptracker.publish.api.alliance_filters import alliances_asked, positions_asked
from gaptracker.publish.api.documented import table_responses
from gaptracker.publish.api.paged import PagedTable, answer_page
from gaptracker.publish.api.queries_alliances import AlliancesQuery, PositionsQuery
from gaptracker.publish.api.routing import Routes
from gaptracker.publish.api.schemas_alliances import (
    AlikeApart,
    AlikeApartPage,
    ChangePage,
    CommunityPage,
    Member,
    Position,
    PositionPage,
    Similarity,
    SimilarityChange,
    SimilarityPage,
)

router = Routes(tag="figures")

POSITIONS: PagedTable[PositionsQuery, Position] = PagedTable(
    path=POSITIONS_PATH,
    name="positions",
    identity=("actor", "theme", "year", "side"),
    row_type=Position,
    frame=lambda release: release.alliances.positions.frame,
    condition=positions_asked,
    order=lambda query: query.sort,
    build=build_positions,
    page=lambda meta, rows: PositionPage(meta=meta, data=rows),
)

PAIR = ("actor_a", "actor_b")


def _order(query: AlliancesQuery, figure: str) -> str:
    return query.sort.replace("figure", figure)


# `Any`, because each table has rows of its own type.
ALLIANCES: dict[str, PagedTable[AlliancesQuery, Any]] = {
    "similarities": PagedTable(
        path=ALLIANCES_PATH,
        name="similarities",
        identity=("year", "side", *PAIR),
        row_type=Similarity,
        frame=lambda release: release.alliances.similarities.frame,
        condition=alliances_asked,
        order=lambda query: _order(query, "similarity"),
        build=lambda view, rows: build_rows(view, rows, Similarity),
        page=lambda meta, rows: SimilarityPage(meta=meta, data=rows),
    ),
    "communities": PagedTable(
        path=ALLIANCES_PATH,
        name="communities",
        identity=("year", "side", "community", "actor"),
        row_type=Member,
        frame=lambda release: release.alliances.communities.frame,
        condition=alliances_asked,
        order=lambda query: _order(query, "together_share"),
        build=lambda view, rows: build_rows(view, rows, Member),
        page=lambda meta, rows: CommunityPage(meta=meta, data=rows),
    ),
    "changes": PagedTable(
        path=ALLIANCES_PATH,
        name="similarity-changes",
        identity=("year", "side", "since", *PAIR),
        row_type=SimilarityChange,
        frame=lambda release: release.alliances.changes.frame,
        condition=alliances_asked,
        order=lambda query: _order(query, "change"),
        build=lambda view, rows: build_rows(view, rows, SimilarityChange),
        page=lambda meta, rows: ChangePage(meta=meta, data=rows),
    ),
    "alike_apart": PagedTable(
        path=ALLIANCES_PATH,
        name="alike-apart",
        identity=("year", *PAIR),
        row_type=AlikeApart,
        frame=lambda release: release.alliances.alike_apart.frame,
        condition=alliances_asked,
        order=lambda query: _order(query, "words_similarity"),
        build=lambda view, rows: build_rows(view, rows, AlikeApart),
        page=lambda meta, rows: AlikeApartPage(meta=meta, data=rows),
    ),
}


@router.get(
    POSITIONS_PATH,
    summary="Positions: where actors stand, in words and in deeds",
    response_model=PositionPage,
    responses=table_responses(),
)
async def list_positions(request: Request, query: Annotated[PositionsQuery, Query()]) -> Response:
    """Give where actors stand on themes, those of positions only too, which carry no gap.

    A position is no verdict: how much it rests on stands in `n_items` and in its interval.
    """
    return await answer_page(request, query, POSITIONS)


@router.get(
    ALLIANCES_PATH,
    summary="Alliances: who stands near whom, who came nearer, who speaks alike and acts apart",
    response_model=SimilarityPage | CommunityPage | ChangePage | AlikeApartPage,
    responses=table_responses(),
)
async def list_alliances(request: Request, query: Annotated[AlliancesQuery, Query()]) -> Response:
    """Give one table of the map of alliances; `show` says which.

    Only actors that are known on enough common themes are held together. That two have no row,
    that an actor is in no group, or that no change is listed is no finding: it cannot be told.
    """
    return await answer_page(request, query, ALLIANCES[query.shown])
