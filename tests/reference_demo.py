"""The demo on the reference data of the package: run once for all tests that read what it left.

Test processes that run side by side (pytest-xdist) share it: the first one that asks makes it, the
others wait.
"""

import fcntl
import json
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.test_cli_processes import run

PATIENCE_SECONDS = 1_200
Done = subprocess.CompletedProcess[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Demo:
    """The data folder that the first run made, and how that run went."""

    folder: Path
    first: Done


def reference_demo(factory: pytest.TempPathFactory) -> Demo:
    """Run `gaptracker demo --no-serve` in an empty folder, unless this session has done so."""
    root = factory.getbasetemp()
    if root.name.startswith("popen-"):  # a process of pytest-xdist; its parent is the session's
        root = root.parent
    shared = root / "reference-demo"
    shared.mkdir(exist_ok=True)
    folder, told = shared / "data", shared / "first.json"
    with (shared / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not told.exists():
            folder.mkdir()
            done = run(folder, "demo", "--no-serve", patience_seconds=PATIENCE_SECONDS)
            told.write_text(json.dumps([done.args, done.returncode, done.stdout, done.stderr]))
    return Demo(folder=folder, first=Done(*json.loads(told.read_text())))
