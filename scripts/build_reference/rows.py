"""Strict reading of raw CSV files: known columns, one value a cell, no silent default."""

import csv
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from scripts.build_reference.problems import BuildStoppedError, Problems


@dataclass(frozen=True, slots=True)
class RawRow:
    """One row of a raw file, with its place."""

    file: str
    line: int
    fields: Mapping[str, str]
    problems: Problems

    def where(self, column: str) -> str:
        """Name the file, line and column of a value."""
        return f"{self.file}:{self.line} column {column}"

    def text(self, column: str) -> str:
        """Return a value; an empty one is a problem."""
        value = self.fields[column]
        if not value:
            self.problems.add(self.where(column), value, "a value")
        return value

    def maybe(self, column: str) -> str | None:
        """Return a value, or None where the cell is empty."""
        return self.fields[column] or None

    def number(self, column: str) -> float | None:
        """Return a finite number, or None where the cell is empty; never zero for missing."""
        value = self.fields[column]
        if not value:
            return None
        try:
            number = float(value)
        except ValueError:
            self.problems.add(self.where(column), value, "a number or an empty cell")
            return None
        if not math.isfinite(number):
            self.problems.add(self.where(column), value, "a finite number or an empty cell")
            return None
        return number

    def year(self, column: str = "year") -> int:
        """Return a year between 1500 and 2100; any other is a problem.

        San Marino's last execution was in 1667, so the bound is low: it catches slips such as
        the year 1013, and years beyond 2100.
        """
        value = self.fields[column]
        if value.isascii() and value.isdigit() and 1500 <= int(value) <= 2100:  # noqa: PLR2004
            return int(value)
        self.problems.add(self.where(column), value, "a year such as 2016")
        return 0

    def maybe_year(self, column: str) -> int | None:
        """Return a year, or None where the cell is empty."""
        return self.year(column) if self.fields[column] else None

    def choice(self, column: str, known: Sequence[str]) -> str:
        """Return one of the known values; any other is a problem."""
        value = self.fields[column]
        if value not in known:
            self.problems.add(self.where(column), value, f"one of {', '.join(known)}")
            return known[0]
        return value


def read_rows(folder: Path, name: str, columns: Sequence[str], problems: Problems) -> list[RawRow]:
    """Read a CSV file whose header is exactly `columns`.

    Args:
        folder: The folder the file lies in.
        name: The file's name below it.
        columns: The header that is expected, in order.
        problems: Where to note what is wrong.

    Returns:
        The rows in the order of the file; none if the header differs.

    Raises:
        BuildStoppedError: If the file is not there or is not UTF-8.
    """
    path = folder / name
    try:
        with path.open(encoding="utf-8", newline="") as stream:
            lines = list(csv.reader(stream, strict=True))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise BuildStoppedError([f"{name}: cannot be read ({error})"]) from error
    header = lines[0] if lines else []
    if header != list(columns):
        problems.add(f"{name}:1", ",".join(header), f"the columns {','.join(columns)}")
        return []
    rows = []
    for line, values in enumerate(lines[1:], start=2):
        if len(values) != len(columns):
            problems.add(f"{name}:{line}", f"{len(values)} values", f"{len(columns)} values")
            continue
        cells = [value.strip() for value in values]
        fields = dict(zip(columns, cells, strict=True))
        rows.append(RawRow(file=name, line=line, fields=fields, problems=problems))
    return rows
