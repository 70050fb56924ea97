"""The bytes of attachments, named by their content: whole or not there, and private.

What arrives is written under a name that nothing refers to, hashed on the way, and gets its place
only by `keep`. On a disk the place is `blobs/<two digits>/<name>`; what is not finished
is in `partial`. These are originals of people who may be at risk: files are 0600, folders 0700,
and with a `ChunkBox` no plain byte reaches the disk and no name tells what the content is.
"""

import contextlib
import hashlib
import tempfile
from collections.abc import Generator, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from io import RawIOBase
from pathlib import Path
from typing import BinaryIO

# fsspec brings no types: the methods of its file systems return `Any`.
from fsspec.core import url_to_fs  # type: ignore[import-untyped]
from fsspec.implementations.local import LocalFileSystem  # type: ignore[import-untyped]

from gaptracker.custody.chunk_box import ChunkBox
from gaptracker.custody.chunk_reader import HEADER_BYTES, ChunkReader, plain_size
from gaptracker.domain.errors import SealUnopened, UnknownName
from gaptracker.records.blob_errors import BlobCorrupt, BlobTooLarge, storage_errors
from gaptracker.records.blob_files import (
    NamedPartial,
    delete_file,
    partial_file,
    sweep,
    unnamed_file,
)

CHUNK_BYTES = 256 * 1024
BLOBS_FOLDER = "blobs"
PARTIAL_FOLDER = "partial"
DIGITS = frozenset("0123456789abcdef")
SHA256_DIGITS = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredBlob:
    """Bytes that are kept: their SHA-256 in lower-case hex, and how many they are."""

    sha256: str
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosedBytes:
    """A stored file as it is on the disk, and the key of this one file; None if it is plain."""

    file: RawIOBase | BinaryIO
    key: bytes | None


class Incoming:
    """Bytes on their way in; without `keep` they are gone when the `with` block ends."""

    def __init__(self, store: "BlobStore", file: RawIOBase, *, limit_bytes: int) -> None:
        """Begin with an empty file; use `BlobStore.incoming`."""
        self._store = store
        self._file = file
        self._limit_bytes = limit_bytes
        self._hash = hashlib.sha256()
        self._closing = None if store.box is None else store.box.begin()
        self._finished = False
        self.size = 0
        if self._closing is not None:
            with storage_errors():
                _write_all(file, bytes(HEADER_BYTES))

    @property
    def sha256(self) -> str:
        """The SHA-256 of what has arrived, in lower-case hex."""
        return self._hash.hexdigest()

    @property
    def file(self) -> RawIOBase:
        """What has arrived, as it is on the disk; write no more then."""
        self._finish()
        return self._file

    @property
    def key(self) -> bytes | None:
        """The key of this one file, with which `file` can be read; None if it is plain."""
        return None if self._closing is None else self._closing.key

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
            for piece in (chunk,) if self._closing is None else self._closing.add(chunk):
                _write_all(self._file, piece)

    def keep(self) -> StoredBlob:
        """Give the bytes their place; when this returns, they survive a power cut.

        Raises:
            StorageFull: If the storage has no room.
        """
        blob = StoredBlob(sha256=self.sha256, size=self.size)
        self._finish()
        with storage_errors():
            if self._store.box is not None and self._closing is not None:
                self._file.seek(0)
                name = self._store.name_of(blob.sha256)
                _write_all(self._file, self._store.box.header(self._closing, name))
            self._store.place(self._file, blob.sha256)
        return blob

    def _finish(self) -> None:
        if self._closing is not None and not self._finished:
            with storage_errors():
                _write_all(self._file, self._closing.finish())
        self._finished = True


