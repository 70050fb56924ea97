"""When lines, disks, locks and clocks fail: an honest answer, and nothing half stored."""

import resource
import socket
import sqlite3
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from sqlalchemy import Engine, text

from gaptracker.domain.workflow import Action, State
from gaptracker.main import patient_http
from gaptracker.receive import slow_bodies
from gaptracker.records import database
from tests.intake_world import (
    Document,
    Served,
    cast_for,
    cast_on,
    dispose,
    document,
    once,
    serving,
    settings_for,
)
from tests.killed_world import Killable
from tests.submission_life import WELL_GIVEN, Life

HTML = "<img src=x onerror=alert(1)>"


def url_in(folder: Path) -> str:
    return f"sqlite:///{folder / 'records.sqlite3'}"


@pytest.fixture
def impatient(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Served]:
    """A server whose patience is counted in tenths of seconds."""
    monkeypatch.setattr(patient_http.PatientHttp, "head_seconds", 0.3)
    patience = {"idle_seconds": 0.3, "whole_seconds": 1.0, "clock": time.monotonic}
    monkeypatch.setattr(slow_bodies.SlowBodies.__init__, "__kwdefaults__", patience)
    monkeypatch.setattr(database, "BUSY_TIMEOUT_MS", 300)
    with serving(tmp_path, url_in(tmp_path)) as found:
        yield found


def connected(served: Served) -> socket.socket:
    port = int(served.base.rpartition(":")[2])
    return socket.create_connection(("127.0.0.1", port), timeout=60)


def head(served: Served, length: int) -> bytes:
    return (
        "POST /v1/submissions HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
        f"Authorization: Bearer {served.cast.secrets['sender']}\r\nIdempotency-Key: stuck\r\n"
        f"Content-Length: {length}\r\n\r\n"
    ).encode()


def whole(connection: socket.socket) -> bytes:
    """All that comes until the other side closes."""
    parts = []
    while part := connection.recv(65_536):
        parts.append(part)
    return b"".join(parts)


@pytest.mark.hostile(id="stuck-head")
@pytest.mark.parametrize("begun", [b"", b"POST /v1/submissions HTTP/1.1\r\nHost: loc"])
def test_a_head_that_gets_stuck_is_given_up(impatient: Served, begun: bytes) -> None:
    with connected(impatient) as connection:
        connection.sendall(begun)
        assert whole(connection) == b""


@pytest.mark.hostile(id="stuck-second-head")
def test_a_second_head_that_gets_stuck_is_given_up_too(impatient: Served) -> None:
    with connected(impatient) as connection:
        connection.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\nGET /hea")
        assert whole(connection).startswith(b"HTTP/1.1 200 OK")


@pytest.mark.hostile(id="stuck-body")
def test_a_body_that_gets_stuck_is_given_up_and_others_are_served_meanwhile(
    impatient: Served,
) -> None:
    stuck = [connected(impatient) for _ in range(60)]
    for connection in stuck:
        connection.sendall(head(impatient, 100) + b'{"language"')
    with impatient.client("sender") as client:
        served = client.post("/v1/submissions", headers=once(), json=document())
    answers = [whole(connection) for connection in stuck]
    for connection in stuck:
        connection.close()

    assert served.status_code == 201
    assert all(each.startswith(b"HTTP/1.1 408 ") for each in answers)
    assert all(b'"code": "request-timeout"' in each for each in answers)


@pytest.mark.hostile(id="dripping-body")
def test_a_body_that_only_drips_is_given_up(impatient: Served) -> None:
    with connected(impatient) as connection:
        connection.sendall(head(impatient, 1000))
        begun = time.monotonic()
        for _ in range(40):
            try:
                connection.sendall(b" ")
            except OSError:
                break
            time.sleep(0.1)
        assert whole(connection).startswith(b"HTTP/1.1 408 ")
    assert time.monotonic() - begun < 30


