"""What must be true of positions and alliances, each as the share of rows of which it is.

As with the cells, the rules are written here a second time, on the frozen tables.
"""

from typing import Any

import polars as pl

from gaptracker.domain.methodology import FULL_SCALE
from gaptracker.domain.vocabulary import Side, Standing
from gaptracker.release.alliance_tables import (
    ALIKE_APART,
    COMMUNITIES,
    POSITIONS,
    SIMILARITIES,
    SIMILARITY_CHANGES,
)
from gaptracker.release.cell_tables import GAPS
from gaptracker.release.columns import Layout
from gaptracker.release.shares import TOLERANCE, share_true
from gaptracker.release.tables import Tables

# Similarities are kept to four decimals.
ROUNDED = 0.5e-4 + TOLERANCE
PAIR = ("actor_a", "actor_b")
OF_YEAR = ("side", "year")


def positions_share(tables: Tables) -> float:
    """Return the share of positions that lie on the ladder of a theme of positions only."""
    without_deeds = [
        theme.id for theme in tables.methodology.themes.values() if not theme.has_deeds
    ]
    return share_true(
        tables[POSITIONS],
        pl.col("theme").is_in(without_deeds),
        pl.col("actor").is_in(list(tables.actors)),
        pl.col("year").is_in(tables.years),
        pl.col("says").is_between(-TOLERANCE, FULL_SCALE + TOLERANCE),
        pl.col("says").is_between(pl.col("says_low"), pl.col("says_high")),
        pl.col("mixed_message_points") >= 0,
        pl.col("n_statements") >= pl.col("n_eff_says") - TOLERANCE,
    )


def similarities_share(tables: Tables) -> float:
    """Return how nearly the similarities are those of the points that cells and positions hold.

    Returns:
        Pairs that are there with the right figure, over all that are or should be.
    """
    rule = tables.methodology.alliances
    apart = (pl.col("points") - pl.col("points_b")).abs()
    stands = _stands(tables).with_columns(
        weight=pl.col("theme").replace_strict(dict(rule.theme_weights), return_dtype=pl.Float64)
    )
    wanted = (
        stands.rename({"actor": "actor_a"})
        .join(
            stands.select(*OF_YEAR, "theme", actor_b="actor", points_b="points"),
            on=[*OF_YEAR, "theme"],
        )
        .filter(pl.col("actor_a") < pl.col("actor_b"))
        .group_by(*OF_YEAR, *PAIR)
        .agg(
            themes=pl.len(),
            expected=1 - (apart * pl.col("weight")).sum() / pl.col("weight").sum() / FULL_SCALE,
        )
        .filter(pl.col("themes") >= rule.themes)
    )
    both = wanted.join(tables[SIMILARITIES], on=[*OF_YEAR, *PAIR], how="full", coalesce=True)
    value = pl.col("similarity")
    return share_true(
        both,
        (value - pl.col("expected")).abs() <= ROUNDED,
        pl.col("n_themes") == pl.col("themes"),
        value.is_between(pl.col("similarity_low"), pl.col("similarity_high")),
        pl.all_horizontal(
            pl.col("similarity_low", "similarity_high", "p_alike", "together_share").is_between(
                0, 1
            )
        ),
    )


def communities_share(tables: Tables) -> float:
    """Return the share of members who stand with each other of their group often enough.

    A group is called after its first member and says how many it has; of every two of them there
    is a similarity, and in enough of the runs they fall into one community.
    """
    least = tables.methodology.alliances.together_share
    members = tables[COMMUNITIES]
    group = [*OF_YEAR, "community"]
    others = members.select(*group, other="actor")
    beside = members.join(others, on=group).filter(pl.col("actor") != pl.col("other"))
    held = beside.with_columns(
        actor_a=pl.min_horizontal("actor", "other"), actor_b=pl.max_horizontal("actor", "other")
    ).join(
        tables[SIMILARITIES].select(*OF_YEAR, *PAIR, shared="together_share"),
        on=[*OF_YEAR, *PAIR],
        how="left",
    )
    judged = held.group_by(*group, "actor").agg(
        found=pl.len() + 1,
        first=pl.col("actor_a").min(),
        least=pl.when(pl.col("shared").is_null().any())
        .then(-1.0)
        .otherwise(pl.col("shared").min()),
    )
    return share_true(
        members.join(judged, on=[*group, "actor"], how="left"),
        pl.col("found") == pl.col("n_members"),
        pl.col("first") == pl.col("community"),
        pl.col("least") >= least - ROUNDED,
        (pl.col("least") - pl.col("together_share")).abs() <= 2 * ROUNDED,
    )


