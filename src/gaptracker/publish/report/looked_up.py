"""Where a figure of a report stands in its release: looked up again from the reference alone."""

import polars as pl

from gaptracker.publish.frozen import FrozenRelease
from gaptracker.publish.report.changed import change_at
from gaptracker.publish.report.figures import CHANGES, METHODOLOGY, rule_at
from gaptracker.publish.report.spans import Ref
from gaptracker.publish.stored_tables import scanned
from gaptracker.workflows.release_changes import ReleaseChanges


def value_at(
    release: FrozenRelease, ref: Ref, changes: ReleaseChanges | None = None
) -> float | None:
    """Return the value that a reference leads to, None if it leads nowhere.

    Args:
        release: The release that the report was made from.
        ref: Where the figure is said to stand.
        changes: What the release changed, for figures of changes.
    """
    if ref.table == CHANGES:
        known = changes is not None and ref.release == f"{changes.previous}..{changes.release}"
        return change_at(changes, ref) if changes is not None and known else None
    if ref.release != release.id:
        return None
    if ref.table == METHODOLOGY:
        return rule_at(release, ref.column)
    rows = scanned(release.frames, ref.table).filter(*(_meets(*each) for each in ref.where))
    if not ref.column:
        return float(rows.select(pl.len()).collect().item())
    found = rows.select(ref.column).collect().to_series()
    return float(found[0]) if len(found) == 1 and found[0] is not None else None


def _meets(column: str, wanted: str | int | tuple[str, ...]) -> pl.Expr:
    if isinstance(wanted, tuple):
        return pl.col(column).cast(pl.String).is_in(list(wanted))
    return pl.col(column) == wanted
