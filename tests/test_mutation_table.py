"""What is said of a run of mutmut: nothing that lives is counted as dead."""

import json
from pathlib import Path

import pytest

from scripts.mutation_table import Fate, fate_of, read_modules, sample, table

CODES = {"one": 1, "two": 0, "three": 33, "four": None, "five": 36, "six": -11}


def write_run(folder: Path) -> Path:
    """A run's folder with one module of six mutants, and one without any."""
    package = folder / "src" / "gaptracker" / "scoring"
    package.mkdir(parents=True)
    for name, codes in (("cell", CODES), ("__init__", {})):
        text = json.dumps({"exit_code_by_key": codes})
        (package / f"{name}.py.meta").write_text(text, encoding="utf-8")
    return folder


def test_each_fate_is_counted_once(tmp_path: Path) -> None:
    (module,) = read_modules(write_run(tmp_path))
    assert module.name == "gaptracker.scoring.cell"
    assert [module.count(fate) for fate in Fate] == [1] * 6


def test_what_was_not_tried_is_left_out_of_the_share(tmp_path: Path) -> None:
    lines = list(table(list(read_modules(write_run(tmp_path)))))
    # Killed and stopped, of the five that were tried.
    assert lines[2] == "| scoring.cell | 6 | 1 | 1 | 1 | 1 | 1 | 1 | 40.0% | 12% to 77% |"
    assert lines[3].startswith("| **all** | 6 |")


@pytest.mark.parametrize("code", [0, 5, 33, -11, -9, 2, 34, 35, 37])
def test_only_failing_or_endless_tests_kill(code: int) -> None:
    assert fate_of(code) not in {Fate.KILLED, Fate.STOPPED}


def test_a_sample_is_the_same_every_time_and_names_no_mutant_twice(tmp_path: Path) -> None:
    (module,) = read_modules(write_run(tmp_path))
    assert sample(module, 4) == sample(module, 4)
    assert len(set(sample(module, 4))) == 4
    assert sorted(sample(module, 99)) == sorted(CODES)
