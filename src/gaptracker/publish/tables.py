"""Tables of a frozen release: kept as columns, given out as typed rows."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import reduce
from operator import and_
from typing import Generic, TypeVar

import msgspec
import polars as pl

Row = TypeVar("Row")
Answer = str | int | bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Table(Generic[Row]):
    """Some rows of one table, in an order.

    `frame` is there for questions that columns answer faster; it is never changed in place.
    """

    frame: pl.DataFrame
    row_type: type[Row]

    def __len__(self) -> int:
        """Return the number of rows."""
        return self.frame.height

    def where(self, **equal: Answer | None) -> "Table[Row]":
        """Return the rows whose columns equal the values; a None asks for nothing."""
        wanted = [pl.col(name) == value for name, value in equal.items() if value is not None]
        return self.matching(reduce(and_, wanted)) if wanted else self

    def matching(self, condition: pl.Expr) -> "Table[Row]":
        """Return the rows of which a condition on columns holds."""
        return Table(frame=self.frame.filter(condition), row_type=self.row_type)

    def sorted_by(self, *columns: str, descending: bool = False) -> "Table[Row]":
        """Return the rows sorted, missing values last; equal ones stay as they stood."""
        frame = self.frame.sort(
            columns, descending=descending, nulls_last=True, maintain_order=True
        )
        return Table(frame=frame, row_type=self.row_type)

    def rows(self, offset: int = 0, limit: int | None = None) -> list[Row]:
        """Return rows as values.

        Args:
            offset: Rows to pass over.
            limit: Most rows to return; None for all.
        """
        return msgspec.convert(
            self.frame.slice(offset, limit).to_dicts(),
            type=list[self.row_type],  # type: ignore[name-defined]  # a type known at run time
        )

    def only(self) -> Row | None:
        """Return the row of a table that has one at most, None if it has none."""
        rows = self.rows(limit=1)
        return rows[0] if rows else None


@dataclass(frozen=True, slots=True, kw_only=True)
class SlicedTable(Generic[Row]):
    """A table sorted by actor and theme, with the place of each of them."""

    table: Table[Row]
    places: Mapping[tuple[str, str], tuple[int, int]]

    @classmethod
    def of(cls, frame: pl.DataFrame, row_type: type[Row]) -> "SlicedTable[Row]":
        """Index a frame that is sorted by actor and theme."""
        runs = (
            frame.with_row_index("place")
            .group_by("actor", "theme", maintain_order=True)
            .agg(pl.col("place").first(), pl.len())
        )
        places = {(actor, theme): (place, rows) for actor, theme, place, rows in runs.iter_rows()}
        return cls(table=Table(frame=frame, row_type=row_type), places=places)

    def of_cell(self, actor: str, theme: str, year: int | None = None) -> Table[Row]:
        """Return the rows of an actor and theme, of one year or all; none where there are none."""
        place, rows = self.places.get((actor, theme), (0, 0))
        found = Table(frame=self.table.frame.slice(place, rows), row_type=self.table.row_type)
        return found.where(year=year)
