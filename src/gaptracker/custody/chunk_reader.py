"""Read a closed file (`chunk_box`) with the key of this one file.

Apart from the rest because it is what the readers of hostile files need, in a process that shall
not load more than that.
"""

from collections.abc import Callable

from nacl.bindings import (
    crypto_aead_xchacha20poly1305_ietf_ABYTES,
    crypto_aead_xchacha20poly1305_ietf_decrypt,
)
from nacl.exceptions import CryptoError

from gaptracker.domain.errors import SealUnopened

MAGIC = b"GTCHUNK1"
SALT_BYTES, TAG_BYTES = 32, 32
HEADER_BYTES = len(MAGIC) + SALT_BYTES + TAG_BYTES
CHUNK_BYTES = 64 * 1024
CLOSED_CHUNK_BYTES = CHUNK_BYTES + crypto_aead_xchacha20poly1305_ietf_ABYTES
NONCE_BYTES = 24
INDEX_BYTES = 8

ReadAt = Callable[[int, int], bytes]
"""Reads bytes of a closed file from a place; fewer at its end."""


class ChunkReader:
    """Reads the plain bytes of a closed file from any place, one chunk in memory."""

    def __init__(self, key: bytes, closed_bytes: int, read_at: ReadAt) -> None:
        """Take the file's own key, its closed length, and what reads from it."""
        self.key = key
        self.size = plain_size(closed_bytes)
        self._last = max(0, (self.size - 1) // CHUNK_BYTES)
        self._read_at = read_at
        self._held: tuple[int, bytes] = (-1, b"")

    def read(self, start: int, length: int) -> bytes:
        """Return plain bytes from a place, up to the end of its chunk: fewer than asked for.

        Raises:
            SealUnopened: If the chunk was changed, moved or cut.
        """
        if start >= self.size or length <= 0:
            return b""
        index, offset = divmod(start, CHUNK_BYTES)
        if self._held[0] != index:
            self._held = (index, self._chunk(index))
        return self._held[1][offset : offset + length]

    def _chunk(self, index: int) -> bytes:
        closed = self._read_at(HEADER_BYTES + index * CLOSED_CHUNK_BYTES, CLOSED_CHUNK_BYTES)
        try:
            opened: bytes = crypto_aead_xchacha20poly1305_ietf_decrypt(
                closed, None, nonce_of(index, last=index == self._last), self.key
            )
        except (CryptoError, ValueError) as error:
            raise SealUnopened(
                f"part {index} of a stored file was changed; restore the file from a copy"
            ) from error
        return opened


def plain_size(closed_bytes: int) -> int:
    """Return how many plain bytes a closed file of a length holds.

    Examples:
        >>> plain_size(HEADER_BYTES + CLOSED_CHUNK_BYTES + 16 + 1) - CHUNK_BYTES
        1
    """
    body = max(0, closed_bytes - HEADER_BYTES)
    chunks = -(-body // CLOSED_CHUNK_BYTES)
    return max(0, body - chunks * crypto_aead_xchacha20poly1305_ietf_ABYTES)


def nonce_of(index: int, *, last: bool) -> bytes:
    """Return the nonce of a chunk; never used twice, since every file has a key of its own."""
    end = index.to_bytes(INDEX_BYTES, "big") + bytes([last])
    return end.rjust(NONCE_BYTES, b"\0")
