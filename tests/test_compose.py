"""docker-compose.yml: valid, without default secrets, and naming commands that exist."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from gaptracker.settings import Settings

ROOT = Path(__file__).resolve().parent.parent
COMPOSE = ROOT / "docker-compose.yml"
ONE_SHOT = {"migrate", "cut"}
OUR_SERVICES = {"api", "cut", "migrate", "scheduler", "worker"}

# `Any`: what a YAML file holds is not known before it is checked, and checking is these tests' job.
Service = dict[str, Any]


def services() -> dict[str, Service]:
    loaded: dict[str, dict[str, Service]] = yaml.safe_load(COMPOSE.read_text(encoding="utf-8"))
    return loaded["services"]


SERVICES = services()
each_service = pytest.mark.parametrize("name", sorted(SERVICES))


def script(name: str) -> str:
    """A command of the environment these tests run in."""
    return str(Path(sys.executable).with_name(name))


def test_file_follows_the_compose_specification() -> None:
    checked = subprocess.run(
        [script("check-jsonschema"), "--builtin-schema", "vendor.compose-spec", str(COMPOSE)],
        check=False,
        capture_output=True,
        text=True,
    )
    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_the_schema_check_can_fail(tmp_path: Path) -> None:
    wrong = tmp_path / "docker-compose.yml"
    wrong.write_text("services: {api: {imagine: x}}\n", encoding="utf-8")
    checked = subprocess.run(
        [script("check-jsonschema"), "--builtin-schema", "vendor.compose-spec", str(wrong)],
        check=False,
        capture_output=True,
    )
    assert checked.returncode == 1


def test_services_are_those_of_the_product() -> None:
    assert {name for name, service in SERVICES.items() if "profiles" not in service} == {
        "postgres",
        "migrate",
        "api",
        "scheduler",
        "worker",
    }
    assert {
        name for name, service in SERVICES.items() if service.get("profiles") == ["cluster"]
    } == {
        "dask-scheduler",
        "dask-worker",
    }
    assert SERVICES["cut"]["profiles"] == ["cut"]  # runs when asked for, not on `up`


@each_service
def test_service_has_no_more_rights_than_it_needs(name: str) -> None:
    service = SERVICES[name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert int(service["user"].split(":")[0]) > 0
    assert not service.get("privileged")


@each_service
def test_service_that_stays_up_is_watched(name: str) -> None:
    check = SERVICES[name]["healthcheck"]
    if name in ONE_SHOT:
        assert check == {"disable": True}
    else:
        assert check["test"][0] == "CMD"


@each_service
def test_secrets_come_from_outside_and_have_no_default(name: str) -> None:
    secrets = {
        key: value
        for key, value in SERVICES[name].get("environment", {}).items()
        if "PASSWORD" in key or "SECRET" in key or "TOKEN" in key
    }
    assert all(value.startswith("${POSTGRES_PASSWORD:?") for value in secrets.values())
    assert not any("@" in part and ":" in part for part in credentials(SERVICES[name]))


def credentials(service: Service) -> list[str]:
    """The part before the host of every URL in a service's environment."""
    urls = (value for value in service.get("environment", {}).values() if "://" in value)
    return [url.split("://", 1)[1].rsplit("@", 1)[0] + "@" for url in urls if "@" in url]


@each_service
def test_data_live_in_named_volumes(name: str) -> None:
    declared = yaml.safe_load(COMPOSE.read_text(encoding="utf-8"))["volumes"]
    mounted = {volume.split(":")[0] for volume in SERVICES[name].get("volumes", [])}
    assert mounted <= set(declared)


@each_service
def test_ports_are_open_to_this_machine_only(name: str) -> None:
    assert all(port.startswith("127.0.0.1:") for port in SERVICES[name].get("ports", []))


@pytest.mark.parametrize("name", sorted(OUR_SERVICES))
def test_command_is_one_the_program_has(name: str) -> None:
    # `--help` at the end parses everything before it: an option or command that is gone fails.
    program, *words = SERVICES[name]["command"]
    shown = subprocess.run(
        [script(program), *words, "--help"], check=False, capture_output=True, text=True
    )
    assert program == "gaptracker"
    assert shown.returncode == 0, shown.stderr
    assert words[0] in shown.stdout


def test_image_starts_what_the_api_service_starts() -> None:
    last = (ROOT / "Dockerfile").read_text(encoding="utf-8").strip().splitlines()[-1]
    assert yaml.safe_load(last.removeprefix("CMD ")) == SERVICES["api"]["command"]


def test_chores_are_done_by_the_worker_and_not_by_the_api_too() -> None:
    assert SERVICES["api"]["environment"]["GAPTRACKER_WORKER"] == "false"
    assert "GAPTRACKER_WORKER" not in SERVICES["worker"]["environment"]
    shared = {"GAPTRACKER_DATABASE_URL", "PGPASSWORD"}
    assert shared <= set(SERVICES["api"]["environment"]) & set(SERVICES["worker"]["environment"])
    # Keys of the log and of the content are in the data folder.
    assert SERVICES["api"]["volumes"] == SERVICES["worker"]["volumes"]
    assert "public" in SERVICES["worker"]["networks"], "receivers are outside"


def test_the_scheduler_has_the_keys_and_a_way_out_and_time_to_end_its_run() -> None:
    scheduler = SERVICES["scheduler"]
    assert scheduler["volumes"] == SERVICES["worker"]["volumes"]
    assert "public" in scheduler["networks"], "publishers and recipients are outside"
    grace = float(scheduler["stop_grace_period"].removesuffix("s"))
    assert grace > Settings.model_fields["schedule_stop_seconds"].default
