"""The process in which hostile files are read: `python -m gaptracker.intake.copy_worker`.

The file comes in as standard input, closed or plain; one line of JSON with what was found goes to
standard output, then the copy. Before the first byte is read, the process gives up the right to use
more memory, time or space than it needs, and to open anything: no file, no socket.
"""

import codecs
import contextlib
import json
import os
import sys
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any, BinaryIO

# All readers are loaded before the limits: afterwards nothing can be opened.
import PIL.MpoImagePlugin
import PIL.WebPImagePlugin  # noqa: F401 - as above
from PIL import Image

from gaptracker.intake.closed_file import open_closed
from gaptracker.intake.content_type import detect
from gaptracker.intake.file_types import ContentProblem, NoPublicCopy, refusal
from gaptracker.intake.public_copy import write_redacted
from gaptracker.intake.redaction import Box

MOST_OPEN_FILES = 3
# Python loads these when they are first used; zip directories name files in cp437.
ENCODINGS = ("utf-8-sig", "cp437", "ascii", "latin-1")


# `Any` because a task and its answer are JSON; `sandboxed` gives both their types.
def main(task: Mapping[str, Any]) -> None:
    """Do one task, which came as JSON."""
    Image.preinit()
    for encoding in ENCODINGS:
        codecs.lookup(encoding)
    key = os.environ.pop("FILE_KEY", None)
    _give_up_rights(task)
    came, out = open(0, "rb", closefd=False), open(1, "wb", closefd=False)  # noqa: SIM115
    file = came if key is None else open_closed(came, bytes.fromhex(key))
    if task["do"] == "detect":
        _answer(out, _detected(file, task["declared"]))
        return
    boxes = [Box(**box) for box in task["boxes"]]
    # The answer stands first, so that room for it is left: the copy's type is known only then.
    try:
        out.write(b" " * task["head_bytes"])
        made = write_redacted(file, task["media_type"], boxes, out)
        out.flush()
        answer: dict[str, Any] = {"media_type": made}
    except NoPublicCopy as error:
        answer = {"refused": str(error)}
    except MemoryError:
        answer = {"refused": "the file needs too much memory when it is unpacked"}
    out.seek(0)
    _answer(out, answer)


def _detected(file: BinaryIO, declared: str) -> dict[str, Any]:
    try:
        return asdict(detect(file, declared))
    except MemoryError:
        detail = "the file needs too much memory when it is unpacked"
        return asdict(refusal(ContentProblem.UNSAFE_FILE, detail))


def _answer(out: BinaryIO, answer: Mapping[str, Any]) -> None:
    out.write(json.dumps(answer).encode("utf-8"))
    out.flush()


def _give_up_rights(task: Mapping[str, Any]) -> None:
    """Take the limits on; Windows has none of these, only the sandbox's timeout."""
    if sys.platform == "win32":
        return
    import resource  # noqa: PLC0415 - not there on Windows

    limits = {
        resource.RLIMIT_AS: task["memory_bytes"],
        resource.RLIMIT_CPU: task["cpu_seconds"],
        resource.RLIMIT_FSIZE: task["out_bytes"],
        resource.RLIMIT_NOFILE: MOST_OPEN_FILES,
        resource.RLIMIT_CORE: 0,
    }
    for limit, most in limits.items():
        resource.setrlimit(limit, (most, most))
    with contextlib.suppress(OSError):
        os.nice(5)


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
