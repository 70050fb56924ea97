"""`/feed.atom` and `/feed.json`: what is new, of everything or of some actors and themes."""

import asyncio
from collections.abc import Callable, Mapping
from typing import Annotated
from uuid import NAMESPACE_URL, uuid5

import structlog
from fastapi import Query, Request, Response
from pydantic import Field

import gaptracker
from gaptracker.domain.errors import ReleaseCorrupt
from gaptracker.publish.api.codes import ErrorCode, ProblemCode
from gaptracker.publish.api.deps import (
    address,
    current_of,
    not_ready,
    shelf_of,
    standing_of,
)
from gaptracker.publish.api.documented import problems
from gaptracker.publish.api.encodings import held_tag
from gaptracker.publish.api.errors import Fault, invalid, unknown
from gaptracker.publish.api.etags import LATEST_CACHE, strong_etag
from gaptracker.publish.api.filters import actor_spellings, theme_spellings
from gaptracker.publish.api.negotiation import choose_language
from gaptracker.publish.api.packed import NOT_MODIFIED, packed_response
from gaptracker.publish.api.queries import LanguageQuery, Names, list_of, one_of
from gaptracker.publish.api.routing import Routes
from gaptracker.publish.api.shelf import Shelf, Standing
from gaptracker.publish.api.site import site_of
from gaptracker.publish.feeds.beside_entries import beside_entries
from gaptracker.publish.feeds.documents import (
    ATOM_MEDIA_TYPE,
    JSON_FEED_MEDIA_TYPE,
    Feed,
    write_atom,
    write_json_feed,
)
from gaptracker.publish.feeds.entries import (
    PART,
    EntryKind,
    FeedEntry,
    Known,
    Told,
    entries_of,
)
from gaptracker.publish.feeds.report_entries import report_entries
from gaptracker.publish.frozen import FrozenRelease
from gaptracker.publish.texts import texts_of

MOST_ENTRIES = 100
# A reader that was away for years is told of these releases and finds the others in /v1/releases.
MOST_RELEASES = 40

log = structlog.get_logger("gaptracker.api")
router = Routes(tag="feeds")

Write = Callable[[Feed], bytes]


Kinds = Annotated[str, list_of(one_of(EntryKind))]


class FeedQuery(LanguageQuery):
    """What a feed tells of; lists are separated by commas."""

    actor: Names | None = Field(default=None, description="Actor codes.", examples=["MEX"])
    theme: Names | None = Field(default=None, description="Theme ids.", examples=["cannabis"])
    kind: Kinds | None = Field(
        default=None,
        description=(
            "Of `release`, `change` (demonstrated ones), `correction` (of evidence, and errata of "
            "releases), `reply`, `report`."
        ),
        examples=["change,correction"],
    )


@router.get(
    "/feed.atom",
    summary="What is new, as Atom",
    response_class=Response,
    responses={
        200: {"content": {"application/atom+xml": {"schema": {"type": "string"}}}},
        **problems(ProblemCode.VALIDATION_FAILED, ProblemCode.UNAVAILABLE),
    },
)
async def read_atom_feed(request: Request, query: Annotated[FeedQuery, Query()]) -> Response:
    """Give releases, demonstrated changes, corrections, replies and reports, the newest 100 first.

    With `actor` or `theme` a feed tells of these alone: an alert that only sounds when a figure
    moved by more than its uncertainty, or evidence under it was corrected.
    """
    return await _answer(request, query, ATOM_MEDIA_TYPE, write_atom)


@router.get(
    "/feed.json",
    summary="What is new, as JSON Feed",
    response_class=Response,
    responses={
        200: {"content": {"application/feed+json": {"schema": {"type": "object"}}}},
        **problems(ProblemCode.VALIDATION_FAILED, ProblemCode.UNAVAILABLE),
    },
)
async def read_json_feed(request: Request, query: Annotated[FeedQuery, Query()]) -> Response:
    """Give the entries of `/feed.atom` as JSON Feed 1.1."""
    return await _answer(request, query, JSON_FEED_MEDIA_TYPE, write_json_feed)


