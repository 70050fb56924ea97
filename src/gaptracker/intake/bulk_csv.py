"""A spreadsheet to lines of a batch: each row one submission, every fault by line and column."""

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from gaptracker.intake.bulk_lines import (
    USUAL_BULK,
    UTF8_MARK,
    BulkLimits,
    BulkMalformed,
    Line,
    split_lines,
)
from gaptracker.intake.csv_mapping import CellKind, Column, CsvMapping, Path, path_of
from gaptracker.intake.strict_json import MalformedJson, echo
from gaptracker.intake.submission_problems import FieldCode, Problem, SubmissionInvalid

WHOLE = re.compile(r"-?[0-9]{1,15}", re.ASCII)
NUMBER = re.compile(r"-?[0-9]{1,30}(\.[0-9]{1,30})?", re.ASCII)
TRUTHS = {"true": True, "false": False}


@dataclass(slots=True)
class _Texts:
    """Feeds the CSV parser line by line; notes where it is and which lines are no text."""

    lines: Iterator[tuple[int, bytes | None]]
    number: int = 0
    faults: list[Line] = field(default_factory=list)

    def __iter__(self) -> Iterator[str]:
        for number, content in self.lines:
            self.number = number
            if content is None:
                self._fault("the line is too long; send it as JSON")
                continue
            if number == 1:
                content = content.removeprefix(UTF8_MARK)  # noqa: PLW2901 (a spreadsheet's mark)
                if content.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\x00" in content:
                    raise BulkMalformed("line 1: no UTF-8; save it as 'CSV UTF-8'")
            try:
                yield content.decode("utf-8") + "\n"
            except UnicodeDecodeError:
                self._fault("the line is no UTF-8; save it as 'CSV UTF-8'")

    def _fault(self, detail: str) -> None:
        problem = MalformedJson(0, f"line {self.number}: {detail}")
        self.faults.append(Line(number=self.number, problem=problem))


def csv_lines(
    chunks: Iterable[bytes],
    mapping: CsvMapping,
    *,
    after: int = 0,
    limits: BulkLimits = USUAL_BULK,
) -> Iterator[Line]:
    """Yield one document for each row of a CSV file, built as the mapping says.

    A cell is never quoted in a problem: a spreadsheet may have a name in any column.

    Args:
        chunks: The bytes, cut anywhere; UTF-8, with a byte order mark or without.
        mapping: What the columns mean.
        after: The number of the last line that is done already, when a job goes on. A row has
            the number of the line on which it ends.
        limits: As for any batch.

    Raises:
        BulkMalformed: If the header is not the mapping's.
        BulkTooLarge: At the line or byte at which the batch is over its limits.
    """
    texts = _Texts(split_lines(chunks, limits))
    rows = csv.reader(iter(texts), delimiter=mapping.delimiter, strict=True)
    header = _header(rows, mapping)
    done = False
    while not done:
        line: Line | None = None
        try:
            cells = next(rows)
            if any(cell.strip() for cell in cells):
                line = _line(texts.number, header, cells, mapping)
        except StopIteration:
            done = True
        except csv.Error as error:
            told = f"line {texts.number}: {error}; expected CSV: check the quotes"
            line = Line(number=texts.number, problem=MalformedJson(0, told))
        faults = [*texts.faults, *([line] if line else [])]
        texts.faults.clear()
        yield from (each for each in faults if each.number > after)


def problems_by_column(invalid: SubmissionInvalid, mapping: CsvMapping) -> list[dict[str, str]]:
    """Return a row's problems as JSON, each with the column it comes from where there is one."""
    told = []
    for problem in invalid.problems:
        column = mapping.column_of(problem.pointer)
        told.append({**problem.as_json(), **({"column": column} if column else {})})
    return told


def _header(rows: Iterator[list[str]], mapping: CsvMapping) -> list[str]:
    try:
        header = [cell.strip() for cell in next(rows, [])]
    except csv.Error as error:
        raise BulkMalformed(f"line 1: {error}; expected a header row") from None
    known = {*mapping.columns, *mapping.ignored}
    faults = [f"no column '{echo(name)}'" for name in mapping.columns if name not in header]
    faults += [
        f"column '{echo(name)}' is not in the mapping" for name in header if name not in known
    ]
    faults += [f"column '{echo(name)}' twice" for name in set(header) if header.count(name) > 1]
    if faults:
        shown = "; ".join(faults[:10])
        raise BulkMalformed(
            f"line 1: {shown}; mend the header, or name each column in `columns` or `ignored`"
        )
    return header


def _line(number: int, header: Sequence[str], cells: list[str], mapping: CsvMapping) -> Line:
    if len(cells) != len(header):
        told = f"line {number}: {len(cells)} cells came; expected {len(header)}, as in the header"
        return Line(number=number, problem=MalformedJson(0, told))
    places: dict[Path, object] = {
        path_of(pointer): value for pointer, value in mapping.constants.items()
    }
    problems = []
    for name, cell in zip(header, cells, strict=True):
        column = mapping.columns.get(name)
        if column is None:
            continue
        value, problem = _read(cell.strip(), name, column, mapping.decimal)
        if problem is not None:
            problems.append(problem)
        elif value is not None:
            places[path_of(column.pointer)] = value
    if problems:
        return Line(number=number, problem=SubmissionInvalid(problems))
    return Line(number=number, document=_built(places))


def _read(cell: str, name: str, column: Column, decimal: str) -> tuple[object, Problem | None]:
    """Return a cell's value, None where there is nothing, or what is wrong with it."""
    if not cell:
        return column.default, None
    value: object = None
    match column.kind:
        case CellKind.TEXT:
            value = cell
        case CellKind.LIST:
            value = [each.strip() for each in cell.split(column.separator) if each.strip()]
        case CellKind.INTEGER:
            value = int(cell) if WHOLE.fullmatch(cell) else None
        case CellKind.NUMBER:
            # With a decimal comma a point would be a thousands' mark: nobody may have to guess.
            point = cell.replace(".", "x").replace(",", ".") if decimal == "," else cell
            value = point if NUMBER.fullmatch(point) else None
        case CellKind.BOOLEAN:
            value = TRUTHS.get(cell.casefold())
    return (value, None) if value is not None else (None, _refused(name, column, decimal))


def _refused(name: str, column: Column, decimal: str) -> Problem:
    code, expected = {
        CellKind.INTEGER: (FieldCode.INTEGER_TYPE, "a whole number of 15 digits at most"),
        CellKind.NUMBER: (
            FieldCode.NUMBER_FORM,
            f"digits with '{decimal}' before the fraction, and no other sign",
        ),
        CellKind.BOOLEAN: (FieldCode.BOOLEAN_TYPE, "true or false"),
    }.get(column.kind, (FieldCode.VALUE_INVALID, "another value"))
    return Problem(
        pointer=f"#{column.pointer.removeprefix('#')}",
        code=code,
        detail=f"column '{echo(name)}': expected {expected}",
    )


def _built(places: dict[Path, object]) -> object:
    """Return the document that has these values at these places.

    Places of an array close up: the second source of a row whose first is empty becomes its first.
    """
    if () in places:
        return places[()]
    steps: dict[str | int, dict[Path, object]] = {}
    for path, value in places.items():
        steps.setdefault(path[0], {})[path[1:]] = value
    if all(isinstance(step, int) for step in steps):
        return [_built(steps[step]) for step in sorted(steps)]
    return {str(step): _built(inner) for step, inner in steps.items()}
