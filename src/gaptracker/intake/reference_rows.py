"""Reads the rows of reference files strictly: every problem named by file, line and column."""

import csv
import io
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from difflib import get_close_matches
from enum import StrEnum
from typing import TypeVar

from gaptracker.domain.errors import InvalidValue
from gaptracker.domain.time import PartialDate, Period

EnumT = TypeVar("EnumT", bound=StrEnum)
ValueT = TypeVar("ValueT")

FLAGS = {"true": True, "false": False}


@dataclass(slots=True)
class Problems:
    """Collects what is wrong, so that one reading mends it all."""

    found: list[str] = field(default_factory=list)

    def add(self, where: str, came: object, expected: str) -> None:
        """Note one problem: where, what came and what was expected."""
        self.found.append(f"{where}: {came!r} came, expected {expected}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line of a reference file; a value that cannot be read is a problem and None."""

    file: str
    line: int
    cells: Mapping[str, str]
    problems: Problems

    def where(self, column: str) -> str:
        """Return the place of a value, for messages."""
        return f"{self.file} line {self.line}, {column}"

    def optional(self, column: str) -> str | None:
        """Return a text, None if the cell is empty."""
        return self.cells[column] or None

    def text(self, column: str) -> str:
        """Return a text that has to be there."""
        value = self.cells[column]
        if not value:
            self.problems.add(self.where(column), value, "a text")
        return value

    def choice(self, column: str, known: type[EnumT]) -> EnumT | None:
        """Return one of a closed list of words, None if the cell is empty."""
        value = self.cells[column]
        if not value:
            return None
        if value in set(known):
            return known(value)
        self.problems.add(self.where(column), value, f"one of {', '.join(known)}")
        return None

    def required(self, column: str, known: type[EnumT]) -> EnumT | None:
        """Return one of a closed list of words; an empty cell is a problem."""
        self.text(column)
        return self.choice(column, known)

    def known(self, column: str, names: Mapping[str, object], kind: str) -> str:
        """Return a name that something else defines."""
        value = self.text(column)
        if value and value not in names:
            nearest = get_close_matches(value, names)
            hint = f" (did you mean {' or '.join(nearest)}?)" if nearest else ""
            self.problems.add(self.where(column), value, f"a known {kind}{hint}")
        return value

    def flag(self, column: str) -> bool:
        """Return true or false."""
        return self._read(column, FLAGS.__getitem__, "true or false") or False

    def whole(self, column: str) -> int | None:
        """Return a whole number, None if the cell is empty."""
        return self._read(column, int, "a whole number")

    def number(self, column: str) -> float | None:
        """Return a finite number, None if the cell is empty."""
        return self._read(column, _finite, "a finite number")

    def day(self, column: str) -> date | None:
        """Return a full date, None if the cell is empty."""
        return self._read(column, date.fromisoformat, "a date as YYYY-MM-DD")

    def partial(self, column: str) -> PartialDate | None:
        """Return a date of the precision it has, None if the cell is empty."""
        return self._read(column, PartialDate.parse, "YYYY, YYYY-MM or YYYY-MM-DD")

    def period(self, start: str, end: str) -> Period:
        """Return the period between two columns, open where a cell is empty."""
        first, last = self.partial(start), self.partial(end)
        try:
            return Period(start=first, end=last)
        except InvalidValue as error:
            self.problems.add(self.where(end), str(last), str(error))
            return Period(start=first)

    def _read(self, column: str, parse: Callable[[str], ValueT], expected: str) -> ValueT | None:
        value = self.cells[column]
        if not value:
            return None
        try:
            return parse(value)
        except (ValueError, KeyError):
            self.problems.add(self.where(column), value, expected)
            return None


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(text)
    return number


def read_rows(
    file: str, content: bytes, columns: Sequence[str], problems: Problems
) -> Iterator[Row]:
    """Yield the rows of a CSV file whose header is exactly the expected one.

    Args:
        file: The file's name, for messages.
        content: Its bytes, UTF-8.
        columns: The header expected.
        problems: Where problems are noted; lines that cannot be read are left out.
    """
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        problems.add(file, content[error.start : error.start + 8], "UTF-8 text")
        return
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    header = next(reader, [])
    if header != list(columns):
        problems.add(f"{file} line 1", ",".join(header), f"the columns {','.join(columns)}")
        return
    for cells in reader:
        if len(cells) != len(columns):
            problems.add(
                f"{file} line {reader.line_num}", len(cells), f"{len(columns)} values in the line"
            )
            continue
        named = dict(zip(columns, cells, strict=True))
        yield Row(file=file, line=reader.line_num, cells=named, problems=problems)
