"""Files that lie, burst, stand still or break off: refused by name, and nothing of them is kept."""

import hashlib
import socket
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import httpx
import pytest

from gaptracker.intake.digests import write_repr_digest
from gaptracker.records.blob_store import BlobStore
from tests.attachments_world import Intake, document, expected, open_intake
from tests.hostile_files import (
    archive,
    docx,
    pdf,
    picture,
    png_around,
    telling_jpeg,
    wide_png,
)
from tests.object_world import full_objects

pytestmark = pytest.mark.hostile

JPEG, TEXT = telling_jpeg(), b"Acta\n" * 100
LIMIT = 300_000
WRONG = write_repr_digest("00" * 32)
BOUNDARY = "b0undary"
FORM = f"multipart/form-data; boundary={BOUNDARY}"


@pytest.fixture(scope="module")
def intake(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Intake]:
    with open_intake(tmp_path_factory.mktemp("intake")) as opened:
        limits = replace(
            opened.desk.limits,
            attachment_bytes=LIMIT,
            attachments_per_submission=2,
            organisation_bytes=10_000_000,
            still_seconds=0.5,
            body_seconds=1.5,
        )
        opened.app.state.desk = replace(opened.desk, limits=limits)
        yield opened


@pytest.fixture
def draft(intake: Intake) -> Iterator[str]:
    """A draft; whatever the test sends to it must leave nothing."""
    made = intake.create()
    before = intake.stored()
    yield made
    pause = threading.Event()
    for _ in range(50):
        if intake.stored() == before:
            break
        pause.wait(0.1)
    assert intake.stored() == before
    assert intake.get("ana", f"/v1/submissions/{made}/attachments").json() == {"data": []}
    assert intake.entries(made) == ["create"]


def refused(answer: httpx.Response, status: int, code: str) -> dict[str, Any]:
    problem: dict[str, Any] = answer.json()
    assert (answer.status_code, problem["code"]) == (status, code), answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    return problem


@pytest.mark.parametrize(
    ("content", "media_type", "code"),
    [
        pytest.param(picture("PNG"), "image/jpeg", "media-type-mismatch", id="png-as-jpeg"),
        pytest.param(pdf(), "text/plain", "media-type-mismatch", id="pdf-as-text"),
        pytest.param(b"MZ" + bytes(500), "application/pdf", "media-type-mismatch", id="program"),
        pytest.param(archive({"a": "b"}), "text/csv", "media-type-mismatch", id="zip-as-csv"),
        pytest.param(JPEG + archive({"a": "b"}), "image/jpeg", "unsafe-file", id="jpeg-and-zip"),
        pytest.param(png_around(b"<script>"), "image/png", "unsafe-file", id="png-and-html"),
        pytest.param(wide_png(), "image/png", "unsafe-file", id="image-bomb"),
        pytest.param(
            docx(files={"word/media/x": b"\0" * 60_000_000}),
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            "unsafe-file",
            id="zip-bomb",
        ),
        pytest.param(b"", "text/plain", "unsafe-file", id="empty"),
        pytest.param(JPEG[:300], "image/jpeg", "unsafe-file", id="cut-picture"),
        pytest.param("é".encode("utf-16"), "text/plain", "media-type-mismatch", id="utf-16"),
    ],
)
def test_a_file_that_is_not_what_it_says_is_refused(
    intake: Intake, draft: str, content: bytes, media_type: str, code: str
) -> None:
    refused(intake.send(draft, content, media_type), 422, code)


@pytest.mark.parametrize(
    "media_type", ["text/html", "image/svg+xml", "", "application/zip", "a\tb"]
)
def test_a_type_that_is_not_taken_is_refused_before_the_body(
    intake: Intake, draft: str, media_type: str
) -> None:
    answer = intake.send(draft, b"<html>", media_type)
    refused(answer, 415, "unsupported-media-type")
    assert "application/pdf" in answer.headers["accept"]


@pytest.mark.parametrize(
    "digest",
    [
        pytest.param(WRONG, id="wrong"),
        pytest.param(f"sha-512=:{'A' * 86}==:", id="wrong-sha-512"),
        pytest.param("sha-256=:AA==:", id="short"),
        pytest.param("md5=:AAAA:", id="none-that-is-checked"),
        pytest.param("nonsense,,", id="no-dictionary"),
    ],
)
def test_a_wrong_digest_is_refused(intake: Intake, draft: str, digest: str) -> None:
    answer = intake.send(draft, TEXT, "text/plain", Repr_Digest=digest)
    refused(answer, 400, "digest-mismatch")


