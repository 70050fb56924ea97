"""The calibration set of the package, and what its loader refuses."""

import csv
import io
import re
import shutil
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from gaptracker.domain.calibration import Vignette
from gaptracker.domain.errors import MethodologyError
from gaptracker.domain.methodology import Methodology
from gaptracker.domain.scale import RUNGS
from gaptracker.domain.vocabulary import Side
from gaptracker.intake.coded_vignettes import read_codings
from gaptracker.intake.methodology_files import shipped_methodology
from gaptracker.intake.vignette_files import (
    FOLDER,
    load_settings,
    load_vignettes,
    shipped_settings,
    shipped_vignettes,
)
from gaptracker.workflows.coding_sheets import coding_sheets

FEWEST_PAIRS, FEWEST_A_RUNG, FEWEST_FORMS = 12, 2, 3
LONGEST_SHARED_RUN = 5

METHODOLOGY = shipped_methodology("1.0.0")
VIGNETTES = shipped_vignettes(METHODOLOGY)
THEMES = [theme.id for theme in METHODOLOGY.scored_themes()]


def of_theme(theme: str) -> list[Vignette]:
    return [vignette for vignette in VIGNETTES.values() if vignette.theme == theme]


def runs(text: str, length: int) -> set[tuple[str, ...]]:
    """Every run of so many words in a text."""
    words = re.findall(r"[a-z']+", text.lower())
    return {tuple(words[start : start + length]) for start in range(len(words) - length + 1)}


def ladder_texts(methodology: Methodology, theme: str) -> Iterator[str]:
    for rung in methodology.themes[theme].rungs:
        yield from (rung.title["en"], rung.description["en"])
        yield from (*rung.example_statements, *rung.example_deeds)


def test_every_theme_with_deeds_has_its_vignettes() -> None:
    assert len(THEMES) == 12
    assert list(dict.fromkeys(vignette.theme for vignette in VIGNETTES.values())) == THEMES


@pytest.mark.parametrize("theme", THEMES)
def test_a_theme_has_pairs_enough_on_every_rung(theme: str) -> None:
    rungs = Counter(vignette.true_rung for vignette in of_theme(theme))

    assert rungs.total() >= FEWEST_PAIRS
    assert [rung for rung in range(RUNGS) if rungs[rung] < FEWEST_A_RUNG] == []


@pytest.mark.parametrize("theme", THEMES)
def test_words_and_deeds_take_many_forms(theme: str) -> None:
    vignettes = of_theme(theme)

    assert len({vignette.words.instrument for vignette in vignettes}) >= FEWEST_FORMS
    assert len({vignette.words.mode for vignette in vignettes}) >= FEWEST_FORMS
    assert len({vignette.deed.kind for vignette in vignettes}) >= FEWEST_FORMS
    assert len({vignette.deed.layer for vignette in vignettes}) == 2


@pytest.mark.parametrize("theme", THEMES)
def test_no_vignette_repeats_its_ladder(theme: str) -> None:
    length = LONGEST_SHARED_RUN + 1
    ladder = set().union(*(runs(text, length) for text in ladder_texts(METHODOLOGY, theme)))

    assert not [
        (vignette.id, side, shared)
        for vignette in of_theme(theme)
        for side in Side
        if (shared := runs(vignette.text(side), length) & ladder)
    ]


def test_words_and_deed_of_a_pair_do_not_repeat_each_other() -> None:
    assert not [
        (vignette.id, shared)
        for vignette in VIGNETTES.values()
        if (shared := runs(vignette.words.text, 5) & runs(vignette.deed.text, 5))
    ]


def test_no_id_or_text_gives_the_rung_away() -> None:
    telling = re.compile(r"\brungs?\b|\bladder\b", re.IGNORECASE)

    assert not [
        vignette.id
        for vignette in VIGNETTES.values()
        if any(telling.search(vignette.text(side)) for side in Side)
        or vignette.id != f"{vignette.theme}-{vignette.country.lower()}"
    ]


def test_the_settings_hold_the_two_bars_of_the_methodology() -> None:
    settings = shipped_settings(METHODOLOGY)

    assert (settings.reliable_alpha, settings.provisional_alpha) == (0.80, 0.67)
    assert settings.least_pairs <= FEWEST_PAIRS


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the package's vignettes, to be spoilt."""
    package = Path(__file__).resolve().parent.parent / "src" / "gaptracker"
    copy = tmp_path / "vignettes"
    shutil.copytree(package.joinpath("methodology", METHODOLOGY.version, *FOLDER), copy)
    return copy


def change(folder: Path, name: str, old: str, new: str) -> None:
    file = folder / name
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_a_copy_of_the_folder_reads_the_same(folder: Path) -> None:
    assert load_vignettes(folder, METHODOLOGY) == VIGNETTES
    assert load_settings(folder) == shipped_settings(METHODOLOGY)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("true_rung = 0", "true_rung = 5", r"true_rung: came 5; expected less than 5"),
        ("true_rung = 0", "true_rung = nan", r"true_rung: came nan; expected a valid integer"),
        ("true_rung = 0", "true_rung = -1", r"true_rung: came -1; expected greater than or equal"),
        ('mode = "claim"', 'mode = "boast"', r"words\.mode: came 'boast'; expected 'advocacy'"),
        ('country = "Gildenrath"', 'land = "Gildenrath"', r"country: the key is missing"),
        ('country = "Gildenrath"', 'country = ""', r"country: came ''; expected|country: came ''"),
        ('country = "Orsavia"', 'country = "Gildenrath"', r"'Gildenrath' comes a second time"),
        ('"funding-orsavia"', '"funding-gildenrath"', r"'funding-gildenrath' comes a second time"),
        ('"funding-orsavia"', '"cannabis-orsavia"', r"expected it to begin with funding-"),
        ('theme = "funding"', 'theme = "fundings"', r"funding\.toml: theme: no theme is called"),
        ("[[vignette]]", "[[vignette]", r"the whole file: it is not TOML"),
    ],
)
def test_a_spoilt_file_is_refused_with_file_and_key(
    folder: Path, old: str, new: str, told: str
) -> None:
    change(folder, "funding.toml", old, new)

    with pytest.raises(MethodologyError, match=told):
        load_vignettes(folder, METHODOLOGY)


