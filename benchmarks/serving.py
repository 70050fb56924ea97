"""How fast a release is served, beside a naive handler, Datasette and nginx with static files.

`python -m benchmarks.serving [--actors 200] [--rounds 3] [--seconds 2] [--data FOLDER]
[--datasette PYTHON]`. PYTHON is the interpreter of an environment with Datasette in it (0.65);
without it, and without nginx, their rows are left out. FOLDER keeps the made-up release.

All servers run on one core and the load generator on another, in turn; what is judged are medians
of the ratios within each round, by processor time per answer: the generator may be the limit.
"""

import argparse
import itertools
import json
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path

import httpx
import polars as pl

from benchmarks.made_up_release import YEARS, keep_made_up
from benchmarks.serving_peers import processes
from benchmarks.serving_peers.processes import Server
from benchmarks.serving_peers.table import write_table
from gaptracker.records.release_store import ReleaseStore

SERVER_CORE, LOAD_CORE = 0, 1
CONNECTIONS = 16
MICROSECONDS = 1e6
PAGES = 100
ORDERS = ("gap", "says", "does", "law", "practice", "p_close", "p_words_ahead", "silence_rate")
DATABASE = "cells"
READY_SECONDS, BAKED_SECONDS, SMALL_MS, RESIDENT = 3.0, 10.0, 10.0, 250.0
BAKED = b"release baked"
BROWSER = "Accept-Encoding: gzip, deflate, br, zstd\r\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """One server in one round."""

    rate: float
    cpu_seconds: float
    p99_ms: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One question to all servers; each list of requests is asked in turn."""

    name: str
    requests: dict[str, list[str]]
    bounds: dict[str, float]
    headers: str = ""


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure, and say of each bound whether it was kept."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--actors", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=2.0)
    parser.add_argument("--data", type=Path)
    parser.add_argument("--datasette", type=Path)
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as temporary, ExitStack() as stack:
        folder = Path(temporary)
        data = options.data or folder / "data"
        frame = _release(data, options.actors)
        print(f"{frame.height} cells")
        server = _start_ours(data, folder, stack)
        servers = {"gaptracker": server, **_peers(frame, folder, options.datasette, stack)}
        _files_for_nginx(server, folder, frame)
        for case in _cases(frame):
            _measure(case, servers, options)
        _memory(server, "after the load")
        _downloads(servers, frame)
        _memory(server, "after the downloads")


def _release(data: Path, actors: int) -> pl.DataFrame:
    store = ReleaseStore((data / "releases").as_posix())
    if store.latest() is None:
        keep_made_up(store, actors=actors)
    return pl.read_parquet(store.read(store.find()).files["gaps.parquet"])


def _start_ours(data: Path, folder: Path, stack: ExitStack) -> Server:
    # Its modules are compiled, as those of an installed package are: by a start before this one.
    compiled = {"PYTHONPYCACHEPREFIX": str(folder / "compiled"), "PYTHONDONTWRITEBYTECODE": ""}
    port, log = processes.free_port(), folder / "server.log"
    command = processes.ours(data, port)
    with processes.running(command, port, core=SERVER_CORE, environment=compiled) as first:
        _wait_until_ready(first)
    started = time.perf_counter()
    server = stack.enter_context(
        processes.running(command, port, core=SERVER_CORE, environment=compiled, log=log)
    )
    _wait_until_ready(server)
    seconds, used = time.perf_counter() - started, server.cpu_seconds()
    print(
        f"ready after {seconds:.2f} s, {used:.2f} CPU s{_verdict(seconds <= READY_SECONDS, '3 s')}"
    )
    while BAKED not in log.read_bytes():
        time.sleep(0.2)
    baked = server.cpu_seconds() - used
    print(f"baked in {baked:.2f} CPU s{_verdict(baked <= BAKED_SECONDS, '10 CPU s')}")
    _memory(server, "before the load")
    return server


