"""Signed notes: a text with Ed25519 signatures under it, in C2SP's format, and their keys.

References:
    C2SP signed-note: text, signature lines, key hash, and both texts of an Ed25519 key.
"""

from base64 import b64encode
from dataclasses import dataclass, field
from hashlib import sha256

from nacl.exceptions import BadSignatureError
from nacl.signing import SigningKey, VerifyKey

from gaptracker.custody.keys import checked_name, key_parts, strict_base64
from gaptracker.domain.errors import (
    CheckpointMalformed,
    KeyUnreadable,
    SignatureMissing,
    SignatureWrong,
)

PRIVATE_PREFIX = "PRIVATE+KEY+"
ED25519 = b"\x01"
KEY_BYTES = 32
KEY_HASH_BYTES = 4
MOST_CHARACTERS = 65_536
MOST_SIGNATURES = 100
SIGNATURE_START = "— "


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifierKey:
    """A log's public key: whoever has it from the log's owner can check what the log says."""

    name: str
    public: bytes

    @property
    def key_hash(self) -> bytes:
        """The four bytes by which a signature names its key; they only sort, and prove nothing."""
        named = self.name.encode() + b"\n" + ED25519 + self.public
        return sha256(named).digest()[:KEY_HASH_BYTES]

    def encode(self) -> str:
        """Write the key as one line, `name+hash+base64`."""
        return _key_text(self, self.public)

    @classmethod
    def parse(cls, text: str) -> "VerifierKey":
        """Read the line that `encode` writes.

        Raises:
            KeyUnreadable: If it is another text, or damaged.
        """
        name, written, public = _key_bytes(text, prefix="", kind="a log's verifier key")
        return _agreeing(cls(name=name, public=public), written)


@dataclass(frozen=True, slots=True, kw_only=True)
class LogKey:
    """A log's private key. It is not shown when the value is printed."""

    name: str
    seed: bytes = field(repr=False)

    @classmethod
    def generate(cls, name: str) -> "LogKey":
        """Make a new key for a log of this name.

        Raises:
            InvalidValue: If the name cannot be one.
        """
        return cls(name=checked_name(name), seed=bytes(SigningKey.generate()))

    @property
    def verifier(self) -> VerifierKey:
        """The public key that belongs to it."""
        return VerifierKey(name=self.name, public=bytes(SigningKey(self.seed).verify_key))

    def encode(self) -> str:
        """Write the key as one line, which whoever reads it can sign with."""
        return PRIVATE_PREFIX + _key_text(self.verifier, self.seed)

    @classmethod
    def parse(cls, text: str) -> "LogKey":
        """Read the line that `encode` writes.

        Raises:
            KeyUnreadable: If it is another text, or damaged.
        """
        name, written, seed = _key_bytes(text, prefix=PRIVATE_PREFIX, kind="a log's private key")
        key = cls(name=name, seed=seed)
        _agreeing(key.verifier, written)
        return key


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteSignature:
    """One signature line under a text."""

    name: str
    key_hash: bytes
    signature: bytes


def sign_note(text: str, key: LogKey) -> str:
    """Put a signature under a text that ends with a line break."""
    signature = SigningKey(key.seed).sign(text.encode()).signature
    blob = b64encode(key.verifier.key_hash + signature).decode()
    return f"{text}\n{SIGNATURE_START}{key.name} {blob}\n"


def verify_note(note: str, verifier: VerifierKey) -> str:
    """Return the text of a note, once it is known to be signed by a key.

    Lines by other keys are passed over, as the signed note asks.

    Raises:
        CheckpointMalformed: If it is no signed note.
        SignatureMissing: If that key has not signed it.
        SignatureWrong: If a line says it was that key, and it was not.
    """
    text, signatures = parse_note(note)
    own = [
        each.signature
        for each in signatures
        if each.name == verifier.name and each.key_hash == verifier.key_hash
    ]
    if not own:
        msg = (
            f"the text is not signed by the key {verifier.name}+{verifier.key_hash.hex()}; "
            "ask the log's owner which key is the log's"
        )
        raise SignatureMissing(msg)
    for signature in own:
        try:
            VerifyKey(verifier.public).verify(text.encode(), signature)
        except (BadSignatureError, ValueError):
            msg = f"the signature under the name {verifier.name} is not by its key: do not trust it"
            raise SignatureWrong(msg) from None
    return text


def parse_note(note: str) -> tuple[str, list[NoteSignature]]:
    """Take a note apart into its text and its signatures, WITHOUT checking them.

    Raises:
        CheckpointMalformed: If it is no signed note.
    """
    if len(note) > MOST_CHARACTERS or not all(_is_plain(sign) for sign in note):
        msg = (
            f"the text is longer than {MOST_CHARACTERS} characters, or holds control characters "
            "or half ones; copy it again as plain text"
        )
        raise CheckpointMalformed(msg)
    text, blank, below = note.rpartition("\n\n")
    lines = below.removesuffix("\n").split("\n")
    if not (blank and text and below.endswith("\n") and len(lines) <= MOST_SIGNATURES):
        msg = "the text is no signed note; lines, an empty line and signature lines are expected"
        raise CheckpointMalformed(msg)
    return f"{text}\n", [_signature_of(line) for line in lines]


def _signature_of(line: str) -> NoteSignature:
    """Read one line `— name base64(key hash, signature)`."""
    name, space, blob = line.removeprefix(SIGNATURE_START).partition(" ")
    try:
        decoded = strict_base64(blob)
    except ValueError:
        decoded = b""
    if not (line.startswith(SIGNATURE_START) and name and space and len(decoded) > KEY_HASH_BYTES):
        msg = "a signature line is not of the form '— name base64'; copy the whole text again"
        raise CheckpointMalformed(msg)
    return NoteSignature(
        name=name, key_hash=decoded[:KEY_HASH_BYTES], signature=decoded[KEY_HASH_BYTES:]
    )


def _key_text(verifier: VerifierKey, key: bytes) -> str:
    return f"{verifier.name}+{verifier.key_hash.hex()}+{b64encode(ED25519 + key).decode()}"


def _key_bytes(text: str, *, prefix: str, kind: str) -> tuple[str, str, bytes]:
    """Return name, fingerprint as written, and the 32 bytes of an Ed25519 key text."""
    name, written, blob = key_parts(text, prefix=prefix, kind=kind)
    if blob[:1] != ED25519 or len(blob) != 1 + KEY_BYTES:
        msg = f"the text is not {kind} for Ed25519, the only kind known here"
        raise KeyUnreadable(msg)
    return name, written, blob[1:]


def _agreeing(verifier: VerifierKey, written: str) -> VerifierKey:
    """Return the key, once its fingerprint is known to be the one written beside it."""
    if verifier.key_hash.hex() != written:
        msg = "name, fingerprint and key of the text do not belong together; copy it again"
        raise KeyUnreadable(msg)
    return verifier


def _is_plain(sign: str) -> bool:
    """Say whether a signed text may hold this character."""
    return sign == "\n" or (sign >= " " and not "\ud800" <= sign <= "\udfff")
