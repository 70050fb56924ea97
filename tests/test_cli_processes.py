"""The command line as a shell sees it: real processes, their streams and how they end."""

import json
import os
import re
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from gaptracker.main.cli.serve import PATHS
from tests.cli_world import THEME, cut

PROGRAM = Path(sys.executable).parent / "gaptracker"
PATIENCE_SECONDS = 180
Process = subprocess.Popen[str]


@pytest.fixture(scope="module")
def data_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder whose release store holds the small release; tests only read it."""
    folder = tmp_path_factory.mktemp("data")
    cut(folder)
    return folder


def environment(folder: Path, **more: str) -> dict[str, str]:
    kept = {
        name: value for name, value in os.environ.items() if name not in {"COLUMNS", "NO_COLOR"}
    }
    return {**kept, "GAPTRACKER_DATA_DIR": str(folder), "PYTHONUTF8": "1", **more}


def run(
    folder: Path, *arguments: str, patience_seconds: float = PATIENCE_SECONDS, **more: str
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(PROGRAM), *arguments],
        cwd=folder,
        env=environment(folder, **more),
        capture_output=True,
        text=True,
        timeout=patience_seconds,
        check=False,
    )


@contextmanager
def served(folder: Path, *options: str) -> Iterator[tuple[Process, str]]:
    """A server on a free port, and its address."""
    with subprocess.Popen(
        [str(PROGRAM), "serve", "--port", "0", *options],
        env=environment(folder),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            assert process.stderr is not None
            first = process.stderr.readline()
            found = re.match(r"serving on (http://127\.0\.0\.1:\d+);", first)
            assert found, first
            yield process, found[1]
        finally:
            process.kill()


def test_data_and_talk_take_different_streams(data_folder: Path) -> None:
    done = run(data_folder, "gaps", "MEX", "--format", "json")
    assert done.returncode == 0
    assert json.loads(done.stdout)[0]["actor"] == "MEX"
    done = run(data_folder, "gaps", "MEX")
    assert "Provisional" in done.stderr
    assert "Provisional" not in done.stdout


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("gaps", "MEX"), 0),
        (("gaps",), 2),
        (("gaps", "NOBODY"), 3),
        (("load-reference", "--folder", "nowhere"), 4),
        (("score",), 8),
    ],
)
def test_processes_end_with_the_documented_codes(
    data_folder: Path, arguments: tuple[str, ...], code: int
) -> None:
    done = run(data_folder, *arguments)
    assert done.returncode == code, done.stderr
    if code:
        assert done.stdout == ""
        assert "Traceback" not in done.stderr


def test_a_reader_that_goes_away_leaves_no_traceback(data_folder: Path) -> None:
    with subprocess.Popen(
        [str(PROGRAM), "pairs", "MEX", "--year", "all", "--format", "json"],
        env=environment(data_folder),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        errors = process.stderr.read()
    assert "Traceback" not in errors


@pytest.mark.skipif(sys.platform == "win32", reason="pseudo-terminals are of POSIX")
@pytest.mark.parametrize(("no_color", "coloured"), [("", True), ("1", False)])
def test_a_terminal_gets_bold_heads_unless_no_color_is_set(
    data_folder: Path, no_color: str, coloured: bool
) -> None:
    import pty  # noqa: PLC0415  not on Windows

    leader, follower = pty.openpty()
    more = {"TERM": "xterm", "COLUMNS": "80", **({"NO_COLOR": no_color} if no_color else {})}
    try:
        subprocess.run(
            [str(PROGRAM), "gaps", "NOBODY"],
            env=environment(data_folder, **more),
            stdout=follower,
            stderr=follower,
            timeout=PATIENCE_SECONDS,
            check=False,
        )
        text = os.read(leader, 10_000).decode()
    finally:
        os.close(leader)
        os.close(follower)
    assert "No actor is called 'NOBODY'" in text
    # 31 is red; bold is no colour and may stay.
    assert bool(re.search(r"\x1b\[[0-9;]*31m", text)) is coloured


def test_serve_answers_and_prints_addresses_that_open(data_folder: Path) -> None:
    with served(data_folder) as (process, base):
        until = time.monotonic() + PATIENCE_SECONDS
        while True:
            try:
                with urllib.request.urlopen(f"{base}/readyz", timeout=5) as answer:
                    ready = json.load(answer)
                break
            except OSError:
                assert time.monotonic() < until
                assert process.poll() is None
                time.sleep(0.1)
        assert ready["status"] == "ready"
        assert process.stderr is not None
        told = [process.stderr.readline().strip() for _ in PATHS]
        for address in told:
            assert address.startswith(base)
            with urllib.request.urlopen(address, timeout=20) as answer:
                assert answer.status == 200
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=PATIENCE_SECONDS) in {0, 130, -signal.SIGINT}


def test_a_server_for_others_says_that_its_name_is_missing(data_folder: Path) -> None:
    with served(data_folder, "--host", "0.0.0.0") as (process, _):
        assert process.stderr is not None
        told = [process.stderr.readline() for _ in (*PATHS, "the next")]
    assert told[-1].startswith("GAPTRACKER_PUBLIC_URL is not set")


def test_a_port_in_use_is_told_at_once(data_folder: Path) -> None:
    with served(data_folder) as (_, base):
        port = base.rsplit(":", 1)[1]
        done = run(data_folder, "serve", "--port", port)
    assert done.returncode == 9
    assert f"cannot listen on 127.0.0.1, port {port}" in done.stderr.lower()


def test_explain_is_the_same_in_every_process(data_folder: Path) -> None:
    first, second = (
        run(data_folder, "explain", "MEX", THEME, "2022", PYTHONHASHSEED=seed) for seed in "12"
    )
    assert first.returncode == 0, first.stderr
    assert first.stdout
    assert first.stdout == second.stdout
