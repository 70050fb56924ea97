"""`/v1/releases/{id}/diff`: what moved since another release, cell by cell, and why."""

from collections.abc import Mapping
from typing import Annotated

import polars as pl
import structlog
from fastapi import Path, Query, Request, Response

from gaptracker.domain.errors import ReleaseCorrupt
from gaptracker.publish.api.answers import respond_held
from gaptracker.publish.api.codes import ErrorCode, ProblemCode
from gaptracker.publish.api.deps import (
    TABLE_FORMATS,
    current_of,
    not_ready,
    open_view,
    path_part,
    standing_of,
)
from gaptracker.publish.api.diff_rows import build_changes, build_difference
from gaptracker.publish.api.documented import LEADS_ON, table_responses
from gaptracker.publish.api.errors import Fault, RequestRefused, absent, clip, invalid, unknown
from gaptracker.publish.api.filters import changes_asked
from gaptracker.publish.api.newest import lead_to_newest
from gaptracker.publish.api.paged import PagedTable, answer_page, page_ticket
from gaptracker.publish.api.queries import DiffQuery
from gaptracker.publish.api.release_names import LATEST
from gaptracker.publish.api.release_rows import RELEASES_PATH
from gaptracker.publish.api.routing import Routes
from gaptracker.publish.api.schemas_diff import CellChange, CellChangePage
from gaptracker.publish.api.shelf import Published
from gaptracker.publish.api.slow_work import SlowWork
from gaptracker.publish.differences import Differences, FrozenDifference

router = Routes(tag="rules")

IDENTITY = ("actor", "theme", "year")

log = structlog.get_logger("gaptracker.api")


@router.get(
    RELEASES_PATH + "/{id}/diff",
    summary="What moved since another release, and why",
    response_model=CellChangePage,
    responses={**LEADS_ON, **table_responses(ProblemCode.NOT_FOUND)},
)
async def list_changes(
    request: Request,
    name: Annotated[str, Path(alias="id", examples=["2026-08-16-1f0c33ab"])],
    query: Annotated[DiffQuery, Query()],
) -> Response:
    """Give every cell whose figures differ, with both figures and what moved it.

    A change is `demonstrated` only if its order has a probability of 0.90 or more; others
    cannot be told apart. Without `from` the release is held against the one published before it.
    `latest` in place of an id leads to the newest release.
    """
    if name == LATEST:
        return lead_to_newest(request, RELEASES_PATH, "/diff")
    standing = standing_of(request)
    current_of(standing)
    older = _older(standing.published, name, query.from_)
    query = query.model_copy(update={"from_": older})
    view = await open_view(request, query, offered=TABLE_FORMATS, release=name)
    held = respond_held(request, page_ticket(view, _path(name), query))
    if held is not None:
        return held  # nothing has to be compared to say so
    found = await _difference(request, older, name)
    table = _table(found, {each: standing.published[each] for each in (older, name)})
    return await answer_page(request, query, table, release=name)


def _older(published: Mapping[str, Published], name: str, given: str | None) -> str:
    """Return the release that another is held against.

    Args:
        published: All published releases, the newest first.
        name: The newer release.
        given: What the query names; None for the one before.

    Raises:
        RequestRefused: If there is no such release (404 for the path, 422 for the query), or it
            is not older (422).
    """
    if name not in published:
        known = dict.fromkeys((*published, LATEST), ())
        raise absent(unknown("id", ErrorCode.RELEASE_UNKNOWN, name, known, place="path"))
    if given is not None and given not in published:
        known = dict.fromkeys(published, ())
        raise invalid(unknown("from", ErrorCode.RELEASE_UNKNOWN, given, known, place="query"))
    order = list(published)
    older = order[order.index(name) + 1 :]
    if given is None and older:
        return older[0]
    if given in older:
        return str(given)
    raise _not_older(name, given, older)


def _not_older(name: str, given: str | None, older: list[str]) -> RequestRefused:
    """Return the refusal of a comparison that does not go forward in time."""
    if given is None:
        why = f"{name} is the first release: nothing came before it to hold it against"
    elif given == name:
        why = f"from is {clip(given)}, the release itself, from which it does not differ"
    else:
        why = (
            f"from is {clip(given)}, which is newer than {name}; ask the other way round: "
            f"{RELEASES_PATH}/{path_part(given)}/diff?from={path_part(name)}"
        )
    expected = f"a release older than {name}: {', '.join(older[:3])}" if older else "an older one"
    return invalid(
        Fault(
            parameter="from",
            place="query",
            code=ErrorCode.VALUE_OUT_OF_RANGE,
            detail=why,
            given=given,
            expected=expected,
            nearest=tuple(older[:1]),
        )
    )


async def _difference(request: Request, older: str, newer: str) -> FrozenDifference:
    differences, slow_work = request.app.state.differences, request.app.state.comparing
    if not isinstance(differences, Differences) or not isinstance(slow_work, SlowWork):
        raise TypeError("the application holds no differences")
    found = differences.held(older, newer)
    if found is not None:
        return found
    try:
        return await slow_work.run(lambda: differences.take(older, newer))
    except (ReleaseCorrupt, OSError) as error:
        log.error("releases not compared", old=older, new=newer, reason=str(error))  # noqa: TRY400
        raise not_ready(f"{older} and {newer} cannot be compared at the moment") from error


def _path(name: str) -> str:
    return f"{RELEASES_PATH}/{path_part(name)}/diff"


def _table(
    found: FrozenDifference, published: Mapping[str, Published]
) -> PagedTable[DiffQuery, CellChange]:
    def frame(_release: object) -> pl.DataFrame:
        return found.frame

    summary = build_difference(found, published)
    return PagedTable(
        path=_path(found.new),
        name=f"changes-since-{found.old}",
        identity=IDENTITY,
        row_type=CellChange,
        frame=frame,
        condition=lambda release, query: changes_asked(release, query, found),
        order=lambda query: query.sort,
        build=lambda view, rows: build_changes(view, rows, found),
        page=lambda meta, rows: CellChangePage(meta=meta, difference=summary, data=rows),
    )
