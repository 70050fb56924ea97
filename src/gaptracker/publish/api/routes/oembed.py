"""`/oembed`: how other sites show our charts, cells and pairs."""

from collections.abc import Mapping
from typing import Annotated
from urllib.parse import parse_qsl, unquote, urlsplit

from fastapi import Query, Request, Response
from fastapi.concurrency import run_in_threadpool
from pydantic import BeforeValidator, Field, ValidationError

from gaptracker.publish.addresses import EMBEDS, OEMBED_PATH, path_part
from gaptracker.publish.api.answers import Ticket, Written, release_headers, respond
from gaptracker.publish.api.chart_queries import ChartSubject
from gaptracker.publish.api.cited import cell_named, pair_named
from gaptracker.publish.api.codes import ErrorCode, ProblemCode
from gaptracker.publish.api.deps import Shape
from gaptracker.publish.api.documented import problems
from gaptracker.publish.api.errors import Fault, RequestRefused, absent, clip
from gaptracker.publish.api.page_answers import open_page
from gaptracker.publish.api.queries import LanguageQuery, whole_number
from gaptracker.publish.api.routes.chart_pages import chart_asked, chart_named
from gaptracker.publish.api.routing import Routes
from gaptracker.publish.api.site import site_of
from gaptracker.publish.pages.asked import Asked
from gaptracker.publish.pages.cards import card_of
from gaptracker.publish.pages.cell_page import CHART
from gaptracker.publish.pages.chart_page import PAGE_WIDTH, embed_height
from gaptracker.publish.pages.oembed import Embeddable, oembed_members, write_json, write_xml
from gaptracker.publish.pages.pair_page import EMBED_HEIGHT, pair_title

router = Routes(tag="pages")

LONGEST_URL = 2000
MOST_PIXELS = 100_000
MOST_FIELDS = 30
WRITERS = {"json": write_json, "xml": write_xml}
TEXT = {"schema": {"type": "string"}}
# What an address of ours may bring; whatever others add to it decides nothing.
TAKEN = tuple(ChartSubject.model_fields)

Pixels = Annotated[
    int,
    BeforeValidator(whole_number),
    # Bounds behind a validator of ours are not described by themselves.
    Field(ge=1, le=MOST_PIXELS, json_schema_extra={"minimum": 1, "maximum": MOST_PIXELS}),
]


class OembedQuery(LanguageQuery):
    """What `/oembed` takes; the language is that of `url`, unless `lang` names another."""

    url: str = Field(
        min_length=1,
        max_length=LONGEST_URL,
        description="Address of a page of ours: a chart, a cell or a pair.",
        examples=["https://example.org/pairs/pair_0c1d2e3f4a5b6c7d"],
    )
    format: str = Field(
        default="json",
        description="`json` or `xml`.",
        max_length=100,
        # Anything else is answered, too, though not with 422: oEmbed has a status of its own.
        json_schema_extra={"enum": ["json", "xml"]},
    )
    maxwidth: Pixels = Field(default=MOST_PIXELS, description="Widest that you take, in pixels.")
    maxheight: Pixels = Field(default=MOST_PIXELS, description="Highest that you take.")


@router.get(
    OEMBED_PATH,
    summary="How to embed one of our pages (oEmbed 1.0)",
    response_class=Response,
    responses={
        200: {
            "description": "An answer of type `rich`: an iframe, pinned to a release.",
            "content": {"application/json": {"schema": {"type": "object"}}, "text/xml": TEXT},
        },
        **problems(
            ProblemCode.NOT_FOUND,
            ProblemCode.VALIDATION_FAILED,
            ProblemCode.NOT_IMPLEMENTED,
            ProblemCode.UNAVAILABLE,
        ),
    },
)
async def oembed(request: Request, query: Annotated[OembedQuery, Query()]) -> Response:
    """Give the iframe of a chart, cell or pair, for sites that embed by address.

    What is not a page of ours is answered with 404, a format that is not given with 501, as
    oEmbed asks.
    """
    if query.format not in WRITERS:
        raise _no_such_format(query.format)
    asked, found = await _target(request, query)
    shape = Shape(form=query.format, language=asked.language, pinned=False)
    release = asked.view.release
    ticket = Ticket(
        identity=(
            release.entry.content_sha256,
            *(asked.site, query.url, str(query.maxwidth), str(query.maxheight)),
        ),
        shape=shape,
        headers=release_headers(release.manifest),
    )

    def write() -> Written:
        members = oembed_members(found, most_width=query.maxwidth, most_height=query.maxheight)
        return Written(body=WRITERS[query.format](members))

    return respond(request, ticket, write)


