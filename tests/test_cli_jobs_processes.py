"""`gaptracker scheduler` and `jobs run` in processes of their own: together, and ended."""

import signal
from pathlib import Path

import pytest

from gaptracker.domain.periodic import PeriodicJob
from tests.cli_world import cut
from tests.intake_world import wait_for
from tests.jobs_world import PERIOD, data_folder, delivering, plan, runs, started
from tests.mail_world import Moody


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    return data_folder(tmp_path, monkeypatch)


def test_two_processes_at_one_report_both_end_well_and_there_is_one(data: Path) -> None:
    cut(data)
    processes = [started(data, "jobs", "run", "report") for _ in range(2)]
    told = [process.communicate(timeout=120) for process in processes]
    assert [process.returncode for process in processes] == [0, 0], told
    assert told[0][0] == told[1][0]
    (run,) = runs()
    assert run["attempts"] == 1


def test_a_scheduler_does_what_is_due_and_ends_at_a_signal(data: Path) -> None:
    cut(data)
    plan(data, PeriodicJob.REPORT)
    scheduler = started(data, "scheduler")
    wait_for(lambda: bool((data / "reports" / PERIOD).is_dir()))
    wait_for(lambda: runs()[0]["state"] == "done")
    scheduler.send_signal(signal.SIGTERM)
    _, told = scheduler.communicate(timeout=60)
    assert scheduler.returncode == 0, told
    assert "stopped" in told


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_run_by_hand_that_is_ended_is_given_back(data: Path, number: signal.Signals) -> None:
    settings = delivering(data)
    with Moody("mail", "hang").listening() as moody:
        run = started(
            data, "jobs", "run", "deliver", **settings, GAPTRACKER_SMTP_PORT=str(moody.port)
        )
        assert moody.reached.wait(120)
        run.send_signal(number)
        run.communicate(timeout=60)
    assert run.returncode == 128 + number
    (given,) = [each for each in runs() if each["job"] == "deliver"]
    assert (given["state"], given["attempts"], given["owner"]) == ("pending", 0, None)


def test_a_scheduler_that_cannot_end_its_run_in_time_gives_it_back(data: Path) -> None:
    settings = delivering(data)
    plan(data, PeriodicJob.DELIVER)
    with Moody("mail", "hang").listening() as moody:
        scheduler = started(
            data,
            "scheduler",
            **settings,
            GAPTRACKER_SMTP_PORT=str(moody.port),
            GAPTRACKER_SCHEDULE_STOP_SECONDS="0.5",
        )
        assert moody.reached.wait(120)
        scheduler.send_signal(signal.SIGTERM)
        _, told = scheduler.communicate(timeout=60)
    assert scheduler.returncode == 0, told
    assert "the run at hand was given back" in told
    given = runs()[0]
    assert (given["job"], given["state"], given["attempts"]) == ("deliver", "pending", 0)
