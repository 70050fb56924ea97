"""Rows of a UNAIDS archive: a packed CSV with quotation marks that nobody escaped."""

import csv
import io
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from gaptracker.domain.syncing import IssueKind
from gaptracker.intake.connectors.base import MEBIBYTE, Arrived, SourceUnreadable, Staging
from gaptracker.intake.connectors.csv_body import CsvRow

COLUMNS = (
    *("Indicator", "Indicator_GId", "Unit", "Subgroup", "Area ID", "Time Period"),
    *("Data value", "Formatted"),
)
MOST_TABLE_BYTES = 1_024 * MEBIBYTE
QUOTE = '"'
# A footnote, the last cell, has a few lines; beyond that its quotation mark was never closed.
MOST_LINES_OF_A_FOOTNOTE = 6
DAMAGED = (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError)


def read_rows(arrived: Arrived, staging: Staging) -> Iterator[CsvRow]:
    """Yield the rows of the archive's table; every one is counted as read.

    Each line is a row of its own, but for the lines of a footnote: so that a quotation mark that
    is never closed costs its row and no other.

    Raises:
        SourceUnreadable: If it is no such archive, is damaged, or lacks a column.
    """
    try:
        with _table(arrived) as stream:
            lines = iter(io.TextIOWrapper(stream, encoding="utf-8-sig", newline=""))
            header = [name.strip() for name in next(csv.reader([next(lines, "")]), [])]
            missing = [name for name in COLUMNS if header.count(name) != 1]
            if missing:
                raise SourceUnreadable(
                    IssueKind.COLUMN_MISSING,
                    arrived.where,
                    f"the columns are {', '.join(header)[:200] or 'none'}; expected each of "
                    f"{', '.join(missing)} once",
                )
            yield from _rows(lines, header, arrived.where, staging)
    except (*DAMAGED, UnicodeDecodeError) as error:
        raise SourceUnreadable(
            IssueKind.SHAPE_UNKNOWN, arrived.where, f"the archive cannot be read ({error})"
        ) from error


@contextmanager
def _table(arrived: Arrived) -> Iterator[IO[bytes]]:
    """Open the one table of an archive, or a table that somebody unpacked."""
    if not zipfile.is_zipfile(arrived.path):
        with _unpacked(arrived.path, arrived) as stream:
            yield stream
        return
    with zipfile.ZipFile(arrived.path) as archive:
        tables = [info for info in archive.infolist() if info.filename.endswith(".csv")]
        if len(tables) != 1 or tables[0].file_size > MOST_TABLE_BYTES:
            raise SourceUnreadable(
                IssueKind.SHAPE_UNKNOWN,
                arrived.where,
                f"the archive holds {', '.join(archive.namelist())[:200] or 'nothing'}; expected "
                f"one CSV file of at most {MOST_TABLE_BYTES:,} bytes",
            )
        with archive.open(tables[0]) as stream:
            yield stream


def _unpacked(path: Path, arrived: Arrived) -> IO[bytes]:
    stream = path.open("rb")
    if stream.read(2) == b"PK" or not stream.seek(0, io.SEEK_END):
        stream.close()
        raise SourceUnreadable(
            IssueKind.SHAPE_UNKNOWN, arrived.where, "the archive is empty or breaks off"
        )
    stream.seek(0)
    return stream


def _rows(
    lines: Iterator[str], header: list[str], where: str, staging: Staging
) -> Iterator[CsvRow]:
    # How many further lines may belong to the footnote that the last row left open.
    footnote = 0
    for number, line in enumerate(lines, start=2):
        cells = next(csv.reader([line]), [])
        is_left_open = line.count(QUOTE) % 2 == 1
        if len(cells) == len(header):
            staging.rows_read += 1
            footnote = MOST_LINES_OF_A_FOOTNOTE if is_left_open else 0
            yield CsvRow(
                where=f"{where} line {number}", cells=dict(zip(header, cells, strict=True))
            )
        elif footnote:
            footnote = 0 if is_left_open else footnote - 1
        elif line.strip():
            staging.rows_read += 1
            staging.refuse(
                IssueKind.ROW_REFUSED,
                f"{where} line {number}",
                f"{len(cells)} cells came; expected {len(header)}: {line.strip()[:100]!r}",
            )
