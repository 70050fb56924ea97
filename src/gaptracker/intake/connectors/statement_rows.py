"""Rows of a file of statements: CSV or JSON lines, plain or gzipped, each with its place."""

import csv
import gzip
import io
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches

from gaptracker.domain.syncing import IssueKind
from gaptracker.intake.connectors.base import MEBIBYTE, Arrived, SourceUnreadable, Staging
from gaptracker.intake.statement_form import IN_EVERY_TABLE, NAMES
from gaptracker.intake.strict_json import JsonLimits, MalformedJson, echo, parse_json

CSV, JSONL = (".csv",), (".jsonl", ".ndjson")
GZIP = b"\x1f\x8b"
BYTE_ORDER_MARK = b"\xef\xbb\xbf"
# 60,000 statements; more come in several files.
MOST_BYTES = 64 * MEBIBYTE
# The longest speech of the General Debate has 0.2 MB.
MOST_LINE_BYTES = MEBIBYTE
MOST_CELL_LETTERS = MEBIBYTE
SHOWN_BYTES = 60
LINE_LIMITS = JsonLimits(depth=2, size_bytes=MOST_LINE_BYTES)


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementRow:
    """A row: its place, and its cells without the space around them; what is missing is empty."""

    where: str
    cells: Mapping[str, str]

    def __getitem__(self, column: str) -> str:
        """Return a cell."""
        return self.cells.get(column, "")


def read_statement_rows(arrived: Arrived, name: str, staging: Staging) -> Iterator[StatementRow]:
    """Yield the rows of a file; those that cannot be read are refused, each with its line.

    Args:
        arrived: The file.
        name: What its owner calls it; the ending says what it is.
        staging: Where rows are counted.

    Raises:
        SourceUnreadable: If it is neither of the two forms, too long, damaged or empty.
    """
    content = _content(arrived, name)
    plain = name.lower().removesuffix(".gz")
    if not content.strip():
        raise _unreadable(IssueKind.EMPTY_ANSWER, name, "an empty file came; expected statements")
    if plain.endswith(JSONL):
        return _json_rows(content, name, staging)
    if plain.endswith(CSV):
        return _csv_rows(content, name, staging)
    endings = ", ".join((*CSV, *JSONL))
    raise _unreadable(IssueKind.SHAPE_UNKNOWN, name, f"expected a name that ends in {endings}")


def _content(arrived: Arrived, name: str) -> bytes:
    with arrived.path.open("rb") as file:
        packed = file.read(len(GZIP)) == GZIP
    try:
        with gzip.open(arrived.path) if packed else arrived.path.open("rb") as file:
            content = file.read(MOST_BYTES + 1)
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise _unreadable(
            IssueKind.SHAPE_UNKNOWN,
            name,
            f"a damaged gzip came ({error}); expected a whole one: copy the file again",
        ) from error
    if len(content) > MOST_BYTES:
        raise _unreadable(
            IssueKind.SHAPE_UNKNOWN,
            name,
            f"more than {MOST_BYTES:,} bytes came; cut the file into several",
        )
    return content.removeprefix(BYTE_ORDER_MARK)


def _csv_rows(content: bytes, name: str, staging: Staging) -> Iterator[StatementRow]:
    place = content.find(b"\x00")
    if place >= 0:
        raise _unreadable(
            IssueKind.SHAPE_UNKNOWN,
            name,
            f"a NUL byte came at byte {place:,}; expected text: save it as 'CSV UTF-8'",
        )
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        raise _unreadable(
            IssueKind.SHAPE_UNKNOWN,
            name,
            f"byte {error.start:,} is not UTF-8; expected UTF-8: save it as 'CSV UTF-8'",
        ) from error
    lines = _checked(csv.reader(io.StringIO(text, newline=""), strict=True), name)
    header = [cell.strip() for cell in next(lines)[1]]
    _check_header(header, name)
    for number, cells in lines:
        if not any(cell.strip() for cell in cells):
            continue
        staging.rows_read += 1
        where = f"{name} line {number}"
        if len(cells) == len(header):
            stripped = (cell.strip() for cell in cells)
            yield StatementRow(where=where, cells=dict(zip(header, stripped, strict=True)))
        else:
            staging.refuse(
                IssueKind.ROW_REFUSED,
                where,
                f"{len(cells)} cells came; expected {len(header)}, as in the header",
                group=where,
            )


# `Any reader`: the type of what csv.reader returns has no public name.
def _checked(reader: Iterator[list[str]], name: str) -> Iterator[tuple[int, list[str]]]:
    """Yield rows with the lines on which they begin; after a broken one nothing can be trusted."""
    limit = csv.field_size_limit(MOST_CELL_LETTERS)
    line = 1
    try:
        for cells in reader:
            yield line, cells
            line = _line_of(reader) + 1
    except csv.Error as error:
        raise _unreadable(
            IssueKind.SHAPE_UNKNOWN,
            f"{name} line {line}",
            f"no CSV came ({error}); see whether a quotation mark is missing",
        ) from error
    finally:
        csv.field_size_limit(limit)


def _line_of(reader: Iterator[list[str]]) -> int:
    return int(getattr(reader, "line_num"))  # noqa: B009  iterators in general have none


def _check_header(header: list[str], name: str) -> None:
    faults = [f"no column {column}" for column in IN_EVERY_TABLE if column not in header]
    faults += [
        f"column {echo(column)!r} is not known{_nearest(column)}"
        for column in dict.fromkeys(header)
        if column not in NAMES
    ]
    faults += [f"column {column} twice" for column in NAMES if header.count(column) > 1]
    if faults:
        raise _unreadable(
            IssueKind.COLUMN_MISSING,
            f"{name} line 1",
            f"{'; '.join(faults[:10])}; expected the header of `gaptracker statements template`",
        )


def _json_rows(content: bytes, name: str, staging: Staging) -> Iterator[StatementRow]:
    if content.lstrip()[:1] == b"[":
        raise _unreadable(
            IssueKind.SHAPE_UNKNOWN,
            name,
            "a JSON array came; expected one object a line, without brackets and commas around",
        )
    for number, line in enumerate(content.split(b"\n"), start=1):
        if not line.strip():
            continue
        staging.rows_read += 1
        where = f"{name} line {number}"
        try:
            cells = _cells(parse_json(line, limits=LINE_LIMITS))
        except MalformedJson as error:
            staging.refuse(IssueKind.ROW_REFUSED, where, str(error), group=where)
            continue
        except _NoRow as error:
            staging.refuse(IssueKind.ROW_REFUSED, where, str(error), group=where)
            continue
        yield StatementRow(where=where, cells=cells)


class _NoRow(Exception):
    """A line of JSON that is no row."""


def _cells(found: object) -> dict[str, str]:
    if not isinstance(found, dict):
        raise _NoRow(f"{type(found).__name__} came; expected an object")
    cells = {}
    for name, value in found.items():
        if name not in NAMES:
            raise _NoRow(f"member {echo(name)!r} is not known{_nearest(name)}")
        if isinstance(value, bool):
            cells[name] = str(value).lower()
        elif isinstance(value, str):
            cells[name] = value.strip()
        elif value is not None:
            raise _NoRow(f"{name} is no text; expected text in quotation marks")
    return cells


def _nearest(name: str) -> str:
    near = get_close_matches(name.casefold(), NAMES, n=1)
    return f"; did you mean {near[0]}?" if near else ""


def _unreadable(kind: IssueKind, where: str, detail: str) -> SourceUnreadable:
    return SourceUnreadable(kind, where, detail)
