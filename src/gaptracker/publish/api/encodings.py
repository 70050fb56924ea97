"""Packing of answers: which content coding a reader takes, and the bytes in it."""

import gzip
from collections.abc import Sequence
from dataclasses import dataclass

import brotli
import zstandard

from gaptracker.publish.api.etags import LISTED_TAG
from gaptracker.publish.api.negotiation import weighted_ranges

# What we give, best first: where a reader likes several alike, the first of them is taken.
ENCODINGS = ("zstd", "br", "gzip")
PLAIN = "identity"
# Names that stand for another (RFC 9110, 8.4.1.3).
OTHER_NAMES = {"x-gzip": "gzip"}
# Below this a packed answer saves less than its headers weigh.
WORTH_PACKING_BYTES = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Effort:
    """How hard each packer works: the level of zstd, br and gzip."""

    zstd: int
    br: int
    gzip: int


# Packed while the reader waits: 200 cells of 2 kB take zstd half a millisecond, and of these cells
# it makes less at level 1 than at 3; br 0.8 ms, a third of level 4, for 6% more; gzip 2.3 ms.
QUICK = Effort(zstd=1, br=1, gzip=2)
# Packed once and sent often.
THOROUGH = Effort(zstd=9, br=7, gzip=7)


def choose_encoding(accept_encoding: str | None, offered: Sequence[str]) -> str | None:
    """Return the content coding of an answer, by the qualities of RFC 9110, 12.5.3.

    Args:
        accept_encoding: The `Accept-Encoding` header; None if there is none.
        offered: Codings there are, the one preferred among equals first.

    Returns:
        One of `offered`, or None for the plain bytes: if nothing is wanted, if the reader likes
        them better, or if it takes nothing at all, since plain bytes say more than a refusal.

    Examples:
        >>> choose_encoding("gzip;q=0.8, br", ("zstd", "br", "gzip"))
        'br'
        >>> choose_encoding("*", ("zstd", "br")), choose_encoding(None, ("zstd", "br"))
        ('zstd', None)
    """
    wanted = _qualities(accept_encoding)
    others = wanted.get("*", 0.0)
    best, chosen = 0.0, None
    for name in offered:
        quality = wanted.get(name, others)
        if quality > best:
            best, chosen = quality, name
    # Named, plain bytes compete; unnamed, they are what is left if nothing else is wanted.
    return None if wanted.get(PLAIN, 0.0) > best else chosen


def takes_plain(accept_encoding: str | None) -> bool:
    """Say whether a reader takes bytes that are not packed.

    Examples:
        >>> takes_plain("gzip"), takes_plain("gzip, identity;q=0"), takes_plain("gzip, *;q=0")
        (True, False, False)
    """
    wanted = _qualities(accept_encoding)
    return wanted.get(PLAIN, wanted.get("*", 1.0)) > 0


def compress(name: str, body: bytes, *, effort: Effort = QUICK) -> bytes:
    """Pack bytes; the same bytes give the same result, with no time or name inside.

    Args:
        name: One of `ENCODINGS`.
        body: The plain bytes.
        effort: How hard to work.

    Raises:
        ValueError: If no coding is called so.
    """
    match name:
        case "zstd":
            packed: bytes = zstandard.ZstdCompressor(level=effort.zstd).compress(body)
        case "br":
            packed = brotli.compress(body, quality=effort.br)
        case "gzip":
            packed = gzip.compress(body, compresslevel=effort.gzip, mtime=0)
        case _:
            raise ValueError(f"no content coding is called {name!r}; use one of {ENCODINGS}")
    return packed


def encoded_tag(etag: str, encoding: str | None) -> str:
    """Return the strong tag of an answer's bytes in a coding, from that of the plain bytes.

    Examples:
        >>> encoded_tag('"1f0c"', "br"), encoded_tag('"1f0c"', None)
        ('"1f0c-br"', '"1f0c"')
    """
    return etag if encoding is None else f'{etag[:-1]}-{encoding}"'


def held_tag(etag: str, if_none_match: Sequence[str]) -> str | None:
    """Return the tag under which a client holds an answer, in whichever coding.

    Args:
        etag: The strong tag of the plain bytes.
        if_none_match: Every `If-None-Match` header of the request, compared weakly.

    Examples:
        >>> held_tag('"1f0c"', ['"other", W/"1f0c-gzip"'])
        '"1f0c-gzip"'
    """
    if not if_none_match:
        return None
    listed = {f'"{tag}"' for header in if_none_match for tag in LISTED_TAG.findall(header)}
    known = (encoded_tag(etag, encoding) for encoding in (None, *ENCODINGS))
    return next((tag for tag in known if tag in listed), None)


def _qualities(accept_encoding: str | None) -> dict[str, float]:
    """Return each coding's quality; of one named twice the first counts."""
    found: dict[str, float] = {}
    for name, quality in weighted_ranges(accept_encoding or ""):
        found.setdefault(OTHER_NAMES.get(name, name), quality)
    return found