def _wait_until_ready(server: Server) -> None:
    while httpx.get(f"http://127.0.0.1:{server.port}/readyz").status_code != httpx.codes.OK:
        time.sleep(0.02)


def _peers(
    frame: pl.DataFrame, folder: Path, datasette: Path | None, stack: ExitStack
) -> dict[str, Server]:
    database = folder / f"{DATABASE}.db"
    write_table(frame, database)
    found: dict[str, Server] = {}

    def start(name: str, command: Callable[[int], list[str]]) -> None:
        port = processes.free_port()
        environment = {"CELLS": str(database)}
        found[name] = stack.enter_context(
            processes.running(command(port), port, core=SERVER_CORE, environment=environment)
        )

    start("naive", processes.naive)
    if datasette is not None:
        start("datasette", lambda port: processes.datasette(datasette, database, port))
    if shutil.which("nginx"):
        (folder / "files").mkdir()
        start("nginx", lambda port: processes.nginx(folder, port))
    return found


def _cells(frame: pl.DataFrame) -> list[tuple[str, int]]:
    """Return themes and years in an order that jumps about."""
    pairs = list(itertools.product(sorted(frame["theme"].unique()), YEARS))
    return [pairs[(number * 37) % len(pairs)] for number in range(len(pairs))]


def _files_for_nginx(server: Server, folder: Path, frame: pl.DataFrame) -> None:
    """Save our own answers, for nginx to give."""
    if not (folder / "files").is_dir():
        return
    base = f"http://127.0.0.1:{server.port}"
    for number, (theme, year) in enumerate(_cells(frame)[:PAGES]):
        _save(f"{base}/v1/gaps?theme={theme}&year={year}", folder / "files" / f"page{number}.json")
    for number, actor in enumerate(sorted(frame["actor"].unique())[:PAGES]):
        _save(f"{base}/v1/gaps?actor={actor}", folder / "files" / f"actor{number}.json")
    with (folder / "files" / "gaps.csv").open("wb") as file:
        address = f"{base}/v1/releases/latest/files/gaps.csv"
        with httpx.stream("GET", address, follow_redirects=True) as answer:
            for chunk in answer.iter_bytes():
                file.write(chunk)


def _save(address: str, place: Path) -> None:
    """Save an answer, plain and packed."""
    for packing, ending in (("identity", ""), ("gzip", ".gz")):
        with httpx.stream("GET", address, headers={"Accept-Encoding": packing}) as answer:
            place.with_name(place.name + ending).write_bytes(b"".join(answer.iter_raw()))


def _cases(frame: pl.DataFrame) -> Iterator[Case]:
    pairs = _cells(frame)
    pages, actors = pairs[:PAGES], sorted(frame["actor"].unique())[:PAGES]
    published = {"naive": 100.0, "datasette": 100.0, "nginx": 0.5}
    theme_year = Case(
        name="published: a theme and year",
        requests={
            "gaptracker": [f"/v1/gaps?theme={theme}&year={year}" for theme, year in pages],
            "naive": [f"/gaps?theme={theme}&year={year}" for theme, year in pages],
            "datasette": [
                _table(f"theme={theme}&year={year}&_sort=actor") for theme, year in pages
            ],
            "nginx": [f"/page{number}.json" for number in range(len(pages))],
        },
        bounds=published,
    )
    an_actor = Case(
        name="published: an actor",
        requests={
            "gaptracker": [f"/v1/gaps?actor={actor}" for actor in actors],
            "naive": [f"/gaps?actor={actor}" for actor in actors],
            "datasette": [_table(f"actor={actor}&_sort=theme") for actor in actors],
            "nginx": [f"/actor{number}.json" for number in range(len(actors))],
        },
        bounds=published,
    )
    for case in (theme_year, an_actor):
        yield case
        yield replace(case, name=f"{case.name}, as browsers ask", headers=BROWSER)
    asked = [(*pair, order) for order in ORDERS for pair in pairs]
    first = Case(
        name="first asked: a theme and year by a column, 200 rows",
        requests={
            "gaptracker": [
                f"/v1/gaps?theme={theme}&year={year}&sort=-{order}&limit=200"
                for theme, year, order in asked
            ],
            "naive": [
                f"/gaps?theme={theme}&year={year}&sort=-{order}&limit=200"
                for theme, year, order in asked
            ],
            "datasette": [
                _table(f"theme={theme}&year={year}&_sort_desc={order}&_size=200")
                for theme, year, order in asked
            ],
        },
        bounds={"naive": 30.0},
    )
    yield first
    yield replace(first, name=f"{first.name}, as browsers ask", headers=BROWSER)


