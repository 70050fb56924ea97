"""A worker that dies over a page, or is overtaken: the page is captured once, by somebody."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from gaptracker.main.captures import capture_client, capture_one
from gaptracker.main.intake import present
from gaptracker.main.webhooks import ANY_PORT
from gaptracker.receive.desk import Desk, Outgoing
from gaptracker.receive.uploads import attachment_limits
from gaptracker.workflows.attach_files import ArrivedFile
from gaptracker.workflows.capture_links import (
    LEASE,
    MOST_ATTEMPTS,
    keep_capture,
    take_capture,
)
from tests.batch_world import BatchWorld, batch_world, measure
from tests.capture_world import Captures, captures_on
from tests.events_world import TRIAL
from tests.loopback_world import Loopback, answering, listening, silent

WORKER = """
from gaptracker.main.captures import capture_client, capture_one
from gaptracker.main.cli.stores import settings_in_force
from gaptracker.main.intake import make_desk
from gaptracker.records.database import make_engine
settings = settings_in_force()
desk = make_desk(settings, make_engine(settings.resolved_database_url))
while capture_one(desk, capture_client(desk, seconds=60)):
    pass
"""
WHOLE = "HTTP/1.1 200 OK\nContent-Type: text/plain\nContent-Length: 5"


@pytest.fixture
def world(database_url: str, tmp_path: Path) -> Iterator[BatchWorld]:
    with batch_world(database_url, tmp_path) as made:
        outgoing = Outgoing(
            rules=replace(TRIAL.rules, ports=ANY_PORT), contact="ops@gaptracker.example"
        )
        desk = replace(made.desk, outgoing=outgoing)
        made.client.app.state.desk = desk  # type: ignore[attr-defined]  # an application of any kind
        yield replace(made, desk=desk)


@pytest.fixture
def captures(database_url: str) -> Iterator[Captures]:
    with captures_on(database_url) as made:
        yield made


def start_worker(world: BatchWorld) -> subprocess.Popen[bytes]:
    environment = {
        **os.environ,
        "GAPTRACKER_DATA_DIR": str(world.settings.data_dir),
        "GAPTRACKER_DATABASE_URL": world.settings.resolved_database_url,
        "GAPTRACKER_LOG_LEVEL": "error",
        "GAPTRACKER_WEBHOOK_ALLOW_LOOPBACK": "true",
        "PYTHONPATH": os.pathsep.join(sys.path),
    }
    return subprocess.Popen([sys.executable, "-c", WORKER], env=environment)


def later(desk: Desk, how_long: timedelta) -> Desk:
    """The same desk when so much time has passed."""
    return replace(desk, present=lambda: replace(present(), now=present().now + how_long))


def wait_for_request(server: Loopback) -> None:
    until = time.monotonic() + 90
    while not server.requests:
        assert time.monotonic() < until, "the worker asks for nothing"
        time.sleep(0.02)


def test_a_page_whose_worker_was_killed_is_captured_by_the_next(world: BatchWorld) -> None:
    draft = world.client.post(
        "/v1/submissions",
        json=measure(None),
        headers={**world.bearer(), "Idempotency-Key": "draft"},
    ).json()["id"]
    turns = iter([silent])

    def script(connection: socket.socket, request: bytes) -> None:
        next(turns, answering(WHOLE, b"whole"))(connection, request)

    with listening(script) as server:
        asked = world.client.post(
            f"/v1/submissions/{draft}/links",
            json={"url": server.url(), "ref": "w1"},
            headers={**world.bearer(), "Idempotency-Key": "link"},
        )
        assert asked.status_code == 202, asked.text
        worker = start_worker(world)
        try:
            wait_for_request(server)
        finally:
            os.kill(worker.pid, signal.SIGKILL)
            worker.wait()
        job = asked.json()["id"]
        assert world.job(job)["state"] == "running"
        with capture_client(world.desk, seconds=5) as client:
            assert not capture_one(later(world.desk, LEASE - timedelta(minutes=1)), client)
            assert capture_one(later(world.desk, LEASE), client)
            assert not capture_one(later(world.desk, 2 * LEASE), client)
    assert world.job(job)["state"] == "succeeded"
    assert (world.count("attachment"), world.count("job_line")) == (1, 1)
    assert (world.count("outbox_event"), world.count("job_input")) == (1, 0)


def test_a_worker_that_was_overtaken_keeps_nothing(captures: Captures) -> None:
    world = captures.world
    address = captures.asked("https://gazette.example.org/12")
    taken = []
    for _ in range(2):
        with world.desk.open_work(False) as work:
            taken.append(take_capture(work, world.clock.present()))
            work.commit()
        world.clock.now += LEASE
    kept = []
    for number in (0, 1):
        mine = taken[number]
        assert mine is not None
        stored = world.desk.blobs.receive([b"page %d" % number], limit_bytes=100)
        file = ArrivedFile(
            ref="w1",
            filename=None,
            sha256=stored.sha256,
            blob=world.desk.blobs.name_of(stored.sha256),
            size_bytes=stored.size,
            declared="application/warc+gzip",
            found=None,
            is_kept=lambda: True,
        )
        with world.desk.open_work(False) as work:
            limits = attachment_limits(world.desk)
            kept.append(keep_capture(mine, file, work, world.clock.present(), limits))
            work.commit()
    assert kept == [False, True]
    assert captures.job(address)["state"] == "succeeded"
    assert len(captures.files()) == 1


def test_a_page_that_kills_every_worker_is_given_up(captures: Captures) -> None:
    world = captures.world
    address = captures.asked("https://gazette.example.org/12")
    for turn in range(MOST_ATTEMPTS + 1):
        with world.desk.open_work(False) as work:
            taken = take_capture(work, world.clock.present())
            work.commit()
        assert (taken is None) is (turn == MOST_ATTEMPTS)
        world.clock.now += LEASE
    job = captures.job(address)
    assert (job["state"], job["problem"]["code"]) == ("failed", "unavailable")
