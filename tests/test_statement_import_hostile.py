"""Files of statements that cannot be right: told by line, and nothing of them applied."""

import gzip
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection

from gaptracker.domain.syncing import RunState
from gaptracker.intake.connectors.statement_file import MOST_BAD_ROWS
from gaptracker.records.mapping import SOURCES, STATEMENTS
from gaptracker.records.proposals_repository import Asked
from gaptracker.records.unit_of_work import UnitOfWork
from tests.publisher_world import Publishers, publishing
from tests.statement_world import SPEECH, bring, lines, row, speech, table
from tests.sync_world import Syncs, issues, open_syncs

MEGABYTE = 1_000_000


@pytest.fixture(scope="module")
def publishers() -> Iterator[Publishers]:
    """Nobody is asked; a desk has its publishers all the same."""
    with publishing() as found:
        yield found


@pytest.fixture
def syncs(synced_records: Connection, tmp_path: Path, publishers: Publishers) -> Iterator[Syncs]:
    with open_syncs(synced_records, tmp_path, publishers) as found:
        yield found
        with UnitOfWork(found.records) as work:
            assert work.evidence.load_all(STATEMENTS) == ()
            assert work.evidence.load_all(SOURCES) == ()
            assert work.proposals.load(Asked()) == ()
            assert work.proposals.load_requests() == ()


@pytest.mark.hostile
@pytest.mark.parametrize(
    ("changes", "kind", "told"),
    [
        pytest.param({"actor": "MEXX"}, "actor_unknown", "did you mean MEX?", id="unknown-actor"),
        pytest.param({"actor": "Colombia"}, "actor_unknown", "did you mean COL?", id="a-name"),
        pytest.param({"date": "14/03/2024"}, "value_out_of_range", "2024-03-14", id="date-form"),
        pytest.param({"date": "2024-02-30"}, "value_out_of_range", "2024-02-30", id="no-day"),
        pytest.param({"date": "1013"}, "value_out_of_range", "1945 or later", id="year-1013"),
        pytest.param({"date": "2031-01"}, "value_out_of_range", "no day to come", id="future"),
        pytest.param({"read_on": "2024"}, "value_out_of_range", "expected a day", id="read-year"),
        pytest.param({"due": "2026"}, "row_refused", "only a pledge", id="due-of-advocacy"),
        pytest.param({"text": "=cmd|'/C calc'!A0"}, "row_refused", "a formula came", id="formula"),
        pytest.param({"title": "@SUM(A1)"}, "row_refused", "a formula came", id="formula-title"),
        pytest.param({"text": "\uff1d1+1"}, "row_refused", "a formula came", id="wide-formula"),
        pytest.param({"text": "peace\u202e ecaep"}, "row_refused", "U+202E", id="reordering"),
        pytest.param({"text": "a\x07b"}, "row_refused", "U+0007", id="control"),
        pytest.param({"forum": "CND\n67"}, "row_refused", "U+000A", id="line-break"),
        pytest.param({"mode": "vote"}, "category_unknown", "advocacy", id="a-vote"),
        pytest.param({"office": ""}, "row_refused", "office is empty", id="empty-office"),
        pytest.param({"theme": "harm"}, "category_unknown", "harm_reduction", id="theme"),
        pytest.param({"theme": ""}, "row_refused", "theme is empty", id="no-theme"),
        pytest.param({"id": "=1"}, "row_refused", "letters, digits", id="id"),
        pytest.param({"id": "a" * 81}, "row_refused", "at most 80", id="long-id"),
        pytest.param({"link": "javascript:alert(1)"}, "row_refused", "https://", id="script"),
        pytest.param({"link": "https://[::1"}, "row_refused", "https://", id="broken-link"),
        pytest.param({"language": "English"}, "row_refused", "ISO 639", id="language"),
        pytest.param({"solicited": "maybe"}, "category_unknown", "true, false", id="flag"),
        pytest.param({"paraphrase": "a" * 501}, "row_refused", "501", id="long-paraphrase"),
        pytest.param({"text": SPEECH}, "row_refused", "with mode, theme", id="mode-of-a-speech"),
        pytest.param(
            {"text": "\u6bd2\u54c1" * 300, "mode": "", "theme": "", "paraphrase": ""}
            | {"language": "zh"},
            "category_unknown",
            "searched in en, es, pt, fr",
            id="long-text-of-another-language",
        ),
    ],
)
def test_a_cell_that_cannot_be_is_told_with_its_line(
    syncs: Syncs, changes: dict[str, str], kind: str, told: str
) -> None:
    for content, name, where in (
        (table(row(id="good"), row(**changes)), "said.csv", "said.csv line 3"),
        (lines(row(id="good"), row(**changes)), "said.jsonl", "said.jsonl line 2"),
    ):
        run = bring(syncs, content, name)
        assert run.state is RunState.STOPPED
        issue = issues(run, kind)[0]
        assert issue.where == where
        assert told in issue.detail


@pytest.mark.hostile
@pytest.mark.parametrize(
    ("second", "told"),
    [
        pytest.param(row(paraphrase="Other words."), "came before, with other words", id="id"),
        pytest.param(row(id="b", title="Another"), "came before with another title", id="link"),
    ],
)
def test_two_rows_that_contradict_each_other_are_told(
    syncs: Syncs, second: dict[str, str], told: str
) -> None:
    run = bring(syncs, table(row(), second))
    assert run.state is RunState.STOPPED
    assert told in issues(run, "duplicate")[0].detail


