"""What readers are given of frozen tables: values that a licence keeps from them are left out.

The frozen tables stay whole, since scoring and its repetition read them.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from gaptracker.domain.sources import withheld_by
from gaptracker.release.cell_tables import CONTRIBUTIONS, PAIRS
from gaptracker.release.record_tables import OBSERVATIONS

WITHHELD = "withheld"
# A note and an end of a range can tell the value.
TELLING = ("value", "category", "lower", "upper", "note")
# Points follow from a value by a straight line: unrounded, they are the value in another unit.
POINTS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    PAIRS.name: ("deed", ("deed_points", "deed_points_before")),
    CONTRIBUTIONS.name: ("item", ("points",)),
}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Withholding:
    """What readers are not shown of one release.

    `sources` are the ids of sources whose values are withheld, with the reason; `items` the ids
    of the observations that come from them.
    """

    sources: Mapping[str, str]
    items: pl.Series

    @classmethod
    def of(cls, observations: pl.DataFrame, sources: pl.DataFrame) -> "Withholding":
        """Find what is withheld.

        Args:
            observations: The frozen table.
            sources: That of sources, whose licences decide.
        """
        rows = sources.select("id", "licence").iter_rows()
        found = ((name, withheld_by(licence)) for name, licence in rows)
        reasons = {name: why.value for name, why in found if why is not None}
        return cls(
            sources=reasons,
            items=observations.filter(pl.col("source").is_in([*reasons]))["id"],
        )

    def columns(self, table: str) -> tuple[pl.Expr, ...]:
        """Return the columns of a frozen table that readers see otherwise than they are frozen.

        Observations lose what tells their value, and have why in a last column; what follows from
        their values by a straight line is rounded to whole points.

        Args:
            table: Its name.
        """
        if table == OBSERVATIONS.name:
            return self._observations()
        if table not in POINTS or self.items.is_empty():
            return ()
        owner, names = POINTS[table]
        hidden = pl.col(owner).is_in(self.items.implode())
        return tuple(
            pl.when(hidden).then(pl.col(name).round(0)).otherwise(pl.col(name)).alias(name)
            for name in names
        )

    def _observations(self) -> tuple[pl.Expr, ...]:
        hidden = pl.col("source").is_in([*self.sources])
        left = (pl.when(hidden).then(None).otherwise(pl.col(name)).alias(name) for name in TELLING)
        why = pl.col("source").replace_strict(
            dict(self.sources), default=None, return_dtype=pl.String
        )
        return (*left, why.alias(WITHHELD))
