"""A file sent by mistake: gone for good, as long as its organisation may edit."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest

from gaptracker.main.attachment_chores import look_at_one
from gaptracker.main.intake import present
from gaptracker.workflows.legal_hold import hold_submission
from gaptracker.workflows.remove_attachments import remove_attachment
from tests.attachments_world import Document, Intake, document, expected, open_intake
from tests.hostile_files import picture, telling_jpeg

TEXT, JPEG = b"Acta 12\n", telling_jpeg()


@pytest.fixture
def intake(database_url: str, tmp_path: Path) -> Iterator[Intake]:
    with open_intake(tmp_path / "intake", database_url) as opened:
        yield opened


def remove(intake: Intake, attachment: Document, who: str = "ana") -> httpx.Response:
    return intake.ask(who, "DELETE", f"/v1/attachments/{attachment['id']}")


def told(answer: httpx.Response) -> tuple[int, Any]:
    return answer.status_code, {**answer.json(), "instance": None}


def test_a_removed_file_is_gone_and_missing_again(intake: Intake) -> None:
    draft = intake.create(document(expected("a1", TEXT, "text/plain")))
    before = intake.stored()
    kept = intake.attach(draft, TEXT, "text/plain")
    answer = remove(intake, kept)
    assert (answer.status_code, answer.content) == (204, b"")
    # Before the answer left.
    assert intake.stored() == before
    for path in (kept["links"]["self"], kept["links"]["content"]):
        assert intake.get("ana", path).status_code == 404
    counted = intake.get("ana", f"/v1/submissions/{draft}").json()["attachments"]
    assert counted == {"expected": 1, "received": 0, "missing": ["a1"]}
    assert intake.move("ana", draft, "submit").json()["code"] == "attachments-incomplete"
    assert intake.entries(draft) == ["create", "attach", "remove"]
    assert told(remove(intake, kept)) == told(remove(intake, {"id": "att_" + "a" * 26}))
    again = intake.attach(draft, TEXT, "text/plain")
    assert again["id"] != kept["id"]
    assert intake.get("ana", again["links"]["content"]).content == TEXT
    assert intake.move("ana", draft, "submit").status_code == 200


def test_bytes_that_another_file_needs_stay(intake: Intake) -> None:
    first, second = intake.create(), intake.create()
    kept = intake.attach(first, TEXT, "text/plain")
    other = intake.attach(second, TEXT, "text/plain")
    assert remove(intake, kept).status_code == 204
    assert intake.get("ana", other["links"]["content"]).content == TEXT


def test_a_file_in_quarantine_can_be_removed_so_that_the_rest_goes_on(intake: Intake) -> None:
    draft, desk = intake.create(), intake.desk
    intake.app.state.desk = replace(desk, limits=replace(desk.limits, look_seconds=0.001))
    kept = intake.attach(draft, picture("PNG"), "image/jpeg")
    intake.app.state.desk = desk
    while look_at_one(desk):
        pass
    assert intake.get("ana", kept["links"]["self"]).json()["state"] == "quarantined"
    assert remove(intake, kept).status_code == 204
    assert intake.stored() == []
    with desk.open_work(True) as work:
        assert work.attachments.of(draft) == ()


def test_copies_go_with_the_file_they_were_made_from(intake: Intake) -> None:
    draft = intake.create()
    kept = intake.attach(draft, JPEG, "image/jpeg")
    intake.advance(draft, ("ana", "submit"), ("rosa", "claim"))
    intake.work_off()
    (copy,) = intake.get("ana", kept["links"]["self"]).json()["derivatives"]
    assert remove(intake, kept).json()["code"] == "invalid-transition"
    assert intake.move("rosa", draft, "request_info", comment="?").status_code == 200
    assert remove(intake, kept).status_code == 204
    assert intake.get("ana", copy["links"]["content"]).status_code == 404
    assert intake.stored() == []


def test_once_handed_over_it_stays_until_an_appeal_is_open(intake: Intake) -> None:
    draft = intake.create()
    kept = intake.attach(draft, TEXT, "text/plain")
    intake.advance(draft, ("ana", "submit"))
    refused = remove(intake, kept)
    assert (refused.status_code, refused.json()["code"]) == (409, "invalid-transition")
    intake.advance(draft, ("rosa", "claim"))
    reason = {"reason_code": "duplicate", "comment": "Known."}
    assert intake.move("rosa", draft, "reject", **reason).status_code == 200
    assert remove(intake, kept).status_code == 204


def test_nothing_is_removed_under_a_legal_hold(intake: Intake) -> None:
    draft = intake.create()
    kept = intake.attach(draft, TEXT, "text/plain")
    with intake.desk.open_work(False) as work:
        hold_submission(draft, "A court asked.", work, present())
        work.commit()
    refused = remove(intake, kept)
    assert (refused.status_code, refused.json()["code"]) == (409, "invalid-transition")
    assert "court" not in refused.text
    assert intake.get("ana", kept["links"]["content"]).content == TEXT


@pytest.mark.hostile(id="remove-not-theirs")
@pytest.mark.parametrize("who", ["stranger", "rosa", "eva"])
def test_nobody_else_can_remove_it_or_learn_that_it_is_there(intake: Intake, who: str) -> None:
    draft = intake.create()
    kept = intake.attach(draft, TEXT, "text/plain")
    intake.advance(draft, ("ana", "submit"), ("rosa", "claim"))
    absent = told(remove(intake, {"id": "att_" + "a" * 26}, who))
    assert told(remove(intake, kept, who)) == absent
    assert absent[0] in {403, 404}
    assert intake.get("ana", kept["links"]["content"]).content == TEXT


def test_a_removal_that_is_not_committed_leaves_the_bytes(intake: Intake) -> None:
    draft = intake.create()
    kept = intake.attach(draft, TEXT, "text/plain")
    with intake.desk.open_work(False) as work:
        remove_attachment(kept["id"], intake.errand("ana", work))
    assert intake.get("ana", kept["links"]["content"]).content == TEXT
