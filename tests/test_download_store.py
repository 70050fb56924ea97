"""Files to take away are written once, named by the index, verified, mended, never replaced."""

import json
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

import pytest

from gaptracker.domain.errors import ReleaseCheckFailed, ReleaseCorrupt
from gaptracker.records.downloads import StagedDownloads
from gaptracker.records.release_store import KeptWith, ReleaseStore
from gaptracker.release.freeze import Frozen
from gaptracker.release.thresholds import REFERENCE_CHECKS
from gaptracker.workflows import write_downloads as writing
from gaptracker.workflows.write_downloads import write_downloads
from tests.small_release import PLAN, cut, freeze, small_evidence, with_value


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "releases"


@pytest.fixture
def store(folder: Path) -> ReleaseStore:
    return ReleaseStore(str(folder))


@pytest.fixture(scope="module")
def frozen() -> Frozen:
    return freeze(small_evidence())


def downloads_of(store: ReleaseStore, folder: Path) -> Path:
    return folder / "downloads" / str(store.find().downloads_sha256)


@pytest.mark.parametrize("kind", ["disk", "objects"])
def test_a_cut_keeps_files_and_the_index_names_their_list(kind: str, folder: Path) -> None:
    store = ReleaseStore(str(folder) if kind == "disk" else f"memory://{uuid4().hex}")
    entry = cut(store).entry
    listing = str(entry.downloads_sha256)
    # Twelve tables in four forms (one has no workbook), the definitions, the package, the archive.
    assert store.downloads.verify(listing) == len(store.downloads.names(listing)) - 1 == 50
    assert store.verify() == entry
    with pytest.raises(KeyError):
        store.downloads.find(listing, "../index.json")


def test_files_are_not_part_of_what_the_release_is(store: ReleaseStore, frozen: Frozen) -> None:
    assert cut(store).entry.content_sha256 == frozen.content_sha256
    assert not [name for name in frozen.files if name.endswith((".csv", ".xlsx"))]


def test_an_index_from_before_there_were_files_is_read(
    store: ReleaseStore, folder: Path, frozen: Frozen
) -> None:
    entry = store.keep(frozen)
    index = json.loads((folder / "index.json").read_bytes())
    del index[0]["downloads_sha256"]
    (folder / "index.json").write_text(json.dumps(index))
    assert store.entries() == (entry,)
    assert store.verify().downloads_sha256 is None
    # It stays as it was kept: an address that gave nothing does not begin to give something.
    assert cut(store, plan=replace(PLAN, again=True)).entry.downloads_sha256 is None
    assert not (folder / "downloads").exists()


def test_a_failed_run_has_no_files(store: ReleaseStore, folder: Path) -> None:
    with pytest.raises(ReleaseCheckFailed):
        cut(store, plan=replace(PLAN, checks=REFERENCE_CHECKS))
    assert not (folder / "downloads").exists()
    assert store.entries()[0].downloads_sha256 is None


def test_a_release_that_returns_keeps_its_files(store: ReleaseStore) -> None:
    first = cut(store).entry
    cut(store, with_value(90.0))
    back = cut(store).entry
    assert (back.number, back.downloads_sha256) == (3, first.downloads_sha256)


@pytest.mark.hostile
@pytest.mark.parametrize("name", ["gaps.csv", "gaps.xlsx", "release.zip", "SHA256SUMS"])
def test_a_damaged_file_is_found_and_cutting_again_mends_it(
    store: ReleaseStore, folder: Path, name: str
) -> None:
    cut(store)
    place = downloads_of(store, folder) / name
    content = place.read_bytes()
    place.write_bytes(content[:-1] + b"!")
    with pytest.raises(ReleaseCorrupt, match=name):
        store.verify()
    again = cut(store, plan=replace(PLAN, again=True))
    assert not again.created
    assert place.read_bytes() == content
    assert store.verify() == again.entry


def test_damaged_files_are_not_replaced_by_others(
    store: ReleaseStore, folder: Path, frozen: Frozen, tmp_path: Path
) -> None:
    entry = cut(store).entry
    other = tmp_path / "other"
    other.mkdir()
    staged = write_downloads(frozen.manifest, frozen.files, other)
    (other / "SHA256SUMS").write_bytes(b"")
    changed = StagedDownloads(folder=staged.folder, sha256="0" * 64)
    assert (
        store.keep(frozen, beside=KeptWith(downloads=changed)).downloads_sha256
        == entry.downloads_sha256
    )
    (downloads_of(store, folder) / "gaps.csv").unlink()
    with pytest.raises(ReleaseCheckFailed, match="this program writes others"):
        store.keep(frozen, beside=KeptWith(downloads=changed))


def test_a_file_is_hashed_once_and_again_when_it_was_touched(
    store: ReleaseStore, folder: Path
) -> None:
    listing = str(cut(store).entry.downloads_sha256)
    place = downloads_of(store, folder) / "gaps.csv"
    found = store.downloads.find(listing, "gaps.csv")
    assert found == store.downloads.find(listing, "gaps.csv")
    place.write_bytes(place.read_bytes()[:-1] + b" ")
    with pytest.raises(ReleaseCorrupt, match=r"gaps\.csv"):
        store.downloads.find(listing, "gaps.csv")


def test_workbooks_are_the_same_whoever_writes_them(frozen: Frozen, tmp_path: Path) -> None:
    (tmp_path / "one").mkdir()
    (tmp_path / "two").mkdir()
    one = write_downloads(frozen.manifest, frozen.files, tmp_path / "one")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(writing, "ROWS_WORTH_A_PROCESS", 0)
        two = write_downloads(frozen.manifest, frozen.files, tmp_path / "two", workers=2)
    assert one.sha256 == two.sha256
