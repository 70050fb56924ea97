"""Where a picture's figures come from: release, licence, and whose publications."""

from collections.abc import Sequence

import polars as pl

from gaptracker.publish.frozen import FrozenRelease
from gaptracker.publish.rows import FrozenCell
from gaptracker.publish.stored_tables import scanned
from gaptracker.publish.texts import texts_of
from gaptracker.release.cell_tables import CONTRIBUTIONS

PART = "charts"
MOST_NAMED = 5


def release_line(release: FrozenRelease, language: str) -> str:
    """Return which release, rules and evidence a picture shows."""
    texts = texts_of(PART, language)
    return texts.say(
        "GapTracker, release {release}, methodology {methodology}, evidence up to {day}.",
        release=release.id,
        methodology=release.manifest.methodology,
        day=texts.day(release.manifest.as_of),
    )


def licence_line(language: str) -> str:
    """Return what may be done with a picture."""
    say = texts_of(PART, language).say
    return say("Figures: Apache-2.0; records: licences of their sources.")


def publishers(
    release: FrozenRelease, cells: Sequence[FrozenCell], language: str
) -> tuple[str, ...]:
    """Return who published the evidence under some cells, the most used first.

    Args:
        release: The release.
        cells: The cells that are drawn.
        language: For the word that stands for those who are not named.
    """
    drawn = pl.DataFrame(
        [(cell.actor, cell.theme, cell.year) for cell in cells],
        schema={"actor": pl.String, "theme": pl.String, "year": pl.Int32},
        orient="row",
    )
    held = scanned(release.frames, CONTRIBUTIONS.name).filter(pl.col("weight") > 0)
    used = held.join(drawn.lazy(), on=("actor", "theme", "year"), how="semi").select("source")
    return publishers_of(release, used.collect()["source"], language)


def publishers_of(release: FrozenRelease, used: pl.Series, language: str) -> tuple[str, ...]:
    """Return who published some sources, the most used first.

    Args:
        release: The release.
        used: Ids of sources, each as often as it is used.
        language: For the word that stands for those who are not named.
    """
    found: dict[str, int] = {}
    for source, count in used.value_counts().iter_rows():
        name = release.sources[source].publisher
        found[name] = found.get(name, 0) + count
    names = sorted(found, key=lambda name: (-found[name], name))
    more = len(names) - MOST_NAMED
    if more <= 1:
        return tuple(names)
    return (
        *names[:MOST_NAMED],
        texts_of(PART, language).count("{number} other", "{number} others", more),
    )