def _table(query: str) -> str:
    return f"/{DATABASE}/gaps.json?{query}&_shape=objects&_size=500"


def _measure(case: Case, servers: dict[str, Server], options: argparse.Namespace) -> None:
    """Ask every server in turn, round by round."""
    print(f"\n{case.name}")
    found: dict[str, list[Measured]] = {}
    for number in range(options.rounds):
        for name, server in servers.items():
            if name in case.requests:
                heads = _heads(case, name, number, options.rounds)
                found.setdefault(name, []).append(_load(server, heads, options.seconds))
    for name, rounds in found.items():
        rate = statistics.median(each.rate for each in rounds)
        cpu = MICROSECONDS * statistics.median(each.cpu_seconds for each in rounds)
        p99 = statistics.median(each.p99_ms for each in rounds)
        print(f"  {name}: {rate:,.0f} a second, {cpu:,.0f} CPU us each, p99 {p99:.1f} ms")
    mine = found["gaptracker"]
    for name, bound in case.bounds.items():
        if name in found:
            ratios = [
                theirs.cpu_seconds / ours.cpu_seconds
                for ours, theirs in zip(mine, found[name], strict=True)
            ]
            ratio = statistics.median(ratios)
            print(f"  {ratio:.2f} times {name}{_verdict(ratio >= bound, f'{bound:g} times')}")
    _unchanged(case, servers["gaptracker"], found["gaptracker"], options)


def _unchanged(
    case: Case, server: Server, full: list[Measured], options: argparse.Namespace
) -> None:
    """Measure how fast it is said that a client has the answer already."""
    if not case.name.startswith("published") or case.headers:
        return
    base = f"http://127.0.0.1:{server.port}"
    heads = []
    for address in case.requests["gaptracker"]:
        tag = httpx.head(base + address, headers={"Accept-Encoding": "identity"}).headers["etag"]
        heads.append(_head(address, f"If-None-Match: {tag}\r\n"))
    found = [_load(server, heads, options.seconds) for _ in range(options.rounds)]
    cpu = statistics.median(each.cpu_seconds for each in found)
    whole = statistics.median(each.cpu_seconds for each in full)
    print(
        f"  304: {statistics.median(each.rate for each in found):,.0f} a second, "
        f"{MICROSECONDS * cpu:,.0f} CPU us each{_verdict(cpu <= whole, 'as fast as 200')}"
    )


def _heads(case: Case, name: str, number: int, rounds: int) -> list[str]:
    """Return requests; each round begins elsewhere, so that nothing long is asked twice."""
    addresses = case.requests[name]
    start = number * len(addresses) // rounds
    return [_head(each, case.headers) for each in (*addresses[start:], *addresses[:start])]


def _head(address: str, more: str = "") -> str:
    return f"GET {address} HTTP/1.1\r\nHost: localhost\r\n{more}\r\n"


def _load(server: Server, heads: list[str], seconds: float) -> Measured:
    before = server.cpu_seconds()
    command = ["taskset", "-c", str(LOAD_CORE), sys.executable, "-m", "benchmarks.load"]
    command += [str(server.port), str(seconds), str(CONNECTIONS)]
    done = subprocess.run(
        command, input=json.dumps(heads), capture_output=True, text=True, check=True
    )
    tally = json.loads(done.stdout)
    if set(tally["statuses"]) - {"200", "304"}:
        raise RuntimeError(f"odd answers from {server.port}: {tally['statuses']}")
    times = tally["milliseconds"]
    return Measured(
        rate=len(times) / tally["seconds"],
        cpu_seconds=(server.cpu_seconds() - before) / len(times),
        p99_ms=times[int(len(times) * 0.99)],
    )


