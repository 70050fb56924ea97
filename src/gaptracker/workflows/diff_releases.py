"""Hold two frozen releases against each other: what moved, why, and whether that can be told."""

import io
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import msgspec
import polars as pl

from gaptracker.domain.errors import ReleaseCorrupt
from gaptracker.domain.results import Interval
from gaptracker.domain.vocabulary import Grade, Order
from gaptracker.records.release_store import ReleaseStore
from gaptracker.release.analysis_tables import COMPARISON_GRIDS
from gaptracker.release.cell_tables import CONTRIBUTIONS, GAPS
from gaptracker.release.columns import Layout
from gaptracker.release.difference import (
    CELL,
    FIGURES,
    ITEM,
    OWN,
    MovedCell,
    ReleaseTables,
    moved_cells,
)
from gaptracker.release.documents import MANIFEST_FILE, METHODOLOGY_FILE
from gaptracker.release.manifest import read_manifest
from gaptracker.release.record_tables import MEASURES, OBSERVATIONS, SOURCES, STATEMENTS
from gaptracker.release.submissions import SubmissionPart
from gaptracker.scoring.comparison import Figure, compare, difference_interval

# What a comparison reads; `Any`, because each table is read from values of its own type.
READ: tuple[Layout[Any], ...] = (
    GAPS,
    CONTRIBUTIONS,
    COMPARISON_GRIDS,
    STATEMENTS,
    MEASURES,
    OBSERVATIONS,
    SOURCES,
)

# Of the large tables only these columns: lists of factors take most of a release's memory.
NARROWED: Mapping[str, Sequence[str]] = {
    GAPS.name: (*CELL, *FIGURES, "as_of"),
    CONTRIBUTIONS.name: (*CELL, *ITEM, *OWN),
    COMPARISON_GRIDS.name: (*CELL, "gap"),
}
READ_FILES = frozenset((METHODOLOGY_FILE, *(layout.file for layout in READ)))

CellKey = tuple[str, str, int]
Grid = tuple[float, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseSide:
    """One of the two releases, by what decides its figures."""

    release: str
    as_of: date
    methodology: str
    evidence_sha256: str
    submissions: tuple[SubmissionPart, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CellDifference:
    """A cell that moved, with what may be said of it.

    `change_points` is new less old, None where one of them has no gap. `p_higher` is the
    probability that the new gap is really the higher, `change_interval` the interval of the
    change; both None where one cell is below grade C or has no gap. `demonstrated` is true only
    where the order can be told.
    """

    cell: MovedCell
    change_points: float | None
    change_interval: Interval | None
    p_higher: float | None
    demonstrated: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseDifference:
    """All that moved from an older release to a newer one; `cells` are as many as both hold."""

    old: ReleaseSide
    new: ReleaseSide
    cells: int
    threshold: float
    differences: tuple[CellDifference, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedFiles:
    """A release's id and the bytes of its files by name."""

    release: str
    files: Mapping[str, bytes]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Read:
    tables: ReleaseTables
    side: ReleaseSide
    threshold: float
    ends: tuple[float, float]


def diff_releases(store: ReleaseStore, old: str, new: str | None = None) -> ReleaseDifference:
    """Compare two releases, every byte of which is verified first.

    The figures of both are taken as independent, though they share most of their evidence: that
    errs on the side of saying nothing.

    Args:
        store: Where releases are kept.
        old: The older release's id.
        new: The newer one's; None for the current one.

    Raises:
        UnknownName: If one was never published.
        ReleaseCorrupt: If a byte differs from what was frozen, or a table is of a version that
            this program does not read.

    References:
        Methodology 1.0.0, section 5 (told apart from a probability of 0.90) and section 10.
    """
    first, second = (store.read(store.find(release), only=READ_FILES) for release in (old, new))
    return difference_of(
        NamedFiles(release=first.entry.id, files=first.files),
        NamedFiles(release=second.entry.id, files=second.files),
    )


def difference_of(old: NamedFiles, new: NamedFiles) -> ReleaseDifference:
    """Compare two releases by their bytes; the newer need not be kept yet.

    Raises:
        ReleaseCorrupt: If a table is of a version that this program does not read.
    """
    first, second = _read(old), _read(new)
    moved = moved_cells(first.tables, second.tables)
    keys = {(cell.actor, cell.theme, cell.year) for cell in moved}
    grids = _grids(first.tables, keys), _grids(second.tables, keys)
    return ReleaseDifference(
        old=first.side,
        new=second.side,
        cells=max(each.tables.frames[GAPS.name].height for each in (first, second)),
        threshold=second.threshold,
        differences=tuple(_judged(cell, *grids, second) for cell in moved),
    )


def _judged(
    cell: MovedCell,
    before: Mapping[CellKey, Grid],
    after: Mapping[CellKey, Grid],
    rules: _Read,
) -> CellDifference:
    old, new = cell.old, cell.new
    change = None
    if old is not None and new is not None and old.gap is not None and new.gap is not None:
        change = new.gap - old.gap
    key = (cell.actor, cell.theme, cell.year)
    if change is None or key not in before or key not in after or old is None or new is None:
        return CellDifference(
            cell=cell,
            change_points=change,
            change_interval=None,
            p_higher=None,
            demonstrated=False,
        )
    found = compare(
        Figure(name="new", points=new.gap or 0.0, grade=Grade(new.grade), grid=after[key]),
        Figure(name="old", points=old.gap or 0.0, grade=Grade(old.grade), grid=before[key]),
        rules.threshold,
    )
    return CellDifference(
        cell=cell,
        change_points=change,
        change_interval=difference_interval(after[key], before[key], rules.ends),
        p_higher=found.first_higher,
        demonstrated=found.order is not Order.CANNOT_BE_TOLD_APART,
    )


def _grids(tables: ReleaseTables, moved: Collection[CellKey]) -> dict[CellKey, Grid]:
    """Return the quantiles of each moved gap that may be compared: of grade C or better."""
    rows = tables.frames[COMPARISON_GRIDS.name].select(*CELL, "gap").iter_rows()
    return {
        (actor, theme, year): tuple(grid)
        for actor, theme, year, grid in rows
        if grid and (actor, theme, year) in moved
    }


def _read(given: NamedFiles) -> _Read:
    files = given.files
    manifest, provenance = read_manifest(files[MANIFEST_FILE], given.release)
    try:
        frames = {
            layout.name: pl.read_parquet(
                io.BytesIO(files[layout.file]),
                columns=list(NARROWED.get(layout.name, layout.schema)),
            )
            for layout in READ
        }
        rules = msgspec.json.decode(files[METHODOLOGY_FILE], type=dict[str, Any])
        threshold = float(rules["labels"]["comparison"])
        low, high = rules["draws"]["interval"]
    except (KeyError, TypeError, ValueError, pl.exceptions.PolarsError) as error:
        raise ReleaseCorrupt(
            f"release {manifest.release} lacks what a comparison reads ({error}); it was frozen by "
            "another version: compare releases of one version, or cut it anew"
        ) from error
    side = ReleaseSide(
        release=manifest.release,
        as_of=manifest.as_of,
        methodology=manifest.methodology,
        evidence_sha256=provenance.evidence_sha256,
        submissions=provenance.submissions,
    )
    tables = ReleaseTables(manifest=manifest, provenance=provenance, frames=frames)
    return _Read(tables=tables, side=side, threshold=threshold, ends=(float(low), float(high)))
