"""`/static/{name}`: the site's own style and script, kept by browsers for ever."""

from collections.abc import Mapping
from typing import Annotated

from fastapi import Path, Request, Response
from fastapi.concurrency import run_in_threadpool

from gaptracker.publish.api.chart_answers import drawings_of
from gaptracker.publish.api.codes import ErrorCode
from gaptracker.publish.api.deps import not_ready
from gaptracker.publish.api.documented import document_responses
from gaptracker.publish.api.encodings import held_tag
from gaptracker.publish.api.errors import Fault, absent, clip
from gaptracker.publish.api.etags import PINNED_CACHE, strong_etag
from gaptracker.publish.api.packed import NOT_MODIFIED, packed_response
from gaptracker.publish.api.routing import Routes
from gaptracker.publish.charts.draw import DrawingFailed
from gaptracker.publish.charts.drawings import TooManyDrawings
from gaptracker.publish.charts.script import make_script, script_name
from gaptracker.publish.pages.static_files import MEDIA_TYPES, STATIC_PATH, static_files

router = Routes(tag="pages")

SCRIPT_TYPE = MEDIA_TYPES["js"]
TEXT = {"schema": {"type": "string"}}


@router.get(
    STATIC_PATH + "/{name}",
    summary="A style or script of the pages",
    response_class=Response,
    responses={
        200: {
            "description": "The file.",
            "content": {"text/css": TEXT, "text/javascript": TEXT, "image/svg+xml": TEXT},
        },
        **document_responses(),
    },
)
async def static(
    request: Request,
    name: Annotated[str, Path(examples=["style.0123456789ab.css"])],
) -> Response:
    """Give a file whose name holds a hash of its bytes; other bytes have another name."""
    if name == script_name():
        return await _vega(request)
    found = static_files().get(name)
    if found is None:
        raise absent(
            Fault(
                parameter="name",
                place="path",
                code=ErrorCode.FILE_UNKNOWN,
                detail=f"no file of the pages is called {clip(name)!r}; load the page again",
                given=clip(name),
                expected="a file that a page names",
            )
        )
    headers = {**_kept(found.hashed_name), "Content-Type": found.media_type}
    return _held(request, headers) or packed_response(request, found.content, headers)


async def _vega(request: Request) -> Response:
    """Answer with the drawing library's own script; it is made once and then kept."""
    drawings = drawings_of(request)
    headers = {**_kept(script_name()), "Content-Type": SCRIPT_TYPE}
    held = _held(request, headers)
    if held is not None:
        return held
    try:
        body = await drawings.take(("script", script_name()), lambda: make_script(drawings.painter))
    except (TooManyDrawings, DrawingFailed) as error:
        raise not_ready("the script of interactive charts cannot be made at the moment") from error
    return await run_in_threadpool(packed_response, request, body, headers)


def _kept(name: str) -> dict[str, str]:
    return {
        "ETag": strong_etag(name),
        "Cache-Control": PINNED_CACHE,
        "Vary": "Accept-Encoding",
    }


def _held(request: Request, headers: Mapping[str, str]) -> Response | None:
    """Return the answer that the client holds the file already; None if it does not."""
    held = held_tag(headers["ETag"], request.headers.getlist("if-none-match"))
    if held is None:
        return None
    kept = {name: value for name, value in headers.items() if name != "Content-Type"}
    return Response(status_code=NOT_MODIFIED, headers={**kept, "ETag": held})
