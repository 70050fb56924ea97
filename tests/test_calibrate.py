"""From a file of coded vignettes to report, files and command; what such a file may not hold."""

import hashlib
import json
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from gaptracker.domain.calibration import Verdict
from gaptracker.domain.vocabulary import Side
from gaptracker.intake.coded_vignettes import CodingsRefused, read_codings
from gaptracker.intake.methodology_files import shipped_methodology
from gaptracker.intake.vignette_files import shipped_vignettes
from gaptracker.main.cli.calibrate import calibrate_command
from gaptracker.main.cli.errors import ExitCode, TellingGroup
from gaptracker.main.cli.teaching import help_of
from gaptracker.workflows.calibrate import calibrate_file, uncoded_calibration

METHODOLOGY = shipped_methodology("1.0.0")
VIGNETTES = shipped_vignettes(METHODOLOGY)
HEADER = "coder,coder_kind,vignette,side,rung"
FUNDING = [name for name, vignette in VIGNETTES.items() if vignette.theme == "funding"]

Row = tuple[str, str, str, str, int | str]

app = typer.Typer(cls=TellingGroup)
app.command("calibrate", help=help_of(calibrate_command))(calibrate_command)


@app.callback()
def root() -> None:
    """Keep `calibrate` a command of its own, as in the whole command line."""


def coded(
    coder: str,
    kind: str = "person",
    *,
    names: Iterable[str] = FUNDING,
    place: Callable[[int, Side], int] = lambda true_rung, _: true_rung,
) -> list[Row]:
    """Both sides of vignettes, coded by one coder; on the true rung unless said otherwise."""
    return [
        (coder, kind, name, side.value, place(VIGNETTES[name].true_rung, side))
        for name in names
        for side in Side
    ]


