"""schemathesis walks the whole API as two organisations: every check, every phase.

Every run takes a short walk; with TESTS_THOROUGH=1 there are three long ones, of minutes each.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from gaptracker.main.openapi import openapi_text
from tests.cli_world import cut
from tests.fuzz_walk import Walk, labels_of, walk
from tests.intake_world import THOROUGH, Served, serving

SEEDS = (1, 2, 3)
EXAMPLES, FEW_EXAMPLES = 10, 1
SUBMISSION = "/v1/submissions/{submission_id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """A server with a release."""

    served: Served
    release: str


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    """A server with a release, and members of several organisations."""
    release = cut(tmp_path).entry.id
    with serving(tmp_path, f"sqlite:///{tmp_path / 'records.sqlite3'}", log_level="error") as found:
        yield Site(served=found, release=release)


@pytest.mark.hostile(id="schemathesis")
def test_a_short_walk_through_the_whole_api_fails_nowhere(site: Site, tmp_path: Path) -> None:
    made = walk(
        site.served,
        tmp_path,
        seed=SEEDS[0],
        examples=FEW_EXAMPLES,
        whole=False,
    )
    check(made, tmp_path)


@pytest.mark.skipif(not THOROUGH, reason="takes minutes; TESTS_THOROUGH=1 runs it")
@pytest.mark.hostile(id="schemathesis-three-seeds")
@pytest.mark.parametrize("seed", SEEDS)
def test_nothing_in_the_whole_api_fails_for_two_organisations(
    site: Site, tmp_path: Path, seed: int
) -> None:
    made = walk(site.served, tmp_path, seed=seed, examples=EXAMPLES, whole=True)
    check(made, tmp_path)


def check(made: Walk, folder: Path) -> None:
    """Hold a walk against what it is for, and keep its numbers."""
    (folder / "walk.txt").write_text(made.numbers())
    assert made.exit_code == 0, made.said
    assert made.failures == 0
    assert made.operations == labels_of(openapi_text())
    # One organisation asked for what the other one made, and got nothing.
    assert SUBMISSION in {probe.path for probe in made.probes}
    assert {probe.status for probe in made.probes} == {404}
