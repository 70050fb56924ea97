"""Differences between releases as the API shows them."""

from collections.abc import Mapping

import polars as pl

from gaptracker.publish.api.cells import GAPS_PATH, cell_address
from gaptracker.publish.api.deps import View, address
from gaptracker.publish.api.schemas_diff import (
    CellChange,
    ChangeLinks,
    DifferenceAnswer,
    DifferenceSide,
)
from gaptracker.publish.api.shelf import Published
from gaptracker.publish.differences import FrozenDifference


def build_difference(
    found: FrozenDifference, published: Mapping[str, Published]
) -> DifferenceAnswer:
    """Return which releases are compared and how much moved.

    Args:
        found: What moved.
        published: Both releases by their ids.
    """
    return DifferenceAnswer(
        before=_side(published[found.old]),
        after=_side(published[found.new]),
        cells=found.cells,
        moved=found.frame.height,
        demonstrated=found.frame.filter("demonstrated").height,
        threshold=found.threshold,
        causes=dict(sorted(found.causes.items())),
    )


def build_changes(view: View, rows: pl.DataFrame, found: FrozenDifference) -> list[CellChange]:
    """Return moved cells with names in the view's language and the addresses of both figures."""
    actors = {**found.actors, **view.release.actors}
    return [
        CellChange(
            **row,
            actor_name=view.name_of(actors[row["actor"]].names),
            links=ChangeLinks(
                before=(
                    address(
                        GAPS_PATH,
                        {name: row[name] for name in ("actor", "theme", "year")}
                        | {"min_grade": "D", "release": found.old},
                    )
                    if row["before"]
                    else None
                ),
                after=(
                    cell_address(view, row["actor"], row["theme"], row["year"])
                    if row["after"]
                    else None
                ),
            ),
        )
        for row in rows.iter_rows(named=True)
    ]


def _side(published: Published) -> DifferenceSide:
    manifest = published.manifest
    return DifferenceSide(
        release=manifest.release,
        as_of=manifest.as_of,
        methodology=manifest.methodology,
        evidence_sha256=published.provenance.evidence_sha256,
    )
