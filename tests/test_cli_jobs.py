"""`gaptracker jobs` and `gaptracker scheduler`: what they print, and the code they end with."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from gaptracker.domain.periodic import PeriodicJob
from gaptracker.domain.periods import CalendarPeriod, PeriodUnit
from gaptracker.main.cli import build_app
from gaptracker.main.intake import present
from gaptracker.records.database import make_engine
from gaptracker.records.unit_of_work import UnitOfWork
from gaptracker.workflows.keep_report import find_report
from gaptracker.workflows.periodic_runs import ask_for
from tests.cli_world import cut, fill_database
from tests.intake_world import wait_for
from tests.mail_world import Moody

PROGRAM = Path(sys.executable).parent / "gaptracker"
LAST_QUARTER = CalendarPeriod.ended_before(PeriodUnit.QUARTER, present().now.date())
PERIOD = LAST_QUARTER.key
ADDRESS = "reader@desk.example"


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder with evidence and no release yet."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GAPTRACKER_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("GAPTRACKER_LOG_LEVEL", "error")
    fill_database(tmp_path)
    return tmp_path


def gaptracker(*words: str) -> Result:
    return CliRunner().invoke(build_app(), list(words))


# `Any`: what JSON holds.
def runs() -> list[dict[str, Any]]:
    listed: list[dict[str, Any]] = json.loads(gaptracker("jobs", "list", "--format", "json").stdout)
    return listed


def test_a_report_is_written_once_and_a_second_run_says_so(data: Path) -> None:
    cut(data)
    first, second = (gaptracker("jobs", "run", "report") for _ in range(2))
    assert (first.exit_code, second.exit_code) == (0, 0), first.output
    sha256 = find_report(data / "reports", PERIOD).sha256
    assert first.stdout == second.stdout == f"report {PERIOD} done {sha256}\n"
    (run,) = runs()
    assert (run["job"], run["state"], run["effect"]) == ("report", "done", sha256)


@pytest.mark.hostile(id="report-without-a-release")
def test_without_a_release_the_run_fails_and_says_why_and_a_later_one_does_it(data: Path) -> None:
    failed = gaptracker("jobs", "run", "report")
    assert failed.exit_code == 1
    assert "is not done: no release" in " ".join(failed.stderr.split())
    (run,) = runs()
    assert (run["state"], run["attempts"]) == ("pending", 1)
    assert not (data / "reports").exists()
    cut(data)
    assert gaptracker("jobs", "run", "report").exit_code == 0
    assert runs()[0]["state"] == "done"


@pytest.mark.hostile(id="report-on-a-release-that-failed")
def test_a_release_that_missed_its_checks_keeps_its_report_back(data: Path) -> None:
    cut(data)
    # The evidence is far too little for the checks of a real release.
    failed = gaptracker("jobs", "run", "score_and_cut")
    assert failed.exit_code == 1, failed.output
    waiting = gaptracker("jobs", "run", "report", "--period", PERIOD)
    assert waiting.exit_code == 1
    assert "another job of the period has to be done before it" in waiting.stderr
    assert not (data / "reports").exists()


def test_a_run_that_failed_for_good_waits_for_retry(data: Path) -> None:
    for _ in range(6):
        assert gaptracker("jobs", "run", "report").exit_code == 1
    assert runs()[0]["state"] == "failed"
    cut(data)
    named = ("report", PERIOD)
    told = gaptracker("jobs", "run", "report", "--period", PERIOD)
    assert told.exit_code == 1
    assert "jobs retry" in told.stderr
    assert gaptracker("jobs", "retry", *named).exit_code == 0
    assert runs()[0]["state"] == "done"


@pytest.mark.hostile(id="report-period-in-the-future")
@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("run", "report", "--period", "2999-Q1"), 2),
        (("run", "report", "--period", LAST_QUARTER.end.isoformat()), 2),
        (("run", "report", "--period", "2020-02-29"), 2),
        (("run", "report", "--period", "soon"), 2),
        (("run", "everything"), 2),
        (("retry", "report", "2020-Q1"), 3),
    ],
)
def test_what_cannot_be_run_ends_with_a_code_of_its_own(
    data: Path, words: tuple[str, ...], code: int
) -> None:
    assert gaptracker("jobs", *words).exit_code == code
    assert runs() == []
    assert not (data / "reports").exists()


def test_a_schedule_that_cannot_be_is_named(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert data.is_dir()
    for text in ("quarter 0 6 * *", "day 0 6 * * *", "quarter 0 6 * * * Mars/Olympus"):
        monkeypatch.setenv("GAPTRACKER_SCHEDULE_REPORT", text)
        refused = gaptracker("scheduler", "--once")
        assert refused.exit_code == 2
        assert "GAPTRACKER_SCHEDULE_REPORT" in refused.stderr


def test_a_mail_that_may_have_arrived_is_shown_and_sent_again_only_when_asked(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cut(data)
    file = data / "delivery.toml"
    file.write_text(f'[[mail]]\nname = "desk"\naddress = "{ADDRESS}"\nforms = ["zip"]\n')
    monkeypatch.setenv("GAPTRACKER_DELIVERY_FILE", str(file))
    assert gaptracker("jobs", "run", "report").exit_code == 0
    with Moody("dot", "drop").listening() as moody:
        smtp = {"HOST": "127.0.0.1", "PORT": moody.port, "SECURITY": "none", "FROM": "a@b.example"}
        for name, value in smtp.items():
            monkeypatch.setenv(f"GAPTRACKER_SMTP_{name}", str(value))
        failed = gaptracker("jobs", "run", "deliver")
        assert failed.exit_code == 1
        again = gaptracker("jobs", "run", "deliver", "--period", PERIOD)
        assert again.exit_code == 1
        shown = gaptracker("jobs", "list").stdout
        assert "unsure" in shown
        assert ADDRESS not in failed.output + again.output + shown
        moody.at = "never"
        assert len(moody.received) == 1
        assert gaptracker("jobs", "retry", "deliver", PERIOD).exit_code == 0
        assert gaptracker("jobs", "retry", "deliver", PERIOD).exit_code == 0
    assert len(moody.received) == 2
    (deliver,) = [run for run in runs() if run["job"] == "deliver"]
    assert (deliver["state"], deliver["effect"]) == ("done", "1 of 1 sent")
    assert [(each["state"], each["attempts"]) for each in deliver["deliveries"]] == [("sent", 2)]


def started(data: Path, *words: str, **settings: str) -> subprocess.Popen[str]:
    """The program in a process of its own."""
    return subprocess.Popen(
        [str(PROGRAM), *words],
        env={
            **os.environ,
            "PYTHONPATH": os.pathsep.join(sys.path),
            "GAPTRACKER_DATA_DIR": str(data),
            **settings,
        },
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


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
    engine = make_engine(f"sqlite:///{data / 'gaptracker.sqlite3'}")
    with UnitOfWork(engine) as work:
        ask_for(work, PeriodicJob.REPORT, LAST_QUARTER, present().now)
        work.commit()
    engine.dispose()
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
        wait_for(lambda: "running" in {each["state"] for each in runs()})
        run.send_signal(number)
        run.communicate(timeout=60)
    assert run.returncode == 128 + number
    (given,) = [each for each in runs() if each["job"] == "deliver"]
    assert (given["state"], given["attempts"], given["owner"]) == ("pending", 0, None)


def delivering(data: Path) -> dict[str, str]:
    """A report to deliver, and the settings by which it goes to one reader by mail."""
    cut(data)
    (data / "delivery.toml").write_text(
        f'[[mail]]\nname = "desk"\naddress = "{ADDRESS}"\nforms = ["zip"]\n'
    )
    assert gaptracker("jobs", "run", "report").exit_code == 0
    return {
        "GAPTRACKER_DELIVERY_FILE": str(data / "delivery.toml"),
        "GAPTRACKER_SMTP_HOST": "127.0.0.1",
        "GAPTRACKER_SMTP_SECURITY": "none",
        "GAPTRACKER_SMTP_FROM": "a@b.example",
    }


def test_a_scheduler_that_cannot_end_its_run_in_time_gives_it_back(data: Path) -> None:
    settings = delivering(data)
    engine = make_engine(f"sqlite:///{data / 'gaptracker.sqlite3'}")
    with UnitOfWork(engine) as work:
        ask_for(work, PeriodicJob.DELIVER, LAST_QUARTER, present().now)
        work.commit()
    engine.dispose()
    with Moody("mail", "hang").listening() as moody:
        scheduler = started(
            data,
            "scheduler",
            **settings,
            GAPTRACKER_SMTP_PORT=str(moody.port),
            GAPTRACKER_SCHEDULE_STOP_SECONDS="0.5",
        )
        wait_for(lambda: runs()[0]["state"] == "running")
        scheduler.send_signal(signal.SIGTERM)
        _, told = scheduler.communicate(timeout=60)
    assert scheduler.returncode == 0, told
    assert "the run at hand was given back" in told
    given = runs()[0]
    assert (given["job"], given["state"], given["attempts"]) == ("deliver", "pending", 0)
