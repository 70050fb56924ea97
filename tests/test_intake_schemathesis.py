"""schemathesis walks the whole API as two organisations: every check, every phase.

Every run takes a short walk, which goes through the reading API as well; with TESTS_THOROUGH=1
there are three long ones, of minutes each.
"""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from gaptracker.main.openapi import openapi_text
from tests.api_world import open_store
from tests.beside_world import a_reply, an_erratum, lay
from tests.cli_world import cut, without_last_vote
from tests.example_requests import EXAMPLE_EVIDENCE, reading
from tests.fuzz_walk import Walk, labels_of, walk
from tests.intake_world import THOROUGH, Served, serving

SEEDS = (1, 2, 3)
EXAMPLES, FEW_EXAMPLES = 10, 1
SUBMISSION = "/v1/submissions/{submission_id}"


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    """A server with two releases, a reply and an erratum, and members of organisations."""
    for evidence in (without_last_vote(EXAMPLE_EVIDENCE), EXAMPLE_EVIDENCE):
        release = cut(tmp_path, evidence=evidence).entry.id
    lay(open_store(tmp_path), [a_reply(release)], [an_erratum(release)])
    with serving(tmp_path, f"sqlite:///{tmp_path / 'records.sqlite3'}", log_level="error") as found:
        yield found


@pytest.mark.hostile(id="schemathesis")
def test_a_short_walk_through_the_whole_api_fails_nowhere(served: Served, tmp_path: Path) -> None:
    made = walk(served, tmp_path, seed=SEEDS[0], examples=FEW_EXAMPLES, whole=False)
    check(made, tmp_path)


@pytest.mark.skipif(not THOROUGH, reason="takes minutes; TESTS_THOROUGH=1 runs it")
@pytest.mark.hostile(id="schemathesis-three-seeds")
@pytest.mark.parametrize("seed", SEEDS)
def test_nothing_in_the_whole_api_fails_for_two_organisations(
    served: Served, tmp_path: Path, seed: int
) -> None:
    made = walk(served, tmp_path, seed=seed, examples=EXAMPLES, whole=True)
    check(made, tmp_path)


def check(made: Walk, folder: Path) -> None:
    """Hold a walk against what it is for, and keep its numbers."""
    (folder / "walk.txt").write_text(made.numbers())
    assert made.exit_code == 0, made.said
    assert made.failures == 0
    document = openapi_text()
    assert made.operations == labels_of(document)
    # A walk that is refused everywhere finds nothing.
    answering = {f"GET {path}" for path, _ in reading(json.loads(document))}
    assert made.answered >= made.operations & answering
    # One organisation asked for what the other one made, and got nothing.
    assert SUBMISSION in {probe.path for probe in made.probes}
    assert {probe.status for probe in made.probes} == {404}
