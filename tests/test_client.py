"""What the client keeps to itself, what it refuses to send, and when it sends again."""

import http.server
import json
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from gaptracker.client import Client, FileProblem, ProblemRaised, Retries, UnexpectedAnswer
from gaptracker.client.files import announce
from gaptracker.client.folder import pieces_of, read_document
from gaptracker.client.sent import SentFile, SentLog
from gaptracker.domain.errors import InvalidValue

KEY = "gtk_" + "k" * 43
PROBLEM = "application/problem+json"


@dataclass(slots=True, kw_only=True)
class Scripted:
    """A server of the world outside that answers from a list, and what it was asked."""

    answers: list[tuple[int, dict[str, str], bytes]]
    asked: list[tuple[str, str, dict[str, str], bytes]] = field(default_factory=list)
    base: str = ""


@contextmanager
def scripted(*answers: tuple[int, dict[str, str], bytes]) -> Iterator[Scripted]:
    script = Scripted(answers=list(answers))

    class Handler(http.server.BaseHTTPRequestHandler):
        def answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            headers = {name.lower(): value for name, value in self.headers.items()}
            script.asked.append((self.command, self.path, headers, body))
            status, more, content = script.answers.pop(0)
            self.send_response(status)
            for name, value in {**more, "Content-Length": str(len(content))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST = do_PATCH = answer  # noqa: N815  http.server asks for these names

        def log_message(self, *_: object) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        script.base = f"http://127.0.0.1:{server.server_address[1]}"
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield script
        finally:
            server.shutdown()
            thread.join()


def problem(status: int, code: str, **more: str) -> tuple[int, dict[str, str], bytes]:
    document = {"status": status, "code": code, "detail": f"because {code}", "errors": []}
    return status, {"Content-Type": PROBLEM, **more}, json.dumps(document).encode()


CREATED = (
    201,
    {"Content-Type": "application/json"},
    json.dumps(
        {
            "id": "sub_1",
            "client_ref": None,
            "state": "draft",
            "revision": 1,
            "content_sha256": "0" * 64,
            "etag": '"rev_1"',
            "allowed_actions": [],
            "attachments": {"missing": []},
        }
    ).encode(),
)


def patient(waits: list[float]) -> Retries:
    return Retries(attempts=4, sleep=waits.append, random=lambda: 1.0)


@pytest.mark.parametrize(
    ("answer", "least"),
    [
        (problem(409, "request-in-progress", **{"Retry-After": "1"}), 1.0),
        (problem(429, "rate-limited", **{"Retry-After": "30"}), 30.0),
        (problem(502, "unavailable"), 0.5),
        (problem(503, "unavailable", **{"Retry-After": "5"}), 5.0),
        (problem(504, "unavailable"), 0.5),
    ],
    ids=lambda each: str(each[0]) if isinstance(each, tuple) else "",
)
def test_what_passes_is_sent_again_with_the_same_key_after_the_wait_that_was_asked_for(
    answer: tuple[int, dict[str, str], bytes], least: float
) -> None:
    waits: list[float] = []
    with (
        scripted(answer, answer, CREATED) as server,
        Client(server.base, KEY, retries=patient(waits)) as client,
    ):
        assert client.create({"language": "es"}).created
    keys = {headers["idempotency-key"] for _, _, headers, _ in server.asked}
    assert len(server.asked) == 3
    assert len(keys) == 1
    assert len({body for *_, body in server.asked}) == 1
    assert all(wait >= least for wait in waits)


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (400, "malformed-json"),
        (401, "unauthenticated"),
        (404, "not-found"),
        (409, "client-ref-conflict"),
        (422, "validation-failed"),
        (500, "internal"),
    ],
)
def test_a_refusal_is_never_sent_again(status: int, code: str) -> None:
    waits: list[float] = []
    with (
        scripted(problem(status, code)) as server,
        Client(server.base, KEY, retries=patient(waits)) as client,
        pytest.raises(ProblemRaised, match=f"because {code} \\({code}, {status}\\)") as raised,
    ):
        client.create({"language": "es"})
    assert (raised.value.status, raised.value.code) == (status, code)
    assert waits == []


def test_a_wait_beyond_all_patience_is_told_instead_of_waited_for() -> None:
    waits: list[float] = []
    with (
        scripted(problem(429, "rate-limited", **{"Retry-After": "86400"})) as server,
        Client(server.base, KEY, retries=patient(waits)) as client,
        pytest.raises(ProblemRaised, match="rate-limited"),
    ):
        client.me()
    assert waits == []


@pytest.mark.hostile
def test_a_key_is_never_sent_on_to_where_an_answer_points() -> None:
    """CLIENT-REDIRECT."""
    with (
        scripted(CREATED) as elsewhere,
        scripted((307, {"Location": f"{elsewhere.base}/v1/me"}, b"")) as server,
        Client(server.base, KEY) as client,
        pytest.raises(UnexpectedAnswer, match="the address has moved"),
    ):
        client.me()
    assert elsewhere.asked == []


