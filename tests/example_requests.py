"""The requests that the examples of the OpenAPI document add up to, against a real release."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

from gaptracker.domain.actors import Actor
from gaptracker.domain.vocabulary import ActorKind
from gaptracker.receive.access import ACCESS
from tests.api_world import API_EVIDENCE, World, open_world
from tests.beside_world import a_reply, an_erratum, lay

INTAKE = {path for _, path in ACCESS}
RELEASE_ID = re.compile(r"\d{4}-\d{2}-\d{2}-[0-9a-f]{8}")
PAIR_ID = re.compile(r"pair_[0-9a-f]{16}")
PLACE = re.compile(r"\{([^}]*)\}")
STATIC = re.compile(r'"/static/([^"]+)"')
# What some charts take and others refuse.
ASKED_OF_CHARTS = {"actor", "actors", "theme", "year", "side"}
COLOMBIA = Actor(
    code="COL", kind=ActorKind.STATE, names={"en": "Colombia", "es": "Colombia", "pt": "Colômbia"}
)
EXAMPLE_EVIDENCE = replace(API_EVIDENCE, actors={**API_EVIDENCE.actors, COLOMBIA.code: COLOMBIA})
# `Any` because the document is JSON of every shape.
Document = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """One request that the document gives as an example, and the operation that it is one of."""

    path: str
    operation: Document
    address: str


def example_world(folder: Path) -> World:
    """A world that holds every actor of the examples, a reply and an erratum."""
    world = open_world(folder, evidence=EXAMPLE_EVIDENCE)
    lay(world.shelf.store, [a_reply(world.newer)], [an_erratum(world.newer)])
    world.shelf.refresh()
    return world


def reading(document: Document) -> Iterator[tuple[str, Document]]:
    """Yield every operation that answers from releases, with its path."""
    for path, operations in document["paths"].items():
        if path not in INTAKE:
            yield from ((path, operation) for operation in operations.values())


def examples_of(world: World, path: str, operation: Document) -> Iterator[Example]:
    """Yield the requests with what it must have, then one for each example of what it may have."""
    parameters = operation.get("parameters", ())
    examples = {each["name"]: _values(each) for each in parameters}
    needed = {each["name"]: examples[each["name"]][0] for each in parameters if each["required"]}
    together = [
        {**needed, **{name: given or examples[name][0] for name, given in each.items()}}
        for each in _together(world, path) or [{}]
    ]
    apart = {name for each in together for name in each} - set(together[0])
    if "{chart}" in path:
        apart |= ASKED_OF_CHARTS - set(together[0])
    asked = [*together]
    for name, values in examples.items():
        if name not in apart and f"{{{name}}}" not in path:
            asked += [{**together[0], name: value} for value in values]
    for each in asked:
        yield Example(path=path, operation=operation, address=_address(world, path, each))


def _together(world: World, path: str) -> list[dict[str, str | None]]:
    """Return the sets of parameters that only make sense together; None for their examples."""
    if "{chart}" in path:
        charts = world.data("/v1/charts")
        return [{"chart": each["id"], **dict.fromkeys(each["parameters"])} for each in charts]
    if path == "/v1/cite":
        return [dict.fromkeys(("actor", "theme", "year")), {"pair": None}]
    if path == "/v1/compare":
        return [
            dict.fromkeys(("actors", "theme", "year")),
            {"actors": "MEX", **dict.fromkeys(("theme", "years"))},
            {"actors": "MEX", **dict.fromkeys(("theme", "year", "releases"))},
        ]
    if path == "/static/{name}":
        return [{"name": found} for found in STATIC.findall(world.get("/docs").text)]
    return []


def _values(parameter: Document) -> list[str]:
    """Return a parameter's examples; the values of a closed list are each one."""
    schema = parameter["schema"]
    given = parameter.get("examples") or schema.get("examples") or schema.get("enum") or []
    assert given or not parameter.get("required"), f"{parameter['name']} has no example"
    return [str(value) for value in given]


def _address(world: World, path: str, given: dict[str, str]) -> str:
    here = {name: _here(world, name, value) for name, value in given.items()}
    placed = PLACE.sub(lambda found: quote(here.pop(found[1]), safe=""), path)
    return f"{placed}?{urlencode(here)}" if here else placed


def _here(world: World, name: str, value: str) -> str:
    """Return what stands in this world where the example names a host or an id made of hashes."""
    if name == "releases":
        return f"{world.older},{world.newer}"
    if name == "years":
        return "2021,2022"  # this small world has no others
    if name == "actor" and value not in API_EVIDENCE.actors and "," not in value:
        return "MEX"  # this small world has no federation
    value = RELEASE_ID.sub(world.older if name == "from" else world.newer, value)
    value = value.replace("https://example.org", str(world.client.base_url).rstrip("/"))
    return PAIR_ID.sub(lambda _: str(world.data("/v1/pairs?limit=1")[0]["id"]), value)
