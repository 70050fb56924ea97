"""Votes of the General Assembly become the statements that the reference data make of them."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import Connection

from gaptracker.domain.records import Statement
from gaptracker.domain.syncing import RunState
from gaptracker.intake.connectors.un_votes import FILE_LIST, LIBRARY, RECORD, UnVotes
from gaptracker.intake.reference_files import load_reference_files, packaged_reference
from gaptracker.records.mapping import OPPORTUNITIES, STATEMENTS
from gaptracker.records.unit_of_work import UnitOfWork
from tests.publisher_world import publishing
from tests.sync_world import Syncs, issues, newest_rules, open_syncs
from tests.un_votes_files import LIBRARY_COLUMNS, file_list, roll_call, written

NEWEST, OLDER = "2026_02_06_ga_voting", "2025_9_19_ga_voting"
NEWEST_URL, OLDER_URL = f"{RECORD}/files/{NEWEST}.csv", f"{RECORD}/files/{OLDER}.csv"
# As the reference data have A/RES/62/149 for these five.
CAST = {"MEX": "Y", "USA": "N", "CUB": "A", "COD": "X", "IRN": "N"}
OTHER_TEXT = roll_call("A/RES/62/150", {"MEX": "Y", "USA": "N"}, title="Right of peoples")


class FewVotes(UnVotes):
    """The connector with a guard for a small world."""

    about = replace(UnVotes.about, guard=replace(UnVotes.about.guard, rows=5, actors=3))


@pytest.fixture
def syncs(synced_records: Connection, tmp_path: Path) -> Iterator[Syncs]:
    with publishing() as publishers, open_syncs(synced_records, tmp_path, publishers) as found:
        publishers.serve(FILE_LIST, file_list(OLDER, NEWEST))
        yield found


def serve(syncs: Syncs, rows: list[list[object]], head: bytes = b"") -> None:
    syncs.publishers.serve(NEWEST_URL, head + written(LIBRARY_COLUMNS, rows))


def statements(syncs: Syncs) -> dict[str, Statement]:
    with UnitOfWork(syncs.records) as work:
        return {each.id: each for each in work.evidence.load_all(STATEMENTS)}


def outcomes(syncs: Syncs) -> dict[str, str]:
    with UnitOfWork(syncs.records) as work:
        return {each.id: each.outcome for each in work.evidence.load_all(OPPORTUNITIES)}


def test_votes_are_the_statements_of_the_reference_data(syncs: Syncs) -> None:
    serve(syncs, [*OTHER_TEXT, *roll_call("A/RES/62/149", CAST)], head=b"\xef\xbb\xbf")
    run = syncs.sync(FewVotes())
    assert run.state is RunState.APPLIED, run.issues
    reference = load_reference_files(packaged_reference(), newest_rules()).evidence.statements
    ours = {each.id: each for each in reference}
    found = statements(syncs)
    assert set(found) == {f"vote-A-RES-62-149-{code}" for code in ("MEX", "USA", "CUB", "IRN")}
    for name, statement in found.items():
        assert statement == replace(ours[name], source=LIBRARY)
    assert outcomes(syncs)["roll-call-A/RES/62/149-COD".replace("/", "-")] == "silent"
    assert outcomes(syncs)["roll-call-A-RES-62-149-MEX"] == "taken"
    counts = run.counts
    assert (counts.rows_read, counts.rows_refused, counts.rows_left_over) == (7, 0, 2)
    assert counts.added == 4 + 5 + 1
    assert [each.release for each in run.snapshots] == [None, "2026-02-06"]


def test_a_second_sync_asks_conditionally_and_applies_nothing(syncs: Syncs) -> None:
    serve(syncs, roll_call("A/RES/62/149", CAST))
    syncs.sync(FewVotes())
    assert syncs.sync(FewVotes()).state is RunState.UNCHANGED
    assert syncs.publishers.statuses == [200, 200, 304, 304]
    again = syncs.sync(FewVotes(), again=True)
    assert (again.state, again.counts.added, again.counts.changed) == (RunState.APPLIED, 0, 0)


def test_a_text_that_only_the_codebook_knows_has_the_title_of_the_library(syncs: Syncs) -> None:
    title = "Elaboration of a 2nd optional protocol"
    serve(syncs, roll_call("A/RES/44/128", CAST, title=title, day="1989-12-15"))
    assert syncs.sync(FewVotes()).state is RunState.APPLIED
    found = statements(syncs)["vote-A-RES-44-128-MEX"]
    assert found.paraphrase == f"Voted in favour of A/RES/44/128: {title}"
    assert (str(found.said_on), found.rule, found.answer) == ("1989-12-15", "A/RES/44/128", "yes")


def test_a_newer_text_of_a_series_without_a_rule_is_told(syncs: Syncs) -> None:
    newer = roll_call("A/RES/79/179", {"MEX": "Y", "USA": "N"}, day="2024-12-17")
    serve(syncs, [*roll_call("A/RES/62/149", CAST), *newer])
    run = syncs.sync(FewVotes())
    (told,) = issues(run, "category_unknown")
    assert "A/RES/79/179" in told.where
    assert "series moratorium" in told.detail
    assert run.counts.rows_left_over == 2


def test_the_older_layout_with_other_names_is_read(syncs: Syncs) -> None:
    header = LIBRARY_COLUMNS.replace("ms_code", "ms_codes").replace("ms_vote", "ms_votes")
    header = header.replace("total_yes", "yes").replace("total_no,", "no,")
    cast = {**CAST, "COD": "NV", "PRK": ""}
    body = written(header, roll_call("A/RES/62/149", cast))
    syncs.publishers.serve(NEWEST_URL, body)
    run = syncs.sync(FewVotes())
    assert run.state is RunState.APPLIED, run.issues
    silent = [name for name, outcome in outcomes(syncs).items() if outcome == "silent"]
    assert sorted(name[-3:] for name in silent) == ["COD", "PRK"]


def test_the_pair_of_unvotes_is_read_from_a_folder(syncs: Syncs, tmp_path: Path) -> None:
    folder = tmp_path / "given"
    folder.mkdir()
    (folder / "un_roll_calls.csv").write_bytes(
        written(
            "rcid,session,importantvote,date,unres,amend,para,short,descr",
            [
                [4801, 62, 0, "2007-12-18", "R/62/149", 0, 0, "MORATORIUM", "Moratorium"],
                [4802, 62, "NA", "2007-12-18", "R/62/149", 0, 1, "PARAGRAPH", "A paragraph"],
            ],
        )
    )
    votes = [
        [4801, "Mexico", "MX", "yes"],
        [4801, "United States", "US", "no"],
        [4801, "Namibia", "NA", "yes"],
        [4801, "Yugoslavia", "NA", "yes"],
        [4802, "Mexico", "MX", "no"],
    ]
    # R writes what is missing as it writes Namibia's code: only the name tells them apart.
    votes[3][2] = ""
    (folder / "un_votes.csv").write_bytes(written("rcid,country,country_code,vote", votes))
    run = syncs.sync(FewVotes(), offline=folder)
    assert run.state is RunState.APPLIED, run.issues
    found = statements(syncs)
    assert {name[-3:]: each.answer for name, each in found.items()} == {
        "MEX": "yes",
        "USA": "no",
        "NAM": "yes",
    }
    assert {each.source for each in found.values()} == {"unga-votes"}
    assert run.counts.rows_left_over == 2


def test_the_long_table_goes_by_names_since_its_codes_are_not_iso(
    syncs: Syncs, tmp_path: Path
) -> None:
    folder = tmp_path / "given"
    folder.mkdir()
    header = "rcid,ccode,session,vote,Country,Countryname,date,unres,amend,para,descr"
    rows = [
        [4801, code, 62, vote, abbreviation, name, "2007-12-18", "R/62/149", 0, 0, "Moratorium"]
        for code, vote, abbreviation, name in (
            (900, 1, "AUL", "Australia"),
            (305, "1.0", "AUS", "Austria"),
            (2, 3, "USA", "United States of America"),
            (490, 8, "DRC", "Congo, Democratic Republic of the"),
            (626, 9, "SSD", "South Sudan"),
        )
    ]
    (folder / "UNVotes2023.csv").write_bytes(written(header, rows))
    run = syncs.sync(FewVotes(), offline=folder)
    assert run.state is RunState.APPLIED, run.issues
    found = statements(syncs)
    assert sorted(name[-3:] for name in found) == ["AUS", "AUT", "USA"]
    assert outcomes(syncs)["roll-call-A-RES-62-149-COD"] == "silent"


@pytest.mark.hostile
@pytest.mark.parametrize(
    ("body", "kind"),
    [
        pytest.param(b"", "empty_answer", id="empty"),
        pytest.param(b"<html>checking your browser</html>", "shape_unknown", id="html"),
        pytest.param(b"undl_id,member,ms_vote\n1,MEX,Y\n", "column_missing", id="renamed-column"),
        pytest.param(
            written(LIBRARY_COLUMNS, roll_call("A/RES/62/149", CAST))[:-90],
            "shape_unknown",
            id="cut-in-a-row",
        ),
        pytest.param(
            written(LIBRARY_COLUMNS, roll_call("A/RES/62/149", CAST)).replace(
                b"Promotion", b"Promoci\xf3n", 1
            ),
            "shape_unknown",
            id="latin-1",
        ),
        pytest.param(
            written(LIBRARY_COLUMNS, roll_call("A/RES/62/149", {"MEX": "Y"})),
            "guard_breached",
            id="one-row-only",
        ),
    ],
)
def test_what_is_no_table_of_votes_changes_nothing(syncs: Syncs, body: bytes, kind: str) -> None:
    syncs.publishers.serve(NEWEST_URL, body)
    run = syncs.sync(FewVotes())
    assert run.state in {RunState.FAILED, RunState.STOPPED}
    assert kind in {issue.kind for issue in run.issues}
    assert statements(syncs) == {}


@pytest.mark.hostile
@pytest.mark.parametrize(
    "listed",
    [
        pytest.param(b"[]", id="no-file"),
        pytest.param(
            b'[{"name": "2026_02_06_ga_voting", "url": "https://else.org/x.csv"}]', id="elsewhere"
        ),
        pytest.param(b"<html>", id="html"),
    ],
)
def test_a_list_without_a_table_of_the_library_fails(syncs: Syncs, listed: bytes) -> None:
    syncs.publishers.serve(FILE_LIST, listed)
    run = syncs.sync(FewVotes())
    assert run.state is RunState.FAILED
    assert run.issues[0].kind == "shape_unknown"


@pytest.mark.hostile
@pytest.mark.parametrize(
    ("rows", "kind", "refused"),
    [
        pytest.param(roll_call("A/RES/63/168", {"ATL": "Y"}), "actor_unknown", 1, id="new-code"),
        pytest.param(roll_call("A/RES/63/168", {"MEX": "P"}), "category_unknown", 1, id="new-vote"),
        pytest.param(
            roll_call("A/RES/63/168", {"MEX": "Y"}, day="1013-12-18"),
            "value_out_of_range",
            1,
            id="year-1013",
        ),
        pytest.param(roll_call("A/RES/62/149", {"MEX": "N"}), "duplicate", 1, id="two-votes"),
        pytest.param(roll_call("A/RES/62/149", {"MEX": "Y"}), "left_over", 0, id="same-vote-twice"),
        pytest.param(roll_call("A/RES/63/168", {"YUG": "Y"}), "left_over", 0, id="former-state"),
        pytest.param(
            roll_call("A/RES/63/168", {"MEX": "Y"}, tally=(105, 54, 28)),
            "count_differs",
            0,
            id="tally-differs",
        ),
    ],
)
def test_a_vote_that_cannot_be_is_refused_alone(
    syncs: Syncs, rows: list[list[object]], kind: str, refused: int
) -> None:
    serve(syncs, [*roll_call("A/RES/62/149", CAST), *rows])
    run = syncs.sync(FewVotes())
    assert run.state is RunState.APPLIED, run.issues
    assert issues(run, kind)
    assert run.counts.rows_refused == refused
    assert statements(syncs)["vote-A-RES-62-149-MEX"].answer == "yes"


@pytest.mark.hostile
def test_the_floor_of_the_source_itself_stops_a_small_file(syncs: Syncs) -> None:
    serve(syncs, roll_call("A/RES/62/149", CAST))
    run = syncs.sync(UnVotes())
    assert run.state is RunState.STOPPED
    assert "expected at least 800,000" in issues(run, "guard_breached")[0].detail
