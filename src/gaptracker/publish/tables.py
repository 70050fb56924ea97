"""Tables of a frozen release: kept as columns, in memory or in a file, given out as typed rows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import and_
from typing import Generic, TypeVar

import msgspec
import polars as pl

Row = TypeVar("Row")
Answer = str | int | bool


class Table(Generic[Row]):
    """Some rows of one table, in an order; nothing is read before it is asked for."""

    __slots__ = ("_held", "_lazy", "row_type")

    def __init__(
        self,
        *,
        frame: pl.DataFrame | pl.LazyFrame,
        row_type: type[Row],
        held: object = None,
    ) -> None:
        """Make a table of columns.

        Args:
            frame: The columns, or how they are read.
            row_type: What each row is given out as.
            held: What has to live as long as the table: the file that it is read from.
        """
        self._lazy = frame.lazy()
        self._held = held
        self.row_type = row_type

    @property
    def frame(self) -> pl.DataFrame:
        """Return the columns, for questions that they answer faster; read anew each time."""
        return self._lazy.collect()

    def column(self, name: str) -> pl.Series:
        """Return one column."""
        return self._lazy.select(name).collect().to_series()

    def select(self, *asked: str | pl.Expr) -> pl.DataFrame:
        """Return some columns, or what is computed from columns."""
        return self._lazy.select(*asked).collect()

    def __len__(self) -> int:
        """Return the number of rows."""
        return int(self._lazy.select(pl.len()).collect().item())

    def where(self, **equal: Answer | None) -> "Table[Row]":
        """Return the rows whose columns equal the values; a None asks for nothing."""
        wanted = [pl.col(name) == value for name, value in equal.items() if value is not None]
        return self.matching(reduce(and_, wanted)) if wanted else self

    def matching(self, condition: pl.Expr) -> "Table[Row]":
        """Return the rows of which a condition on columns holds."""
        return self._of(self._lazy.filter(condition))

    def with_columns(self, columns: Sequence[pl.Expr]) -> "Table[Row]":
        """Return the rows with some columns computed anew."""
        return self._of(self._lazy.with_columns(columns)) if columns else self

    def slice(self, offset: int, rows: int | None = None) -> "Table[Row]":
        """Return the rows from one place on; `rows` are the most to return, None for all."""
        return self._of(self._lazy.slice(offset, rows))

    def sorted_by(self, *columns: str, descending: bool = False) -> "Table[Row]":
        """Return the rows sorted, missing values last; equal ones stay as they stood."""
        return self._of(
            self._lazy.sort(columns, descending=descending, nulls_last=True, maintain_order=True)
        )

    def rows(self, offset: int = 0, limit: int | None = None) -> list[Row]:
        """Return rows as values.

        Args:
            offset: Rows to pass over.
            limit: Most rows to return; None for all.
        """
        return msgspec.convert(
            self._lazy.slice(offset, limit).collect().to_dicts(),
            type=list[self.row_type],  # type: ignore[name-defined]  # a type known at run time
        )

    def only(self) -> Row | None:
        """Return the row of a table that has one at most, None if it has none."""
        rows = self.rows(limit=1)
        return rows[0] if rows else None

    def _of(self, lazy: pl.LazyFrame) -> "Table[Row]":
        return Table(frame=lazy, row_type=self.row_type, held=self._held)


@dataclass(frozen=True, slots=True, kw_only=True)
class SlicedTable(Generic[Row]):
    """A table sorted by actor and theme, with the place of each of them."""

    table: Table[Row]
    places: Mapping[tuple[str, str], tuple[int, int]]

    @classmethod
    def of(cls, table: Table[Row]) -> "SlicedTable[Row]":
        """Index a table that is sorted by actor and theme."""
        runs = (
            table.select("actor", "theme")
            .with_row_index("place")
            .group_by("actor", "theme", maintain_order=True)
            .agg(pl.col("place").first(), pl.len())
        )
        places = {(actor, theme): (place, rows) for actor, theme, place, rows in runs.iter_rows()}
        return cls(table=table, places=places)

    def of_cell(self, actor: str, theme: str, year: int | None = None) -> Table[Row]:
        """Return the rows of an actor and theme, of one year or all; none where there are none."""
        return self.table.slice(*self.places.get((actor, theme), (0, 0))).where(year=year)
