"""Pages for people: a cell, a pair, a release."""

from typing import Annotated

from fastapi import Path, Query, Request, Response
from fastapi.concurrency import run_in_threadpool

from gaptracker.domain.errors import ReleaseCorrupt
from gaptracker.publish.addresses import CELLS_PAGE, PAIRS_PAGE, RELEASES_PAGE, REPLIES_PAGE
from gaptracker.publish.api.answers import Ticket, Written, release_headers, respond
from gaptracker.publish.api.cited import cell_named, pair_named
from gaptracker.publish.api.codes import ErrorCode
from gaptracker.publish.api.deps import Shape, current_of, not_ready, shelf_of, standing_of
from gaptracker.publish.api.documented import LEADS_ON
from gaptracker.publish.api.errors import absent, clip, invalid, unknown
from gaptracker.publish.api.file_rows import build_files
from gaptracker.publish.api.filters import actor_spellings
from gaptracker.publish.api.newest import lead_to_newest
from gaptracker.publish.api.page_answers import (
    PAGE_POLICY,
    PageRoute,
    answer_page,
    identity_of,
    language_of,
    open_page,
    page_headers,
    page_responses,
    place_of,
)
from gaptracker.publish.api.queries import LanguageQuery, ReleaseQuery
from gaptracker.publish.api.queries_beside import RepliesPageQuery
from gaptracker.publish.api.release_names import LATEST
from gaptracker.publish.api.routing import Routes
from gaptracker.publish.api.schemas_releases import FileRow
from gaptracker.publish.api.shelf import Published
from gaptracker.publish.pages.cell_page import build_cell_page
from gaptracker.publish.pages.pair_page import build_pair_page
from gaptracker.publish.pages.release_page import ReleaseAsked, build_release_page
from gaptracker.publish.pages.replies_page import build_replies_page

router = Routes(tag="pages", route_class=PageRoute)


@router.get(
    CELLS_PAGE + "/{actor}/{theme}/{year}",
    summary="A cell as a page: the figure, how sure it is, and what it rests on",
    response_class=Response,
    responses=page_responses(),
)
async def cell_page(
    request: Request,
    actor: Annotated[str, Path(examples=["MEX"])],
    theme: Annotated[str, Path(examples=["death_penalty"])],
    year: Annotated[str, Path(examples=["2022"])],
    query: Annotated[ReleaseQuery, Query()],
) -> Response:
    """Show one actor, theme and year, with its pairs, how to cite it and how to embed it.

    With `release` the page stays at that release and says when a newer one exists.
    """
    asked = await open_page(request, query)
    cell = cell_named(asked.view.release, actor, theme, year, place="path")
    return await answer_page(request, asked, lambda: build_cell_page(asked, cell))


@router.get(
    PAIRS_PAGE + "/{id}",
    summary="A pair as a page: said and did, with both sources",
    response_class=Response,
    responses=page_responses(),
)
async def pair_page(
    request: Request,
    name: Annotated[str, Path(alias="id", examples=["pair_0c1d2e3f4a5b6c7d"])],
    query: Annotated[ReleaseQuery, Query()],
) -> Response:
    """Show both texts, their sources, the rungs they were placed on, and by whom."""
    asked = await open_page(request, query)
    pair = pair_named(asked.view.release, name)
    return await answer_page(request, asked, lambda: build_pair_page(asked, pair))


@router.get(
    REPLIES_PAGE,
    summary="Replies and errata as a page",
    response_class=Response,
    responses=page_responses(),
)
async def replies_page(request: Request, query: Annotated[RepliesPageQuery, Query()]) -> Response:
    """Show every reply and erratum, the newest first; `actor` leaves those of one actor."""
    asked = await open_page(request, ReleaseQuery(lang=query.lang), actor=query.actor)
    known = actor_spellings(asked.view.release)
    if query.actor is not None and query.actor not in known:
        raise invalid(unknown("actor", ErrorCode.ACTOR_UNKNOWN, query.actor, known, place="query"))
    return await answer_page(request, asked, lambda: build_replies_page(asked, query.actor))


@router.get(
    RELEASES_PAGE + "/{id}",
    summary="A release as a page: what it holds, its checks, its files",
    response_class=Response,
    responses={**LEADS_ON, **page_responses()},
)
async def release_page(
    request: Request,
    name: Annotated[str, Path(alias="id", examples=["2026-08-16-1f0c33ab"])],
    query: Annotated[LanguageQuery, Query()],
) -> Response:
    """Show counts, checks, files with sizes and hashes, and what changed since the one before.

    `latest` in place of an id leads to the newest release.
    """
    if name == LATEST:
        return lead_to_newest(request, RELEASES_PAGE)
    language = language_of(request, query)
    standing = standing_of(request)
    current_of(standing)
    if name not in standing.published:
        known = dict.fromkeys((*standing.published, LATEST), ())
        raise absent(unknown("id", ErrorCode.RELEASE_UNKNOWN, name, known, place="path"))
    published = standing.published[name]
    place = place_of(request, language, {"lang": query.lang})
    asked = ReleaseAsked(
        published=published,
        standing=standing,
        place=place,
        files=await _files(request, published),
    )
    ticket = Ticket(
        identity=(published.entry.content_sha256, *identity_of(standing, place)),
        shape=Shape(form="html", language=language, pinned=False),
        headers={**release_headers(published.manifest), **page_headers(PAGE_POLICY)},
    )
    return await run_in_threadpool(
        respond, request, ticket, lambda: Written(body=build_release_page(asked))
    )


async def _files(request: Request, published: Published) -> list[FileRow]:
    listing = published.entry.downloads_sha256
    if listing is None:
        return []
    downloads, name = shelf_of(request).downloads, published.entry.id
    try:
        names = await run_in_threadpool(downloads.names, listing)
        sizes = await run_in_threadpool(downloads.sizes, listing)
    except (ReleaseCorrupt, OSError) as error:
        raise not_ready(f"the files of release {clip(name)} cannot be read now") from error
    return build_files(name, names, sizes)
