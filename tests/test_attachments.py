"""Files over HTTP, on a real socket: sent, found again, read whole and in parts, by whom it may."""

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from gaptracker.intake.digests import write_repr_digest
from tests.attachments_world import Intake, document, expected, open_intake
from tests.hostile_files import docx, pdf, picture, telling_jpeg, warc, xlsx

JPEG = telling_jpeg()
TEXT = "Acta nº 12\n".encode() * 20_000
KINDS = {
    "application/pdf": pdf(),
    "image/png": picture("PNG"),
    "image/jpeg": JPEG,
    "image/webp": picture("WEBP"),
    "text/plain": TEXT,
    "text/csv": b"a,b\n1,2\n",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": docx(),
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": xlsx(),
    "application/warc+gzip": warc(),
}


@pytest.fixture(scope="module")
def intake(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Intake]:
    with open_intake(tmp_path_factory.mktemp("intake")) as opened:
        yield opened


@pytest.fixture
def draft(intake: Intake) -> str:
    return intake.create()


def without_id(answer: Any) -> dict[str, Any]:  # noqa: ANN401  a response
    return {**answer.json(), "instance": None}


def test_a_file_is_kept_as_it_was_announced(intake: Intake) -> None:
    draft = intake.create(document(expected("a1", TEXT, "text/plain")))
    name = "attachment; filename*=UTF-8''acta%20n%C2%BA%2012.txt"
    answer = intake.send(draft, TEXT, "text/plain", Content_Disposition=name)
    assert answer.status_code == 201, answer.text
    found = answer.json()
    assert answer.headers["location"] == found["links"]["self"]
    assert found["sha256"] == hashlib.sha256(TEXT).hexdigest()
    assert (found["size"], found["ref"], found["state"]) == (len(TEXT), "a1", "clean")
    assert found["media_type_detected"] == "text/plain"
    assert found["filename"] == "acta nº 12.txt"
    assert intake.get("ana", f"/v1/attachments/{found['id']}").json() == found
    listed = intake.get("ana", f"/v1/submissions/{draft}/attachments").json()["data"]
    assert listed == [found]
    counted = intake.get("ana", f"/v1/submissions/{draft}").json()["attachments"]
    assert counted == {"expected": 1, "received": 1, "missing": []}
    assert intake.entries(draft) == ["create", "attach"]


@pytest.mark.parametrize("media_type", sorted(KINDS))
def test_each_type_is_taken_and_read_back(intake: Intake, draft: str, media_type: str) -> None:
    kept = intake.attach(draft, KINDS[media_type], media_type)
    answer = intake.get("ana", f"{kept['links']['self']}/content")
    assert answer.content == KINDS[media_type]
    assert answer.headers["content-type"].partition(";")[0] == media_type


def test_the_same_again_is_found_and_other_bytes_are_a_conflict(intake: Intake, draft: str) -> None:
    kept = intake.attach(draft, JPEG, "image/jpeg")
    before = intake.stored()
    again = intake.send(draft, JPEG, "image/jpeg")
    assert (again.status_code, again.json()) == (200, kept)
    other = intake.send(draft, picture("JPEG"), "image/jpeg")
    assert other.status_code == 409
    assert other.json()["code"] == "client-ref-conflict"
    assert other.json()["location"] == kept["links"]["self"]
    assert intake.stored() == before
    assert intake.entries(draft) == ["create", "attach"]


def test_a_key_is_answered_once_whatever_became_of_the_submission(intake: Intake) -> None:
    draft = intake.create(document(expected("a1", JPEG, "image/jpeg")))
    key = {"Idempotency_Key": uuid4().hex}
    first = intake.send(draft, JPEG, "image/jpeg", **key)
    intake.advance(draft, ("ana", "submit"))
    again = intake.send(draft, JPEG, "image/jpeg", **key)
    assert again.headers["idempotency-replayed"] == "true"
    assert (again.status_code, again.json()) == (201, first.json())
    other = intake.send(draft, picture("JPEG"), "image/jpeg", **key)
    assert other.json()["code"] == "idempotency-key-reused"
    late = intake.send(draft, JPEG, "image/jpeg", "a2")
    assert (late.status_code, late.json()["code"]) == (409, "invalid-transition")


