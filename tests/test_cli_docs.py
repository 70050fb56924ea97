"""`docs/cli.md` and the commands hold each other to account."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer.main
from typer.testing import CliRunner

from gaptracker.domain import errors as domain_errors
from gaptracker.domain.errors import GapTrackerError, ProblemList
from gaptracker.main.cli import build_app
from gaptracker.main.cli.errors import CODES, ExitCode, exit_code
from gaptracker.settings import Settings
from tests.written_sums import written_sums

# Typer's own.
EVERYWHERE = {"--help", "--install-completion", "--show-completion"}


def commands() -> Iterator[tuple[str, Any]]:
    """Every command by what is typed for it. `Any`: Typer's classes are not the same in all
    versions."""
    root: Any = typer.main.get_command(build_app())
    yield "gaptracker", root
    for name, command in root.commands.items():
        inner = getattr(command, "commands", None)
        if inner is None:
            yield f"gaptracker {name}", command
        else:
            yield from ((f"gaptracker {name} {last}", leaf) for last, leaf in inner.items())


COMMANDS = dict(commands())
OPTIONS = {
    name: {
        option
        for parameter in command.params
        for option in (*parameter.opts, *parameter.secondary_opts)
        if option.startswith("--")
    }
    - EVERYWHERE
    for name, command in COMMANDS.items()
}
EXAMPLES = {
    name: re.findall(r"^(?:GAPTRACKER\S+ )?(gaptracker .*)$", command.help, flags=re.MULTILINE)
    for name, command in COMMANDS.items()
}


@pytest.fixture(scope="module")
def page(project_root: Path) -> str:
    return (project_root / "docs" / "cli.md").read_text(encoding="utf-8")


def sections(page: str) -> dict[str, str]:
    """The text under each heading that names a command."""
    parts = re.split(r"^### `(gaptracker [^`]*)`$", page, flags=re.MULTILINE)
    return {
        re.sub(r" [A-Z].*", "", name): re.split(r"^## ", text, flags=re.MULTILINE)[0]
        for name, text in zip(parts[1::2], parts[2::2], strict=True)
    }


def test_every_command_is_documented_and_no_other(page: str) -> None:
    assert set(sections(page)) == set(COMMANDS) - {"gaptracker"}


@pytest.mark.parametrize("command", sorted(set(COMMANDS) - {"gaptracker"}))
def test_every_option_is_documented_and_no_other(command: str, page: str) -> None:
    documented = set(re.findall(r"--[a-z][a-z-]*", sections(page)[command]))
    assert documented == OPTIONS[command]


def test_options_of_the_root_are_documented(page: str) -> None:
    assert all(f"`gaptracker {name}`" in page for name in OPTIONS["gaptracker"])


def test_every_exit_code_is_documented_and_no_other(page: str) -> None:
    table = page.split("## Exit codes")[1]
    documented = [int(code) for code in re.findall(r"^\| (\d+) \|", table, flags=re.MULTILINE)]
    assert documented == [code.value for code in ExitCode]


def test_every_error_of_the_domain_has_an_exit_code_of_its_own() -> None:
    kinds = {
        kind
        for kind in vars(domain_errors).values()
        if isinstance(kind, type) and issubclass(kind, GapTrackerError)
    } - {GapTrackerError, ProblemList}
    without = {
        kind.__name__ for kind in kinds if not any(issubclass(kind, one) for one, _ in CODES)
    }
    assert not without
    assert exit_code(GapTrackerError("what nobody foresaw")) is ExitCode.UNEXPECTED


def test_every_setting_is_documented(page: str) -> None:
    assert not [name for name in Settings.model_fields if f"GAPTRACKER_{name.upper()}" not in page]


@pytest.mark.parametrize("command", sorted(COMMANDS))
def test_every_help_fits_80_columns_and_teaches_with_examples(command: str) -> None:
    result = CliRunner(env={"COLUMNS": "80"}).invoke(build_app(), [*command.split()[1:], "--help"])
    assert result.exit_code == 0
    assert max(map(len, result.stdout.splitlines())) <= 80
    assert EXAMPLES[command]
    assert all(example.startswith(command) for example in EXAMPLES[command])


@pytest.mark.parametrize("example", sorted({each for some in EXAMPLES.values() for each in some}))
def test_every_example_is_one_that_the_parser_takes(
    example: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = shlex.split(example.split(" > ", maxsplit=1)[0])[1:]
    monkeypatch.chdir(tmp_path)
    for word in words:
        if word.endswith(".csv"):
            Path(word).touch()
    command = COMMANDS["gaptracker"]
    while getattr(command, "commands", None):
        name, *words = words
        command = command.commands[name]
    with command.make_context(example, list(words)) as context:
        assert context.params is not None


def test_every_sum_in_the_guide_to_explain_is_right(project_root: Path) -> None:
    page = (project_root / "docs" / "explain.md").read_text(encoding="utf-8")
    sums = [one for line in page.splitlines() for one in written_sums(line)]
    assert len(sums) >= 18
    for one in sums:
        assert one.by_hand == pytest.approx(one.printed, abs=0.51 * 10**-one.digits), one.text