@pytest.mark.hostile(id="database-locked")
def test_a_locked_database_is_told_with_when_to_try_again(impatient: Served) -> None:
    headers = once()
    holder = sqlite3.connect(impatient.settings.data_dir / "records.sqlite3", isolation_level=None)
    with impatient.client("sender") as client:
        holder.execute("BEGIN IMMEDIATE")
        refused = client.post("/v1/submissions", headers=headers, json=document())
        # Reading goes on.
        read = client.get("/v1/evidence")
        holder.execute("ROLLBACK")
        again = client.post("/v1/submissions", headers=headers, json=document())
    holder.close()

    assert (refused.status_code, refused.json()["code"]) == (503, "unavailable")
    assert refused.headers["content-type"] == "application/problem+json"
    assert int(refused.headers["retry-after"]) > 0
    assert read.status_code == 200
    assert again.status_code == 201
    assert "idempotency-replayed" not in again.headers


@pytest.mark.hostile(id="disk-full")
def test_a_full_disk_is_told_and_nothing_is_half_stored(tmp_path: Path) -> None:
    settings = settings_for(tmp_path, url_in(tmp_path))
    cast = cast_for(settings)
    server = Killable(settings=settings, folder=tmp_path)
    server.start(log=subprocess.DEVNULL)
    headers, body = once(), {**document(), "submit": True, "note": "x" * 9_000}
    key = {"Authorization": f"Bearer {cast.secrets['sender']}"}
    try:
        assert server.process is not None
        with httpx.Client(base_url=server.base, headers=key, trust_env=False, timeout=60) as client:
            _, most = resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE)
            resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE, (4_096, most))
            refused = [client.post("/v1/submissions", headers=headers, json=body) for _ in range(3)]
            resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE, (most, most))
            again = client.post("/v1/submissions", headers=headers, json=body)
    finally:
        server.kill()

    assert {each.status_code for each in refused} == {503}, refused[0].text
    assert {each.json()["code"] for each in refused} == {"unavailable"}
    assert all("disk" not in each.json()["detail"] for each in refused)  # no words of the database
    assert again.status_code == 201, again.text
    with cast.work(read_only=True) as work:
        entries = work.custody.entries_from(0, 1_000)
    assert [each.action for each in entries if each.action] == ["create", "submit"]
    assert isinstance(cast.bind, Engine)
    with cast.bind.connect() as connection:
        assert connection.execute(text("PRAGMA integrity_check")).scalar_one() == "ok"
    dispose(cast)


@pytest.mark.hostile(id="clock-back")
def test_a_clock_that_jumps_back_neither_stops_a_submission_nor_disorders_the_log(
    tmp_path: Path,
) -> None:
    with cast_on(url_in(tmp_path)) as cast:
        life = Life(cast=cast, days=20)
        submission = life.in_state(State.SUBMITTED)
        life.days = 5
        life.do("reviewer", Action.CLAIM, submission)
        life.do("reviewer", Action.ACCEPT, submission, **WELL_GIVEN)
        life.days = 0
        life.do("editor", Action.PUBLISH, submission)
        found = life.found(submission)
        with cast.work(read_only=True) as work:
            entries = work.custody.entries_from(0, 1_000)
            events = work.custody.events_after(-1, organisation=found.organisation)

    assert found.state is State.PUBLISHED
    assert [each.position for each in entries] == list(range(len(entries)))
    assert [each.type.value for each in events] == [
        "submission.submitted",
        "submission.accepted",
        "evidence.published",
    ]


@pytest.mark.hostile(id="html-everywhere")
def test_html_in_every_text_is_a_text_and_never_a_page(tmp_path: Path) -> None:
    with serving(tmp_path, url_in(tmp_path)) as served, served.client("sender") as client:
        made = client.post("/v1/submissions", headers=once(), json=with_html())
        assert made.status_code == 201, made.text
        name = made.json()["id"]
        said = client.post(f"/v1/submissions/{name}/messages", headers=once(), json={"text": HTML})
        answers = [
            client.get(f"/v1/submissions/{name}{part}")
            for part in ("", "/log", "/messages", "/revisions/1", "/preview-public")
        ]
        asked = client.get(f"/v1/submissions/{HTML}")

    assert said.status_code in {201, 409}
    for answer in [*answers, asked]:
        assert answer.headers["content-type"] in {"application/json", "application/problem+json"}
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["content-security-policy"].startswith("default-src 'none'")
    assert HTML in answers[0].json()["content"]["items"][0]["title"]


def with_html() -> Document:
    made = document()
    made["items"][0] |= {"title": HTML, "issuer": HTML, "note": HTML}
    made["public_summary"] = {"en": HTML}
    made["sources"][0] |= {"title": HTML, "publisher": HTML}
    return {**made, "note": HTML}
