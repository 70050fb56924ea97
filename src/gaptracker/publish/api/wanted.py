"""What a question asks of rows: for each column that it names, the values that will do."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import polars as pl


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Conditions that all have to hold; two questions that ask the same are equal."""

    among: tuple[tuple[str, frozenset[str | int]], ...]

    @classmethod
    def of(cls, among: Mapping[str, Iterable[str | int]]) -> "Wanted":
        """Return the conditions that columns hold one of their values each."""
        return cls(among=tuple((name, frozenset(values)) for name, values in sorted(among.items())))

    def condition(self) -> pl.Expr:
        """Return the conditions as a question to a frame."""
        asked = [pl.col(column).is_in(list(values)) for column, values in self.among]
        return pl.all_horizontal(pl.lit(value=True), *asked)
