"""Hostile files are read in a process of their own, which may crash, hang or burst."""

import contextlib
import json
import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from io import RawIOBase
from pathlib import Path
from typing import Any, BinaryIO

import gaptracker
from gaptracker.intake.content.findings import Flag
from gaptracker.intake.content_type import ContentProblem, Detected, refusal
from gaptracker.intake.public_copy import NoPublicCopy
from gaptracker.intake.redaction import Box

WORKER = "gaptracker.intake.copy_worker"
# Room for the worker's answer before a copy.
HEAD_BYTES = 1024
MIB = 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What one reading may cost."""

    memory_bytes: int
    cpu_seconds: int
    wall_seconds: float
    out_bytes: int


# 50 megapixels are 150 MB in RGB, 200 MB with transparency, and a copy needs two of them.
DETECT_LIMITS = Limits(memory_bytes=512 * MIB, cpu_seconds=10, wall_seconds=20.0, out_bytes=MIB)
COPY_LIMITS = Limits(
    memory_bytes=1024 * MIB, cpu_seconds=90, wall_seconds=120.0, out_bytes=256 * MIB
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicCopy:
    """A copy in an unnamed file, to be read from where it stands."""

    media_type: str
    file: BinaryIO


class Sandbox:
    """Starts a process for each reading, no more at once than this machine bears."""

    def __init__(
        self,
        *,
        at_once: int = 2,
        detect_limits: Limits = DETECT_LIMITS,
        copy_limits: Limits = COPY_LIMITS,
    ) -> None:
        """Say how many processes may run at once, and what each may cost."""
        self._places = threading.BoundedSemaphore(at_once)
        self._detect_limits = detect_limits
        self._copy_limits = copy_limits

    def detect(self, file: RawIOBase | BinaryIO, declared: str) -> Detected:
        """Tell what a file is from its content; see `content_type.detect`.

        Args:
            file: An open file of the system's, no buffer in memory; its position is moved.
            declared: What its sender said, as in `Content-Type`.
        """
        task = {"do": "detect", "declared": declared}
        with tempfile.TemporaryFile() as out:
            answer = self._run(task, file, out, self._detect_limits)
        if answer is None:
            return refusal(
                ContentProblem.UNSAFE_FILE, "its reader crashed, or needed too much time or memory"
            )
        return Detected(
            media_type=answer["media_type"],
            problems=tuple(ContentProblem(each) for each in answer["problems"]),
            flags=tuple(Flag(each) for each in answer["flags"]),
            detail=answer["detail"],
        )

    @contextlib.contextmanager
    def public_copy(
        self, file: RawIOBase | BinaryIO, media_type: str, boxes: Sequence[Box] = ()
    ) -> Iterator[PublicCopy]:
        """Make the public copy of a checked file, with boxes burnt in.

        Args:
            file: An open file of the system's, no buffer in memory; its position is moved.
            media_type: Its type, as detected.
            boxes: What to cover, in pictures and PDFs only.

        Yields:
            The copy; its file is gone after the block.

        Raises:
            NoPublicCopy: If none can be made; see `public_copy.write_redacted`.
        """
        task = {
            "do": "copy",
            "media_type": media_type,
            "boxes": [asdict(box) for box in boxes],
            "head_bytes": HEAD_BYTES,
        }
        with tempfile.TemporaryFile() as out:
            answer = self._run(task, file, out, self._copy_limits)
            if answer is None:
                raise NoPublicCopy("its reader crashed, or needed too much time, memory or space")
            if "refused" in answer:
                raise NoPublicCopy(answer["refused"])
            yield PublicCopy(media_type=answer["media_type"], file=out)

    # `Any` because a task and its answer are JSON.
    def _run(
        self, task: Mapping[str, Any], file: RawIOBase | BinaryIO, out: BinaryIO, limits: Limits
    ) -> dict[str, Any] | None:
        """Run one task; None if the process did not come to its end."""
        whole = {**task, **asdict(limits)}
        command = [sys.executable, "-P", "-s", "-m", WORKER, json.dumps(whole)]
        with self._places:
            # Its messages may quote the file, and go nowhere. Of the server's environment, which
            # holds secrets, it sees nothing.
            worker = subprocess.Popen(  # noqa: S603 - our own program
                command,
                stdin=file.fileno(),
                stdout=out.fileno(),
                stderr=subprocess.DEVNULL,
                env=_environment(),
                cwd=tempfile.gettempdir(),
                start_new_session=True,
            )
            try:
                worker.wait(limits.wall_seconds)
            except subprocess.TimeoutExpired:
                return None
            finally:
                worker.kill()
                worker.wait()
        out.seek(0)
        head = out.read(HEAD_BYTES) if task["do"] == "copy" else out.read()
        try:
            answer: dict[str, Any] = json.loads(head)
        except ValueError:
            return None
        return answer if worker.returncode == 0 else None


def _environment() -> dict[str, str]:
    """Return what the worker needs to find this program, and nothing else."""
    kept = {"SYSTEMROOT": os.environ["SYSTEMROOT"]} if "SYSTEMROOT" in os.environ else {}
    return {**kept, "PYTHONPATH": str(Path(gaptracker.__file__).parent.parent), "LC_ALL": "C.UTF-8"}
