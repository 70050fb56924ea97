"""Tables as Parquet, the same bytes for the same rows."""

from collections.abc import Mapping
from typing import IO, Final, cast

import polars as pl

# Everything that would otherwise follow the library's defaults or the machine is fixed here.
COMPRESSION: Final = "zstd"
COMPRESSION_LEVEL = 9
ROW_GROUP_ROWS = 100_000


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
        row_group_size=ROW_GROUP_ROWS,
        metadata=dict(metadata or {}),
    )
    return b"".join(sink.parts)
