"""A release leaves the store byte for byte, with tables that any spreadsheet opens."""

import csv
import io
from pathlib import Path

import polars as pl
import pytest

from gaptracker.domain.errors import InvalidValue, ReleaseCorrupt
from gaptracker.domain.formula_guard import formula_safe
from gaptracker.records.release_store import ReleaseStore
from gaptracker.release.csv_text import write_csv
from gaptracker.workflows.export_release import export_release
from tests.small_release import cut, freeze, small_evidence


@pytest.fixture
def store(tmp_path: Path) -> ReleaseStore:
    store = ReleaseStore(str(tmp_path / "releases"))
    cut(store)
    return store


def test_files_leave_the_store_byte_for_byte(store: ReleaseStore, tmp_path: Path) -> None:
    written = export_release(store, tmp_path / "out" / "here")
    entry = store.find()
    kept = dict(store.read(entry).files)
    listing = str(entry.downloads_sha256)
    kept |= {name: store.downloads.read(listing, name) for name in store.downloads.names(listing)}
    assert {path.name: path.read_bytes() for path in written} == kept
    assert {"gaps.csv", "gaps.xlsx", "pairs.ndjson", "release.zip", "SHA256SUMS"} <= kept.keys()
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["here"]


def test_a_release_from_before_there_were_files_leaves_with_its_gaps(tmp_path: Path) -> None:
    store = ReleaseStore(str(tmp_path / "releases"))
    frozen = freeze(small_evidence())
    store.keep(frozen)
    assert store.verify().downloads_sha256 is None
    written = export_release(store, tmp_path / "out")
    assert {path.name for path in written} == {*frozen.files, "gaps.csv"}


def test_the_table_holds_every_cell_unrounded(store: ReleaseStore, tmp_path: Path) -> None:
    export_release(store, tmp_path / "out")
    content = (tmp_path / "out" / "gaps.csv").read_bytes()
    rows = list(csv.DictReader(io.StringIO(content.decode("utf-8"), newline="")))
    frame = pl.read_parquet(tmp_path / "out" / "gaps.parquet")
    assert [row["gap"] and float(row["gap"]) for row in rows] == [
        "" if gap is None else gap for gap in frame["gap"]
    ]
    assert list(rows[0]) == [*frame.columns, "provisional"]
    assert {row["law_only"] for row in rows} <= {"true", "false"}
    assert content.count(b"\r\n") == content.count(b"\n") == frame.height + 1
    assert not content.startswith(b"\xef\xbb\xbf")


def test_texts_are_quoted_and_run_no_formula() -> None:
    frame = pl.DataFrame(
        {"text": ["=1+1", 'a "word"', "a,b", "two\nlines", None, "#1"], "number": [-1.5] * 6}
    )
    assert write_csv(frame).decode() == (
        "text,number\r\n"
        "'=1+1,-1.5\r\n"
        '"a ""word""",-1.5\r\n'
        '"a,b",-1.5\r\n'
        '"two\nlines",-1.5\r\n'
        ",-1.5\r\n"
        "#1,-1.5\r\n"
    )


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t=", "  +", "\uff1d", "\u200b@", "|", "%"])
def test_no_text_begins_a_formula(start: str) -> None:
    assert formula_safe(f"{start}cmd") == f"'{start}cmd"


def test_a_folder_that_holds_something_is_left_alone(store: ReleaseStore, tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "notes.txt").write_text("mine")
    with pytest.raises(InvalidValue, match="is there already"):
        export_release(store, tmp_path / "mine")
    assert [path.name for path in (tmp_path / "mine").iterdir()] == ["notes.txt"]
    (tmp_path / "empty").mkdir()
    assert export_release(store, tmp_path / "empty")


def test_a_damaged_release_does_not_leave(store: ReleaseStore, tmp_path: Path) -> None:
    release = store.find().id
    (tmp_path / "releases" / release / "gaps.parquet").write_bytes(b"")
    with pytest.raises(ReleaseCorrupt):
        export_release(store, tmp_path / "out")
    assert not (tmp_path / "out").exists()