@pytest.mark.hostile
@pytest.mark.parametrize(
    ("name", "content", "kind", "told"),
    [
        pytest.param("a.csv", b"", "empty_answer", "an empty file", id="empty"),
        pytest.param("a.csv", b"\xef\xbb\xbf \n", "empty_answer", "an empty file", id="bom-alone"),
        pytest.param("a.jsonl", b"\n\n", "empty_answer", "an empty file", id="blank-lines"),
        pytest.param("a.csv", table(), "guard_breached", "at least 1", id="header-alone"),
        pytest.param("a.txt", table(row()), "shape_unknown", ".csv, .jsonl", id="ending"),
        pytest.param(
            "a.csv", table(row(title="Café")).decode().encode("latin-1"), "shape_unknown", "UTF-8",
            id="latin-1",
        ),
        pytest.param("a.csv", table(row()).decode().encode("utf-16"), "shape_unknown", "NUL",
                     id="utf-16"),
        pytest.param("a.csv", table(row()) + b"\x00" * 512, "shape_unknown", "NUL", id="nul"),
        pytest.param("a.csv", table(row())[:-1] + b',"', "shape_unknown", "quotation", id="quote"),
        pytest.param("a.csv", table(row()).replace(b"actor", b"country", 1), "column_missing",
                     "no column actor", id="renamed"),
        pytest.param("a.csv", table(row()).replace(b"speaker", b"speakr", 1), "column_missing",
                     "did you mean speaker?", id="misspelt"),
        pytest.param("a.csv", table(row()).replace(b"speaker", b"actor", 1), "column_missing",
                     "actor twice", id="twice"),
        pytest.param("a.csv", b"<html>sign in</html>", "column_missing", "no column", id="html"),
        pytest.param("a.csv", lines(row()), "column_missing", "no column", id="json-as-csv"),
        pytest.param("a.jsonl", b"[" + lines(row()) + b"]", "shape_unknown", "array", id="array"),
        pytest.param("a.csv.gz", gzip.compress(table(row()))[:-9], "shape_unknown", "gzip",
                     id="cut-gzip"),
        pytest.param("a.csv.gz", b"\x1f\x8b\x08broken", "shape_unknown", "gzip", id="no-gzip"),
        pytest.param("a.csv", gzip.compress(b" " * 70 * MEGABYTE), "shape_unknown", "several",
                     id="bomb"),
        pytest.param("a.csv", b"a" * 65 * 1024 * 1024, "shape_unknown", "several", id="too-large"),
    ],
)  # fmt: skip
def test_a_file_that_is_none_is_told_whole(
    syncs: Syncs, name: str, content: bytes, kind: str, told: str
) -> None:
    run = bring(syncs, content, name)
    assert run.state in {RunState.FAILED, RunState.STOPPED}
    assert told in issues(run, kind)[0].detail


@pytest.mark.hostile
@pytest.mark.parametrize(
    ("line", "told"),
    [
        pytest.param(b'{"id": "a", "id": "b"}', "id", id="key-twice"),
        pytest.param(b'{"id": NaN}', "NaN", id="nan"),
        pytest.param(b'{"id": 7}', "id is no text", id="number"),
        pytest.param(b'{"idd": "a"}', "did you mean id?", id="misspelt"),
        pytest.param(b'"text"', "expected an object", id="text-alone"),
        pytest.param(b'{"id": {"a": {"b": "c"}}}', "nested deeper", id="nested"),
        pytest.param(b'{"id": "caf\xe9"}', "UTF-8", id="latin-1"),
        pytest.param(b'{"id": "a\x00"}', "NUL", id="nul"),
        pytest.param(b'{"text": "' + b"a" * 50 * MEGABYTE + b'"}', "at most", id="50-megabytes"),
        pytest.param(b'{"id": "a",', "expected", id="cut"),
    ],
)
def test_a_line_that_is_no_row_is_told_and_the_next_one_read(
    syncs: Syncs, line: bytes, told: str
) -> None:
    run = bring(syncs, line + b"\n" + lines(row(id="fine")), "said.jsonl")
    assert (run.state, run.counts.rows_read, run.counts.rows_refused) == (RunState.STOPPED, 2, 1)
    refused = issues(run, "row_refused")[0]
    assert refused.where == "said.jsonl line 1"
    assert told in refused.detail


@pytest.mark.hostile(id="long-cell")
def test_a_cell_of_megabytes_ends_the_reading(syncs: Syncs) -> None:
    run = bring(syncs, table(row(text="a" * 2 * MEGABYTE)))
    assert run.state is RunState.FAILED
    assert "field larger than field limit" in run.issues[0].detail


@pytest.mark.hostile(id="all-rows-bad")
def test_a_file_of_bad_rows_is_not_told_for_ever(syncs: Syncs) -> None:
    bad = lines(row(actor="NOBODY"))
    run = bring(syncs, bad * (MOST_BAD_ROWS + 500), "said.jsonl")
    assert (run.state, run.counts.rows_refused) == (RunState.STOPPED, MOST_BAD_ROWS)
    assert len(issues(run, "actor_unknown")) == MOST_BAD_ROWS


@pytest.mark.hostile(id="width")
def test_a_row_of_another_width_is_told_with_its_line(syncs: Syncs) -> None:
    wide = table(row()) + table(row(id="b")).splitlines()[1] + b",more\r\n"
    run = bring(syncs, wide)
    assert run.state is RunState.STOPPED
    assert issues(run, "row_refused")[0].where == "said.csv line 3"


@pytest.mark.hostile(id="line-numbers")
def test_lines_are_counted_through_cells_of_several_lines(syncs: Syncs) -> None:
    long = speech(text=f"{SPEECH}\n{SPEECH}")
    run = bring(syncs, table(long, row(id="b", actor="XXX")))
    (told,) = issues(run, "actor_unknown")
    assert told.where == f"said.csv line {3 + long['text'].count(chr(10))}"
