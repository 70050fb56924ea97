"""What a report says, before it is given a form: sections of sentences, tables and pictures."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from gaptracker.publish.charts.asked import Asked
from gaptracker.publish.report.spans import Kind, Line, Span


class Tone(StrEnum):
    """How a paragraph is set."""

    PLAIN = "plain"
    LEAD = "lead"
    NOTE = "note"
    WARNING = "warning"


@dataclass(frozen=True, slots=True, kw_only=True)
class Paragraph:
    """A few sentences."""

    line: Line
    tone: Tone = Tone.PLAIN


@dataclass(frozen=True, slots=True, kw_only=True)
class Points:
    """Sentences one below the other, each of its own."""

    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column: its name in files, its heading for readers, and whether it holds figures."""

    id: str
    heading: str
    numeric: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class TableBlock:
    """A table; `id` names its file in the data; the first cell of a row names the row.

    `keys` are, for each row, the values of `key_columns`: what a program finds the row by.
    """

    id: str
    caption: Line
    columns: tuple[Column, ...]
    rows: tuple[tuple[Line, ...], ...]
    key_columns: tuple[str, ...]
    keys: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A chart: what it is asked for, its title, and what it shows for those who do not see it."""

    chart: str
    asked: Asked
    title: str
    alt: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SaidDid:
    """A statement beside a deed, each with its source; `verdict` is what the pair shows."""

    id: str
    verdict: Line
    said: tuple[Line, ...]
    did: tuple[Line, ...]
    notes: tuple[Line, ...] = ()


Block = Paragraph | Points | TableBlock | Picture | SaidDid


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A part of a report under a heading; `id` is its anchor."""

    id: str
    title: Line
    blocks: tuple[Block, ...]
    parts: tuple["Section", ...] = field(default=())


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportModel:
    """A whole report in one language.

    `notice` is what a provisional release has to say wherever it shows, None where none is
    needed; `mark` is its short form; `about` says which release, rules and day these are.
    """

    language: str
    title: Line
    subtitle: Line
    author: str
    dated: date
    release: str
    period: str
    actor: str | None
    about: tuple[Line, ...]
    notice: Line | None
    mark: str | None
    contents: str
    sections: tuple[Section, ...]

    def walk(self) -> Iterator[Section]:
        """Yield every section, a whole before its parts."""
        for section in self.sections:
            yield section
            yield from section.parts

    def pictures(self) -> list[Picture]:
        """Return all pictures in the order in which they stand."""
        return [
            block
            for section in self.walk()
            for block in section.blocks
            if isinstance(block, Picture)
        ]

    def tables(self) -> list[TableBlock]:
        """Return all tables in the order in which they stand."""
        return [
            block
            for section in self.walk()
            for block in section.blocks
            if isinstance(block, TableBlock)
        ]

    def lines(self) -> Iterator[Line]:
        """Yield every line of the report."""
        yield from (self.title, self.subtitle, *self.about)
        if self.notice:
            yield self.notice
        for section in self.walk():
            yield section.title
            for block in section.blocks:
                yield from lines_of(block)

    def figures(self) -> Iterator[Span]:
        """Yield every figure of the report."""
        for line in self.lines():
            yield from (span for span in line if span.kind is Kind.FIGURE)


def lines_of(block: Block) -> Iterator[Line]:
    """Yield every line of a block."""
    match block:
        case Paragraph(line=line):
            yield line
        case Points(lines=lines):
            yield from lines
        case TableBlock(caption=caption, rows=rows):
            yield caption
            for row in rows:
                yield from row
        case SaidDid(verdict=verdict, said=said, did=did, notes=notes):
            yield from (verdict, *said, *did, *notes)
        case Picture():
            return