def test_other_bytes_or_another_type_than_announced_are_refused(intake: Intake) -> None:
    draft = intake.create(document(expected("a1", JPEG, "image/jpeg")))
    before = intake.stored()
    refused(intake.send(draft, picture("JPEG"), "image/jpeg"), 400, "digest-mismatch")
    lying = intake.create(document(expected("a1", TEXT, "text/csv")))
    refused(intake.send(lying, TEXT, "text/plain"), 422, "media-type-mismatch")
    assert intake.stored() == before


def test_a_body_over_the_limit_is_refused_declared_or_chunked(intake: Intake, draft: str) -> None:
    content = b"x" * (LIMIT + 1)
    problem = refused(intake.send(draft, content, "text/plain"), 413, "too-large")
    assert problem["limit_bytes"] == LIMIT
    path = f"/v1/submissions/{draft}/attachments?ref=a1"
    headers = {"Content-Type": "text/plain"}
    chunked = intake.ask("ana", "POST", path, content=iter([content]), headers=headers)
    refused(chunked, 413, "too-large")
    form = intake.ask("ana", "POST", path, files={"f": ("a.txt", content, "text/plain")})
    refused(form, 413, "too-large")


def test_no_more_files_or_bytes_than_the_limits_say(intake: Intake) -> None:
    draft = intake.create()
    for ref in ("a1", "a2"):
        intake.attach(draft, TEXT + ref.encode(), "text/plain", ref)
    before = intake.stored()
    refused(intake.send(draft, TEXT, "text/plain", "a3"), 413, "too-large")
    desk = intake.desk
    try:
        tight = replace(desk.limits, organisation_bytes=1_500)
        intake.app.state.desk = replace(desk, limits=tight)
        refused(intake.send(intake.create(), TEXT * 3, "text/plain"), 413, "too-large")
    finally:
        intake.app.state.desk = desk
    assert intake.stored() == before


@pytest.mark.parametrize(
    ("ref", "status"),
    [("", 422), ("../../etc", 422), ("a" * 300, 422), ("a1&ref=a2", 422), ("a1&submit=true", 422)],
)
def test_strange_references_are_refused(intake: Intake, draft: str, ref: str, status: int) -> None:
    refused(intake.send(draft, TEXT, "text/plain", ref), status, "validation-failed")


def test_a_key_is_needed_for_the_request_and_for_its_repetition(intake: Intake, draft: str) -> None:
    path = f"/v1/submissions/{draft}/attachments?ref=a1"
    headers = {"Content-Type": "text/plain"}
    refused(intake.ask("", "POST", path, content=TEXT, headers=headers), 401, "unauthenticated")
    answer = intake.send(draft, TEXT, "text/plain", Idempotency_Key="")
    refused(answer, 400, "idempotency-key-required")


def part(content: bytes, *headers: str) -> bytes:
    lines = "".join(f"{each}\r\n" for each in headers).encode()
    return f"--{BOUNDARY}\r\n".encode() + lines + b"\r\n" + content + b"\r\n"


FILE = ('Content-Disposition: form-data; name="f"; filename="a.txt"', "Content-Type: text/plain")
END = f"--{BOUNDARY}--\r\n".encode()


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        pytest.param(part(TEXT, *FILE), FORM, id="no-end"),
        pytest.param(part(TEXT, *FILE) * 2 + END, FORM, id="two-files"),
        pytest.param(END, FORM, id="no-file"),
        pytest.param(b"no form at all", FORM, id="no-form"),
        pytest.param(part(TEXT, *FILE) + END, "multipart/form-data", id="no-boundary"),
        pytest.param(part(TEXT, *FILE), f"{FORM}{'b' * 80}", id="long-boundary"),
        pytest.param(part(TEXT, "Content-Type: text/plain") + END, FORM, id="no-name"),
        pytest.param(
            part(b"1", 'Content-Disposition: form-data; name="f"') + END, FORM, id="field"
        ),
        pytest.param(part(TEXT, *FILE, *(f"X-{n}: 1" for n in range(50))) + END, FORM, id="heads"),
        pytest.param(part(TEXT, *FILE, f"X: {'x' * 20_000}") + END, FORM, id="long-head"),
    ],
)
def test_a_form_that_is_not_one_file_is_refused(
    intake: Intake, draft: str, body: bytes, content_type: str
) -> None:
    path = f"/v1/submissions/{draft}/attachments?ref=a1"
    headers = {"Content-Type": content_type}
    answer = intake.ask("ana", "POST", path, content=body, headers=headers)
    refused(answer, 422, "validation-failed")


