"""The last step of a public answer: packed as the reader takes it, under a tag of its own."""

from collections.abc import Mapping

from fastapi import Request, Response

from gaptracker.publish.api.encodings import (
    ENCODINGS,
    WORTH_PACKING_BYTES,
    choose_encoding,
    compress,
    encoded_tag,
    takes_plain,
)
from gaptracker.publish.api.etags import client_has_any

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
        return Response(body, headers=headers)
    return Response(compress(encoding, body), headers={**headers, "Content-Encoding": encoding})


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
