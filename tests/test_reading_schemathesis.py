"""schemathesis walks the reading API as anybody: every check, every phase.

Its short walk is part of that through the whole API in `test_intake_schemathesis.py`; with
TESTS_THOROUGH=1 there are three long ones.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import uvicorn

from gaptracker.publish.api.app import create_api
from tests.api_world import World
from tests.example_requests import example_world
from tests.fuzz_walk import labels_of, walk_reading
from tests.intake_world import THOROUGH
from tests.server_world import running

SEEDS = (1, 2, 3)
EXAMPLES = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """A server that only reads, and the releases behind it."""

    base: str
    world: World


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    world = example_world(tmp_path_factory.mktemp("releases"))
    app = create_api(world.shelf, watch_seconds=None)
    config = uvicorn.Config(app, port=0, log_level="error", access_log=False)
    with running(uvicorn.Server(config)) as base:
        yield Site(base=base, world=world)


@pytest.mark.skipif(not THOROUGH, reason="takes minutes; TESTS_THOROUGH=1 runs it")
@pytest.mark.hostile(id="schemathesis-reading-three-seeds")
@pytest.mark.parametrize("seed", SEEDS)
def test_nothing_in_the_reading_api_fails(site: Site, tmp_path: Path, seed: int) -> None:
    made = walk_reading(site.base, tmp_path, seed=seed, examples=EXAMPLES)
    (tmp_path / "walk.txt").write_text(made.numbers())
    assert made.exit_code == 0, made.said
    assert made.failures == 0
    assert made.operations == labels_of(site.world.get("/v1/openapi.json").text)
    # A walk that is refused everywhere finds nothing.
    assert made.answered == made.operations
