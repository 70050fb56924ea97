"""Tables of CND votes and joint statements become what the reference data make of them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import Connection

from gaptracker.domain.records import Statement
from gaptracker.domain.syncing import RunState
from gaptracker.intake.connectors.base import SourceUnreadable
from gaptracker.intake.connectors.cnd import VOTES, Cnd
from gaptracker.intake.fetching import Fetcher, Pace, Validators
from gaptracker.intake.reference_files import load_reference_files, packaged_reference
from gaptracker.records.mapping import SOURCES, STATEMENTS
from gaptracker.records.unit_of_work import UnitOfWork
from tests.publisher_world import publishing
from tests.sync_world import NOON, Syncs, issues, newest_rules, open_syncs
from tests.un_votes_files import written

VOTES_URL, SIGNATURES_URL = "offline://cnd/cnd-votes.csv", "offline://cnd/joint-statements.csv"
VOTE_HEADER = "vote_id,date,forum,theme,title,result_yes_no_abstain,iso3,vote,completeness,source"
SIGNATURE_HEADER = (
    "statement_id,date,forum,theme,title,stance,iso3,n_listed,completeness,source,role"
)
CITED = "Pereira (2024), Carta Internacional 19(1) e1399, https://example.org/e1399."
CAST = {"ZAF": "yes", "DEU": "yes", "JPN": "no", "UKR": "abstain"}


class FewRows(Cnd):
    """The connector with a guard for a small world."""

    about = replace(Cnd.about, guard=replace(Cnd.about.guard, rows=5, actors=3))


def votes(
    cast: Mapping[str, str] | Sequence[tuple[str, str]] = tuple(CAST.items()),
    *,
    name: str = "CND63R-2020-5.1",
    day: str = "2020-12-02",
    tally: str = "2-1-1",
) -> bytes:
    pairs = cast.items() if isinstance(cast, Mapping) else cast
    forum, title = "CND reconvened 63rd session", "WHO recommendation 5.1"
    rows = [
        [name, day, forum, "cannabis-regulation", title, tally, iso3, vote, "complete", CITED]
        for iso3, vote in pairs
    ]
    return written(VOTE_HEADER, rows)


def signatures(
    *signed: str, name: str = "CND67-2024-COL", leads: str = "COL", day: str = "2024-03-14"
) -> bytes:
    rows = [
        [
            name,
            day,
            "CND67",
            "treaty-regime",
            "Review",
            2,
            iso3,
            len(signed),
            "partial",
            CITED,
            role,
        ]
        for iso3 in signed
        for role in ["lead" if iso3 == leads else ""]
    ]
    return written(SIGNATURE_HEADER, rows)


@pytest.fixture
def syncs(synced_records: Connection, tmp_path: Path) -> Iterator[Syncs]:
    with publishing() as publishers, open_syncs(synced_records, tmp_path, publishers) as found:
        publishers.serve(VOTES_URL, votes())
        publishers.serve(SIGNATURES_URL, signatures("COL", "ALB"))
        yield found


def statements(syncs: Syncs) -> dict[str, Statement]:
    with UnitOfWork(syncs.records) as work:
        return {each.id: each for each in work.evidence.load_all(STATEMENTS)}


def test_votes_and_signatures_are_those_of_the_reference_data(syncs: Syncs) -> None:
    run = syncs.sync(FewRows())
    assert run.state is RunState.APPLIED, run.issues
    evidence = load_reference_files(packaged_reference(), newest_rules()).evidence
    ours = {each.id: each for each in evidence.statements}
    found = statements(syncs)
    assert sorted(found) == [
        "joint-CND67-2024-COL-ALB",
        "joint-CND67-2024-COL-COL",
        *sorted(f"vote-CND63R-2020-5.1-{code}" for code in CAST),
    ]
    assert all(ours[name] == statement for name, statement in found.items())
    assert found["joint-CND67-2024-COL-COL"].paraphrase.startswith("Led: ")
    with UnitOfWork(syncs.records) as work:
        sources = {each.id: each for each in work.evidence.load_all(SOURCES)}
    assert sources["cnd-vote-2020"] == evidence.sources["cnd-vote-2020"]
    assert (run.counts.rows_read, run.counts.rows_left_over) == (6, 0)


def test_a_second_sync_applies_nothing(syncs: Syncs) -> None:
    syncs.sync(FewRows())
    assert syncs.sync(FewRows()).state is RunState.UNCHANGED
    again = syncs.sync(FewRows(), again=True)
    assert (again.state, again.counts.added, again.counts.changed) == (RunState.APPLIED, 0, 0)


def test_a_folder_with_both_tables_is_read_and_one_alone_is_not(
    syncs: Syncs, tmp_path: Path
) -> None:
    folder = tmp_path / "given"
    folder.mkdir()
    (folder / "cnd-votes-2026.csv").write_bytes(votes())
    alone = syncs.sync(FewRows(), offline=folder)
    assert (alone.state, alone.issues[0].kind) == (RunState.FAILED, "file_missing")
    (folder / "joint-statements.csv").write_bytes(signatures("COL", "ALB"))
    assert syncs.sync(FewRows(), offline=folder).state is RunState.APPLIED


def test_there_is_nothing_to_fetch_and_nobody_is_asked(syncs: Syncs, tmp_path: Path) -> None:
    ticks, waited = count(), list[float]()
    pace = Pace(seconds=0.0, monotonic=lambda: float(next(ticks)), sleep=waited.append)
    fetcher = Fetcher(client=syncs.client, folder=tmp_path, pace=pace, now=lambda: NOON)
    with pytest.raises(SourceUnreadable) as told:
        fetcher.fetch(VOTES, "cnd/cnd_votes", Validators())
    assert told.value.issue.kind == "file_missing"
    assert "--offline" in str(told.value)
    assert not waited
    assert not syncs.publishers.asked


def test_texts_without_a_rule_are_counted_and_left(syncs: Syncs) -> None:
    syncs.publishers.serve(VOTES_URL, votes() + votes(name="CND70-2027-L1").split(b"\r\n", 1)[1])
    run = syncs.sync(FewRows())
    assert run.state is RunState.APPLIED, run.issues
    assert run.counts.rows_left_over == len(CAST)
    (left,) = issues(run, "left_over")
    assert "CND70-2027-L1" in left.detail


@pytest.mark.hostile
@pytest.mark.parametrize(
    ("body", "kind", "refused"),
    [
        pytest.param(votes(CAST | {"XYZ": "yes"}), "actor_unknown", 1, id="new-code"),
        pytest.param(votes(CAST | {"MEX": "Yes"}), "row_refused", 1, id="vote-in-other-letters"),
        pytest.param(votes([*CAST.items(), ("ZAF", "no")]), "duplicate", 1, id="two-votes-of-one"),
        pytest.param(votes(tally="27-25-1"), "count_differs", 0, id="tally-differs"),
        pytest.param(votes(CAST | {"YUG": "yes"}), "left_over", 0, id="former-state"),
        pytest.param(votes(day="1013-12-02"), "row_refused", 4, id="year-1013"),
        pytest.param(votes(day="2.12.2020"), "row_refused", 4, id="day-first"),
    ],
)
def test_a_row_that_cannot_be_is_refused_alone(
    syncs: Syncs, body: bytes, kind: str, refused: int
) -> None:
    syncs.publishers.serve(VOTES_URL, body)
    run = syncs.sync(FewRows())
    assert issues(run, kind), run.issues
    assert run.counts.rows_refused == refused


@pytest.mark.hostile
@pytest.mark.parametrize(
    ("body", "kind"),
    [
        pytest.param(b"", "empty_answer", id="empty"),
        pytest.param(b"<html><body>moved</body></html>", "column_missing", id="html"),
        pytest.param(votes().replace(b"iso3", b"country"), "column_missing", id="renamed-column"),
        pytest.param(votes().replace(b",", b";"), "column_missing", id="semicolons"),
        pytest.param(votes() + b"CND63R-2020-5.1,2020", "shape_unknown", id="cut"),
        pytest.param(votes().replace(b"WHO", b"S\xe9ance"), "shape_unknown", id="latin-1"),
    ],
)
def test_what_is_no_such_table_changes_nothing(syncs: Syncs, body: bytes, kind: str) -> None:
    syncs.publishers.serve(VOTES_URL, body)
    run = syncs.sync(FewRows())
    assert (run.state, run.issues[0].kind) == (RunState.FAILED, kind)
    assert statements(syncs) == {}
