"""What a route asks before it answers: which release, which format, which language."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import structlog
from fastapi import Request

from gaptracker.domain.errors import ReleaseCorrupt
from gaptracker.domain.results import Manifest
from gaptracker.publish.addresses import address as address  # noqa: PLC0414  routes have it from here
from gaptracker.publish.addresses import path_part as path_part  # noqa: PLC0414
from gaptracker.publish.api.codes import ErrorCode, ProblemCode
from gaptracker.publish.api.errors import RequestRefused, invalid, unknown
from gaptracker.publish.api.negotiation import (
    DEFAULT_LANGUAGE,
    choose_format,
    choose_language,
)
from gaptracker.publish.api.queries import (
    CiteQuery,
    LanguageQuery,
    ListQuery,
    ReleaseQuery,
    TableQuery,
)
from gaptracker.publish.api.release_names import LATEST
from gaptracker.publish.api.schemas import Meta
from gaptracker.publish.api.shelf import Shelf, Standing
from gaptracker.publish.frozen import FrozenRelease

JSON = "json"
JSON_ONLY = (JSON,)
TABLE_FORMATS = (JSON, "csv", "ndjson")
RETRY_AFTER_SECONDS = 5
NO_RELEASE = (
    "no verified release is loaded; if none was cut yet, run `gaptracker demo`, or "
    "`gaptracker load-reference` and then `gaptracker release cut`"
)

log = structlog.get_logger("gaptracker.api")


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """In which form and language an answer goes out, and for how long it holds.

    `pinned` is true if the address names the release, so that the answer can never change.
    """

    form: str
    language: str
    pinned: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """One release as one request wants to see it; `standing` is the shelf at that moment."""

    standing: Standing
    release: FrozenRelease
    shape: Shape

    @property
    def form(self) -> str:
        """Return the form that goes out: `json`, `csv`, `ndjson`, or what the route gives."""
        return self.shape.form

    @property
    def language(self) -> str:
        """Return the language of names and texts."""
        return self.shape.language

    def meta(self) -> Meta:
        """Return which figures these are."""
        return meta_of(self.release.manifest, self.language)

    def name_of(self, names: Mapping[str, str]) -> str:
        """Return a name or text in the view's language, in English where it has no other."""
        return names.get(self.language) or names[DEFAULT_LANGUAGE]

    def link(self, path: str, **parameters: object) -> str:
        """Return an address pinned to the release, its parameters in a fixed order."""
        return address(path, {**parameters, "release": self.release.id})


def meta_of(manifest: Manifest, language: str) -> Meta:
    """Return which figures an answer from a release shows."""
    return Meta(
        release=manifest.release,
        methodology=manifest.methodology,
        as_of=manifest.as_of,
        provisional=manifest.provisional,
        notice=manifest.notice,
        language=language,
    )


def shelf_of(request: Request) -> Shelf:
    """Return the application's shelf of releases."""
    shelf = request.app.state.shelf
    if not isinstance(shelf, Shelf):
        raise TypeError(f"{type(shelf).__name__} where the application's shelf was expected")
    return shelf


def standing_of(request: Request) -> Standing:
    """Return what is on the shelf, one reading for the whole request.

    Who asks on behalf of another release (`baked.py`) says so in the request's state.
    """
    given = request.scope.get("state", {}).get("standing")
    return given if isinstance(given, Standing) else shelf_of(request).standing


def current_of(standing: Standing) -> FrozenRelease:
    """Return the current release.

    Raises:
        RequestRefused: If none is loaded (503).
    """
    if standing.current is None:
        raise not_ready()
    return standing.current


def not_ready(detail: str = NO_RELEASE) -> RequestRefused:
    """Return the refusal of a server that has nothing to answer from (503)."""
    return RequestRefused(
        ProblemCode.UNAVAILABLE, detail, headers={"Retry-After": str(RETRY_AFTER_SECONDS)}
    )


def shape_of(
    request: Request, query: LanguageQuery, *, offered: Sequence[str], pinned: bool
) -> Shape:
    """Decide form and language of an answer.

    Args:
        request: The request.
        query: Its parameters.
        offered: Formats that the route gives, the default first.
        pinned: Whether the address names the release.

    Raises:
        RequestRefused: If the format is not given here (404, 406 or 422).
    """
    return Shape(
        form=choose_format(
            offered,
            suffix=request.state.suffix,
            parameter=_format_of(query),
            accept=request.headers.get("accept"),
        ),
        language=choose_language(query.lang, request.headers.get("accept-language")),
        pinned=pinned,
    )


def _format_of(query: LanguageQuery) -> str | None:
    """Return the format that a parameter asks for."""
    if isinstance(query, CiteQuery):
        return query.style
    return query.format if isinstance(query, TableQuery | ListQuery) else None


async def open_view(
    request: Request,
    query: LanguageQuery,
    *,
    offered: Sequence[str] = JSON_ONLY,
    release: str | None = None,
) -> View:
    """Decide what a request wants to see.

    Args:
        request: The request.
        query: Its parameters.
        offered: Formats that the route gives.
        release: Id of the release that a cursor goes on in; it wins over the newest.

    Raises:
        RequestRefused: If the release is unknown (422), the format is not given here (404,
            406 or 422), or no release is loaded (503).
    """
    wanted = query.release if isinstance(query, ReleaseQuery) else None
    wanted = wanted or release
    shape = shape_of(request, query, offered=offered, pinned=wanted is not None)
    standing = standing_of(request)
    return View(
        standing=standing,
        release=await take_release(request, standing, wanted),
        shape=shape,
    )


async def take_release(request: Request, standing: Standing, wanted: str | None) -> FrozenRelease:
    """Return a release, from memory if it is there.

    Args:
        request: The request.
        standing: The shelf as this request sees it.
        wanted: The release's id; None for the newest.

    Raises:
        RequestRefused: If no release has this id (422), or none can be read (503).
    """
    current = current_of(standing)
    if wanted is None or wanted == current.id:
        return current
    if wanted not in standing.published:
        known = dict.fromkeys((*standing.published, LATEST), ())
        raise invalid(unknown("release", ErrorCode.RELEASE_UNKNOWN, wanted, known, place="query"))
    try:
        return await shelf_of(request).take(wanted)
    except (ReleaseCorrupt, OSError) as error:
        log.error("release refused", release=wanted, reason=str(error))  # noqa: TRY400
        raise not_ready(f"release {wanted} cannot be read at the moment") from error
