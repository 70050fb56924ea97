"""What the process that answers carries with it."""

import subprocess
import sys

READERS = ("PIL.Image", "pypdfium2", "defusedxml", "filetype")


def test_a_server_loads_no_reader_that_meets_hostile_files() -> None:
    program = (
        "import sys, gaptracker.main.app\n"
        f"print([name for name in {READERS} if name in sys.modules], 'fastapi' in sys.modules)"
    )
    said = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)
    assert said.stdout.decode().split() == ["[]", "True"]
