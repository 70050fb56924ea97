"""Times scoring a full run, beside the time NumPy needs to draw the same random numbers.

Every measurement is a process of its own, so that its peak of memory is its own; engine and floor
take turns, and what is printed are medians and ratios. Run `python -m benchmarks.scoring --help`.

What is scored: made-up evidence (`made_up.py`), all of it uncertain, half of the deeds law.
Dossiers are made as they are asked for, so that memory is the engine's and not the evidence's;
making and hashing them is part of the time. Without `--rows` the cells are asked for as `gaptracker
score` asks; with it also what each is made of, as a release does, but for pairs over time. Counted
from the first block asked for to the last row received; of the local engine that includes starting
its processes.

The floor: for every cell and each of its readings (says, law, does) one Student's t variate a
draw, and for every uncertain document one 16-bit number a draw, from the same generator in the
same shapes, and nothing else: no seeding, no sorting, no sums. It is drawn by as many processes as
score, started beforehand.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack, contextmanager, nullcontext
from dataclasses import asdict, dataclass, replace
from multiprocessing import get_context
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter, sleep

import numpy as np

from benchmarks.made_up import AS_OF, Extent, dossiers
from benchmarks.reference_run import MAXRSS_UNIT, MEGABYTE
from gaptracker.domain.methodology import Methodology
from gaptracker.intake.methodology_files import shipped_methodology, shipped_versions
from gaptracker.workflows.blocks import ScoringRun, Task
from gaptracker.workflows.cell_inputs import hash_cell_inputs
from gaptracker.workflows.engines import Engine
from gaptracker.workflows.engines.local import LocalEngine
from gaptracker.workflows.program import describe_program
from gaptracker.workflows.score_evidence import blocks_of

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """One measurement: wall seconds, the most memory of all processes together, and cells."""

    seconds: float
    peak_mb: float
    cells: int


def rules(draws: int) -> Methodology:
    """Return the newest methodology with so many draws."""
    shipped = shipped_methodology(shipped_versions()[-1])
    return replace(shipped, draws=replace(shipped.draws, draws=draws))


def tasks(extent: Extent, methodology: Methodology) -> Iterator[Task]:
    """Yield every made-up actor and theme with the years to score."""
    themes = tuple(theme.id for theme in methodology.scored_themes())
    for dossier in dossiers(extent, themes):
        hashes = hash_cell_inputs(dossier, extent.scored_years, AS_OF, methodology)
        yield Task(dossier=dossier, years=hashes, over_time=False)


def score(extent: Extent, draws: int, engine: Engine, workers: int, *, rows: bool) -> Measured:
    """Score everything once; what is scored is counted and dropped."""
    methodology = rules(draws)
    run = ScoringRun(
        methodology=methodology,
        as_of=AS_OF,
        release="benchmark",
        actor_names={dossier.actor: "made up" for dossier in dossiers(extent, ("any",))},
        program=describe_program(),
        release_rows=rows,
    )
    begun = perf_counter()
    cells, with_gap = 0, 0
    for block in engine.score(blocks_of(tasks(extent, methodology)), run):
        cells += block.cells
        with_gap += int(block.frames["gaps"]["gap"].count())
    seconds = perf_counter() - begun
    if not cells == with_gap == extent.cells:
        raise RuntimeError(f"{cells} cells, {with_gap} with a gap; expected {extent.cells} of both")
    return Measured(seconds=seconds, peak_mb=peak_mb(workers), cells=cells)


def peak_mb(workers: int) -> float:
    """Return this process's peak and, for each worker, the peak of the largest (2^20 bytes).

    Of one worker, which is this process, that is its own peak.
    """
    own, children = (
        resource.getrusage(who).ru_maxrss * MAXRSS_UNIT / MEGABYTE
        for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    )
    return own + (workers * children if workers > 1 else 0.0)


def draw_floor(cells: int, items: int, draws: int) -> None:
    """Draw the random numbers of so many cells, and use none."""
    generator = np.random.Generator(np.random.SFC64(1))
    law = items // 2
    for _ in range(cells):
        for documents in (items, law, items - law):
            generator.integers(0, 1 << 16, (documents, draws), dtype=np.uint16)
            generator.standard_t(7.0, draws)


def floor(extent: Extent, draws: int, workers: int) -> Measured:
    """Time the floor, drawn by so many processes at once."""
    share = -(-extent.cells // workers)
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        list(pool.map(draw_floor, [1] * workers, [2] * workers, [1] * workers))
        begun = perf_counter()
        futures = [pool.submit(draw_floor, share, extent.items, draws) for _ in range(workers)]
        for future in futures:
            future.result()
        seconds = perf_counter() - begun
    return Measured(seconds=seconds, peak_mb=peak_mb(workers), cells=extent.cells)


@contextmanager
def dask_engine(workers: int) -> Iterator[Engine]:
    """Yield an engine on a cluster of so many processes on this machine, warmed up.

    Scheduler and workers are started as docs/engines.md says, each a process of its own.
    """
    from distributed import Client  # noqa: PLC0415  an extra

    from gaptracker.workflows.engines.dask_cluster import DaskEngine  # noqa: PLC0415

    dask = str(Path(sys.executable).with_name("dask"))
    quiet = {**os.environ, "DASK_DISTRIBUTED__WORKER__PROFILE__ENABLED": "False"}
    with TemporaryDirectory() as folder, ExitStack() as started:
        contact = Path(folder) / "scheduler.json"

        def start(*arguments: str) -> None:
            given = [dask, *arguments, "--scheduler-file", str(contact), "--no-dashboard"]
            process = subprocess.Popen(given, env=quiet, stderr=subprocess.DEVNULL)
            started.callback(process.wait)
            started.callback(process.kill)

        start("scheduler", "--host", "127.0.0.1", "--port", "0")
        while not contact.exists():
            sleep(0.1)
        for _ in range(workers):
            start("worker", "--nthreads", "1", "--no-nanny", "--host", "127.0.0.1")
        with Client(scheduler_file=str(contact), set_as_default=False) as client:
            client.wait_for_workers(workers)
            address = client.scheduler_info()["address"]
        engine = DaskEngine(address)
        # Long enough that each worker imports what it needs.
        small = Extent(actors=workers, themes=2, years=30, items=2)
        score(small, 100, engine, workers, rows=False)
        yield engine


def measure_once(options: argparse.Namespace) -> Measured:
    """Do what one process of this benchmark does."""
    extent = Extent(
        actors=options.actors, themes=options.themes, years=options.years, items=options.items
    )
    if options.once == "floor":
        return floor(extent, options.draws, options.workers)
    held = (
        dask_engine(options.workers)
        if options.once == "dask"
        else nullcontext(LocalEngine(options.workers))
    )
    with held as engine:
        return score(extent, options.draws, engine, options.workers, rows=options.rows)


def in_own_process(what: str, options: argparse.Namespace, **changed: int) -> Measured:
    """Run one measurement as a process of its own."""
    given = {
        name: getattr(options, name)
        for name in ("actors", "themes", "years", "items", "draws", "workers")
    } | changed
    arguments = [f"--{name}={value}" for name, value in given.items()]
    arguments += ["--rows"] if options.rows else []
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.scoring", f"--once={what}", *arguments],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    return Measured(**json.loads(done.stdout))


def measure(options: argparse.Namespace) -> dict[str, list[Measured]]:
    """Take all measurements in turn, as often as asked."""
    wanted: dict[str, tuple[str, dict[str, int]]] = {
        "engine": ("local", {}),
        "floor": ("floor", {}),
    }
    if options.linear:
        wanted["a tenth of the actors"] = ("local", {"actors": max(options.actors // 10, 1)})
    if options.dask:
        wanted["one process"] = ("local", {"workers": 1})
        wanted["dask"] = ("dask", {"workers": options.dask})
    found: dict[str, list[Measured]] = {name: [] for name in wanted}
    for _ in range(options.repetitions):
        for name, (what, changed) in wanted.items():
            found[name].append(in_own_process(what, options, **changed))
            print(f"{name}: {found[name][-1].seconds:.1f} s", file=sys.stderr)
    return found


def summary(found: dict[str, list[Measured]], options: argparse.Namespace) -> dict[str, float]:
    """Return medians and the medians of the ratios of measurements that stood side by side."""

    def seconds(name: str) -> float:
        return median(each.seconds for each in found[name])

    def ratio(name: str, other: str) -> float:
        pairs = zip(found[name], found[other], strict=True)
        return median(one.seconds / two.seconds for one, two in pairs)

    engine = found["engine"]
    told: dict[str, float] = {
        "seconds": seconds("engine"),
        "floor_seconds": seconds("floor"),
        "ratio_to_floor": ratio("engine", "floor"),
        "peak_mb": max(each.peak_mb for each in engine),
        "cells": engine[0].cells,
        "workers": options.workers,
        "repetitions": options.repetitions,
    }
    tenth = "a tenth of the actors"
    if tenth in found:
        told["tenth_seconds"] = seconds(tenth)
        told["ratio_to_tenth"] = ratio("engine", tenth)
        told["tenth_peak_mb"] = max(each.peak_mb for each in found[tenth])
    if "dask" in found:
        told["one_process_seconds"] = seconds("one process")
        told["dask_seconds"] = seconds("dask")
        told["dask_speedup"] = ratio("one process", "dask")
        told["dask_workers"] = options.dask
    return told


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.scoring",
        description="Time scoring, beside the drawing of its random numbers.",
    )
    for name, value, meant in (
        ("actors", 250, "actors"),
        ("themes", 12, "themes"),
        ("years", 30, "years"),
        ("items", 12, "items on each side of a cell"),
        ("draws", 4000, "draws"),
        ("workers", 2, "processes"),
        ("repetitions", 3, "how often each is measured, in turn"),
        ("dask", 0, "also measure one process and a Dask cluster of so many workers"),
    ):
        parser.add_argument(f"--{name}", type=int, default=value, help=f"{meant} ({value})")
    parser.add_argument("--linear", action="store_true", help="also with a tenth of the actors")
    parser.add_argument("--rows", action="store_true", help="also collect a release's rows")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--once", choices=("local", "dask", "floor"), help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    if options.once:
        print(json.dumps(asdict(measure_once(options))))
        return
    told = summary(measure(options), options)
    if options.json:
        print(json.dumps(told, indent=2))
    else:
        print(
            "\n".join(
                f"{name.replace('_', ' '):<22}{value:>12,.2f}" for name, value in told.items()
            )
        )


if __name__ == "__main__":
    main()
