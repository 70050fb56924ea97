"""Which program read a source: another connector, or another table of names, is another one."""

import shutil
from pathlib import Path

import pytest

import gaptracker
from gaptracker.workflows.program import reader_sha256

SOURCE = Path(gaptracker.__file__).parent


@pytest.fixture
def package(tmp_path: Path) -> Path:
    for part in ("intake", "workflows"):
        shutil.copytree(
            SOURCE / part, tmp_path / part, ignore=shutil.ignore_patterns("__pycache__")
        )
    return tmp_path


@pytest.mark.parametrize(
    "changed",
    [
        "intake/connectors/wikipedia_death_penalty.py",
        "intake/connectors/cannabis_wordings.csv",
        "intake/terms/drug_policy.toml",
        "intake/html_tables.py",
        "workflows/known_errors.py",
    ],
)
def test_what_reads_is_another_program_once_a_part_of_it_changed(
    package: Path, changed: str
) -> None:
    before = reader_sha256(package)
    assert before == reader_sha256()
    with (package / changed).open("ab") as file:
        file.write(b"\n# another line\n")
    assert reader_sha256(package) != before


def test_what_reads_no_source_is_no_part_of_it(package: Path) -> None:
    before = reader_sha256(package)
    (package / "workflows" / "cut_release.py").write_text("")
    assert reader_sha256(package) == before
