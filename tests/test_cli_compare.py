"""`compare`, `profile` and `sensitivity`: what may be said of figures together, and what not."""

import csv
import io
import json
import math
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from gaptracker.main.cli import build_app
from gaptracker.main.cli.sensitivity import FACTORS
from gaptracker.publish.frozen import FrozenRelease, load_release
from gaptracker.records.release_store import ReleaseStore
from gaptracker.scoring.comparison import order_probability
from tests.cli_world import METHODOLOGY, THEME, cut, without_last_vote
from tests.compare_world import COMPARABLE, with_a_union

Record = dict[str, Any]


@pytest.fixture(scope="module")
def data_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with two releases: one without Mexico's last vote, and the current one."""
    folder = tmp_path_factory.mktemp("data")
    cut(folder, evidence=without_last_vote(COMPARABLE))
    cut(folder, evidence=COMPARABLE)
    return folder


@pytest.fixture(scope="module")
def release(data_folder: Path) -> FrozenRelease:
    return load_release(ReleaseStore((data_folder / "releases").as_posix()))


def run(folder: Path, *arguments: str, columns: int = 80) -> Result:
    return CliRunner(env={"GAPTRACKER_DATA_DIR": str(folder), "COLUMNS": str(columns)}).invoke(
        build_app(), list(arguments)
    )


def compared(folder: Path, *arguments: str) -> Record:
    result = run(folder, "compare", *arguments, "--theme", THEME, "--format", "json")
    assert result.exit_code == 0, result.stderr
    record: Record = json.loads(result.stdout)
    return record


def sentences(result: Result) -> str:
    """What was written, without the breaks between lines."""
    assert result.exit_code == 0, result.stderr
    return " ".join(result.stdout.split())


# --- compare ------------------------------------------------------------------------------------


def test_figures_that_cannot_be_told_apart_are_given_no_difference(data_folder: Path) -> None:
    result = run(data_folder, "compare", "MEX", "URY", "--theme", THEME, "--year", "2022")
    assert (
        "MEX and URY cannot be told apart: the probability that MEX is the higher is 0.7"
    ) in sentences(result)
    (pair,) = compared(data_folder, "MEX", "URY", "--year", "2022")["pairs"]
    assert pair["order"] == "cannot_be_told_apart"
    assert pair["difference_points"] is None


def test_figures_told_apart_are_given_their_difference(
    data_folder: Path, release: FrozenRelease
) -> None:
    result = run(data_folder, "compare", "JAM", "MEX", "--theme", THEME, "--year", "2022")
    high, low = (release.cell(actor, THEME, 2022) for actor in ("MEX", "JAM"))
    assert high.gap is not None
    assert low.gap is not None
    said = f"MEX is {high.gap - low.gap:.1f} points higher than JAM; the probability of this order"
    assert said in sentences(result)

    (pair,) = compared(data_folder, "JAM", "MEX", "--year", "2022")["pairs"]
    assert (pair["first"], pair["order"]) == ("JAM", "second_higher")
    assert pair["difference_points"] == low.gap - high.gap
    grids = [release.grids_of(cell) for cell in (low, high)]
    assert all(grids)
    first, second = (grid.gap for grid in grids if grid is not None)
    assert pair["p_first_higher"] == order_probability(first, second)


def test_several_actors_are_put_into_tiers(data_folder: Path) -> None:
    result = run(data_folder, "compare", "JAM", "URY", "MEX", "--theme", THEME)
    lines = result.stdout.splitlines()
    assert [line.split()[:2] for line in lines[3:6]] == [["1", "MEX"], ["1", "URY"], ["2", "JAM"]]
    assert "Tier 1, MEX, URY: no two can be told apart." in sentences(result)
    found = compared(data_folder, "JAM", "URY", "MEX")
    assert [tier["members"] for tier in found["tiers"]] == [["MEX", "URY"], ["JAM"]]
    assert len(found["pairs"]) == 3


