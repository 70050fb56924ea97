"""Whoever lays replies beside the releases may be killed at any point: nothing is half there."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from gaptracker.domain.annotations import NO_ANNOTATIONS, lost_between
from gaptracker.records.release_store import ReleaseStore
from gaptracker.workflows.annotations import read_annotations

ROUNDS = 12
# Lays one more reply after the other, as fast as it can, on top of what lies there.
LAYING = """
import sys
from datetime import UTC, date, datetime
from gaptracker.domain.annotations import DecidedReply, Reply
from gaptracker.records.release_store import ReleaseStore
from gaptracker.workflows.annotations import lay_beside, read_annotations

store = ReleaseStore(sys.argv[1])
print("ready", flush=True)
while True:
    held, _ = read_annotations(store)
    number = len(held.replies)
    reply = Reply(
        id=f"rep_{number:05}", actor="MEX", release="2026-08-16-1f0c33ab", who="A", office="B",
        received_on=date(2026, 11, 20), language="es", text="x" * 20_000, link=None,
        attachment_sha256=None, cells=(), pairs=(), recorded_at=datetime(2026, 11, 20, tzinfo=UTC),
    )
    lay_beside(store, lambda: ((*held.replies, DecidedReply(reply=reply, decision=None)), ()))
    print(number, flush=True)
"""


@pytest.mark.hostile(id="annotations-killed")
def test_a_kill_at_any_point_leaves_one_whole_version_and_the_next_goes_on(tmp_path: Path) -> None:
    store = ReleaseStore((tmp_path / "releases").as_posix())
    known = NO_ANNOTATIONS
    for round_ in range(ROUNDS):
        process = subprocess.Popen(
            [sys.executable, "-c", LAYING, store.url],
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        )
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        # A version at least, so that every round gets further; then at no particular point.
        laid = [process.stdout.readline()]
        time.sleep(0.003 * round_)
        process.send_signal(signal.SIGKILL)
        laid += process.stdout.readlines()
        process.wait()
        process.stdout.close()

        found, head = read_annotations(store)

        assert head is not None
        assert found.version == head.version == len(found.replies)
        assert found.version >= known.version + len([each for each in laid if each.strip()])
        assert lost_between(known, found) == ()
        known = found
