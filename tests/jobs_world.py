"""`gaptracker jobs` in this process and in others, on a data folder with a small release."""

import json
import os
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
from gaptracker.workflows.periodic_runs import ask_for
from tests.cli_world import cut, fill_database

PROGRAM = Path(sys.executable).parent / "gaptracker"
LAST_QUARTER = CalendarPeriod.ended_before(PeriodUnit.QUARTER, present().now.date())
PERIOD = LAST_QUARTER.key
ADDRESS = "reader@desk.example"


def data_folder(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder with evidence and no release yet, in force."""
    monkeypatch.chdir(folder)
    monkeypatch.setenv("GAPTRACKER_DATA_DIR", str(folder))
    monkeypatch.setenv("GAPTRACKER_LOG_LEVEL", "error")
    monkeypatch.setenv("GAPTRACKER_REPORT_LANGUAGES", "en")
    fill_database(folder)
    return folder


def gaptracker(*words: str) -> Result:
    return CliRunner().invoke(build_app(), list(words))


# `Any`: what JSON holds.
def runs() -> list[dict[str, Any]]:
    listed: list[dict[str, Any]] = json.loads(gaptracker("jobs", "list", "--format", "json").stdout)
    return listed


def plan(data: Path, job: PeriodicJob) -> None:
    """Put the last quarter of a job on record, due now."""
    engine = make_engine(f"sqlite:///{data / 'gaptracker.sqlite3'}")
    with UnitOfWork(engine) as work:
        ask_for(work, job, LAST_QUARTER, present().now)
        work.commit()
    engine.dispose()


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
