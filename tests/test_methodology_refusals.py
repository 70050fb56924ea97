"""A methodology folder is loaded whole or refused with everything that is wrong with it."""

import shutil
import tomllib
from pathlib import Path
from typing import Any

import pytest

import gaptracker
from gaptracker.domain.errors import MethodologyError, UnknownName
from gaptracker.intake.methodology_files import (
    load_methodology,
    shipped_methodology,
    shipped_versions,
)

SHIPPED = Path(gaptracker.__file__).parent / "methodology" / "1.0.0"
CASES = tomllib.loads(Path(__file__).with_name("methodology_faults.toml").read_text("utf-8"))
FAULTS: dict[str, dict[str, Any]] = {case["name"]: case for case in CASES["fault"]}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a copy of the shipped folder that a test may break."""
    return shutil.copytree(SHIPPED, tmp_path / "1.0.0")


def put(fault: str, folder: Path) -> None:
    """Put a fault of the case file into a folder; what an edit replaces has to be there."""
    for edit in FAULTS[fault]["edit"]:
        path = folder / edit["file"]
        text = path.read_text("utf-8")
        if "old" in edit:
            assert edit["old"] in text
            text = text.replace(edit["old"], edit["new"], edit.get("count", 1))
        else:
            first = text.index(edit["start"])
            text = text[:first] + text[text.index(edit["end"], first + 1) :]
        path.write_text(text, "utf-8")


def problems(folder: Path) -> tuple[str, ...]:
    """Return the problems for which a folder is refused."""
    with pytest.raises(MethodologyError) as caught:
        load_methodology(folder)
    return caught.value.problems


@pytest.mark.parametrize("fault", FAULTS)
def test_a_broken_file_is_refused_with_file_key_and_cause(folder: Path, fault: str) -> None:
    put(fault, folder)
    place, said = FAULTS[fault]["place"], FAULTS[fault]["said"]
    found = problems(folder)
    assert any(line.startswith(f"{place}: ") and said in line for line in found), found


def test_a_missing_file_is_refused(folder: Path) -> None:
    (folder / "codebook.toml").unlink()
    assert problems(folder) == ("codebook.toml: the file: it is missing; add it",)


def test_a_folder_without_themes_is_refused(folder: Path) -> None:
    shutil.rmtree(folder / "themes")
    assert "themes/: the folder: it holds no theme; add one file each" in problems(folder)


def test_a_stray_file_is_refused_and_a_hidden_one_passed_over(folder: Path) -> None:
    (folder / ".hidden").write_text("not read")
    (folder / "themes" / "notes.txt").write_text("to do")
    assert problems(folder) == (
        "themes/notes.txt: the file: it has no place here; remove it or correct its name",
    )


def test_bytes_that_are_not_utf8_are_refused(folder: Path) -> None:
    (folder / "themes" / "funding.toml").write_bytes("título".encode("latin-1"))
    assert problems(folder) == (
        "themes/funding.toml: the whole file: byte 1 is not UTF-8; expected UTF-8: save it anew",
    )


def test_the_hash_follows_the_bytes_and_nothing_else(folder: Path) -> None:
    first = load_methodology(folder).sha256
    moved = shutil.copytree(folder, folder.parent / "elsewhere")
    assert load_methodology(moved).sha256 == first == shipped_methodology("1.0.0").sha256
    with (folder / "references.toml").open("a", encoding="utf-8") as file:
        file.write("# a remark\n")
    assert load_methodology(folder).sha256 != first


def test_an_unknown_version_is_refused_with_the_known_ones() -> None:
    assert shipped_versions() == ("1.0.0",)
    with pytest.raises(
        UnknownName, match=r"no methodology is called '9\.9\.9'; did you mean 1\.0\.0"
    ):
        shipped_methodology("9.9.9")


def test_a_folder_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(MethodologyError, match="there is no such folder"):
        load_methodology(tmp_path / "2.0.0")


def test_all_faults_are_reported_together(folder: Path) -> None:
    for name in ("goalposts alike", "missing rung", "unknown instrument", "unknown vote"):
        put(name, folder)
    with pytest.raises(MethodologyError) as caught:
        load_methodology(folder)
    files = {line.split(":")[0] for line in caught.value.problems}
    assert files == {
        "indicators.toml",
        "themes/funding.toml",
        "methodology.toml",
        "codebook.toml",
    }
    assert str(caught.value).startswith("methodology 1.0.0: ")
    assert "nothing was loaded" in str(caught.value)


def test_a_fault_in_one_ladder_does_not_make_its_theme_unknown(folder: Path) -> None:
    path = folder / "themes" / "medicines.toml"
    path.write_text(path.read_text("utf-8").replace("order = 7", 'order = "seven"'), "utf-8")
    assert problems(folder) == (
        "themes/medicines.toml: order: came 'seven'; expected a valid integer: correct the value",
    )


def test_a_version_in_the_wrong_folder_is_refused(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder.rename(folder.parent / "2.0.0")
    monkeypatch.setattr("gaptracker.intake.methodology_files._shipped_root", lambda: folder.parent)
    with pytest.raises(MethodologyError, match=r"methodology\.toml: version: came '1\.0\.0'"):
        shipped_methodology("2.0.0")