def test_in_a_form_type_and_digests_are_checked_as_well(intake: Intake, draft: str) -> None:
    path = f"/v1/submissions/{draft}/attachments?ref=a1"

    def sent(body: bytes, **more: str) -> httpx.Response:
        headers = {"Content-Type": FORM, **more}
        return intake.ask("ana", "POST", path, content=body, headers=headers)

    html = part(b"<html>", FILE[0], "Content-Type: text/html") + END
    refused(sent(html), 415, "unsupported-media-type")
    good = part(TEXT, *FILE) + END
    refused(sent(good, **{"Repr-Digest": WRONG}), 400, "digest-mismatch")
    file_only = write_repr_digest(hashlib.sha256(TEXT).hexdigest())
    refused(sent(good, **{"Repr-Digest": file_only}), 400, "digest-mismatch")
    inside = part(TEXT, *FILE, f"Repr-Digest: {WRONG}") + END
    refused(sent(inside), 400, "digest-mismatch")


def request_head(intake: Intake, draft: str, length: int) -> bytes:
    return (
        f"POST /v1/submissions/{draft}/attachments?ref=a1 HTTP/1.1\r\nHost: x\r\n"
        f"Authorization: Bearer {intake.keys['ana']}\r\nIdempotency-Key: {uuid4().hex}\r\n"
        f"Content-Type: text/plain\r\nContent-Length: {length}\r\n\r\n"
    ).encode()


def test_a_body_that_stands_still_is_given_up(intake: Intake, draft: str) -> None:
    with socket.create_connection(("127.0.0.1", intake.port)) as connection:
        connection.sendall(request_head(intake, draft, 1000) + b"half")
        answer = b"".join(iter(lambda: connection.recv(65_536), b"")).decode()
    assert answer.startswith("HTTP/1.1 503")
    assert '"code": "unavailable"' in answer
    assert "stood still" in answer


def test_a_body_that_drips_for_ever_is_given_up(intake: Intake, draft: str) -> None:
    stopped = threading.Event()
    with socket.create_connection(("127.0.0.1", intake.port)) as connection:
        connection.sendall(request_head(intake, draft, 1000))

        def drip() -> None:
            while not stopped.wait(0.1):
                try:
                    connection.sendall(b"x")
                except OSError:
                    return

        dripping = threading.Thread(target=drip, daemon=True)
        dripping.start()
        answer = connection.recv(65_536).decode()
        stopped.set()
        dripping.join()
    assert answer.startswith("HTTP/1.1 503")


def test_a_body_that_breaks_off_leaves_nothing(intake: Intake, draft: str) -> None:
    for _ in range(5):
        with socket.create_connection(("127.0.0.1", intake.port)) as connection:
            connection.sendall(request_head(intake, draft, 100_000) + b"x" * 70_000)
    # The server may still be reading what it has of it: the fixture waits for that.
    assert intake.get("ana", f"/v1/submissions/{draft}").status_code == 200


def test_others_are_served_while_a_body_stands_still(intake: Intake, draft: str) -> None:
    stuck = [socket.create_connection(("127.0.0.1", intake.port)) for _ in range(60)]
    try:
        for connection in stuck:
            connection.sendall(request_head(intake, draft, 1000) + b"half")
        other = intake.create()
        assert intake.send(other, TEXT, "text/plain").status_code == 201
        intake.advance(other, ("ana", "withdraw"))
        for connection in stuck:
            assert connection.recv(20).startswith(b"HTTP/1.1 503")
    finally:
        for connection in stuck:
            connection.close()
        with intake.desk.open_work(False) as work:
            (kept,) = work.attachments.of(other)
            work.attachments.change(kept.id, erased_at=intake.desk.present().now)
            work.commit()
        intake.desk.blobs.delete(kept.sha256)


def test_a_full_storage_is_told_and_nothing_is_half_stored(intake: Intake, draft: str) -> None:
    desk = intake.desk
    store = BlobStore(f"objects://{uuid4().hex}", desk.blobs.box)
    intake.app.state.desk = replace(desk, blobs=store)
    try:
        with full_objects():
            problem = refused(intake.send(draft, TEXT, "text/plain"), 503, "unavailable")
        assert "nothing was kept" in problem["detail"]
        assert list(store.names(datetime(2999, 1, 1, tzinfo=UTC))) == []
    finally:
        intake.app.state.desk = desk
