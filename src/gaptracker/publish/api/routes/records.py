"""Records of a release: statements, measures, observations, and the indicators observed."""

from typing import Annotated

from fastapi import Path, Query, Request, Response

from gaptracker.publish.api.answers import (
    Written,
    release_ticket,
    respond,
    write_document,
    write_file,
)
from gaptracker.publish.api.codes import ErrorCode
from gaptracker.publish.api.deps import JSON, TABLE_FORMATS, View, open_view, path_part
from gaptracker.publish.api.documented import document_responses, table_responses
from gaptracker.publish.api.errors import Fault, RequestRefused, absent, clip
from gaptracker.publish.api.filters import (
    Findings,
    observations_asked,
    require_known_names,
    theme_spellings,
)
from gaptracker.publish.api.paged import PagedTable, answer_page
from gaptracker.publish.api.queries import IndicatorsQuery, ObservationsQuery, ReleaseQuery
from gaptracker.publish.api.record_rows import (
    INDICATORS_PATH,
    MEASURES_PATH,
    OBSERVATIONS_PATH,
    STATEMENTS_PATH,
    build_indicators,
    build_measure,
    build_observations,
    build_statement,
    observations_frame,
)
from gaptracker.publish.api.routing import Routes
from gaptracker.publish.api.schemas_records import (
    IndicatorList,
    IndicatorRow,
    MeasureAnswer,
    ObservationPage,
    ObservationRow,
    StatementAnswer,
)

router = Routes(tag="records")

OBSERVATIONS: PagedTable[ObservationsQuery, ObservationRow] = PagedTable(
    path=OBSERVATIONS_PATH,
    name="observations",
    identity=("id",),
    row_type=ObservationRow,
    frame=observations_frame,
    condition=observations_asked,
    order=lambda query: query.sort,
    build=build_observations,
    page=lambda meta, rows: ObservationPage(meta=meta, data=rows),
)


@router.get(
    STATEMENTS_PATH + "/{id}",
    summary="One statement, with its source and codings",
    response_model=StatementAnswer,
    responses=document_responses(),
)
async def get_statement(
    request: Request,
    name: Annotated[str, Path(alias="id", examples=["speech-MEX-2021"])],
    query: Annotated[ReleaseQuery, Query()],
) -> Response:
    """Give what an actor said, on record, and where every coder placed it."""
    view = await open_view(request, query)
    statement = view.release.statements.get(name)
    if statement is None:
        raise _absent(view, name, "statement", ErrorCode.STATEMENT_UNKNOWN)

    def write() -> Written:
        data = build_statement(view, statement)
        return write_document(StatementAnswer(meta=view.meta(), data=data))

    path = f"{STATEMENTS_PATH}/{path_part(name)}"
    return respond(request, release_ticket(view.release, view.shape, path, {}), write)


@router.get(
    MEASURES_PATH + "/{id}",
    summary="One measure, with its source and codings",
    response_model=MeasureAnswer,
    responses=document_responses(),
)
async def get_measure(
    request: Request,
    name: Annotated[str, Path(alias="id", examples=["law-MEX-2005"])],
    query: Annotated[ReleaseQuery, Query()],
) -> Response:
    """Give a documented act or practice, and where every coder placed it."""
    view = await open_view(request, query)
    measure = view.release.measures.get(name)
    if measure is None:
        raise _absent(view, name, "measure", ErrorCode.MEASURE_UNKNOWN)

    def write() -> Written:
        data = build_measure(view, measure)
        return write_document(MeasureAnswer(meta=view.meta(), data=data))

    path = f"{MEASURES_PATH}/{path_part(name)}"
    return respond(request, release_ticket(view.release, view.shape, path, {}), write)


@router.get(
    OBSERVATIONS_PATH,
    summary="Observations: values of indicators, with their sources",
    response_model=ObservationPage,
    responses=table_responses(),
)
async def list_observations(
    request: Request, query: Annotated[ObservationsQuery, Query()]
) -> Response:
    """Give observed values, 500 a page unless `limit` says otherwise."""
    return await answer_page(request, query, OBSERVATIONS)


@router.get(
    INDICATORS_PATH,
    summary="All indicators",
    response_model=IndicatorList,
    responses=table_responses(),
)
async def list_indicators(request: Request, query: Annotated[IndicatorsQuery, Query()]) -> Response:
    """Give the indicators with units, goalposts, themes, and how often each was observed."""
    view = await open_view(request, query, offered=TABLE_FORMATS)
    if query.theme is not None:
        found, known = Findings(), theme_spellings(view.release)
        require_known_names((query.theme,), "theme", ErrorCode.THEME_UNKNOWN, known, found)
        found.condition()  # refuses, if there was a fault

    def write() -> Written:
        rows = build_indicators(view, query.theme)
        if view.form != JSON:
            release = view.release.id
            return write_file("indicators", IndicatorRow, rows, form=view.form, release=release)
        return write_document(IndicatorList(meta=view.meta(), data=rows))

    asked = {"theme": query.theme} if query.theme else {}
    return respond(request, release_ticket(view.release, view.shape, INDICATORS_PATH, asked), write)


def _absent(view: View, name: str, kind: str, code: ErrorCode) -> RequestRefused:
    """Return the refusal of a record that the release does not hold (404)."""
    return absent(
        Fault(
            parameter="id",
            place="path",
            code=code,
            detail=f"no {kind} of release {view.release.id} is called {clip(name)!r}",
            given=clip(name),
            expected=f"the id of a {kind}, as pairs and contributions name it",
        )
    )
