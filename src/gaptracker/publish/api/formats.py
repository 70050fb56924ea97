"""How rows are written as CSV: RFC 4180, safe to open in a spreadsheet."""

import csv
import io
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, get_args

from pydantic import BaseModel

CSV_MEDIA_TYPE = "text/csv; charset=utf-8; header=present"
JSON_MEDIA_TYPE = "application/json"
# What a spreadsheet takes for the beginning of a formula or of a command.
FORMULA_STARTS = frozenset("=+-@|%")
INVISIBLE = frozenset({"Cc", "Cf", "Zs", "Zl", "Zp"})


def write_csv(row_type: type[BaseModel], rows: Sequence[BaseModel]) -> bytes:
    """Write rows as CSV with one header line, CRLF line ends and no comments.

    Args:
        row_type: What each row is; its members, in their order, are the columns.
        rows: The rows.

    Returns:
        UTF-8 without a byte order mark. Missing values are empty, truth is `true` or `false`,
        numbers are unrounded and written as in JSON.
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(columns_of(row_type))
    for row in rows:
        writer.writerow(
            [_written(value) for value in _values(row_type, row.model_dump(mode="json"))]
        )
    return text.getvalue().encode("utf-8")


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
    columns: list[str] = []
    for name, field in row_type.model_fields.items():
        inner = _inner_model(field.annotation)
        if inner is None:
            columns.append(name)
        else:
            columns.extend(f"{name}_{column}" for column in columns_of(inner))
    return tuple(columns)


# `Any` is pydantic's own type for an annotation and for a dumped value.
def _values(row_type: type[BaseModel], row: Mapping[str, Any] | None) -> Iterator[object]:
    """Yield a row's values in the order of its columns; those of a missing member empty."""
    for name, field in row_type.model_fields.items():
        value = row[name] if row is not None else None
        inner = _inner_model(field.annotation)
        if inner is None:
            yield value
        else:
            yield from _values(inner, value)


def _inner_model(annotation: Any) -> type[BaseModel] | None:  # noqa: ANN401
    """Return the model that a member is of, also where it may be missing."""
    candidates = (annotation, *get_args(annotation))
    models = [each for each in candidates if isinstance(each, type) and issubclass(each, BaseModel)]
    return models[0] if models else None


def formula_safe(text: str) -> str:
    """Return a text that no spreadsheet runs as a formula.

    A text whose first visible character, also in its full width, begins a formula gets an
    apostrophe before it, which spreadsheets do not show. Numbers are not texts and stay.

    Examples:
        >>> formula_safe("=1+1"), formula_safe("Mexico"), formula_safe("  @cmd")
        ("'=1+1", 'Mexico', "'  @cmd")
    """
    visible = next((char for char in text if unicodedata.category(char) not in INVISIBLE), "")
    if unicodedata.normalize("NFKC", visible) in FORMULA_STARTS:
        return f"'{text}"
    return text


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
        case _:
            raise TypeError(f"{type(value).__name__} has no place in a CSV cell")
