"""Frozen tables as they may leave: without the values that a licence keeps from readers."""

import io
from collections.abc import Mapping

import polars as pl

from gaptracker.release.cell_tables import CONTRIBUTIONS, PAIRS
from gaptracker.release.heading import Heading, parquet_metadata
from gaptracker.release.parquet import write_parquet
from gaptracker.release.record_tables import OBSERVATIONS, SOURCES
from gaptracker.release.withholding import Withholding

GUARDED = {layout.file: layout.name for layout in (OBSERVATIONS, PAIRS, CONTRIBUTIONS)}


class ShownTables:
    """The files of one release as readers are given them."""

    def __init__(self, heading: Heading, frozen: Mapping[str, bytes]) -> None:
        """Find what is withheld.

        Args:
            heading: Which figures these are.
            frozen: The frozen files by name.
        """
        self._heading = heading
        self._frozen = frozen
        self._withholding = Withholding.of(
            *(_table(frozen, layout.file) for layout in (OBSERVATIONS, SOURCES))
        )

    def content(self, file: str) -> bytes:
        """Return a file: the frozen bytes, or a table written anew where readers see another.

        Args:
            file: Its name.
        """
        name = GUARDED.get(file)
        columns = self._withholding.columns(name) if name else ()
        if name is None or not columns:
            return self._frozen[file]
        frame = _table(self._frozen, file).with_columns(columns).rechunk()
        return write_parquet(frame, parquet_metadata(name, self._heading, shown=True))


def _table(frozen: Mapping[str, bytes], file: str) -> pl.DataFrame:
    return pl.read_parquet(io.BytesIO(frozen[file]))