@pytest.mark.hostile
def test_a_sign_in_page_in_between_is_not_taken_for_an_answer() -> None:
    """CLIENT-CAPTIVE-PORTAL."""
    page = (200, {"Content-Type": "text/html"}, b"<html>Sign in to the hotel</html>")
    with (
        scripted(page) as server,
        Client(server.base, KEY) as client,
        pytest.raises(UnexpectedAnswer, match="no sign-in page") as raised,
    ):
        client.me()
    assert "hotel" not in str(raised.value)


@pytest.mark.hostile
def test_a_refusal_cannot_steer_the_terminal() -> None:
    """CLIENT-ESCAPES."""
    document = {"code": "x", "detail": "fine\x1b[2J\x07\u202e", "errors": []}
    error = ProblemRaised(document, status=422)
    assert not set("\x1b\x07\u202e") & set(str(error))


def test_nothing_that_can_be_printed_holds_the_key() -> None:
    with Client("https://gaptracker.example", KEY) as client:
        assert KEY not in repr(client)
    with pytest.raises(InvalidValue) as raised:
        Client("https://gaptracker.example", "secret-without-its-start")
    assert "secret" not in str(raised.value)


def test_the_key_comes_from_the_environment_where_none_is_given(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("GAPTRACKER_API_KEY", f"{KEY}\n")
    with scripted(problem(401, "unauthenticated")) as server, Client(server.base) as client:
        with pytest.raises(ProblemRaised):
            client.me()
        assert server.asked[0][2]["authorization"] == f"Bearer {KEY}"


@pytest.mark.parametrize("name", ["../secret.txt", "/etc/hostname", "..", "a/../b.txt"])
@pytest.mark.hostile
def test_a_document_cannot_name_a_file_outside_its_folder(tmp_path: Path, name: str) -> None:
    """CLIENT-TRAVERSAL."""
    (tmp_path / "secret.txt").write_text("secret")
    inside = tmp_path / "inside"
    inside.mkdir()
    (inside / "b.txt").write_text("b")
    document = {"attachments_expected": [{"ref": "a1", "filename": name}]}
    (inside / "one.json").write_text(json.dumps(document))
    (piece,) = pieces_of([inside])
    assert piece.attachments == ()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('{"a": 1, "a": 2}', "twice"),
        ('{"a": NaN}', "NaN is no number"),
        ('{"a": 1e400}', "would be rounded"),
        ('{"a": 0.1000000000000000055}', "would be rounded"),
        ("7", "expected a submission"),
        ("{", "no JSON"),
    ],
)
@pytest.mark.hostile
def test_a_document_that_would_be_changed_in_silence_is_refused(
    tmp_path: Path, text: str, said: str
) -> None:
    """CLIENT-SILENT-CHANGE."""
    path = tmp_path / "one.json"
    path.write_text(text)
    with pytest.raises(FileProblem, match=said):
        read_document(path)


def test_files_are_announced_with_what_they_are(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("a")
    (tmp_path / "b.pdf").write_bytes(b"%PDF-")
    known: dict[str, Any] = {"ref": "file1", "filename": "other.txt"}
    document, files = announce(
        {"attachments_expected": [known]}, [tmp_path / "b.pdf", tmp_path / "a.txt"]
    )
    refs = [each["ref"] for each in document["attachments_expected"]]
    assert refs == ["file1", "file2", "file3"]
    assert {ref: file.path.name for ref, file in files.items()} == {
        "file2": "a.txt",
        "file3": "b.pdf",
    }


def test_two_runs_at_once_arrive_at_the_same_keys(tmp_path: Path) -> None:
    logs: list[SentLog] = []

    def begin() -> None:
        logs.append(SentLog(tmp_path, "https://gaptracker.example"))

    threads = [threading.Thread(target=begin) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({log.key_of(b"content") for log in logs}) == 1
    assert [path.name for path in tmp_path.iterdir()] == [".gaptracker-sent.json"]
    other = SentLog(tmp_path, "https://other.example")
    assert other.key_of(b"content") != logs[0].key_of(b"content")


def test_a_memory_stick_without_links_will_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_links(*_: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "link", no_links)
    first = SentLog(tmp_path, "https://gaptracker.example")
    again = SentLog(tmp_path, "https://gaptracker.example")
    assert first.key_of(b"content") == again.key_of(b"content")


def test_a_damaged_file_of_what_was_sent_stops_everything(tmp_path: Path) -> None:
    log = SentLog(tmp_path, "https://gaptracker.example")
    log.write_ahead("one.json", SentFile(key="k", digest="d"))
    assert log.find("one.json") == SentFile(key="k", digest="d")
    log.path.write_text(log.path.read_text()[:-20])
    with pytest.raises(FileProblem, match="files may be sent twice"):
        SentLog(tmp_path, "https://gaptracker.example")
