"""`/v1/openapi.json`: this API described for programs."""

from fastapi import Request, Response

from gaptracker.publish.api.answers import Ticket, Written, respond
from gaptracker.publish.api.codes import ProblemCode
from gaptracker.publish.api.deps import JSON_ONLY, shape_of
from gaptracker.publish.api.described import described
from gaptracker.publish.api.documented import problems
from gaptracker.publish.api.envelope import OWN_DOCUMENT
from gaptracker.publish.api.queries import LanguageQuery
from gaptracker.publish.api.routing import Routes

router = Routes(tag="service")

# The document is written in English only.
ENGLISH = LanguageQuery(lang="en")


@router.get(
    OWN_DOCUMENT,
    summary="This description",
    response_class=Response,
    responses={
        200: {
            "description": "An OpenAPI 3.1 document.",
            "content": {"application/json": {"schema": {"type": "object"}}},
        },
        **problems(ProblemCode.NOT_ACCEPTABLE, ProblemCode.VALIDATION_FAILED),
    },
)
async def describe_api(request: Request) -> Response:
    """Give the whole contract of the API as an OpenAPI 3.1 document."""
    found = described(request.app)
    ticket = Ticket(
        identity=(OWN_DOCUMENT, found.sha256),
        shape=shape_of(request, ENGLISH, offered=JSON_ONLY, pinned=False),
    )
    return respond(request, ticket, lambda: Written(body=found.body))
