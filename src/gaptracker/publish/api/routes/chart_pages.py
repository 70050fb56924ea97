"""Charts as pages and as embeds, and pairs as embeds."""

from dataclasses import replace
from typing import Annotated

from fastapi import Path, Query, Request, Response

from gaptracker.publish.addresses import CHARTS_PAGE, CHARTS_PATH, EMBEDS
from gaptracker.publish.api.answers import release_ticket
from gaptracker.publish.api.chart_answers import draw, drawings_of
from gaptracker.publish.api.chart_queries import ChartPart, ChartSubject, asked_of
from gaptracker.publish.api.cited import pair_named
from gaptracker.publish.api.codes import ErrorCode
from gaptracker.publish.api.deps import Shape
from gaptracker.publish.api.errors import absent, unknown
from gaptracker.publish.api.page_answers import (
    EMBED_POLICY,
    SCRIPT_POLICY,
    PageRoute,
    answer_page,
    open_page,
    page_responses,
)
from gaptracker.publish.api.queries import ReleaseQuery
from gaptracker.publish.api.routing import Routes
from gaptracker.publish.charts.asked import Size
from gaptracker.publish.charts.catalogue import CHARTS, Chart
from gaptracker.publish.charts.draw import Job
from gaptracker.publish.charts.script import script_name
from gaptracker.publish.pages.asked import Asked
from gaptracker.publish.pages.chart_page import ChartAsked, build_chart_embed, build_chart_page
from gaptracker.publish.pages.pair_page import build_pair_embed

router = Routes(tag="pages", route_class=PageRoute)


@router.get(
    CHARTS_PAGE + "/{chart}",
    summary="A chart as a page, with its words, its data and its embed",
    response_class=Response,
    responses=page_responses(),
)
async def chart_page(
    request: Request, name: ChartPart, query: Annotated[ChartSubject, Query()]
) -> Response:
    """Show a chart; it answers to the pointer where a reader asks for that."""
    asked = await open_chart(request, chart_named(name), query)
    wide = await _drawn(request, asked, Size.PAGE)
    narrow = await _drawn(request, asked, Size.EMBED)
    return await answer_page(
        request,
        asked.page,
        lambda: build_chart_page(asked, wide, narrow, script_name()),
        policy=SCRIPT_POLICY,
    )


@router.get(
    EMBEDS + "/pair/{id}",
    summary="A pair for an iframe",
    response_class=Response,
    responses=page_responses(),
)
async def pair_embed(
    request: Request,
    name: Annotated[str, Path(alias="id", examples=["pair_0c1d2e3f4a5b6c7d"])],
    query: Annotated[ReleaseQuery, Query()],
) -> Response:
    """Show both texts with their sources, without any script, in anybody's page."""
    asked = await open_page(request, query)
    pair = pair_named(asked.view.release, name)
    return await answer_page(
        request, asked, lambda: build_pair_embed(asked, pair), policy=EMBED_POLICY
    )


@router.get(
    EMBEDS + "/{chart}",
    summary="A chart for an iframe",
    response_class=Response,
    responses=page_responses(),
)
async def chart_embed(
    request: Request, name: ChartPart, query: Annotated[ChartSubject, Query()]
) -> Response:
    """Show a chart without any script, in anybody's page.

    With `release` it stays at that release and says when a newer one exists.
    """
    asked = await open_chart(request, chart_named(name), query)
    return await answer_page(
        request, asked.page, lambda: build_chart_embed(asked), policy=EMBED_POLICY
    )


def chart_named(name: str) -> Chart:
    """Return a chart.

    Raises:
        RequestRefused: If none has this id (404).
    """
    if name not in CHARTS:
        known = dict.fromkeys(CHARTS, ())
        raise absent(unknown("chart", ErrorCode.CHART_UNKNOWN, name, known, place="path"))
    return CHARTS[name]


async def open_chart(request: Request, chart: Chart, query: ChartSubject) -> ChartAsked:
    """Decide what a request for a chart's page wants to see.

    Raises:
        RequestRefused: If a parameter is missing, not the chart's, or names nothing (422).
    """
    given = {name: getattr(query, name) for name in chart.parameters}
    page = await open_page(request, query, **given)
    return chart_asked(page, chart, query)


def chart_asked(page: Asked, chart: Chart, query: ChartSubject) -> ChartAsked:
    """Return a chart's question on a page, checked against the page's release."""
    question = asked_of(chart, page.view.release, query, page.language)
    return ChartAsked(page=page, chart=chart, question=question)


async def _drawn(request: Request, asked: ChartAsked, size: Size) -> bytes:
    """Return the picture as SVG: the same bytes as its own address gives."""
    view, chart = asked.page.view, asked.chart
    question = replace(asked.question, size=size)
    shape = Shape(form="svg", language=view.language, pinned=True)
    path = f"{CHARTS_PATH}/{chart.id}"
    ticket = release_ticket(view.release, shape, path, question.parameters())

    def make() -> bytes:
        specification = chart.build(view.release, question)
        return drawings_of(request).painter.draw(Job.of(specification, question, "svg"))

    return await draw(request, ticket, chart.id, make)
