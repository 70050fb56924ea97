"""The last step of a public answer: packed as the reader takes it, under a tag of its own."""

from collections.abc import Mapping

from fastapi import Request, Response

from gaptracker.publish.api.byte_ranges import RangeBeyondEnd, beyond_end, choose_range
from gaptracker.publish.api.encodings import (
    ENCODINGS,
    WORTH_PACKING_BYTES,
    choose_encoding,
    compress,
    encoded_tag,
    takes_plain,
)
from gaptracker.publish.api.etags import client_has_any

PARTIAL_CONTENT = 206
NOT_MODIFIED = 304
VARY = "Accept, Accept-Language, Accept-Encoding"


def packed_response(request: Request, body: bytes, headers: Mapping[str, str]) -> Response:
    """Answer with bytes that anybody may read, packed if that is wanted and worth it.

    An answer to a request with a key stays plain: its length, packed, could tell a listener what
    secret stands beside the caller's own words (BREACH).

    Args:
        request: The request, for its `Accept-Encoding`, and `If-None-Match: *`.
        body: The plain bytes.
        headers: The answer's headers; `ETag` is the strong tag of the plain bytes.
    """
    encoding = encoding_of(request, len(body))
    headers = {**headers, "ETag": encoded_tag(headers["ETag"], encoding)}
    if client_has_any(request.headers.getlist("if-none-match")):
        headers = {name: value for name, value in headers.items() if name != "Content-Type"}
        return Response(status_code=NOT_MODIFIED, headers=headers)
    if encoding is None:
        return part_response(request, body, headers)
    return Response(compress(encoding, body), headers={**headers, "Content-Encoding": encoding})


def part_response(request: Request, body: bytes, headers: Mapping[str, str]) -> Response:
    """Answer with plain bytes, or with the one part of them that is asked for.

    Programs that open tables by address (polars, DuckDB) ask for parts of whatever is there. A
    reader who takes packed bytes gets all of them: places of bytes would lose their meaning.

    Args:
        request: The request, for `Range` and `If-Range`.
        body: All bytes.
        headers: The answer's headers; `ETag` is the strong tag of the bytes.

    Raises:
        RequestRefused: If the range begins behind the end (416).
    """
    condition = request.headers.get("if-range")
    given = None if request.state.head_only else request.headers.get("range")
    if given is None or (condition is not None and condition.strip() != headers["ETag"]):
        return Response(body, headers=headers)
    try:
        wanted = choose_range(given, len(body))
    except RangeBeyondEnd as error:
        raise beyond_end("this answer", given, len(body)) from error
    if wanted is None:
        return Response(body, headers=headers)
    span = f"bytes {wanted.first}-{wanted.last}/{len(body)}"
    part = body[wanted.first : wanted.last + 1]
    return Response(
        part,
        status_code=PARTIAL_CONTENT,
        headers={**headers, "Accept-Ranges": "bytes", "Content-Range": span},
    )


def encoding_of(request: Request, size_bytes: int) -> str | None:
    """Return the content coding of an answer of some size; None for plain bytes."""
    if "authorization" in request.headers:
        return None
    given = request.headers.getlist("accept-encoding")
    if not given:
        return None
    accepted = ", ".join(given)
    if size_bytes < WORTH_PACKING_BYTES and takes_plain(accepted):
        return None
    return choose_encoding(accepted, ENCODINGS)
