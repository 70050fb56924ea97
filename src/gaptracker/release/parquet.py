"""Tables as Parquet, the same bytes for the same rows."""

from collections.abc import Mapping
from typing import IO, Final, cast

import polars as pl

# Everything that would otherwise follow the library's defaults or the machine is fixed here.
COMPRESSION: Final = "zstd"
COMPRESSION_LEVEL = 9
# Who asks for a few rows reads a group of them, so groups are small; each costs statistics of every
# column, so they are not smaller.
ROW_GROUP_BYTES = 4_000_000
FEWEST_ROWS = 1_000
NUMBER_BYTES, TEXT_BYTES, LIST_BYTES = 8, 24, 400


class _Bytes:
    """The part of a binary file that the Parquet writer uses, kept in memory.

    The core may not import `io`, which opens files.
    """

    def __init__(self) -> None:
        self.parts: list[bytes] = []

    def write(self, part: bytes) -> int:
        self.parts.append(bytes(part))
        return len(part)

    def flush(self) -> None:
        """Do nothing: what was written is there."""


def write_parquet(frame: pl.DataFrame, metadata: Mapping[str, str] | None = None) -> bytes:
    """Write a table; its statistics let readers skip row groups.

    Args:
        frame: Sorted rows in one block of memory, since pages end where blocks end.
        metadata: Texts that the file keeps beside its rows.

    Returns:
        A Parquet file without a time, a host or a path in it.
    """
    sink = _Bytes()
    frame.write_parquet(
        cast("IO[bytes]", sink),
        compression=COMPRESSION,
        compression_level=COMPRESSION_LEVEL,
        statistics=True,
        row_group_size=group_rows(frame.schema),
        metadata=dict(metadata or {}),
    )
    return b"".join(sink.parts)


def group_rows(schema: pl.Schema) -> int:
    """Return how many rows of a table go into one row group, by the types of its columns alone.

    Examples:
        >>> group_rows(pl.Schema({"year": pl.Int32, "gap": pl.Float64}))
        250000
        >>> group_rows(pl.Schema({"grid": pl.List(pl.Float32)}))
        10000
    """
    widths = (
        LIST_BYTES if kind.is_nested() else TEXT_BYTES if kind == pl.String else NUMBER_BYTES
        for kind in schema.dtypes()
    )
    return max(FEWEST_ROWS, ROW_GROUP_BYTES // max(1, sum(widths)))
