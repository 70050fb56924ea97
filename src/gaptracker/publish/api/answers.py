"""From rows to a response: entity tag first, then the bytes, in the form that was asked for."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from fastapi import Request, Response
from pydantic import BaseModel

import gaptracker
from gaptracker.domain.results import Manifest
from gaptracker.publish.api.deps import Shape, address
from gaptracker.publish.api.encodings import held_tag
from gaptracker.publish.api.etags import LATEST_CACHE, PINNED_CACHE, strong_etag
from gaptracker.publish.api.formats import FORM_TYPES, write_csv, write_ndjson
from gaptracker.publish.api.packed import NOT_MODIFIED, VARY, packed_response
from gaptracker.publish.api.shelf import Published
from gaptracker.publish.frozen import FrozenRelease


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """An answer's bytes, with the headers that only its rows could tell."""

    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticket:
    """All of an answer that is known before a row is read.

    `identity` decides the bytes, together with form, language and program version; `headers`
    go out with a 304 as well.
    """

    identity: tuple[str, ...]
    shape: Shape
    headers: Mapping[str, str] = field(default_factory=dict)


def respond(request: Request, ticket: Ticket, write: Callable[[], Written]) -> Response:
    """Answer with the bytes, or with 304 if the client holds them already.

    Args:
        request: The request, for its `If-None-Match`.
        ticket: What is known of the answer.
        write: Makes the bytes; not called if the client holds them.
    """
    headers = _headers(ticket)
    held = _held(request, headers)
    if held is not None:
        return held
    written = write()
    return packed_response(
        request,
        written.body,
        {**headers, **written.headers, "Content-Type": FORM_TYPES[ticket.shape.form]},
    )


def respond_held(request: Request, ticket: Ticket) -> Response | None:
    """Answer with 304 if the client holds the answer already, before anything is computed.

    Args:
        request: The request, for its `If-None-Match`. `*` in it names no answer: whether there is
            one shows only when it is written.
        ticket: What is known of the answer.
    """
    return _held(request, _headers(ticket))


def _held(request: Request, headers: Mapping[str, str]) -> Response | None:
    held = held_tag(headers["ETag"], request.headers.getlist("if-none-match"))
    if held is None:
        return None
    return Response(status_code=NOT_MODIFIED, headers={**headers, "ETag": held})


def _headers(ticket: Ticket) -> dict[str, str]:
    shape = ticket.shape
    return {
        **ticket.headers,
        "ETag": strong_etag(*ticket.identity, gaptracker.__version__, shape.form, shape.language),
        "Cache-Control": PINNED_CACHE if shape.pinned else LATEST_CACHE,
        "Vary": VARY,
        "Content-Language": shape.language,
    }


def release_ticket(
    release: FrozenRelease | Published, shape: Shape, path: str, parameters: Mapping[str, object]
) -> Ticket:
    """Return the ticket of an answer from one release.

    Args:
        release: The release.
        shape: Form, language and life of the answer.
        path: The address without its ending.
        parameters: Every parameter in force that decides the bytes.
    """
    question = address(path, dict(sorted(parameters.items())))
    return Ticket(
        identity=(release.entry.content_sha256, question),
        shape=shape,
        headers=release_headers(release.manifest),
    )


def release_headers(manifest: Manifest) -> dict[str, str]:
    """Return the headers that say which figures an answer shows."""
    return {
        "GapTracker-Release": manifest.release,
        "GapTracker-Methodology": manifest.methodology,
        "GapTracker-As-Of": manifest.as_of.isoformat(),
        "GapTracker-Provisional": "true" if manifest.provisional else "false",
    }


def write_document(document: BaseModel) -> Written:
    """Write one answer as JSON."""
    return Written(body=document.model_dump_json().encode("utf-8"))


def write_file(
    name: str, row_type: type[BaseModel], rows: Sequence[BaseModel], *, form: str, release: str
) -> Written:
    """Write rows alone, as CSV or NDJSON, under a name that says what and of which release.

    Args:
        name: What the rows are, as `gaps`.
        row_type: What each row is.
        rows: The rows.
        form: `csv` or `ndjson`.
        release: The release's id.
    """
    content = write_csv(row_type, rows) if form == "csv" else write_ndjson(rows)
    return name_file(content, name, form=form, release=release)


def name_file(content: bytes, name: str, *, form: str, release: str) -> Written:
    """Let rows alone go under a name that says what they are and of which release."""
    return Written(
        body=content,
        headers={
            "Content-Disposition": f'inline; filename="gaptracker-{name}-{release}.{form}"',
        },
    )
