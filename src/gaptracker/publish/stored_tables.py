"""The tables of a verified release: small ones in memory, the others in files that only we see."""

import io
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, TypeVar

import polars as pl

from gaptracker.publish.scratch import ScratchFile
from gaptracker.publish.tables import Table
from gaptracker.release.alliance_tables import SIMILARITIES, SIMILARITY_CHANGES
from gaptracker.release.cell_tables import SCORED_LAYOUTS
from gaptracker.release.columns import Layout

Row = TypeVar("Row")

# They grow with the cells; of each only some rows are asked for at a time.
ON_DISK = frozenset(layout.name for layout in (*SCORED_LAYOUTS, SIMILARITIES, SIMILARITY_CHANGES))
# Where a system names open files like this, Polars can read one that has no name of its own.
OPEN_FILES = Path("/proc/self/fd")


class StoredTables(Mapping[str, pl.DataFrame]):
    """Tables by name; a whole one is read when it is taken out, so take rows where you can."""

    def __init__(self) -> None:
        """Begin with none."""
        self._frames: dict[str, pl.DataFrame | pl.LazyFrame] = {}
        self._files: list[ScratchFile] = []

    def add(self, name: str, content: bytes) -> pl.Schema:
        """Add a table from the verified bytes of its Parquet file, and return its columns."""
        if name in ON_DISK and OPEN_FILES.is_dir():
            file = ScratchFile()
            file.append(content)
            self._files.append(file)
            lazy = pl.scan_parquet(OPEN_FILES / str(file.descriptor), glob=False)
            self._frames[name] = lazy
            return lazy.collect_schema()
        frame = pl.read_parquet(io.BytesIO(content))
        self._frames[name] = frame
        return frame.schema

    def table(self, name: str, row_type: type[Row]) -> Table[Row]:
        """Return a table of which rows can be asked for; it holds the file that it reads."""
        return Table(frame=self._frames[name], row_type=row_type, held=self)

    def scan(self, name: str) -> pl.LazyFrame:
        """Return a table of which only what is asked for will be read, while this is held."""
        return self._frames[name].lazy()

    def __getitem__(self, name: str) -> pl.DataFrame:
        """Return a whole table."""
        return self.scan(name).collect()

    def __iter__(self) -> Iterator[str]:
        """Yield the names of the tables."""
        return iter(self._frames)

    def __len__(self) -> int:
        """Return how many tables there are."""
        return len(self._frames)


def scanned(frames: Mapping[str, pl.DataFrame], name: str) -> pl.LazyFrame:
    """Return one of some tables, wherever they are kept, to be read in part.

    A whole table of contributions takes tens of megabytes, for each of those who ask at once.
    """
    return frames.scan(name) if isinstance(frames, StoredTables) else frames[name].lazy()


# `Any`, because each table is read from values of its own type.
def table_of(
    frames: Mapping[str, pl.DataFrame], layout: Layout[Any], row_type: type[Row]
) -> Table[Row]:
    """Return one of some tables, wherever they are kept."""
    if isinstance(frames, StoredTables):
        return frames.table(layout.name, row_type)
    return Table(frame=frames[layout.name], row_type=row_type)
