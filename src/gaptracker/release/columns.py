"""Tables that grow row by row: named, typed columns, each with how it is read from a value."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import Generic, TypeVar

import polars as pl
from polars.datatypes import DataTypeClass

Value = TypeVar("Value")

# Rows held as Python objects before they are packed into columns: bounds the memory of a run.
BATCH_ROWS = 20_000

DataType = DataTypeClass | pl.DataType


@dataclass(frozen=True, slots=True)
class Column(Generic[Value]):
    """One column: its name, its type in the file, and how a value is read for it."""

    name: str
    type: DataType
    read: Callable[[Value], object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout(Generic[Value]):
    """A table's name, its columns in their order, and the columns that name a row.

    Rows are sorted by `key`, so that the order in which they came leaves no trace.
    """

    name: str
    columns: tuple[Column[Value], ...]
    key: tuple[str, ...]

    @property
    def schema(self) -> pl.Schema:
        """Return the types of the columns by name."""
        return pl.Schema({column.name: column.type for column in self.columns})

    @property
    def file(self) -> str:
        """Return the name of the table's file in a release."""
        return f"{self.name}.parquet"


@dataclass(slots=True)
class TableDraft(Generic[Value]):
    """A table under construction."""

    layout: Layout[Value]
    _waiting: list[Value] = field(init=False, default_factory=list)
    _frames: list[pl.DataFrame] = field(init=False, default_factory=list)

    def add(self, value: Value) -> None:
        """Append one row."""
        self._waiting.append(value)
        if len(self._waiting) >= BATCH_ROWS:
            self._pack()

    def add_all(self, values: Iterable[Value]) -> None:
        """Append a row for each value."""
        for value in values:
            self.add(value)

    def add_frame(self, frame: pl.DataFrame) -> None:
        """Append rows that were packed elsewhere, by `packed`."""
        self._frames.append(frame)

    def frame(self) -> pl.DataFrame:
        """Return all rows so far, sorted by the layout's key, in one block of memory."""
        self._pack()
        # One block, since Parquet pages end where blocks end: else the bytes would depend on
        # how many rows came at a time.
        return pl.concat(self._frames).sort(self.layout.key, nulls_last=True).rechunk()

    def _pack(self) -> None:
        self._frames.append(packed(self.layout, self._waiting))
        self._waiting = []


def packed(layout: Layout[Value], rows: Sequence[Value]) -> pl.DataFrame:
    """Return rows as columns, in the order they came in."""
    return pl.DataFrame([_series(column, rows) for column in layout.columns])


def _series(column: Column[Value], rows: Sequence[Value]) -> pl.Series:
    values = [column.read(row) for row in rows]
    if isinstance(column.type, pl.List):
        # The library builds a series for each list; one for all takes a fifth of the time.
        lists = [tuple(value) if isinstance(value, Iterable) else () for value in values]
        flat = pl.Series(column.name, list(chain.from_iterable(lists)), column.type.inner)
        return _cut(flat, [len(each) for each in lists])
    return pl.Series(column.name, values, column.type, strict=True)


def _cut(flat: pl.Series, lengths: Sequence[int]) -> pl.Series:
    """Return a series of lists, whose lengths are given and whose values follow each other."""
    rows = pl.DataFrame({"row": range(len(lengths)), "length": lengths})
    owners = rows.select(pl.col("row").repeat_by("length").explode().drop_nulls())
    lists = owners.with_columns(flat).group_by("row", maintain_order=True).agg(flat.name)
    return rows.join(lists, on="row", how="left", maintain_order="left")[flat.name].fill_null([])


def table_of(layout: Layout[Value], values: Iterable[Value]) -> pl.DataFrame:
    """Return a whole table at once."""
    draft = TableDraft(layout)
    draft.add_all(values)
    return draft.frame()


def names(columns: Sequence[Column[Value]]) -> tuple[str, ...]:
    """Return the names of columns."""
    return tuple(column.name for column in columns)
