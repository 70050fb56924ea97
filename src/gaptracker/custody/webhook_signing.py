"""Signing webhooks by Standard Webhooks 1.0.0; the `standardwebhooks` package does the signing.

Intake, section 2.7: the signed content is `id.timestamp.body`, each endpoint has a secret of its
own, and while a secret is being replaced a message carries a signature of the old one too.
"""

import base64
import binascii
import re
from collections.abc import Sequence
from datetime import UTC, datetime

from standardwebhooks import Webhook

from gaptracker.domain.errors import InvalidValue

SECRET_PREFIX = "whsec_"  # noqa: S105 - the prefix is public, so that scanners find what follows it
SHORTEST_SECRET_BYTES, LONGEST_SECRET_BYTES = 24, 64
# A payload is thin: an id, a type, a time and a link.
PAYLOAD_LIMIT_BYTES = 20_000
# The current secret, and the one it replaces.
MOST_SECRETS = 2

# No full stop: it parts the id from the time in the signed content.
MESSAGE_ID = re.compile(r"[A-Za-z0-9_-]{1,255}")


def new_secret(random_bytes: bytes) -> str:
    """Return a secret for one endpoint, `whsec_` and Base64, to be shown once.

    Args:
        random_bytes: 24 to 64 bytes from the system's generator.

    Raises:
        InvalidValue: If there are fewer or more of them.

    Examples:
        >>> new_secret(bytes(24))
        'whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA'
    """
    if not SHORTEST_SECRET_BYTES <= len(random_bytes) <= LONGEST_SECRET_BYTES:
        raise InvalidValue(
            f"{len(random_bytes)} random bytes came for a webhook secret; "
            f"expected {SHORTEST_SECRET_BYTES} to {LONGEST_SECRET_BYTES}"
        )
    return SECRET_PREFIX + base64.b64encode(random_bytes).decode("ascii")


def signed_headers(
    message_id: str, payload: bytes, *, at: datetime, secrets: Sequence[str]
) -> dict[str, str]:
    """Return the three headers that prove a message's origin, content and time.

    Args:
        message_id: The event's id, the same in each attempt: receivers tell repeats by it.
        payload: The body exactly as it will be sent, JSON in UTF-8, below 20,000 bytes.
        at: When this attempt is made, with a time zone; receivers refuse it five minutes later.
        secrets: The endpoint's secret; during rotation the new one first, then the old one.

    Raises:
        InvalidValue: If one of these is not so. No message shows a secret or the payload.
    """
    if not MESSAGE_ID.fullmatch(message_id):
        raise InvalidValue(
            f"{message_id[:40]!r} cannot be a webhook id; expected letters, digits, _ and -"
        )
    if at.tzinfo is None:
        raise InvalidValue(f"{at} has no time zone; expected an aware time")
    if not 1 <= len(secrets) <= MOST_SECRETS:
        raise InvalidValue(f"{len(secrets)} webhook secrets came; expected one or two")
    text = _checked_text(payload)
    # The package reads any time as if it were in UTC.
    second = at.astimezone(UTC).replace(microsecond=0)
    signatures = (_signer(secret).sign(message_id, second, text) for secret in secrets)
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(int(second.timestamp())),
        "webhook-signature": " ".join(signatures),
    }


def _checked_text(payload: bytes) -> str:
    """Return the payload as text; the package signs text and would otherwise guess."""
    if len(payload) >= PAYLOAD_LIMIT_BYTES:
        raise InvalidValue(
            f"a webhook payload of {len(payload)} bytes came; "
            f"expected fewer than {PAYLOAD_LIMIT_BYTES}: send ids, not content"
        )
    try:
        return payload.decode("utf-8")
    except UnicodeDecodeError:
        raise InvalidValue("a webhook payload is not UTF-8; expected JSON in UTF-8") from None


def _signer(secret: str) -> Webhook:
    """Return the package's signer, for a secret that `new_secret` can have made."""
    try:
        key = base64.b64decode(secret.removeprefix(SECRET_PREFIX), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    whole = secret.startswith(SECRET_PREFIX)
    if not whole or not SHORTEST_SECRET_BYTES <= len(key) <= LONGEST_SECRET_BYTES:
        raise InvalidValue(
            f"a webhook secret has the wrong form; expected {SECRET_PREFIX} and the Base64 of "
            f"{SHORTEST_SECRET_BYTES} to {LONGEST_SECRET_BYTES} bytes"
        )
    return Webhook(key)
