"""A release against the one before it: changes so large that somebody should look.

The outcome depends on which release came before, so it stands in the store's index and not in
the release, whose bytes follow from its inputs alone.
"""

import polars as pl

from gaptracker.domain.results import CheckResult
from gaptracker.release.checks import BoundKind, judge

# New evidence reaches a few actors at a time. More than one cell in twenty that moved this far
# points to a changed source, codebook or program.
MOST_MOVED_SHARE = 0.05

# Evidence is append-only: cells lose their gap only when values grow too old.
MOST_LOST_SHARE = 0.01

CELL = ("actor", "theme", "year")


def compare_releases(
    gaps: pl.DataFrame, previous: pl.DataFrame, moved_points: float
) -> tuple[CheckResult, ...]:
    """Hold a release's gaps against those of the release before it.

    Args:
        gaps: Table of gaps of the newer release.
        previous: Table of gaps of the older one.
        moved_points: Change that counts, in points: the methodology's smallest demonstrable gap.

    Returns:
        Ceilings on the share of cells whose gap moved, and on the share that lost it, among
        the cells that had one before.
    """
    before = previous.filter(pl.col("gap").is_not_null()).select(*CELL, pl.col("gap").alias("old"))
    both = before.join(gaps.select(*CELL, "gap"), on=CELL, how="left")
    moved = ((pl.col("gap") - pl.col("old")).abs() > moved_points).fill_null(value=False)
    return (
        judge(
            "moved_share",
            _share(both, moved),
            MOST_MOVED_SHARE,
            kind=BoundKind.CEILING,
            reason=f"more gaps moved by over {moved_points:g} points than new evidence explains",
        ),
        judge(
            "lost_share",
            _share(both, pl.col("gap").is_null()),
            MOST_LOST_SHARE,
            kind=BoundKind.CEILING,
            reason="evidence is append-only, so that cells seldom lose their gap",
        ),
    )


def _share(frame: pl.DataFrame, condition: pl.Expr) -> float:
    """Return the share of rows of which a condition holds; 0 for a table without rows."""
    return 0.0 if frame.is_empty() else float(frame.select(condition.mean()).item())
