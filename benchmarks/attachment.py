"""Times what 25 MB of evidence cost: received, hashed, kept through a power cut, and looked at.

In turn with it, in the same run: a peer that takes the whole body into memory, as `await
request.body()` does, hashes it and writes it without waiting for the disk. Each run is a process of
its own, so that its peak of memory is its own. Run `python -m benchmarks.attachment --help`.
"""

import argparse
import hashlib
import json
import os
import resource
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import median
from time import perf_counter

from gaptracker.intake.sandboxed import Sandbox
from gaptracker.records.blob_store import BlobStore

MB = 1_000_000
CHUNK_BYTES = 65_536  # what a socket gives at once
LIMIT_BYTES = 25 * MB
TEXT_LINE = b"2024-03-02;PER;harm_reduction;naloxona\n"
MOST_SECONDS, MOST_EXTRA_MB = 1.0, 40.0


def chunks(size: int) -> Iterator[bytes]:
    """Make up a text of a size, piece by piece."""
    piece = (TEXT_LINE * (CHUNK_BYTES // len(TEXT_LINE) + 1))[:CHUNK_BYTES]
    for start in range(0, size, CHUNK_BYTES):
        yield piece[: size - start]


def receive(folder: Path, size: int) -> None:
    """Do what the route will do with the body."""
    with BlobStore(str(folder)).incoming(limit_bytes=LIMIT_BYTES) as incoming:
        for chunk in chunks(size):
            incoming.write(chunk)
        found = Sandbox().detect(incoming.file, "text/plain")
        if found.problems:
            raise SystemExit(found.detail)
        incoming.keep()


def receive_naively(folder: Path, size: int) -> None:
    """Do what a first version does; Starlette joins the pieces just so."""
    body = b"".join(list(chunks(size)))
    (folder / hashlib.sha256(body).hexdigest()).write_bytes(body)


WAYS = {"gaptracker": receive, "naive": receive_naively}


def measure(way: str, size: int, folder: Path) -> dict[str, float]:
    """Run one way in this process and say what it cost."""
    WAYS[way](folder, CHUNK_BYTES)  # what is loaded once is loaded
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    began = perf_counter()
    WAYS[way](folder, size)
    seconds = perf_counter() - began
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    reader = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    return {
        "seconds": seconds,
        "extra_mb": (after - before) * 1024 / MB,
        "reader_mb": reader * 1024 / MB,
    }


def measured_apart(way: str, size: int) -> dict[str, float]:
    """Measure in a new process and a new folder."""
    with tempfile.TemporaryDirectory(dir=Path.cwd()) as folder:
        command = [sys.executable, "-m", "benchmarks.attachment", "--one", way, folder, str(size)]
        done = subprocess.run(command, check=True, capture_output=True, env=os.environ)
    figures: dict[str, float] = json.loads(done.stdout)
    return figures


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure both ways in turn; return 1 if a target is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=7)
    parser.add_argument("--mb", type=int, default=25)
    parser.add_argument("--one", nargs=3, metavar=("WAY", "FOLDER", "BYTES"))
    given = parser.parse_args(arguments)
    if given.one:
        way, folder, size = given.one
        print(json.dumps(measure(way, int(size), Path(folder))))
        return 0
    runs: dict[str, list[dict[str, float]]] = {way: [] for way in WAYS}
    for _ in range(given.runs):
        for way, found in runs.items():
            found.append(measured_apart(way, given.mb * MB))
    for way, found in runs.items():
        figures = {name: median(each[name] for each in found) for name in found[0]}
        worst = max(each["seconds"] for each in found)
        print(
            f"{way:11} {figures['seconds']:.3f} s (slowest {worst:.3f}), {figures['extra_mb']:.1f} "
            f"MB more in the server, {figures['reader_mb']:.1f} MB in all in its reader"
        )
    ours = runs["gaptracker"]
    # The reader's memory counts too: it is there because of the request.
    extra = max(each["extra_mb"] + each["reader_mb"] for each in ours)
    slowest = max(each["seconds"] for each in ours)
    print(f"targets: {slowest:.3f} of {MOST_SECONDS} s, {extra:.1f} of {MOST_EXTRA_MB} MB")
    return int(slowest > MOST_SECONDS or extra > MOST_EXTRA_MB)


if __name__ == "__main__":
    raise SystemExit(main())
