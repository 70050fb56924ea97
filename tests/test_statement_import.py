"""Files of statements become statements and proposals, all at once, and once."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection

from gaptracker.domain.proposals import CodingRequest
from gaptracker.domain.records import Statement
from gaptracker.domain.syncing import RunState, SourceId
from gaptracker.domain.vocabulary import CoderKind, Office
from gaptracker.intake.statement_form import csv_template, jsonl_template
from gaptracker.records.mapping import CODINGS, SOURCES, STATEMENTS
from gaptracker.records.proposals_repository import Asked
from gaptracker.records.unit_of_work import UnitOfWork
from tests.publisher_world import Publishers, publishing
from tests.statement_world import GOOD, bring, lines, row, speech, table
from tests.sync_world import Syncs, issues, open_syncs


@pytest.fixture(scope="module")
def publishers() -> Iterator[Publishers]:
    """Nobody is asked; a desk has its publishers all the same."""
    with publishing() as found:
        yield found


@pytest.fixture
def syncs(synced_records: Connection, tmp_path: Path, publishers: Publishers) -> Iterator[Syncs]:
    with open_syncs(synced_records, tmp_path, publishers) as found:
        yield found


def statements(syncs: Syncs) -> dict[str, Statement]:
    with UnitOfWork(syncs.records) as work:
        return {each.id: each for each in work.evidence.load_all(STATEMENTS)}


def test_a_row_becomes_a_statement_that_waits_for_coders(syncs: Syncs) -> None:
    run = bring(syncs, table(row()))
    assert (run.state, run.counts.rows_read, run.counts.added) == (RunState.APPLIED, 1, 2), run
    (said,) = statements(syncs).values()
    assert (said.id, said.actor, str(said.said_on)) == (
        "import-col-2024-cnd-1",
        "COL",
        "2024-03-14",
    )
    assert (said.excerpt, said.paraphrase) == (GOOD["text"], GOOD["paraphrase"])
    with UnitOfWork(syncs.records) as work:
        (source,) = work.evidence.load_all(SOURCES)
        assert source.id == said.source
        assert (source.url, source.group, source.grade) == (GOOD["link"], "site_example.org", 3)
        assert work.proposals.load_requests() == (
            CodingRequest(item=said.id, theme="harm_reduction"),
        )
        assert work.evidence.load_all(CODINGS) == ()


def test_both_forms_of_the_template_say_the_same_and_import(syncs: Syncs) -> None:
    bring(syncs, csv_template().encode())
    from_table = statements(syncs)
    run = bring(syncs, jsonl_template().encode(), "said.jsonl")
    assert (run.state, run.counts.added, run.counts.changed) == (RunState.APPLIED, 0, 0)
    assert statements(syncs) == from_table != {}


def test_the_same_file_again_changes_nothing_and_is_told_as_unchanged(syncs: Syncs) -> None:
    content = table(row(), speech())
    first = bring(syncs, content)
    second = bring(syncs, content)
    assert second.state is RunState.UNCHANGED
    other = bring(syncs, table(row(id="another")))
    third = bring(syncs, content)
    assert (other.counts.added, third.counts.added, third.counts.changed) == (1, 0, 0)
    assert (first.counts.proposals, third.counts.proposals) == (1, 0)
    assert len(statements(syncs)) == 2


def test_what_another_file_does_not_name_stays(syncs: Syncs) -> None:
    bring(syncs, table(row(id="one")))
    run = bring(syncs, table(row(id="two")))
    assert run.counts.withdrawn == 0
    assert sorted(statements(syncs)) == ["import-one", "import-two"]


def test_a_mended_row_is_a_new_revision(syncs: Syncs) -> None:
    bring(syncs, table(row()))
    run = bring(syncs, table(row(paraphrase="Wants programmes for all who ask.")))
    assert (run.counts.added, run.counts.changed) == (0, 1)
    with UnitOfWork(syncs.records) as work:
        assert len(work.evidence.load_history(STATEMENTS, "import-col-2024-cnd-1")) == 2


def test_the_bytes_are_kept_and_the_run_recorded(syncs: Syncs) -> None:
    content = table(row())
    bring(syncs, content)
    with UnitOfWork(syncs.records) as work:
        (run,) = work.syncs.load_runs(SourceId.STATEMENTS, 10)
    (snapshot,) = run.snapshots
    kept = syncs.folder / "snapshots" / snapshot.sha256[:2] / snapshot.sha256
    assert kept.read_bytes() == content
    assert snapshot.url == "offline://said.csv"


def test_a_longer_text_is_cut_into_proposals_and_is_no_statement(syncs: Syncs) -> None:
    run = bring(syncs, table(speech(speaker="A. Minister")))
    assert (run.state, run.counts.proposals) == (RunState.APPLIED, 1), run.issues
    assert statements(syncs) == {}
    with UnitOfWork(syncs.records) as work:
        (found,) = work.proposals.load(Asked())
    proposal = found.proposal
    assert (proposal.paragraph, proposal.found_by) == (2, CoderKind.MACHINE)
    assert "cannabis" in proposal.themes
    assert "regulates" in proposal.text
    assert (proposal.document.actor, proposal.document.speaker) == ("COL", "A. Minister")
    assert proposal.document.office is Office.MINISTER
    assert [term.term for term in proposal.themes["cannabis"]] == ["cannabis"]


def test_a_text_on_something_else_proposes_nothing_and_is_counted(syncs: Syncs) -> None:
    run = bring(syncs, table(speech(text="\n".join(["We speak of the sea and its fish " * 5] * 3))))
    assert (run.state, run.counts.proposals) == (RunState.APPLIED, 0)
    assert "without a paragraph" in issues(run, "left_over")[0].detail


def test_a_dry_run_tells_and_applies_nothing(syncs: Syncs) -> None:
    run = bring(syncs, table(row(), speech()), dry=True)
    assert (run.state, run.counts.added, run.counts.proposals) == (RunState.DRY, 3, 1)
    assert statements(syncs) == {}
    with UnitOfWork(syncs.records) as work:
        assert work.proposals.load(Asked()) == ()
        assert work.proposals.load_requests() == ()


def test_one_bad_row_stops_all_unless_bad_rows_are_skipped(syncs: Syncs) -> None:
    content = lines(row(id="one"), row(id="two", actor="COLL"), row(id="three"))
    run = bring(syncs, content, "said.jsonl")
    assert run.state is RunState.STOPPED
    assert statements(syncs) == {}
    (told,) = issues(run, "actor_unknown")
    assert told.where == "said.jsonl line 2"
    assert told.detail == "actor 'COLL' is not known; did you mean COL?"
    skipped = bring(syncs, content, "said.jsonl", skip=True)
    assert (skipped.state, skipped.counts.rows_refused) == (RunState.APPLIED, 1)
    assert sorted(statements(syncs)) == ["import-one", "import-three"]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        (
            "ar",
            "\u0646\u0631\u064a\u062f \u0639\u062f\u0644\u0627",
        ),
        ("zh", "\u6211\u4eec\u53cd\u5bf9\u6b7b\u5211\u3002"),
        ("fa", "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u06cc\u0645"),
    ],
)
def test_words_in_any_script_come_back_as_they_were_said(
    syncs: Syncs, language: str, text: str
) -> None:
    run = bring(syncs, b"\xef\xbb\xbf" + table(row(text=text, language=language)))
    assert run.state is RunState.APPLIED, run.issues
    assert [each.excerpt for each in statements(syncs).values()] == [text]
