"""What each published release said of one cell, read without loading any of them whole."""

import io
import threading
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from gaptracker.domain.errors import ReleaseCorrupt
from gaptracker.domain.results import Manifest
from gaptracker.domain.vocabulary import Grade, Label, Reason
from gaptracker.records.release_store import IndexEntry, ReleaseStore
from gaptracker.release.analysis_tables import COMPARISON_GRIDS
from gaptracker.release.cell_tables import GAPS

# A table of 120,000 cells, cut to these columns, takes about 5 MB.
TABLES_KEPT = 8
GRIDS_KEPT = 256
NARROW: Mapping[str, pl.DataType] = {
    "actor": pl.Categorical(),
    "theme": pl.Categorical(),
    "year": pl.Int16(),
    "gap": pl.Float64(),
    "gap_low": pl.Float64(),
    "gap_high": pl.Float64(),
    "grade": pl.Categorical(),
    "label": pl.Categorical(),
    "reason": pl.Categorical(),
}

CellKey = tuple[str, str, int]
Grid = tuple[float, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptRelease:
    """A published release by its index entry and its manifest, none of its tables read."""

    entry: IndexEntry
    manifest: Manifest


@dataclass(frozen=True, slots=True, kw_only=True)
class SaidFigure:
    """A cell's gap as one release gave it; points, None where there is none."""

    gap: float | None
    gap_low: float | None
    gap_high: float | None
    grade: Grade
    label: Label
    reason: Reason | None


class SaidFigures:
    """The gaps of published releases, the last few tables kept by the hash of their bytes."""

    def __init__(self, store: ReleaseStore) -> None:
        """Begin with nothing read.

        Args:
            store: Where releases are kept.
        """
        self._store = store
        self._tables: OrderedDict[str, pl.DataFrame] = OrderedDict()
        self._grids: OrderedDict[tuple[str, CellKey], Grid | None] = OrderedDict()
        self._lock = threading.Lock()

    def said(self, release: KeptRelease, cell: CellKey) -> SaidFigure | None:
        """Return what a release said of a cell; blocks while it reads.

        Args:
            release: The release.
            cell: Actor, theme and year.

        Returns:
            The figure, None if the release has no such cell.

        Raises:
            ReleaseCorrupt: If a byte differs from what was frozen, or the table is of a version
                that this program does not read.
        """
        actor, theme, year = cell
        rows = self._table(release).filter(
            pl.col("actor") == actor, pl.col("theme") == theme, pl.col("year") == year
        )
        return None if rows.is_empty() else figure_of(rows.row(0, named=True))

    def grid(self, release: KeptRelease, cell: CellKey) -> Grid | None:
        """Return the quantiles of a cell's gap in a release; blocks while it reads.

        Returns:
            Points, rising; None below grade C and without a gap.

        Raises:
            ReleaseCorrupt: As in `said`.
        """
        key = (release.entry.content_sha256, cell)
        with self._lock:
            if key in self._grids:
                self._grids.move_to_end(key)
                return self._grids[key]
        found = self._read_grid(release.entry, cell)
        with self._lock:
            self._grids[key] = found
            _shorten(self._grids, GRIDS_KEPT)
        return found

    def _table(self, release: KeptRelease) -> pl.DataFrame:
        sha256 = release.manifest.files.get(GAPS.file, "")
        with self._lock:
            if sha256 in self._tables:
                self._tables.move_to_end(sha256)
                return self._tables[sha256]
        frame = _parsed(release.entry, self._bytes(release.entry, GAPS.file), NARROW)
        with self._lock:
            self._tables[sha256] = frame
            _shorten(self._tables, TABLES_KEPT)
        return frame

    def _read_grid(self, entry: IndexEntry, cell: CellKey) -> Grid | None:
        actor, theme, year = cell
        columns = {
            name: COMPARISON_GRIDS.schema[name] for name in ("actor", "theme", "year", "gap")
        }
        rows = _parsed(entry, self._bytes(entry, COMPARISON_GRIDS.file), columns).filter(
            pl.col("actor") == actor, pl.col("theme") == theme, pl.col("year") == year
        )
        return tuple(rows["gap"][0]) or None if rows.height else None

    def _bytes(self, entry: IndexEntry, file: str) -> bytes:
        files = self._store.read(entry, only=(file,)).files
        if file not in files:
            raise ReleaseCorrupt(f"release {entry.id} has no {file}; read it with its own program")
        return files[file]


def figure_of(row: Mapping[str, Any]) -> SaidFigure:
    """Return a row of a release's gaps as a value."""
    return SaidFigure(
        gap=row["gap"],
        gap_low=row["gap_low"],
        gap_high=row["gap_high"],
        grade=Grade(row["grade"]),
        label=Label(row["label"]),
        reason=Reason(row["reason"]) if row["reason"] is not None else None,
    )


def _parsed(entry: IndexEntry, content: bytes, columns: Mapping[str, pl.DataType]) -> pl.DataFrame:
    """Read some columns of a verified table, as narrow as they can be kept."""
    try:
        frame = pl.read_parquet(io.BytesIO(content), columns=list(columns))
        return frame.with_columns(pl.col(name).cast(kind) for name, kind in columns.items())
    except pl.exceptions.PolarsError as error:
        raise ReleaseCorrupt(
            f"release {entry.id} has other columns than this program reads ({error}); read it "
            "with its own program"
        ) from error


def _shorten(kept: "OrderedDict[Any, Any]", most: int) -> None:
    while len(kept) > most:
        kept.popitem(last=False)
