"""Keyset pages: a cursor names the last row seen, its release and its question."""

import base64
import binascii
import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from gaptracker.publish.api.codes import ErrorCode
from gaptracker.publish.api.errors import Fault, RequestRefused, clip, invalid

DEFAULT_LIMIT = 500
HIGHEST_LIMIT = 1000
VERSION = 1
DIGEST_DIGITS = 16
LONGEST_CURSOR = 1024
LARGEST_NUMBER = 2**31 - 1

RowKey = tuple[str | int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cursor:
    """A place in the rows of one question to one release.

    `question` is a digest of release content, path, filters and order; `after` is the
    identity of the last row that was seen. Nothing in it is secret: it is readable and is
    checked whole, so that a forged one is refused or is a place that somebody could have
    reached.
    """

    release: str
    question: str
    after: RowKey


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """How rows are sorted: by one column, then by their identity; missing values last."""

    column: str
    descending: bool
    identity: tuple[str, ...]

    @classmethod
    def parse(cls, text: str, identity: tuple[str, ...]) -> "Order":
        """Read a column name, with a minus before it for the largest first."""
        return cls(
            column=text.removeprefix("-"), descending=text.startswith("-"), identity=identity
        )

    def sort(self, rows: pl.DataFrame) -> pl.DataFrame:
        """Return the rows in this order, which no two rows share a place in."""
        others = [column for column in self.identity if column != self.column]
        return rows.sort(
            [self.column, *others],
            descending=[self.descending, *(False for _ in others)],
            nulls_last=True,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class PageOfRows:
    """Some rows, how many there are on all pages, and the last one's identity if more follow."""

    rows: pl.DataFrame
    total: int
    last: RowKey | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadyPage:
    """As `PageOfRows`, of rows that are kept as texts.

    `objects` gives what has to be joined to have them as JSON objects with something between each
    two.
    """

    objects: Callable[[bytes], Sequence[bytes | memoryview]]
    count: int
    total: int
    last: RowKey | None


def question_digest(content_sha256: str, path: str, parameters: Mapping[str, str]) -> str:
    """Return what a cursor is bound to.

    Args:
        content_sha256: Content hash of the release.
        path: Path of the table.
        parameters: Filters and order in force; not the limit, the format or the language,
            which may change from page to page.
    """
    question = json.dumps([content_sha256, path, sorted(parameters.items())])
    return hashlib.sha256(question.encode()).hexdigest()[:DIGEST_DIGITS]


def write_cursor(cursor: Cursor) -> str:
    """Write a cursor as one word of letters, digits, `-` and `_`."""
    content = [VERSION, cursor.release, cursor.question, list(cursor.after)]
    written = json.dumps(content, separators=(",", ":"))
    return base64.urlsafe_b64encode(written.encode()).decode().rstrip("=")


def parse_cursor(text: str) -> Cursor:
    """Read a cursor; only what `write_cursor` writes is one.

    Raises:
        RequestRefused: If it is anything else.

    Examples:
        >>> place = Cursor(release="r", question="q", after=("MEX", 2022))
        >>> parse_cursor(write_cursor(place)) == place
        True
    """
    try:
        padded = text[:LONGEST_CURSOR] + "=" * (-len(text[:LONGEST_CURSOR]) % 4)
        content = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
        version, release, question, after = content
        cursor = Cursor(release=release, question=question, after=tuple(after))
        if version == VERSION and _is_plain(cursor) and write_cursor(cursor) == text:
            return cursor
    except (ValueError, TypeError, RecursionError, binascii.Error):
        pass
    raise cursor_refused(ErrorCode.CURSOR_MALFORMED, text, "it is not one that we gave")


def cursor_refused(code: ErrorCode, text: str, why: str) -> RequestRefused:
    """Return the refusal of a cursor."""
    return invalid(
        Fault(
            parameter="cursor",
            place="query",
            code=code,
            detail=f"this cursor cannot be followed: {why}; start again without a cursor",
            given=clip(text),
            expected="a cursor from `Link` or `meta.next`, with the filters it came with",
        )
    )


def take_page(
    rows: pl.DataFrame, order: Order, *, after: RowKey | None, limit: int
) -> PageOfRows | None:
    """Return the rows that follow a row.

    Args:
        rows: All rows that the filters let through, in any order.
        order: How they are sorted.
        after: Identity of the last row seen; None for the first page.
        limit: Most rows to return.

    Returns:
        The page, or None if no row has the identity `after`.
    """
    ordered = order.sort(rows)
    start = 0
    if after is not None:
        place = _place_of(ordered, order.identity, after)
        if place is None:
            return None
        start = place + 1
    page = ordered.slice(start, limit)
    more = start + page.height < ordered.height
    last = tuple(page.select(order.identity).row(-1)) if more and page.height else None
    return PageOfRows(rows=page, total=ordered.height, last=last)


def _place_of(rows: pl.DataFrame, identity: Sequence[str], key: RowKey) -> int | None:
    if len(key) != len(identity):
        return None
    wanted = pl.lit(value=True)
    for column, value in zip(identity, key, strict=True):
        if rows.schema[column].is_integer() != isinstance(value, int):
            return None
        wanted &= pl.col(column) == value
    places = rows.select(pl.arg_where(wanted)).to_series()
    return int(places[0]) if len(places) else None


def _is_plain(cursor: Cursor) -> bool:
    """Say whether every part is one that `write_cursor` could have been given."""
    named = _is_word(cursor.release) and _is_word(cursor.question)
    return named and all(
        _is_word(part) or (type(part) is int and abs(part) <= LARGEST_NUMBER)
        for part in cursor.after
    )


def _is_word(part: object) -> bool:
    return isinstance(part, str) and part.isascii() and part.isprintable()
