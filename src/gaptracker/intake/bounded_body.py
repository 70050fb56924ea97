"""A response's body, unpacked, and never more of it than was allowed.

A few kilobytes of gzip can hold gigabytes, and an ordinary client unpacks a chunk whole before
anybody can look at its size. Here unpacking stops at each step.
"""

import zlib
from collections.abc import Iterable, Iterator

from gaptracker.domain.errors import GapTrackerError

STEP_BYTES = 65_536
# zlib's way of saying: a gzip or a zlib header, whichever comes.
GZIP_OR_ZLIB = zlib.MAX_WBITS | 32
PACKED = frozenset({"gzip", "x-gzip", "deflate"})
PLAIN = frozenset({"", "identity"})


class ResponseTooLarge(GapTrackerError):
    """A response has more bytes, packed or unpacked, than may be taken."""


class ResponseUnreadable(GapTrackerError):
    """A response is packed in a way that is not offered, or not as it says."""


def bounded_body(chunks: Iterable[bytes], encoding: str, limit: int) -> Iterator[bytes]:
    """Yield a body unpacked, at most `limit` bytes of it.

    Args:
        chunks: The bytes as they arrive.
        encoding: The Content-Encoding header, or empty.
        limit: Most bytes allowed, on the wire and unpacked.

    Raises:
        ResponseTooLarge: As soon as there is one byte more; the rest is not read.
        ResponseUnreadable: If the encoding is none of gzip, deflate and identity, or the bytes do
            not follow it, end early or go on after its end.
    """
    name = encoding.strip().lower()
    if name in PLAIN:
        yield from _counted(chunks, limit)
    elif name in PACKED:
        yield from _counted(_unpacked(_counted(chunks, limit)), limit)
    else:
        raise ResponseUnreadable(
            f"a response in the encoding {name[:40]!r} came; expected gzip, deflate or none"
        )


def check_declared_length(text: str | None, limit: int) -> None:
    """Refuse a body that announces itself as too large, before any of it is read.

    Args:
        text: The Content-Length header, already known to be a number; None without one.
        limit: Most bytes allowed.

    Raises:
        ResponseTooLarge: If it is larger.
    """
    if text is not None and int(text) > limit:
        raise _too_large(limit)


def _counted(chunks: Iterable[bytes], limit: int) -> Iterator[bytes]:
    """Pass chunks on until they are more than allowed."""
    total = 0
    for chunk in chunks:
        total += len(chunk)
        if total > limit:
            raise _too_large(limit)
        yield chunk


def _unpacked(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Unpack in small steps, so that whoever counts can stop in the middle of a chunk."""
    unpacking = zlib.decompressobj(GZIP_OR_ZLIB)
    begun = False
    for chunk in chunks:
        begun = True
        waiting = chunk
        while waiting:
            if unpacking.eof:
                raise ResponseUnreadable("a packed response goes on after its end")
            try:
                yield unpacking.decompress(waiting, STEP_BYTES)
            except zlib.error:
                raise ResponseUnreadable("a response is not packed as it says") from None
            waiting = unpacking.unconsumed_tail or unpacking.unused_data
    # The answer to a HEAD request has the header and no body.
    if begun and not unpacking.eof:
        raise ResponseUnreadable("a packed response ends before its end")


def _too_large(limit: int) -> ResponseTooLarge:
    """Say how much would have been taken."""
    return ResponseTooLarge(
        f"a response has more than {limit} bytes; expected at most that many, unpacked"
    )
