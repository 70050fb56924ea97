"""A release store and an application for tests of the API: invented figures, real files.

The figures are those of the command line's tests, under names that a CSV has to survive.
"""

import csv
import io
import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response

from gaptracker.domain.actors import Actor, Membership
from gaptracker.domain.evidence import Evidence
from gaptracker.domain.time import Period
from gaptracker.domain.vocabulary import ActorKind
from gaptracker.publish.api.app import create_api
from gaptracker.publish.api.shelf import Shelf
from gaptracker.records.release_store import ReleaseStore
from tests.cli_world import EVIDENCE, SPEECH, cut, without_last_vote

HOSTILE_NAME = '=URUGUAY(1), "Oriental"'
NAMES = {
    "CHN": {"en": "China", "es": "China", "pt": "China"},
    "IRN": {"en": "إيران, Iran", "es": "Irán", "pt": "Irã"},
    "MEX": {"en": "Mexico", "es": "México", "pt": "México"},
    "URY": {"en": HOSTILE_NAME, "es": "-Uruguay", "pt": "乌拉圭"},
}
API_EVIDENCE = replace(
    EVIDENCE,
    actors={
        **{
            code: Actor(code=code, kind=ActorKind.STATE, names=names)
            for code, names in NAMES.items()
        },
        "UNODC": Actor(
            code="UNODC", kind=ActorKind.AGENCY, names={"en": "UN drugs office"}, parent=None
        ),
    },
)


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """An application in this process, and the releases it answers from."""

    client: TestClient
    shelf: Shelf
    folder: Path
    older: str
    newer: str

    def get(self, address: str, **headers: str) -> Response:
        """Ask for an address; header names are written with `_` for `-`."""
        return self.client.get(
            address, headers={name.replace("_", "-"): value for name, value in headers.items()}
        )

    def data(self, address: str) -> Any:  # noqa: ANN401  JSON of every shape
        """Return the `data` of an answer that has to be there."""
        answer = self.get(address)
        assert answer.status_code == 200, answer.text
        return answer.json()["data"]


_SHARED: list[World] = []
# Where this process has cut the releases of most worlds, and their ids.
_USUAL: list[tuple[Path, str, str]] = []


def shared_world(factory: pytest.TempPathFactory) -> World:
    """The same world for every test of a session that only reads."""
    if not _SHARED:
        _SHARED.append(open_world(factory.mktemp("api")))
    return _SHARED[0]


def open_world(
    folder: Path, *, first: Evidence | None = None, evidence: Evidence = API_EVIDENCE
) -> World:
    """Cut two releases and open an application on them; the newer one is current.

    The older one is cut of the same evidence without the last vote, unless `first` is given.
    """
    if first is None and evidence is API_EVIDENCE:
        older, newer = _copy_usual_releases(folder)
    else:
        older, newer = _cut_two(folder, first, evidence)
    shelf = Shelf(open_store(folder))
    shelf.refresh()
    return World(client=client_of(shelf), shelf=shelf, folder=folder, older=older, newer=newer)


def _cut_two(folder: Path, first: Evidence | None, evidence: Evidence) -> tuple[str, str]:
    older = cut(folder, evidence=first or without_last_vote(evidence)).entry.id
    return older, cut(folder, evidence=evidence).entry.id


def _copy_usual_releases(folder: Path) -> tuple[str, str]:
    """Lay down a copy of the two releases that a process cuts once; their ids."""
    if not _USUAL:
        made = Path(mkdtemp(prefix="usual-releases-", dir=folder.parent))
        _USUAL.append((made, *_cut_two(made, None, API_EVIDENCE)))
    made, older, newer = _USUAL[0]
    shutil.copytree(made, folder, dirs_exist_ok=True)
    return older, newer


def open_union(folder: Path) -> World:
    """An application on one release in which a union made Mexico's speech of 2021 for it."""
    union = Actor(
        code="EUU", kind=ActorKind.SUPRANATIONAL, names={"en": "A union", "es": "Una unión"}
    )
    said = next(each for each in API_EVIDENCE.statements if each.id == SPEECH.id)
    evidence = replace(
        API_EVIDENCE,
        actors={**API_EVIDENCE.actors, union.code: union},
        statements=tuple(
            replace(each, actor=union.code) if each is said else each
            for each in API_EVIDENCE.statements
        ),
        memberships=(Membership(member="MEX", group=union.code, period=Period()),),
    )
    name = cut(folder, evidence=evidence).entry.id
    shelf = Shelf(open_store(folder))
    shelf.refresh()
    return World(client=client_of(shelf), shelf=shelf, folder=folder, older=name, newer=name)


def open_store(folder: Path) -> ReleaseStore:
    """The release store of a data folder."""
    return ReleaseStore((folder / "releases").as_posix())


def client_of(shelf: Shelf) -> TestClient:
    """A client of an application that is told when to look for releases."""
    return TestClient(create_api(shelf, watch_seconds=None), raise_server_exceptions=True)


def rows_of(answer: Response) -> list[dict[str, str]]:
    """Read an answer's CSV as a program would."""
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8"), newline="")))


def lines_of(answer: Response) -> list[dict[str, Any]]:
    """Read an answer's NDJSON as a program would."""
    lines = answer.content.decode("utf-8").split("\n")
    assert lines.pop() == "", "the last line is ended, too"
    return [json.loads(line) for line in lines]


def pages(world: World, address: str) -> Iterator[Response]:
    """Follow `Link` from page to page."""
    following: str | None = address
    while following is not None:
        answer = world.get(following)
        assert answer.status_code == 200, answer.text
        yield answer
        following = answer.links.get("next", {}).get("url")


def the_error(answer: Response) -> dict[str, Any]:
    """Return the single error of a refusal, after checking that it is a whole problem document."""
    problem = the_problem(answer)
    assert len(problem["errors"]) == 1, problem
    error: dict[str, Any] = problem["errors"][0]
    return error


def the_problem(answer: Response) -> dict[str, Any]:
    """Return a refusal's document, after checking what every one of them has to hold."""
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["cache-control"] == "no-store"
    problem: dict[str, Any] = answer.json()
    assert problem["status"] == answer.status_code
    assert problem["type"] == f"/v1/problems/{problem['code']}"
    assert problem["instance"] == f"urn:request:{answer.headers['x-request-id']}"
    return problem
