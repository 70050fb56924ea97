"""`/v1/charts`: one picture as specification, SVG and PNG."""

import json
from typing import Annotated

from fastapi import Query, Request, Response

from gaptracker.publish.api.answers import Written, release_ticket, respond, write_document
from gaptracker.publish.api.chart_answers import answer_picture, drawings_of
from gaptracker.publish.api.chart_queries import ChartPart, ChartQuery, asked_of
from gaptracker.publish.api.codes import ErrorCode, ProblemCode
from gaptracker.publish.api.deps import View, open_view, path_part
from gaptracker.publish.api.documented import document_responses, problems
from gaptracker.publish.api.errors import absent, unknown
from gaptracker.publish.api.queries import ReleaseQuery
from gaptracker.publish.api.routing import Routes
from gaptracker.publish.api.schemas_charts import ChartLinks, ChartList, ChartRow
from gaptracker.publish.charts.asked import Size
from gaptracker.publish.charts.catalogue import CHARTS, Chart
from gaptracker.publish.charts.draw import Job

router = Routes(tag="figures")

CHARTS_PATH = "/v1/charts"
PICTURE_FORMATS = ("json", "svg", "png")


@router.get(
    CHARTS_PATH,
    summary="All charts, and what each takes",
    response_model=ChartList,
    responses=document_responses(),
)
async def list_charts(request: Request, query: Annotated[ReleaseQuery, Query()]) -> Response:
    """Give every chart's id, name, parameters and addresses."""
    view = await open_view(request, query)

    def write() -> Written:
        rows = [_row(chart, view) for chart in CHARTS.values()]
        return write_document(ChartList(meta=view.meta(), data=rows))

    return respond(request, release_ticket(view.release, view.shape, CHARTS_PATH, {}), write)


@router.get(
    CHARTS_PATH + "/{chart}",
    summary="One chart, as Vega-Lite specification, SVG or PNG",
    response_class=Response,
    responses={
        200: {
            "description": (
                "The specification with its data inside; with the ending `.svg` or `.png`, or by "
                "`Accept`, the picture. Where no cell is of grade C or better, the picture says so."
            ),
            "content": {
                "application/json": {"schema": {"type": "object"}},
                "image/svg+xml": {"schema": {"type": "string"}},
                "image/png": {"schema": {"type": "string", "format": "binary"}},
            },
        },
        304: {"description": "`If-None-Match` names the picture's tag."},
        **problems(
            ProblemCode.NOT_FOUND,
            ProblemCode.NOT_ACCEPTABLE,
            ProblemCode.VALIDATION_FAILED,
            ProblemCode.UNAVAILABLE,
        ),
    },
)
async def get_chart(
    request: Request,
    name: ChartPart,
    query: Annotated[ChartQuery, Query()],
) -> Response:
    """Give a chart of a release; with `release=` its bytes never change.

    Cells of grade D enter no chart. Each picture holds its title, what its marks mean, sources,
    licence and release.
    """
    if name not in CHARTS:
        known = dict.fromkeys(CHARTS, ())
        raise absent(unknown("chart", ErrorCode.CHART_UNKNOWN, name, known, place="path"))
    chart = CHARTS[name]
    view = await open_view(request, query, offered=PICTURE_FORMATS)
    asked = asked_of(chart, view.release, query, view.language)

    def make() -> bytes:
        specification = chart.build(view.release, asked)
        if view.form == "json":
            return json.dumps(specification, ensure_ascii=False, separators=(",", ":")).encode()
        job = Job.of(specification, asked, view.form)
        return drawings_of(request).painter.draw(job)

    path = f"{CHARTS_PATH}/{path_part(name)}"
    ticket = release_ticket(view.release, view.shape, path, asked.parameters())
    return await answer_picture(request, ticket, name, make)


def _row(chart: Chart, view: View) -> ChartRow:
    query = "&".join(f"{name}={{{name}}}" for name in chart.parameters)
    path = f"{CHARTS_PATH}/{chart.id}"
    return ChartRow(
        id=chart.id,
        name=chart.name_in(view.language),
        parameters=list(chart.parameters),
        sizes=[size.value for size in Size],
        links=ChartLinks(
            specification=f"{path}.json?{query}",
            svg=f"{path}.svg?{query}",
            png=f"{path}.png?{query}",
        ),
    )
