"""Keyed commitments: what the log holds in the place of content.

A commitment binds to content without telling it. Whoever holds the salt and the content can show
that they belong together; whoever has only the commitment cannot even try guesses. Destroying the
salt is how content is forgotten by a log from which nothing can be taken away.
"""

import hmac
from hashlib import sha256

from gaptracker.domain.errors import InvalidValue

SALT_BYTES = 32
"""As long as the hash. One length only: HMAC fills shorter keys with zeros, so that a salt and
the same salt with a zero behind it would make one commitment."""


def commitment(salt: bytes, content: bytes) -> str:
    """Commit to canonical bytes under a salt: HMAC-SHA256, as 64 hexadecimal digits.

    Args:
        salt: `SALT_BYTES` random bytes.
        content: What is committed to, in its canonical form.

    Raises:
        InvalidValue: If the salt has another length.

    References:
        RFC 2104, HMAC.
    """
    return hmac.digest(_checked(salt), content, "sha256").hex()


def commitment_opens(committed: str, salt: bytes, content: bytes) -> bool:
    """Say whether a commitment was made with this salt to these bytes.

    Raises:
        InvalidValue: If the salt has another length than `SALT_BYTES`.
    """
    return hmac.compare_digest(committed.encode(), commitment(salt, content).encode())


def entry_salt(object_salt: bytes, entry: str) -> bytes:
    """Derive the salt of one log entry from the salt of the object that it is about.

    Disclosing it opens this one entry and no other of the object; destroying the object's salt
    closes them all. So the receipt of a submitter does not let them guess what a reviewer's
    internal note on the same submission says.

    Args:
        object_salt: The object's `SALT_BYTES` random bytes, which nobody outside is ever shown.
        entry: What tells this entry from all others of the object, such as a random id.

    Raises:
        InvalidValue: If the object's salt has another length.
    """
    return hmac.digest(_checked(object_salt), b"gaptracker entry salt\n" + entry.encode(), sha256)


def _checked(salt: bytes) -> bytes:
    """Return a salt of the one length."""
    if len(salt) != SALT_BYTES:
        msg = f"a salt of {len(salt)} bytes came; {SALT_BYTES} random bytes are expected"
        raise InvalidValue(msg)
    return salt
