"""Read a request's body within a limit, before any transaction begins.

A body that comes slowly must not hold the database, and one that is too long is refused without
being read to its end.
"""

from fastapi import Request

from gaptracker.domain.refusals import RefusalCode, Refused


def too_large(limit: int) -> Refused:
    """Return the refusal of a body above a limit, in bytes."""
    return Refused(
        RefusalCode.TOO_LARGE,
        f"the body is above the {limit} bytes that this address takes; nothing was kept",
        limit_bytes=limit,
    )


def check_declared_length(request: Request, limit: int) -> None:
    """Refuse a body whose declared length is above the limit, before a byte of it is read.

    Raises:
        Refused: `too-large`.
    """
    declared = request.headers.get("content-length", "")
    if declared.isascii() and declared.isdigit() and (len(declared) > 18 or int(declared) > limit):  # noqa: PLR2004  a length beyond 10^18 needs no conversion
        raise too_large(limit)


async def read_body(request: Request, limit: int) -> bytes:
    """Read a body of at most `limit` bytes, declared or chunked.

    Raises:
        Refused: `too-large`.
    """
    check_declared_length(request, limit)
    chunks, size = [], 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > limit:
            raise too_large(limit)
        chunks.append(chunk)
    return b"".join(chunks)


def media_type_of(request: Request) -> str:
    """Return the declared media type in lower case, without parameters; empty if there is none."""
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()


def require_media_type(request: Request, *accepted: str) -> str:
    """Return the declared media type if it is accepted.

    Raises:
        Refused: `unsupported-media-type`, naming what is accepted.
    """
    given = media_type_of(request)
    if given not in accepted:
        raise Refused(
            RefusalCode.UNSUPPORTED_MEDIA_TYPE,
            f"Content-Type is {given[:100] or 'missing'}; expected {' or '.join(accepted)}",
            headers={"Accept": ", ".join(accepted)},
        )
    return given
