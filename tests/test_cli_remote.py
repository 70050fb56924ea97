"""`--url`: a server's release gives what the same release gives here, and its refusals are told."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from gaptracker.main.cli import build_app
from tests.api_world import World, open_world
from tests.cli_world import THEME
from tests.test_cli_processes import served
from tests.test_client import problem, scripted


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    return open_world(tmp_path_factory.mktemp("remote"))


@pytest.fixture(scope="module")
def base(world: World) -> Iterator[str]:
    """A server process of its own: what one in ours logs would stand among a command's output."""
    with served(world.folder) as (_, address):
        yield address


def run(folder: Path, *arguments: str) -> Result:
    settings = {"GAPTRACKER_DATA_DIR": str(folder), "COLUMNS": "80", "GAPTRACKER_API_KEY": "no key"}
    return CliRunner(env=settings).invoke(build_app(), list(arguments))


@pytest.mark.parametrize(
    "command",
    [
        "gaps MEX",
        "gaps mex --year 2022 --theme death-penalty",
        "gaps MEX --year all --min-grade D --format csv",
        "gaps URY --year 2021-2022 --min-grade d --format json",
        "gaps UNODC",
        "pairs MEX",
        f"pairs MEX --theme {THEME} --year 2022 --reading now",
        "pairs MEX --year all --format csv",
        "pairs CHN --year all --format json",
        "release list",
        "gaps NOBODY",
        "gaps MEX --theme deth_penalty",
        "pairs MEXX",
        "pairs MEX --year 1990",
        "gaps MEX --year never",
    ],
)
def test_a_server_gives_what_the_store_gives(
    world: World, base: str, tmp_path: Path, command: str
) -> None:
    here = run(world.folder, *command.split())
    there = run(tmp_path, *command.split(), "--url", base)
    assert there.exit_code == here.exit_code
    assert there.stdout == here.stdout
    assert there.stderr == here.stderr
    assert bool(here.stdout) == (here.exit_code == 0)
    assert list(tmp_path.iterdir()) == []


def test_another_release_is_read_by_its_id(world: World, base: str, tmp_path: Path) -> None:
    command = ["gaps", "MEX", "--year", "all", "--release", world.older, "--format", "json"]
    here, there = run(world.folder, *command), run(tmp_path, *command, "--url", base)
    assert there.stdout == here.stdout
    assert {row["release"] for row in json.loads(there.stdout)} == {world.older}
    unknown = run(tmp_path, "gaps", "MEX", "--release", world.older[:-1], "--url", base)
    assert unknown.exit_code == 3
    assert f"did you mean {world.older}" in " ".join(unknown.stderr.split())


@pytest.mark.parametrize("form", ["table", "csv", "json"])
@pytest.mark.parametrize(
    "command",
    [
        f"compare MEX CHN --theme {THEME}",
        f"compare mex CHN URY IRN --theme {THEME} --year 2022 --figure says",
        f"compare MEX --theme {THEME} --years 2021,2023",
        f"compare MEX --theme {THEME} --years 2021,2022,2023 --figure practice",
        "compare MEX --theme death-penalty --year 2022 --releases OLDER,NEWER",
        f"compare MEX MEX --theme {THEME}",
        f"compare MEX NOBODY --theme {THEME}",
        f"compare MEX CHN --theme {THEME} --year 1990",
        f"compare MEX CHN --theme {THEME} --years 2021,2022",
    ],
)
def test_a_server_compares_as_this_machine_does(
    world: World, base: str, tmp_path: Path, command: str, form: str
) -> None:
    named = command.replace("OLDER", world.older).replace("NEWER", world.newer).split()
    here = run(world.folder, *named, "--format", form)
    there = run(tmp_path, *named, "--format", form, "--url", base)
    assert (there.exit_code, there.stdout) == (here.exit_code, here.stdout)
    assert bool(here.stdout) == (here.exit_code == 0)
    if here.exit_code:
        assert there.stderr == here.stderr
    else:
        assert there.stderr.splitlines()[-1] == here.stderr.splitlines()[-1]
        shared = "rest in part on the same evidence"
        assert (shared in there.stderr) == (shared in here.stderr)


def test_releases_of_a_server_as_json(world: World, base: str, tmp_path: Path) -> None:
    here = json.loads(run(world.folder, "release", "list", "--format", "json").stdout)
    there = json.loads(run(tmp_path, "release", "list", "--format", "json", "--url", base).stdout)
    assert there == [row | {"previous": None} for row in here]


def test_a_server_that_is_not_there_is_told(tmp_path: Path) -> None:
    done = run(tmp_path, "gaps", "MEX", "--url", "nowhere")
    assert (done.exit_code, done.stdout) == (4, "")
    assert "Expected the address of the API" in done.stderr


@pytest.mark.hostile
def test_what_a_server_says_is_told_in_its_words_and_steers_nothing(tmp_path: Path) -> None:
    """CLI-REMOTE-WORDS."""
    document = {
        "code": "validation-failed",
        "detail": "no",
        "errors": [{"code": "actor.unknown", "detail": "no \x1b[2Jactor; did you mean MEX?"}],
    }
    kind = {"Content-Type": "application/problem+json"}
    with scripted((422, kind, json.dumps(document).encode())) as server:
        done = run(tmp_path, "gaps", "MEX", "--url", server.base)
    assert done.exit_code == 3
    assert "did you mean MEX?" in done.stderr
    assert "\x1b" not in done.stderr
    with scripted(problem(404, "not-found")) as server:
        assert run(tmp_path, "gaps", "MEX", "--url", server.base).exit_code == 4
        assert "authorization" not in server.asked[0][2]
    with scripted((200, {"Content-Type": "text/html"}, b"<html>")) as server:
        assert run(tmp_path, "gaps", "MEX", "--url", server.base).exit_code == 9