def test_a_rung_without_vignettes_is_told(folder: Path) -> None:
    file = folder / "funding.toml"
    file.write_text(file.read_text("utf-8").replace("true_rung = 4", "true_rung = 3"), "utf-8")

    with pytest.raises(MethodologyError, match=r"funding\.toml: vignette: none stands on rung 4"):
        load_vignettes(folder, METHODOLOGY)


def test_missing_files_strangers_and_foreign_bytes_are_told_at_once(folder: Path) -> None:
    (folder / "funding.toml").rename(folder / "findung.toml")
    (folder / "cannabis.toml").write_bytes(b"\xff")

    with pytest.raises(MethodologyError) as caught:
        load_vignettes(folder, METHODOLOGY)

    assert len(caught.value.problems) == 3
    assert "funding.toml: the file: it is missing" in str(caught.value)
    assert "findung.toml: the file: it has no place here" in str(caught.value)
    assert "cannabis.toml: the whole file: byte 0 is not UTF-8" in str(caught.value)


def test_no_folder_is_every_file_missing(tmp_path: Path) -> None:
    with pytest.raises(MethodologyError, match="12 problems found"):
        load_vignettes(tmp_path / "nowhere", METHODOLOGY)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("coder_prior_strength = 10.0", "coder_prior_strength = nan", "expected a finite number"),
        ("coder_prior_strength = 10.0", "coder_prior_strength = -1.0", "expected a number above 0"),
        ("draws = 20000", "draws = 0", "draws 0; expected 1 or more"),
        ("draws = 20000", "draw = 20000", "draws: the key is missing"),
        ("least_pairs = 10", "least_pairs = 0", "least_pairs 0"),
    ],
)
def test_spoilt_settings_are_refused(folder: Path, old: str, new: str, told: str) -> None:
    change(folder, "calibration.toml", old, new)

    with pytest.raises(MethodologyError, match=told):
        load_settings(folder)


def test_missing_settings_are_told(folder: Path) -> None:
    (folder / "calibration.toml").unlink()

    with pytest.raises(MethodologyError, match=r"calibration\.toml: the file: it is missing"):
        load_settings(folder)


def rows(sheet: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(sheet.decode("utf-8"), newline="")))


def test_two_sheets_hold_both_sides_of_every_vignette_once_each() -> None:
    sheets = [rows(content) for content in coding_sheets(METHODOLOGY).values()]

    assert [len(sheet) for sheet in sheets] == [len(VIGNETTES)] * 2
    assert [len({row["vignette"] for row in sheet}) for sheet in sheets] == [len(VIGNETTES)] * 2
    both = {(row["vignette"], row["side"]) for sheet in sheets for row in sheet}
    assert len(both) == 2 * len(VIGNETTES)


def test_sheets_show_what_is_read_and_nothing_of_the_rung() -> None:
    first = coding_sheets(METHODOLOGY)["sheet-a.csv"]

    for row in rows(first):
        vignette = VIGNETTES[row["vignette"]]
        assert row["text"] == vignette.text(Side(row["side"]))
        assert (row["theme"], row["country"]) == (vignette.theme, vignette.country)
        assert (row["coder"], row["coder_kind"], row["rung"]) == ("", "", "")
    assert b"true" not in first.splitlines()[0]


@pytest.mark.parametrize("theme", THEMES)
def test_each_sheet_has_words_and_deeds_from_the_whole_ladder(theme: str) -> None:
    for content in coding_sheets(METHODOLOGY).values():
        own = [row for row in rows(content) if row["theme"] == theme]
        sides = Counter(row["side"] for row in own)
        places = Counter((VIGNETTES[row["vignette"]].true_rung, row["side"]) for row in own)
        order = [VIGNETTES[row["vignette"]].true_rung for row in own]

        assert abs(sides["words"] - sides["deeds"]) <= 1
        assert all(places[rung, side.value] for rung in range(RUNGS) for side in Side)
        assert order not in (sorted(order), sorted(order, reverse=True))


def test_sheets_are_the_same_each_time_and_read_back_when_filled() -> None:
    sheet = coding_sheets(METHODOLOGY)["sheet-b.csv"]
    filled = sheet.replace(b",,,", b",ana,person,").replace(b"words,\r", b"words,3\r")

    codings = read_codings(filled, VIGNETTES, name="sheet-b.csv")

    assert coding_sheets(METHODOLOGY)["sheet-b.csv"] == sheet
    assert {(coding.coder, coding.side, coding.rung) for coding in codings} == {
        ("ana", Side.WORDS, 3)
    }
    assert len(codings) == len(VIGNETTES) / 2
