"""Releases are immutable, indexed and verified; nothing half done is ever there."""

import json
import os
import subprocess
import sys
import textwrap
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

import pytest

from gaptracker.domain.errors import (
    NothingToScore,
    ReleaseCheckFailed,
    ReleaseCorrupt,
    UnknownName,
)
from gaptracker.domain.vocabulary import ReleaseState
from gaptracker.publish.frozen import load_release
from gaptracker.records.release_store import ReleaseStore
from gaptracker.release.checks import BoundKind, Check
from gaptracker.release.freeze import Frozen
from gaptracker.release.thresholds import REFERENCE_CHECKS
from gaptracker.workflows.blocks import Block, ScoredBlock, ScoringRun
from gaptracker.workflows.cut_release import CutPlan
from tests.small_release import PLAN, cut, freeze, small_evidence, with_value

FAILING = replace(PLAN, checks=REFERENCE_CHECKS)

CUT_ONE = """
import sys
from gaptracker.records.release_store import ReleaseStore
from tests.small_release import cut, with_value
print(cut(ReleaseStore(sys.argv[1]), with_value(float(sys.argv[2]))).entry.id)
"""
HOLD_THE_LOCK = """
import sys
from gaptracker.records.release_files import ReleaseFiles
with ReleaseFiles(sys.argv[1]).locked():
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "releases"


@pytest.fixture
def store(folder: Path) -> ReleaseStore:
    return ReleaseStore(str(folder))


@pytest.fixture(params=["disk", "objects"])
def any_store(request: pytest.FixtureRequest, folder: Path) -> ReleaseStore:
    """A store on a disk, and one that like an object store has neither rename nor lock."""
    return ReleaseStore(str(folder) if request.param == "disk" else f"memory://{uuid4().hex}")


@pytest.fixture(scope="module")
def frozen() -> Frozen:
    return freeze(small_evidence())


def bytes_under(folder: Path) -> dict[str, bytes]:
    """Every file below a folder but the lock, with its bytes."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and path.name != ".lock"
    }


class NoEngine:
    """Scores nothing: the release is there already."""

    def score(self, blocks: Iterable[Block], run: ScoringRun) -> Iterator[ScoredBlock]:
        pytest.fail(f"{run.release} was scored although it is there: {next(iter(blocks))}")


