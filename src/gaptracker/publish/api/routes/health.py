"""`/healthz` and `/readyz`: whether the process answers, and from what."""

from fastapi import Request, Response

from gaptracker.publish.api.codes import ProblemCode
from gaptracker.publish.api.deps import current_of, standing_of
from gaptracker.publish.api.documented import problems
from gaptracker.publish.api.routing import Routes
from gaptracker.publish.api.schemas_releases import Health, Readiness

router = Routes(tag="service")

UNCACHED = {"Cache-Control": "no-store"}


@router.get("/healthz", summary="The process answers", response_model=Health)
async def check_health() -> Response:
    """Say that the process is alive; it need not have a release."""
    return _answer(Health(status="ok"))


@router.get(
    "/readyz",
    summary="A verified release is loaded",
    response_model=Readiness,
    responses=problems(ProblemCode.UNAVAILABLE),
)
async def check_readiness(request: Request) -> Response:
    """Name the release that answers come from; 503 until one is loaded and verified."""
    standing = standing_of(request)
    manifest = current_of(standing).manifest
    return _answer(
        Readiness(
            status="ready",
            release=manifest.release,
            methodology=manifest.methodology,
            provisional=manifest.provisional,
            refused=standing.refused,
        )
    )


def _answer(document: Health | Readiness) -> Response:
    return Response(document.model_dump_json(), media_type="application/json", headers=UNCACHED)
