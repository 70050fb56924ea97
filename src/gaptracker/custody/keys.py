"""Key texts: one line that says what a key is for, whose it is, and whether it came whole.

All are `name+fingerprint+base64`, the form of the signed note; a private one has words in front
that a scanner of repositories can look for. A damaged line is refused, because the fingerprint
is computed from the rest. No message ever holds the text: it may be the wrong, private one.
"""

import re
from base64 import b64decode, b64encode
from binascii import Error as Base64Error

from gaptracker.domain.errors import InvalidValue, KeyUnreadable

# The signed note allows any text without white space and plus signs; names that nobody can
# mistake for each other are fewer. Slashes and dots make origins such as gaptracker.example/log.
_NAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._/-]{0,126}[A-Za-z0-9])?", re.ASCII)


def checked_name(name: str) -> str:
    """Return a key's name, once it is known to be one.

    Raises:
        InvalidValue: If it is not 1 to 128 of the letters, digits and signs allowed.
    """
    if not _NAME.fullmatch(name):
        msg = (
            f"{name[:40]!r} cannot name a key; 1 to 128 of the letters a to z, digits and . _ / - "
            "are expected, a letter or digit first and last"
        )
        raise InvalidValue(msg)
    return name


def strict_base64(text: str) -> bytes:
    """Decode base64 that is written in the one right way.

    Raises:
        ValueError: If it is not; Python's own reading takes several texts for the same bytes.
    """
    try:
        decoded = b64decode(text, validate=True)
    except Base64Error:
        decoded = None
    if decoded is None or b64encode(decoded).decode() != text:
        msg = "standard base64 with its padding, and nothing else, is expected"
        raise ValueError(msg)
    return decoded


def key_parts(text: str, *, prefix: str, kind: str) -> tuple[str, str, bytes]:
    """Take a key text apart.

    Args:
        text: The line, with or without white space around it.
        prefix: What such a key begins with, `PRIVATE+KEY+`; empty where it begins with its name.
        kind: What is expected, for the message: `a log's verifier key`.

    Returns:
        Name, fingerprint as written, and the bytes.

    Raises:
        KeyUnreadable: If it is no such text.
    """
    line = text.strip()
    # Standard base64 holds plus signs as well, so the last part takes what is left.
    name, *rest = line.removeprefix(prefix).split("+", 2)
    if not line.startswith(prefix) or len(rest) != 2:  # noqa: PLR2004 - fingerprint and bytes
        msg = f"the text is not {kind}: {prefix}name+fingerprint+base64 is expected, on one line"
        raise KeyUnreadable(msg)
    try:
        return checked_name(name), rest[0], strict_base64(rest[1])
    except ValueError as error:
        # The error itself may hold a part of the text.
        del error
        msg = f"the text is not {kind}, or a damaged one; copy the whole line again"
        raise KeyUnreadable(msg) from None
