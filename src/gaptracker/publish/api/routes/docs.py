"""`/docs`: the API described for a person."""

from typing import Annotated

from fastapi import Query, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import RedirectResponse

from gaptracker.publish.api.answers import Ticket, Written, respond
from gaptracker.publish.api.deps import Shape, address, standing_of
from gaptracker.publish.api.described import document_of
from gaptracker.publish.api.page_answers import (
    PAGE_POLICY,
    PageRoute,
    identity_of,
    language_of,
    page_headers,
    page_responses,
    place_of,
)
from gaptracker.publish.api.queries import LanguageQuery
from gaptracker.publish.api.routing import Routes
from gaptracker.publish.pages.docs_page import DocsAsked, build_docs_page

router = Routes(tag="pages", route_class=PageRoute)

DOCS_PATH = "/docs"


@router.get("/", include_in_schema=False)
async def front(query: Annotated[LanguageQuery, Query()]) -> Response:
    """Lead whoever opens the bare address to what can be asked here, in the language asked for."""
    return RedirectResponse(address(DOCS_PATH, {"lang": query.lang}))


@router.get(
    DOCS_PATH,
    summary="The API described for a person",
    response_class=Response,
    responses=page_responses(),
)
async def docs(request: Request, query: Annotated[LanguageQuery, Query()]) -> Response:
    """Show every address with its parameters, a request to copy, an answer and its errors."""
    standing = standing_of(request)
    language = language_of(request, query)
    place = place_of(request, language, {"lang": query.lang})
    ticket = Ticket(
        identity=identity_of(standing, place),
        shape=Shape(form="html", language=language, pinned=False),
        headers=page_headers(PAGE_POLICY),
    )

    def write() -> Written:
        document = document_of(request.app)
        asked = DocsAsked(document=document, place=place, release=standing.current)
        return Written(body=build_docs_page(asked))

    return await run_in_threadpool(respond, request, ticket, write)
