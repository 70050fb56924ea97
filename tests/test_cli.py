"""The commands that read and make releases: what they write where, and how they end."""

import csv
import io
import json
import sqlite3
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from typer.testing import CliRunner, Result

from gaptracker.domain.errors import ReleaseCheckFailed
from gaptracker.intake.methodology_files import shipped_methodology
from gaptracker.main.cli import build_app
from gaptracker.records.release_store import ReleaseStore
from gaptracker.release.cell_tables import GAPS
from gaptracker.release.columns import names
from gaptracker.workflows.cut_release import cut_release
from tests.cli_world import EVIDENCE, THEME, cut, fill_database


@pytest.fixture(scope="module")
def data_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder whose release store holds the small release; tests only read it."""
    folder = tmp_path_factory.mktemp("data")
    cut(folder)
    return folder


def run(folder: Path, *arguments: str, columns: int = 80, **environment: str) -> Result:
    settings = {"GAPTRACKER_DATA_DIR": str(folder), "COLUMNS": str(columns), **environment}
    return CliRunner(env=settings).invoke(build_app(), list(arguments))


def rows(result: Result) -> list[dict[str, Any]]:
    assert result.exit_code == 0, result.stderr
    found: list[dict[str, Any]] = json.loads(result.stdout)
    return found


# --- gaps ---------------------------------------------------------------------------------------


def test_gaps_shows_rounded_figures_with_interval_grade_and_label(data_folder: Path) -> None:
    result = run(data_folder, "gaps", "MEX", "--year", "2022")
    lines = result.stdout.splitlines()
    assert lines[1].split() == ["theme", "year", "says", "law", "does", "gap", "90%", "gr", "label"]
    assert lines[2].startswith("death_penalty 2022 91.6 84.8 65.0 +26.6 −1")
    assert lines[2].rstrip().endswith("C  words ahead, likely")
    assert "Provisional:" in result.stderr
    assert "11 cells of a weaker grade left out; --min-grade D shows them." in result.stderr


def test_gaps_shows_the_newest_year_unless_another_is_asked_for(data_folder: Path) -> None:
    def years(*arguments: str) -> set[int]:
        found = rows(run(data_folder, "gaps", "MEX", "--format", "json", *arguments))
        return {row["year"] for row in found}

    assert years() == {2023}
    assert years("--year", "2021") == {2021}
    assert years("--year", "2021-2022") == {2021, 2022}
    assert years("--year", "all") == {2021, 2022, 2023}


def test_gaps_of_grade_d_are_shown_on_request_only(data_folder: Path) -> None:
    graded = rows(run(data_folder, "gaps", "MEX", "--format", "json"))
    everything = rows(run(data_folder, "gaps", "MEX", "--min-grade", "D", "--format", "json"))
    assert {row["theme"] for row in graded} == {THEME}
    assert len(everything) == 12
    missing = next(row for row in everything if row["theme"] == "cannabis")
    assert missing["gap"] is None
    assert missing["reason"] == "no_statement_and_no_data"


def test_gaps_stand_in_the_order_of_the_themes(data_folder: Path) -> None:
    found = rows(run(data_folder, "gaps", "MEX", "--min-grade", "D", "--format", "json"))
    order = [theme.id for theme in shipped_methodology("1.0.0").scored_themes()]
    assert [row["theme"] for row in found] == order


def test_a_missing_gap_gives_its_reason_in_the_table(data_folder: Path) -> None:
    result = run(data_folder, "gaps", "CHN", "--theme", THEME, "--year", "2022", "--min-grade", "D")
    assert "figure withheld" in result.stdout


def test_csv_holds_every_column_unrounded_and_nothing_else(data_folder: Path) -> None:
    arguments = ("gaps", "MEX", "--year", "all", "--min-grade", "D")
    result = run(data_folder, *arguments, "--format", "csv")
    text = result.stdout_bytes.decode("utf-8")
    assert text.count("\r\n") == text.count("\n") == 1 + 12 * 3
    found = list(csv.DictReader(io.StringIO(text)))
    assert tuple(found[0]) == names(GAPS.columns)
    as_json = rows(run(data_folder, *arguments, "--format", "json"))
    for line, row in zip(found, as_json, strict=True):
        assert line["gap"] == ("" if row["gap"] is None else repr(row["gap"]))
    frame = pl.read_csv(text.encode(), infer_schema_length=None)
    assert frame.height == 36
    assert frame["gap"].null_count() == 33


def test_csv_without_rows_still_names_its_columns(data_folder: Path) -> None:
    result = run(data_folder, "gaps", "UNODC", "--format", "csv")
    assert result.stdout.strip().split(",") == list(names(GAPS.columns))


@pytest.mark.parametrize("columns", [80, 120])
@pytest.mark.parametrize(
    "arguments",
    [
        ("gaps", "MEX", "--year", "all", "--min-grade", "D"),
        ("pairs", "MEX", "--year", "all"),
        ("release", "list"),
    ],
)
def test_tables_fit_the_terminal_and_hold_no_colour_codes_when_piped(
    data_folder: Path, arguments: tuple[str, ...], columns: int
) -> None:
    result = run(data_folder, *arguments, columns=columns)
    assert result.exit_code == 0
    assert max(map(len, result.stdout.splitlines())) <= columns
    assert "\x1b" not in result.output


def test_no_cell_of_a_table_is_cut_off(data_folder: Path) -> None:
    result = run(data_folder, "gaps", "MEX", "--year", "all", "--min-grade", "D")
    assert "…" not in result.stdout
    assert len(result.stdout.splitlines()) == 2 + 36


# --- pairs --------------------------------------------------------------------------------------


def test_pairs_of_a_cell_sum_to_its_gap(data_folder: Path) -> None:
    asked = ("MEX", "--theme", THEME, "--year", "2022", "--format", "json")
    pairs = rows(run(data_folder, "pairs", *asked, "--reading", "now"))
    gap = rows(run(data_folder, "gaps", *asked))[0]["gap"]
    assert sum(pair["contribution_points"] for pair in pairs) == pytest.approx(gap, abs=1e-9)
    strength = [abs(pair["contribution_points"]) for pair in pairs]
    assert strength == sorted(strength, reverse=True)


def test_pairs_stand_with_both_texts(data_folder: Path) -> None:
    text = run(data_folder, "pairs", "MEX", "--theme", THEME, "--year", "2022").stdout
    assert "said  2022-12-15, UN General Assembly: Voted yes on a moratorium" in text
    assert "did   2021, Years since the last known execution: 6 [60.0 points]" in text
    assert "adds +" in text


def test_words_without_a_deed_are_a_pair_with_the_absence(data_folder: Path) -> None:
    text = run(data_folder, "pairs", "CHN", "--theme", THEME, "--year", "2022").stdout
    assert "no deed on record" in text
    assert "did   no deed is on record here" in text


def test_pairs_as_csv_hold_all_of_them(data_folder: Path) -> None:
    result = run(data_folder, "pairs", "MEX", "--year", "all", "--format", "csv")
    found = list(csv.DictReader(io.StringIO(result.stdout)))
    assert len(found) > 20
    shown = run(data_folder, "pairs", "MEX", "--year", "all")
    assert shown.stdout.count("pair_") == 20
    assert f"20 of {len(found)} pairs shown" in shown.stderr


# --- names, years, settings ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "nearest"),
    [
        (("gaps", "MEXICO"), "did you mean MEX?"),
        (("gaps", "MEX", "--theme", "death"), "did you mean death_penalty?"),
        (("gaps", "MEX", "--year", "2030"), "did you mean 2023?"),
        (("pairs", "Irán"), "did you mean IRN?"),
        (("release", "verify", "2023"), "did you mean 2023-06-30-"),
    ],
)
def test_unknown_names_end_with_code_3_and_the_nearest_ones(
    data_folder: Path, arguments: tuple[str, ...], nearest: str
) -> None:
    result = run(data_folder, *arguments)
    assert (result.exit_code, result.stdout) == (3, "")
    assert nearest in result.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ("gaps",),
        ("gaps", "MEX", "--year", "twenty"),
        ("gaps", "MEX", "--year", "2023-2021"),
        ("gaps", "MEX", "--min-grade", "E"),
        ("gaps", "MEX", "--format", "xml"),
        ("explain", "MEX", THEME, "soon"),
        ("nonsense",),
    ],
)
def test_wrong_use_ends_with_code_2(data_folder: Path, arguments: tuple[str, ...]) -> None:
    result = run(data_folder, *arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr


def test_a_setting_that_cannot_be_is_named(data_folder: Path) -> None:
    result = run(data_folder, "release", "list", GAPTRACKER_PORT="high")
    assert result.exit_code == 2
    assert "GAPTRACKER_PORT" in result.stderr


# --- nothing there yet, and what is there but cannot be used -------------------------------------


@pytest.mark.parametrize(
    "arguments",
    [
        ("gaps", "MEX"),
        ("pairs", "MEX"),
        ("explain", "MEX", THEME, "2022"),
        ("release", "list"),
        ("release", "verify"),
        ("release", "export", "somewhere"),
    ],
)
def test_without_a_release_readers_say_which_command_makes_one(
    tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    result = run(tmp_path, *arguments)
    assert (result.exit_code, result.stdout) == (8, "")
    assert "gaptracker demo" in result.stderr


@pytest.mark.parametrize("arguments", [("score",), ("release", "cut")])
def test_without_a_database_makers_say_which_command_makes_one(
    tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    result = run(tmp_path, *arguments)
    assert result.exit_code == 8
    assert "gaptracker db upgrade" in result.stderr
    assert not (tmp_path / "gaptracker.sqlite3").exists()


@pytest.mark.parametrize("arguments", [("score",), ("release", "cut")])
def test_without_evidence_makers_say_which_command_loads_it(
    tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    assert run(tmp_path, "db", "upgrade").exit_code == 0
    result = run(tmp_path, *arguments)
    assert result.exit_code == 8
    assert "gaptracker load-reference" in result.stderr


def test_a_database_of_a_newer_schema_ends_with_code_5(tmp_path: Path) -> None:
    fill_database(tmp_path)
    with sqlite3.connect(tmp_path / "gaptracker.sqlite3") as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()
    for arguments in (("score",), ("db", "upgrade"), ("load-reference",), ("release", "cut")):
        result = run(tmp_path, *arguments)
        assert result.exit_code == 5, arguments
        assert "9999" in result.stderr


def test_reference_data_that_cannot_be_used_end_with_code_4_and_load_nothing(
    tmp_path: Path,
) -> None:
    assert run(tmp_path, "db", "upgrade").exit_code == 0
    (tmp_path / "empty").mkdir()
    result = run(tmp_path, "load-reference", "--folder", str(tmp_path / "empty"))
    assert (result.exit_code, result.stdout) == (4, "")
    assert "sources.csv" in result.stderr
    assert run(tmp_path, "score").exit_code == 8


def test_a_run_that_misses_a_check_ends_with_code_6_and_is_archived_as_failed(
    tmp_path: Path,
) -> None:
    """The small evidence has four states, where the reference run must grade 150."""
    fill_database(tmp_path)
    result = run(tmp_path, "release", "cut")
    assert (result.exit_code, result.stdout) == (6, "")
    assert "graded_states_death_penalty_2022" in result.stderr
    listed = run(tmp_path, "release", "list")
    assert "failed" in listed.stdout
    assert "current" not in listed.stdout
    assert run(tmp_path, "gaps", "MEX").exit_code == 8


def test_changed_bytes_end_every_reader_with_code_7(tmp_path: Path) -> None:
    entry = cut(tmp_path).entry
    path = tmp_path / "releases" / entry.folder / "gaps.parquet"
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    for arguments in (
        ("gaps", "MEX"),
        ("explain", "MEX", THEME, "2022"),
        ("release", "verify"),
        ("release", "export", str(tmp_path / "out")),
    ):
        result = run(tmp_path, *arguments)
        assert (result.exit_code, result.stdout) == (7, ""), arguments
        assert "gaps.parquet" in result.stderr
    assert not (tmp_path / "out").exists()


def test_a_database_out_of_reach_ends_with_code_9(tmp_path: Path) -> None:
    address = "postgresql://nobody@127.0.0.1:1/nothing?connect_timeout=2"
    result = run(tmp_path, "score", GAPTRACKER_DATABASE_URL=address)
    assert (result.exit_code, result.stdout) == (9, "")
    assert "see that it runs" in result.stderr


# --- making -------------------------------------------------------------------------------------


def test_db_upgrade_makes_the_database_once(tmp_path: Path) -> None:
    first, second = (run(tmp_path, "db", "upgrade") for _ in range(2))
    assert (first.exit_code, second.exit_code) == (0, 0)
    assert "made the database" in first.stderr
    assert "already" in second.stderr
    assert (first.stdout, second.stdout) == ("", "")


def test_score_counts_cells_and_keeps_nothing(tmp_path: Path) -> None:
    fill_database(tmp_path)
    result = run(tmp_path, "score", "--years", "2021-2023")
    assert result.exit_code == 0
    assert "180 cells, 5 with a gap" in result.stdout
    row = next(line for line in result.stdout.splitlines() if line.startswith(THEME))
    assert row.split() == [THEME, "0", "0", "3", "2"]
    assert not (tmp_path / "releases").exists()
    assert "scoring cells: 180" in result.stderr


def test_score_refuses_years_without_evidence(tmp_path: Path) -> None:
    fill_database(tmp_path)
    result = run(tmp_path, "score", "--years", "2024")
    assert result.exit_code == 3
    assert "did you mean 2023?" in result.stderr


def test_releases_are_listed_the_newest_first_with_the_current_one_marked(
    data_folder: Path,
) -> None:
    store = ReleaseStore((data_folder / "releases").as_posix())
    lines = run(data_folder, "release", "list").stdout.splitlines()
    assert lines[0].split() == ["no.", "release", "state", "content", "evidence"]
    assert lines[1].split()[:4] == ["1", store.latest(), "published", "current"]
    evidence = store.manifest(store.find())[1].evidence_sha256
    assert lines[1].split()[-1] == evidence[:12]
    (listed,) = rows(run(data_folder, "release", "list", "--format", "json"))
    assert listed["evidence_sha256"] == evidence


def test_verify_hashes_the_release_again(data_folder: Path) -> None:
    result = run(data_folder, "release", "verify")
    store = ReleaseStore((data_folder / "releases").as_posix())
    assert result.exit_code == 0
    assert store.find().content_sha256 in result.stdout
    evidence = store.manifest(store.find())[1].evidence_sha256
    assert f"evidence set {evidence}, with 0 submissions in it" in result.stdout


def test_export_copies_every_file_and_prints_its_path(data_folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    result = run(data_folder, "release", "export", str(out))
    assert result.exit_code == 0
    assert result.stdout.split() == sorted(str(path) for path in out.iterdir())
    assert (out / "gaps.csv").is_file()
    again = run(data_folder, "release", "export", str(out))
    assert again.exit_code == 4
    assert "expected a new or an empty folder" in again.stderr


def test_the_version_is_printed_alone(tmp_path: Path) -> None:
    result = run(tmp_path, "--version")
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout.startswith("gaptracker 0.")


def test_the_small_release_would_not_pass_as_a_reference_release(tmp_path: Path) -> None:
    store = ReleaseStore(tmp_path.as_posix())
    with pytest.raises(ReleaseCheckFailed):
        cut_release(EVIDENCE, shipped_methodology("1.0.0"), store)
