"""Tables with pages: one way from a query to a page, for every table."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Generic, TypeVar

import msgspec
import polars as pl
from fastapi import Request, Response
from pydantic import BaseModel

from gaptracker.publish.api.answers import (
    Ticket,
    Written,
    name_file,
    release_ticket,
    respond,
    respond_held,
    write_document,
    write_file,
)
from gaptracker.publish.api.codes import ErrorCode
from gaptracker.publish.api.deps import (
    JSON,
    TABLE_FORMATS,
    View,
    address,
    current_of,
    open_view,
    standing_of,
)
from gaptracker.publish.api.formats import write_values
from gaptracker.publish.api.pages import (
    Cursor,
    Order,
    PageOfRows,
    ReadyPage,
    RowKey,
    cursor_refused,
    parse_cursor,
    question_digest,
    take_page,
    write_cursor,
)
from gaptracker.publish.api.queries import PagedQuery, PageQuery
from gaptracker.publish.api.schemas import PageMeta
from gaptracker.publish.api.slow_work import row_work_of
from gaptracker.publish.api.wanted import Wanted
from gaptracker.publish.frozen import FrozenRelease

Query = TypeVar("Query", bound=PageQuery)
Row = TypeVar("Row", bound=BaseModel)

# What may change from page to page: it decides how rows are written, not which.
FORM_ONLY = frozenset({"lang", "format", "release", "cursor"})


@dataclass(frozen=True, slots=True, kw_only=True)
class PagedTable(Generic[Query, Row]):
    """What makes one table: its rows, their identity, and how each is written.

    `condition` checks the filters and refuses wrong ones; `build` turns rows of the frame
    into rows of the answer. `ready` does all of it at once where rows are kept as texts; it gives
    None if no row of the table has the identity that it is to go on from.
    """

    path: str
    name: str
    identity: tuple[str, ...]
    row_type: type[Row]
    frame: Callable[[FrozenRelease], pl.DataFrame]
    condition: Callable[[FrozenRelease, Query], pl.Expr | Wanted]
    order: Callable[[Query], str]
    build: Callable[[View, pl.DataFrame], list[Row]]
    page: Callable[[PageMeta, list[Row]], BaseModel]
    ready: Callable[[View, Wanted, Order, RowKey | None, int], ReadyPage | None] | None = None


async def answer_page(
    request: Request,
    query: Query,
    table: PagedTable[Query, Row],
    *,
    release: str | None = None,
) -> Response:
    """Answer one page of a table.

    Args:
        request: The request.
        query: Its parameters.
        table: The table.
        release: The release that the path names; None where the query may.

    Raises:
        RequestRefused: If a parameter is wrong, or the cursor belongs to another question.
    """
    cursor = _cursor_of(request, query, release)
    view = await open_view(
        request,
        query,
        offered=TABLE_FORMATS,
        release=release or (cursor.release if cursor else None),
    )
    condition = table.condition(view.release, query)
    order = Order.parse(table.order(query), table.identity)
    asked = _asked(query)
    filters = {name: str(value) for name, value in asked.items() if name != "limit"}
    question = partial(question_digest, view.release.content_sha256, table.path, filters)
    if cursor is not None and cursor.question != question():
        raise cursor_refused(
            ErrorCode.CURSOR_FOREIGN, query.cursor or "", "it belongs to other filters or order"
        )

    def write() -> Written:
        after = cursor.after if cursor else None
        page = _take(view, table, condition, order, after=after, limit=query.limit)
        if page is None:
            raise cursor_refused(
                ErrorCode.CURSOR_FOREIGN, query.cursor or "", "no row of this table stands there"
            )
        names = {} if release else {"release": view.release.id}
        following = _next_address(view, table.path, {**asked, **names}, question, page)
        return _write_page(view, table, page, following)

    ticket = _ticket(view, table.path, asked, query.cursor)
    if table.ready is not None:
        return respond(request, ticket, write)
    held = respond_held(request, ticket)
    if held is not None:
        return held
    # A thousand rows that are built one by one take a fifth of a second.
    return await row_work_of(request).run(partial(respond, request, ticket, write))


def page_ticket(view: View, path: str, query: PageQuery) -> Ticket:
    """Return the ticket of a page, which is known before the table is.

    Args:
        view: What the request wants to see.
        path: The table's address.
        query: The request's parameters.
    """
    return _ticket(view, path, _asked(query), query.cursor)


def _ticket(view: View, path: str, asked: Mapping[str, Any], cursor: str | None) -> Ticket:
    return release_ticket(view.release, view.shape, path, {**asked, "cursor": cursor})


# `Any` is what pydantic's own signature gives.
def _asked(query: PageQuery) -> dict[str, Any]:
    """Return the parameters that decide which rows are given, and how many."""
    return query.model_dump(
        by_alias=True, exclude=set(FORM_ONLY), exclude_none=True, exclude_defaults=True
    )


def _take(
    view: View,
    table: PagedTable[Query, Row],
    condition: pl.Expr | Wanted,
    order: Order,
    *,
    after: RowKey | None,
    limit: int,
) -> PageOfRows | ReadyPage | None:
    """Return a page of the rows that meet a condition; None if `after` is none of them."""
    if isinstance(condition, Wanted):
        if table.ready is not None:
            return table.ready(view, condition, order, after, limit)
        condition = condition.condition()
    rows = table.frame(view.release).filter(condition)
    return take_page(rows, order, after=after, limit=limit)


def _cursor_of(request: Request, query: PageQuery, release: str | None) -> Cursor | None:
    """Return the cursor of a query, if its release is the one asked for and still there."""
    if isinstance(query, PagedQuery):
        release = query.release
    if query.cursor is None:
        return None
    cursor = parse_cursor(query.cursor)
    if release is not None and release != cursor.release:
        raise cursor_refused(
            ErrorCode.CURSOR_FOREIGN, query.cursor, "it belongs to another release"
        )
    standing = standing_of(request)
    current_of(standing)
    if cursor.release not in standing.published:
        raise cursor_refused(ErrorCode.CURSOR_STALE, query.cursor, "its release is gone")
    return cursor


def _next_address(
    view: View,
    path: str,
    asked: dict[str, object],
    question: Callable[[], str],
    page: PageOfRows | ReadyPage,
) -> str | None:
    """Return the address of the next page, which names its release and its form in full."""
    if page.last is None:
        return None
    cursor = Cursor(release=view.release.id, question=question(), after=page.last)
    form = None if view.form == JSON else view.form
    return address(
        path,
        {
            **asked,
            "lang": view.language,
            "format": form,
            "cursor": write_cursor(cursor),
        },
    )


def _write_page(
    view: View,
    table: PagedTable[Query, Row],
    page: PageOfRows | ReadyPage,
    following: str | None,
) -> Written:
    if isinstance(page, ReadyPage):
        written = _write_ready(view, table, page, following)
    else:
        written = _write_rows(view, table, page, following)
    headers = {**written.headers, "X-Total-Count": str(page.total)}
    if following is not None:
        headers["Link"] = f'<{following}>; rel="next"'
    return Written(body=written.body, headers=headers)


def _write_rows(
    view: View, table: PagedTable[Query, Row], page: PageOfRows, following: str | None
) -> Written:
    rows: Sequence[Row] = table.build(view, page.rows)
    if view.form == JSON:
        meta = PageMeta(
            **view.meta().model_dump(), count=len(rows), total=page.total, next=following
        )
        return write_document(table.page(meta, list(rows)))
    return write_file(table.name, table.row_type, rows, form=view.form, release=view.release.id)


def _write_ready(
    view: View, table: PagedTable[Query, Row], page: ReadyPage, following: str | None
) -> Written:
    """Write rows that are texts; `meta` and `data` are all that a page of them has."""
    if view.form == JSON:
        meta = PageMeta(
            **view.meta().model_dump(), count=page.count, total=page.total, next=following
        )
        head = meta.model_dump_json().encode("utf-8")
        # Joined once: the bytes are many, and each time that they are copied costs.
        body = b"".join([b'{"meta":', head, b',"data":[', *page.objects(b","), b"]}"])
        return Written(body=body)
    if view.form == "csv":
        objects = b"".join([b"[", *page.objects(b","), b"]"])
        rows = msgspec.json.decode(objects, type=list[dict[str, object]])
        content = write_values(table.row_type, rows)
    else:
        content = b"".join([*page.objects(b"\n"), b"\n" if page.count else b""])
    return name_file(content, table.name, form=view.form, release=view.release.id)
