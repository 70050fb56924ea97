"""What becomes public of files: the machine's copies, editors' redactions, originals by consent."""

import io
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import httpx
import pypdfium2  # type: ignore[import-untyped]
import pytest
from PIL import Image

from gaptracker.domain.delivery import EventType
from gaptracker.domain.submissions import AttachmentState
from gaptracker.intake.sandboxed import DETECT_LIMITS, Sandbox
from gaptracker.main.attachment_chores import copy_one, look_at_one
from tests.attachments_world import Document, Intake, document, expected, open_intake
from tests.hostile_files import CANARY, animation, docx, pdf, picture, telling_jpeg

JPEG, PDF = telling_jpeg(), pdf()
OFFICE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
BOX = {"page": 0, "left": 0.0, "top": 0.0, "right": 1.0, "bottom": 0.5}
RESTRICTED = {"ref": "s2", "kind": "interview", "title": "Talk", "confidentiality": "restricted"}


@pytest.fixture(scope="module")
def intake(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Intake]:
    with open_intake(tmp_path_factory.mktemp("intake")) as opened:
        yield opened


def sent(
    intake: Intake, content: bytes, media_type: str, body: Document | None = None
) -> tuple[str, Document]:
    draft = intake.create(body)
    return draft, intake.attach(draft, content, media_type)


def public(intake: Intake, submission: str) -> list[Document]:
    answer = intake.get("", f"/v1/evidence/{submission}/attachments")
    assert answer.status_code == 200, answer.text
    found: list[Document] = answer.json()["data"]
    return found


def withheld(intake: Intake, submission: str) -> str:
    answer = intake.get("", f"/v1/evidence/{submission}").json()
    assert answer["content"]["withheld"].keys() == {"items", "sources"}
    found: str = answer["withheld"]["attachments"]
    return found


def redact(
    intake: Intake, attachment: Document, who: str = "eva", **body: object
) -> httpx.Response:
    return intake.ask(who, "POST", f"/v1/attachments/{attachment['id']}/derivatives", json=body)


def test_publishing_waits_for_the_copy_and_the_public_sees_the_copy_alone(intake: Intake) -> None:
    draft, kept = sent(intake, JPEG, "image/jpeg")
    intake.accept(draft)
    early = intake.move("eva", draft, "publish")
    assert early.status_code == 409
    assert "public copies of the attachments exist" in early.json()["needs"]
    assert intake.get("", f"/v1/evidence/{draft}/attachments").status_code == 404
    intake.work_off()
    (made,) = intake.get("eva", f"/v1/attachments/{kept['id']}").json()["derivatives"]
    assert made["tool"].startswith("gaptracker ")
    unpublished = f"/v1/evidence/{draft}/attachments/{made['id']}"
    assert intake.get("", unpublished).status_code == 404
    intake.advance(draft, ("eva", "publish"))
    (shown,) = public(intake, draft)
    answer = intake.get("", shown["links"]["content"])
    assert answer.headers["cache-control"] == "public, max-age=60"
    assert answer.headers["content-disposition"].startswith('inline; filename="der_')
    assert CANARY.encode() not in answer.content
    with Image.open(io.BytesIO(answer.content)) as copy:
        assert not copy.getexif()
        assert "comment" not in copy.info
    part = intake.get("", shown["links"]["content"], Range="bytes=0-9")
    assert (part.status_code, part.content) == (206, answer.content[:10])
    assert intake.entries(draft)[-2:] == ["copy", "publish"]


def test_what_cannot_be_copied_does_not_keep_the_rest_from_being_published(intake: Intake) -> None:
    draft = intake.create()
    moving = intake.attach(draft, animation("WEBP"), "image/webp", "a1")
    intake.attach(draft, docx(), OFFICE, "a2")
    intake.publish(draft)
    assert public(intake, draft) == []
    assert withheld(intake, draft) == "1-4"
    assert "animated" in intake.get("eva", f"/v1/attachments/{moving['id']}").json()["no_copy"]


def test_without_consent_to_publish_no_copy_is_made(intake: Intake) -> None:
    consent = {"review": True, "publish": False, "keep_metadata": False}
    draft, kept = sent(intake, JPEG, "image/jpeg", document(consent=consent))
    intake.accept(draft)
    intake.work_off()
    assert intake.get("ana", f"/v1/attachments/{kept['id']}").json()["derivatives"] == []


