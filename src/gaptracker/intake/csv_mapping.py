"""What the columns of a spreadsheet mean: a mapping from columns to places in a submission."""

from enum import StrEnum
from itertools import pairwise
from typing import Annotated, Literal, Self

from pydantic import Field, TypeAdapter, ValidationError, model_validator
from pydantic.config import JsonDict

from gaptracker.intake.strict_json import LARGEST_INTEGER
from gaptracker.intake.submission_faults import faults_of
from gaptracker.intake.submission_fields import Line, Part, refused
from gaptracker.intake.submission_problems import FieldCode, SubmissionInvalid, in_order

MOST_COLUMNS, MOST_PLACES = 200, 50
Path = tuple[str | int, ...]


class CellKind(StrEnum):
    """How a cell is read."""

    TEXT = "text"
    INTEGER = "integer"
    NUMBER = "number"
    BOOLEAN = "boolean"
    LIST = "list"


# Names are told by patterns, and what matches none of them is refused.
NO_OTHER_NAMES: JsonDict = {"additionalProperties": False}
Pointer = Annotated[str, Field(pattern=r"^#?(/[A-Za-z0-9_]{1,64}){1,8}$", max_length=300)]
Scalar = (
    Annotated[str, Field(max_length=5_000)]
    | bool
    | Annotated[int, Field(ge=-LARGEST_INTEGER, le=LARGEST_INTEGER)]
)


class Column(Part):
    """Where a column's cells go and how they are read; `default` stands for an empty cell."""

    pointer: Pointer
    kind: Annotated[CellKind, Field(strict=False)] = CellKind.TEXT
    separator: Annotated[str, Field(min_length=1, max_length=3)] = "|"
    default: Scalar | None = None


class CsvMapping(Part):
    """How a CSV file becomes submissions, one for each row.

    `constants` go into every row. A column that is neither mapped nor `ignored` is an error,
    and so is a mapped one that is missing: nothing is passed over in silence.
    """

    delimiter: Literal[",", ";", "\t"] = ","
    decimal: Literal[".", ","] = "."
    columns: Annotated[
        dict[Line, Column],
        Field(min_length=1, max_length=MOST_COLUMNS, json_schema_extra=NO_OTHER_NAMES),
    ]
    constants: Annotated[
        dict[Pointer, Scalar],
        Field(max_length=MOST_COLUMNS, default_factory=dict, json_schema_extra=NO_OTHER_NAMES),
    ]
    ignored: Annotated[list[Line], Field(max_length=MOST_COLUMNS)] = Field(default_factory=list)

    @model_validator(mode="after")
    def _places_fit(self) -> Self:
        """Refuse places that are taken twice, lie inside each other, or number too high."""
        told = [column.pointer for column in self.columns.values()]
        paths = sorted((path_of(each) for each in (*told, *self.constants)), key=_sortable)
        for path in paths:
            if any(isinstance(step, int) and step >= MOST_PLACES for step in path):
                raise refused(FieldCode.VALUE_INVALID, f"expected places below {MOST_PLACES}")
        for first, second in pairwise(paths):
            if second[: len(first)] == first:
                raise refused(
                    FieldCode.VALUE_CONFLICT,
                    "two columns or constants go to one place, or one into the other; part them",
                )
        if set(self.columns) & set(self.ignored):
            raise refused(FieldCode.VALUE_CONFLICT, "a column is mapped and ignored; choose one")
        return self

    def column_of(self, pointer: str) -> str | None:
        """Return the column that a problem's pointer comes from, None if from no column.

        A problem of a whole part (`#/items/0`) comes from no single column.
        """
        path = path_of(pointer)
        return next(
            (
                name
                for name, column in self.columns.items()
                if path[: len(own := path_of(column.pointer))] == own
            ),
            None,
        )


MAPPING = TypeAdapter(CsvMapping)


def parse_mapping(document: object) -> CsvMapping:
    """Return a mapping, or say everything that is wrong with it.

    Raises:
        SubmissionInvalid: With all problems.
    """
    try:
        return MAPPING.validate_python(document)
    except ValidationError as error:
        members = tuple(CsvMapping.model_fields)
        raise SubmissionInvalid(in_order(faults_of(error, document), members)) from None


def path_of(pointer: str) -> Path:
    """Return a pointer's steps; those of digits alone are places in an array.

    Examples:
        >>> path_of("#/items/0/actor"), path_of("/language")
        (('items', 0, 'actor'), ('language',))
    """
    steps = pointer.removeprefix("#").split("/")[1:]
    return tuple(int(step) if step.isascii() and step.isdigit() else step for step in steps)


def _sortable(path: Path) -> tuple[tuple[bool, str], ...]:
    return tuple((isinstance(step, str), str(step).rjust(4)) for step in path)
