"""A release file as an answer: whole or in part, streamed, with validators that never change."""

from collections.abc import Mapping

from fastapi import Request, Response
from fastapi.responses import StreamingResponse

from gaptracker.publish.api.byte_ranges import ByteRange, RangeBeyondEnd, beyond_end, choose_range
from gaptracker.publish.api.codes import ProblemCode
from gaptracker.publish.api.errors import RequestRefused, clip
from gaptracker.publish.api.etags import PINNED_CACHE, client_has, client_has_any
from gaptracker.publish.api.formats import CSV_MEDIA_TYPE
from gaptracker.records.downloads import Download, Downloads

# What stands between us and the reader must not pack what is asked for by places of bytes.
FILE_CACHE = f"{PINNED_CACHE}, no-transform"
MEDIA_TYPES: Mapping[str, str] = {
    "csv": CSV_MEDIA_TYPE,
    "json": "application/json",
    "ndjson": "application/x-ndjson",
    "parquet": "application/vnd.apache.parquet",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "zip": "application/zip",
}
PLAIN_TYPE = "text/plain; charset=utf-8"
# Read by programs under the name that other files know them by.
READ_IN_PLACE = ("SHA256SUMS", "datapackage.json")


def media_type_of(name: str) -> str:
    """Return a file's media type.

    Examples:
        >>> media_type_of("gaps.parquet"), media_type_of("SHA256SUMS")
        ('application/vnd.apache.parquet', 'text/plain; charset=utf-8')
    """
    return MEDIA_TYPES.get(name.rpartition(".")[2], PLAIN_TYPE)


def disposition_of(name: str, release: str) -> str:
    """Return how a browser keeps a file: under a name that says of which release it is.

    Examples:
        >>> disposition_of("gaps.csv", "2026-08-16-1f0c33ab")
        'attachment; filename="gaptracker-gaps-2026-08-16-1f0c33ab.csv"'
    """
    if name in READ_IN_PLACE:
        return f'inline; filename="{name}"'
    stem, _, form = name.rpartition(".")
    return f'attachment; filename="gaptracker-{stem}-{release}.{form}"'


def answer_file(
    request: Request,
    downloads: Downloads,
    found: Download,
    *,
    listing: str,
    headers: Mapping[str, str],
) -> Response:
    """Answer with a file, with the part that is asked for, or that the client has it.

    Args:
        request: The request, for its conditions and its range.
        downloads: Where the bytes come from.
        found: The verified file.
        listing: SHA-256 of the list that names it.
        headers: What is said of every file of its release.

    Raises:
        RequestRefused: If the client wants another version (412), or a range behind the end (416).
    """
    etag = f'"{found.sha256}"'
    headers = {
        **headers,
        "ETag": etag,
        "Cache-Control": FILE_CACHE,
        "Accept-Ranges": "bytes",
    }
    _require_match(request, etag)
    known = request.headers.getlist("if-none-match")
    if client_has(etag, known) or client_has_any(known):
        return Response(status_code=304, headers=headers)
    wanted = None if request.state.head_only else _range_of(request, found, etag)
    start, stop = (wanted.first, wanted.last + 1) if wanted else (0, found.size_bytes)
    headers["Content-Type"] = media_type_of(found.name)
    headers["Content-Length"] = str(stop - start)
    if wanted:
        headers["Content-Range"] = f"bytes {start}-{stop - 1}/{found.size_bytes}"
    if request.state.head_only:
        return Response(headers=headers)
    chunks = downloads.chunks(listing, found.name, start=start, stop=stop)
    return StreamingResponse(chunks, status_code=206 if wanted else 200, headers=headers)


def _require_match(request: Request, etag: str) -> None:
    wanted = request.headers.getlist("if-match")
    # Compared strongly, as RFC 9110 asks of `If-Match`; no tag of ours holds a comma.
    tags = [tag.strip() for header in wanted for tag in header.split(",")]
    if tags and etag not in tags and not client_has_any(wanted):
        raise RequestRefused(
            ProblemCode.PRECONDITION_FAILED,
            f"If-Match is {clip(', '.join(wanted))}; this file is {etag} and never changes",
        )


def _range_of(request: Request, found: Download, etag: str) -> ByteRange | None:
    """Return the part that is asked for; none if the client holds parts of another file."""
    condition = request.headers.get("if-range")
    # A date never matches: a release has no time of change, only bytes.
    if condition is not None and condition.strip() != etag:
        return None
    given = request.headers.get("range")
    try:
        return choose_range(given, found.size_bytes)
    except RangeBeyondEnd as error:
        raise beyond_end(found.name, given or "", found.size_bytes) from error
