"""`/v1/pairs`: said and did."""

from typing import Annotated

from fastapi import Path, Query, Request, Response

from gaptracker.publish.api.answers import release_ticket, respond, write_document
from gaptracker.publish.api.codes import ErrorCode
from gaptracker.publish.api.deps import open_view, path_part
from gaptracker.publish.api.documented import document_responses, table_responses
from gaptracker.publish.api.errors import Fault, absent, clip
from gaptracker.publish.api.filters import pairs_asked
from gaptracker.publish.api.paged import PagedTable, answer_page
from gaptracker.publish.api.pair_rows import (
    PAIRS_PATH,
    build_pair_detail,
    build_pairs,
    pairs_frame,
)
from gaptracker.publish.api.queries import PairsQuery, ReleaseQuery
from gaptracker.publish.api.routing import Routes
from gaptracker.publish.api.schemas_pairs import Pair, PairAnswer, PairPage

router = Routes(tag="figures")

PAIRS: PagedTable[PairsQuery, Pair] = PagedTable(
    path=PAIRS_PATH,
    name="pairs",
    identity=("actor", "theme", "year", "id"),
    row_type=Pair,
    frame=pairs_frame,
    condition=pairs_asked,
    order=lambda query: query.sort,
    build=build_pairs,
    page=lambda meta, rows: PairPage(meta=meta, data=rows),
)


@router.get(
    PAIRS_PATH,
    summary="Pairs: said and did, with both sources",
    response_model=PairPage,
    responses=table_responses(),
)
async def list_pairs(request: Request, query: Annotated[PairsQuery, Query()]) -> Response:
    """Give statements with the deeds that bear on them, 500 a page unless `limit` says otherwise.

    `reading=now` asks how far apart they are, `followed` and `moved` whether practice followed
    the words, `pledge` whether a promise was kept.
    """
    return await answer_page(request, query, PAIRS)


@router.get(
    PAIRS_PATH + "/{id}",
    summary="One pair, in every year that holds it",
    response_model=PairAnswer,
    responses=document_responses(),
)
async def get_pair(
    request: Request,
    name: Annotated[str, Path(alias="id", examples=["pair_0c1d2e3f4a5b6c7d"])],
    query: Annotated[ReleaseQuery, Query()],
) -> Response:
    """Give a pair by its permanent id, the same in every release that holds it."""
    view = await open_view(request, query)
    rows = view.release.pairs_called(name).frame
    if rows.is_empty():
        raise absent(
            Fault(
                parameter="id",
                place="path",
                code=ErrorCode.PAIR_UNKNOWN,
                detail=f"no pair of release {view.release.id} is called {clip(name)!r}",
                given=clip(name),
                expected="the id of a pair that /v1/pairs lists",
            )
        )
    return respond(
        request,
        release_ticket(view.release, view.shape, f"{PAIRS_PATH}/{path_part(name)}", {}),
        lambda: write_document(PairAnswer(meta=view.meta(), data=build_pair_detail(view, rows))),
    )
