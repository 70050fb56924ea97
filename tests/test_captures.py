"""A web page becomes a file: asked for, fetched, kept once, or the job says why not."""

import socket
from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import text

from gaptracker.custody.log_entries import LogRole, parse_entry
from gaptracker.domain.delivery import EventType
from gaptracker.workflows.capture_links import DELAYS, MOST_ATTEMPTS
from gaptracker.workflows.jobs import MOST_WAITING
from tests.attachments_world import expected
from tests.capture_world import Captures, captures_on
from tests.loopback_world import Loopback, answering, listening

PAGE = b"<html><script>alert(1)</script>Decree 12</html>"
OK = "HTTP/1.1 200 OK\nContent-Type: text/html\nX-Test: kept"
PUBLIC = "https://gazette.example.org/12"


@pytest.fixture
def captures(database_url: str) -> Iterator[Captures]:
    with captures_on(database_url) as made:
        yield made


@pytest.fixture
def page() -> Iterator[Loopback]:
    with listening(answering(f"{OK}\nContent-Length: {len(PAGE)}", PAGE)) as server:
        yield server


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
    return port


def test_a_page_becomes_a_file_of_the_submission(captures: Captures, page: Loopback) -> None:
    address = captures.asked(page.url("/gazette?of=12#top"))
    queued = captures.job(address)
    assert (queued["kind"], queued["state"], queued["lines"]) == ("capture", "queued", 1)
    assert captures.work() == 1

    done = captures.job(address)
    assert (done["state"], done["problem"]) == ("succeeded", None)
    assert done["counts"] == {"read": 1, "created": 1, "unchanged": 0, "failed": 0}
    (kept,) = captures.files()
    assert (kept["ref"], kept["state"], kept["filename"]) == ("w1", "clean", "w1.warc.gz")
    assert kept["media_type_detected"] == "application/warc+gzip"
    result = captures.world.ask("GET", done["results"], captures.world.ana).json()
    assert result == {"line": 1, "status": 201, "ref": "w1", "id": kept["id"]}
    archive = captures.archive(kept)
    assert f"WARC-Target-URI: {page.url('/gazette?of=12')}\r\n".encode() in archive
    assert b"WARC-Date: 2026-11-23T12:00:00Z\r\n" in archive
    assert b"X-Test: kept\r\n" in archive
    assert archive.endswith(b"\r\n\r\n" + PAGE + b"\r\n\r\n")
    (request,) = page.requests
    assert request.startswith(b"GET /gazette?of=12 HTTP/1.1\r\n")
    assert b"(+ops@gaptracker.example)" in request
    for name in (b"referer", b"cookie", b"authorization", b"from"):
        assert b"\r\n" + name + b":" not in request.lower()


def test_the_machine_acts_and_the_member_who_asked_is_named(
    captures: Captures, page: Loopback
) -> None:
    world = captures.world
    address = captures.asked(page.url())
    captures.work()
    (kept,) = captures.files()
    with world.desk.open_work(True) as work:
        found = work.attachments.find(kept["id"])
        entry = work.custody.entries_of([captures.draft])[-1]
        told = work.custody.events_after(-1, organisation=world.ana.organisation, limit=10)
    assert found is not None
    assert found.created_by == world.ana.principal.member
    assert (entry.action, entry.member) == ("capture", None)
    assert parse_entry(entry.entry.encode()).actor_role is LogRole.MACHINE
    assert [(each.type, each.data["links"]) for each in told] == [
        (EventType.JOB_FINISHED, {"self": address})
    ]
    assert captures.count("job_input") == 0


def test_a_redirect_is_followed_and_the_last_address_is_the_page_s(
    captures: Captures, page: Loopback
) -> None:
    moved = f"HTTP/1.1 302 Found\nLocation: {page.url('/new')}\nContent-Length: 4"
    with listening(answering(moved, b"gone")) as old:
        captures.asked(old.url("/old"))
        captures.work()
    (kept,) = captures.files()
    archive = captures.archive(kept)
    assert f"WARC-Target-URI: {page.url('/new')}\r\n".encode() in archive
    assert f"description: capture of {old.url('/old')}\r\n".encode() in archive


def test_a_connection_that_fails_is_tried_again_later_and_not_for_ever(captures: Captures) -> None:
    address = captures.asked(f"http://127.0.0.1:{free_port()}/")
    for delay in DELAYS:
        assert captures.work() == 1
        assert captures.job(address)["state"] == "queued"
        captures.world.clock.now += delay - timedelta(seconds=1)
        assert captures.work() == 0
        captures.world.clock.now += timedelta(seconds=1)
    assert captures.work() == 1
    job = captures.job(address)
    assert (job["state"], job["problem"]["code"]) == ("failed", "unavailable")
    captures.world.clock.wait(days=1)
    assert captures.work() == 0


