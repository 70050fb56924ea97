"""Which part of a file a client asks for (RFC 9110, section 14): one range of bytes, or all."""

import re
from dataclasses import dataclass

from gaptracker.publish.api.codes import ErrorCode, ProblemCode
from gaptracker.publish.api.errors import Fault, RequestRefused, clip

# Longer numbers than any file has digits are no range of one.
ONE_RANGE = re.compile(r"bytes=\s*(?P<first>[0-9]{0,18})-(?P<last>[0-9]{0,18})\s*", re.I | re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class ByteRange:
    """A part of a file: from its first byte to its last, both included."""

    first: int
    last: int

    @property
    def length(self) -> int:
        """Return how many bytes it has."""
        return self.last - self.first + 1


class RangeBeyondEnd(ValueError):
    """A range that holds no byte of the file."""


def choose_range(header: str | None, size_bytes: int) -> ByteRange | None:
    """Return the part that is asked for, None for the whole file.

    A header that is not understood, another unit and several ranges count as no range, as the
    standard allows: the client gets the whole.

    Args:
        header: The `Range` header.
        size_bytes: Size of the file.

    Raises:
        RangeBeyondEnd: If the range begins behind the end, or asks for the last no bytes.

    Examples:
        >>> choose_range("bytes=0-9", 100)
        ByteRange(first=0, last=9)
        >>> choose_range("bytes=-10", 100)
        ByteRange(first=90, last=99)
        >>> choose_range("bytes=0-1,5-6", 100) is None
        True
    """
    match = ONE_RANGE.fullmatch(header or "")
    if match is None or not (match["first"] or match["last"]):
        return None
    last = size_bytes - 1
    if not match["first"]:
        first = max(size_bytes - int(match["last"]), 0)
        if int(match["last"]) == 0:
            raise RangeBeyondEnd(header)
    else:
        first = int(match["first"])
        if match["last"] and int(match["last"]) < first:
            return None  # malformed, and so to be passed over
        last = min(int(match["last"]), last) if match["last"] else last
    if first > last:
        raise RangeBeyondEnd(header)
    return ByteRange(first=first, last=last)


def beyond_end(name: str, given: str, size_bytes: int) -> RequestRefused:
    """Return the refusal of a range that holds no byte (416).

    Args:
        name: What has no such bytes.
        given: The `Range` header.
        size_bytes: How many it has.
    """
    fault = Fault(
        parameter="Range",
        place="header",
        code=ErrorCode.VALUE_OUT_OF_RANGE,
        detail=f"{name} has {size_bytes} bytes and none in {clip(given)!r}",
        given=clip(given),
        expected=f"a range that begins below {size_bytes}",
    )
    return RequestRefused(
        ProblemCode.RANGE_NOT_SATISFIABLE,
        fault.detail,
        (fault,),
        headers={"Content-Range": f"bytes */{size_bytes}", "Accept-Ranges": "bytes"},
    )
