"""Opaque ids: a prefix that says what it is, and 128 random bits that say nothing.

No time is in them: an id of published evidence would otherwise tell, to the millisecond, when an
organisation had sent it.
"""

import base64
import re

ID_BYTES = 16
ID_TEXT = re.compile(r"[a-z]{2,4}_[a-z2-7]{26}")


def make_id(prefix: str, random: bytes) -> str:
    """Return an id.

    Args:
        prefix: What the id is of, as `sub`.
        random: 16 bytes from a cryptographic source.

    Examples:
        >>> make_id("sub", bytes(16))
        'sub_aaaaaaaaaaaaaaaaaaaaaaaaaa'
    """
    return f"{prefix}_{base64.b32encode(random).decode().rstrip('=').lower()}"