def test_two_years_of_one_actor_are_compared(data_folder: Path) -> None:
    result = run(data_folder, "compare", "mex", "--theme", THEME, "--years", "2021,2022")
    assert "MEX 2022 and MEX 2021 cannot be told apart" in sentences(result)
    assert "rest in part on the same evidence" in result.stderr


@pytest.fixture(scope="module")
def united_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with a release in which a union spoke for Jamaica and Uruguay."""
    folder = tmp_path_factory.mktemp("united")
    cut(folder, evidence=with_a_union("JAM", "URY"))
    return folder


SHARE = "rest in part on the same evidence and are taken as independent"


@pytest.mark.parametrize("form", ["table", "json", "csv"])
def test_members_of_a_union_that_spoke_for_both_share_evidence(
    united_folder: Path, form: str
) -> None:
    arguments = ("--theme", THEME, "--year", "2022", "--format", form)
    members = run(united_folder, "compare", "JAM", "URY", *arguments)
    assert f"Both figures {SHARE}" in members.stderr
    stranger = run(united_folder, "compare", "JAM", "MEX", *arguments)
    assert stranger.exit_code == 0
    assert SHARE not in stranger.stderr
    three = run(united_folder, "compare", "JAM", "MEX", "URY", *arguments)
    assert f"JAM, URY {SHARE}" in three.stderr


@pytest.mark.parametrize(("figure", "shared"), [("says", True), ("practice", False)])
def test_only_the_side_that_is_compared_can_be_shared(
    united_folder: Path, figure: str, shared: bool
) -> None:
    arguments = ("JAM", "URY", "--theme", THEME, "--year", "2022", "--figure", figure)
    assert (SHARE in run(united_folder, "compare", *arguments).stderr) is shared


def test_two_releases_are_compared_and_named(data_folder: Path) -> None:
    ids = [entry.id for entry in ReleaseStore((data_folder / "releases").as_posix()).entries()]
    found = compared(data_folder, "MEX", "--releases", ",".join(ids), "--year", "2023")
    assert {row["release"] for row in found["figures"]} == set(ids)
    assert len({row["points"] for row in found["figures"]}) == 2
    table = run(data_folder, "compare", "URY", "--theme", THEME, "--releases", ",".join(ids))
    assert f"URY in {ids[0]} and URY in {ids[1]} have the same figure." in sentences(table)


def test_releases_by_different_methodologies_are_told_so(data_folder: Path, tmp_path: Path) -> None:
    words = replace(METHODOLOGY.words, half_life_years=8.0)
    other = replace(METHODOLOGY, version="1.1.0", words=words, sha256="f" * 64)
    rules = {
        cut(tmp_path, evidence=COMPARABLE, methodology=each).entry.id: each
        for each in (METHODOLOGY, other)
    }
    given = ("MEX", "--theme", THEME, "--year", "2022", "--releases", ",".join(rules))
    for form in ("table", "json", "csv"):
        said = run(tmp_path, "compare", *given, "--format", form)
        assert said.exit_code == 0
        assert "The releases follow different methodologies" in said.stderr
        for name, each in rules.items():
            assert f"{name}: {each.version}, hash {each.sha256[:8]}" in said.stderr

    ids = [entry.id for entry in ReleaseStore((data_folder / "releases").as_posix()).entries()]
    same = run(data_folder, "compare", "MEX", "--theme", THEME, "--releases", ",".join(ids))
    assert "methodologies" not in same.stderr


@pytest.mark.parametrize("figure", ["says", "practice"])
def test_words_and_practice_are_compared_as_gaps_are(
    data_folder: Path, release: FrozenRelease, figure: str
) -> None:
    found = compared(data_folder, "JAM", "MEX", "--year", "2022", "--figure", figure)
    assert found["figure"] == figure
    for row in found["figures"]:
        cell = release.cell(row["actor"], THEME, 2022)
        assert row["points"] == getattr(cell, figure)
        assert row["low"] == getattr(cell, f"{figure}_low")


def test_grade_d_and_missing_gaps_enter_no_comparison_and_are_named(data_folder: Path) -> None:
    arguments = ("compare", "MEX", "IRN", "CHN", "URY", "--theme", THEME, "--year", "2022")
    said = sentences(run(data_folder, *arguments))
    assert "Left out: IRN, too little evidence (grade D), which enters no comparison." in said
    assert "Left out: CHN, no gap: the government withholds the figure (opaque)." in said
    assert "MEX and URY cannot be told apart" in said


def test_without_two_figures_there_is_nothing_to_compare(data_folder: Path) -> None:
    said = sentences(run(data_folder, "compare", "MEX", "CHN", "--theme", THEME))
    assert "There is nothing to compare: fewer than two figures of grade C or better." in said
    assert compared(data_folder, "MEX", "CHN")["pairs"] == []


def test_the_newest_year_in_which_most_can_be_compared_is_taken(data_folder: Path) -> None:
    assert {row["year"] for row in compared(data_folder, "MEX", "JAM")["figures"]} == {2023}


def test_pairs_are_written_as_csv(data_folder: Path) -> None:
    arguments = ("compare", "MEX", "URY", "JAM", "--theme", THEME, "--format", "csv")
    found = list(csv.DictReader(io.StringIO(run(data_folder, *arguments).stdout)))
    assert {(row["first"], row["second"]) for row in found} == {
        ("MEX", "URY"),
        ("MEX", "JAM"),
        ("URY", "JAM"),
    }
    assert [row["difference_points"] == "" for row in found] == [True, False, False]


def test_csv_without_pairs_still_names_its_columns(data_folder: Path) -> None:
    result = run(data_folder, "compare", "MEX", "CHN", "--theme", THEME, "--format", "csv")
    columns = "first,second,order,p_first_higher,difference_points,difference_low,difference_high"
    assert result.stdout.strip() == columns


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("MEX",), "expected several of one kind"),
        (("MEX", "URY", "--years", "2021,2022"), "several actors and several years"),
        (("MEX", "MEX"), "an actor came twice"),
        (("MEX", "--years", "2021,2021"), "expected one, or different ones"),
        (("MEX", "--years", "2021,02021"), "'2021,02021' names the year 2021 twice"),
        (("MEX", "--years", "2021,newest"), "'newest' is no year"),
    ],
)
def test_comparisons_that_cannot_be_are_refused(
    data_folder: Path, arguments: tuple[str, ...], said: str
) -> None:
    result = run(data_folder, "compare", *arguments, "--theme", THEME, columns=200)
    assert result.exit_code == 2
    assert said in result.stderr


def test_unknown_years_and_releases_are_refused_with_the_nearest(data_folder: Path) -> None:
    late = run(data_folder, "compare", "MEX", "--theme", THEME, "--years", "2022,2030")
    assert late.exit_code == 3
    assert "2023" in late.stderr
    lost = run(data_folder, "compare", "MEX", "--theme", THEME, "--releases", "this,that")
    assert lost.exit_code == 3


def test_names_that_nothing_is_like_are_answered_with_what_there_is(data_folder: Path) -> None:
    lost = run(data_folder, "compare", "MEX", "URY", "--theme", "foo", columns=400)
    assert lost.exit_code == 3
    assert "No theme is called 'foo'; " in lost.stderr
    assert f"expected one of {THEME}, incarceration, " in lost.stderr
    nobody = run(data_folder, "compare", "MEX", "ZZZ", "--theme", THEME, columns=400)
    assert nobody.exit_code == 3
    assert "expected one of CHN, IRN, JAM, MEX, UNODC, URY" in nobody.stderr


# --- profile ------------------------------------------------------------------------------------


def profile(folder: Path, *arguments: str) -> Record:
    result = run(folder, "profile", *arguments, "--format", "json")
    assert result.exit_code == 0, result.stderr
    record: Record = json.loads(result.stdout)
    return record


def test_a_profile_says_what_can_be_said_and_no_overall_number(data_folder: Path) -> None:
    said = sentences(run(data_folder, "profile", "JAM", "--year", "2022"))
    assert "Signed mean of 1 theme: −88.0 points" in said
    assert "Demonstrated gaps: 1 of 1 (0 words ahead, 1 deeds ahead)." in said
    assert "by weighing the themes" not in said  # of one theme there is nothing to weigh
    assert (
        "neither a statement nor a deed is on record here (no_statement_and_no_data): incar" in said
    )


def test_a_profiles_sums_follow_from_its_rows(data_folder: Path) -> None:
    found = profile(data_folder, "MEX", "--year", "2022")
    counted = [row for row in found["themes"] if row["why_left_out"] is None]
    (row,) = counted
    error = (row["gap_high"] - row["gap_low"]) / (2 * 1.6448536269514722)
    assert row["standard_error_points"] == pytest.approx(error)
    assert row["size_points"] == pytest.approx(math.sqrt(max(0.0, row["gap"] ** 2 - error**2)))
    assert found["mean_points"] == row["gap"]
    assert len(found["themes"]) == 12
    assert row["all_weights_low"] <= row["gap"] <= row["all_weights_high"]


def test_a_theme_left_out_says_why_and_when_it_was_in(data_folder: Path) -> None:
    rows = {row["theme"]: row for row in profile(data_folder, "IRN")["themes"]}
    assert rows[THEME]["why_left_out"] == "too little evidence (grade D)"
    assert rows[THEME]["newest_graded_year"] is None
    said = sentences(run(data_folder, "profile", "IRN"))
    assert "No theme has a gap of grade C or better in this year" in said
    assert f"too little evidence (grade D): {THEME}" in said


def test_a_profile_as_csv_has_a_row_for_each_theme(data_folder: Path) -> None:
    text = run(data_folder, "profile", "MEX", "--format", "csv").stdout
    assert len(list(csv.DictReader(io.StringIO(text)))) == 12


def test_a_year_that_is_not_covered_is_refused(data_folder: Path) -> None:
    result = run(data_folder, "profile", "MEX", "--year", "1990")
    assert result.exit_code == 3
    assert "2021" in result.stderr


# --- sensitivity --------------------------------------------------------------------------------


def test_sensitivity_puts_the_strongest_choice_first(
    data_folder: Path, release: FrozenRelease
) -> None:
    result = run(data_folder, "sensitivity")
    rows = release.factors.where(scope="all_themes").rows()
    strongest = max(rows, key=lambda row: row.total)
    assert result.stdout.splitlines()[2].startswith(strongest.factor)
    said = sentences(result)
    assert f"First of all {FACTORS[strongest.factor]}: {100 * strongest.total:.0f}%" in said
    assert "3 gaps: of each actor and theme the newest of grade C or better (2023)." in said


def test_every_choice_of_the_method_has_its_words(release: FrozenRelease) -> None:
    assert {row.factor for row in release.factors.rows()} == set(FACTORS)


def test_sensitivity_is_asked_for_by_theme(data_folder: Path) -> None:
    result = run(data_folder, "sensitivity", "--theme", "death-penalty", "--format", "json")
    found = json.loads(result.stdout)
    assert {row["scope"] for row in found} == {THEME}
    assert [row["total"] for row in found] == sorted((row["total"] for row in found), reverse=True)


def test_a_theme_in_which_nothing_moves_says_so(data_folder: Path) -> None:
    result = run(data_folder, "sensitivity", "--theme", "cannabis")
    assert result.exit_code == 8
    assert "has no sensitivity of cannabis" in result.stderr


@pytest.mark.parametrize("columns", [80, 120])
@pytest.mark.parametrize(
    "arguments",
    [
        ("compare", "MEX", "URY", "JAM", "CHN", "--theme", THEME),
        ("profile", "MEX"),
        ("sensitivity",),
    ],
)
def test_tables_fit_the_terminal(
    data_folder: Path, arguments: tuple[str, ...], columns: int
) -> None:
    result = run(data_folder, *arguments, columns=columns)
    assert result.exit_code == 0
    assert max(map(len, result.stdout.splitlines())) <= columns
    assert "…" not in result.stdout
