"""`/v1/cite`: how to cite a cell, a pair or a release."""

from typing import Annotated

from fastapi import Query, Request, Response

from gaptracker.publish.addresses import CITE_PATH
from gaptracker.publish.api.answers import Written, release_ticket, respond
from gaptracker.publish.api.cited import (
    cell_named,
    cited_cell,
    cited_pair,
    cited_release,
    pair_named,
)
from gaptracker.publish.api.codes import ErrorCode, ProblemCode
from gaptracker.publish.api.deps import View, open_view
from gaptracker.publish.api.documented import problems
from gaptracker.publish.api.errors import Fault, invalid
from gaptracker.publish.api.negotiation import MEDIA_TYPES
from gaptracker.publish.api.queries import CiteQuery
from gaptracker.publish.api.routing import Routes
from gaptracker.publish.api.site import site_of
from gaptracker.publish.citations.styles import STYLES
from gaptracker.publish.citations.works import Work

router = Routes(tag="figures")

NAMES = ("actor", "theme", "year", "pair")
OFFERED = tuple(STYLES)
TEXTS = {"schema": {"type": "string"}}


@router.get(
    CITE_PATH,
    summary="How to cite a cell, a pair or a release",
    response_class=Response,
    responses={
        200: {
            "description": "A citation; as BibTeX or CSL-JSON with `style` or `Accept`.",
            "content": {
                MEDIA_TYPES["text"]: TEXTS,
                MEDIA_TYPES["bibtex"]: TEXTS,
                MEDIA_TYPES["csl"]: {
                    "schema": {"type": "array", "items": {"type": "object"}, "minItems": 1}
                },
            },
        },
        **problems(
            ProblemCode.NOT_FOUND,
            ProblemCode.NOT_ACCEPTABLE,
            ProblemCode.VALIDATION_FAILED,
            ProblemCode.UNAVAILABLE,
        ),
    },
)
async def cite(request: Request, query: Annotated[CiteQuery, Query()]) -> Response:
    """Give a citation with title, version, date, methodology and the permanent address.

    `actor`, `theme` and `year` together name a cell, `pair` a pair; without them the whole release
    is cited. The citation is always pinned to a release: the newest unless `release` names another.
    """
    view = await open_view(request, query, offered=OFFERED)
    site = site_of(request)
    work = _work(view, query, site)
    asked = {name: getattr(query, name) for name in NAMES}
    ticket = release_ticket(view.release, view.shape, CITE_PATH, {**asked, "site": site})

    def write() -> Written:
        return Written(body=STYLES[view.form](work).encode("utf-8"))

    return respond(request, ticket, write)


def _work(view: View, query: CiteQuery, site: str) -> Work:
    match (query.actor, query.theme, query.year, query.pair):
        case (None, None, None, None):
            return cited_release(view, site)
        case (None, None, None, str(pair)):
            found = pair_named(view.release, pair, parameter="pair", place="query")
            return cited_pair(view, found, site)
        case (str(actor), str(theme), str(year), None):
            cell = cell_named(view.release, actor, theme, year, place="query")
            return cited_cell(view, cell, site)
        case _:
            raise invalid(_mixed(query))


def _mixed(query: CiteQuery) -> Fault:
    """Return what is wrong with names of more than one thing, or of a part of one."""
    given = [name for name in NAMES if getattr(query, name) is not None]
    expected = "actor, theme and year together, or pair alone, or none of them"
    detail = f"{', '.join(given)} came; expected {expected}"
    if "pair" in given:
        return Fault(
            parameter="pair",
            place="query",
            code=ErrorCode.PARAMETER_CONFLICT,
            detail=detail,
            given=", ".join(given),
            expected=expected,
        )
    missing = next(name for name in NAMES if name not in given)
    return Fault(
        parameter=missing,
        place="query",
        code=ErrorCode.PARAMETER_MISSING,
        detail=detail,
        expected=expected,
    )
