"""All tables of one release together, as checks and the freezer read them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from gaptracker.domain.methodology import Methodology
from gaptracker.domain.vocabulary import ActorKind
from gaptracker.release.alliance_tables import ALLIANCE_LAYOUTS
from gaptracker.release.analysis_tables import (
    COMPARISON_GRIDS,
    LEAVE_OUT,
    METHOD_BANDS,
    SENSITIVITY,
)
from gaptracker.release.cell_tables import CONTRIBUTIONS, GAPS, PAIRS
from gaptracker.release.columns import Layout
from gaptracker.release.federation_tables import ACROSS_LAYOUTS
from gaptracker.release.record_tables import CODINGS, MEASURES, OBSERVATIONS, SOURCES, STATEMENTS

# `Any`, because each table is read from values of its own type.
LAYOUTS: tuple[Layout[Any], ...] = (
    GAPS,
    PAIRS,
    CONTRIBUTIONS,
    METHOD_BANDS,
    COMPARISON_GRIDS,
    LEAVE_OUT,
    SENSITIVITY,
    STATEMENTS,
    MEASURES,
    OBSERVATIONS,
    CODINGS,
    SOURCES,
    *ACROSS_LAYOUTS,
    *ALLIANCE_LAYOUTS,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tables:
    """The tables of a release, and what they are checked against.

    `frames` holds a table for each layout, by its name.
    """

    frames: Mapping[str, pl.DataFrame]
    actors: Mapping[str, ActorKind]
    years: tuple[int, ...]
    methodology: Methodology

    def __getitem__(self, layout: Layout[Any]) -> pl.DataFrame:
        """Return one table."""
        return self.frames[layout.name]
