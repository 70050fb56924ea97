"""Validators and lifetimes: strong entity tags, conditional requests, `Cache-Control`."""

import hashlib
import re
from collections.abc import Sequence

PINNED_CACHE = "public, max-age=31536000, immutable"
LATEST_CACHE = "public, max-age=60, stale-while-revalidate=600"
TAG_DIGITS = 32
# An entity tag is a quoted string without quotes inside; `W/` marks a weak one (RFC 9110, 8.8.3).
LISTED_TAG = re.compile(r'(?:W/)?"([^"]*)"')


def strong_etag(*parts: str) -> str:
    """Return the strong entity tag of an answer.

    Args:
        parts: All that decides the bytes: the release's content hash, the program's version,
            the canonical address and query, the media type and the language.

    Returns:
        A quoted tag. Answers that differ in any part have different tags.

    Examples:
        >>> strong_etag("a", "b") == strong_etag("ab", "")
        False
    """
    digest = hashlib.sha256()
    for part in parts:
        written = part.encode("utf-8", "surrogatepass")
        digest.update(f"{len(written)}:".encode())
        digest.update(written)
    return f'"{digest.hexdigest()[:TAG_DIGITS]}"'


def client_has(etag: str, if_none_match: Sequence[str]) -> bool:
    """Say whether the client holds this very answer already.

    Compares weakly, as RFC 9110 section 13.1.2 asks of `If-None-Match`: a cache may have
    weakened the tag when it changed the encoding.

    Args:
        etag: The answer's tag, quoted.
        if_none_match: Every `If-None-Match` header of the request.

    Examples:
        >>> client_has('"a"', ['"b", W/"a"'])
        True
        >>> client_has('"a"', ['a'])
        False
    """
    wanted = etag.strip('"')
    return any(wanted in LISTED_TAG.findall(header) for header in if_none_match)


def client_has_any(if_none_match: Sequence[str]) -> bool:
    """Say whether the client wants nothing if there is anything (`If-None-Match: *`)."""
    return any(header.strip() == "*" for header in if_none_match)
