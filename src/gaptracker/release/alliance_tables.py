"""The tables of positions and alliances: who stands near whom, in words and in deeds."""

from typing import Any

import polars as pl

from gaptracker.domain.alliances import (
    AlikeApart,
    Alliances,
    CommunityMember,
    Position,
    Similarity,
    SimilarityChange,
)
from gaptracker.release.columns import Column, Layout, table_of

TEXT, REAL, COUNT = pl.String, pl.Float64, pl.Int32

POSITIONS: Layout[Position] = Layout(
    name="positions",
    key=("actor", "theme", "year"),
    columns=(
        Column("actor", TEXT, lambda row: row.actor),
        Column("theme", TEXT, lambda row: row.theme),
        Column("year", COUNT, lambda row: row.year),
        Column("says", REAL, lambda row: row.points),
        Column("says_low", REAL, lambda row: row.interval.low),
        Column("says_high", REAL, lambda row: row.interval.high),
        Column("mixed_message_points", REAL, lambda row: row.spread),
        Column("n_statements", COUNT, lambda row: row.statements),
        Column("n_eff_says", REAL, lambda row: row.effective_size),
    ),
)

SIMILARITIES: Layout[Similarity] = Layout(
    name="similarities",
    key=("side", "year", "actor_a", "actor_b"),
    columns=(
        Column("side", TEXT, lambda row: row.side),
        Column("year", COUNT, lambda row: row.year),
        Column("actor_a", TEXT, lambda row: row.first),
        Column("actor_b", TEXT, lambda row: row.second),
        Column("n_themes", COUNT, lambda row: row.themes),
        Column("similarity", REAL, lambda row: row.value),
        Column("similarity_low", REAL, lambda row: row.low),
        Column("similarity_high", REAL, lambda row: row.high),
        Column("p_alike", REAL, lambda row: row.alike),
        Column("together_share", REAL, lambda row: row.together),
    ),
)

SIMILARITY_CHANGES: Layout[SimilarityChange] = Layout(
    name="similarity_changes",
    key=("side", "year", "since", "actor_a", "actor_b"),
    columns=(
        Column("side", TEXT, lambda row: row.side),
        Column("year", COUNT, lambda row: row.year),
        Column("since", COUNT, lambda row: row.since),
        Column("actor_a", TEXT, lambda row: row.first),
        Column("actor_b", TEXT, lambda row: row.second),
        Column("n_themes", COUNT, lambda row: row.themes),
        Column("change", REAL, lambda row: row.change),
        Column("p_closer", REAL, lambda row: row.closer),
    ),
)

COMMUNITIES: Layout[CommunityMember] = Layout(
    name="communities",
    key=("side", "year", "community", "actor"),
    columns=(
        Column("side", TEXT, lambda row: row.side),
        Column("year", COUNT, lambda row: row.year),
        Column("community", TEXT, lambda row: row.community),
        Column("actor", TEXT, lambda row: row.actor),
        Column("n_members", COUNT, lambda row: row.members),
        Column("together_share", REAL, lambda row: row.together),
    ),
)

ALIKE_APART: Layout[AlikeApart] = Layout(
    name="alike_apart",
    key=("year", "actor_a", "actor_b"),
    columns=(
        Column("year", COUNT, lambda row: row.year),
        Column("actor_a", TEXT, lambda row: row.first),
        Column("actor_b", TEXT, lambda row: row.second),
        Column("words_similarity", REAL, lambda row: row.words),
        Column("deeds_similarity", REAL, lambda row: row.deeds),
        Column("p_words_alike", REAL, lambda row: row.alike),
        Column("p_deeds_apart", REAL, lambda row: row.apart),
        Column("n_themes_words", COUNT, lambda row: row.word_themes),
        Column("n_themes_deeds", COUNT, lambda row: row.deed_themes),
        Column("standing", TEXT, lambda row: row.standing),
    ),
)

# `Any`, because each table is read from values of its own type.
ALLIANCE_LAYOUTS: tuple[Layout[Any], ...] = (
    POSITIONS,
    SIMILARITIES,
    SIMILARITY_CHANGES,
    COMMUNITIES,
    ALIKE_APART,
)


def alliance_frames(alliances: Alliances) -> dict[str, pl.DataFrame]:
    """Return the tables of what a run found of positions and alliances, by name."""
    return {
        POSITIONS.name: table_of(POSITIONS, alliances.positions),
        SIMILARITIES.name: table_of(SIMILARITIES, alliances.similarities),
        SIMILARITY_CHANGES.name: table_of(SIMILARITY_CHANGES, alliances.changes),
        COMMUNITIES.name: table_of(COMMUNITIES, alliances.communities),
        ALIKE_APART.name: table_of(ALIKE_APART, alliances.alike_apart),
    }
