"""Rows as tables of polars and pandas, typed as the release's own files are."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from importlib import import_module
from typing import Any, get_args

import polars as pl

from gaptracker.client.errors import ClientError
from gaptracker.client.read_rows import members_of, row_inside
from gaptracker.client.rows import Row

# As the release's Parquet files have them.
TYPES: Mapping[type, type[pl.DataType]] = {
    str: pl.String,
    int: pl.Int32,
    float: pl.Float64,
    bool: pl.Boolean,
    date: pl.Date,
}


class PandasMissing(ClientError, ImportError):
    """pandas was asked for and is not installed."""


def frame_of(kind: type[Row], rows: Sequence[Row]) -> pl.DataFrame:
    """Return rows as a table.

    Args:
        kind: What each row is.
        rows: The rows; new members of theirs have no column.
    """
    columns = {
        "_".join(place): pl.Series([_value(row, place) for row in rows], dtype=dtype)
        for place, dtype in _places(kind)
    }
    return pl.DataFrame(columns)


# `Any` throughout: pandas need not be there, nor its types.
def pandas_of(frame: pl.DataFrame) -> Any:  # noqa: ANN401
    """Return a table as pandas has it: days as `datetime64`, a missing number as NaN.

    Raises:
        PandasMissing: If pandas is not installed.
    """
    try:
        pandas: Any = import_module("pandas")
    except ImportError as error:
        raise PandasMissing(
            "pandas is not installed; run `pip install pandas`, or use to_polars()"
        ) from error
    return pandas.DataFrame({column.name: _pandas_column(pandas, column) for column in frame})


def _pandas_column(pandas: Any, column: pl.Series) -> Any:  # noqa: ANN401
    if column.dtype == pl.Date:
        return pandas.to_datetime(pandas.Series(column.to_list(), dtype="object"))
    if column.dtype == pl.Float64:
        return column.to_numpy()
    if column.dtype == pl.Int32:
        kind = "Int64" if column.null_count() else "int64"
        return pandas.Series(column.to_list(), dtype=kind)
    kind = "bool" if column.dtype == pl.Boolean and not column.null_count() else "object"
    return pandas.Series(column.to_list(), dtype=kind)


def _places(kind: type[Row]) -> Iterator[tuple[tuple[str, ...], type[pl.DataType]]]:
    """Yield where each column's value stands in a row, and its type."""
    for name, hint in members_of(kind).items():
        inner = row_inside(hint)
        if inner is not None:
            yield from (((name, *place), dtype) for place, dtype in _places(inner))
            continue
        plain = next((each for each in (hint, *get_args(hint)) if each in TYPES), None)
        if plain is not None:
            yield (name,), TYPES[plain]


def _value(row: object, place: tuple[str, ...]) -> object:
    """Return a value; those of a member that is missing are missing, too."""
    for name in place:
        row = getattr(row, name) if row is not None else None
    return row
