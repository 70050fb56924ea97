"""The pages for organisations and for operators do what they say: their commands are run."""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

PATIENCE_SECONDS = 240
FENCE = re.compile(r"^```(sh run|text out)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
MARK = "== block {} =="
ADDRESS = "127.0.0.1:8000"
# Where the operators' page goes on once somebody has sent something.
AFTER_SENDING = "\n## Roles\n"


@dataclass(frozen=True, kw_only=True)
class Block:
    """Commands of the page, and what it says that they print; None where it says nothing."""

    commands: str
    printed: str | None


def blocks_of(page: str) -> list[Block]:
    found: list[Block] = []
    for kind, text in FENCE.findall(page):
        if kind == "sh run":
            found.append(Block(commands=text, printed=None))
        else:
            assert found, "an output without commands before it"
            assert found[-1].printed is None, "two outputs of the same commands"
            found[-1] = Block(commands=found[-1].commands, printed=text)
    return found


def blocks_in_order(docs: Path) -> list[Block]:
    """The operators' set-up, the senders' page, and what the desk does with what was sent."""
    senders, operators = (
        (docs / name).read_text("utf-8") for name in ("organisations.md", "intake-operators.md")
    )
    set_up, desk = operators.split(AFTER_SENDING)
    return [*blocks_of(set_up), *blocks_of(senders), *blocks_of(desk)]


def script_of(blocks: Sequence[Block], port: int) -> str:
    """All blocks as one script: pages are read from top to bottom, and so is their shell."""
    parts = ["set -euo pipefail"]
    for number, block in enumerate(blocks):
        commands = block.commands.replace(ADDRESS, f"127.0.0.1:{port}")
        parts += [
            f"printf '\\n%s\\n' '{MARK.format(number)}'",
            commands.replace("--port 8000", f"--port {port}"),
        ]
    return "\n".join(parts)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port: int = listening.getsockname()[1]
        return port


def run(script: str, folder: Path) -> tuple[int, str, str]:
    """Run a script, and end every process that it began."""
    with (
        (folder / "out").open("w") as out,
        (folder / "told").open("w") as told,
        subprocess.Popen(
            ["bash", "-c", script],
            cwd=folder,
            env={
                **os.environ,
                "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
                "PYTHONUTF8": "1",
                "COLUMNS": "80",
            },
            stdout=out,
            stderr=told,
            start_new_session=True,
        ) as process,
    ):
        try:
            code = process.wait(PATIENCE_SECONDS)
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
    return code, (folder / "out").read_text("utf-8"), (folder / "told").read_text("utf-8")


def matches(printed: str, expected: str) -> bool:
    """Say whether an output is the page's, where `…` stands for anything."""
    lines = [
        ".*".join(re.escape(part.rstrip()) for part in line.split("…"))
        for line in expected.strip().splitlines()
    ]
    found = "\n".join(line.rstrip() for line in printed.strip().splitlines())
    return re.fullmatch("\n".join(lines), found) is not None


@pytest.mark.skipif(
    shutil.which("curl") is None or shutil.which("bash") is None, reason="needs curl and bash"
)
def test_every_command_of_the_pages_prints_what_they_say(
    project_root: Path, tmp_path: Path
) -> None:
    blocks = blocks_in_order(project_root / "docs")
    assert len(blocks) > 15
    code, out, told = run(script_of(blocks, free_port()), tmp_path)
    parts = re.split(r"^== block \d+ ==\n", out, flags=re.MULTILINE)[1:]
    assert code == 0, f"block {len(parts) - 1}:\n{out[-3_000:]}\n{told[-3_000:]}"
    for block, printed in zip(blocks, parts, strict=True):
        if block.printed is not None:
            assert matches(printed, block.printed), f"{block.commands}\nprinted:\n{printed}"
    assert "must never leak" not in "".join(
        path.read_bytes().decode("latin-1")
        for path in (tmp_path / "data").rglob("*")
        if path.is_file()
    )


@pytest.mark.parametrize(
    ("printed", "expected", "same"),
    [
        ("sub_1\n", "sub_…", True),
        ("a   \nb\n", "a\nb", True),
        ("a\nb\n", "a", False),
        ("draft\n", "submitted", False),
    ],
)
def test_outputs_are_compared_as_a_reader_would(printed: str, expected: str, same: bool) -> None:
    assert matches(printed, expected) is same
