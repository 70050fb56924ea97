"""Drawing specifications: one child process that lives while there is something to draw."""

import json
import os
import subprocess
import sys
import threading
from dataclasses import dataclass
from html import escape
from pathlib import Path

from gaptracker.domain.errors import GapTrackerError
from gaptracker.publish.charts.asked import Asked, Size
from gaptracker.publish.charts.picture import Spec

PAINTER = Path(__file__).with_name("painter.py")
DRAWN = "drawn"
SECONDS_TO_DRAW = 30.0
IDLE_SECONDS = 60.0
# V8 gives little memory back; a fresh process does.
PICTURES_OF_ONE_PROCESS = 500
# PNG holds two pixels for each of the layout's, for dense screens and print; a card is exact.
PNG_SCALES = {Size.PAGE: 2.0, Size.EMBED: 2.0, Size.CARD: 1.0}
# What a Python needs to start and to find fonts; no address, key or password of the server's.
PASSED_ON = (
    "FONTCONFIG_FILE",
    "FONTCONFIG_PATH",
    "HOME",
    "LD_LIBRARY_PATH",
    "PATH",
    "PYTHONPATH",
    "SYSTEMROOT",
)


class DrawingFailed(GapTrackerError):
    """A picture that could not be drawn."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """A specification and the form that it is wanted in: `svg` or `png`."""

    specification: Spec
    form: str
    scale: float = 1.0

    def written(self) -> Spec:
        """Return the job as the drawing process reads it."""
        return {"specification": self.specification, "form": self.form, "scale": self.scale}

    @classmethod
    def of(cls, specification: Spec, asked: Asked, form: str) -> "Job":
        """Return the job of drawing a chart as it was asked for."""
        return cls(specification=specification, form=form, scale=PNG_SCALES[asked.size])


class Painter:
    """Draws, one picture at a time, in a child process that is started when it is needed.

    Ended when nothing was asked for a while, so that a server that draws nothing holds none of
    the hundred megabytes that V8 takes. Safe to use from several threads.
    """

    def __init__(
        self, *, idle_seconds: float = IDLE_SECONDS, seconds_to_draw: float = SECONDS_TO_DRAW
    ) -> None:
        """Begin without a process.

        Args:
            idle_seconds: How long the process is kept without work.
            seconds_to_draw: How long one picture may take before the process is ended.
        """
        self._idle_seconds = idle_seconds
        self._seconds_to_draw = seconds_to_draw
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._drawn = 0
        self._rest: threading.Timer | None = None

    @property
    def process_id(self) -> int | None:
        """Return the child's id, None while there is none."""
        process = self._process
        return process.pid if process is not None else None

    def draw(self, job: Job) -> bytes:
        """Draw a picture; blocks until it is drawn.

        Raises:
            DrawingFailed: If it could not be drawn, or took too long.
        """
        body = self._take(job.written())
        if job.form == "svg":
            return described(body, str(job.specification.get("description", "")))
        return body

    def bundle(self, snippet: str) -> bytes:
        """Return the libraries that draw in a browser, around a snippet of JavaScript.

        Raises:
            DrawingFailed: If they could not be put together, or it took too long.
        """
        return self._take({"form": "js", "snippet": snippet})

    def close(self) -> None:
        """End the child process; the next picture starts another one."""
        with self._lock:
            if self._rest is not None:
                self._rest.cancel()
            self._end()

    def _take(self, job: Spec) -> bytes:
        with self._lock:
            if self._rest is not None:
                self._rest.cancel()
            try:
                body = self._ask(job)
            finally:
                self._rest = threading.Timer(self._idle_seconds, self.close)
                self._rest.daemon = True
                self._rest.start()
            self._drawn += 1
            if self._drawn >= PICTURES_OF_ONE_PROCESS:
                self._end()
            return body

    def _ask(self, job: Spec) -> bytes:
        process = self._process or self._start()
        late = threading.Timer(self._seconds_to_draw, process.kill)
        late.daemon = True
        late.start()
        try:
            outcome, body = _exchange(process, job)
        except (OSError, ValueError) as error:
            self._end()
            raise DrawingFailed(
                f"the drawing process ended or took over {self._seconds_to_draw:g} s ({error}); "
                "ask again"
            ) from error
        finally:
            late.cancel()
        if outcome != DRAWN:
            raise DrawingFailed(f"Vega-Lite refused the specification: {body.decode('utf-8')}")
        return body

    def _start(self) -> subprocess.Popen[bytes]:
        environment = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
        # `-P`: the folder of the program is not searched, whose modules have common names.
        self._process = subprocess.Popen(  # noqa: S603  our own program, no shell
            [sys.executable, "-P", str(PAINTER)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**environment, "TZ": "UTC"},
        )
        self._drawn = 0
        return self._process

    def _end(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        process.communicate()


def _exchange(process: subprocess.Popen[bytes], job: Spec) -> tuple[str, bytes]:
    """Send a job and read what came of it.

    Raises:
        OSError: If the process ended before it had answered.
    """
    if process.stdin is None or process.stdout is None:
        raise OSError("no pipes")
    process.stdin.write(json.dumps(job).encode("utf-8") + b"\n")
    process.stdin.flush()
    head = process.stdout.readline().split()
    if not head:
        raise OSError("no answer")
    outcome, size = head[0].decode("ascii"), int(head[1])
    body = process.stdout.read(size)
    if len(body) != size:
        raise OSError("the answer broke off")
    return outcome, body


def described(svg: bytes, alt: str) -> bytes:
    """Put the text for those who do not see a picture into an SVG, as its image description."""
    start = b"<svg "
    if not svg.startswith(start):
        raise DrawingFailed("what was drawn does not begin as an SVG does; update vl-convert")
    opening, _, rest = svg.partition(b">")
    text = escape(alt, quote=True).encode("utf-8")
    label = b' role="img" aria-label="' + text + b'"'
    return opening + label + b"><desc>" + text + b"</desc>" + rest
