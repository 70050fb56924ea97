"""Sealing: encrypted on arrival to every custodian's public key, so that no server can read it.

A sealed copy opens only with a private key that its custodian keeps elsewhere. It does not say who
sealed it, nor how long the content is: that is filled up to one of few sizes first.
"""

import hmac
from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

from nacl.exceptions import CryptoError
from nacl.public import PrivateKey, PublicKey, SealedBox

from gaptracker.custody.keys import checked_name, key_parts
from gaptracker.domain.errors import InvalidValue, KeyUnreadable, SealUnopened

PUBLIC_PREFIX = "CUSTODIAN+"
PRIVATE_PREFIX = "PRIVATE+CUSTODIAN+"
X25519 = b"\x02"
KEY_BYTES = 32
FINGERPRINT_DIGITS = 32

LENGTH_BYTES = 4
LEAST_BYTES = 4_096
"""A name, contacts and a page of notes: what nearly every identity fits into."""
MOST_BYTES = 32 * 2**20


@dataclass(frozen=True, slots=True, kw_only=True)
class CustodianKey:
    """A custodian's public key."""

    name: str
    public: bytes

    def __post_init__(self) -> None:
        """Refuse what cannot be a key."""
        checked_name(self.name)
        if len(self.public) != KEY_BYTES:
            msg = f"a public key of {len(self.public)} bytes came; {KEY_BYTES} are expected"
            raise InvalidValue(msg)
        try:
            # Some numbers encrypt to nobody, or to everybody; libsodium refuses them.
            SealedBox(PublicKey(self.public)).encrypt(b"")
        except CryptoError:
            msg = f"the key of {self.name} is none that can be sealed to; make one with keygen"
            raise InvalidValue(msg) from None

    @property
    def fingerprint(self) -> str:
        """What two people compare: the start of SHA-256 over name and key, in 32 digits."""
        named = self.name.encode() + b"\n" + X25519 + self.public
        return sha256(named).hexdigest()[:FINGERPRINT_DIGITS]

    def encode(self) -> str:
        """Write the key as one line, `CUSTODIAN+name+fingerprint+base64`."""
        return f"{PUBLIC_PREFIX}{self.name}+{self.fingerprint}+{_text(self.public)}"

    @classmethod
    def parse(cls, text: str) -> "CustodianKey":
        """Read the line that `encode` writes.

        Raises:
            KeyUnreadable: If it is another text, or damaged.
        """
        name, written, public = _key_bytes(text, PUBLIC_PREFIX, "a custodian's public key")
        try:
            return _agreeing(cls(name=name, public=public), written)
        except InvalidValue as error:
            raise KeyUnreadable(str(error)) from error


@dataclass(frozen=True, slots=True, kw_only=True)
class SealedCopy:
    """Sealed content for one custodian.

    Attributes:
        custodian: The custodian's name.
        fingerprint: Of the key it was sealed to, which may have been replaced since.
        ciphertext: Nothing in it is telling, its length included.
    """

    custodian: str
    fingerprint: str
    ciphertext: bytes


def generate_custodian(name: str) -> tuple[str, str]:
    """Make a custodian's keys.

    Returns:
        The public text, which the server is given, and the private one, which it never is.

    Raises:
        InvalidValue: If the name cannot be one.
    """
    private = PrivateKey.generate()
    key = CustodianKey(name=name, public=bytes(private.public_key))
    return key.encode(), f"{PRIVATE_PREFIX}{name}+{key.fingerprint}+{_text(bytes(private))}"


def seal(plaintext: bytes, keys: Sequence[CustodianKey]) -> tuple[SealedCopy, ...]:
    """Seal content for each of several custodians, any of whom can open their copy alone.

    Seal the id of what it belongs to along with it: a copy says of itself neither who made it nor
    where it belongs, and whoever can write to the database could put another one in its place.

    Args:
        plaintext: At most 32 MB less four bytes.
        keys: One for each custodian; the same order is returned.

    Raises:
        InvalidValue: If nobody could open it, a key came twice, or the content is too long.
    """
    if not keys:
        msg = "no custodian's key came, so nobody could ever open what is sealed; configure one"
        raise InvalidValue(msg)
    if len({key.public for key in keys}) != len(keys):
        msg = "a custodian's key came twice; pass each once"
        raise InvalidValue(msg)
    filled = _filled(plaintext)
    return tuple(
        SealedCopy(
            custodian=key.name,
            fingerprint=key.fingerprint,
            ciphertext=SealedBox(PublicKey(key.public)).encrypt(filled),
        )
        for key in keys
    )


def unseal(copy: SealedCopy, private_text: str) -> bytes:
    """Open a copy with its custodian's private key.

    Raises:
        KeyUnreadable: If the text is no private key of a custodian.
        SealUnopened: If the copy is for another key, or was damaged or altered.
    """
    name, written, private = _key_bytes(private_text, PRIVATE_PREFIX, "a custodian's private key")
    opener = PrivateKey(private)
    key = _agreeing(CustodianKey(name=name, public=bytes(opener.public_key)), written)
    if key.fingerprint != copy.fingerprint:
        msg = (
            f"the copy is sealed for the key {copy.fingerprint} of {copy.custodian}, "
            f"and the key {key.fingerprint} of {name} came; use the copy that is for this key"
        )
        raise SealUnopened(msg)
    try:
        return _emptied(SealedBox(opener).decrypt(copy.ciphertext))
    except (CryptoError, ValueError):
        msg = f"the copy for {name} does not open: its bytes are not those that were sealed"
        raise SealUnopened(msg) from None


def _filled(plaintext: bytes) -> bytes:
    """Put the length in front and zeros behind, up to the next power of two."""
    needed = LENGTH_BYTES + len(plaintext)
    if needed > MOST_BYTES:
        msg = (
            f"{len(plaintext)} bytes are too many to seal; the most is {MOST_BYTES - LENGTH_BYTES}"
        )
        raise InvalidValue(msg)
    size = max(LEAST_BYTES, 1 << (needed - 1).bit_length())
    return len(plaintext).to_bytes(LENGTH_BYTES, "big") + plaintext.ljust(
        size - LENGTH_BYTES, b"\x00"
    )


def _emptied(filled: bytes) -> bytes:
    """Take the content out of what `_filled` made."""
    length = int.from_bytes(filled[:LENGTH_BYTES], "big")
    plaintext = filled[LENGTH_BYTES : LENGTH_BYTES + length]
    if not hmac.compare_digest(_filled(plaintext), filled):
        msg = "what was sealed was not filled up as it should be"
        raise ValueError(msg)
    return plaintext


def _text(key: bytes) -> str:
    return b64encode(X25519 + key).decode()


def _key_bytes(text: str, prefix: str, kind: str) -> tuple[str, str, bytes]:
    """Return name, fingerprint as written, and the 32 bytes of a custodian's key text."""
    name, written, blob = key_parts(text, prefix=prefix, kind=kind)
    if blob[:1] != X25519 or len(blob) != 1 + KEY_BYTES:
        msg = f"the text is not {kind} for X25519, the only kind known here"
        raise KeyUnreadable(msg)
    return name, written, blob[1:]


def _agreeing(key: CustodianKey, written: str) -> CustodianKey:
    """Return the key, once its fingerprint is known to be the one written beside it."""
    if key.fingerprint != written:
        msg = "name, fingerprint and key of the text do not belong together; copy it again"
        raise KeyUnreadable(msg)
    return key
