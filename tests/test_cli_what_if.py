"""`gaptracker what-if`: another choice beside the published one, and never without its name."""

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from gaptracker.domain.choices import Aggregation
from gaptracker.main.cli import build_app
from gaptracker.publish.frozen import load_release
from gaptracker.records.release_store import ReleaseStore
from gaptracker.workflows.calibrate import Calibration, calibrate_file, uncoded_calibration
from tests.cli_world import METHODOLOGY, THEME, cut, fill_database, without_last_vote
from tests.compare_world import COMPARABLE
from tests.test_calibrate import VIGNETTES, as_csv, coded

Record = dict[str, Any]
CELL = ("MEX", THEME, "2022")


@pytest.fixture(scope="module")
def data_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with the evidence in its database and a release of it."""
    folder = tmp_path_factory.mktemp("data")
    fill_database(folder, COMPARABLE)
    cut(folder, evidence=COMPARABLE)
    return folder


def run(folder: Path, *arguments: str, columns: int = 200) -> Result:
    return CliRunner(env={"GAPTRACKER_DATA_DIR": str(folder), "COLUMNS": str(columns)}).invoke(
        build_app(), ["what-if", *arguments]
    )


def supposed(folder: Path, *arguments: str) -> Record:
    result = run(folder, *CELL, *arguments, "--format", "json")
    assert result.exit_code == 0, result.stderr
    record: Record = json.loads(result.stdout)
    return record


def test_nothing_chosen_gives_the_published_cell(data_folder: Path) -> None:
    found = supposed(data_folder)
    cell = load_release(ReleaseStore((data_folder / "releases").as_posix())).cell(
        "MEX", THEME, 2022
    )
    for name in ("says", "law", "does", "practice", "gap", "gap_low", "gap_high", "p_close"):
        assert found["what_if"][name] == found["published"][name] == getattr(cell, name)
    assert found["released"] == {"release": cell.release, "gap": cell.gap}
    assert found["official"] is False


def test_every_parameter_is_echoed(data_folder: Path) -> None:
    found = supposed(
        data_folder,
        *("--half-life", "never", "--aggregation", "geometric", "--spacing", "wide_below"),
        *("--no-solicited", "--weight", "instrument.vote=0.5", "--weight", "measure=2"),
    )
    assert found["parameters"] == {
        "half_life_years": "infinity",
        "aggregation": "geometric",
        "spacing": {"name": "wide_below", "points": [0.0, 40.0, 70.0, 90.0, 100.0]},
        "solicited": False,
        "weights": {"instrument.vote": 0.5, "measure": 2.0},
        "weight_spread": 0.5,
    }
    assert found["published"]["parameters"]["half_life_years"] == 4.0


@pytest.mark.parametrize(
    ("arguments", "moved"),
    [
        (("--half-life", "2"), "says"),
        (("--weight", "instrument.vote=0.5"), "says"),
        (("--no-solicited",), "says"),
        (("--weight", "indicator.executions_recorded=0.1"), "does"),
        (("--aggregation", "minimum"), "does"),
        (("--spacing", "wide_above"), "does"),
    ],
)
def test_each_choice_moves_what_it_should(
    data_folder: Path, arguments: tuple[str, ...], moved: str
) -> None:
    found = supposed(data_folder, *arguments)
    assert found["what_if"][moved] != found["published"][moved]


def test_the_ranges_hold_the_gap_and_each_other(data_folder: Path) -> None:
    found = supposed(data_folder, "--half-life", "8")["what_if"]
    assert found["all_weights_low"] <= found["bounded_weights_low"] <= found["gap"]
    assert found["gap"] <= found["bounded_weights_high"] <= found["all_weights_high"]


def test_the_text_puts_both_side_by_side_and_says_that_it_is_not_official(
    data_folder: Path,
) -> None:
    result = run(data_folder, "mex", "death-penalty", "2022", "--half-life", "2", columns=80)
    assert result.exit_code == 0
    assert result.stdout.startswith("WHAT IF · not official\n")
    assert "half-life 2 years" in result.stdout
    assert "gap (G)                        +26.6            +25.6" in result.stdout
    assert "Published in release" in result.stdout
    assert "Not official" in result.stderr
    assert max(map(len, result.stdout.splitlines())) <= 80


def test_a_release_of_other_evidence_is_told_from_the_database(tmp_path: Path) -> None:
    fill_database(tmp_path, COMPARABLE)
    assert "No release holds this cell" in run(tmp_path, *CELL).stdout
    cut(tmp_path, evidence=without_last_vote(COMPARABLE))
    assert "from other evidence or rules than are here now" in run(tmp_path, *CELL).stdout


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--half-life", "1e-9"), "half-life 1e-9 years"),
        (("--half-life", "1e300"), "half-life 1e300 years"),
        (("--half-life", "2.12345678"), "half-life 2.12345678 years"),
        (("--weight", "measure=0.00000012"), "weight measure × 1.2e-7"),
        (("--weight", "measure=1000"), "weight measure × 1000"),
    ],
)
def test_the_text_echoes_numbers_with_all_their_digits(
    data_folder: Path, arguments: tuple[str, ...], said: str
) -> None:
    assert said in run(data_folder, *CELL, *arguments).stdout.replace("\n", " ")


@pytest.mark.parametrize("aggregation", list(Aggregation))
def test_words_that_weigh_next_to_nothing_are_weighed_among_themselves(
    data_folder: Path, aggregation: Aggregation
) -> None:
    # Jamaica's words are of one day in 2021: more than 800 half-lives, and a weight of 1e-252.
    arguments = ("JAM", THEME, "2022", "--aggregation", aggregation, "--format", "json")
    usual, tiny = (
        json.loads(run(data_folder, *arguments, *more).stdout)["what_if"]
        for more in ((), ("--half-life", "0.0015"))
    )
    for name in ("says", "says_low", "says_high", "gap", "gap_low", "gap_high"):
        assert tiny[name] == pytest.approx(usual[name], rel=1e-12)


def calibrated_by_careful_people(folder: Path) -> Calibration:
    names = [name for name, vignette in VIGNETTES.items() if vignette.theme == THEME]
    file = folder / "coded.csv"
    file.write_bytes(as_csv([*coded("ana", names=names), *coded("ben", names=names)]))
    return calibrate_file(file, METHODOLOGY)


@pytest.mark.parametrize("form", ["text", "json"])
def test_a_calibrated_release_is_told_from_default_errors(
    data_folder: Path, tmp_path: Path, form: str
) -> None:
    said = "The current release was cut with calibrated coders' errors; here both figures"
    assert said not in run(data_folder, *CELL, "--format", form).stderr
    fill_database(tmp_path, COMPARABLE)
    cut(tmp_path, evidence=COMPARABLE, calibration=calibrated_by_careful_people(tmp_path))
    result = run(tmp_path, *CELL, "--format", form)
    assert result.exit_code == 0, result.stderr
    assert said in result.stderr
    assert "Not official" in result.stderr
    if form == "json":
        assert json.loads(result.stdout)["coder_errors"] == "default"


def test_a_release_that_only_holds_an_empty_calibration_is_by_default_errors(
    tmp_path: Path,
) -> None:
    fill_database(tmp_path, COMPARABLE)
    cut(tmp_path, evidence=COMPARABLE, calibration=uncoded_calibration(METHODOLOGY))
    assert "calibrated" not in run(tmp_path, *CELL).stderr


def test_without_solicited_words_nothing_may_be_left(data_folder: Path) -> None:
    result = run(data_folder, "IRN", THEME, "2022", "--no-solicited")
    assert result.exit_code == 0
    assert "no statement is on record here (no_statement)" in result.stdout


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("--weight", "instrument.vote=nan"), 2, "--weight: instrument.vote: 'nan'"),
        (("--weight", "instrument.vote=inf"), 2, "--weight: instrument.vote: 'inf'"),
        (("--weight", "instrument.vote=-1"), 2, "--weight: instrument.vote: '-1'"),
        (("--weight", "instrument.vote=1e308"), 2, "'1e308'; expected a number from 0 to 1,000"),
        (("--weight", "instrument.vote=much"), 2, "--weight: instrument.vote: 'much'"),
        (("--weight", "instrument.vote"), 2, "expected NAME=NUMBER"),
        (("--weight", "measure=1", "--weight", "measure=2"), 2, "measure came twice"),
        (("--weight", "instrument.vot=1"), 3, "did you mean instrument.vote"),
        (
            (
                *("--weight", "instrument.vote=0", "--weight", "instrument.formal_pledge=0"),
                *("--weight", "instrument.national_statement=0"),
            ),
            2,
            "MEX death_penalty 2022: the multipliers leave no weight on the words",
        ),
        (("--half-life", "0"), 2, "--half-life: '0'"),
        (("--half-life", "nan"), 2, "--half-life: 'nan'"),
        (("--half-life", "-2"), 2, "--half-life: '-2'"),
        (("--half-life", "long"), 2, "--half-life: 'long'"),
        (("--weight", "vote=0"), 3, "did you mean instrument.vote or office.vote or"),
        (("--weight", "ministr=0"), 3, "did you mean office.minister?"),
        (("--weight", "ZZZ=0"), 3, "called 'ZZZ'; expected instrument.NAME, office.NAME,"),
        (("--spacing", "foo"), 3, "called 'foo'; expected one of equal, wide_below, wide_above"),
        (("--spacing", "wide"), 3, "did you mean wide_below or wide_above"),
        (("--aggregation", "harmonic"), 2, "'harmonic'"),
    ],
)
def test_what_cannot_be_chosen_is_refused_by_the_name_of_its_field(
    data_folder: Path, arguments: tuple[str, ...], code: int, said: str
) -> None:
    result = run(data_folder, *CELL, *arguments)
    assert result.exit_code == code
    assert said in " ".join(result.stderr.split())


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        (("MEXX", THEME, "2022"), "no actor is called 'MEXX'; did you mean MEX"),
        (("MEX", "death_penaltie", "2022"), "did you mean death_penalty"),
        (("MEX", "foo", "2022"), "'foo'; expected one of death_penalty, incarceration, "),
        (("ZZZ", THEME, "2022"), "'zzz'; expected one of chn, irn, jam, mex, unodc, ury"),
        (("MEX", THEME, "1999"), "did you mean 2000"),
    ],
)
def test_unknown_names_are_refused_with_the_nearest(
    data_folder: Path, cell: tuple[str, ...], said: str
) -> None:
    result = run(data_folder, *cell)
    assert result.exit_code == 3
    assert said.lower() in result.stderr.lower()


def test_without_a_database_the_command_says_what_to_run(tmp_path: Path) -> None:
    result = run(tmp_path, *CELL)
    assert result.exit_code == 8
    assert "gaptracker load-reference" in result.stderr