def test_a_form_with_one_file_does_as_well(intake: Intake, draft: str) -> None:
    path = f"/v1/submissions/{draft}/attachments?ref=a1"
    files = {"file": ("gaceta nº 12.txt", TEXT, "text/plain")}
    answer = intake.ask("ana", "POST", path, files=files)
    assert answer.status_code == 201, answer.text
    found = answer.json()
    assert found["filename"] == "gaceta nº 12.txt"
    assert found["sha256"] == hashlib.sha256(TEXT).hexdigest()


def test_in_needs_info_and_before_an_appeal_files_can_be_added(intake: Intake) -> None:
    draft = intake.create()
    intake.advance(draft, ("ana", "submit"), ("rosa", "claim"))
    assert intake.send(draft, JPEG, "image/jpeg").json()["code"] == "invalid-transition"
    intake.move("rosa", draft, "request_info", comment="Which page?")
    intake.attach(draft, JPEG, "image/jpeg")
    answered = intake.ask("ana", "POST", f"/v1/submissions/{draft}/messages", json={"text": "Two"})
    assert answered.status_code == 201
    intake.advance(draft, ("ana", "resubmit"), ("rosa", "claim"))
    reason = {"reason_code": "duplicate", "comment": "Known."}
    assert intake.move("rosa", draft, "reject", **reason).status_code == 200
    intake.attach(draft, TEXT, "text/plain", "a2")


def test_a_file_is_served_so_that_it_stays_a_file(intake: Intake, draft: str) -> None:
    for ref, media_type in (("a1", "text/plain"), ("a2", "image/png")):
        kept = intake.attach(draft, KINDS[media_type], media_type, ref)
        headers = intake.get("ana", f"{kept['links']['self']}/content").headers
        kind = "inline" if media_type == "image/png" else "attachment"
        assert headers["content-disposition"].startswith(f"{kind}; filename=")
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["content-security-policy"] == "sandbox; default-src 'none'"
        assert headers["cross-origin-resource-policy"] == "same-origin"
        assert headers["repr-digest"] == write_repr_digest(kept["sha256"])
        assert headers["cache-control"] == "private, no-store"
        assert headers["accept-ranges"] == "bytes"


@pytest.mark.parametrize(
    ("asked", "first", "last"),
    [
        ("bytes=0-0", 0, 0),
        ("bytes=65530-65545", 65_530, 65_545),
        ("bytes=100-", 100, len(TEXT) - 1),
        ("bytes=-10", len(TEXT) - 10, len(TEXT) - 1),
        ("bytes=-99999999", 0, len(TEXT) - 1),
        ("bytes=10-999999999", 10, len(TEXT) - 1),
    ],
)
def test_a_part_can_be_asked_for(
    intake: Intake, draft: str, asked: str, first: int, last: int
) -> None:
    kept = intake.attach(draft, TEXT, "text/plain")
    answer = intake.get("ana", f"{kept['links']['self']}/content", Range=asked)
    assert answer.status_code == 206
    assert answer.content == TEXT[first : last + 1]
    assert answer.headers["content-range"] == f"bytes {first}-{last}/{len(TEXT)}"


def test_conditions_and_head_save_the_bytes(intake: Intake, draft: str) -> None:
    path = f"{intake.attach(draft, TEXT, 'text/plain')['links']['self']}/content"
    whole = intake.get("ana", path)
    tag = whole.headers["etag"]
    unchanged = intake.get("ana", path, If_None_Match=f'"x", {tag}')
    assert (unchanged.status_code, unchanged.content) == (304, b"")
    assert intake.get("ana", path, Range="bytes=0-3", If_Range=tag).status_code == 206
    for stale in ('"x"', "Wed, 21 Oct 2026 07:28:00 GMT", f"W/{tag}"):
        assert intake.get("ana", path, Range="bytes=0-3", If_Range=stale).status_code == 200
    for passed_over in ("bytes=0-1,4-5", "lines=0-1", "bytes=9-2", "bytes=a-b"):
        assert intake.get("ana", path, Range=passed_over).status_code == 200
    for beyond in (f"bytes={len(TEXT)}-", "bytes=-0"):
        refused = intake.get("ana", path, Range=beyond)
        assert refused.status_code == 416
        assert refused.headers["content-range"] == f"bytes */{len(TEXT)}"
        assert refused.json()["code"] == "range-not-satisfiable"
    head = intake.ask("ana", "HEAD", path)
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["content-length"] == str(len(TEXT))
    assert head.headers["etag"] == tag


