"""Wikipedia's pages: the revision of each, its day, and the tables on it."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from gaptracker.domain.sources import Source
from gaptracker.domain.syncing import IssueKind
from gaptracker.domain.time import PartialDate
from gaptracker.intake.connectors.base import (
    MEBIBYTE,
    Arrived,
    Resource,
    SourceUnreadable,
    Staging,
)
from gaptracker.intake.html_tables import Cell, Table, TablesTooLarge, headed, read_tables

WIKIPEDIA = "https://en.wikipedia.org"
LICENCE = "CC-BY-SA-4.0"
MOST_PAGE_BYTES = 16 * MEBIBYTE
SHOWN_CHARACTERS = 120
# Both forms of a page: from the programmers' interface, and as a browser saves it.
_REVISIONS = (
    re.compile(r"Special:Redirect/revision/(\d+)"),
    re.compile(r'"wgRevisionId":(\d+)'),
)
_MODIFIED = re.compile(r'property="dc:modified"\s+content="(\d{4}-\d{2}-\d{2})T(\d{2}:\d{2})')
_EDITED = re.compile(r"last edited on (\d{1,2} [A-Z][a-z]+ \d{4}), at (\d{2}:\d{2})")
_FOOTNOTE = re.compile(r"\[[^\]]{1,12}\]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A page of Wikipedia that is read; `source` begins the ids of its revisions."""

    name: str
    title: str
    source: str
    # Years of the page are held against Amnesty's lists; the wording of others stands alone.
    grade: int

    @property
    def path(self) -> str:
        """Return its title as addresses have it."""
        return self.title.replace(" ", "_")

    @property
    def resource(self) -> Resource:
        """Return how it is asked for."""
        return Resource(
            name=self.name,
            url=f"{WIKIPEDIA}/api/rest_v1/page/html/{self.path}",
            offline=(f"{self.path}.html", f"{self.title}.html", f"{self.title} - Wikipedia*.html"),
            begins=(b"<!DOCTYPE", b"<!doctype", b"<html"),
            most_bytes=MOST_PAGE_BYTES,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class PageRow:
    """A row of a page's table, by the texts of its header."""

    where: str
    cells: Mapping[str, Cell]

    def text(self, column: str) -> str:
        """Return what a cell says, without marks of footnotes; "" where a row is short."""
        cell = self.cells.get(column)
        return "" if cell is None else _plain(cell)

    def first(self) -> str:
        """Return what the first cell says, whatever its column is called."""
        return _plain(next(iter(self.cells.values())))


def _plain(cell: Cell) -> str:
    return " ".join(_FOOTNOTE.sub("", cell.text).split())


@dataclass(frozen=True, slots=True, kw_only=True)
class Revision:
    """One revision of a page, with its tables."""

    page: Page
    number: int
    saved_on: date
    # To the minute, so that two revisions of a day can be told apart.
    stamp: str
    where: str
    tables: Sequence[Table]

    @property
    def period(self) -> str:
        """Return the month of which the revision speaks."""
        return f"{self.saved_on:%Y-%m}"

    @property
    def source_id(self) -> str:
        """Return the id of the source: one a month, so that no citation moves to a later page."""
        return f"{self.page.source}-{self.period}"

    def source(self, fetched_on: date) -> Source:
        """Return what observations of this revision cite."""
        day = f"{self.saved_on.day} {self.saved_on:%B %Y}"
        return Source(
            id=self.source_id,
            title=self.page.title,
            publisher="Wikipedia",
            group="wikipedia",
            grade=self.page.grade,
            record_of_act=False,
            kind="encyclopaedia",
            licence=LICENCE,
            citation=f"Wikipedia, {self.page.title}, revision {self.number}, {day}",
            retrieved_on=fetched_on,
            url=f"{WIKIPEDIA}/w/index.php?oldid={self.number}",
            published_on=PartialDate.parse(self.saved_on.isoformat()),
        )

    def rows(
        self, columns: Sequence[str], staging: Staging, *, fewest: int = 1
    ) -> Iterator[PageRow]:
        """Yield the rows of every table that has these columns; each is counted as read.

        Args:
            columns: Beginnings of the header's texts; rows have them by these names.
            staging: Where rows are counted.
            fewest: So many tables have to be there.

        Raises:
            SourceUnreadable: If fewer tables have these columns.
        """
        found = 0
        for table in self.tables:
            known: Mapping[str, str] | None = None
            for number, cells in enumerate(headed(table), start=1):
                known = known if known is not None else _named(columns, cells)
                if len(known) < len(columns):
                    break
                found += number == 1
                staging.rows_read += 1
                yield PageRow(
                    where=f"{self.where} line {table.line} row {number}",
                    cells={known.get(name, name): cell for name, cell in cells.items()},
                )
        if found < fewest:
            raise SourceUnreadable(
                IssueKind.COLUMN_MISSING,
                self.where,
                f"{found} of the {len(self.tables)} tables have the columns {', '.join(columns)}; "
                f"expected {fewest} or more: see whether the page was made anew",
            )


def _named(columns: Sequence[str], header: Mapping[str, Cell]) -> dict[str, str]:
    """Return our names of a header's columns, of those that are found once."""
    named = {}
    for column in columns:
        like = [name for name in header if name.casefold().startswith(column.casefold())]
        if len(like) == 1:
            named[like[0]] = column
    return named


def read_page(page: Page, arrived: Arrived) -> Revision:
    """Read a page.

    Raises:
        SourceUnreadable: If it is no page of Wikipedia that says its revision and day.
    """
    try:
        text = arrived.read().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise SourceUnreadable(
            IssueKind.SHAPE_UNKNOWN,
            arrived.where,
            f"no UTF-8 came ({error.reason} at byte {error.start}); expected it",
        ) from error
    number = next((found[1] for each in _REVISIONS if (found := each.search(text))), None)
    saved = _saved(text)
    if number is None or saved is None:
        raise SourceUnreadable(
            IssueKind.SHAPE_UNKNOWN,
            arrived.where,
            f"it begins with {text[:SHOWN_CHARACTERS]!r} and does not say its revision and day; "
            "expected a page of Wikipedia",
        )
    try:
        tables = read_tables(text)
    except TablesTooLarge as error:
        raise SourceUnreadable(IssueKind.SHAPE_UNKNOWN, arrived.where, str(error)) from error
    return Revision(
        page=page,
        number=int(number),
        saved_on=saved.date(),
        stamp=f"{saved:%Y-%m-%dT%H:%M} revision {number}",
        where=arrived.where,
        tables=tables,
    )


def _saved(text: str) -> datetime | None:
    """Return when a revision was saved; None if the page does not say, or no day of a calendar."""
    forms = ((_MODIFIED, "%Y-%m-%d"), (_EDITED, "%d %B %Y"))
    for pattern, form in forms:
        found = pattern.search(text)
        if found:
            try:
                # Pages say it in UTC.
                return datetime.strptime(f"{found[1]} {found[2]} +0000", f"{form} %H:%M %z")
            except ValueError:
                return None
    return None
