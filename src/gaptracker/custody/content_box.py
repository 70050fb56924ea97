"""Content at rest: encrypted under a key that is not where the content is.

What a submission says beside its public parts is for its organisation and its reviewers. Whoever
gets hold of the database, its journal or a backup, and not of the key, reads nothing of it. What
only custodians may read is sealed to their keys instead (`sealing.py`), and no key of this program
opens that.
"""

from base64 import b64decode, b64encode
from collections.abc import Callable

from nacl.bindings import (
    crypto_aead_xchacha20poly1305_ietf_decrypt,
    crypto_aead_xchacha20poly1305_ietf_encrypt,
    crypto_aead_xchacha20poly1305_ietf_KEYBYTES,
    crypto_aead_xchacha20poly1305_ietf_NPUBBYTES,
)
from nacl.exceptions import CryptoError

from gaptracker.domain.errors import KeyUnreadable, SealUnopened

PREFIX = "box1:"
KEY_BYTES = crypto_aead_xchacha20poly1305_ietf_KEYBYTES
NONCE_BYTES = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES


class ContentBox:
    """Closes and opens texts under one key (XChaCha20-Poly1305)."""

    def __init__(self, key: bytes, random: Callable[[int], bytes]) -> None:
        """Take the key, of 32 bytes, and a source of nonces.

        Raises:
            KeyUnreadable: If the key has another length.
        """
        if len(key) != KEY_BYTES:
            raise KeyUnreadable(f"a content key of {len(key)} bytes came; expected {KEY_BYTES}")
        self._key = key
        self._random = random

    def close(self, text: str, place: str) -> str:
        """Encrypt a text for one place, so that it opens nowhere else.

        Args:
            text: Any text.
            place: Which value it is, as `revision sub_… 1`; bound to the text, not hidden.

        Examples:
            >>> box = ContentBox(bytes(32), lambda count: b"n" * count)
            >>> box.open(box.close("said in confidence", "here"), "here")
            'said in confidence'
        """
        nonce = self._random(NONCE_BYTES)
        closed = crypto_aead_xchacha20poly1305_ietf_encrypt(
            text.encode(), place.encode(), nonce, self._key
        )
        return PREFIX + b64encode(nonce + closed).decode()

    def open(self, closed: str, place: str) -> str:
        """Decrypt what was closed for this place.

        Raises:
            SealUnopened: If it was closed under another key or for another place, or was changed.
        """
        try:
            if not closed.startswith(PREFIX):
                raise ValueError(PREFIX)
            bytes_ = b64decode(closed.removeprefix(PREFIX), validate=True)
            opened = crypto_aead_xchacha20poly1305_ietf_decrypt(
                bytes_[NONCE_BYTES:], place.encode(), bytes_[:NONCE_BYTES], self._key
            )
        except (CryptoError, ValueError, TypeError) as error:
            raise SealUnopened(
                f"{place} does not open with this installation's content key; set "
                "GAPTRACKER_CONTENT_KEY_FILE to the file it was written under"
            ) from error
        return opened.decode()
