"""The smallest parts of a report's text, each knowing what it is.

What is a figure, a name or a quotation is known by structure: a renderer marks each its own way,
and a test can tell that no figure stands in a text that did not come from the release.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from gaptracker.domain.time import PartialDate
from gaptracker.publish.texts import Texts, closed

Condition = tuple[str, str | int | tuple[str, ...]]


class Kind(StrEnum):
    """What a part of a text is."""

    TEXT = "text"
    FIGURE = "figure"
    NAME = "name"
    DAY = "day"
    QUOTE = "quote"
    CODE = "code"
    LINK = "link"


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Ref:
    """Where a figure stands: release, table, which rows, and the column.

    A value among several in a condition means any of them. An empty column means the number of
    such rows. The table `methodology` has no rows: its column is the path to a number in the
    rules; of `changes` (what moved since another release) it is that of a change.
    """

    release: str
    table: str
    where: tuple[Condition, ...]
    column: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """One part of a text; `value` and `ref` belong to figures, `language` to what was recorded.

    `target` is a link's address, or a day as computers write it.
    """

    kind: Kind
    text: str
    value: float | None = None
    ref: Ref | None = None
    language: str | None = None
    target: str | None = None


Line = tuple[Span, ...]


def text(words: str) -> Span:
    """Return words of this program's own: they hold no figure."""
    return Span(kind=Kind.TEXT, text=words)


def name(words: str) -> Span:
    """Return what somebody or something is called, as the release has it."""
    return Span(kind=Kind.NAME, text=closed(words))


def quote(words: str, language: str | None) -> Span:
    """Return what was said or written elsewhere, word for word or as it was recorded."""
    return Span(kind=Kind.QUOTE, text=closed(words.strip()), language=language)


def recorded(words: str, language: str | None) -> Span:
    """Return what a record says in this project's or its source's words: not word for word."""
    return Span(kind=Kind.NAME, text=closed(words), language=language)


def code(words: str) -> Span:
    """Return an id, as it is written in addresses and files."""
    return Span(kind=Kind.CODE, text=words)


def link(words: str, target: str | None) -> Span:
    """Return words that lead somewhere; a name alone where the address is none to follow."""
    if target is None or not target.lower().startswith(("http://", "https://")):
        return name(words)
    return Span(kind=Kind.LINK, text=closed(words), target=target)


def day(texts: Texts, value: date | PartialDate) -> Span:
    """Return a day, as precisely as it is known."""
    written = texts.day(value) if isinstance(value, date) else texts.partial_day(value)
    return Span(kind=Kind.DAY, text=written, target=str(value))


def year(value: int) -> Span:
    """Return a year."""
    return Span(kind=Kind.DAY, text=str(value), target=str(value))


def plain(line: Line) -> str:
    """Return a line's words without what they are.

    Examples:
        >>> plain((text("a "), name("b")))
        'a b'
    """
    return "".join(span.text for span in line)
