"""`/static/{name}`: the site's own style and script, kept by browsers for ever."""

from typing import Annotated

from fastapi import APIRouter, Path, Request, Response

from gaptracker.publish.api.codes import ErrorCode
from gaptracker.publish.api.documented import document_responses
from gaptracker.publish.api.encodings import held_tag
from gaptracker.publish.api.errors import Fault, absent, clip
from gaptracker.publish.api.etags import PINNED_CACHE, strong_etag
from gaptracker.publish.api.packed import NOT_MODIFIED, packed_response
from gaptracker.publish.pages.static_files import STATIC_PATH, static_files

router = APIRouter(tags=["pages"])

TEXT = {"schema": {"type": "string"}}


@router.get(
    STATIC_PATH + "/{name}",
    summary="A style or script of the pages",
    response_class=Response,
    responses={
        200: {"description": "The file.", "content": {"text/css": TEXT, "text/javascript": TEXT}},
        **document_responses(),
    },
)
async def static(
    request: Request,
    name: Annotated[str, Path(examples=["style.0123456789ab.css"])],
) -> Response:
    """Give a file whose name holds a hash of its bytes; other bytes have another name."""
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
    headers = {
        "ETag": strong_etag(found.hashed_name),
        "Cache-Control": PINNED_CACHE,
        "Vary": "Accept-Encoding",
    }
    held = held_tag(headers["ETag"], request.headers.getlist("if-none-match"))
    if held is not None:
        return Response(status_code=NOT_MODIFIED, headers={**headers, "ETag": held})
    return packed_response(request, found.content, {**headers, "Content-Type": found.media_type})
