"""Reads CSV that people filled in, row by row with its line, or says all that is wrong with it."""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from gaptracker.domain.errors import ProblemList


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line's cells, with the number of the line in the file."""

    line: int
    cells: Mapping[str, str]


def read_rows(
    content: bytes,
    name: str,
    columns: Sequence[str],
    optional: Sequence[str] = (),
    *,
    refuse: type[ProblemList],
) -> tuple[Row, ...]:
    """Return the rows under a header that is right; empty lines are left out.

    Args:
        content: CSV in UTF-8 with a header row, commas or (as some spreadsheets write)
            semicolons between cells.
        name: The file's name, for messages.
        columns: Columns that have to be there, in any order.
        optional: Columns that may stand among them.
        refuse: The error to raise.

    Raises:
        ProblemList: Of the kind `refuse`, with every problem and its line.
    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        told = f"byte {error.start} is not UTF-8; expected UTF-8: save it as 'CSV UTF-8'"
        raise refuse(name, [told]) from error
    first = text.split("\n", 1)[0]
    delimiter = ";" if first.count(";") > first.count(",") else ","
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    rows: list[tuple[int, list[str]]] = []
    try:
        rows.extend((reader.line_num, [cell.strip() for cell in row]) for row in reader if row)
    except csv.Error as error:
        told = f"line {reader.line_num}: {error}; expected CSV: save it anew from a spreadsheet"
        raise refuse(name, [told]) from error
    header = rows[0][1] if rows else []
    problems = list(_header_problems(header, columns, optional))
    problems += [
        f"line {line}: {len(row)} cells; expected {len(header)}, as in the header"
        for line, row in rows[1:]
        if not problems and len(row) != len(header)
    ]
    if problems:
        raise refuse(name, problems)
    return tuple(
        Row(line=line, cells=dict(zip(header, row, strict=True)))
        for line, row in rows[1:]
        if any(row)
    )


def refused(column: str, came: str, expected: Iterable[str]) -> str:
    """Return the sentence that refuses a cell which may hold one of a few words."""
    return f"{column}: came {came!r}; expected {' or '.join(expected)}"


def _header_problems(
    header: Sequence[str], columns: Sequence[str], optional: Sequence[str]
) -> Iterator[str]:
    for column in columns:
        if column not in header:
            yield f"line 1: no column {column}; expected {', '.join(columns)}: add it"
    for column in sorted(set(header)):
        if column not in (*columns, *optional):
            yield f"line 1: column {column!r} is not known; remove it or correct its name"
        if header.count(column) > 1:
            yield f"line 1: column {column!r} comes {header.count(column)} times; keep one"
