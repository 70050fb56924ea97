"""How rows are written: CSV of RFC 4180, safe to open in a spreadsheet; a JSON object a line."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import get_args, get_origin

from pydantic import BaseModel

from gaptracker.domain.formula_guard import formula_safe

CSV_MEDIA_TYPE = "text/csv; charset=utf-8; header=present"
# One media type for each form that an answer can take.
FORM_TYPES: Mapping[str, str] = {
    "json": "application/json",
    "csv": CSV_MEDIA_TYPE,
    "ndjson": "application/x-ndjson",
    "xml": "text/xml; charset=utf-8",
    "html": "text/html; charset=utf-8",
    "text": "text/plain; charset=utf-8",
    "bibtex": "application/x-bibtex; charset=utf-8",
    "csl": "application/vnd.citationstyles.csl+json",
}


def write_csv(row_type: type[BaseModel], rows: Sequence[BaseModel]) -> bytes:
    """Write rows as CSV with one header line, CRLF line ends and no comments.

    Args:
        row_type: What each row is; its members, in their order, are the columns.
        rows: The rows.

    Returns:
        UTF-8 without a byte order mark. Missing values are empty, truth is `true` or `false`,
        numbers are unrounded and written as in JSON.
    """
    return write_values(row_type, (row.model_dump(mode="json") for row in rows))


def write_values(row_type: type[BaseModel], rows: Iterable[Mapping[str, object]]) -> bytes:
    """Write rows as CSV that are read from JSON already; otherwise as `write_csv`."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(columns_of(row_type))
    places = _places(row_type)
    for row in rows:
        writer.writerow([_written(_value_at(row, place)) for place in places])
    return text.getvalue().encode("utf-8")


def write_ndjson(rows: Sequence[BaseModel]) -> bytes:
    """Write rows as NDJSON: each as it stands in a JSON answer, on a line of its own.

    Returns:
        UTF-8; every line ends in a line feed, the last one too. No rows give no bytes.
    """
    return b"".join(row.model_dump_json().encode("utf-8") + b"\n" for row in rows)


def columns_of(row_type: type[BaseModel]) -> tuple[str, ...]:
    """Return the CSV columns of a row; the members of a member follow its name and `_`.

    Examples:
        >>> class Names(BaseModel):
        ...     en: str
        >>> class Row(BaseModel):
        ...     code: str
        ...     names: Names | None
        >>> columns_of(Row)
        ('code', 'names_en')
    """
    return tuple("_".join(place) for place in _places(row_type))


@cache
def _places(row_type: type[BaseModel]) -> tuple[tuple[str, ...], ...]:
    """Return where each column's value stands in a row: the names of members, outermost first."""
    places: list[tuple[str, ...]] = []
    for name, field in row_type.model_fields.items():
        # A list has one column, whatever its members are.
        listed = get_origin(field.annotation) is list
        candidates = () if listed else (field.annotation, *get_args(field.annotation))
        inner = [
            each for each in candidates if isinstance(each, type) and issubclass(each, BaseModel)
        ]
        if inner:
            places.extend((name, *place) for place in _places(inner[0]))
        else:
            places.append((name,))
    return tuple(places)


def _value_at(row: Mapping[str, object], place: tuple[str, ...]) -> object:
    """Return a value; the values of a member that is missing are missing, too."""
    found: object = row
    for name in place:
        if found is None:
            return None
        if not isinstance(found, Mapping):
            raise TypeError(f"{type(found).__name__} where the members {place} were expected")
        found = found[name]
    return found


def _member(value: object) -> str:
    """Write a member of a list; one with members of its own as these, between blanks."""
    if isinstance(value, Mapping):
        return " ".join(str(part) for part in value.values() if part is not None)
    return str(value)


def _written(value: object) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case str():
            return formula_safe(value)
        case int() | float():
            return repr(value)
        case list():
            return formula_safe("; ".join(map(_member, value)))
        case _:
            raise TypeError(f"{type(value).__name__} has no place in a CSV cell")
