"""`gaptracker statements` and `gaptracker proposals`: from a file to a statement for coders."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from gaptracker.domain.principals import Member, Organisation
from gaptracker.domain.workflow import Role
from gaptracker.main.cli import build_app
from gaptracker.records.schema import open_database
from gaptracker.records.unit_of_work import UnitOfWork
from tests.cli_world import EVIDENCE, fill_database
from tests.statement_world import row, speech, table

NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)
WANTS = (
    *("--theme", "cannabis", "--mode", "advocacy", "--paraphrase", "Wants a lawful market."),
    *("--excerpt", "a market for cannabis that the law regulates is better than a war on drugs"),
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A data folder with a coder, and a file with a statement and a speech of Mexico."""
    fill_database(tmp_path, EVIDENCE)
    engine = open_database(f"sqlite:///{tmp_path / 'gaptracker.sqlite3'}")
    with UnitOfWork(engine) as work:
        work.principals.add_organisation(Organisation(id="org_d", name="D", created_at=NOW))
        coder = Member(id="mem_a", organisation="org_d", handle="a", roles=frozenset({Role.CODER}))
        work.principals.add_member(coder, created_at=NOW)
        work.commit()
    engine.dispose()
    (tmp_path / "said.csv").write_bytes(table(row(actor="MEX"), speech(actor="MEX")))
    return tmp_path


def run(folder: Path, *arguments: str) -> Result:
    settings = {"GAPTRACKER_DATA_DIR": str(folder), "COLUMNS": "160"}
    return CliRunner(env=settings).invoke(build_app(), arguments)


def bring(folder: Path, *options: str) -> Result:
    return run(folder, "statements", "import", str(folder / "said.csv"), *options)


def proposals(folder: Path, *options: str) -> list[dict[str, object]]:
    result = run(folder, "proposals", "list", "--format", "json", *options)
    assert result.exit_code == 0, result.stderr
    # Any JSON that a list of proposals is.
    found: list[dict[str, object]] = json.loads(result.stdout)
    return found


def test_a_paragraph_goes_from_a_file_to_the_queue_by_a_coders_hand(folder: Path) -> None:
    imported = bring(folder)
    assert imported.exit_code == 0, imported.stderr
    assert "1 new proposal for coders" in imported.stderr
    ((proposed),) = proposals(folder, "--actor", "MEX")
    assert proposed["state"] == "open"
    name = str(proposed["proposal"]["id"])  # type: ignore[index]  # JSON
    listed = run(folder, "proposals", "list")
    assert name in listed.stdout
    assert "found by a machine, by words alone" in listed.stderr
    shown = run(folder, "proposals", "show", name).stdout
    assert "found by a machine, lists 2" in shown
    assert "candidate theme cannabis: cannabis" in shown
    accepted = run(folder, "proposals", "accept", name, "--as", "mem_a", *WANTS, "--why", "Clear.")
    assert accepted.stdout == f"{name}-cannabis\n", accepted.stderr
    queue = json.loads(run(folder, "coding", "queue", "--as", "mem_a", "--format", "json").stdout)
    items = {entry["item"]["id"] for entry in queue}
    assert {f"{name}-cannabis", "import-col-2024-cnd-1"} <= items
    assert proposals(folder) == []
    rejected = run(folder, "proposals", "reject", name, "--as", "mem_a", "--why", "Misread.")
    assert "1 statement taken back" in rejected.stderr
    assert "by mem_a, " in run(folder, "proposals", "show", name).stdout
    assert [each["state"] for each in proposals(folder, "--state", "rejected")] == ["rejected"]


def test_runs_are_shown_and_a_second_import_is_told_as_unchanged(folder: Path) -> None:
    assert "nothing was ever imported" in run(folder, "statements", "runs").stderr
    assert json.loads(bring(folder, "--format", "json").stdout)["state"] == "applied"
    assert "unchanged" in bring(folder).stdout
    runs = json.loads(run(folder, "statements", "runs", "--format", "json").stdout)
    assert [each["state"] for each in runs] == ["unchanged", "applied"]
    assert "applied" in run(folder, "statements", "runs").stdout


def test_a_bad_file_ends_with_a_status_and_the_line(folder: Path) -> None:
    (folder / "said.csv").write_bytes(table(row(actor="MEXX")))
    result = bring(folder)
    assert result.exit_code == 1
    assert "said.csv line 2: actor 'MEXX' is not known; did you mean MEX?" in result.stderr
    assert "Nothing of said.csv was applied (stopped)" in result.stderr
    missing = run(folder, "statements", "import", str(folder / "none.csv"))
    assert missing.exit_code != 0
    assert "no such file" in missing.stderr


def test_the_template_imports_as_it_is(folder: Path) -> None:
    for form in ("csv", "jsonl"):
        template = run(folder, "statements", "template", "--format", form).stdout
        path = folder / f"template.{form}"
        path.write_text(template.replace("COL", "MEX"), encoding="utf-8")
        assert run(folder, "statements", "import", str(path)).exit_code == 0


def test_a_speech_that_nobody_synced_is_refused(folder: Path) -> None:
    result = run(
        folder, "proposals", "read", "UNGA-GD-2023-MEX", "--as", "mem_a", "--why", "Read whole."
    )
    assert result.exit_code != 0
    assert "No speech is called 'UNGA-GD-2023-MEX'" in result.stderr
