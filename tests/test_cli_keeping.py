"""Commands of custodians, of the log, of receipts and of keeping, as a person types them."""

import json
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from gaptracker.main.cli import build_app
from tests.keeping_world import CANARY, KeepingWorld, keeping_world


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[KeepingWorld]:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GAPTRACKER_DATA_DIR", tmp_path.as_posix())
    monkeypatch.setenv("GAPTRACKER_LOG_NAME", "test.example/log")
    with keeping_world(f"sqlite:///{tmp_path / 'gaptracker.sqlite3'}", tmp_path) as made:
        yield made


def run(*words: str, code: int = 0) -> Result:
    result = CliRunner().invoke(build_app(), list(words))
    assert result.exit_code == code, (result.output, result.exception)
    return result


def test_a_custodian_makes_a_key_is_added_and_opens_alone_what_was_sealed(
    world: KeepingWorld, tmp_path: Path
) -> None:
    public = run("custodian", "keygen", "third", "--out", "keys").stdout.strip()
    (file,) = (tmp_path / "keys").iterdir()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert public.startswith("CUSTODIAN+third+")
    assert file.read_text("utf-8").strip() not in public
    run("custodian", "add", public, "--member", world.members["keyless"])
    run("custodian", "add", public, code=4)
    name = world.send()
    path = f"/v1/submissions/{name}/unseal-requests"
    asked = world.post("keyless", path, {"reason": "a test"}).json()["id"]
    world.post("ben", f"/v1/unseal-requests/{asked}:confirm", {})
    Path("request.json").write_text(
        world.get("keyless", f"/v1/unseal-requests/{asked}").text, "utf-8"
    )

    opened = json.loads(run("custodian", "unseal", "request.json", "--private", str(file)).stdout)

    assert opened[0]["identity"]["name"] == CANARY
    assert opened[0]["submission"] == name
    Path("ana.key").write_text(world.private["ana"], "utf-8")
    run("custodian", "unseal", "request.json", "--private", "ana.key", code=10)
    listed = json.loads(run("custodian", "list", "--format", "json").stdout)
    third = next(each for each in listed if each["name"] == "third")
    run("custodian", "revoke", third["custodian"])
    run("custodian", "revoke", "cus_nobody", code=3)
    assert "revoked" in run("custodian", "list").stdout


def test_a_receipt_is_verified_without_a_database(
    world: KeepingWorld, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = world.send(submit=True)
    key = world.get(None, "/v1/log/key").text.strip()
    receipt = world.get("sender", f"/v1/submissions/{name}/receipt").text
    Path("receipt.json").write_text(receipt, "utf-8")
    served = world.get("sender", f"/v1/submissions/{name}").text
    Path("served.json").write_text(served, "utf-8")
    monkeypatch.setenv("GAPTRACKER_DATA_DIR", (tmp_path / "nowhere").as_posix())

    told = run("receipt", "verify", "receipt.json", "--key", key, "--content", "served.json")

    assert "the receipt holds: revision 1" in told.stdout
    assert not (tmp_path / "nowhere").exists()
    changed = json.loads(receipt) | {"state": "accepted"}
    Path("changed.json").write_text(json.dumps(changed), "utf-8")
    run("receipt", "verify", "changed.json", "--key", key, code=10)
    run("receipt", "verify", "receipt.json", "--key", "no key", code=4)
    Path("torn.json").write_text(receipt[:100], "utf-8")
    run("receipt", "verify", "torn.json", "--key", key, code=4)


def test_the_log_is_signed_and_verified_against_what_was_kept(world: KeepingWorld) -> None:
    kept = run("log", "checkpoint").stdout
    Path("kept.txt").write_text(kept, "utf-8")
    world.send()

    told = run("log", "verify", "--checkpoint", "kept.txt")

    assert told.stdout.startswith("the log holds: ")
    with world.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE log_node SET hash = zeroblob(32) WHERE level = 1")
    found = run("log", "verify", code=10)
    assert "position 0" in found.output
    Path("forged.txt").write_text(kept.replace("\n", "\n1", 1), "utf-8")
    run("log", "verify", "--checkpoint", "forged.txt", code=10)


def test_an_operator_tidies_and_holds(world: KeepingWorld) -> None:
    name = world.send()
    run("intake", "hold", name, "--reason", "a court asked")
    assert world.get("sender", f"/v1/submissions/{name}").json()["legal_hold"]
    messages = world.get("sender", f"/v1/submissions/{name}/messages").json()["data"]
    assert messages == []
    run("intake", "hold", name, "--lift", "--reason", "the court is done")
    run("intake", "hold", "sub_nothing", "--reason", "x", code=3)
    run("intake", "hold", name, "--reason", " ", code=4)
    assert "contents erased" in run("intake", "tidy", "--dry-run").stdout
    assert "contents erased" in run("intake", "tidy").stdout
