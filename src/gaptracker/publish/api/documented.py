"""How routes describe themselves: media types and problems, for the OpenAPI document."""

from typing import Any

from gaptracker.publish.api.codes import PROBLEM_KINDS, ProblemCode
from gaptracker.publish.api.errors import PROBLEM_MEDIA_TYPE
from gaptracker.publish.api.schemas import Problem

# `Any` is what FastAPI's own signature asks for.
Responses = dict[int | str, dict[str, Any]]

EXAMPLE_INSTANCE = "urn:request:5f0c7c1c6f1e4a4e9f6f0b6f7b1f2a11"

# Where an address takes `latest` for a release's id.
LEADS_ON: Responses = {307: {"description": "`latest` leads to the newest release."}}


def problems(*codes: ProblemCode) -> Responses:
    """Return the description of the problems that a route may answer with."""
    described: Responses = {}
    for code in codes:
        kind = PROBLEM_KINDS[code]
        described[kind.status.value] = {
            "description": kind.title,
            # FastAPI files a model under application/json; a problem has its own media type.
            "content": {
                PROBLEM_MEDIA_TYPE: {"schema": {"$ref": f"#/components/schemas/{Problem.__name__}"}}
            },
        }
    return described


def table_responses(*extra: ProblemCode) -> Responses:
    """Return the description of a table that is given as JSON, CSV and NDJSON."""
    return {
        200: {
            "description": (
                "Rows; as CSV or NDJSON with the ending `.csv` or `.ndjson`, `format` or `Accept`."
            ),
            "content": {
                "text/csv": {"schema": {"type": "string"}},
                "application/x-ndjson": {"schema": {"type": "string"}},
            },
        },
        **problems(
            ProblemCode.NOT_ACCEPTABLE,
            ProblemCode.VALIDATION_FAILED,
            ProblemCode.UNAVAILABLE,
            *extra,
        ),
    }


def document_responses(*extra: ProblemCode) -> Responses:
    """Return the description of a document that is given as JSON only."""
    return problems(
        ProblemCode.NOT_FOUND,
        ProblemCode.NOT_ACCEPTABLE,
        ProblemCode.VALIDATION_FAILED,
        ProblemCode.UNAVAILABLE,
        *extra,
    )
