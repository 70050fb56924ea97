"""Files at rest: encrypted in chunks under one key, so that a range can be read alone.

Each file has a key of its own, made from the content key and a salt in its header. Chunk n of a
file is closed with XChaCha20-Poly1305 under a nonce that holds n and whether it is the last one:
chunks can neither be moved, left out nor cut off. The header binds the salt to the file's name and
size, so no file can stand in another's place. The name is a keyed hash of the content: whoever has
the disk and not the key cannot look whether a known document is there.
"""

import hashlib
import hmac
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from nacl.bindings import crypto_aead_xchacha20poly1305_ietf_encrypt

from gaptracker.custody.chunk_reader import (
    CHUNK_BYTES,
    HEADER_BYTES,
    MAGIC,
    SALT_BYTES,
    TAG_BYTES,
    ChunkReader,
    ReadAt,
    nonce_of,
    plain_size,
)
from gaptracker.domain.errors import KeyUnreadable, SealUnopened

KEY_BYTES = 32


class ChunkBox:
    """Names, closes and opens files under one key."""

    def __init__(self, key: bytes, random: Callable[[int], bytes]) -> None:
        """Take the content key, of 32 bytes, and a source of salts.

        Raises:
            KeyUnreadable: If the key has another length.
        """
        if len(key) != KEY_BYTES:
            raise KeyUnreadable(f"a content key of {len(key)} bytes came; expected {KEY_BYTES}")
        # Keys of their own for each use, and none that encrypts texts (`content_box`).
        self._names, self._files, self._headers = (
            hmac.digest(key, b"gaptracker blob " + use, hashlib.sha256)
            for use in (b"names", b"files", b"headers")
        )
        self._random = random

    def name_of(self, sha256: str) -> str:
        """Return the name of content by its SHA-256 in hex; 64 hex digits, too.

        Examples:
            >>> box = ChunkBox(bytes(32), bytes)
            >>> box.name_of("00" * 32)[:8]
            'a3c7ad5c'
        """
        return hmac.digest(self._names, sha256.encode(), hashlib.sha256).hex()

    def begin(self) -> "Closing":
        """Begin a new file, under a key that no other file has."""
        salt = self._random(SALT_BYTES)
        return Closing(salt=salt, key=self._file_key(salt))

    def header(self, closing: "Closing", name: str) -> bytes:
        """Return the first bytes of a finished file, which bind it to its name and size."""
        return MAGIC + closing.salt + self._tag(closing.salt, name, closing.size)

    def open(self, name: str, closed_bytes: int, read_at: ReadAt) -> "ChunkReader":
        """Open a closed file.

        Args:
            name: Its name, from `name_of`.
            closed_bytes: How long the closed file is.
            read_at: Reads from it.

        Raises:
            SealUnopened: If the file is another's, was cut, or was closed under another key.
        """
        header = read_at(0, HEADER_BYTES)
        salt, tag = header[len(MAGIC) : -TAG_BYTES], header[-TAG_BYTES:]
        size = plain_size(closed_bytes)
        if header[: len(MAGIC)] != MAGIC or not hmac.compare_digest(
            tag, self._tag(salt, name, size)
        ):
            raise SealUnopened(
                "a stored file does not open with this installation's content key, or is damaged; "
                "restore it from a copy, and check GAPTRACKER_CONTENT_KEY_FILE"
            )
        return ChunkReader(self._file_key(salt), closed_bytes, read_at)

    def _file_key(self, salt: bytes) -> bytes:
        return hmac.digest(self._files, salt, hashlib.sha256)

    def _tag(self, salt: bytes, name: str, size: int) -> bytes:
        return hmac.digest(self._headers, salt + f"{size} {name}".encode(), hashlib.sha256)


@dataclass(slots=True, kw_only=True)
class Closing:
    """A file on its way into the box: plain bytes in, closed chunks out."""

    salt: bytes
    key: bytes
    size: int = 0
    index: int = 0
    rest: bytes = b""

    def add(self, piece: bytes) -> Iterator[bytes]:
        """Take plain bytes and give the chunks that are full; the last one waits for `finish`."""
        self.size += len(piece)
        held = memoryview(self.rest + piece if self.rest else piece)
        while len(held) > CHUNK_BYTES:
            yield self._closed(held[:CHUNK_BYTES], last=False)
            held = held[CHUNK_BYTES:]
        self.rest = bytes(held)

    def finish(self) -> bytes:
        """Give the last chunk, which says that it is the last."""
        return self._closed(self.rest, last=True)

    def _closed(self, chunk: bytes | memoryview, *, last: bool) -> bytes:
        nonce = nonce_of(self.index, last=last)
        self.index += 1
        closed: bytes = crypto_aead_xchacha20poly1305_ietf_encrypt(
            bytes(chunk), None, nonce, self.key
        )
        return closed
