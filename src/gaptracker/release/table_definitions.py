"""The tables that are given as files, each with the definitions of its columns."""

from collections.abc import Mapping
from typing import Any

from gaptracker.release import figure_definitions, record_definitions
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
)

TABLE_DEFINITIONS: Mapping[str, TableDefinition] = {
    GAPS.name: figure_definitions.GAPS,
    PAIRS.name: figure_definitions.PAIRS,
    STATEMENTS.name: record_definitions.STATEMENTS,
    MEASURES.name: record_definitions.MEASURES,
    OBSERVATIONS.name: record_definitions.OBSERVATIONS,
    CODINGS.name: record_definitions.CODINGS,
    SOURCES.name: record_definitions.SOURCES,
}
