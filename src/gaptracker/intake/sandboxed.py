"""Hostile files are read in a process of their own, which may crash, hang or burst."""

import contextlib
import json
import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from io import RawIOBase
from pathlib import Path
from typing import Any, BinaryIO

import gaptracker
from gaptracker.intake.content.findings import Flag
from gaptracker.intake.file_types import ContentProblem, Detected, NoPublicCopy, refusal
from gaptracker.intake.redaction import Box

WORKER = "gaptracker.intake.copy_worker"
FILE_KEY = "FILE_KEY"
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

    def detect(
        self, file: RawIOBase | BinaryIO, declared: str, key: bytes | None = None
    ) -> Detected:
        """Tell what a file is from its content; see `content_type.detect`.

        Args:
            file: An open file of the system's, no buffer in memory; its position is moved.
            declared: What its sender said, as in `Content-Type`.
            key: The key of this one file, if it is closed (`custody.chunk_box`).
        """
        with self._places:
            found = self._detected(file, declared, key, self._detect_limits)
        return found or refusal(
            ContentProblem.UNSAFE_FILE, "its reader crashed, or needed too much time or memory"
        )

    def detect_soon(
        self,
        file: RawIOBase | BinaryIO,
        declared: str,
        key: bytes | None = None,
        *,
        patience_seconds: float,
    ) -> Detected | None:
        """Tell what a file is, if that can be told soon.

        Args:
            file: As for `detect`.
            declared: As for `detect`.
            key: As for `detect`.
            patience_seconds: How long to wait for a free place, and then for the reading.

        Returns:
            What it is; None if all readers are busy, or the file takes its reader longer: somebody
            should look again later, with `detect`.
        """
        if not self._places.acquire(timeout=patience_seconds):
            return None
        try:
            limits = replace(self._detect_limits, wall_seconds=patience_seconds)
            return self._detected(file, declared, key, limits)
        finally:
            self._places.release()

    def _detected(
        self, file: RawIOBase | BinaryIO, declared: str, key: bytes | None, limits: Limits
    ) -> Detected | None:
        task = {"do": "detect", "declared": declared}
        with tempfile.TemporaryFile() as out:
            answer = self._run(task, file, out, limits, key)
        if answer is None:
            return None
        return Detected(
            media_type=answer["media_type"],
            problems=tuple(ContentProblem(each) for each in answer["problems"]),
            flags=tuple(Flag(each) for each in answer["flags"]),
            detail=answer["detail"],
        )

    @contextlib.contextmanager
    def public_copy(
        self,
        file: RawIOBase | BinaryIO,
        media_type: str,
        boxes: Sequence[Box] = (),
        *,
        key: bytes | None = None,
    ) -> Iterator[PublicCopy]:
        """Make the public copy of a checked file, with boxes burnt in.

        Args:
            file: An open file of the system's, no buffer in memory; its position is moved.
            media_type: Its type, as detected.
            boxes: What to cover, in pictures and PDFs only.
            key: The key of this one file, if it is closed.

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
            with self._places:
                answer = self._run(task, file, out, self._copy_limits, key)
            if answer is None:
                raise NoPublicCopy("its reader crashed, or needed too much time, memory or space")
            if "refused" in answer:
                raise NoPublicCopy(answer["refused"])
            yield PublicCopy(media_type=answer["media_type"], file=out)

    # `Any` because a task and its answer are JSON.
    def _run(
        self,
        task: Mapping[str, Any],
        file: RawIOBase | BinaryIO,
        out: BinaryIO,
        limits: Limits,
        key: bytes | None,
    ) -> dict[str, Any] | None:
        """Run one task; None if the process did not come to its end."""
        whole = {**task, **asdict(limits)}
        command = [sys.executable, "-P", "-s", "-m", WORKER, json.dumps(whole)]
        # Its messages may quote the file, and go nowhere. Of the server's environment, which
        # holds secrets, it sees nothing; the key opens this one file.
        worker = subprocess.Popen(  # noqa: S603 - our own program
            command,
            stdin=file.fileno(),
            stdout=out.fileno(),
            stderr=subprocess.DEVNULL,
            env=_environment(key),
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


def _environment(key: bytes | None) -> dict[str, str]:
    """Return what the worker needs to find this program, the file's key, and nothing else."""
    kept = {"SYSTEMROOT": os.environ["SYSTEMROOT"]} if "SYSTEMROOT" in os.environ else {}
    if key is not None:
        # Other people of this machine can read a process's arguments, its environment they cannot.
        kept[FILE_KEY] = key.hex()
    return {**kept, "PYTHONPATH": str(Path(gaptracker.__file__).parent.parent), "LC_ALL": "C.UTF-8"}
