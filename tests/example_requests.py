"""The requests that the examples of the OpenAPI document add up to, against a real release."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

from gaptracker.domain.actors import Actor
from gaptracker.domain.vocabulary import ActorKind
from gaptracker.publish.addresses import CITE_PATH
from gaptracker.publish.pages.static_files import static_file
from gaptracker.receive.access import ACCESS
from tests.api_world import API_EVIDENCE, World, open_world

INTAKE = {path for _, path in ACCESS}
RELEASE_ID = re.compile(r"\d{4}-\d{2}-\d{2}-[0-9a-f]{8}")
EXAMPLE_SITE = "https://example.org"
STYLE = re.compile(r"style\.[0-9a-f]{12}\.css")
# What does not go with the example of the rest: other charts take it, or it is compared instead.
NOT_HERE = {"{chart}": ("actor", "actors", "side"), "compare": ("years", "releases")}
PAIR_ID = re.compile(r"pair_[0-9a-f]{16}")
# `Any` because the document is JSON of every shape.
Document = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """One request that the document gives as an example, and the operation that it is one of."""

    path: str
    operation: Document
    address: str


def example_world(folder: Path) -> World:
    """A world that holds every actor of the examples."""
    colombia = Actor(
        code="COL",
        kind=ActorKind.STATE,
        names={"en": "Colombia", "es": "Colombia", "pt": "Colômbia"},
    )
    actors = {**API_EVIDENCE.actors, colombia.code: colombia}
    return open_world(folder, evidence=replace(API_EVIDENCE, actors=actors))


def reading(document: Document) -> Iterator[tuple[str, Document]]:
    """Yield every operation that answers from releases, with its path."""
    for path, operations in document["paths"].items():
        if path not in INTAKE:
            yield from ((path, operation) for operation in operations.values())


def examples_of(world: World, path: str, operation: Document) -> Iterator[Example]:
    """Yield the request with what it must have, then one for each example of what it may have."""
    parameters = operation.get("parameters", ())
    needed = {each["name"]: _values(each)[0] for each in parameters if each.get("required")}
    placed = re.sub(
        r"\{([^}]*)\}", lambda found: _here(world, found[1], needed.pop(found[1])), path
    )
    taken = {each["name"]: each for each in parameters if each["in"] == "query"}
    always, together = _belonging(path)
    needed |= {name: _values(taken[name])[0] for name in always}
    yield Example(path=path, operation=operation, address=_address(world, placed, needed))
    for name, each in taken.items():
        if name in NOT_HERE.get(path.rpartition("/")[2], ()):
            continue
        beside = {other: _values(taken[other])[0] for other in together if name in together}
        for value in _values(each):
            address = _address(world, placed, {**needed, **beside, name: value})
            yield Example(path=path, operation=operation, address=address)


def _belonging(path: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return what an address always has to be asked with, and what goes together or not at all."""
    if path.endswith("/{chart}"):
        return ("theme", "year"), ()  # what the chart of the example takes
    if path == CITE_PATH:
        return (), ("actor", "theme", "year")
    return (), ()


def first_example(world: World, path: str, operation: Document) -> str:
    """Return the address with what it must have and nothing else."""
    return next(examples_of(world, path, operation)).address


def _values(parameter: Document) -> list[str]:
    """Return a parameter's examples; the values of a closed list are each one."""
    schema = parameter["schema"]
    given = parameter.get("examples") or schema.get("examples") or schema.get("enum") or []
    assert given or not parameter.get("required"), f"{parameter['name']} has no example"
    return [str(value) for value in given]


def _address(world: World, path: str, query: dict[str, str]) -> str:
    here = {name: _here(world, name, value, part=False) for name, value in query.items()}
    return f"{path}?{urlencode(here)}" if here else path


def _here(world: World, name: str, value: str, *, part: bool = True) -> str:
    """Return what stands in this world where the example names an id made of hashes."""
    value = STYLE.sub(static_file("style.css").hashed_name, value)
    value = value.replace(EXAMPLE_SITE, str(world.client.base_url))
    value = RELEASE_ID.sub(world.older if name == "from" else world.newer, value)
    value = PAIR_ID.sub(lambda _: str(world.data("/v1/pairs?limit=1")[0]["id"]), value)
    return quote(value, safe="") if part else value
