"""`/v1/gaps`: cells, filtered, sorted, page by page."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from gaptracker.publish.api.cells import GAPS_PATH, build_cells, cells_frame
from gaptracker.publish.api.documented import table_responses
from gaptracker.publish.api.filters import cells_asked
from gaptracker.publish.api.paged import PagedTable, answer_page
from gaptracker.publish.api.queries import GapsQuery
from gaptracker.publish.api.schemas import Cell, CellPage

router = APIRouter(tags=["figures"])

GAPS: PagedTable[GapsQuery, Cell] = PagedTable(
    path=GAPS_PATH,
    name="gaps",
    identity=("actor", "theme", "year"),
    row_type=Cell,
    frame=cells_frame,
    condition=cells_asked,
    order=lambda query: query.sort,
    build=build_cells,
    page=lambda meta, rows: CellPage(meta=meta, data=rows),
)


@router.get(
    GAPS_PATH,
    summary="Cells: what actors say and do, and the gap",
    response_model=CellPage,
    responses=table_responses(),
)
async def list_gaps(request: Request, query: Annotated[GapsQuery, Query()]) -> Response:
    """Give the cells of actors, themes and years, 500 a page unless `limit` says otherwise.

    Cells with too little evidence (grade D) are left out unless `min_grade=D` asks for them.
    A gap is not a mark for quality: read it beside `says` and `practice`, and with its interval.
    """
    return await answer_page(request, query, GAPS)
