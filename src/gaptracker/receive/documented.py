"""How the intake's routes describe themselves: bodies, headers and problems, for OpenAPI."""

from typing import Any

from gaptracker.publish.api.codes import PROBLEM_KINDS, ProblemCode
from gaptracker.publish.api.documented import Responses
from gaptracker.publish.api.errors import PROBLEM_MEDIA_TYPE
from gaptracker.receive.schemas import IntakeProblem

# Whatever needs a key can be answered so.
ALWAYS = (
    ProblemCode.UNAUTHENTICATED,
    ProblemCode.INSUFFICIENT_SCOPE,
    ProblemCode.NOT_FOUND,
    ProblemCode.VALIDATION_FAILED,
    ProblemCode.RATE_LIMITED,
    ProblemCode.UNAVAILABLE,
)
SENT = (
    ProblemCode.MALFORMED_JSON,
    ProblemCode.REQUEST_TIMEOUT,
    ProblemCode.TOO_LARGE,
    ProblemCode.UNSUPPORTED_MEDIA_TYPE,
)
SENT_ONCE = (*SENT, ProblemCode.IDEMPOTENCY_KEY_REQUIRED, ProblemCode.REQUEST_IN_PROGRESS)
IDEMPOTENCY_KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": True,
    "description": "New for every new request, the same when it is repeated; kept 7 days.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!#-\\[\\]-~]+$"},
}
IF_MATCH = {
    "name": "If-Match",
    "in": "header",
    "required": True,
    "description": "The `ETag` of what was read.",
    "schema": {"type": "string", "minLength": 1},
}


def intake_problems(*codes: ProblemCode) -> Responses:
    """Return the description of the problems that a route of the intake may answer with."""
    described: Responses = {}
    for code in (*ALWAYS, *codes):
        kind = PROBLEM_KINDS[code]
        known = described.get(kind.status.value)
        title = kind.title if known is None else f"{known['description']}; or: {kind.title}"
        described[kind.status.value] = {
            "description": title,
            # Puts the schema among the document's; `describe` drops the type it would come with.
            "model": IntakeProblem,
            "content": {
                PROBLEM_MEDIA_TYPE: {
                    "schema": {"$ref": f"#/components/schemas/{IntakeProblem.__name__}"}
                }
            },
        }
    return described


# `Any` because OpenAPI is JSON of every shape.
def takes(
    schema: dict[str, Any], *headers: dict[str, Any], media_type: str = "application/json"
) -> dict[str, Any]:
    """Describe a body that the route reads itself, strictly, and headers it asks for.

    Args:
        schema: The body's JSON Schema.
        headers: Parameters that are headers.
        media_type: The body's type.
    """
    body = {"required": True, "content": {media_type: {"schema": schema}}}
    return {"requestBody": body, "parameters": list(headers)}
