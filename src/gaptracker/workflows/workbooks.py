"""Tables as workbooks: typed cells, a header that stays, and a sheet that says what they mean."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import polars as pl
import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from gaptracker.release.columns import Layout
from gaptracker.release.download_tables import column_definitions, column_types, marked
from gaptracker.release.heading import Heading
from gaptracker.release.table_definitions import DOWNLOADED_LAYOUTS, TABLE_DEFINITIONS

# Excel's own limits: 1,048,576 rows a sheet with the header, 32,767 UTF-16 units a cell.
SHEET_ROWS = 1_000_000
CELL_UNITS = 32_767
CUT_SIGN = "…"
# Days before this one Excel does not know; it also takes 1900 for a leap year.
FIRST_DAY = date(1900, 3, 1)
DEFINITIONS_SHEET = "definitions"
COLUMN_WIDTH, WIDE_COLUMN_WIDTH = 14, 80


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkbookTask:
    """A workbook to be written, as one process may tell it to another."""

    table: str
    heading: Heading
    parquet: Path
    target: Path


def write_workbook(task: WorkbookTask) -> None:
    """Write a table as a workbook; the same rows make the same bytes.

    A table with more rows than a sheet holds goes on in further sheets. A text longer than a
    cell holds ends in `…`; the other forms have it whole.

    Args:
        task: Which table, from which Parquet file, into which file.
    """
    layout = next(each for each in DOWNLOADED_LAYOUTS if each.name == task.table)
    frame = marked(pl.read_parquet(task.parquet), task.heading)
    # Rows leave for a file as they are written: memory does not grow with the table.
    options = {"constant_memory": True, "tmpdir": str(task.target.parent)}
    with xlsxwriter.Workbook(str(task.target), options) as book:
        book.set_properties(
            {
                "title": f"{TABLE_DEFINITIONS[layout.name].title} ({task.heading.release})",
                "author": task.heading.facts()["publisher"],
                "comments": task.heading.facts()["licence"],
                # Not the clock: the same release makes the same bytes.
                "created": datetime.combine(task.heading.as_of, datetime.min.time(), UTC),
            }
        )
        bold = book.add_format({"bold": True})
        starts = range(0, max(frame.height, 1), SHEET_ROWS)
        for number, start in enumerate(starts, start=1):
            name = layout.name if number == 1 else f"{layout.name} ({number})"
            sheet = book.add_worksheet(name)
            _write_rows(book, sheet, frame.slice(start, SHEET_ROWS), bold)
        _write_definitions(book.add_worksheet(DEFINITIONS_SHEET), layout, task.heading, bold)


def _write_rows(book: Workbook, sheet: Worksheet, frame: pl.DataFrame, bold: Format) -> None:
    sheet.freeze_panes(1, 0)
    sheet.set_column(0, frame.width - 1, COLUMN_WIDTH)
    sheet.autofilter(0, 0, frame.height, frame.width - 1)
    for place, name in enumerate(frame.columns):
        sheet.write_string(0, place, name, bold)
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    writers = [_writer(sheet, kind, day) for kind in frame.dtypes]
    columns = list(enumerate(writers))
    for number, row in enumerate(frame.iter_rows(), start=1):
        for place, write in columns:
            value = row[place]
            if value is not None:
                write(number, place, value)


# `Any`: a column's values are of its type, which only the layout knows.
def _writer(sheet: Worksheet, kind: pl.DataType, day: Format) -> Callable[[int, int, Any], object]:
    """Return how a column's values are written: numbers, truth and days as what they are."""
    if kind == pl.Boolean or kind.is_numeric():
        # The library has no types; both take a row, a column and a value.
        write: Callable[[int, int, Any], object] = (
            sheet.write_boolean if kind == pl.Boolean else sheet.write_number
        )
        return write

    def write_text(row: int, column: int, value: str) -> None:
        sheet.write_string(row, column, fitting(value))

    def write_day(row: int, column: int, value: date) -> None:
        if value >= FIRST_DAY:
            sheet.write_datetime(row, column, value, day)
        else:
            sheet.write_string(row, column, value.isoformat())

    return write_day if kind == pl.Date else write_text


def fitting(text: str) -> str:
    """Return a text as a cell holds it, cut with `…` where it is too long.

    Examples:
        >>> fitting("words"), len(fitting("x" * 40_000))
        ('words', 32767)
    """
    if len(text) * 2 <= CELL_UNITS:
        return text
    units = text.encode("utf-16-le")
    if len(units) <= 2 * CELL_UNITS:
        return text
    return units[: 2 * (CELL_UNITS - 1)].decode("utf-16-le", "ignore") + CUT_SIGN


def _write_definitions(
    sheet: Worksheet, layout: Layout[Any], heading: Heading, bold: Format
) -> None:
    table = TABLE_DEFINITIONS[layout.name]
    sheet.set_column(0, 2, COLUMN_WIDTH * 2)
    sheet.set_column(3, 3, WIDE_COLUMN_WIDTH)
    facts = [("title", table.title), ("description", table.text), *heading.facts().items()]
    _write_lines(sheet, 0, facts)
    head = len(facts) + 1
    for place, name in enumerate(("column", "type", "unit", "definition")):
        sheet.write_string(head, place, name, bold)
    kinds = column_types(layout)
    lines = [
        (name, kinds[name], each.unit, each.text)
        for name, each in column_definitions(layout).items()
    ]
    _write_lines(sheet, head + 1, lines)


def _write_lines(sheet: Worksheet, first: int, lines: Iterable[Sequence[str]]) -> None:
    for number, line in enumerate(lines, start=first):
        for place, text in enumerate(line):
            sheet.write_string(number, place, text)
