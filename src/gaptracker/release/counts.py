"""How much a release says, and on what it rests: the figures that bounds are set for."""

from collections.abc import Callable

import polars as pl

from gaptracker.domain.vocabulary import ActorKind, Grade, Label, Side
from gaptracker.release.cell_tables import CONTRIBUTIONS, GAPS
from gaptracker.release.tables import LAYOUTS, Tables

# Grades sort as letters do, A first.
GRADED = pl.col("grade") < Grade.D.value
WITH_GAP = pl.col("gap").is_not_null()


def count_rows(tables: Tables) -> dict[str, int]:
    """Return the counts that a manifest gives: rows by table, actors, and cells by label."""
    gaps = tables[GAPS]
    labels = dict(gaps.group_by("label").len().iter_rows())
    return {
        **{layout.name: tables[layout].height for layout in LAYOUTS},
        "actors": len(tables.actors),
        "cells_with_gap": gaps.filter(WITH_GAP).height,
        "cells_graded": gaps.filter(GRADED).height,
        **{f"label_{label.value}": labels.get(label.value, 0) for label in Label},
    }


def cells(tables: Tables) -> float:
    """Return the number of cells."""
    return tables[GAPS].height


def cells_with_gap(tables: Tables) -> float:
    """Return the number of cells in which both sides are known."""
    return tables[GAPS].filter(WITH_GAP).height


def graded_states(theme: str, year: int | None = None) -> Callable[[Tables], float]:
    """Count the states with a cell of grade C or better on a theme.

    Args:
        theme: The theme's id.
        year: The year; None for the newest in which any state has a gap on the theme.
    """

    def count(tables: Tables) -> float:
        states = [code for code, kind in tables.actors.items() if kind is ActorKind.STATE]
        of_theme = tables[GAPS].filter(
            pl.col("theme") == theme, WITH_GAP, pl.col("actor").is_in(states)
        )
        if of_theme.is_empty():
            return 0
        wanted = of_theme["year"].max() if year is None else year
        return of_theme.filter(pl.col("year") == wanted, GRADED).height

    return count


def machine_coded_share(tables: Tables) -> float:
    """Return the share of graded cells in which a machine's coding weighs."""
    return _share(tables[GAPS].filter(GRADED), pl.col("machine_coded"))


def indeterminate_share(tables: Tables) -> float:
    """Return the share of graded cells about which nothing can be told."""
    return _share(tables[GAPS].filter(GRADED), pl.col("label") == Label.INDETERMINATE.value)


def law_only_share(tables: Tables) -> float:
    """Return the share of graded cells whose practice is law, for want of anything else."""
    return _share(tables[GAPS].filter(GRADED), pl.col("law_only"))


def old_deeds_share(tables: Tables) -> float:
    """Return the share of the deeds that count which are flagged as old."""
    deeds = tables[CONTRIBUTIONS].filter(pl.col("side") == Side.DEEDS.value, pl.col("share") > 0)
    return _share(deeds, pl.col("flagged_old"))


def _share(frame: pl.DataFrame, condition: pl.Expr) -> float:
    """Return the share of rows of which a condition holds; 0 for a table without rows."""
    return 0.0 if frame.is_empty() else float(frame.select(condition.mean()).item())
