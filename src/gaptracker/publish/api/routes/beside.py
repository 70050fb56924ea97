"""`/v1/replies` and `/v1/errata`: what was said of releases after their freeze."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import Annotated

from fastapi import Path, Query, Request, Response

from gaptracker.domain.annotations import CellRef
from gaptracker.publish.addresses import ERRATA_PATH, REPLIES_PATH, path_part
from gaptracker.publish.api.answers import (
    Ticket,
    Written,
    release_ticket,
    respond,
    write_document,
    write_file,
)
from gaptracker.publish.api.beside_rows import build_erratum, build_reply
from gaptracker.publish.api.codes import ErrorCode
from gaptracker.publish.api.deps import JSON, TABLE_FORMATS, View, not_ready, open_view
from gaptracker.publish.api.documented import document_responses, table_responses
from gaptracker.publish.api.errors import Fault, RequestRefused, absent, clip, invalid
from gaptracker.publish.api.filters import Findings, actors_themes_years, split_list
from gaptracker.publish.api.queries import LanguageQuery
from gaptracker.publish.api.queries_beside import FILTERS, BesideQuery
from gaptracker.publish.api.routing import Routes
from gaptracker.publish.api.schemas_beside import (
    ErratumAnswer,
    ErratumList,
    ErratumRow,
    ReplyAnswer,
    ReplyList,
    ReplyRow,
)

router = Routes(tag="beside")

ReplyId = Annotated[str, Path(alias="id", examples=["rep_aaaaaaaaaaaaaaaaaaaaaaaaaa"])]
ErratumId = Annotated[str, Path(alias="id", examples=["err_aaaaaaaaaaaaaaaaaaaaaaaaaa"])]
Among = dict[str, Sequence[str] | Sequence[int]]


@router.get(
    REPLIES_PATH,
    summary="Replies of assessed actors",
    response_model=ReplyList,
    responses=table_responses(),
)
async def list_replies(request: Request, query: Annotated[BesideQuery, Query()]) -> Response:
    """Give replies, whole, the newest first, each with what was decided on it.

    A reply that names no cell is about all that its release says of the actor, and is given for
    every theme and year. No figure depends on a reply; `meta` is about the newest release.
    """
    view = await _open(request, query, TABLE_FORMATS)
    among, pairs = _asked(view, query)

    def write() -> Written:
        rows = [
            build_reply(view, each)
            for each in view.standing.beside.everything.replies
            if _is_asked(among, each.reply.actor, each.reply.cells)
            and _names(pairs, each.reply.pairs)
        ]
        if view.form != JSON:
            return write_file("replies", ReplyRow, rows, form=view.form, release=view.release.id)
        return write_document(ReplyList(meta=view.meta(), data=rows))

    return respond(request, _ticket(view, REPLIES_PATH, query), write)


@router.get(
    REPLIES_PATH + "/{id}",
    summary="One reply",
    response_model=ReplyAnswer,
    responses=document_responses(),
)
async def get_reply(
    request: Request, name: ReplyId, query: Annotated[LanguageQuery, Query()]
) -> Response:
    """Give a reply by its permanent id."""
    view = await _open(request, query)
    found = [each for each in view.standing.beside.everything.replies if each.reply.id == name]
    if not found:
        raise _absent("reply", name, ErrorCode.REPLY_UNKNOWN)
    return respond(
        request,
        _ticket(view, f"{REPLIES_PATH}/{path_part(name)}", None),
        lambda: write_document(ReplyAnswer(meta=view.meta(), data=build_reply(view, found[0]))),
    )


@router.get(
    ERRATA_PATH,
    summary="Errata of published releases",
    response_model=ErratumList,
    responses=table_responses(),
)
async def list_errata(request: Request, query: Annotated[BesideQuery, Query()]) -> Response:
    """Give errata, the newest first: what a release says, what is right, and why.

    The release stays as it was printed. An erratum of a whole release is given for every actor,
    theme and year.
    """
    view = await _open(request, query, TABLE_FORMATS)
    among, pairs = _asked(view, query)

    def write() -> Written:
        rows = [
            build_erratum(each)
            for each in view.standing.beside.everything.errata
            if (each.is_of_all or _is_asked(among, None, each.cells)) and _names(pairs, each.pairs)
        ]
        if view.form != JSON:
            return write_file("errata", ErratumRow, rows, form=view.form, release=view.release.id)
        return write_document(ErratumList(meta=view.meta(), data=rows))

    return respond(request, _ticket(view, ERRATA_PATH, query), write)


@router.get(
    ERRATA_PATH + "/{id}",
    summary="One erratum",
    response_model=ErratumAnswer,
    responses=document_responses(),
)
async def get_erratum(
    request: Request, name: ErratumId, query: Annotated[LanguageQuery, Query()]
) -> Response:
    """Give an erratum by its permanent id."""
    view = await _open(request, query)
    found = [each for each in view.standing.beside.everything.errata if each.id == name]
    if not found:
        raise _absent("erratum", name, ErrorCode.ERRATUM_UNKNOWN)
    return respond(
        request,
        _ticket(view, f"{ERRATA_PATH}/{path_part(name)}", None),
        lambda: write_document(ErratumAnswer(meta=view.meta(), data=build_erratum(found[0]))),
    )


async def _open(request: Request, query: LanguageQuery, offered: Sequence[str] = (JSON,)) -> View:
    """Decide what a request wants to see.

    Raises:
        RequestRefused: If what lies beside the releases cannot be read (503): an empty list would
            say that nobody replied.
    """
    view = await open_view(request, query, offered=offered)
    if view.standing.beside_refused:
        raise not_ready("replies and errata cannot be read at the moment")
    return view


def _asked(view: View, query: BesideQuery) -> tuple[Among, frozenset[str] | None]:
    """Return what is asked of actors, themes and years, and which pairs; None for any.

    Raises:
        RequestRefused: If an actor, theme or year is known to nothing, or a member of a list is
            empty (422).
    """
    found = Findings()
    actors_themes_years(view.release, found, actor=query.actor, theme=query.theme, year=query.year)
    pairs = None if query.pair is None else frozenset(split_list("pair", query.pair, found))
    if found.faults:
        raise invalid(*found.faults)
    return found.among, pairs


def _is_asked(among: Among, owner: str | None, cells: Collection[CellRef]) -> bool:
    """Say whether cells hold one that is asked for; without any all of the owner's are meant."""
    if not cells:
        return owner is None or owner in among.get("actor", (owner,))
    return any(
        all(getattr(cell, name) in values for name, values in among.items()) for cell in cells
    )


def _names(asked: frozenset[str] | None, pairs: Collection[str]) -> bool:
    return asked is None or not asked.isdisjoint(pairs)


def _ticket(view: View, path: str, query: BesideQuery | None) -> Ticket:
    """Return the ticket of an answer, which holds for one version of what lies beside."""
    given = {} if query is None else query.model_dump(include=set(FILTERS), exclude_none=True)
    parameters = {name: str(value) for name, value in given.items()}
    ticket = release_ticket(view.release, view.shape, path, parameters)
    return replace(ticket, identity=(*ticket.identity, view.standing.beside.sha256))


def _absent(kind: str, name: str, code: ErrorCode) -> RequestRefused:
    """Return the refusal of what is not there (404)."""
    return absent(
        Fault(
            parameter="id",
            place="path",
            code=code,
            detail=f"no {kind} is called {clip(name)!r}",
            given=clip(name),
            expected=f"the id of a {kind}, as its list names it",
        )
    )
