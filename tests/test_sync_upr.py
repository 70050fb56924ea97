"""Answers in the Universal Periodic Review, from UPR Info's export and the OHCHR's index."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection

from gaptracker.domain.records import Statement
from gaptracker.domain.syncing import RunState, SyncRun
from gaptracker.intake.connectors.upr import Upr
from gaptracker.intake.reference_files import load_reference_files, packaged_reference
from gaptracker.records.mapping import STATEMENTS
from gaptracker.records.unit_of_work import UnitOfWork
from tests.publisher_world import publishing
from tests.sync_world import Syncs, issues, newest_rules, open_syncs
from tests.un_votes_files import written

HEADER = "To,To-Rgrp,To-Org,Text,From,From-Rgrp,From-Org,Response,Action,Issue,Session"
OP2 = (
    "Ratify the Second Optional Protocol to the International Covenant on Civil and Political "
    "Rights already signed by Argentina, aiming at the abolition of the death penalty."
)
# As in the reference data: UPR-01-ARG-001.
KNOWN = ["Argentina", "GRULAC", "OAS", OP2, "Nigeria", "Africa", "AU", "Accepted", "5"]
KNOWN_ROW = [*KNOWN, "Death penalty,International instruments", "1"]


class FewAnswers(Upr):
    """The connector with a guard for a small world."""

    about = replace(Upr.about, guard=replace(Upr.about.guard, rows=1, actors=1))


def row(text: str, answer: str = "Accepted", **other: str) -> list[str]:
    """A row on Mexico by Norway as UPR Info writes it."""
    by, session = other.get("by", "Norway"), other.get("session", "44 - November 2023")
    to, issue = other.get("to", "Mexico"), other.get("issue", "Other")
    return [to, "GRULAC", "OAS", text, by, "WEOG", "", answer, "4", issue, session]


def export(*rows: list[str]) -> bytes:
    """The export: lines end with carriage returns alone, as an old Macintosh ends them."""
    return written(HEADER, rows).replace(b"\r\n", b"\r")


def annotation(text: str, position: str = "- Supported", **other: str) -> dict[str, Any]:
    """An annotation as the index exports it."""
    return {
        "Text": text,
        "Countries Concerned": other.get("to", "- Mexico"),
        "Reccomending Body": other.get("body", "- UPR"),
        "Document Symbol": "A/HRC/56/9",
        "Themes": other.get("themes", "- Death penalty\n- Right to life"),
        "UPR Reccomending States": other.get("by", "- Norway"),
        "UPR Position": position,
        "Type": other.get("type", "- Recommendations"),
        "OHCHR Annotation Id": "b4288060-6633-478d-9a9a-df1978d336c3",
        "UPR Session": other.get("session", "- 45 Session"),
        "Date of publication on UHRI": "46125.4996282407",
    }


@pytest.fixture
def syncs(synced_records: Connection, tmp_path: Path) -> Iterator[Syncs]:
    with publishing() as publishers, open_syncs(synced_records, tmp_path, publishers) as found:
        yield found


@pytest.fixture
def given(tmp_path: Path) -> Path:
    folder = tmp_path / "given"
    folder.mkdir()
    return folder


def sync(syncs: Syncs, folder: Path, **changes: Any) -> SyncRun:  # noqa: ANN401  a plan's fields
    return syncs.sync(FewAnswers(), offline=folder, **changes)


def statements(syncs: Syncs) -> dict[str, Statement]:
    with UnitOfWork(syncs.records) as work:
        return {each.id: each for each in work.evidence.load_all(STATEMENTS)}


def test_answers_of_the_reference_data_keep_their_ids(syncs: Syncs, given: Path) -> None:
    (given / "upr-info-export.csv").write_bytes(
        export(
            row("Continue to improve schools", issue="Right to education"),
            KNOWN_ROW,
            row("Respect human rights in drug policy, and end compulsory drug treatment", "Noted"),
        )
    )
    run = sync(syncs, given)
    assert run.state is RunState.APPLIED, run.issues
    found = statements(syncs)
    reference = load_reference_files(packaged_reference(), newest_rules()).evidence.statements
    ours = next(each for each in reference if each.id == "UPR-01-ARG-001")
    assert found.pop("UPR-01-ARG-001") == ours
    ((name, new),) = found.items()
    assert name.startswith("UPR-44-MEX-NOR-")
    assert (str(new.said_on), new.answer, new.mode) == ("2023", "noted", "refusal")
    assert new.act == "UPR-44-MEX"
    assert (run.counts.rows_read, run.counts.rows_left_over) == (3, 1)


def test_two_recommendations_of_one_kind_by_one_state_are_two_answers(
    syncs: Syncs, given: Path
) -> None:
    asked = ("Abolish the death penalty", "Abolish the death penalty in law and for all crimes")
    rows = [row(text, to="Niger", by="Belgium", session="10") for text in asked]
    (given / "upr-info.csv").write_bytes(export(*[[*each[:8], "5", *each[9:]] for each in rows]))
    sync(syncs, given)
    assert sorted(statements(syncs)) == ["UPR-10-NER-009", "UPR-10-NER-010"]


def test_a_row_more_renames_nothing_and_a_second_sync_applies_nothing(
    syncs: Syncs, given: Path
) -> None:
    file = given / "upr-info-export.csv"
    one, two = row("Abolish the death penalty"), row("Combat drug trafficking", by="Peru")
    file.write_bytes(export(two))
    sync(syncs, given)
    assert sync(syncs, given).state is RunState.UNCHANGED
    file.write_bytes(export(one, two))
    run = sync(syncs, given)
    assert (run.counts.added, run.counts.changed, run.counts.withdrawn) == (1, 0, 0)


def test_the_index_is_read_and_makes_one_answer_to_each_state(syncs: Syncs, given: Path) -> None:
    asked = "140.7 Abolish the death penalty (Norway) (Portugal);\nSource of Position: A/HRC/56/9"
    found = [
        annotation(asked, by="- Norway\n- Portugal"),
        annotation("Prevent drug use by children", "- Noted", by="- Cuba", themes="- Children"),
        annotation("The Committee regrets the death penalty", body="- CCPR"),
        annotation("Notes with concern drug use", type="- Concerns/Observations"),
    ]
    (given / "UHRI.json").write_bytes(b"\xef\xbb\xbf" + json.dumps(found).encode())
    run = sync(syncs, given)
    assert run.state is RunState.APPLIED, run.issues
    said = sorted((each.paraphrase, each.answer) for each in statements(syncs).values())
    assert said == [
        ("Accepted a recommendation by NOR to abolish the death penalty", "accepted"),
        ("Accepted a recommendation by PRT to abolish the death penalty", "accepted"),
        ("Noted a recommendation by CUB to act on drug use and treatment", "noted"),
    ]
    assert {str(each.said_on) for each in statements(syncs).values()} == {"2024"}
    assert (run.counts.rows_read, run.counts.rows_left_over) == (4, 2)


def test_a_session_is_read_from_one_of_two_sources(syncs: Syncs, given: Path) -> None:
    (given / "upr-info.csv").write_bytes(export(row("Abolish the death penalty")))
    found = [
        annotation("Take steps to abolish the death penalty", session="- 44 Session"),
        annotation("Abolish the death penalty"),
    ]
    (given / "uhri-export.json").write_bytes(json.dumps(found).encode())
    run = sync(syncs, given)
    assert run.state is RunState.APPLIED, run.issues
    said = {(each.forum[-2:], each.source) for each in statements(syncs).values()}
    assert said == {("44", "upr-info"), ("45", "ohchr-uhri")}


def test_a_pledge_is_on_ones_own_account(syncs: Syncs, given: Path) -> None:
    (given / "upr-info.csv").write_bytes(
        export(row("Will abolish the death penalty", "Voluntary Pledge", by="Mexico"))
    )
    sync(syncs, given)
    (pledge,) = statements(syncs).values()
    assert (pledge.answer, pledge.mode, pledge.solicited) == ("pledged", "pledge", False)
    assert pledge.paraphrase == "Pledged, on its own account, to abolish the death penalty"


@pytest.mark.hostile
@pytest.mark.parametrize(
    ("bad", "kind", "refused"),
    [
        pytest.param(row("End the death penalty", to="Atlantis"), "actor_unknown", 1, id="to"),
        pytest.param(row("End the death penalty", by="Atlantis"), "actor_unknown", 1, id="by"),
        pytest.param(row("End the death penalty", "Maybe"), "category_unknown", 1, id="answer"),
        pytest.param(
            row("End the death penalty", session="1013"), "value_out_of_range", 1, id="session"
        ),
        pytest.param(
            row("Abolish the death penalty", "Noted"), "duplicate", 1, id="two-answers-to-one"
        ),
        pytest.param(row("Abolish the death penalty"), "left_over", 0, id="the-same-twice"),
        pytest.param(row("End the death penalty", "Pending"), "left_over", 0, id="undecided"),
    ],
)
def test_a_row_that_cannot_be_is_refused_alone(
    syncs: Syncs, given: Path, bad: list[str], kind: str, refused: int
) -> None:
    (given / "upr-info.csv").write_bytes(export(row("Abolish the death penalty"), bad))
    run = sync(syncs, given)
    assert run.state is RunState.APPLIED, run.issues
    assert issues(run, kind), run.issues
    assert run.counts.rows_refused == refused
    assert len(statements(syncs)) == 1


@pytest.mark.hostile
@pytest.mark.parametrize(
    ("name", "body", "kind"),
    [
        pytest.param("upr-info.csv", b"", "empty_answer", id="empty"),
        pytest.param("upr-info.csv", b"<html></html>", "column_missing", id="html"),
        pytest.param(
            "upr-info.csv",
            export(KNOWN_ROW).replace(b"To,", b"Too,", 1),
            "column_missing",
            id="renamed-column",
        ),
        pytest.param("upr-info.csv", export(KNOWN_ROW)[:-60], "shape_unknown", id="cut"),
        pytest.param(
            "upr-info.csv",
            export(KNOWN_ROW).replace(b"Nigeria", b"N\xefgeria"),
            "shape_unknown",
            id="latin-1",
        ),
        pytest.param("uhri.json", b"<html></html>", "shape_unknown", id="html-for-json"),
        pytest.param("uhri.json", b'{"error": "busy"}', "shape_unknown", id="error-body"),
        pytest.param("uhri.json", b'[{"Text": "x"}]', "column_missing", id="no-ids"),
        pytest.param("uhri.json", b'[{"Text": 7}]', "shape_unknown", id="number-for-text"),
        pytest.param("other.csv", b"x", "file_missing", id="no-file-of-the-name"),
    ],
)
def test_what_is_no_export_changes_nothing(
    syncs: Syncs, given: Path, name: str, body: bytes, kind: str
) -> None:
    (given / name).write_bytes(body)
    run = sync(syncs, given)
    assert (run.state, run.issues[0].kind) == (RunState.FAILED, kind)
    assert statements(syncs) == {}


@pytest.mark.hostile
def test_the_floor_of_the_source_itself_stops_a_small_export(syncs: Syncs, given: Path) -> None:
    (given / "upr-info.csv").write_bytes(export(KNOWN_ROW))
    run = syncs.sync(Upr(), offline=given)
    assert run.state is RunState.STOPPED
    assert "expected at least 30,000" in issues(run, "guard_breached")[0].detail
