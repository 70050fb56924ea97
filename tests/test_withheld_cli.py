"""Who runs a tracker holds the data: `explain` shows a withheld value and says so."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from gaptracker.main.cli import build_app
from tests.cli_world import THEME
from tests.withheld_world import digits_in, open_withheld


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return open_withheld(tmp_path_factory.mktemp("withheld")).folder


def typed(folder: Path, *words: str) -> str:
    environment = {"GAPTRACKER_DATA_DIR": str(folder), "COLUMNS": "400"}
    result = CliRunner(env=environment).invoke(build_app(), list(words))
    assert result.exit_code == 0, result.output
    return result.output


def test_explain_shows_the_operator_the_value_and_that_it_may_not_be_shown_again(
    folder: Path,
) -> None:
    told = typed(folder, "explain", "IRN", THEME, "2022")
    assert "7.31415" in told
    assert "not to be shown again (licence)" in told


@pytest.mark.parametrize("form", ["table", "json", "csv"])
def test_pairs_shows_what_readers_are_shown(folder: Path, form: str) -> None:
    told = typed(folder, "pairs", "MEX", "--format", form)
    assert list(digits_in(told)) == []
    assert ("withheld: licence; see the source" in told) == (form == "table")


def test_sources_show_says_what_may_be_republished(folder: Path) -> None:
    typed(folder, "db", "upgrade")
    assert "withheld from readers" in typed(folder, "sources", "show", "sipri")
