"""Parts of a file: `Range` and `If-Range` (RFC 9110, section 14)."""

from gaptracker.domain.refusals import RefusalCode, Refused
from gaptracker.publish.api.byte_ranges import ByteRange, RangeBeyondEnd, choose_range


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
    if if_range is not None and if_range.strip() != etag:
        return None
    try:
        return choose_range(header, size)
    except RangeBeyondEnd as error:
        raise _beyond(size) from error


def _beyond(size: int) -> Refused:
    return Refused(
        RefusalCode.RANGE_NOT_SATISFIABLE,
        f"the file has {size} bytes, and the range asked for begins after them",
        headers={"Content-Range": f"bytes */{size}"},
    )