def test_a_server_that_is_back_at_the_next_attempt_is_captured(captures: Captures) -> None:
    turns = iter([b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nbrok"])

    def script(connection: socket.socket, _request: bytes) -> None:
        whole = f"{OK}\nContent-Length: 5\n\n".replace("\n", "\r\n").encode() + b"whole"
        connection.sendall(next(turns, whole))

    with listening(script) as server:
        address = captures.asked(server.url())
        captures.work()
        assert (captures.job(address)["state"], captures.files()) == ("queued", [])
        captures.world.clock.wait(minutes=1)
        captures.work()
    assert captures.job(address)["state"] == "succeeded"
    assert captures.archive(captures.files()[0]).endswith(b"whole\r\n\r\n")


def test_the_address_is_closed_at_rest(captures: Captures) -> None:
    captures.asked("https://gazette.example.org/canary-in-the-path")
    with captures.world.engine.connect() as connection:
        for table in ("job", "job_input", "idempotency"):
            rows = connection.execute(text(f"SELECT * FROM {table}")).all()
            assert rows
            assert "canary" not in str(rows)
            assert "gazette" not in str(rows)


def test_the_same_request_is_one_job(captures: Captures) -> None:
    first = captures.ask(PUBLIC, key="once")
    again = captures.ask(PUBLIC, key="once")
    assert again.headers["idempotency-replayed"] == "true"
    assert (again.status_code, again.json()) == (202, first.json())
    assert captures.ask(PUBLIC, "w2", key="once").json()["code"] == "idempotency-key-reused"
    assert captures.count("job") == 1


def test_what_is_somebody_else_s_is_not_there(captures: Captures) -> None:
    bo = captures.world.bo
    absent = captures.ask(PUBLIC, who=bo, draft="sub_" + "a" * 26)
    foreign = captures.ask(PUBLIC, who=bo)
    assert absent.status_code == 404
    assert {**absent.json(), "instance": ""} == {**foreign.json(), "instance": ""}
    address = captures.asked(PUBLIC)
    assert captures.world.ask("GET", address, bo).status_code == 404
    assert captures.world.ask("POST", f"{address}:cancel", bo).status_code == 404


def test_a_ref_that_is_taken_or_announced_is_refused_at_once(
    captures: Captures, page: Loopback
) -> None:
    captures.asked(page.url())
    captures.work()
    (kept,) = captures.files()
    again = captures.ask(page.url())
    assert (again.status_code, again.json()["code"]) == (409, "client-ref-conflict")
    assert again.json()["location"] == kept["links"]["self"]
    world, address = captures.world, f"/v1/submissions/{captures.draft}"
    changed = world.client.patch(
        address,
        json={"attachments_expected": [expected("a1", b"x", "application/warc")]},
        headers={"Authorization": f"Bearer {world.ana.key}", "If-Match": "*"},
    )
    assert changed.status_code == 200, changed.text
    announced = captures.ask(page.url(), "a1")
    assert (announced.status_code, announced.json()["code"]) == (422, "validation-failed")


def test_two_wishes_for_one_ref_make_one_file(captures: Captures, page: Loopback) -> None:
    first = captures.asked(page.url("/1"))
    captures.world.clock.wait(seconds=1)
    second = captures.asked(page.url("/2"))
    assert captures.work() == 2
    assert captures.job(first)["state"] == "succeeded"
    job = captures.job(second)
    assert (job["state"], job["problem"]["code"]) == ("failed", "client-ref-conflict")
    assert len(captures.files()) == 1


def test_a_submission_that_was_handed_over_meanwhile_stays_as_it_is(
    captures: Captures, page: Loopback
) -> None:
    address = captures.asked(page.url())
    path = f"/v1/submissions/{captures.draft}/transitions"
    moved = captures.world.ask("POST", path, captures.world.ana, json={"action": "submit"})
    assert moved.status_code == 200, moved.text
    captures.work()
    job = captures.job(address)
    assert (job["state"], job["problem"]["code"]) == ("failed", "invalid-transition")
    assert captures.files() == []
    late = captures.ask(page.url(), "w2")
    assert (late.status_code, late.json()["code"]) == (409, "invalid-transition")


def test_a_cancelled_capture_is_not_made(captures: Captures, page: Loopback) -> None:
    address = captures.asked(page.url())
    captures.world.ask("POST", f"{address}:cancel", captures.world.ana)
    assert captures.work() == 0
    assert captures.job(address)["state"] == "cancelled"
    assert page.requests == []


def test_whoever_may_not_send_any_more_gets_no_capture(captures: Captures, page: Loopback) -> None:
    address = captures.asked(page.url())
    with captures.world.engine.begin() as connection:
        connection.execute(
            text("UPDATE member SET disabled_at = created_at WHERE id = :id"),
            {"id": captures.world.ana.principal.member},
        )
    captures.work()
    with captures.world.desk.open_work(True) as work:
        job = work.jobs.find(address.rpartition("/")[2])
        assert work.attachments.of(captures.draft) == ()
    assert job is not None
    assert job.problem is not None
    assert "insufficient-scope" in job.problem


def test_no_organisation_makes_the_others_wait_behind_hundreds(captures: Captures) -> None:
    for number in range(MOST_WAITING):
        captures.asked(PUBLIC, f"w{number}")
    answer = captures.ask(PUBLIC, "one-more")
    assert (answer.status_code, answer.json()["code"]) == (429, "rate-limited")
    assert MOST_ATTEMPTS == 4
