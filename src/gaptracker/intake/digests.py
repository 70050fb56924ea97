"""`Repr-Digest` (RFC 9530): the sender says what it sent, the server what it serves."""

import base64
import binascii
import hashlib
import re
from collections.abc import Mapping
from io import RawIOBase
from typing import BinaryIO

from gaptracker.domain.errors import GapTrackerError

# Algorithms that RFC 9530 calls active, with the bytes of their digests.
DIGEST_BYTES = {"sha-256": 32, "sha-512": 64}
MOST_CHARACTERS = 2_000
CHUNK_BYTES = 256 * 1024
KEY = r"[a-z*][a-z0-9_.*-]*"
# RFC 8941: a dictionary whose members are byte sequences; other values are read over. Parameters
# are allowed and mean nothing here.
BARE_ITEM = (
    r":[A-Za-z0-9+/=]*:|\"(?:[ !#-\[\]-~]|\\[\"\\])*\"|\?[01]|-?[0-9]{1,15}(?:\.[0-9]{1,3})?"
)
TOKEN = r"[A-Za-z*][!#$%&'*+.^_`|~0-9A-Za-z:/-]*"  # noqa: S105 - a token of RFC 8941
VALUE = rf"(?:{BARE_ITEM}|{TOKEN})"
MEMBER = re.compile(rf"(?P<key>{KEY})(?:=(?P<value>{VALUE}))?(?:; *{KEY}(?:={VALUE})?)*")
COMMA = re.compile(r"[ \t]*,[ \t]*")


class MalformedDigest(GapTrackerError, ValueError):
    """A `Repr-Digest` that cannot be read or used."""


def parse_repr_digest(header: str) -> Mapping[str, bytes]:
    """Read a `Repr-Digest` header.

    Args:
        header: Its value; several headers of the name are joined with commas.

    Returns:
        Digest by algorithm, `sha-256` and `sha-512` only; at least one of them.

    Raises:
        MalformedDigest: If it is no dictionary of byte sequences, a digest is too short or too
            long, or none is by an algorithm that is checked here: its sender would believe that
            something was checked.

    Examples:
        >>> parse_repr_digest("md5=:AA==:, sha-256=:" + "A" * 43 + "=:")["sha-256"] == bytes(32)
        True
    """
    text = header.strip(" ")
    members = {} if len(text) > MOST_CHARACTERS else dict(_members(text))
    found = {name: _digest(name, members[name]) for name in DIGEST_BYTES if name in members}
    if not found:
        raise MalformedDigest(_expected("no digest by sha-256 or sha-512 was found"))
    return found


def write_repr_digest(sha256: str) -> str:
    """Return the header's value for a SHA-256 in hex.

    Examples:
        >>> write_repr_digest("00" * 32)
        'sha-256=:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=:'
    """
    return f"sha-256=:{base64.b64encode(bytes.fromhex(sha256)).decode('ascii')}:"


def digests_agree(expected: Mapping[str, bytes], sha256: str, file: BinaryIO | RawIOBase) -> bool:
    """Say whether content is what its sender said, by every digest that was sent.

    Args:
        expected: From `parse_repr_digest`.
        sha256: Of the content, in hex, as made while it arrived.
        file: The content, seekable; read again only if its sender sent a SHA-512.
    """
    if "sha-512" in expected and _sha512(file) != expected["sha-512"]:
        return False
    return expected.get("sha-256", bytes.fromhex(sha256)) == bytes.fromhex(sha256)


def _sha512(file: BinaryIO | RawIOBase) -> bytes:
    found = hashlib.sha512()
    file.seek(0)
    while piece := file.read(CHUNK_BYTES):
        found.update(piece)
    return found.digest()


def _members(text: str) -> list[tuple[str, str]]:
    """Split a dictionary; where a key comes twice, the last one counts (RFC 8941, 4.2.2)."""
    members, place = [], 0
    while True:
        member = MEMBER.match(text, place)
        if member is None:
            raise MalformedDigest(_expected("it is no dictionary"))
        members.append((member["key"], member["value"] or ""))
        place = member.end()
        if place == len(text):
            return members
        comma = COMMA.match(text, place)
        if comma is None:
            raise MalformedDigest(_expected("it is no dictionary"))
        place = comma.end()


def _digest(name: str, value: str) -> bytes:
    if not value.startswith(":"):
        raise MalformedDigest(_expected(f"{name} is no byte sequence"))
    try:
        digest = base64.b64decode(value[1:-1], validate=True)
    except binascii.Error:
        raise MalformedDigest(_expected(f"{name} is not Base64")) from None
    if len(digest) != DIGEST_BYTES[name]:
        raise MalformedDigest(
            _expected(f"{name} has {len(digest)} bytes instead of {DIGEST_BYTES[name]}")
        )
    return digest


def _expected(found: str) -> str:
    return f"Repr-Digest cannot be used: {found}; expected sha-256=:<Base64 of 32 bytes>:"
