"""Read a request's body within a limit, before any transaction begins.

A body that comes slowly must not hold the database, and one that is too long is refused without
being read to its end.
"""

import asyncio
from collections.abc import AsyncIterator

from fastapi import Request
from starlette.requests import ClientDisconnect

from gaptracker.domain.refusals import RefusalCode, Refused
from gaptracker.receive.desk import desk_of


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
    async for chunk in pieces_of(request):
        size += len(chunk)
        if size > limit:
            raise too_large(limit)
        chunks.append(chunk)
    return b"".join(chunks)


async def pieces_of(request: Request) -> AsyncIterator[bytes]:
    """Give a body's pieces as they come.

    Raises:
        Refused: `unavailable`, if the sender breaks off, stands still or is far too slow: to send
            it again is all that can be done.
    """
    limits = desk_of(request).limits
    loop, stream = asyncio.get_running_loop(), aiter(request.stream())
    until = loop.time() + limits.body_seconds
    while True:
        seconds = min(limits.still_seconds, until - loop.time())
        try:
            async with asyncio.timeout(max(0.0, seconds)):
                piece = await anext(stream)
        except StopAsyncIteration:
            return
        except TimeoutError:
            raise _broken(f"stood still for {limits.still_seconds:g} s or took too long") from None
        except ClientDisconnect:
            raise _broken("ended before it was whole") from None
        yield piece


def _broken(how: str) -> Refused:
    return Refused(
        RefusalCode.UNAVAILABLE,
        f"the body {how}; nothing of it was kept: send it again with the same key",
        headers={"Retry-After": "1", "Connection": "close"},
    )


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