def test_what_is_not_there_and_not_theirs_is_the_same(intake: Intake, draft: str) -> None:
    kept = intake.attach(draft, JPEG, "image/jpeg")
    addresses = (
        ("/v1/attachments/{}", kept["id"], f"att_{'a' * 26}"),
        ("/v1/attachments/{}/content", kept["id"], f"att_{'a' * 26}"),
        ("/v1/submissions/{}/attachments", draft, f"sub_{'a' * 26}"),
        ("/v1/evidence/{}/attachments", draft, f"sub_{'a' * 26}"),
    )
    for who in ("stranger", "rosa", "eva"):
        for address, there, nowhere in addresses:
            theirs, nobodys = (intake.get(who, address.format(each)) for each in (there, nowhere))
            assert theirs.status_code == nobodys.status_code == 404
            assert without_id(theirs) == without_id(nobodys)
            assert set(theirs.headers) == set(nobodys.headers)
    sent, nobodys = (
        intake.send(each, JPEG, "image/jpeg", who="stranger") for each in (draft, f"sub_{'a' * 26}")
    )
    assert (sent.status_code, without_id(sent)) == (404, without_id(nobodys))


def test_reviewers_see_the_files_they_were_assigned_and_their_reading_is_logged(
    intake: Intake,
) -> None:
    draft = intake.create(document(expected("a1", JPEG, "image/jpeg")))
    kept = intake.attach(draft, JPEG, "image/jpeg")
    path = f"{kept['links']['self']}/content"
    intake.advance(draft, ("ana", "submit"))
    assert intake.get("rosa", path).status_code == 404
    assert intake.get("rosa", f"/v1/submissions/{draft}/attachments").json() == {"data": []}
    intake.advance(draft, ("rosa", "claim"))
    assert intake.get("rosa", path).content == JPEG
    assert intake.get("ray", path).status_code == 404
    before = intake.entries(draft)
    assert before[-1] == "read_file"
    tag = intake.get("ana", path).headers["etag"]
    intake.get("rosa", path, If_None_Match=tag)
    intake.ask("rosa", "HEAD", path)
    assert intake.entries(draft) == before
    intake.advance(draft, ("rosa", "accept"))
    intake.work_off()
    (seen,) = intake.get("eva", f"/v1/submissions/{draft}/attachments").json()["data"]
    assert (seen["filename"], seen["sha256"]) == (None, None)
    assert "content" not in seen["links"]
    assert intake.get("eva", path).status_code == 404


def test_withdrawn_files_are_nobodys_to_read(intake: Intake, draft: str) -> None:
    kept = intake.attach(draft, JPEG, "image/jpeg")
    intake.advance(draft, ("ana", "withdraw"))
    for path in (kept["links"]["self"], kept["links"]["content"]):
        assert intake.get("ana", path).status_code == 404
    assert intake.get("ana", f"/v1/submissions/{draft}/attachments").json() == {"data": []}


def test_nothing_on_the_disk_is_plain_or_named_by_what_it_is(intake: Intake, draft: str) -> None:
    text = b"CANARY-said-in-confidence\n" * 1000
    digest = hashlib.sha256(text).hexdigest()
    name = 'attachment; filename="CANARY-Maria.txt"'
    assert intake.send(draft, text, "text/plain", Content_Disposition=name).status_code == 201
    for file in Path(intake.folder).rglob("*"):
        if file.is_file():
            content = file.read_bytes()
            assert b"CANARY" not in content, file
            assert digest.encode() not in content, file
            assert digest not in file.name
