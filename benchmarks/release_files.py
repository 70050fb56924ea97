"""How long the files of a release take to write, how large they are, and how fast they are served.

`python -m benchmarks.release_files RELEASES [--workers 2] [--rounds 5]`, RELEASES a folder with a
release in it (`gaptracker release cut` makes one in `.gaptracker/releases`).
"""

import argparse
import logging
import resource
import statistics
import tempfile
import threading
import time
from collections.abc import Sequence
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path

import httpx
import polars as pl
import structlog
import uvicorn

from gaptracker.publish.api.app import create_api
from gaptracker.publish.api.shelf import Shelf
from gaptracker.records.downloads import StagedDownloads
from gaptracker.records.release_store import KeptWith, ReleaseStore, StoredRelease
from gaptracker.release.freeze import Frozen
from gaptracker.release.manifest import read_manifest
from gaptracker.workflows.write_downloads import write_downloads

MEGABYTE = 1e6
KILOBYTES_A_MEBIBYTE = 1024
SERVED = ("gaps.csv", "gaps.ndjson", "gaps.parquet", "release.zip")


def main(arguments: Sequence[str] | None = None) -> None:
    """Write, keep and serve the files of the current release of a store, elsewhere."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("releases")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args(arguments)
    given = ReleaseStore(options.releases)
    stored = given.read(given.find())
    with tempfile.TemporaryDirectory() as folder:
        staged = _write(stored, Path(folder) / "staged", options.workers)
        store = _kept(stored, staged, Path(folder) / "releases")
        _serve(store, options.rounds)


def _write(stored: StoredRelease, folder: Path, workers: int) -> StagedDownloads:
    folder.mkdir()
    manifest, _ = read_manifest(stored.files["manifest.json"], stored.entry.id)
    started, computed = time.perf_counter(), _cpu_seconds()
    staged = write_downloads(manifest, stored.files, folder, workers=workers)
    print(
        f"written by {workers} processes in {time.perf_counter() - started:.1f} s, "
        f"{_cpu_seconds() - computed:.1f} CPU seconds"
    )
    for form in ("csv", "ndjson", "parquet", "xlsx", "zip"):
        size = sum(path.stat().st_size for path in folder.glob(f"*.{form}"))
        print(f"  {form}: {size / MEGABYTE:.1f} MB")
    return staged


def _kept(stored: StoredRelease, staged: StagedDownloads, folder: Path) -> ReleaseStore:
    store = ReleaseStore(str(folder))
    manifest, _ = read_manifest(stored.files["manifest.json"], stored.entry.id)
    frozen = Frozen(
        manifest=manifest,
        files=stored.files,
        content_sha256=stored.entry.content_sha256,
        gaps=pl.DataFrame(),
    )
    started = time.perf_counter()
    store.keep(frozen, beside=KeptWith(downloads=staged))
    print(f"kept in {time.perf_counter() - started:.1f} s")
    return store


def _serve(store: ReleaseStore, rounds: int) -> None:
    context = get_context("spawn")
    ours, theirs = context.Pipe()
    server = context.Process(target=_run_server, args=(store.url, theirs), daemon=True)
    server.start()
    port, before = ours.recv()
    base = f"http://127.0.0.1:{port}/v1/releases/{store.find().id}/files"
    for name in SERVED:
        first, *others = [_fetch(f"{base}/{name}") for _ in range(rounds + 1)]
        size = first[1] / MEGABYTE
        median = statistics.median(seconds for seconds, _ in others)
        print(
            f"{name}: {size:.1f} MB, first (hashed) {1000 * first[0]:.0f} ms, then "
            f"{1000 * median:.0f} ms, {size / median:.0f} MB/s"
        )
    ours.send("stop")
    print(f"the server's peak memory: {before:.0f} MiB with the release, {ours.recv():.0f} after")


def _run_server(url: str, pipe: Connection) -> None:
    """Serve a store until told to stop, in a process of its own; tell its peak memory."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    shelf = Shelf(ReleaseStore(url))
    shelf.refresh()
    app = create_api(shelf, watch_seconds=None)
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="error"))
    threading.Thread(target=server.run, daemon=True).start()
    while not server.started:
        time.sleep(0.01)
    pipe.send((server.servers[0].sockets[0].getsockname()[1], _peak_mebibytes()))
    pipe.recv()
    pipe.send(_peak_mebibytes())


def _fetch(address: str) -> tuple[float, int]:
    """Read a file to its end without keeping it; return seconds and bytes."""
    started, size = time.perf_counter(), 0
    with httpx.stream("GET", address) as answer:
        answer.raise_for_status()
        for chunk in answer.iter_raw(1 << 20):
            size += len(chunk)
    return time.perf_counter() - started, size


def _cpu_seconds() -> float:
    used = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(each.ru_utime + each.ru_stime for each in used)


def _peak_mebibytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / KILOBYTES_A_MEBIBYTE


if __name__ == "__main__":
    main()
