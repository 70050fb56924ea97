"""Files that only this process sees: what is asked for often, and need not be held in memory.

A scratch file has no name once it is open, so that nobody can change or replace it, and it is gone
with its last reader, however the process ends. What is written into it was verified before; there
is nothing to verify again.
"""

import contextlib
import ctypes
import mmap
import os
import re
import tempfile
import weakref
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

# What was looked at through a view stays in the process's memory until it is let go of; the system
# keeps it as long as it has room.
LET_GO_BYTES = 4 << 20
# The number of this setting in glibc's malloc.h.
M_ARENA_MAX = -8
# What this process has in memory, stretch by stretch, where the system tells; see proc(5).
OWN_MEMORY = Path("/proc/self/smaps")
# The line that begins a stretch: where it is, what may be done with it, and the number of its file.
STRETCH = re.compile(r"([0-9a-f]+)-([0-9a-f]+) (\S{4}) \S+ \S+ (\d+)")
CODE = "r-xp"
# Code of less would save little, and a small library might be another one by the time it is let go.
LARGE_BYTES = 16 << 20


class ScratchFile:
    """Bytes that are written once, one after the other, and read in parts.

    It lies in the folder for temporary files, `TMPDIR`; where that is kept in memory, so is it.
    """

    def __init__(self) -> None:
        """Open an empty file."""
        with tempfile.TemporaryFile(prefix="gaptracker-") as file:
            self.descriptor = os.dup(file.fileno())
        # Closed when nobody holds it any more: a reader of an old release may still be at it.
        weakref.finalize(self, os.close, self.descriptor)
        self.size_bytes = 0
        self._map: mmap.mmap | None = None
        self._looked_at_bytes = 0

    def append(self, content: bytes) -> int:
        """Write bytes at the end and return the place of the first.

        Raises:
            OSError: If the disk is full.
        """
        start, left = self.size_bytes, memoryview(content)
        while left:
            written = os.pwrite(self.descriptor, left, self.size_bytes)
            self.size_bytes += written
            left = left[written:]
        return start

    def read(self, start: int, stop: int) -> bytes:
        """Return the bytes from one place up to another, which is not among them."""
        return os.pread(self.descriptor, stop - start, start)

    def view(self, start: int, stop: int) -> memoryview:
        """Return the bytes from one place up to another without copying them; for long parts.

        Ends of a short part would be in memory with it, some 64 kB: take those by `read`.
        """
        if start == stop:
            return memoryview(b"")
        mapped = self._map
        if mapped is None or len(mapped) < stop:
            # An older map lives on as long as somebody has a view of it.
            mapped = self._map = mmap.mmap(
                self.descriptor, self.size_bytes, access=mmap.ACCESS_READ
            )
        self._looked_at_bytes += stop - start
        if self._looked_at_bytes > LET_GO_BYTES and hasattr(mmap, "MADV_DONTNEED"):
            self._looked_at_bytes = 0
            mapped.madvise(mmap.MADV_DONTNEED)
        return memoryview(mapped)[start:stop]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """The bytes of a scratch file from one place up to another, which is not among them."""

    file: ScratchFile
    start: int
    stop: int

    def view(self) -> memoryview:
        """Return the bytes without copying them."""
        return self.file.view(self.start, self.stop)


def share_memory_among_threads() -> None:
    """Let threads share two heaps, where the C library can be told to; call it before they start.

    Else each of a server's twenty threads keeps one of its own, and what was freed in it.
    """
    with contextlib.suppress(AttributeError, OSError):
        ctypes.CDLL(None).mallopt(M_ARENA_MAX, 2)


def give_back_memory() -> None:
    """Give memory that is free or not needed now back to the system, where it can be told to.

    After a release was loaded: what it took meanwhile is many times what it takes to serve it. So
    it is with code: of Polars, forty megabytes load a release, and few answer what is asked of it.
    """
    with contextlib.suppress(AttributeError, OSError):
        library = ctypes.CDLL(None)
        library.malloc_trim(0)
        for start, stop in _code():
            place, size = ctypes.c_void_p(start), ctypes.c_size_t(stop - start)
            library.madvise(place, size, mmap.MADV_DONTNEED)


def _code() -> Iterator[tuple[int, int]]:
    """Yield where large code lies in memory as it is in its file: it comes back when it is run."""
    lines = OWN_MEMORY.read_text().splitlines() if OWN_MEMORY.exists() else ()
    place: tuple[int, int] | None = None
    for line in lines:
        if begun := STRETCH.match(line):
            start, stop = int(begun[1], 16), int(begun[2], 16)
            is_code = begun[3] == CODE and begun[4] != "0"
            place = (start, stop) if is_code and stop - start >= LARGE_BYTES else None
        # Anonymous is what was written since: nobody else has it.
        elif place is not None and line.split()[:2] == ["Anonymous:", "0"]:
            yield place
