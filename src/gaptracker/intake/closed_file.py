"""A file that is encrypted on the disk, as its readers want it: seekable, plain, never in full.

What is plain exists in the memory of whoever reads it, a chunk at a time, and on no disk.
"""

import io
from typing import BinaryIO, cast

from gaptracker.custody.chunk_reader import CHUNK_BYTES, ChunkReader


class ClosedFile(io.RawIOBase):
    """The plain bytes of a closed file."""

    def __init__(self, reader: ChunkReader) -> None:
        """Begin at the file's start."""
        self._reader = reader
        self._place = 0

    def readable(self) -> bool:
        """Say yes."""
        return True

    def seekable(self) -> bool:
        """Say yes."""
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Go to a place; before the start is the start."""
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._place, io.SEEK_END: self._reader.size}
        self._place = max(0, base[whence] + offset)
        return self._place

    def tell(self) -> int:
        """Return the place."""
        return self._place

    # The buffer is whatever `io` hands in; its own types call it so.
    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        """Fill a buffer as far as the chunk at hand goes."""
        piece = self._reader.read(self._place, len(buffer))
        buffer[: len(piece)] = piece
        self._place += len(piece)
        return len(piece)


def open_closed(file: BinaryIO | io.RawIOBase, key: bytes) -> BinaryIO:
    """Open a closed file whose own key is known.

    Args:
        file: The closed bytes, seekable; nothing else may move it meanwhile.
        key: The key of this one file, from `ChunkReader.key` or `Closing.key`.
    """

    def read_at(start: int, length: int) -> bytes:
        file.seek(start)
        pieces = []
        while length > 0 and (piece := file.read(length)):
            pieces.append(piece)
            length -= len(piece)
        return b"".join(pieces)

    plain = ClosedFile(ChunkReader(key, file.seek(0, io.SEEK_END), read_at))
    return cast("BinaryIO", io.BufferedReader(plain, CHUNK_BYTES))
