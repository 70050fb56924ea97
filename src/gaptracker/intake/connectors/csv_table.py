"""CSV as publishers send it, row by row: found by the names of its columns, never by position."""

import csv
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from gaptracker.domain.syncing import IssueKind
from gaptracker.intake.connectors.base import Arrived, SourceUnreadable

SHOWN_CHARACTERS = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class CsvTable:
    """A table that is being read.

    `at` says where each column stands; of a column that may be missing and is, it says nothing.
    """

    where: str
    header: Sequence[str]
    at: Mapping[str, int]
    rows: Iterator[list[str]]


@contextmanager
def open_table(
    arrived: Arrived,
    columns: Mapping[str, Sequence[str]],
    optional: Mapping[str, Sequence[str]] | None = None,
) -> Iterator[CsvTable]:
    """Open a table for as long as the block lasts; it is read as it is asked for.

    Args:
        arrived: The file: UTF-8 with or without a byte order mark, lines ended in any way.
        columns: What we call a column, and the names that the publisher has given it.
        optional: The same for columns that may be missing.

    Raises:
        SourceUnreadable: If it is empty, no CSV, not UTF-8, has rows of another width, or lacks a
            column; on reading on, if that is so further down.
    """
    with arrived.path.open(encoding="utf-8-sig", newline=None) as file:
        reader = csv.reader(file, strict=True)
        rows = _checked(reader, arrived.where)
        header = [name.strip() for name in next(rows, [])]
        if not header:
            raise SourceUnreadable(
                IssueKind.EMPTY_ANSWER, arrived.where, "an empty file came; expected CSV"
            )
        at = {
            name: header.index(given)
            for name, names in {**columns, **(optional or {})}.items()
            for given in names
            if given in header
        }
        missing = [names[0] for name, names in columns.items() if name not in at]
        if missing:
            raise SourceUnreadable(
                IssueKind.COLUMN_MISSING,
                arrived.where,
                f"a header {','.join(header)[:SHOWN_CHARACTERS]!r} came; expected a table with "
                f"{', '.join(missing)} among its columns",
            )
        yield CsvTable(
            where=arrived.where, header=header, at=at, rows=_of_width(rows, len(header), arrived)
        )


def _checked(reader: Iterator[list[str]], where: str) -> Iterator[list[str]]:
    """Yield rows; what breaks the reading is the publisher's and told as such."""
    try:
        yield from reader
    except UnicodeDecodeError as error:
        raise SourceUnreadable(
            IssueKind.SHAPE_UNKNOWN,
            where,
            f"byte {error.object[error.start : error.start + 1]!r} is not UTF-8; expected UTF-8",
        ) from error
    except csv.Error as error:
        raise SourceUnreadable(
            IssueKind.SHAPE_UNKNOWN, where, f"no CSV came ({error}); see whether it is cut short"
        ) from error


def _of_width(rows: Iterator[list[str]], width: int, arrived: Arrived) -> Iterator[list[str]]:
    for number, row in enumerate(rows, start=2):
        if len(row) == width:
            yield row
        elif row:
            raise SourceUnreadable(
                IssueKind.SHAPE_UNKNOWN,
                f"{arrived.where} row {number}",
                f"{len(row)} cells came; expected {width}, as in the header: see whether the file "
                "is cut short",
            )
