"""The OpenAPI document: what FastAPI derives, with problems, HEAD and CSV said in words."""

import json
import re
from importlib.resources import files

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

import gaptracker
from gaptracker.publish.api.deprecations import deprecations_of, mark_deprecated
from gaptracker.publish.api.described import Document
from gaptracker.publish.api.errors import PROBLEM_MEDIA_TYPE
from gaptracker.publish.api.schemas import Problem

TITLE = "GapTracker"
SUMMARY = "What governments say about drugs and human rights, what they do, and the gap between."
DESCRIPTION = """\
Figures come from frozen releases: with `release=` an address gives the same bytes for ever,
without it those of the newest release. Every answer says which release it comes from and whether
that release is provisional, in `meta` and in the headers `GapTracker-Release` and
`GapTracker-Provisional`.

Every GET also takes HEAD. Tables are given as JSON, CSV and NDJSON, by the ending `.csv` or
`.ndjson`, by `format` or by `Accept`. Pages follow `Link: <…>; rel="next"`. Entity tags are strong:
`If-None-Match` saves the transfer. Errors are problem documents (RFC 9457) whose codes
`/v1/problems` explains. A null always has its reason beside it. The figures in the examples are
invented.

An address or a parameter of `/v1` that will go away says so for a year at least before it goes, in
the headers `Deprecation` (RFC 9745), `Sunset` (RFC 8594) and `Link`. What comes new is added beside
what there is: pass over members, columns and codes that you do not know.
"""
TAGS = [
    {"name": "figures", "description": "Cells, pairs and the actors they are about."},
    {"name": "records", "description": "Statements, measures and observations under the figures."},
    {"name": "rules", "description": "Releases, and the rules by which figures are made."},
    {"name": "beside", "description": "What was said of releases after their freeze."},
    {"name": "pages", "description": "The same figures as pages and embeds, for people."},
    {"name": "submissions", "description": "What organisations send, and what becomes of it."},
    {"name": "codings", "description": "The coding desk: items placed on ladders, blind."},
    {"name": "evidence", "description": "Published evidence of organisations, for everybody."},
    {"name": "attachments", "description": "Files of submissions, and the copies that are public."},
    {"name": "jobs", "description": "Batches, and what became of each of their lines."},
    {"name": "events", "description": "What happened, as a feed and as webhooks."},
    {"name": "identities", "description": "What custodians unseal, two of them together."},
    {"name": "log", "description": "The log that cannot be changed unnoticed, and its proofs."},
    {"name": "organisation", "description": "An organisation's members and keys."},
    {"name": "feeds", "description": "Releases, demonstrated changes and corrections, to follow."},
    {"name": "service", "description": "Codes of problems, and whether the service answers."},
]
REF_TEMPLATE = "#/components/schemas/{model}"


def describe(app: FastAPI) -> Document:
    """Return the OpenAPI document of an application, made anew each time."""
    document = get_openapi(
        title=TITLE,
        version=gaptracker.__version__,
        summary=SUMMARY,
        description=DESCRIPTION,
        routes=app.routes,
        tags=TAGS,
        servers=[{"url": "/", "description": "The installation that gives this document."}],
        license_info={"name": "Apache-2.0", "identifier": "Apache-2.0"},
    )
    schemas = document["components"]["schemas"]
    schemas.update(_schemas_of(Problem))
    for name, example in read_examples().items():
        schemas[name]["examples"] = [example]
    for path, operations in document["paths"].items():
        for operation in operations.values():
            _describe_places(path, operation)
            _drop_null_parameters(operation)
            _only_problems(operation)
            _name_bodies(operation, schemas)
    for name, example in read_intake_examples().items():
        if name in schemas:  # an application that only reads has none of them
            schemas[name]["examples"] = [example]
    mark_deprecated(document["paths"], deprecations_of(app.state))
    _complete_tuples(document["components"]["schemas"])
    return document


def read_examples() -> Document:
    """Return an example of each row and of a problem, by the name of its schema."""
    content = files("gaptracker.publish.api").joinpath("examples.json").read_text("utf-8")
    examples: Document = json.loads(content)
    return examples


def read_intake_examples() -> Document:
    """Return an example of what the intake takes and answers, by the name of its schema."""
    content = files("gaptracker.publish.api").joinpath("examples_intake.json").read_text("utf-8")
    examples: Document = json.loads(content)
    return examples


def write_openapi(app: FastAPI) -> str:
    """Return the document as the text that is kept under `docs/`."""
    return json.dumps(app.openapi(), indent=2, ensure_ascii=False, sort_keys=True) + "\n"


def _drop_null_parameters(operation: Document) -> None:
    """Say of parameters what they are when they are there; a query cannot send a null."""
    for parameter in operation.get("parameters", ()):
        schema = parameter["schema"]
        kinds = [kind for kind in schema.pop("anyOf", ()) if kind != {"type": "null"}]
        for kind in kinds:
            schema.update(kind)


def _describe_places(path: str, operation: Document) -> None:
    """Say what stands in a place of a path, where the route does not say it.

    Examples:
        >>> place = {"parameters": [{"name": "id", "in": "path"}]}
        >>> _describe_places("/v1/pairs/{id}", place)
        >>> place["parameters"][0]["description"]
        'Id of the pair.'
    """
    for parameter in operation.get("parameters", ()):
        if parameter["in"] == "path" and "description" not in parameter:
            name = parameter["name"]
            collection = path.partition(f"/{{{name}}}")[0].rpartition("/")[2].replace("-", " ")
            kind = re.sub("s$", "", re.sub("ies$", "y", collection))
            part = "Id" if name.endswith("id") else name.capitalize()
            parameter["description"] = f"{part} of the {kind}."


def _complete_tuples(schema: object) -> None:
    """Give every list whose members are named one by one the `items` that linters ask for.

    It says nothing: `maxItems` lets no others follow.
    """
    if isinstance(schema, dict):
        if "prefixItems" in schema:
            schema.setdefault("items", {})
        for part in schema.values():
            _complete_tuples(part)
    elif isinstance(schema, list):
        for part in schema:
            _complete_tuples(part)


def _name_bodies(operation: Document, schemas: Document) -> None:
    """Put the schema of a body, and those it refers to, among the document's."""
    for content in operation.get("requestBody", {}).get("content", {}).values():
        text = json.dumps(content["schema"]).replace("#/$defs/", "#/components/schemas/")
        schema = json.loads(text)
        # Inside the document its own address is the base that references start from.
        for name in ("$id", "$schema"):
            schema.pop(name, None)
        for name, part in schema.pop("$defs", {}).items():
            schemas.setdefault(name, part)
        content["schema"] = schema
        if "title" in schema:
            schemas.setdefault(schema["title"], schema)
            content["schema"] = {"$ref": REF_TEMPLATE.format(model=schema["title"])}


def _only_problems(operation: Document) -> None:
    """Say of a refusal that it is a problem document, and no JSON of another type besides."""
    for response in operation["responses"].values():
        if PROBLEM_MEDIA_TYPE in response.get("content", ()):
            response["content"].pop("application/json", None)


def _schemas_of(model: type[BaseModel]) -> Document:
    _, written = models_json_schema([(model, "serialization")], ref_template=REF_TEMPLATE)
    schemas: Document = written["$defs"]
    return schemas
