"""`gaptracker report write`: what it writes, and what it refuses, with which exit code."""

import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from gaptracker.domain.errors import InvalidValue
from gaptracker.main.cli import build_app
from gaptracker.main.cli.errors import ExitCode
from gaptracker.publish.report.files import ReportNotWritten, write_whole
from gaptracker.publish.report.period import ReportPeriod
from gaptracker.records.whole_files import PARTIAL_PREFIX
from tests.api_world import API_EVIDENCE, open_store
from tests.cli_world import cut, without_last_vote

# A child that may write no file beyond a size: what a full disk does, for root too.
WITHOUT_ROOM = """
import resource, signal, sys
from pathlib import Path
from gaptracker.publish.report.files import ReportNotWritten, write_whole
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
try:
    write_whole(Path(sys.argv[1]), {"a.html": b"small", "b.pdf": b"x" * 200_000})
except ReportNotWritten as error:
    print(error)
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("report")
    cut(made, evidence=without_last_vote(API_EVIDENCE))
    cut(made, evidence=API_EVIDENCE)
    return made


def run(folder: Path, *arguments: str, **environment: str) -> Result:
    settings = {"GAPTRACKER_DATA_DIR": str(folder), "COLUMNS": "200", **environment}
    return CliRunner(env=settings).invoke(build_app("report"), ["report", "write", *arguments])


def markdown(folder: Path, out: Path, *arguments: str, **environment: str) -> str:
    """Write one report in English as Markdown and return it."""
    given = ("--lang", "en", "--form", "markdown", "--out", str(out), *arguments)
    done = run(folder, *given, **environment)
    assert done.exit_code == 0, done.stderr
    (line,) = done.stdout.splitlines()
    return Path(line).read_text(encoding="utf-8")


def test_the_paths_go_to_standard_output_and_the_rest_to_standard_error(
    folder: Path, tmp_path: Path
) -> None:
    out = tmp_path / "new" / "folder"
    done = run(folder, "--lang", "es", "--form", "markdown", "--form", "data", "--out", str(out))
    assert done.exit_code == 0, done.stderr
    assert sorted(done.stdout.splitlines()) == sorted(str(each) for each in out.iterdir())
    assert "2 files of release" in done.stderr
    assert "Provisional" in done.stderr


def test_an_actor_and_a_theme_are_taken_in_any_case(folder: Path, tmp_path: Path) -> None:
    text = markdown(folder, tmp_path, "--actor", "mex", "--theme", "Death-Penalty")
    assert text.startswith("# Words and deeds: Mexico")
    assert "Incarceration" not in text


def test_without_a_period_the_quarter_of_the_newest_evidence_is_taken(
    folder: Path, tmp_path: Path
) -> None:
    assert "Report for the period `2023-Q2`." in markdown(folder, tmp_path)


def test_changes_are_told_against_the_release_before(folder: Path, tmp_path: Path) -> None:
    entries = open_store(folder).entries()
    older, newer = entries[0].id, entries[-1].id
    assert f"Held against release `{older}`." in markdown(folder, tmp_path / "a")
    first = markdown(folder, tmp_path / "b", "--release", older)
    assert "There is no earlier release" in first
    named = markdown(folder, tmp_path / "c", "--compared-with", older, "--release", "latest")
    assert f"Release `{newer}`" in named
    assert f"Held against release `{older}`." in named


def test_with_a_site_findings_lead_to_their_pages(folder: Path, tmp_path: Path) -> None:
    site = "https://gaps.example.org"
    text = markdown(folder, tmp_path, "--actor", "MEX", GAPTRACKER_PUBLIC_URL=site)
    assert f"](<{site}/cells/MEX/death_penalty/2023?release=" in text
    without = markdown(folder, tmp_path / "without", "--contact", "gaps@example.org")
    assert "](</" not in without
    assert "Write to gaps@example.org." in without


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (("--actor", "MEXX"), ExitCode.UNKNOWN_NAME, "did you mean MEX"),
        (("--theme", "deathpenalty"), ExitCode.UNKNOWN_NAME, "death_penalty"),
        (("--release", "2023-06-30"), ExitCode.UNKNOWN_NAME, "No release is called"),
        (("--compared-with", "nothing"), ExitCode.UNKNOWN_NAME, "No release is called"),
        (("--period", "2999-Q1"), ExitCode.BAD_INPUT, "after today"),
        (("--period", "2022-Q5"), ExitCode.BAD_INPUT, "2026-Q4"),
        (("--period", "1999"), ExitCode.BAD_INPUT, "before the first year"),
        (("--lang", "fr"), ExitCode.USAGE, "fr"),
        (("--form", "docx"), ExitCode.USAGE, "docx"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_written(
    folder: Path, tmp_path: Path, arguments: tuple[str, str], code: ExitCode, told: str
) -> None:
    out = tmp_path / "out"
    done = run(folder, *arguments, "--out", str(out))
    assert done.exit_code == code, done.stderr
    assert told in done.stderr
    assert done.stdout == ""
    assert not out.exists()


def test_without_a_release_it_says_how_one_is_made(tmp_path: Path) -> None:
    done = run(tmp_path, "--out", str(tmp_path / "out"))
    assert done.exit_code == ExitCode.NOTHING_THERE
    assert "gaptracker release cut" in done.stderr


def test_a_release_is_not_compared_with_itself(folder: Path, tmp_path: Path) -> None:
    newest = open_store(folder).entries()[-1].id
    done = run(folder, "--compared-with", newest, "--out", str(tmp_path / "out"))
    assert done.exit_code == ExitCode.BAD_INPUT
    assert "with itself" in done.stderr


@pytest.mark.hostile(id="report-of-a-damaged-release")
def test_no_report_is_written_of_a_damaged_release(tmp_path: Path) -> None:
    name = cut(tmp_path, evidence=API_EVIDENCE).entry.id
    damaged = tmp_path / "releases" / name / "gaps.parquet"
    damaged.write_bytes(damaged.read_bytes()[:-1] + b"x")
    done = run(tmp_path, "--out", str(tmp_path / "out"))
    assert done.exit_code == ExitCode.RELEASE_CORRUPT
    assert not (tmp_path / "out").exists()


@pytest.mark.hostile(id="report-folder-is-none")
def test_a_folder_that_cannot_be_written_to_is_told_at_once(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    done = run(folder, "--out", str(tmp_path / "file" / "out"))
    assert done.exit_code == ExitCode.OUT_OF_REACH
    assert "cannot be written to" in done.stderr
    assert "pictures" not in done.stderr


@pytest.mark.hostile(id="report-disk-is-full")
@pytest.mark.skipif(sys.platform == "win32", reason="no limit of file sizes there")
def test_a_full_disk_leaves_the_files_that_were_there_and_nothing_else(tmp_path: Path) -> None:
    write_whole(tmp_path, {"a.html": b"as before"})
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT_ROOM, str(tmp_path)],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.startswith("the report cannot be written to"), done.stderr
    assert [each.name for each in tmp_path.iterdir()] == ["a.html"]
    assert (tmp_path / "a.html").read_bytes() == b"as before"


def test_files_are_replaced_whole(tmp_path: Path) -> None:
    write_whole(tmp_path, {"a": b"one"})
    assert write_whole(tmp_path, {"b": b"2", "a": b"two"}) == (tmp_path / "a", tmp_path / "b")
    assert (tmp_path / "a").read_bytes() == b"two"
    assert not list(tmp_path.glob(f"{PARTIAL_PREFIX}*"))


def test_a_name_that_is_taken_by_a_folder_is_told(tmp_path: Path) -> None:
    (tmp_path / "a" / "inside").mkdir(parents=True)
    with pytest.raises(ReportNotWritten, match="cannot be written"):
        write_whole(tmp_path, {"a": b"one"})
    assert [each.name for each in tmp_path.iterdir()] == ["a"]


@pytest.mark.parametrize(
    ("name", "first", "last"),
    [
        ("2026-Q1", date(2026, 1, 1), date(2026, 3, 31)),
        ("2026-Q4", date(2026, 10, 1), date(2026, 12, 31)),
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29)),
        ("2026", date(2026, 1, 1), date(2026, 12, 31)),
    ],
)
def test_a_period_runs_from_its_first_to_its_last_day(name: str, first: date, last: date) -> None:
    period = ReportPeriod.parse(name)
    assert (period.first, period.last) == (first, last)
    period.require_begun(first)
    with pytest.raises(InvalidValue, match="after today"):
        period.require_begun(date.fromordinal(first.toordinal() - 1))


@pytest.mark.parametrize("text", ["", "2026-Q0", "2026-13", "26-Q1", "2026Q4", "2026-1", "٢٠٢٦"])
def test_another_form_is_no_period(text: str) -> None:
    with pytest.raises(InvalidValue, match="expected a quarter"):
        ReportPeriod.parse(text)