async def _answer(request: Request, query: FeedQuery, media_type: str, write: Write) -> Response:
    standing = standing_of(request)
    release = current_of(standing)
    _require_whole(standing)
    asked = _asked(query, release)
    language = choose_language(query.lang, request.headers.get("accept-language"))
    site = site_of(request)
    published = ",".join(each.entry.content_sha256 for each in standing.published.values())
    question = address("/feed", {"lang": language, **dict(sorted(query_of(query).items()))})
    headers = {
        "ETag": strong_etag(
            published,
            standing.beside.sha256,
            standing.announced.sha256,
            question,
            site,
            media_type,
            gaptracker.__version__,
        ),
        "Cache-Control": LATEST_CACHE,
        "Vary": "Accept-Language, Accept-Encoding",
        "Content-Language": language,
    }
    held = held_tag(headers["ETag"], request.headers.getlist("if-none-match"))
    if held is not None:
        return Response(status_code=NOT_MODIFIED, headers={**headers, "ETag": held})
    told = await asyncio.to_thread(_told, shelf_of(request), standing)
    known = Known(
        actors=release.actors,
        themes=release.themes,
        language=language,
        threshold=release.methodology.labels.comparison,
    )
    everything = [
        *entries_of(told, known),
        *beside_entries(standing.beside, known),
        *report_entries(
            standing.announced.reports,
            known,
            published=standing.published,
            actors=asked.get("actor"),
        ),
    ]
    # Of one moment, a release stands before what it changed: the order in which they came.
    everything.sort(key=lambda entry: entry.at, reverse=True)
    entries = [entry for entry in everything if _wanted(entry, asked)]
    feed = Feed(
        id=uuid5(NAMESPACE_URL, question).urn,
        title=_title(asked, known),
        language=language,
        site=site,
        query=address("", query_of(query)).removeprefix("?"),
        entries=entries[:MOST_ENTRIES],
    )
    return packed_response(request, write(feed), {**headers, "Content-Type": media_type})


def _require_whole(standing: Standing) -> None:
    """Refuse to tell where something of it cannot be read: readers keep what they have.

    Raises:
        RequestRefused: If replies and errata, or announced reports, cannot be read (503).
    """
    if standing.beside_refused:
        raise not_ready("replies and errata cannot be read at the moment")
    if standing.announced_refused:
        raise not_ready("announced reports cannot be read at the moment")


def query_of(query: FeedQuery) -> Mapping[str, str]:
    """Return the parameters that were given."""
    return {name: str(value) for name, value in query.model_dump(exclude_none=True).items()}


def _asked(query: FeedQuery, release: FrozenRelease) -> Mapping[str, frozenset[str]]:
    """Return what a feed is narrowed to, checked.

    Raises:
        RequestRefused: If a name is one that nothing carries; it names the nearest.
    """
    kinds: dict[str, tuple[str, ...]] = {kind.value: () for kind in EntryKind}
    known = {
        "actor": (query.actor, ErrorCode.ACTOR_UNKNOWN, actor_spellings(release)),
        "theme": (query.theme, ErrorCode.THEME_UNKNOWN, theme_spellings(release)),
        "kind": (query.kind, ErrorCode.VALUE_NOT_LISTED, kinds),
    }
    asked: dict[str, frozenset[str]] = {}
    faults: list[Fault] = []
    for name, (text, code, names) in known.items():
        if text is None:
            continue
        given = [part.strip() for part in text.split(",")]
        faults += [
            unknown(name, code, each, names, place="query") for each in given if each not in names
        ]
        asked[name] = frozenset(given)
    if faults:
        raise invalid(*faults)
    return asked


def _wanted(entry: FeedEntry, asked: Mapping[str, frozenset[str]]) -> bool:
    """Say whether an entry belongs into a feed; releases belong into those of everything."""
    kinds = asked.get("kind")
    return entry.is_about(asked.get("actor"), asked.get("theme")) and (
        kinds is None or entry.kind.value in kinds
    )


def _told(shelf: Shelf, standing: Standing) -> list[Told]:
    """Read what each release changed; of one whose document is damaged only itself is told."""
    told = []
    for published in list(standing.published.values())[:MOST_RELEASES]:
        try:
            changes = shelf.changes(published)
        except (ReleaseCorrupt, OSError) as error:
            log.error("changes refused", release=published.entry.id, reason=str(error))  # noqa: TRY400
            changes = None
        told.append(Told(published=published, changes=changes))
    return told


def _title(asked: Mapping[str, frozenset[str]], known: Known) -> str:
    say = texts_of(PART, known.language).say
    names = [
        *(known.actor_name(code) for code in sorted(asked.get("actor", ()))),
        *(known.theme_name(name) for name in sorted(asked.get("theme", ()))),
    ]
    if not names:
        return say("GapTracker: what is new")
    return say("GapTracker: what is new about {topics}", topics=known.texts.all_of(names))