class BlobStore:
    """Content-addressed bytes in a folder, or behind an fsspec URL.

    An object store shows an object only when it is whole, and cannot rename: bytes for it wait in
    an unnamed temporary file of this machine, which no kill leaves behind.
    """

    def __init__(self, url: str, box: ChunkBox | None = None) -> None:
        """Open a store; it is made when something is first written.

        Args:
            url: A folder, or an fsspec URL such as `s3://bucket/path`.
            box: Encrypts and names what is kept; without it, files are plain and their names are
                their SHA-256.
        """
        self.box = box
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

    def name_of(self, sha256: str) -> str:
        """Return the name under which content is kept, which the records may hold openly."""
        _require_digest(sha256)
        return sha256 if self.box is None else self.box.name_of(sha256)

    def is_kept(self, sha256: str) -> bool:
        """Say whether a blob is there."""
        with contextlib.suppress(UnknownName):
            return self.size(sha256) >= 0
        return False

    def size(self, sha256: str) -> int:
        """Return how many plain bytes a blob has.

        Raises:
            UnknownName: If there is no such blob.
        """
        with self._known(sha256):
            stored: int = self._fs.info(self._at(sha256))["size"]
        return stored if self.box is None else plain_size(stored)

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
            SealUnopened: If it was damaged, or closed under another key.
        """
        with self._known(sha256):
            size = self.size(sha256)
            until = size if length is None else min(size, start + length)
            pieces = self._pieces(sha256, start, until - start)
            # Its first, empty piece opens the file: a generator that never ran closes nothing.
            next(pieces)
        return pieces

    @contextlib.contextmanager
    def raw(self, sha256: str) -> Iterator[ClosedBytes]:
        """Open a blob as it is on the disk, for a reader in another process.

        Raises:
            UnknownName: If there is no such blob.
            SealUnopened: If it was damaged, or closed under another key.
        """
        with contextlib.ExitStack() as stack:
            with self._known(sha256):
                file = stack.enter_context(self._fs.open(self._at(sha256), "rb"))
            if not self._local:
                # A process can be handed files of the system only.
                copy = stack.enter_context(tempfile.TemporaryFile())
                while piece := file.read(CHUNK_BYTES):
                    copy.write(piece)
                copy.flush()
                file = copy
            key = None if self.box is None else self._reader(sha256, file).key
            yield ClosedBytes(file=file, key=key)

    def verify(self, sha256: str) -> StoredBlob:
        """Hash a blob again.

        Raises:
            BlobCorrupt: If it is not what was kept.
            UnknownName: If there is no such blob.
        """
        found, size = hashlib.sha256(), 0
        try:
            for piece in self.open(sha256):
                found.update(piece)
                size += len(piece)
        except SealUnopened as error:
            raise BlobCorrupt(f"the blob {sha256} is not what was kept: {error}") from error
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
        self.delete_named(self.name_of(sha256))

    def delete_named(self, name: str) -> None:
        """Erase a blob by the name it is kept under."""
        place = self._under(name)
        if self._local:
            delete_file(Path(place))
            return
        with contextlib.suppress(FileNotFoundError):
            self._fs.rm_file(place)

    def names(self, older_than: datetime) -> Iterator[str]:
        """List the names of blobs that were last kept before a time."""
        try:
            found = self._fs.find(f"{self._root}/{BLOBS_FOLDER}", detail=True)
        except FileNotFoundError:
            return
        for place, about in found.items():
            kept = about.get("LastModified") or about.get("mtime") or about.get("created")
            kept_at = kept.timestamp() if isinstance(kept, datetime) else float(kept)
            if kept_at < older_than.timestamp():
                yield place.rpartition("/")[2]

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

    def _pieces(self, sha256: str, start: int, length: int) -> Generator[bytes, None, None]:
        with self._fs.open(self._at(sha256), "rb") as file:
            reader = None if self.box is None else self._reader(sha256, file)
            yield b""
            if reader is None:
                file.seek(start)
            while length > 0:
                wanted = min(CHUNK_BYTES, length)
                piece = file.read(wanted) if reader is None else reader.read(start, wanted)
                if not piece:
                    return
                start, length = start + len(piece), length - len(piece)
                yield piece

    def _reader(self, sha256: str, file: BinaryIO) -> ChunkReader:
        if self.box is None:
            raise SealUnopened("a plain store has no closed files")

        def read_at(place: int, length: int) -> bytes:
            file.seek(place)
            return file.read(length)

        return self.box.open(self.name_of(sha256), file.seek(0, 2), read_at)

    @contextlib.contextmanager
    def _known(self, sha256: str) -> Iterator[None]:
        try:
            yield
        except FileNotFoundError:
            raise UnknownName("blob", sha256) from None

    def _at(self, sha256: str) -> str:
        return self._under(self.name_of(sha256))

    def _under(self, name: str) -> str:
        return f"{self._root}/{BLOBS_FOLDER}/{name[:2]}/{name}"

    def _place(self, sha256: str) -> Path:
        return Path(self._at(sha256))


def _require_digest(sha256: str) -> None:
    if len(sha256) != SHA256_DIGITS or not set(sha256) <= DIGITS:
        raise UnknownName("blob", sha256, expected="64 lower-case hex digits")


def _write_all(file: RawIOBase, chunk: bytes) -> None:
    """Write every byte; an unbuffered file takes what fits and says how much that was."""
    rest = memoryview(chunk)
    while rest:
        rest = rest[file.write(rest) :]
