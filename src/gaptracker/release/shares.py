"""Shares of rows of which something holds: what every check of a release counts."""

from functools import reduce
from operator import and_

import polars as pl

CELL = ("actor", "theme", "year")
# Sums of products of floats differ in their last digits with the order of the terms.
TOLERANCE = 1e-9


def share_true(frame: pl.DataFrame, *conditions: pl.Expr) -> float:
    """Return the share of rows of which all conditions hold; 1 for a table without rows.

    A condition that cannot be told (null) does not hold.
    """
    if frame.is_empty():
        return 1.0
    holds = reduce(and_, (condition.fill_null(value=False) for condition in conditions))
    return float(frame.select(holds.mean()).item())
