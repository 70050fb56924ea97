"""The application: routes, errors and envelope around a shelf of releases."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import AbstractContextManager
from functools import partial

from fastapi import FastAPI

from gaptracker.publish.api.baked import Baked
from gaptracker.publish.api.cell_rows import ready_cells
from gaptracker.publish.api.deprecations import DEPRECATIONS, Deprecation
from gaptracker.publish.api.described import described
from gaptracker.publish.api.envelope import Envelope
from gaptracker.publish.api.errors import install_error_handlers
from gaptracker.publish.api.openapi import describe
from gaptracker.publish.api.page_answers import write_refusal
from gaptracker.publish.api.ready import ReadyAnswers
from gaptracker.publish.api.routes import (
    across,
    actors,
    alliances,
    beside,
    chart_pages,
    charts,
    check,
    cite,
    comparison,
    description,
    differences,
    docs,
    files,
    gaps,
    health,
    oembed,
    pages,
    pairs,
    problems,
    records,
    releases,
    static,
    themes,
    what_if,
)
from gaptracker.publish.api.routing import Routes
from gaptracker.publish.api.shelf import Shelf
from gaptracker.publish.api.short_way import ShortWay
from gaptracker.publish.api.slow_work import SlowWork
from gaptracker.publish.charts.draw import Painter
from gaptracker.publish.charts.drawings import Drawings
from gaptracker.publish.differences import Differences
from gaptracker.publish.feeds import routes as feeds
from gaptracker.publish.frozen_evidence import FrozenSurroundings
from gaptracker.publish.said_figures import SaidFigures

WATCH_SECONDS = 2.0
# Pages of rows are soon written: they wait behind more of their kind than what is computed.
MOST_PAGES_WAITING = 64

ROUTERS = (
    gaps.router,
    pairs.router,
    cite.router,
    comparison.router,
    check.router,
    what_if.router,
    alliances.router,
    actors.router,
    across.router,
    themes.router,
    releases.router,
    differences.router,
    files.router,
    charts.router,
    records.router,
    beside.router,
    problems.router,
    description.router,
    feeds.router,
    health.router,
    pages.router,
    chart_pages.router,
    oembed.router,
    docs.router,
    static.router,
)


def create_api(
    shelf: Shelf,
    *,
    watch_seconds: float | None = WATCH_SECONDS,
    more: Iterable[Routes] = (),
    while_running: Callable[[], AbstractContextManager[None]] = contextlib.nullcontext,
    deprecations: Sequence[Deprecation] = DEPRECATIONS,
    public_url: str | None = None,
) -> FastAPI:
    """Put the application together.

    Args:
        shelf: Where answers come from. It may be empty: the application starts and says so.
        watch_seconds: How often the store is looked at for a newer release; None for never,
            for callers that refresh the shelf themselves.
        more: Routers of other doors, which share errors, envelope and description.
        while_running: Opened when the application starts and closed when it has stopped.
        deprecations: Addresses and parameters that will go away.
        public_url: Address by which readers know the site, without a slash at its end; None for
            the host that each request names.
    """
    app = FastAPI(
        # Our own route gives it, with a tag and packed: it is the largest answer of all.
        openapi_url=None,
        # Their pages load scripts from other hosts, and no page of ours asks a third party.
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        # It would keep what our log does not: readers' addresses and what they ask for.
        telemetry={"tracing": False, "metrics": False, "logs": False},
        lifespan=partial(
            _running, shelf=shelf, watch_seconds=watch_seconds, while_running=while_running
        ),
    )
    app.state.shelf = shelf
    app.state.deprecations = tuple(deprecations)
    app.state.public_url = public_url
    app.state.ready_answers = ReadyAnswers(shelf)
    app.state.described = None
    app.state.drawings = Drawings(Painter())
    app.state.differences = Differences(shelf.store)
    app.state.said_figures = SaidFigures(shelf.store)
    app.state.surroundings = FrozenSurroundings(shelf.store)
    app.state.slow_work = SlowWork("gaptracker-computing")
    app.state.row_work = SlowWork("gaptracker-rows", MOST_PAGES_WAITING)
    # Seconds long: whoever checks a figure does not wait behind it.
    app.state.comparing = SlowWork("gaptracker-comparing")
    shelf.prepare_by(ready_cells)
    # Read by every request that goes the whole way with parameters.
    shelf.bake_by(lambda _standing: described(app))
    for router in (*ROUTERS, *more):
        app.router.routes.extend(router.routes)
    install_error_handlers(app, write_refusal)
    app.add_middleware(ShortWay)
    app.add_middleware(Envelope)
    app.add_middleware(Baked, ready=app.state.ready_answers)
    _describe_with(app, describe)
    return app


def _describe_with(app: FastAPI, describer: Callable[[FastAPI], dict[str, object]]) -> None:
    """Let the application describe itself our way, as FastAPI's documentation advises."""
    app.openapi = partial(describer, app)  # type: ignore[method-assign]  # the documented way


@contextlib.asynccontextmanager
async def _running(
    app: FastAPI,
    *,
    shelf: Shelf,
    watch_seconds: float | None,
    while_running: Callable[[], AbstractContextManager[None]],
) -> AsyncIterator[None]:
    """Do what is to be done as long as the application runs."""
    with while_running(), contextlib.closing(app.state.drawings):
        async with _watching(shelf, watch_seconds):
            yield


@contextlib.asynccontextmanager
async def _watching(shelf: Shelf, watch_seconds: float | None) -> AsyncIterator[None]:
    """Watch the store while the application runs; it answers before the first look is over."""
    if watch_seconds is None:
        yield
        return
    watch = asyncio.create_task(shelf.watch(watch_seconds))
    try:
        yield
    finally:
        watch.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await watch
