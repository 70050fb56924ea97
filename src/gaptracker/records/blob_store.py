"""The bytes of attachments, named by their SHA-256: whole or not there, and private.

What arrives is written under a name that nothing refers to, hashed on the way, and gets its place
only by `keep`. On a disk the place is `sha256/<two digits>/<hash>`; what is not finished
is in `partial`. These are originals of people who may be at risk: files are 0600, folders 0700.
"""

import contextlib
import hashlib
from collections.abc import Generator, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from io import RawIOBase
from pathlib import Path

# fsspec brings no types: the methods of its file systems return `Any`.
from fsspec.core import url_to_fs  # type: ignore[import-untyped]
from fsspec.implementations.local import LocalFileSystem  # type: ignore[import-untyped]

from gaptracker.domain.errors import UnknownName
from gaptracker.records.blob_errors import BlobCorrupt, BlobTooLarge, storage_errors
from gaptracker.records.blob_files import (
    NamedPartial,
    delete_file,
    partial_file,
    sweep,
    unnamed_file,
)

CHUNK_BYTES = 256 * 1024
BLOBS_FOLDER = "sha256"
PARTIAL_FOLDER = "partial"
DIGITS = frozenset("0123456789abcdef")
SHA256_DIGITS = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredBlob:
    """Bytes that are kept: their SHA-256 in lower-case hex, and how many they are."""

    sha256: str
    size: int


class Incoming:
    """Bytes on their way in; without `keep` they are gone when the `with` block ends."""

    def __init__(self, store: "BlobStore", file: RawIOBase, *, limit_bytes: int) -> None:
        """Begin with an empty file; use `BlobStore.incoming`."""
        self._store = store
        self._file = file
        self._limit_bytes = limit_bytes
        self._hash = hashlib.sha256()
        self.size = 0

    @property
    def sha256(self) -> str:
        """The SHA-256 of what has arrived, in lower-case hex."""
        return self._hash.hexdigest()

    @property
    def file(self) -> RawIOBase:
        """What has arrived, to be read from wherever the reader seeks to; write no more then."""
        return self._file

    def write(self, chunk: bytes) -> None:
        """Take the next bytes.

        Raises:
            BlobTooLarge: If there are more of them than the limit; nothing beyond it is written.
            StorageFull: If the storage has no room.
        """
        self.size += len(chunk)
        if self.size > self._limit_bytes:
            raise BlobTooLarge(self._limit_bytes)
        self._hash.update(chunk)
        with storage_errors():
            _write_all(self._file, chunk)

    def keep(self) -> StoredBlob:
        """Give the bytes their place; when this returns, they survive a power cut.

        Raises:
            StorageFull: If the storage has no room.
        """
        blob = StoredBlob(sha256=self.sha256, size=self.size)
        with storage_errors():
            self._store.place(self._file, blob.sha256)
        return blob


