"""Tables of a page of HTML: their cells as people see them, with the attributes of each cell.

References, styles and what a page hides are not seen; spans over rows and columns are laid out, so
that every row of a table is as wide as the table says.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser

from gaptracker.domain.errors import GapTrackerError

# A cell may span the rest of a table; more than these are no table of a page.
MOST_SPAN = 1_000
SPAN_DIGITS = 6
# The largest page that is read has 2,000; a page of more is made to fill memory.
MOST_CELLS = 500_000
MOST_DEPTH = 100
# Without an end of their own.
VOID = frozenset(
    ("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr")
)
NEVER_SEEN = frozenset({"style", "script", "template"})
PARTED = frozenset({"br", "p", "li", "div"})


class TablesTooLarge(GapTrackerError):
    """A page has more cells, or parts inside parts, than any page that is meant to be read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """A cell: its text with single spaces, what its tag says, and whether it heads."""

    text: str
    attributes: Mapping[str, str]
    heads: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table with the number of its line in the page; rows without any cell are left out."""

    line: int
    rows: Sequence[Sequence[Cell]]


def read_tables(page: str) -> tuple[Table, ...]:
    """Return the tables of a page in the order in which they end, those inside others too.

    Raises:
        TablesTooLarge: If they have too many cells to be laid out, or lie too deep in each other.
    """
    reader = _Reader()
    reader.feed(page)
    reader.close()
    return tuple(reader.found)


@dataclass(slots=True)
class _Budget:
    """How many cells are left of what a page may have."""

    left: int = MOST_CELLS

    def spend(self) -> None:
        """Count one cell.

        Raises:
            TablesTooLarge: If none is left.
        """
        self.left -= 1
        if self.left < 0:
            raise TablesTooLarge(
                f"more than {MOST_CELLS:,} cells came in the tables of a page; expected a few "
                "thousand: see what it is"
            )


@dataclass(slots=True)
class _Open:
    """A table that has begun and not ended."""

    line: int
    budget: _Budget
    rows: list[list[Cell]] = field(default_factory=list)
    # By column: a cell that spans on, and over how many rows more.
    spans: dict[int, tuple[Cell, int]] = field(default_factory=dict)
    cell: tuple[Mapping[str, str], bool, list[str]] | None = None

    def begin_row(self) -> None:
        self.end_cell()
        self.rows.append([])
        self._fill()

    def begin_cell(self, attributes: Mapping[str, str], *, heads: bool) -> None:
        self.end_cell()
        if not self.rows:
            self.begin_row()
        self.cell = (attributes, heads, [])

    def end_cell(self) -> None:
        if self.cell is None:
            return
        attributes, heads, parts = self.cell
        self.cell = None
        cell = Cell(text=" ".join("".join(parts).split()), attributes=attributes, heads=heads)
        row = self.rows[-1]
        more_rows = _span(attributes.get("rowspan")) - 1
        for _ in range(_span(attributes.get("colspan"))):
            if more_rows:
                self.spans[len(row)] = (cell, more_rows)
            self._put(row, cell)
        self._fill()

    def _put(self, row: list[Cell], cell: Cell) -> None:
        self.budget.spend()
        row.append(cell)

    def _fill(self) -> None:
        """Put what spans from above where the row now stands."""
        row = self.rows[-1]
        while len(row) in self.spans:
            cell, left = self.spans.pop(len(row))
            if left > 1:
                self.spans[len(row)] = (cell, left - 1)
            self._put(row, cell)


class _Reader(HTMLParser):
    """Reads tables, however deep they lie in each other."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[Table] = []
        self._open: list[_Open] = []
        self._budget = _Budget()
        # The tags inside something that is not seen, the outermost first.
        self._unseen: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in attrs}
        if self._unseen or _is_unseen(tag, attributes):
            if tag not in VOID:
                self._unseen.append(tag)
            self._refuse_depth()
            return
        if tag == "table":
            self._refuse_depth()
            self._open.append(_Open(line=self.getpos()[0], budget=self._budget))
        elif self._open and tag == "tr":
            self._open[-1].begin_row()
        elif self._open and tag in {"td", "th"}:
            self._open[-1].begin_cell(attributes, heads=tag == "th")
        elif tag in PARTED:
            self.handle_data(" ")

    def _refuse_depth(self) -> None:
        if max(len(self._unseen), len(self._open)) > MOST_DEPTH:
            raise TablesTooLarge(
                f"more than {MOST_DEPTH} parts of a page lie in each other; expected a few: see "
                "what it is"
            )

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        if self._unseen:
            # A tag that was never closed ends with what it stands in.
            while tag in self._unseen and self._unseen.pop() != tag:
                pass
            return
        if not self._open:
            return
        if tag == "table":
            table = self._open.pop()
            table.end_cell()
            rows = tuple(tuple(row) for row in table.rows if row)
            self.found.append(Table(line=table.line, rows=rows))
        elif tag in {"td", "th", "tr"}:
            self._open[-1].end_cell()

    def handle_data(self, data: str) -> None:
        if self._open and not self._unseen and self._open[-1].cell is not None:
            self._open[-1].cell[2].append(data)


def _is_unseen(tag: str, attributes: Mapping[str, str]) -> bool:
    style = attributes.get("style", "").replace(" ", "").lower()
    is_reference = tag == "sup" and "reference" in attributes.get("class", "").split()
    return tag in NEVER_SEEN or is_reference or "display:none" in style


def _span(said: str | None) -> int:
    digits = (said or "").strip()
    is_count = digits.isascii() and digits.isdigit() and len(digits) < SPAN_DIGITS
    return min(max(int(digits), 1), MOST_SPAN) if is_count else 1


def headed(table: Table) -> Iterator[Mapping[str, Cell]]:
    """Yield the rows of a table by the texts of its first row that heads every column."""
    header: Sequence[Cell] | None = None
    for row in table.rows:
        if header is None:
            if len({cell.text for cell in row}) > 1 and all(cell.heads for cell in row):
                header = row
            continue
        yield {named.text: cell for named, cell in zip(header, row, strict=False)}
