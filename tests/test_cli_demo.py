"""`gaptracker demo` on the reference data of the package: the whole way, once, as a user goes it.

The first run scores some ninety thousand cells and takes a minute or two; every test here reads
what it left.
"""

import re
from pathlib import Path

import pytest

from gaptracker.main.cli.demo_cases import CASES
from tests.reference_demo import PATIENCE_SECONDS, Demo, Done, reference_demo
from tests.test_cli_processes import run
from tests.written_sums import written_sums


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Demo:
    return reference_demo(tmp_path_factory)


@pytest.fixture(scope="module")
def folder(demo: Demo) -> Path:
    """The folder, empty before, in which the demo made everything."""
    return demo.folder


@pytest.fixture(scope="module")
def first(demo: Demo) -> Done:
    return demo.first


@pytest.fixture(scope="module")
def second(folder: Path, first: Done) -> Done:
    assert first.returncode == 0
    return run(folder, "demo", "--no-serve", patience_seconds=PATIENCE_SECONDS)


def test_the_first_run_makes_everything_and_shows_it(first: Done) -> None:
    assert first.returncode == 0, first.stderr
    assert re.search(r"^Release \S+ · PROVISIONAL$", first.stdout, re.MULTILINE)
    assert "coded by a machine" in first.stdout
    for step in ("made the database", "loaded the reference data", "scored and froze release"):
        assert step in first.stderr


def test_every_case_of_the_2016_report_has_its_line(first: Done) -> None:
    for actor, theme in CASES:
        assert re.search(rf"^{actor} +{theme} +20\d\d ", first.stdout, re.MULTILINE), actor


def test_the_strongest_pairs_name_both_sides(first: Done) -> None:
    pairs = first.stdout.split("Strongest pairs")[1]
    assert pairs.count("  said  ") == pairs.count("  did   ") == 5


def test_it_fits_80_columns(first: Done) -> None:
    assert max(map(len, first.stdout.splitlines())) <= 80


def test_the_second_run_scores_nothing_and_shows_the_same(first: Done, second: Done) -> None:
    assert second.returncode == 0
    assert "were loaded already" in second.stderr
    assert "is there already and its inputs are unchanged" in second.stderr
    assert "scoring" not in second.stderr
    assert second.stdout == first.stdout


def test_mexico_can_be_followed_by_hand_and_the_guide_shows_its_figures(
    folder: Path, first: Done, project_root: Path
) -> None:
    assert first.returncode == 0
    text = run(folder, "explain", "MEX", "death_penalty", "2022").stdout
    for one in written_sums(text):
        assert one.by_hand == pytest.approx(one.printed, abs=1.51 * 10**-one.digits), one.text
    guide = (project_root / "docs" / "explain.md").read_text(encoding="utf-8")
    for letter in "RLF":
        quotient = re.findall(rf"^{letter} = Σ w×u / Σ w = (.*)$", text, flags=re.MULTILINE)[0]
        assert quotient in guide, "bring docs/explain.md up to the reference data"
    low, high = re.findall(r"^90% interval (\S+) to (\d+):", text, flags=re.MULTILINE)[0]
    assert f"{low} to {high}." in guide