def test_a_redaction_takes_the_place_of_the_copy_and_the_text_is_gone(intake: Intake) -> None:
    draft, kept = sent(intake, PDF, "application/pdf")
    intake.publish(draft)
    (copy,) = public(intake, draft)
    assert withheld(intake, draft) == "0"
    answer = redact(intake, kept, boxes=[BOX])
    assert answer.status_code == 201, answer.text
    assert answer.json()["by_person"] is True
    (shown,) = public(intake, draft)
    assert (shown["id"], shown["kind"]) == (answer.json()["id"], "redaction")
    assert intake.get("", copy["links"]["content"]).status_code == 404
    content = intake.get("", shown["links"]["content"]).content
    assert CANARY.encode() not in content
    with pypdfium2.PdfDocument(content) as document_:
        page = document_[0]
        assert page.get_textpage().get_text_range() == ""
        pixels = page.render().to_pil().convert("L")
    upper = pixels.crop((4, 4, pixels.width - 4, pixels.height // 2 - 4))
    assert upper.getextrema()[1] < 20
    assert intake.get("eva", f"/v1/derivatives/{shown['id']}/content").content == content
    assert intake.entries(draft)[-2:] == ["redaction", "read_file"]


@pytest.mark.hostile
@pytest.mark.parametrize(
    "body",
    [
        {},
        {"boxes": []},
        {"boxes": [{**BOX, "page": 7}]},
        {"boxes": [{**BOX, "right": 0.0}]},
        {"boxes": [{**BOX, "left": "0"}]},
        {"boxes": [BOX] * 501},
        {"boxes": [BOX], "kind": "original"},
        {"kind": "public_copy", "boxes": [BOX]},
    ],
)
def test_a_redaction_that_covers_nothing_is_refused(
    intake: Intake, accepted: tuple[str, Document], body: Document
) -> None:
    answer = redact(intake, accepted[1], **body)
    assert (answer.status_code, answer.json()["code"]) == (422, "validation-failed"), answer.text


@pytest.fixture(scope="module")
def accepted(intake: Intake) -> tuple[str, Document]:
    draft, kept = sent(intake, picture("PNG"), "image/png")
    intake.accept(draft)
    return draft, kept


def test_only_editors_redact_and_only_what_was_accepted(
    intake: Intake, accepted: tuple[str, Document]
) -> None:
    for who in ("ana", "rosa"):
        assert redact(intake, accepted[1], who, boxes=[BOX]).json()["code"] == "insufficient-scope"
    _, unseen = sent(intake, JPEG, "image/jpeg")
    assert redact(intake, unseen, boxes=[BOX]).status_code == 404
    assert redact(intake, {"id": f"att_{'a' * 26}"}, boxes=[BOX]).status_code == 404


def test_an_original_is_let_out_by_an_editor_and_with_consent_alone(intake: Intake) -> None:
    draft, kept = sent(intake, JPEG, "image/jpeg", document(keep_metadata=True))
    intake.publish(draft)
    assert [each["kind"] for each in public(intake, draft)] == ["public_copy"]
    assert redact(intake, kept, kind="original").status_code == 201
    (shown,) = public(intake, draft)
    assert intake.get("", shown["links"]["content"]).content == JPEG
    assert redact(intake, kept, boxes=[BOX]).status_code == 201
    assert [each["kind"] for each in public(intake, draft)] == ["redaction"]
    other, silent = sent(intake, JPEG, "image/jpeg")
    intake.publish(other)
    refused = redact(intake, silent, kind="original")
    assert (refused.status_code, refused.json()["code"]) == (409, "invalid-transition")


def test_the_organisation_is_told_beforehand_which_files_become_public(intake: Intake) -> None:
    files = (expected("a1", JPEG, "image/jpeg"), expected("a2", docx(), OFFICE))
    for body, told in ((document(*files), [True, False]), (document(*files), [False, False])):
        if not any(told):
            body["sources"].append({**RESTRICTED, "confidentiality": "organisation"})
        answer = intake.ask("ana", "POST", "/v1/submissions:preview-public", json=body)
        fates = {each["pointer"]: each for each in answer.json()["fields"]}
        found = [fates[f"#/attachments_expected/{n}/media_type"] for n in (0, 1)]
        assert [each["becomes_public"] for each in found] == told
        assert not fates["#/attachments_expected/0/filename"]["becomes_public"]


def test_beside_confidential_parts_nothing_is_public_that_no_person_looked_at(
    intake: Intake,
) -> None:
    body = document(keep_metadata=True)
    body["sources"].append(RESTRICTED)
    draft, kept = sent(intake, JPEG, "image/jpeg", body)
    intake.advance(draft, ("ana", "submit"), ("rosa", "claim"))
    for decision in ("join", "second"):
        path = f"/v1/submissions/{draft}/reviews"
        assert intake.ask("ray", "POST", path, json={"decision": decision}).status_code == 201
    intake.advance(draft, ("rosa", "accept"))
    intake.work_off()
    intake.advance(draft, ("eva", "publish"))
    assert public(intake, draft) == []
    assert redact(intake, kept, kind="original").status_code == 409
    assert redact(intake, kept, boxes=[BOX]).status_code == 201
    assert [each["kind"] for each in public(intake, draft)] == ["redaction"]


def test_a_file_whose_reader_is_slow_is_looked_at_later(intake: Intake) -> None:
    desk = intake.desk
    intake.app.state.desk = replace(desk, limits=replace(desk.limits, look_seconds=0.001))
    try:
        _, kept = sent(intake, JPEG, "image/jpeg")
        _, lying = sent(intake, picture("PNG"), "image/jpeg")
    finally:
        intake.app.state.desk = desk
    assert (kept["state"], kept["media_type_detected"]) == ("scanning", None)
    reading = intake.get("ana", kept["links"]["content"])
    assert (reading.status_code, reading.json()["code"]) == (503, "unavailable")
    while look_at_one(intake.desk):
        pass
    found = intake.get("ana", kept["links"]["self"]).json()
    assert (found["state"], found["media_type_detected"]) == ("clean", "image/jpeg")
    assert intake.get("ana", kept["links"]["content"]).content == JPEG
    caught = intake.get("ana", lying["links"]["self"]).json()
    assert caught["state"] == AttachmentState.QUARANTINED
    assert "declared as image/jpeg" in caught["problem"]
    answer = intake.get("ana", lying["links"]["content"])
    assert (answer.status_code, answer.json()["code"]) == (422, "unsafe-file")
    with intake.desk.open_work(True) as work:
        sender = intake.get("ana", "/v1/me").json()["organisation"]
        told = work.custody.events_after(-1, organisation=sender, limit=1000)
    events = [each.type for each in told if each.data["id"] == lying["id"]]
    assert events == [EventType.ATTACHMENT_QUARANTINED]


def test_a_copy_whose_worker_died_is_made_by_another_when_its_lease_ends(intake: Intake) -> None:
    draft, kept = sent(intake, JPEG, "image/jpeg")
    intake.accept(draft)
    now = intake.desk.present().now
    with intake.desk.open_work(False) as work:
        assert work.attachments.lease(kept["id"], now, now + timedelta(minutes=10))
        assert not work.attachments.lease(kept["id"], now, now + timedelta(minutes=10))
        work.commit()
    while copy_one(intake.desk):
        pass
    assert intake.get("eva", kept["links"]["self"]).json()["derivatives"] == []
    with intake.desk.open_work(False) as work:
        work.attachments.change(kept["id"], lease_until=now)
        work.commit()
    assert copy_one(intake.desk)
    assert len(intake.get("eva", kept["links"]["self"]).json()["derivatives"]) == 1


@pytest.mark.hostile
def test_a_file_that_kills_its_reader_gets_no_copy_and_holds_nothing_up(intake: Intake) -> None:
    draft, kept = sent(intake, picture("PNG", (2000, 2000)), "image/png")
    intake.accept(draft)
    desk = intake.desk
    starved = replace(DETECT_LIMITS, out_bytes=100)
    intake.app.state.desk = replace(desk, copier=Sandbox(at_once=1, copy_limits=starved))
    try:
        intake.work_off()
    finally:
        intake.app.state.desk = desk
    assert "space" in intake.get("eva", kept["links"]["self"]).json()["no_copy"]
    intake.advance(draft, ("eva", "publish"))
