"""The cases of the 2016 report, and the strongest pairs, as the demo shows them."""

from collections.abc import Iterator

import polars as pl

from gaptracker.domain.vocabulary import Grade, Reading
from gaptracker.publish.frozen import FrozenRelease
from gaptracker.publish.rows import FrozenCell, FrozenPair

# Who the report named, and on what: actor and theme.
CASES: tuple[tuple[str, str], ...] = (
    ("MEX", "human_rights"),
    ("MEX", "militarisation"),
    ("COL", "human_rights"),
    ("COL", "militarisation"),
    ("COL", "development"),
    ("USA", "cannabis"),
    ("USA", "militarisation"),
    ("US-CO", "cannabis"),
    ("EUU", "death_penalty"),
    ("EUU", "conduct_abroad"),
    ("URY", "cannabis"),
    ("GTM", "cannabis"),
    ("GTM", "militarisation"),
    ("JAM", "cannabis"),
    ("NOR", "death_penalty"),
    ("NOR", "harm_reduction"),
    ("RUS", "harm_reduction"),
    ("RUS", "human_rights"),
    ("CHN", "death_penalty"),
    ("EGY", "death_penalty"),
    ("EGY", "human_rights"),
    ("IRN", "death_penalty"),
    ("IDN", "death_penalty"),
    ("PAK", "death_penalty"),
    ("UNODC", "death_penalty"),
    ("WHO", "personal_use"),
    ("OHCHR", "human_rights"),
)


def case_cells(release: FrozenRelease) -> Iterator[FrozenCell]:
    """Yield for each case the newest cell that says something.

    That is the newest of grade C or better, else the newest with a gap, else the newest of
    all, which then gives its reason. A case whose actor or theme the release does not assess
    is left out.
    """
    for actor, theme in CASES:
        if actor in release.actors and theme in release.scored_themes:
            yield newest_telling(release.cells_of(actor, theme).rows())


def newest_telling(cells: list[FrozenCell]) -> FrozenCell:
    """Return the newest graded cell of some, else the newest with a gap, else the newest."""
    return max(cells, key=lambda cell: (cell.grade is not Grade.D, cell.gap is not None, cell.year))


def strongest_pairs(release: FrozenRelease, most: int) -> list[FrozenPair]:
    """Return the pairs that add most to a gap, one for each actor and theme.

    Args:
        release: The release.
        most: How many to return.

    Returns:
        Pairs of reading `now` from the newest cell of grade C or better of each actor and
        theme, the one that adds most, whichever way, first.
    """
    newest = (
        release.frames["gaps"]
        .filter(pl.col("grade") != Grade.D.value)
        .group_by("actor", "theme")
        .agg(pl.col("year").max())
    )
    strength = pl.col("contribution_points").abs()
    found = (
        release.frames["pairs"]
        .filter(pl.col("reading") == Reading.NOW.value)
        .join(newest, on=["actor", "theme", "year"], how="semi")
        .drop_nulls("contribution_points")
        .sort(strength, pl.col("id"), descending=[True, False])
        .unique(["actor", "theme"], keep="first", maintain_order=True)
        .head(most)
    )
    return [
        pair
        for row in found.select("id", "year").iter_rows(named=True)
        for pair in release.pairs_called(row["id"]).where(year=row["year"]).rows()
    ]
