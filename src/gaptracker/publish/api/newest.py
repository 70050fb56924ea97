"""`latest` in place of a release's id: in a path it leads on, in a query it is as if left out."""

from fastapi import Request, Response

from gaptracker.publish.addresses import path_part
from gaptracker.publish.api.answers import release_headers
from gaptracker.publish.api.deps import current_of, standing_of
from gaptracker.publish.api.etags import LATEST_CACHE


def lead_to_newest(request: Request, base: str, following: str = "") -> Response:
    """Lead from `base/latest…` to the newest release: what it is led to is of one release.

    Args:
        request: The request, for its ending and its query.
        base: The address above the ids, as `/v1/releases`.
        following: What stands after the id, as `/diff`.

    Raises:
        RequestRefused: If no release is loaded (503).
    """
    current = current_of(standing_of(request))
    suffix = request.state.suffix
    place = f"{base}/{path_part(current.id)}{following}" + (f".{suffix}" if suffix else "")
    place += f"?{request.url.query}" if request.url.query else ""
    headers = {"Location": place, "Cache-Control": LATEST_CACHE}
    return Response(status_code=307, headers={**release_headers(current.manifest), **headers})