def in_process(code: str, *arguments: str) -> subprocess.Popen[str]:
    root = Path(__file__).resolve().parent.parent
    return subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(code), *arguments],
        env={**os.environ, "PYTHONPATH": str(root)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def test_a_cut_release_is_kept_indexed_and_current(any_store: ReleaseStore) -> None:
    outcome = cut(any_store)
    assert outcome.created
    assert any_store.entries() == (outcome.entry,)
    assert any_store.latest() == outcome.entry.id == any_store.verify().id
    assert outcome.entry.number == 1
    assert outcome.entry.previous is None


def test_a_new_store_has_no_release(any_store: ReleaseStore) -> None:
    assert any_store.entries() == ()
    assert any_store.latest() is None
    with pytest.raises(UnknownName, match="latest"):
        any_store.find()


def test_cutting_the_same_inputs_twice_changes_nothing(store: ReleaseStore, folder: Path) -> None:
    first = cut(store)
    before = bytes_under(folder)
    second = cut(store, plan=replace(PLAN, engine=NoEngine()))
    assert not second.created
    assert second.entry == first.entry
    assert bytes_under(folder) == before


def test_scoring_again_gives_the_same_bytes_and_changes_nothing(any_store: ReleaseStore) -> None:
    first = cut(any_store)
    again = cut(any_store, plan=replace(PLAN, again=True))
    assert not again.created
    assert any_store.entries() == (first.entry,)


def test_the_same_inputs_that_freeze_to_other_bytes_are_refused(
    store: ReleaseStore, frozen: Frozen
) -> None:
    kept = cut(store)
    with pytest.raises(ReleaseCheckFailed, match="the kept one stays"):
        store.keep(replace(frozen, content_sha256="0" * 64))
    assert store.entries() == (kept.entry,)


def test_a_newer_release_takes_over_and_the_older_stays(any_store: ReleaseStore) -> None:
    first, second = cut(any_store), cut(any_store, with_value(90.0))
    assert any_store.latest() == second.entry.id != first.entry.id
    assert second.entry.previous == first.entry.id
    assert any_store.verify(first.entry.id) == first.entry
    assert [entry.number for entry in any_store.entries()] == [1, 2]


def test_what_moved_stands_in_the_index_and_not_in_the_release(store: ReleaseStore) -> None:
    cut(store)
    outcome = cut(store, with_value(90.0))
    assert [warning.name for warning in outcome.warnings] == ["moved_share"]
    assert [check.name for check in outcome.entry.compared] == ["moved_share", "lost_share"]
    alone = freeze(with_value(90.0))
    assert alone.content_sha256 == outcome.entry.content_sha256


def test_warnings_come_back_with_a_release_that_is_kept_already(store: ReleaseStore) -> None:
    cut(store)
    first = cut(store, with_value(90.0))
    assert cut(store, with_value(90.0)).warnings == first.warnings != ()


def test_evidence_that_returns_makes_its_release_current_again(store: ReleaseStore) -> None:
    first = cut(store)
    cut(store, with_value(90.0))
    back = cut(store, plan=replace(PLAN, engine=NoEngine()))
    assert store.latest() == back.entry.id == first.entry.id
    assert not back.created
    assert [entry.number for entry in store.entries()] == [1, 2, 3]


def test_a_failed_run_is_archived_and_never_current(any_store: ReleaseStore) -> None:
    published = cut(any_store)
    with pytest.raises(ReleaseCheckFailed) as raised:
        cut(any_store, with_value(90.0), FAILING)
    assert "graded_states_death_penalty_2022: found 0, expected at least 150" in str(raised.value)
    failed = any_store.entries()[-1]
    assert failed.state is ReleaseState.FAILED
    assert failed.folder in str(raised.value)
    assert any_store.read(failed).files.keys() >= {"manifest.json", "gaps.parquet"}
    assert any_store.latest() == published.entry.id
    with pytest.raises(ReleaseCheckFailed, match="never published"):
        load_release(any_store, failed.id)


def test_a_first_run_that_fails_leaves_nothing_to_show(store: ReleaseStore) -> None:
    with pytest.raises(ReleaseCheckFailed):
        cut(store, plan=FAILING)
    assert store.latest() is None
    with pytest.raises(UnknownName):
        load_release(store)


def test_failing_twice_alike_is_archived_once(store: ReleaseStore, folder: Path) -> None:
    for _ in range(2):
        with pytest.raises(ReleaseCheckFailed):
            cut(store, plan=FAILING)
    assert len(store.entries()) == 1
    assert len(list((folder / "failed").iterdir())) == 1


def test_a_failed_run_does_not_block_its_release(store: ReleaseStore) -> None:
    with pytest.raises(ReleaseCheckFailed):
        cut(store, plan=FAILING)
    outcome = cut(store)
    assert outcome.created
    assert store.latest() == outcome.entry.id == store.entries()[0].id


def test_an_empty_run_is_archived_as_failed_and_old_data_do_not_return(
    store: ReleaseStore,
) -> None:
    published = cut(store)
    nothing = replace(small_evidence(), statements=(), measures=(), observations=(), codings=())
    with pytest.raises(ReleaseCheckFailed, match="cells_with_gap"):
        cut(store, nothing)
    assert [entry.state.value for entry in store.entries()] == ["published", "failed"]
    assert store.latest() == published.entry.id


def test_evidence_older_than_the_first_year_is_refused(store: ReleaseStore) -> None:
    with pytest.raises(NothingToScore, match="before the first year"):
        cut(store, plan=replace(PLAN, years=()))
    assert store.entries() == ()


def test_warnings_do_not_fail_a_release(store: ReleaseStore) -> None:
    loud = Check(
        name="loud", kind=BoundKind.CEILING, bound=0, measure=lambda _: 1.0, reason="a test"
    )
    outcome = cut(store, plan=replace(PLAN, checks=(*PLAN.checks, loud)))
    assert [warning.name for warning in outcome.warnings] == ["loud"]


@pytest.mark.parametrize(
    "name", ["manifest.json", "gaps.parquet", "pairs.parquet", "sources.parquet", "actors.json"]
)
def test_a_changed_byte_is_found_and_nothing_is_loaded(
    store: ReleaseStore, folder: Path, name: str, frozen: Frozen
) -> None:
    release = cut(store).entry.id
    place = folder / release / name
    content = bytearray(place.read_bytes())
    content[len(content) // 2] ^= 1
    place.write_bytes(content)
    with pytest.raises(ReleaseCorrupt) as raised:
        store.verify(release)
    expected = frozen.manifest.files.get(name, frozen.content_sha256)
    assert f"{release}/{name}" in str(raised.value)
    assert f"expected SHA-256 {expected}, found " in str(raised.value)
    with pytest.raises(ReleaseCorrupt):
        load_release(store)
    with pytest.raises(ReleaseCorrupt):
        cut(store)


def test_a_missing_file_is_found(store: ReleaseStore, folder: Path) -> None:
    release = cut(store).entry.id
    (folder / release / "codings.parquet").unlink()
    with pytest.raises(ReleaseCorrupt, match=r"codings\.parquet.*found no such file"):
        load_release(store)


def test_a_manifest_changed_together_with_a_file_is_found_by_the_index(
    store: ReleaseStore, folder: Path
) -> None:
    release = cut(store).entry.id
    place = folder / release / "manifest.json"
    place.write_text(place.read_text().replace('"published"', '"published "'))
    with pytest.raises(ReleaseCorrupt, match=r"manifest\.json"):
        store.verify(release)


def test_a_damaged_release_is_written_anew_by_scoring_again(
    store: ReleaseStore, folder: Path
) -> None:
    release = cut(store).entry.id
    before = bytes_under(folder)
    (folder / release / "gaps.parquet").write_bytes(b"")
    outcome = cut(store, plan=replace(PLAN, again=True))
    assert not outcome.created
    assert bytes_under(folder) == before


@pytest.mark.parametrize("content", ["", "{}", '[{"number": 1}]', "not JSON"])
def test_an_index_that_is_none_is_refused(store: ReleaseStore, folder: Path, content: str) -> None:
    cut(store)
    (folder / "index.json").write_text(content)
    with pytest.raises(ReleaseCorrupt, match=r"index\.json"):
        store.find()
    with pytest.raises(ReleaseCorrupt):
        cut(store, with_value(90.0))


def test_an_unknown_release_is_answered_with_known_ones(store: ReleaseStore) -> None:
    known = cut(store).entry.id
    with pytest.raises(UnknownName) as raised:
        store.find("2022-12-31-00000000")
    assert raised.value.nearest == (known,)


def test_a_full_disk_leaves_no_half_release(
    store: ReleaseStore, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    published = cut(store)
    before = bytes_under(folder)
    calls = 0

    def full(_: int) -> None:
        nonlocal calls
        calls += 1
        if calls > 3:
            raise OSError(28, "No space left on device")

    with monkeypatch.context() as world:
        world.setattr(os, "fsync", full)
        with pytest.raises(OSError, match="No space left"):
            cut(store, with_value(90.0))
    assert store.latest() == published.entry.id
    assert store.entries() == (published.entry,)
    assert len([path for path in folder.iterdir() if path.name.startswith(".partial-")]) == 1
    cut(store, with_value(90.0))
    assert not [path for path in folder.iterdir() if path.name.startswith(".partial-")]
    assert {name: bytes_under(folder)[name] for name in before if "/" in name} == {
        name: content for name, content in before.items() if "/" in name
    }


def test_a_process_killed_before_the_index_was_written_leaves_nothing_in_the_way(
    store: ReleaseStore, folder: Path
) -> None:
    release = cut(store).entry.id
    # As it stands when the folder has its name, and the index does not know of it yet.
    (folder / "index.json").unlink()
    (folder / "latest").unlink()
    (folder / release / "gaps.parquet").write_bytes(b"another program's")
    outcome = cut(store)
    assert outcome.created
    assert store.verify().id == release


def test_a_process_killed_before_latest_moved_is_made_good_by_the_next_cut(
    store: ReleaseStore, folder: Path
) -> None:
    first, second = cut(store), cut(store, with_value(90.0))
    (folder / "latest").write_text(f"{first.entry.id}\n")
    assert cut(store, with_value(90.0)).entry == second.entry
    assert store.latest() == second.entry.id


def test_processes_that_cut_at_once_do_not_tear_the_index(
    store: ReleaseStore, folder: Path
) -> None:
    values = ["10", "20", "30", "30"]
    running = [in_process(CUT_ONE, str(folder), value) for value in values]
    said = [process.communicate(timeout=120)[0].strip() for process in running]
    assert [process.returncode for process in running] == [0] * len(values)
    entries = store.entries()
    assert [entry.number for entry in entries] == list(range(1, len(entries) + 1))
    assert {entry.id for entry in entries} == set(said)
    assert len(set(said)) == 3
    assert store.latest() == entries[-1].id
    for entry in entries:
        store.verify(entry.id)


def test_a_writer_waits_for_the_lock_and_says_who_holds_it(
    store: ReleaseStore, folder: Path, frozen: Frozen
) -> None:
    holder = in_process(HOLD_THE_LOCK, str(folder))
    assert holder.stdout is not None
    assert holder.stdout.readline() == "held\n"
    impatient = ReleaseStore(str(folder), lock_wait_seconds=0.2)
    with pytest.raises(TimeoutError, match=f"process {holder.pid}"):
        impatient.keep(frozen)
    holder.kill()
    holder.communicate(timeout=120)
    # The lock ended with its holder, although nobody cleaned up after it.
    assert store.keep(frozen).number == 1


def test_the_index_can_be_read_without_the_program(store: ReleaseStore, folder: Path) -> None:
    entry = cut(store).entry
    (listed,) = json.loads((folder / "index.json").read_text())
    assert listed["id"] == entry.id == (folder / "latest").read_text().strip()
    assert listed["state"] == "published"
    assert listed["content_sha256"] == entry.content_sha256


def test_progress_rises_to_the_number_of_cells(store: ReleaseStore) -> None:
    told: list[tuple[int, int]] = []
    cut(store, plan=replace(PLAN, progress=lambda done, total: told.append((done, total))))
    assert told == sorted(told)
    assert told[-1] == (6, 6)


def test_the_reference_run_is_the_default() -> None:
    assert CutPlan().checks == REFERENCE_CHECKS
