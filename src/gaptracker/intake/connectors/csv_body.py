"""CSV as publishers send it: named columns, and padding, pages and cuts told apart from tables."""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from gaptracker.domain.syncing import IssueKind
from gaptracker.intake.connectors.base import SourceUnreadable, Staging

BYTE_ORDER_MARK = b"\xef\xbb\xbf"
SHOWN_BYTES = 80


@dataclass(frozen=True, slots=True, kw_only=True)
class CsvRow:
    """One row by column, with its place for issues."""

    where: str
    cells: Mapping[str, str]

    def __getitem__(self, column: str) -> str:
        """Return a cell without the space around it."""
        return self.cells[column].strip()


def read_csv(
    content: bytes, where: str, staging: Staging, *, needed: Sequence[str]
) -> Iterator[CsvRow]:
    """Yield the rows of a table; a row that has other cells than the header is refused.

    Every row is counted as read.

    Args:
        content: The file; what follows the first NUL byte is padding.
        where: How issues name it.
        staging: Where rows are counted.
        needed: Columns without which it is not the table; others may be there.

    Raises:
        SourceUnreadable: If it is empty, no UTF-8, or lacks a column.
    """
    table = content.removeprefix(BYTE_ORDER_MARK).partition(b"\x00")[0]
    if not table.strip():
        raise SourceUnreadable(
            IssueKind.EMPTY_ANSWER, where, "an empty table came; expected CSV with a header"
        )
    try:
        text = table.decode("utf-8")
    except UnicodeDecodeError as error:
        raise SourceUnreadable(
            IssueKind.SHAPE_UNKNOWN,
            where,
            f"no UTF-8 came ({error.reason} at byte {error.start}); expected it",
        ) from error
    lines = csv.reader(io.StringIO(text, newline=""))
    header = [name.strip() for name in next(lines, [])]
    missing = [name for name in needed if header.count(name) != 1]
    if missing:
        raise SourceUnreadable(
            IssueKind.COLUMN_MISSING if len(header) > 1 else IssueKind.SHAPE_UNKNOWN,
            where,
            f"it begins with {table[:SHOWN_BYTES]!r}; expected each of the columns "
            f"{', '.join(missing)} once",
        )
    yield from _rows(lines, header, where, staging)


def _rows(
    lines: Iterator[list[str]], header: Sequence[str], where: str, staging: Staging
) -> Iterator[CsvRow]:
    number = 1
    while True:
        number += 1
        try:
            cells = next(lines)
        except StopIteration:
            return
        except csv.Error as error:
            staging.rows_read += 1
            staging.refuse(IssueKind.ROW_REFUSED, f"{where} row {number}", str(error))
            continue
        if not cells:
            continue
        staging.rows_read += 1
        if len(cells) != len(header):
            staging.refuse(
                IssueKind.ROW_REFUSED,
                f"{where} row {number}",
                f"{len(cells)} cells came; expected {len(header)}: {','.join(cells)[:100]}",
            )
            continue
        yield CsvRow(where=f"{where} row {number}", cells=dict(zip(header, cells, strict=True)))
