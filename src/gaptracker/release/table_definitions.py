"""The tables that are given as files, each with the definitions of its columns."""

from collections.abc import Mapping
from typing import Any

from gaptracker.release import alliance_definitions, figure_definitions, record_definitions
from gaptracker.release.alliance_tables import (
    ALIKE_APART,
    COMMUNITIES,
    POSITIONS,
    SIMILARITIES,
    SIMILARITY_CHANGES,
)
from gaptracker.release.cell_tables import GAPS, PAIRS
from gaptracker.release.columns import Layout
from gaptracker.release.definitions import TableDefinition
from gaptracker.release.record_tables import CODINGS, MEASURES, OBSERVATIONS, SOURCES, STATEMENTS

# `Any`, because each table is read from values of its own type. The order is that of the files.
DOWNLOADED_LAYOUTS: tuple[Layout[Any], ...] = (
    GAPS,
    PAIRS,
    STATEMENTS,
    MEASURES,
    OBSERVATIONS,
    CODINGS,
    SOURCES,
    POSITIONS,
    SIMILARITIES,
    SIMILARITY_CHANGES,
    COMMUNITIES,
    ALIKE_APART,
)

# A workbook of every pair of actors in every year would cost the cut as much as finding them, and
# nobody reads so many rows; the API gives those of an actor or a year, which Excel opens.
WORKBOOK_LAYOUTS: tuple[Layout[Any], ...] = tuple(
    layout for layout in DOWNLOADED_LAYOUTS if layout is not SIMILARITIES
)

TABLE_DEFINITIONS: Mapping[str, TableDefinition] = {
    GAPS.name: figure_definitions.GAPS,
    PAIRS.name: figure_definitions.PAIRS,
    STATEMENTS.name: record_definitions.STATEMENTS,
    MEASURES.name: record_definitions.MEASURES,
    OBSERVATIONS.name: record_definitions.OBSERVATIONS,
    CODINGS.name: record_definitions.CODINGS,
    SOURCES.name: record_definitions.SOURCES,
    POSITIONS.name: alliance_definitions.POSITIONS,
    SIMILARITIES.name: alliance_definitions.SIMILARITIES,
    SIMILARITY_CHANGES.name: alliance_definitions.SIMILARITY_CHANGES,
    COMMUNITIES.name: alliance_definitions.COMMUNITIES,
    ALIKE_APART.name: alliance_definitions.ALIKE_APART,
}
