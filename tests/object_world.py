"""An object store: the outside world's stand-in, under `objects://`, which can be full."""

import errno
import io
from collections.abc import Iterator
from contextlib import contextmanager

import fsspec  # type: ignore[import-untyped]
from fsspec.implementations.memory import MemoryFileSystem  # type: ignore[import-untyped]
from fsspec.spec import AbstractBufferedFile  # type: ignore[import-untyped]


class ObjectFile(AbstractBufferedFile):  # type: ignore[misc]
    """A file that, as in an object store, appears when it is closed."""

    def _initiate_upload(self) -> None:
        self.parts = io.BytesIO()

    def _upload_chunk(self, final: bool = False) -> bool:
        if self.fs.full:
            raise OSError(errno.ENOSPC, "No space left on device")
        self.parts.write(self.buffer.getvalue())
        if final:
            self.fs.pipe_file(self.path, self.parts.getvalue())
        return True

    def discard(self) -> None:
        self.closed = True


class Objects(MemoryFileSystem):  # type: ignore[misc]
    """An object store: the outside world's stand-in, which can be full."""

    protocol = "objects"
    full = False

    def _open(self, path: str, mode: str = "rb", **options: object) -> object:
        if mode == "wb" and "data" not in options:
            return ObjectFile(self, path, mode, block_size=2**18)
        return super()._open(path, mode, **options)


fsspec.register_implementation("objects", Objects, clobber=True)


@contextmanager
def full_objects() -> Iterator[Objects]:
    """The object store while it has no room."""
    objects = fsspec.filesystem("objects")
    objects.full = True
    try:
        yield objects
    finally:
        objects.full = False