async def _target(request: Request, query: OembedQuery) -> tuple[Asked, Embeddable]:
    """Return what an address of ours shows.

    Raises:
        RequestRefused: If it is none of ours, or names nothing (404).
    """
    site = site_of(request)
    try:
        parts = urlsplit(query.url)
        if f"{parts.scheme}://{parts.netloc}".lower() != site:
            raise _not_ours(query.url, f"it is not an address of {site}")
        given = dict(parse_qsl(parts.query, max_num_fields=MOST_FIELDS))
        named = {name: value for name, value in given.items() if name in TAKEN}
        if query.lang is not None:
            named["lang"] = query.lang
        subject = ChartSubject.model_validate(named)
        asked = await open_page(request, subject)
        segments = [unquote(each) for each in parts.path.split("/")[1:]]
        found = await run_in_threadpool(_embeddable, asked, segments, subject, query.maxwidth)
    except ValidationError as error:
        raise _not_ours(query.url, "its parameters are not those of a page") from error
    except ValueError as error:
        raise _not_ours(query.url, str(error)) from error
    except RequestRefused as error:
        if error.code is ProblemCode.UNAVAILABLE or error.faults[0].parameter == "url":
            raise
        raise _not_ours(query.url, error.detail) from error
    return asked, found


def _embeddable(
    asked: Asked, segments: list[str], subject: ChartSubject, most_width: int
) -> Embeddable:
    match segments:
        case ["cells", actor, theme, year]:
            cell = cell_named(asked.view.release, actor, theme, year, place="path")
            over_years = ChartSubject(actor=cell.actor, theme=cell.theme)
            return _chart(asked, CHART, over_years, most_width)
        case ["pairs", name] | ["embed", "pair", name]:
            pair = pair_named(asked.view.release, name)
            return Embeddable(
                title=pair_title(asked, pair),
                src=asked.site + asked.pinned(f"{EMBEDS}/pair/{path_part(name)}"),
                site=asked.site,
                width=PAGE_WIDTH,
                height=EMBED_HEIGHT,
                card=None,
            )
        case ["charts" | "embed", name]:
            return _chart(asked, name, subject, most_width)
        case _:
            raise ValueError("no page of a chart, a cell or a pair has this path")


def _chart(asked: Asked, name: str, subject: ChartSubject, most_width: int) -> Embeddable:
    chart = chart_asked(asked, chart_named(name), subject)
    width = min(PAGE_WIDTH, most_width)
    named: Mapping[str, object] = chart.named
    return Embeddable(
        title=chart.title,
        src=asked.site + asked.pinned(f"{EMBEDS}/{name}", **named),
        site=asked.site,
        width=width,
        height=embed_height(chart, width),
        card=card_of(asked, name, named, alt=chart.alt),
    )


def _not_ours(url: str, why: str) -> RequestRefused:
    fault = Fault(
        parameter="url",
        place="query",
        code=ErrorCode.PATH_UNKNOWN,
        detail=f"{clip(url)!r} cannot be embedded: {why}",
        given=clip(url),
        expected="the address of a chart, a cell or a pair of this site",
    )
    return absent(fault)


def _no_such_format(given: str) -> RequestRefused:
    fault = Fault(
        parameter="format",
        place="query",
        code=ErrorCode.FORMAT_UNAVAILABLE,
        detail=f"format is {clip(given)!r}; expected one of: {', '.join(WRITERS)}",
        given=clip(given),
        expected=", ".join(WRITERS),
    )
    return RequestRefused(ProblemCode.NOT_IMPLEMENTED, fault.detail, (fault,))
