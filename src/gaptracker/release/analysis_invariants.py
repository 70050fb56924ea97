"""What must be true of what stands beside the cells, each as the share of rows of which it is.

As in `invariants.py`, the rules are written a second time, on the frozen tables.
"""

import math
from collections.abc import Iterator
from itertools import pairwise

import polars as pl

from gaptracker.domain.vocabulary import Grade, Label
from gaptracker.release.analysis_tables import (
    ALL_THEMES,
    COMPARISON_GRIDS,
    LEAVE_OUT,
    METHOD_BANDS,
    SENSITIVITY,
)
from gaptracker.release.cell_tables import CONTRIBUTIONS, GAPS
from gaptracker.release.shares import CELL, TOLERANCE, share_true
from gaptracker.release.tables import Tables

FIGURES = ("says", "practice", "gap")
# Grids are kept in single precision.
GRID_TOLERANCE = 1e-3


def analysed_share(tables: Tables) -> float:
    """Return how nearly each graded cell, and no other, has its band, grids and sources.

    Returns:
        Rows that are where they belong, over all that are or should be.
    """
    graded = tables[GAPS].filter(pl.col("grade") < Grade.D.value).select(CELL)
    parts = tables[CONTRIBUTIONS].join(graded, on=CELL, how="semi")
    groups = parts.select(*CELL, "source_group").unique()
    wanted = ((METHOD_BANDS, graded), (COMPARISON_GRIDS, graded), (LEAVE_OUT, groups))
    right, either = 0, 0
    for layout, keys in wanted:
        found = tables[layout].select(keys.columns)
        both = found.join(keys, on=keys.columns, how="semi").height
        right += both
        either += found.height + keys.height - both
    return right / either if either else 1.0


def band_share(tables: Tables) -> float:
    """Return the share of method bands that are sound.

    Both ends are in order; where the whole band lies above zero so do nearly all draws, and
    where it lies below nearly none; and a range over weights holds the published gap, the one
    over all weights the one in which they move less.
    """
    draws = tables.methodology.draws
    low, high = draws.interval
    # Between two draws the end of an interval is interpolated.
    step = 1 / draws.draws
    bands = tables[METHOD_BANDS].join(
        tables[GAPS].select(*CELL, pl.col("gap").alias("published")), on=CELL, how="left"
    )
    positive = pl.col("p_gap_positive")
    return share_true(
        bands,
        *(pl.col(f"{name}_low") <= pl.col(f"{name}_high") for name in FIGURES),
        positive.is_between(0, 1),
        (pl.col("gap_low") <= 0) | (positive >= 1 - low - step),
        (pl.col("gap_high") > 0) | (positive <= 1 - high + step),
        _rising("all_weights_low", "bounded_weights_low", "published"),
        _rising("published", "bounded_weights_high", "all_weights_high"),
    )


def grid_share(tables: Tables) -> float:
    """Return the share of cells whose grids are whole, rise, and belong to their intervals.

    Of each figure the end of the published interval lies between the two quantiles next to it:
    both were taken from the same draws.
    """
    size = tables.methodology.choices.grid_size
    joined = tables[COMPARISON_GRIDS].join(
        tables[GAPS].select(
            *CELL, *(pl.col(f"{name}_{end}") for name in FIGURES for end in ("low", "high"))
        ),
        on=CELL,
        how="left",
    )
    conditions: list[pl.Expr] = []
    for name in FIGURES:
        grid = pl.col(name)
        rises = grid.list.diff().list.min().fill_null(0.0) >= 0
        conditions += [grid.list.len() == size, rises]
        conditions += _between_quantiles(name, size, tables.methodology.draws.interval)
    return share_true(joined, *conditions)


def _between_quantiles(name: str, size: int, ends: tuple[float, float]) -> Iterator[pl.Expr]:
    """Yield that each end of an interval lies between the quantiles on both sides of it."""
    for end, probability in zip(("low", "high"), ends, strict=True):
        place = probability * size - 0.5
        below, above = math.floor(place), math.ceil(place)
        grid = pl.col(name).list
        at = pl.col(f"{name}_{end}")
        if below >= 0:
            yield grid.get(below, null_on_oob=True) <= at + GRID_TOLERANCE
        if above < size:
            yield grid.get(above, null_on_oob=True) >= at - GRID_TOLERANCE


def leave_out_share(tables: Tables) -> float:
    """Return the share of rows without a source group whose figures agree with each other.

    The move is the gap that is left less the published one; a gap that is gone has its reason,
    and neither grade nor label.
    """
    rows = tables[LEAVE_OUT].join(
        tables[GAPS].select(*CELL, pl.col("gap").alias("published")), on=CELL, how="left"
    )
    gone = pl.col("gap").is_null()
    undecided = pl.col("label") == Label.INSUFFICIENT_EVIDENCE.value
    return share_true(
        rows,
        gone == pl.col("reason").is_not_null(),
        gone == pl.col("move_points").is_null(),
        gone | ((pl.col("move_points") - pl.col("gap") + pl.col("published")).abs() <= TOLERANCE),
        ~gone | (pl.col("grade") == Grade.D.value),
        (pl.col("grade") == Grade.D.value) == undecided,
    )


def sensitivity_share(tables: Tables) -> float:
    """Return the share of indices whose intervals are in order, of scopes that there are."""
    scopes = [ALL_THEMES, *(theme.id for theme in tables.methodology.scored_themes())]
    return share_true(
        tables[SENSITIVITY],
        pl.col("scope").is_in(scopes),
        pl.col("first_low") <= pl.col("first_high"),
        pl.col("total_low") <= pl.col("total_high"),
        pl.col("variance") > 0,
        pl.col("cells") > 0,
        pl.col("first_year") <= pl.col("last_year"),
    )


def _rising(*columns: str) -> pl.Expr:
    """Say whether columns rise from the first to the last, but for rounding."""
    return pl.all_horizontal(
        *(pl.col(low) <= pl.col(high) + TOLERANCE for low, high in pairwise(columns))
    )
