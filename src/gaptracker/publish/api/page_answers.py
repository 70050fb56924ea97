"""How a page is answered: its security policy, its life, and errors that a person can read."""

from collections.abc import Callable, Coroutine, Mapping
from typing import Any
from urllib.parse import quote

from fastapi import Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute

from gaptracker.publish.api.answers import Ticket, Written, release_headers, respond
from gaptracker.publish.api.codes import PROBLEM_KINDS, ProblemCode
from gaptracker.publish.api.deps import Shape, View, standing_of, take_release
from gaptracker.publish.api.documented import Responses, problems
from gaptracker.publish.api.errors import (
    RequestRefused,
    problem_response,
    refusal_of,
    request_id_of,
)
from gaptracker.publish.api.formats import FORM_TYPES
from gaptracker.publish.api.link_marks import without_marks
from gaptracker.publish.api.negotiation import LANGUAGE_TAGS, choose_language, prefers_page
from gaptracker.publish.api.queries import LanguageQuery, ReleaseQuery
from gaptracker.publish.api.shelf import Standing
from gaptracker.publish.api.site import site_of
from gaptracker.publish.pages.asked import Asked
from gaptracker.publish.pages.frame import Place
from gaptracker.publish.pages.problem_page import Trouble, build_problem_page

# Only what this site serves itself; no page loads, frames or sends anything anywhere else.
OWN_ONLY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'"
)
PAGE_POLICY = f"{OWN_ONLY}; frame-ancestors 'none'"
EMBED_POLICY = f"{OWN_ONLY}; frame-ancestors *"
SCRIPT_POLICY = f"{OWN_ONLY}; script-src 'self'; connect-src 'self'; frame-ancestors 'none'"

# `Any` is what FastAPI's own signature asks for.
Handler = Callable[[Request], Coroutine[Any, Any, Response]]


class PageRoute(APIRoute):
    """A route whose refusals a browser shows as a page; programs get the problem document.

    Marks that others added to a link decide nothing.
    """

    def get_route_handler(self) -> Handler:
        """Return the handler, without marks, with refusals written for people where people ask."""
        inner = super().get_route_handler()

        async def handler(request: Request) -> Response:
            request.scope["query_string"] = without_marks(request.scope["query_string"])
            try:
                return await inner(request)
            except RequestRefused as error:
                refused = error
            except RequestValidationError as error:
                refused = refusal_of(error)
            if not prefers_page(request.headers.get("accept")):
                raise refused
            return _problem_page(request, refused)

        return handler


async def open_page(request: Request, query: ReleaseQuery, **parameters: object) -> Asked:
    """Decide what a request for a page wants to see.

    Args:
        request: The request.
        query: Its parameters.
        parameters: Those that decide what is on the page, beside release and language.

    Raises:
        RequestRefused: If the release is unknown (422), or none is loaded (503).
    """
    language = language_of(request, query)
    standing = standing_of(request)
    release = await take_release(request, standing, query.release)
    # Never pinned: a page of an old release says that a newer one exists.
    shape = Shape(form="html", language=language, pinned=False)
    view = View(standing=standing, release=release, shape=shape)
    given = {**parameters, "release": query.release, "lang": query.lang}
    return Asked(view=view, place=place_of(request, language, given), release=query.release)


def language_of(request: Request, query: LanguageQuery) -> str:
    """Return the language of a page: as asked, else as preferred, else English."""
    return choose_language(query.lang, request.headers.get("accept-language"))


def place_of(request: Request, language: str, parameters: Mapping[str, object]) -> Place:
    """Return where a page stands; its path is written as the request wrote it."""
    raw: bytes = request.scope.get("raw_path") or request.url.path.encode("ascii", "replace")
    path = raw.partition(b"?")[0].decode("ascii", "replace")
    return Place(site=site_of(request), path=path, parameters=parameters, language=language)


async def answer_page(
    request: Request, asked: Asked, write: Callable[[], bytes], *, policy: str = PAGE_POLICY
) -> Response:
    """Answer with a page of a release, or that the client has it.

    Args:
        request: The request.
        asked: What it wants to see.
        write: Renders the page; not called if the client holds it.
        policy: The page's Content-Security-Policy.
    """
    release = asked.view.release
    ticket = Ticket(
        identity=(release.entry.content_sha256, *identity_of(asked.view.standing, asked.place)),
        shape=asked.view.shape,
        headers={
            **release_headers(release.manifest),
            **page_headers(policy),
        },
    )
    # Rendering takes tens of milliseconds, in which others would wait.
    return await run_in_threadpool(respond, request, ticket, lambda: Written(body=write()))


def identity_of(standing: Standing, place: Place) -> tuple[str, ...]:
    """Return what decides a page beside its release.

    That is the newest release, the version of what lies beside releases, the site, the address.
    """
    newest = standing.current.entry.content_sha256 if standing.current else ""
    return (newest, standing.beside.sha256, place.absolute(place.at()))


def page_headers(policy: str) -> dict[str, str]:
    """Return the headers of every page."""
    return {"Content-Security-Policy": policy, "Referrer-Policy": "strict-origin-when-cross-origin"}


def page_responses(*extra: ProblemCode) -> Responses:
    """Return the description of a page."""
    return {
        200: {
            "description": "A page for people.",
            "content": {"text/html": {"schema": {"type": "string"}}},
        },
        **problems(
            ProblemCode.NOT_FOUND, ProblemCode.VALIDATION_FAILED, ProblemCode.UNAVAILABLE, *extra
        ),
    }


def write_refusal(request: Request, refused: RequestRefused) -> Response:
    """Write a refusal as a page where a person asks, else as a problem document."""
    if prefers_page(request.headers.get("accept")):
        return _problem_page(request, refused)
    return problem_response(refused, request_id_of(request))


def _problem_page(request: Request, refused: RequestRefused) -> Response:
    given = request.query_params.get("lang")
    known = given if given in LANGUAGE_TAGS else None
    language = choose_language(known, request.headers.get("accept-language"))
    kind = PROBLEM_KINDS[refused.code]
    trouble = Trouble(
        status=kind.status.value,
        code=refused.code.value,
        title=kind.title,
        detail=refused.detail,
        advice=kind.advice,
        request=request_id_of(request),
        faults=tuple(each.detail for each in refused.faults) if len(refused.faults) > 1 else (),
    )
    # Without its parameters, which may be what is wrong; and without the site, if that is.
    # An address that nothing has may begin with two slashes, and a link to it lead elsewhere.
    path = "/" + quote(request.scope["path"].lstrip("/"), errors="replace")
    place = Place(site="", path=path, parameters={}, language=language)
    return Response(
        build_problem_page(place, trouble),
        status_code=kind.status.value,
        headers={
            "Cache-Control": "no-store",
            "Content-Language": language,
            "Content-Type": FORM_TYPES["html"],
            "Vary": "Accept, Accept-Language",
            **page_headers(PAGE_POLICY),
            **refused.headers,
        },
    )
