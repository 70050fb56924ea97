"""Parts of a file: `Range` and `If-Range` (RFC 9110, section 14)."""

import re
from dataclasses import dataclass

from gaptracker.domain.refusals import RefusalCode, Refused

ONE_RANGE = re.compile(r"bytes=[ \t]*(?:([0-9]{1,18})-([0-9]{1,18})?|-([0-9]{1,18}))[ \t]*", re.A)


@dataclass(frozen=True, slots=True, kw_only=True)
class ByteRange:
    """A part of a file: from its first byte to its last, both included."""

    first: int
    last: int

    @property
    def length(self) -> int:
        """Return how many bytes it has."""
        return self.last - self.first + 1


def wanted_range(
    header: str | None, if_range: str | None, *, size: int, etag: str
) -> ByteRange | None:
    """Return the part of a file that is asked for, None for all of it.

    More than one range, another unit and what cannot be read are passed over, as RFC 9110 allows.

    Args:
        header: `Range`, if it came.
        if_range: `If-Range`: the part is given only if it names the file as it is now.
        size: How many bytes the file has.
        etag: Its strong entity tag, quoted.

    Raises:
        Refused: `range-not-satisfiable`.

    Examples:
        >>> wanted_range("bytes=-2", None, size=10, etag='"a"')
        ByteRange(first=8, last=9)
        >>> wanted_range("bytes=0-0,5-5", None, size=10, etag='"a"') is None
        True
    """
    found = ONE_RANGE.fullmatch(header or "")
    if found is None or (if_range is not None and if_range.strip() != etag):
        return None
    start, end, tail = found.groups()
    if tail is not None:
        first, last = max(0, size - int(tail)), size - 1
        if int(tail) == 0:
            raise _beyond(size)
    else:
        first, last = int(start), size - 1 if end is None else min(int(end), size - 1)
        if end is not None and int(end) < int(start):
            return None
    if first >= size:
        raise _beyond(size)
    return ByteRange(first=first, last=last)


def _beyond(size: int) -> Refused:
    return Refused(
        RefusalCode.RANGE_NOT_SATISFIABLE,
        f"the file has {size} bytes, and the range asked for begins after them",
        headers={"Content-Range": f"bytes */{size}"},
    )
