"""docs/deploy: every way to run the periodic jobs names commands and hours that exist."""

import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import typer.main
import yaml

from gaptracker.domain.periodic import PeriodicJob
from gaptracker.main.cli import build_app
from gaptracker.settings import Settings

FOLDER = Path(__file__).resolve().parent.parent / "docs" / "deploy"
FILES = sorted(FOLDER.iterdir())
COMMAND = re.compile(r"gaptracker ((?:jobs run|scheduler)\b[^&`\n]*)")


def cron_of(job: PeriodicJob) -> str:
    """The cron expression by which a job is due if nothing is set."""
    default: str = Settings.model_fields[f"schedule_{job.value}"].default
    return default.split(maxsplit=1)[1]


def parses(words: list[str]) -> bool:
    """Say whether the command line takes these words."""
    # `Any`: Typer's classes are not the same in all versions.
    command: Any = typer.main.get_command(build_app())
    while getattr(command, "commands", None):
        name, *words = words
        command = command.commands[name]
    with command.make_context("gaptracker", list(words)) as context:
        return bool(context.params is not None)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_every_command_is_one_that_the_parser_takes(path: Path) -> None:
    commands = COMMAND.findall(path.read_text(encoding="utf-8"))
    for text in commands:
        assert parses(text.replace("%i", "report").split())
    assert commands or path.suffix in {".timer", ".yaml"}


def test_the_crontab_has_every_job_at_its_hour() -> None:
    text = (FOLDER / "crontab").read_text(encoding="utf-8")
    assert "CRON_TZ=UTC" in text
    for job in PeriodicJob:
        line = rf"^{re.escape(cron_of(job))}\s+gaptracker\s+gaptracker jobs run {job.value}$"
        assert re.search(line, text, flags=re.MULTILINE), job


def test_the_cronjob_is_one_of_kubernetes_and_has_no_more_rights_than_it_needs() -> None:
    job = yaml.safe_load((FOLDER / "cronjob.yaml").read_text(encoding="utf-8"))
    assert (job["apiVersion"], job["kind"]) == ("batch/v1", "CronJob")
    assert job["spec"]["schedule"] == cron_of(PeriodicJob.REPORT)
    pod = job["spec"]["jobTemplate"]["spec"]["template"]["spec"]
    (container,) = pod["containers"]
    program, *words = container["command"]
    assert program == "gaptracker"
    assert parses(words)
    assert pod["restartPolicy"] == "Never"
    assert pod["securityContext"]["runAsNonRoot"] is True
    assert container["securityContext"]["readOnlyRootFilesystem"] is True
    mounted = {mount["name"] for mount in container["volumeMounts"]}
    assert mounted == {volume["name"] for volume in pod["volumes"]}


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="this machine has no systemd")
def test_systemd_knows_when_the_timer_is_due() -> None:
    text = (FOLDER / "gaptracker-report.timer").read_text(encoding="utf-8")
    (calendar,) = re.findall(r"^OnCalendar=(.*)$", text, flags=re.MULTILINE)
    subprocess.run(["systemd-analyze", "calendar", calendar], check=True, capture_output=True)


def test_the_page_names_every_file_and_every_job_with_its_schedule(project_root: Path) -> None:
    page = (project_root / "docs" / "scheduling.md").read_text(encoding="utf-8")
    assert [path.name for path in FILES if f"(deploy/{path.name})" not in page] == []
    for job in PeriodicJob:
        setting = f"schedule_{job.value}"
        default = Settings.model_fields[setting].default
        assert f"`GAPTRACKER_{setting.upper()}` | `{default}` |" in page
