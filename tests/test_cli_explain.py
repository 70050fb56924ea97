"""`gaptracker explain`: every figure of a cell, computed again from what the command writes."""

import json
import math
import re
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from gaptracker.main.cli import build_app
from gaptracker.main.cli.figures import number
from tests.cli_world import THEME, cut
from tests.written_sums import written_sums

Record = dict[str, Any]
READINGS = {"says": "R", "law": "L", "does": "F"}


@pytest.fixture(scope="module")
def data_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder whose release store holds the small release."""
    folder = tmp_path_factory.mktemp("data")
    cut(folder)
    return folder


def explain(folder: Path, *arguments: str, columns: int = 80) -> Result:
    return CliRunner(env={"GAPTRACKER_DATA_DIR": str(folder), "COLUMNS": str(columns)}).invoke(
        build_app(), ["explain", *arguments]
    )


def derived(folder: Path, actor: str, year: int = 2022) -> Record:
    result = explain(folder, actor, THEME, str(year), "--format", "json")
    assert result.exit_code == 0, result.stderr
    record: Record = json.loads(result.stdout)
    return record


def close(value: float) -> Any:  # noqa: ANN401  pytest's own type is private
    return pytest.approx(value, abs=1e-9)


CELLS = [("MEX", 2021), ("MEX", 2022), ("MEX", 2023), ("IRN", 2022), ("CHN", 2022), ("URY", 2022)]
each_cell = pytest.mark.parametrize(("actor", "year"), CELLS)


@each_cell
def test_each_weight_is_the_product_of_its_factors(
    data_folder: Path, actor: str, year: int
) -> None:
    record = derived(data_folder, actor, year)
    for name in READINGS:
        for item in record[name]["items"]:
            product = math.prod(factor["value"] for factor in item["factors"])
            assert item["weight"] == close(product)


@each_cell
def test_each_reading_is_the_weighted_mean_of_its_items(
    data_folder: Path, actor: str, year: int
) -> None:
    record = derived(data_folder, actor, year)
    for name in READINGS:
        reading = record[name]
        counted = [item for item in reading["items"] if item["weight"] > 0]
        if not counted:
            assert reading["points"] is None
            assert reading["reason"]
            continue
        weight = sum(item["weight"] for item in counted)
        mean = sum(item["weight"] * item["points"] for item in counted) / weight
        cap = reading["cap_points"]
        assert reading["points"] == close(mean if cap is None else min(mean, cap))
        assert reading["sums"]["effective_size"] == close(
            weight**2 / sum(item["weight"] ** 2 for item in counted)
        )
        assert reading["sums"]["spread"] == close(
            math.sqrt(
                sum(item["weight"] * (item["points"] - mean) ** 2 for item in counted) / weight
            )
        )


@each_cell
def test_the_gap_is_says_minus_practice_and_the_sum_of_its_contributions(
    data_folder: Path, actor: str, year: int
) -> None:
    record = derived(data_folder, actor, year)
    gap = record["gap"]
    if gap["points"] is None:
        assert gap["reason"]
        return
    used = record[gap["practice_from"]]
    assert gap["practice"] == close(used["points"])
    assert gap["points"] == close(record["says"]["points"] - used["points"])
    items = [item for name in READINGS for item in record[name]["items"]]
    assert gap["points"] == close(sum(item["contribution_points"] for item in items))
    for name in ("says", gap["practice_from"]):
        assert sum(item["share"] for item in record[name]["items"]) == close(1)
    if gap["legislative_points"] is not None:
        law = record["law"]["points"]
        assert gap["legislative_points"] == close(record["says"]["points"] - law)
        assert gap["implementation_points"] == close(law - record["does"]["points"])


def test_every_item_names_its_words_its_source_and_its_rung(data_folder: Path) -> None:
    record = derived(data_folder, "MEX")
    for name in READINGS:
        for item in record[name]["items"]:
            assert item["headline"]
            assert item["source"]["citation"]
            assert item["placing"]
            assert item["kind"] == "observation" or item["codings"]
    vote = record["says"]["items"][0]
    assert vote["headline"] == "UN General Assembly · vote: yes (A/RES/77/222)"
    assert vote["source"]["locator"] == "row of MEX"
    assert vote["codings"][0]["rung_title"] == "Abolished and opposed abroad"
    assert vote["points"] == 100


def test_uncertain_codings_are_written_out_as_expected_points(data_folder: Path) -> None:
    items = {item["id"]: item for item in derived(data_folder, "MEX")["says"]["items"]}
    # Rung 4 read by one coder: 0.8 / 0.9 at rung 4, 0.1 / 0.9 at rung 3.
    assert items["speech-MEX-2021"]["points"] == close((0.8 * 100 + 0.1 * 75) / 0.9)
    assert items["speech-MEX-2021"]["placing"].startswith("E[u] = 0.1111×75 + 0.8889×100 = 97.22")


def test_a_machines_coding_is_said_and_holds_the_grade(data_folder: Path) -> None:
    verdict = derived(data_folder, "MEX")["verdict"]
    assert verdict["words"]["machine_coded"]
    assert verdict["grades_tried"][-1]["verdict"] == "B"
    assert (verdict["grade"], verdict["ceiling"]) == ("C", "C")


def test_the_published_grade_follows_from_the_tests_that_are_shown(data_folder: Path) -> None:
    for actor, year in CELLS:
        verdict = derived(data_folder, actor, year)["verdict"]
        reached = [
            rule["verdict"]
            for rule in verdict["grades_tried"]
            if all(test["holds"] for test in rule["tests"])
        ]
        assert max([*reached, verdict["ceiling"] or "A"] if reached else ["D"]) == verdict["grade"]
        labels = verdict["labels_tried"]
        assert not labels or labels[-1]["verdict"] == verdict["label"]


def test_a_superseded_vote_is_kept_in_the_history_with_the_reason(data_folder: Path) -> None:
    items = {item["id"]: item for item in derived(data_folder, "IRN")["says"]["items"]}
    old = items["vote-IRN-187-2016"]
    assert (old["weight"], old["share"]) == (0, 0)
    assert old["note"] == "superseded by vote-IRN-222-2022"
    result = explain(data_folder, "IRN", THEME, "2022")
    assert "Kept in the history, weight 0: 1 item" in result.stdout


def test_a_critical_indicator_caps_practice_and_says_so(data_folder: Path) -> None:
    record = derived(data_folder, "IRN")
    assert record["does"]["cap_points"] == 25
    assert record["does"]["sums"]["mean"] == 35
    assert record["does"]["points"] == 25
    result = explain(data_folder, "IRN", THEME, "2022")
    assert "A critical indicator stands at rung 0, so F is held at 25." in result.stdout


def test_each_way_of_placing_a_value_is_written_out(data_folder: Path) -> None:
    record = derived(data_folder, "MEX")
    placings = {
        item["id"]: item["placing"] for name in ("law", "does") for item in record[name]["items"]
    }
    assert placings["death_penalty_status-MEX-2022"] == "table: A stands at u = 100"
    assert placings["executions_recorded-MEX-2019"] == "table: 0, so from 0 upward: u = 75"
    assert placings["years_since_last_execution-MEX-2021"] == (
        "goalposts 0 (worst) to 10 (best): u = 100×(6 − 0)/(10 − 0) = 60.00"
    )


def test_silence_is_told_apart_from_nothing_known(data_folder: Path) -> None:
    silent = derived(data_folder, "URY")
    assert silent["gap"]["reason"] == "silent"
    assert silent["silence"] == {"opportunities": 1, "silent": 1, "rate_share": 1.0}
    unknown = derived(data_folder, "UNODC")
    assert unknown["gap"]["reason"] == "no_statement_and_no_data"
    assert unknown["silence"]["rate_share"] is None


def test_a_withheld_figure_is_said_and_leaves_bounds(data_folder: Path) -> None:
    gap = derived(data_folder, "CHN")["gap"]
    assert gap["reason"] == "opaque"
    assert (gap["bound_low"], gap["bound_high"]) == (-75, 25)
    result = explain(data_folder, "CHN", THEME, "2022")
    assert "the government withholds the figure (opaque)" in result.stdout
    assert "R − 100 to R: −75.0 to +25.0" in result.stdout


@each_cell
def test_every_sum_in_the_text_holds_on_a_pocket_calculator(
    data_folder: Path, actor: str, year: int
) -> None:
    """The figures printed in a sum give the figure printed behind it, to its last digit."""
    sums = list(written_sums(explain(data_folder, actor, THEME, str(year)).stdout))
    for one in sums:
        # Each figure in a sum is itself rounded, so the last digit may differ by one.
        assert one.by_hand == pytest.approx(one.printed, abs=1.51 * 10**-one.digits), one.text
    assert len(sums) >= 5


def test_the_text_writes_out_every_kind_of_sum(data_folder: Path) -> None:
    text = " ".join(explain(data_folder, "MEX", THEME, "2022").stdout.split())
    assert len(re.findall(r"w = [\d.× ]+ = [\d.]+ \[", text)) == 8
    assert len(re.findall(r"decay: 2\^\(−[\d.]+/4\)", text)) == 3
    for start in ("R = Σ", "L = Σ", "F = Σ", "mixed message A = √", "G = R − P =", "n_eff = "):
        assert start in text
    assert len(list(written_sums(text))) > 30


def test_what_a_repeat_is_held_to_is_written_out(data_folder: Path) -> None:
    """Of two equal votes the older, faded below half of the newer, needs no holding back."""
    items = {item["id"]: item for item in derived(data_folder, "MEX")["says"]["items"]}
    assert "repeat" not in [factor["name"] for factor in items["vote-MEX-187-2016"]["factors"]]
    held = {item["id"]: item for item in derived(data_folder, "CHN")["says"]["items"]}
    names = ("222-2022", "183-2020", "175-2018")
    newest, older, oldest = (held[f"vote-CHN-{name}"] for name in names)
    factor = next(each for each in older["factors"] if each["name"] == "repeat")
    own = [item["weight"] / factor["value"] for item in (older, oldest)]
    assert factor["value"] == close(0.5 * newest["weight"] / sum(own))
    assert factor["why"].startswith(f"0.5×{newest['weight']:.5f}/{sum(own):.5f}, the weightiest")


def test_marks_in_the_text_are_those_of_the_sums(data_folder: Path) -> None:
    text = explain(data_folder, "MEX", THEME, "2022").stdout
    for mark in ("S1", "S2", "S3", "S4", "L1", "L2", "F1", "F2"):
        assert len(re.findall(rf"^{mark}  ", text, flags=re.MULTILINE)) == 2


def test_the_release_is_said_to_be_provisional(data_folder: Path) -> None:
    assert derived(data_folder, "MEX")["provisional"]
    assert "Provisional:" in explain(data_folder, "MEX", THEME, "2022").stdout


@pytest.mark.parametrize("columns", [80, 120])
def test_no_line_is_wider_than_the_terminal(data_folder: Path, columns: int) -> None:
    for actor, year in CELLS:
        text = explain(data_folder, actor, THEME, str(year), columns=columns).stdout
        # An address is not broken, so that it can be copied.
        lines = [line for line in text.splitlines() if "://" not in line]
        assert max(map(len, lines)) <= columns


def test_brackets_in_the_words_are_shown_as_they_stand(data_folder: Path) -> None:
    assert "Pedimos [a todos] que la abolan." in explain(data_folder, "MEX", THEME, "2022").stdout


def test_names_may_be_typed_in_any_case_and_with_hyphens(data_folder: Path) -> None:
    assert explain(data_folder, "mex", "Death-Penalty", "2022").exit_code == 0


@pytest.mark.parametrize(
    ("arguments", "nearest"),
    [
        (("MEXX", THEME, "2022"), "did you mean MEX?"),
        (("Mexico", THEME, "2022"), "did you mean MEX?"),
        (("MEX", "death_penalti", "2022"), "did you mean death_penalty?"),
        (("MEX", THEME, "1999"), "did you mean 2021?"),
        (("MEX", THEME, "2022", "--release", "2023-06-30"), "did you mean 2023-06-30-"),
    ],
)
def test_unknown_names_come_back_with_the_nearest_ones(
    data_folder: Path, arguments: tuple[str, ...], nearest: str
) -> None:
    result = explain(data_folder, *arguments)
    assert result.exit_code == 3
    assert result.stdout == ""
    assert nearest in result.stderr


def test_a_theme_without_deeds_has_no_cell_to_explain(data_folder: Path) -> None:
    assert explain(data_folder, "MEX", "treaty_regime", "2022").exit_code == 3


def test_the_same_cell_gives_the_same_bytes(data_folder: Path) -> None:
    first, second = (explain(data_folder, "MEX", THEME, "2022").stdout for _ in range(2))
    assert first == second


def test_a_graded_cell_says_how_firm_its_gap_is(data_folder: Path) -> None:
    record = derived(data_folder, "MEX")
    firm, gap = record["firmness"], record["gap"]
    assert (firm["gap_low"], firm["gap_high"]) == (gap["low"], gap["high"])
    band = firm["band"]
    assert band["gap_low"] < gap["points"] < band["gap_high"]
    assert band["all_weights_low"] <= band["bounded_weights_low"] <= gap["points"]
    groups = {item["source"]["group"] for name in READINGS for item in record[name]["items"]}
    assert {row["source_group"] for row in firm["without"]} == groups
    moves = [abs(row["move_points"]) for row in firm["without"] if row["move_points"]]
    assert abs(firm["largest_move"]["move_points"]) == max(moves)
    named = {*firm["other_label"], *firm["no_label"], *firm["no_gap"]}
    assert named == {
        row["source_group"]
        for row in firm["without"]
        if row["gap"] is None or row["label"] != record["verdict"]["label"]
    }


def test_the_text_gives_both_bands_the_ranges_and_the_sources(data_folder: Path) -> None:
    record = derived(data_folder, "MEX")
    text = " ".join(explain(data_folder, "MEX", THEME, "2022").stdout.split())
    firm = text.split("HOW FIRM IS THE GAP?")[1].split("SILENCE")[0]
    low, high = (number(record["gap"][end], 0) for end in ("low", "high"))
    assert f"Measurement, the method as published: 90% interval {low} to {high}, Pr" in firm
    assert "Method, other choices drawn as well: 90% interval" in firm
    assert "half-life 2, 4, 8 or infinite years" in firm
    assert "By weights alone: +2.3 to +40.0 if each item may weigh anything" in firm
    assert f"farthest without {record['firmness']['largest_move']['source_group']}" in firm


def test_below_grade_c_nothing_else_was_tried(data_folder: Path) -> None:
    assert derived(data_folder, "IRN")["firmness"] is None
    text = explain(data_folder, "IRN", THEME, "2022").stdout
    assert "Below grade C a gap enters no comparison, and nothing else was tried." in text
