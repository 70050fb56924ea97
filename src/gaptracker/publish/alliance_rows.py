"""Positions and alliances of a frozen release: who stands near whom, and rows of each table.

Fields are the columns of the release's files.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from gaptracker.domain.vocabulary import Side, Standing
from gaptracker.publish.stored_tables import scanned, table_of
from gaptracker.publish.tables import Table
from gaptracker.release.alliance_tables import (
    ALIKE_APART,
    COMMUNITIES,
    POSITIONS,
    SIMILARITIES,
    SIMILARITY_CHANGES,
)
from gaptracker.release.cell_tables import GAPS


@dataclass(frozen=True, slots=True, kw_only=True)
class FrozenPosition:
    """Where an actor stands on one theme in one year on one side."""

    actor: str
    theme: str
    year: int
    side: Side
    position: float
    position_low: float
    position_high: float
    n_items: int
    n_eff: float


@dataclass(frozen=True, slots=True, kw_only=True)
class FrozenSimilarity:
    """Two actors held together, as `similarities.parquet` holds them."""

    side: Side
    year: int
    actor_a: str
    actor_b: str
    n_themes: int
    similarity: float
    similarity_low: float
    similarity_high: float
    p_alike: float
    together_share: float


@dataclass(frozen=True, slots=True, kw_only=True)
class FrozenChange:
    """Two actors who came nearer or moved apart, as `similarity_changes.parquet` holds them."""

    side: Side
    year: int
    since: int
    actor_a: str
    actor_b: str
    n_themes: int
    change: float
    p_closer: float


@dataclass(frozen=True, slots=True, kw_only=True)
class FrozenMember:
    """A member of a group, as `communities.parquet` holds it."""

    side: Side
    year: int
    community: str
    actor: str
    n_members: int
    together_share: float


@dataclass(frozen=True, slots=True, kw_only=True)
class FrozenAlikeApart:
    """Two who speak alike and act apart, as `alike_apart.parquet` holds them."""

    year: int
    actor_a: str
    actor_b: str
    words_similarity: float
    deeds_similarity: float
    p_words_alike: float
    p_deeds_apart: float
    n_themes_words: int
    n_themes_deeds: int
    standing: Standing


@dataclass(frozen=True, slots=True, kw_only=True)
class FrozenAlliances:
    """What a release holds of positions and alliances, asked by columns."""

    frames: Mapping[str, pl.DataFrame]

    @property
    def positions(self) -> Table[FrozenPosition]:
        """Return where actors stand, in words and in deeds.

        Those on themes that carry a gap are the cells' own `says` and `practice`; the others
        stand in a table of themselves.
        """
        frame = pl.concat(
            [
                _of_words(scanned(self.frames, GAPS.name)),
                _of_words(scanned(self.frames, POSITIONS.name)),
                _of_deeds(scanned(self.frames, GAPS.name)),
            ]
        )
        return Table(frame=frame.collect(), row_type=FrozenPosition)

    @property
    def similarities(self) -> Table[FrozenSimilarity]:
        """Return how alike every two actors are, by side and year."""
        return table_of(self.frames, SIMILARITIES, FrozenSimilarity)

    @property
    def changes(self) -> Table[FrozenChange]:
        """Return who came nearer and who moved apart, as far as it can be told."""
        return table_of(self.frames, SIMILARITY_CHANGES, FrozenChange)

    @property
    def communities(self) -> Table[FrozenMember]:
        """Return the members of the groups that stand together, by side and year."""
        return table_of(self.frames, COMMUNITIES, FrozenMember)

    @property
    def alike_apart(self) -> Table[FrozenAlikeApart]:
        """Return who speaks alike and acts apart, by year."""
        return table_of(self.frames, ALIKE_APART, FrozenAlikeApart)


def _of_words(frame: pl.LazyFrame) -> pl.LazyFrame:
    return frame.filter(pl.col("says").is_not_null()).select(
        "actor",
        "theme",
        "year",
        pl.lit(Side.WORDS.value).alias("side"),
        *_ends("says"),
        pl.col("n_statements").alias("n_items"),
        pl.col("n_eff_says").alias("n_eff"),
    )


def _of_deeds(frame: pl.LazyFrame) -> pl.LazyFrame:
    return frame.filter(pl.col("practice").is_not_null()).select(
        "actor",
        "theme",
        "year",
        pl.lit(Side.DEEDS.value).alias("side"),
        *_ends("practice"),
        pl.col("n_deeds").alias("n_items"),
        pl.col("n_eff_does").alias("n_eff"),
    )


def _ends(name: str) -> tuple[pl.Expr, ...]:
    return tuple(pl.col(f"{name}{end}").alias(f"position{end}") for end in ("", "_low", "_high"))