def _downloads(servers: dict[str, Server], frame: pl.DataFrame) -> None:
    """Read the whole table from each, and ask small questions beside it.

    Datasette has no Parquet: ours is held against its CSV.
    """
    print("\nthe whole table")
    ours = servers["gaptracker"]
    addresses = {
        "gaptracker, CSV": "/v1/releases/latest/files/gaps.csv",
        "gaptracker, Parquet": "/v1/releases/latest/files/gaps.parquet",
        "datasette, CSV": f"/{DATABASE}/gaps.csv?_stream=on&_size=max",
        "nginx, CSV": "/gaps.csv",
    }
    used: dict[str, float] = {}
    for name, address in addresses.items():
        server = servers.get(name.partition(",")[0])
        if server is not None:
            _fetch(server, address)
            before = server.cpu_seconds()
            rounds = 1 if name.startswith("datasette") else 20
            seconds = [_fetch(server, address) for _ in range(rounds)]
            used[name] = (server.cpu_seconds() - before) / rounds
            print(f"  {name}: {statistics.median(seconds):.3f} s, {used[name]:.4f} CPU s")
    for mine, name, bound in (
        ("gaptracker, CSV", "datasette, CSV", 100.0),
        ("gaptracker, Parquet", "datasette, CSV", 100.0),
        ("gaptracker, CSV", "nginx, CSV", 0.5),
    ):
        if name in used:
            ratio = used[name] / max(used[mine], 1e-4)
            verdict = _verdict(ratio >= bound, f"{bound:g} times")
            print(f"  {mine}: {ratio:.2f} times {name}{verdict}")
    theme = sorted(frame["theme"].unique())[0]
    small = [_head(f"/v1/gaps?theme={theme}&year={year}&limit=5") for year in YEARS]
    command = ["taskset", "-c", str(LOAD_CORE), sys.executable, "-m", "benchmarks.load"]
    request = json.dumps([_head(f"/v1/releases/{_release_of(ours)}/files/gaps.csv")])
    beside = subprocess.Popen(
        [*command, str(ours.port), "5", "2"], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL
    )
    if beside.stdin is not None:
        beside.stdin.write(request.encode())
        beside.stdin.close()
    time.sleep(1.0)
    few = subprocess.run(
        [*command, str(ours.port), "3", "1"],
        input=json.dumps(small),
        capture_output=True,
        text=True,
        check=True,
    )
    beside.wait()
    times = json.loads(few.stdout)["milliseconds"]
    p99 = times[int(len(times) * 0.99)]
    verdict = _verdict(p99 <= SMALL_MS, "10 ms")
    print(f"  small questions beside two readers: p99 {p99:.1f} ms{verdict}")


def _release_of(server: Server) -> str:
    answer = httpx.get(f"http://127.0.0.1:{server.port}/readyz")
    return str(answer.json()["release"])


def _fetch(server: Server, address: str) -> float:
    started = time.perf_counter()
    with httpx.stream(
        "GET",
        f"http://127.0.0.1:{server.port}{address}",
        follow_redirects=True,
        timeout=600,
        headers={"Accept-Encoding": "identity"},
    ) as answer:
        answer.raise_for_status()
        for _ in answer.iter_raw(1 << 20):
            pass
    return time.perf_counter() - started


def _memory(server: Server, when: str) -> None:
    now, highest = server.mebibytes(), server.mebibytes("VmHWM")
    kept = _verdict(now <= RESIDENT, "250 MiB")
    print(f"resident memory {when}: {now:.0f} MiB{kept} (highest so far {highest:.0f})")


def _verdict(kept: bool, bound: str) -> str:
    return f" ({bound}: {'KEPT' if kept else 'NOT KEPT'})"


if __name__ == "__main__":
    main()
