"""Whoever announces reports may be killed at any point: nothing is half there, nothing twice."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from gaptracker.domain.announcements import NO_ANNOUNCEMENTS
from gaptracker.records.release_store import ReleaseStore
from gaptracker.workflows.announce_report import read_announcements
from tests.small_release import PLAN, cut, graded_evidence

ROUNDS = 8
# Announces one period after the other, each twice, as fast as it can; says when one is announced.
ANNOUNCING = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from gaptracker.domain.report_delivery import ReportText
from gaptracker.records.release_store import ReleaseStore
from gaptracker.workflows.announce_report import Whereabouts, announce_report, read_announcements
from gaptracker.workflows.keep_report import KeptReport

store, release = ReleaseStore(sys.argv[1]), sys.argv[2]
where, now = Whereabouts(link=None, ask=None), datetime(2027, 1, 5, tzinfo=UTC)
text = ReportText(edition="global", language="en", title="T", summary="x " * 400)
print("ready", flush=True)
number = max(len(read_announcements(store)[0].reports) - 1, 0)
while True:
    report = KeptReport(
        folder=Path("none"), period=f"{2000 + number}-Q1", release=release, files=(),
        sha256=f"{number:064}", texts=(text,) * 20,
    )
    for _ in range(2):
        announce_report(store, report, where=where, now=now)
    print(number, flush=True)
    number += 1
"""


@pytest.mark.hostile(id="announcements-killed")
def test_a_kill_at_any_point_leaves_one_whole_version_and_no_period_twice(tmp_path: Path) -> None:
    store = ReleaseStore((tmp_path / "releases").as_posix())
    release = cut(store, graded_evidence(), PLAN).entry.id
    known = NO_ANNOUNCEMENTS
    for round_ in range(ROUNDS):
        process = subprocess.Popen(
            [sys.executable, "-c", ANNOUNCING, store.url, release],
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        )
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        # Two periods at least, so that every round gets further; then at no particular point.
        told = [process.stdout.readline(), process.stdout.readline()]
        time.sleep(0.003 * round_)
        process.send_signal(signal.SIGKILL)
        told += process.stdout.readlines()
        process.wait()
        process.stdout.close()

        found, head = read_announcements(store)

        assert head is not None
        assert found.version == head.version == len(found.reports)
        periods = [each.period for each in found.reports]
        assert periods == [f"{2000 + number}-Q1" for number in range(len(periods))]
        assert len(periods) > max(int(each) for each in told if each.strip())
        assert found.reports[: len(known.reports)] == known.reports
        assert len(found.reports) > len(known.reports)
        known = found
