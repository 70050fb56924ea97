"""Idempotency keys of the steps that belong to one sending."""

from hashlib import sha256


def step_key(*parts: str) -> str:
    """Return the key of a step: the same for the same parts, and no other's.

    Examples:
        >>> step_key("a", "submit") == step_key("a", "submit") != step_key("as", "ubmit")
        True
    """
    return sha256("\n".join(parts).encode()).hexdigest()[:40]
