"""Give a stored file out, so that no browser makes more of it than a file."""

from collections.abc import Callable
from dataclasses import dataclass

from fastapi import Request, Response
from fastapi.responses import StreamingResponse

from gaptracker.intake.digests import write_repr_digest
from gaptracker.intake.filenames import write_content_disposition
from gaptracker.publish.api.byte_ranges import ByteRange
from gaptracker.publish.api.etags import client_has, client_has_any, strong_etag
from gaptracker.receive.desk import Desk
from gaptracker.receive.ranges import wanted_range

PRIVATE_CACHE = "private, no-store"
# Short: what is unpublished for somebody's safety must be gone soon.
PUBLIC_CACHE = "public, max-age=60"
SHOWN_IN_PAGES = frozenset({"image/png", "image/jpeg"})
SANDBOXED = "sandbox; default-src 'none'"


@dataclass(frozen=True, slots=True, kw_only=True)
class FileOut:
    """A file to be given out: its bytes, its type as it was detected, and a name to save it as."""

    sha256: str
    size: int
    media_type: str
    name: str
    cache: str


def file_answer(
    request: Request, desk: Desk, file: FileOut, before: Callable[[], None] | None = None
) -> Response:
    """Answer with a file, a part of it, or only its headers.

    Args:
        request: What was asked; `Range`, `If-Range` and `If-None-Match` count.
        desk: Where the bytes are.
        file: The file.
        before: Done before a byte is given, and only then.

    Raises:
        Refused: `range-not-satisfiable`.
    """
    etag = strong_etag(file.sha256, file.media_type)
    headers = _headers(file, etag)
    asked = request.headers.getlist("if-none-match")
    if client_has(etag, asked) or client_has_any(asked):
        return Response(status_code=304, headers=headers)
    part = wanted_range(
        request.headers.get("range"), request.headers.get("if-range"), size=file.size, etag=etag
    )
    headers |= _length(file, part)
    status = 200 if part is None else 206
    media_type = _with_charset(file.media_type)
    if request.state.head_only:
        return Response(status_code=status, headers=headers, media_type=media_type)
    if before is not None:
        before()
    pieces = desk.blobs.open(
        file.sha256, 0 if part is None else part.first, None if part is None else part.length
    )
    return StreamingResponse(pieces, status_code=status, headers=headers, media_type=media_type)


def _headers(file: FileOut, etag: str) -> dict[str, str]:
    return {
        "Cache-Control": file.cache,
        "ETag": etag,
        "Accept-Ranges": "bytes",
        "Repr-Digest": write_repr_digest(file.sha256),
        "Content-Disposition": write_content_disposition(
            file.name, inline=file.media_type in SHOWN_IN_PAGES
        ),
        "Content-Security-Policy": SANDBOXED,
        "Cross-Origin-Resource-Policy": "same-origin",
    }


def _length(file: FileOut, part: ByteRange | None) -> dict[str, str]:
    if part is None:
        return {"Content-Length": str(file.size)}
    return {
        "Content-Length": str(part.length),
        "Content-Range": f"bytes {part.first}-{part.last}/{file.size}",
    }


def _with_charset(media_type: str) -> str:
    """Texts are UTF-8: others were not taken."""
    return f"{media_type}; charset=utf-8" if media_type.startswith("text/") else media_type
