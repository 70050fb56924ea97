"""The OpenAPI document read for people: groups, parameters, example requests and answers."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from gaptracker.publish.addresses import address

KEY_REQUIRED = "401"
ERRORS_FROM = 400
PLACE = re.compile(r"\{([^}]*)\}")
# What an example asks for beside what is required: enough to see something.
EXAMPLE_QUERIES: Mapping[str, Mapping[str, str]] = {
    "list_gaps": {"actor": "MEX", "theme": "death_penalty", "year": "2022"},
    "list_pairs": {"actor": "MEX", "theme": "death_penalty", "year": "2022"},
    "cite": {"actor": "MEX", "theme": "death_penalty", "year": "2022", "style": "bibtex"},
    "get_chart": {"theme": "death_penalty", "year": "2022"},
    "chart_page": {"theme": "death_penalty", "year": "2022"},
    "chart_embed": {"theme": "death_penalty", "year": "2022"},
}

# `Any` because the document is JSON of every shape.
Document = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class DescribedParameter:
    """One parameter of an address."""

    name: str
    place: str
    required: bool
    text: str
    values: tuple[str, ...]
    default: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DescribedOperation:
    """One method of one address.

    `request` is a line for a shell; `example` is what an answer's row looks like, None where the
    document has none; `errors` are statuses with what they mean here.
    """

    anchor: str
    method: str
    path: str
    summary: str
    text: str
    needs_key: bool
    parameters: tuple[DescribedParameter, ...]
    request: str
    example: str | None
    media_types: tuple[str, ...]
    errors: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DescribedGroup:
    """The operations of one tag."""

    name: str
    text: str
    operations: tuple[DescribedOperation, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Samples:
    """What stands in example requests: the site's own address and names that exist there.

    `known` replaces an example of the document by a name that the site has.
    """

    site: str
    known: Mapping[str, str]

    def name(self, example: str) -> str:
        """Return what stands in place of an example."""
        return self.known.get(example, example)


def describe_groups(document: Document, samples: Samples) -> list[DescribedGroup]:
    """Return the document's operations by their first tag, in the order of its tags."""
    by_tag: dict[str, list[DescribedOperation]] = {each["name"]: [] for each in document["tags"]}
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            described = _operation(document, samples, path, (method, operation))
            by_tag.setdefault(operation["tags"][0], []).append(described)
    texts = {each["name"]: each["description"] for each in document["tags"]}
    return [
        DescribedGroup(name=tag, text=texts.get(tag, ""), operations=tuple(operations))
        for tag, operations in by_tag.items()
        if operations
    ]


def _operation(
    document: Document, samples: Samples, path: str, given: tuple[str, Document]
) -> DescribedOperation:
    method, operation = given
    parameters = operation.get("parameters", ())
    responses = operation["responses"]
    good = next(status for status in responses if status.startswith("2"))
    return DescribedOperation(
        anchor=operation["operationId"],
        method=method.upper(),
        path=path,
        summary=operation["summary"],
        text=operation["description"],
        needs_key=KEY_REQUIRED in responses,
        parameters=tuple(_parameter(each) for each in parameters),
        request=_request(samples, path, (method, operation)),
        example=_example(document, responses[good]),
        media_types=tuple(responses[good].get("content", ())),
        errors=tuple(
            (status, each["description"])
            for status, each in responses.items()
            if int(status) >= ERRORS_FROM
        ),
    )


def _parameter(given: Document) -> DescribedParameter:
    schema = given["schema"]
    default = schema.get("default")
    return DescribedParameter(
        name=given["name"],
        place=given["in"],
        required=given.get("required", False),
        text=given.get("description", ""),
        values=tuple(str(each) for each in schema.get("enum", ())),
        default=None if default is None else str(default),
    )


def _request(samples: Samples, path: str, given: tuple[str, Document]) -> str:
    """Return the request as a line for a shell."""
    method, operation = given
    parameters = operation.get("parameters", ())
    examples = {
        (each["in"], each["name"]): str(each["schema"]["examples"][0])
        for each in parameters
        if each["schema"].get("examples")
    }

    def in_path(match: re.Match[str]) -> str:
        name = match[1]
        example = examples.get(("path", name))
        return name.upper() if example is None else quote(samples.name(example), safe="")

    wanted = EXAMPLE_QUERIES.get(operation["operationId"], {})
    query = {
        each["name"]: wanted.get(each["name"])
        or samples.name(examples.get(("query", each["name"]), each["name"].upper()))
        for each in parameters
        if each["in"] == "query" and (each.get("required") or each["name"] in wanted)
    }
    url = samples.site + address(PLACE.sub(in_path, path), query)
    return " ".join(["curl", *_options(method, operation), f"'{url}'"])


def _options(method: str, operation: Document) -> Iterator[str]:
    """Yield what curl is told beside the address."""
    if method != "get":
        yield f"-X {method.upper()}"
    if KEY_REQUIRED in operation["responses"]:
        yield '-H "Authorization: Bearer $KEY"'
    for each in operation.get("parameters", ()):
        if each["in"] == "header" and each.get("required"):
            yield f"-H '{each['name']}: …'"
    for media_type in list(operation.get("requestBody", {}).get("content", ()))[:1]:
        yield f"-H 'Content-Type: {media_type}' --data-binary @body"


def _example(document: Document, response: Document) -> str | None:
    """Return an example of what an answer holds, as indented JSON."""
    content = response.get("content", {}).get("application/json")
    if content is None:
        return None
    found = next(_examples(document, content["schema"], frozenset()), None)
    return None if found is None else json.dumps(found, ensure_ascii=False, indent=2)


def _examples(document: Document, schema: Document, seen: frozenset[str]) -> Iterator[object]:
    """Yield the examples of a schema and of what it is made of, the outermost first."""
    reference = schema.get("$ref")
    if reference is not None:
        if reference in seen:
            return
        name = reference.rpartition("/")[2]
        inner = document["components"]["schemas"][name]
        yield from _examples(document, inner, seen | {reference})
        return
    if schema.get("type") in {"object", "array"} or "properties" in schema:
        yield from schema.get("examples", ())
    items = [schema["items"]] if "items" in schema else []
    for part in (*schema.get("properties", {}).values(), *schema.get("anyOf", ()), *items):
        yield from _examples(document, part, seen)
