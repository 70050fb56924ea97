"""`/v1/gaps`: cells, filtered, sorted, page by page."""

from typing import Annotated

from fastapi import Path, Query, Request, Response

from gaptracker.publish.api.answers import Written, release_ticket, respond, write_document
from gaptracker.publish.api.cell_rows import take_cells
from gaptracker.publish.api.cells import GAPS_PATH, build_cells, cells_frame
from gaptracker.publish.api.codes import ErrorCode
from gaptracker.publish.api.deps import open_view, path_part
from gaptracker.publish.api.detail_rows import build_detail
from gaptracker.publish.api.documented import document_responses, table_responses
from gaptracker.publish.api.errors import absent, unknown
from gaptracker.publish.api.filters import actor_spellings, cells_asked, scored_theme_spellings
from gaptracker.publish.api.paged import PagedTable, answer_page
from gaptracker.publish.api.queries import GapsQuery, ReleaseQuery
from gaptracker.publish.api.routing import Routes
from gaptracker.publish.api.schemas import Cell, CellPage
from gaptracker.publish.api.schemas_detail import CellAnswer

router = Routes(tag="figures")

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
    ready=take_cells,
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


@router.get(
    GAPS_PATH + "/{actor}/{theme}/{year}",
    summary="One cell, with all that it is made of",
    response_model=CellAnswer,
    responses=document_responses(),
)
async def get_cell(
    request: Request,
    actor: Annotated[str, Path(examples=["MEX"])],
    theme: Annotated[str, Path(examples=["death_penalty"])],
    year: Annotated[str, Path(examples=["2022"])],
    query: Annotated[ReleaseQuery, Query()],
) -> Response:
    """Give a cell of any grade with its method band, contributions, left-out groups and drivers.

    The contributions sum to the gap. The band is a second interval, over other methods; a cell
    that depends on one group of sources shows it where that group is left out.
    """
    view = await open_view(request, query)
    release = view.release
    actors, themes = actor_spellings(release), scored_theme_spellings(release)
    if actor not in actors:
        raise absent(unknown("actor", ErrorCode.ACTOR_UNKNOWN, actor, actors, place="path"))
    if theme not in themes:
        raise absent(unknown("theme", ErrorCode.THEME_UNKNOWN, theme, themes, place="path"))
    years: dict[str, tuple[str, ...]] = {str(each): () for each in release.years}
    if year not in years:
        raise absent(unknown("year", ErrorCode.YEAR_UNKNOWN, year, years, place="path"))

    def write() -> Written:
        detail = build_detail(view, release.cell(actor, theme, int(year)))
        return write_document(CellAnswer(meta=view.meta(), data=detail))

    path = f"{GAPS_PATH}/{path_part(actor)}/{path_part(theme)}/{year}"
    return respond(request, release_ticket(release, view.shape, path, {}), write)