class BlobStore:
    """Content-addressed bytes in a folder, or behind an fsspec URL.

    An object store shows an object only when it is whole, and cannot rename: bytes for it wait in
    an unnamed temporary file of this machine, which no kill leaves behind.
    """

    def __init__(self, url: str) -> None:
        """Open a store; it is made when something is first written.

        Args:
            url: A folder, or an fsspec URL such as `s3://bucket/path`.
        """
        self._fs, root = url_to_fs(url)
        self._root = str(root).rstrip("/")
        self._local = isinstance(self._fs, LocalFileSystem)
        self._partial = Path(self._root) / PARTIAL_FOLDER

    @contextlib.contextmanager
    def incoming(self, *, limit_bytes: int) -> Iterator[Incoming]:
        """Take bytes in, to be looked at before they are kept.

        Args:
            limit_bytes: The most bytes that are taken.

        Yields:
            The file in the making; call its `keep` before the block ends.
        """
        with contextlib.ExitStack() as stack:
            with storage_errors():
                opened = partial_file(self._partial) if self._local else unnamed_file()
                file = stack.enter_context(opened)
            yield Incoming(self, file, limit_bytes=limit_bytes)

    def receive(self, chunks: Iterable[bytes], *, limit_bytes: int) -> StoredBlob:
        """Hash and keep a stream, in constant memory; the same content twice is one file.

        Args:
            chunks: The bytes, in pieces of any size.
            limit_bytes: The most bytes that are taken.

        Raises:
            BlobTooLarge: If there are more.
            StorageFull: If the storage has no room. Either way nothing is left behind.
        """
        with self.incoming(limit_bytes=limit_bytes) as incoming:
            for chunk in chunks:
                incoming.write(chunk)
            return incoming.keep()

    def place(self, file: RawIOBase, sha256: str) -> None:
        """Give a written file its name; for `Incoming.keep`.

        A blob that is there already is replaced by the same bytes, which mends a damaged one.
        """
        if isinstance(file, NamedPartial):
            file.move_to(self._place(sha256))
            return
        file.seek(0)
        out = self._fs.open(self._at(sha256), "wb")
        try:
            while chunk := file.read(CHUNK_BYTES):
                out.write(chunk)
        except BaseException:
            out.discard()  # closing, which `with` would do, makes an object of the half
            raise
        out.close()

    def size(self, sha256: str) -> int:
        """Return how many bytes a blob has.

        Raises:
            UnknownName: If there is no such blob.
        """
        with self._known(sha256):
            size: int = self._fs.info(self._at(sha256))["size"]
        return size

    def open(
        self, sha256: str, start: int = 0, length: int | None = None
    ) -> Generator[bytes, None, None]:
        """Open a blob and read it, or a range of it, piece by piece.

        Args:
            sha256: Its hash, lower-case hex.
            start: The first byte, from 0.
            length: How many bytes; None for all that follow. Beyond the end there are none.

        Returns:
            The pieces. The file closes at their end, or when the generator is closed or dropped.

        Raises:
            UnknownName: If there is no such blob; at once, not when the first piece is asked for.
        """
        with self._known(sha256):
            size = self.size(sha256)
            until = size if length is None else min(size, start + length)
            pieces = self._pieces(self._at(sha256), start, until - start)
            # Its first, empty piece opens the file: a generator that never ran closes nothing.
            next(pieces)
        return pieces

    def verify(self, sha256: str) -> StoredBlob:
        """Hash a blob again.

        Raises:
            BlobCorrupt: If it is not what was kept.
            UnknownName: If there is no such blob.
        """
        found, size = hashlib.sha256(), 0
        for piece in self.open(sha256):
            found.update(piece)
            size += len(piece)
        if found.hexdigest() != sha256:
            raise BlobCorrupt(
                f"the blob {sha256} is not what was kept: found SHA-256 {found.hexdigest()}; "
                "restore it from a copy"
            )
        return StoredBlob(sha256=sha256, size=size)

    def delete(self, sha256: str) -> None:
        """Erase a blob; one that is not there is erased already.

        The caller makes sure that no other attachment has the same content. What a disk's spare
        blocks, an object store's older versions and backups hold is beyond this program.
        """
        place = self._at(sha256)
        if self._local:
            delete_file(Path(place))
            return
        with contextlib.suppress(FileNotFoundError):
            self._fs.rm_file(place)

    def sweep_partial(self, older_than: datetime) -> int:
        """Remove what killed processes were writing.

        Args:
            older_than: Files not written to since then, an aware time; choose it further back
                than the slowest upload may take.

        Returns:
            How many were removed.
        """
        if not self._local:
            return 0
        return sweep(self._partial, older_than)

    def _pieces(self, place: str, start: int, length: int) -> Generator[bytes, None, None]:
        with self._fs.open(place, "rb") as file:
            yield b""
            file.seek(start)
            while length > 0 and (piece := file.read(min(CHUNK_BYTES, length))):
                length -= len(piece)
                yield piece

    @contextlib.contextmanager
    def _known(self, sha256: str) -> Iterator[None]:
        try:
            yield
        except FileNotFoundError:
            raise UnknownName("blob", sha256) from None

    def _at(self, sha256: str) -> str:
        if len(sha256) != SHA256_DIGITS or not set(sha256) <= DIGITS:
            raise UnknownName("blob", sha256, expected="64 lower-case hex digits")
        return f"{self._root}/{BLOBS_FOLDER}/{sha256[:2]}/{sha256}"

    def _place(self, sha256: str) -> Path:
        return Path(self._at(sha256))


def _write_all(file: RawIOBase, chunk: bytes) -> None:
    """Write every byte; an unbuffered file takes what fits and says how much that was."""
    rest = memoryview(chunk)
    while rest:
        rest = rest[file.write(rest) :]