def as_csv(rows: Iterable[Row], header: str = HEADER) -> bytes:
    lines = [header, *(",".join(str(cell) for cell in row) for row in rows)]
    return ("\n".join(lines) + "\n").encode("utf-8")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A file in which two people have coded one theme as it was meant."""
    path = tmp_path / "coded.csv"
    path.write_bytes(as_csv([*coded("ana"), *coded("ben")]))
    return path


def refused(content: bytes) -> str:
    with pytest.raises(CodingsRefused) as caught:
        read_codings(content, VIGNETTES, name="coded.csv")
    assert str(caught.value).startswith("coded.csv: ")
    return str(caught.value)


def test_nobody_has_coded_yet() -> None:
    found = uncoded_calibration(METHODOLOGY)

    assert found.report.sentence == "not yet calibrated: nobody has coded the vignettes"
    assert json.loads(found.json)["sentence"] == found.report.sentence
    assert b"No codings by people: not yet calibrated." in found.markdown
    assert b"alpha, words" not in found.markdown
    assert uncoded_calibration(METHODOLOGY) == found


def test_a_coded_theme_is_calibrated_and_the_others_are_not(file: Path) -> None:
    found = calibrate_file(file, METHODOLOGY)

    verdicts = {part.theme: part.bias.verdict for part in found.report.people.themes}
    assert verdicts.pop("funding") is Verdict.EQUIVALENT
    assert set(verdicts.values()) == {Verdict.NOT_CODED}
    assert found.report.sentence.startswith("calibrated by people on 1 of 12 themes (funding)")


def test_files_of_a_report_name_what_they_were_made_from(file: Path) -> None:
    found = calibrate_file(file, METHODOLOGY)
    record = json.loads(found.json)

    digest = hashlib.sha256(file.read_bytes()).hexdigest()
    assert record["codings_sha256"] == digest
    assert digest in found.markdown.decode()
    assert record["methodology"] == "1.0.0"
    assert record["people"]["themes"][9]["theme"] == "funding"
    assert record["people"]["themes"][9]["words"]["alpha"] == 1.0
    assert calibrate_file(file, METHODOLOGY) == found


def test_words_read_a_rung_too_high_show(file: Path) -> None:
    def generous(true_rung: int, side: Side) -> int:
        return min(true_rung + (side is Side.WORDS), 4)

    file.write_bytes(as_csv([*coded("ana", place=generous), *coded("ben", place=generous)]))
    found = calibrate_file(file, METHODOLOGY)
    bias = found.report.people.themes[9].bias

    # 10 of 12 vignettes stand below rung 4 and are read 25 points higher.
    assert bias.points == pytest.approx(250 / 12)
    assert bias.verdict is Verdict.WORDS_HIGHER
    assert "| funding | 12 | 0.9" not in found.markdown.decode()
    assert "+20.8 (" in found.markdown.decode()


def test_machines_are_reported_apart(file: Path) -> None:
    file.write_bytes(as_csv([*coded("model", "machine"), *coded("other", "machine")]))
    found = calibrate_file(file, METHODOLOGY)

    text = found.markdown.decode()
    assert found.report.sentence == "not yet calibrated: nobody has coded the vignettes"
    assert text.index("No codings by people") < text.index("Machines (apart")
    assert found.report.machines.measured_themes == ("funding",)


def test_names_of_coders_break_no_table(file: Path) -> None:
    file.write_bytes(as_csv([*coded("a|b"), *coded("[x](y)")]))

    text = calibrate_file(file, METHODOLOGY).markdown.decode()

    assert "| a\\|b | 24 |" in text
    assert "| \\[x\\](y) | 24 |" in text


def test_spreadsheets_may_write_a_mark_semicolons_and_empty_lines(file: Path) -> None:
    plain = read_codings(file.read_bytes(), VIGNETTES, name="coded.csv")
    spreadsheet = b"\xef\xbb\xbf" + file.read_bytes().replace(b",", b";") + b";;;;\n\n"

    assert read_codings(spreadsheet, VIGNETTES, name="coded.csv") == plain


def test_a_row_without_a_rung_is_an_item_left_out() -> None:
    rows = coded("ana")
    rows[0] = (*rows[0][:4], "")

    assert len(read_codings(as_csv(rows), VIGNETTES, name="coded.csv")) == len(rows) - 1


def test_a_header_alone_is_a_file_in_which_nobody_has_coded() -> None:
    assert read_codings(as_csv([]), VIGNETTES, name="coded.csv") == ()


@pytest.mark.parametrize("rung", ["5", "-1", "NaN", "nan", "inf", "2.5", "two", "٣", "+1"])
def test_a_rung_off_the_ladder_is_refused(rung: str) -> None:
    rows = coded("ana")
    rows[3] = (*rows[3][:4], rung)

    assert f"line 5: rung: came {rung!r}; expected 0 or 1 or 2 or 3 or 4" in refused(as_csv(rows))


def test_an_unknown_vignette_is_refused_and_the_nearest_named() -> None:
    rows: list[Row] = [*coded("ana"), ("ana", "person", "funding-gildenrat", "words", 1)]

    told = refused(as_csv(rows))

    assert "line 26: vignette: none is called 'funding-gildenrat'" in told
    assert "did you mean funding-gildenrath?" in told


def test_a_coder_with_no_items_is_refused() -> None:
    empty: list[Row] = [("ben", "person", name, "words", "") for name in FUNDING]

    assert "coder 'ben' has no items" in refused(as_csv([*coded("ana"), *empty]))


def test_a_theme_with_a_single_item_is_refused() -> None:
    lone = coded("ana", names=["cannabis-lirenza"])

    told = refused(as_csv([*coded("ana"), *lone]))

    assert "theme cannabis, words: a single vignette (cannabis-lirenza)" in told
    assert "theme cannabis, deeds: a single vignette (cannabis-lirenza)" in told
    assert "funding" not in told


def test_a_single_item_by_machines_is_no_second_one_of_the_people() -> None:
    one, other = FUNDING[:2]
    rows = [*coded("ana", names=[one]), *coded("model", "machine", names=[one, other])]

    assert "was coded by coders of kind person" in refused(as_csv(rows))


@pytest.mark.parametrize(
    ("row", "told"),
    [
        (("ana", "rule", FUNDING[0], "words", 1), "coder_kind: came 'rule'; expected person or"),
        (("ana", "person", FUNDING[0], "deed", 1), "side: came 'deed'; expected words or deeds"),
        (("", "person", FUNDING[0], "words", 1), "coder is empty"),
        (("ana", "person", FUNDING[0], "words", 1), "already on line 2; keep one"),
        (("ana", "machine", FUNDING[0], "words", 1), "coder 'ana' is machine and person"),
        (("ana", "person", FUNDING[0], "words", "1,1"), "line 26: 6 cells; expected 5"),
    ],
)
def test_a_row_that_cannot_be_is_refused(row: Row, told: str) -> None:
    assert told in refused(as_csv([*coded("ana"), row]))


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "line 1: no column coder"),
        (as_csv([], "coder,coder_kind,vignette,side"), "line 1: no column rung"),
        (as_csv([], HEADER + ",true_rung"), "line 1: column 'true_rung' is not known"),
        (as_csv([], HEADER + ",rung"), "line 1: column 'rung' comes 2 times"),
        (HEADER.encode() + b"\n\xff", "byte 36 is not UTF-8"),
        (HEADER.encode() + b'\n"ana', "expected CSV"),
    ],
)
def test_a_file_of_another_form_is_refused(content: bytes, told: str) -> None:
    assert told in refused(content)


def test_every_problem_is_told_at_once() -> None:
    rows = [(*row[:3], "side", "9") for row in coded("ana")[:3]]

    assert "7 problems found; nothing was loaded" in refused(as_csv(rows))


def test_the_command_shows_people_and_writes_the_files(file: Path, tmp_path: Path) -> None:
    out = tmp_path / "new" / "calibration"

    result = CliRunner().invoke(app, ["calibrate", str(file), "--out", str(out)])

    found = calibrate_file(file, METHODOLOGY)
    assert result.exit_code == 0
    assert result.stdout.startswith("Calibrated by people on 1 of 12 themes (funding)")
    assert "coded alike" in result.stdout
    assert result.stdout.count("not yet calibrated") >= 11
    assert max(map(len, result.stdout.splitlines())) <= 80
    assert (out / "calibration.json").read_bytes() == found.json
    assert (out / "calibration.md").read_bytes() == found.markdown


def test_the_command_gives_the_same_json_as_the_file(file: Path) -> None:
    result = CliRunner().invoke(app, ["calibrate", str(file), "--format", "json"])

    assert result.exit_code == 0
    assert result.stdout.encode() == calibrate_file(file, METHODOLOGY).json


def test_the_command_shows_machines_apart_under_the_sentence(file: Path) -> None:
    file.write_bytes(as_csv(coded("model", "machine")))

    result = CliRunner().invoke(app, ["calibrate", str(file)])

    assert result.stdout.startswith("Not yet calibrated: nobody has coded the vignettes.")
    assert "MACHINES (apart: they calibrate nothing)" in result.stdout
    assert "PEOPLE" not in result.stdout


def test_the_command_writes_sheets(tmp_path: Path) -> None:
    result = CliRunner().invoke(app, ["calibrate", "--sheets", str(tmp_path / "sheets")])

    assert result.exit_code == 0
    assert sorted(path.name for path in (tmp_path / "sheets").iterdir()) == [
        "sheet-a.csv",
        "sheet-b.csv",
    ]


def test_the_command_tells_a_bad_file_and_writes_nothing(file: Path, tmp_path: Path) -> None:
    file.write_bytes(as_csv([*coded("ana")[:-1], ("ana", "person", FUNDING[-1], "deeds", "NaN")]))
    out = tmp_path / "out"

    result = CliRunner().invoke(app, ["calibrate", str(file), "--out", str(out)])

    assert result.exit_code == ExitCode.BAD_INPUT
    assert "rung: came 'NaN'" in result.stderr
    assert result.stdout == ""
    assert not out.exists()


@pytest.mark.parametrize("arguments", [[], ["FILE", "--sheets", "DIR"], ["missing.csv"]])
def test_the_command_wants_a_file_or_a_folder_for_sheets(
    arguments: list[str], file: Path, tmp_path: Path
) -> None:
    named = {"FILE": str(file), "DIR": str(tmp_path / "sheets")}

    result = CliRunner().invoke(app, ["calibrate", *(named.get(word, word) for word in arguments)])

    assert result.exit_code == ExitCode.USAGE
    assert not (tmp_path / "sheets").exists()
