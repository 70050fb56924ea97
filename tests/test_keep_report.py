"""A period's report: whole under its name or not there, and the first one stays."""

import errno
import json
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from gaptracker.domain.report_delivery import PeriodReport
from gaptracker.workflows.keep_report import (
    LIST_NAME,
    ReportDamaged,
    ReportOrder,
    find_report,
    keep_report,
)
from tests.periodic_world import RELEASE, small_report


def order(attempt: str = "first", release: str = RELEASE) -> ReportOrder:
    return ReportOrder(period="2026-Q4", release=release, languages=("en", "es"), attempt=attempt)


def test_a_report_is_listed_with_the_hash_of_every_file(tmp_path: Path) -> None:
    report = keep_report(tmp_path, order(), small_report())
    listed = json.loads((tmp_path / "2026-Q4" / LIST_NAME).read_text())
    assert (listed["period"], listed["release"]) == ("2026-Q4", RELEASE)
    assert [file["name"] for file in listed["files"]] == sorted(
        path.name for path in report.folder.iterdir() if path.name != LIST_NAME
    )
    assert len(report.files) == 4
    assert [path.name for path in tmp_path.iterdir()] == ["2026-Q4"]


def test_the_first_report_of_a_period_stays_whoever_comes_later(tmp_path: Path) -> None:
    first = keep_report(tmp_path, order(), small_report())
    second = keep_report(tmp_path, order("second", "another-release"), small_report())
    assert second == first


def test_the_same_order_gives_the_same_bytes(tmp_path: Path) -> None:
    one = keep_report(tmp_path / "one", order(), small_report())
    two = keep_report(tmp_path / "two", order("second"), small_report())
    assert one.sha256 == two.sha256


@pytest.mark.hostile(id="report-disk-full")
def test_a_full_disk_leaves_nothing_under_the_reports_name(tmp_path: Path) -> None:
    def write_half(
        release: str, period: str, languages: Sequence[str], folder: Path
    ) -> PeriodReport:
        del release, period, languages
        (folder / "half.html").write_text("half of it")
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with pytest.raises(OSError, match="No space left"):
        keep_report(tmp_path, order(), write_half)
    assert list(tmp_path.iterdir()) == []
    keep_report(tmp_path, order("second"), small_report())


DYING = """
import os, signal, sys
from pathlib import Path
from gaptracker.workflows.keep_report import ReportOrder, keep_report
from tests.periodic_world import small_report
steps = iter(range(100))
def die() -> None:
    if next(steps) == int(sys.argv[2]):
        os.kill(os.getpid(), signal.SIGKILL)
order = ReportOrder(period="2026-Q4", release="another", languages=("en", "es"), attempt="dying")
keep_report(Path(sys.argv[1]), order, small_report(die))
"""


@pytest.mark.hostile(id="report-writer-killed")
@pytest.mark.parametrize("step", [0, 3])
def test_a_writer_that_is_killed_leaves_no_report_and_its_rest_goes(
    tmp_path: Path, step: int
) -> None:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    killed = subprocess.run(
        [sys.executable, "-c", DYING, str(tmp_path), str(step)], check=False, env=environment
    )
    assert killed.returncode == -signal.SIGKILL
    assert [path.name for path in tmp_path.iterdir()] == [".partial-2026-Q4-dying"]
    with pytest.raises(ReportDamaged, match="there is no report of 2026-Q4"):
        find_report(tmp_path, "2026-Q4")
    report = keep_report(tmp_path, order(), small_report())
    assert report.release == RELEASE
    assert [path.name for path in tmp_path.iterdir()] == ["2026-Q4"]


@pytest.mark.hostile(id="report-renamed-by-another-meanwhile")
def test_whoever_comes_second_to_the_rename_takes_what_is_there(tmp_path: Path) -> None:
    def write(release: str, period: str, languages: Sequence[str], folder: Path) -> PeriodReport:
        # Whoever had the lease before wakes up and is done first.
        if release == "slow":
            keep_report(tmp_path / "beside", order(), small_report())
            (tmp_path / "beside" / period).rename(tmp_path / period)
        return small_report()(release, period, languages, folder)

    report = keep_report(tmp_path, order("second", "slow"), write)
    assert report.release == RELEASE


@pytest.mark.parametrize("change", ["write", "remove"])
def test_a_report_that_was_changed_is_not_delivered(tmp_path: Path, change: str) -> None:
    report = keep_report(tmp_path, order(), small_report())
    file = report.folder / report.files[0].name
    if change == "write":
        file.write_text("other words")
    else:
        file.unlink()
    with pytest.raises(ReportDamaged, match="is not the file that was written"):
        find_report(tmp_path, "2026-Q4")