def alike_apart_share(tables: Tables) -> float:
    """Return how nearly the pairs that speak alike and act apart are those the rule names."""
    rule, labels = tables.methodology.alliances, tables.methodology.labels
    sides = tables[SIMILARITIES].partition_by("side", as_dict=True)
    empty = tables[SIMILARITIES].clear()
    words = sides.get((Side.WORDS.value,), empty)
    deeds = sides.get((Side.DEEDS.value,), empty)
    least = pl.min_horizontal(pl.col("p_alike"), 1 - pl.col("p_alike_deeds"))
    wanted = (
        words.join(deeds, on=["year", *PAIR], suffix="_deeds")
        .filter(
            pl.col("similarity") >= rule.alike,
            pl.col("similarity_deeds") < rule.alike,
            least >= labels.likely,
        )
        .with_columns(
            expected=pl.when(least >= labels.demonstrated)
            .then(pl.lit(Standing.DEMONSTRATED.value))
            .otherwise(pl.lit(Standing.LIKELY.value))
        )
        .select("year", *PAIR, "expected", "similarity", "similarity_deeds")
    )
    both = wanted.join(tables[ALIKE_APART], on=["year", *PAIR], how="full", coalesce=True)
    return share_true(
        both,
        pl.col("standing") == pl.col("expected"),
        pl.col("words_similarity") == pl.col("similarity"),
        pl.col("deeds_similarity") == pl.col("similarity_deeds"),
    )


def similarity_changes_share(tables: Tables) -> float:
    """Return the share of changes that are demonstrated, and are those of the figures."""
    least = tables.methodology.labels.comparison
    figures = tables[SIMILARITIES].select(*OF_YEAR, *PAIR, "n_themes", "similarity")
    before = figures.rename({"year": "since"})
    rows = (
        tables[SIMILARITY_CHANGES]
        .join(figures, on=[*OF_YEAR, *PAIR], how="left", suffix="_now")
        .join(before, on=["side", "since", *PAIR], how="left", suffix="_before")
    )
    change = pl.col("similarity") - pl.col("similarity_before")
    return share_true(
        rows,
        pl.col("since") < pl.col("year"),
        pl.max_horizontal(pl.col("p_closer"), 1 - pl.col("p_closer")) >= least - TOLERANCE,
        # Three figures are rounded, each on its own.
        (change - pl.col("change")).abs() <= 3 * ROUNDED,
        pl.col("n_themes") == pl.col("n_themes_now"),
        pl.col("n_themes") == pl.col("n_themes_before"),
    )


def _stands(tables: Tables) -> pl.DataFrame:
    """Return where each actor stands, of those known on enough themes of a side in a year."""
    sides = (
        (Side.WORDS, GAPS, "says"),
        (Side.WORDS, POSITIONS, "says"),
        (Side.DEEDS, GAPS, "practice"),
    )
    stands = pl.concat([_side(tables, layout, side, name) for side, layout, name in sides])
    known = pl.len().over(*OF_YEAR, "actor")
    return stands.filter(known >= tables.methodology.alliances.themes)


def _side(tables: Tables, layout: Layout[Any], side: Side, name: str) -> pl.DataFrame:
    return (
        tables[layout]
        .filter(pl.col(name).is_not_null())
        .select(pl.lit(side.value).alias("side"), "year", "actor", "theme", points=pl.col(name))
    )
