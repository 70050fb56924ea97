"""Where cells are scored leaves no trace: here, on many cores, on a cluster, with workers dying.

Real processes throughout: worker processes of the local engine, and `dask scheduler` and `dask
worker` as a shell starts them.
"""

import multiprocessing
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

import gaptracker
from gaptracker.domain.errors import (
    ClusterOutOfReach,
    InvalidValue,
    WorkerOfAnotherProgram,
    WorkersLost,
)
from gaptracker.domain.evidence import Evidence
from gaptracker.domain.methodology import Methodology
from gaptracker.domain.vocabulary import ActorKind
from gaptracker.intake.methodology_files import shipped_methodology, shipped_versions
from gaptracker.intake.reference_files import load_reference_files, packaged_reference
from gaptracker.release.checks import INVARIANTS
from gaptracker.release.freeze import Frozen
from gaptracker.release.inputs import describe_inputs
from gaptracker.workflows.cut_release import CutPlan, freeze_run, no_progress
from gaptracker.workflows.engines import Engine
from gaptracker.workflows.engines.dask_cluster import DaskEngine
from gaptracker.workflows.engines.local import MOST_DEATHS, LocalEngine, usable_cores
from gaptracker.workflows.program import describe_program

YEARS = (2021, 2022)
# Two processes score the whole of the reference data; in the other tests three of four states are
# there without evidence. Either way 6,936 cells in 29 blocks, enough to lose a worker on the way.
EVERY = 4
PATIENCE_SECONDS = 180
Progress = Callable[[int, int], None]


@cache
def rules() -> Methodology:
    return shipped_methodology(shipped_versions()[-1])


@cache
def reference() -> Evidence:
    return load_reference_files(packaged_reference(), rules()).evidence


@cache
def a_part() -> Evidence:
    """The reference data, without the evidence about three of four states."""
    whole = reference()
    states = [each.code for each in whole.actors.values() if each.kind is ActorKind.STATE]
    left = set(states) - set(states[::EVERY])
    statements = tuple(each for each in whole.statements if each.actor not in left)
    measures = tuple(each for each in whole.measures if each.actor not in left)
    items = {each.id for each in statements} | {each.id for each in measures}
    return replace(
        whole,
        statements=statements,
        measures=measures,
        codings=tuple(each for each in whole.codings if each.item in items),
        observations=tuple(each for each in whole.observations if each.actor not in left),
        opportunities=tuple(each for each in whole.opportunities if each.actor not in left),
    )


def freeze(
    engine: Engine, progress: Progress = no_progress, *, evidence: Evidence | None = None
) -> Frozen:
    given = evidence or a_part()
    plan = CutPlan(engine=engine, checks=INVARIANTS, years=YEARS, progress=progress)
    inputs = describe_inputs(given, rules(), years=YEARS, software=plan.software)
    return freeze_run(given, rules(), inputs, plan)


@pytest.fixture(scope="module", autouse=True)
def forgotten() -> Iterator[None]:
    """What is read here goes with the file; the garbage collector would walk over it to the end."""
    yield
    reference.cache_clear()
    a_part.cache_clear()


@pytest.fixture(scope="module")
def alone() -> Frozen:
    """The release as one process makes it."""
    return freeze(LocalEngine(workers=1))


def kill_once(find: Callable[[], int]) -> tuple[Progress, list[int]]:
    """A listener that kills the process found when the first block is done, and whom it killed."""
    killed: list[int] = []

    def progress(done: int, total: int) -> None:
        if not killed:
            assert done < total, "all was scored before anybody could be killed"
            killed.append(find())
            os.kill(killed[0], signal.SIGKILL)

    return progress, killed


def a_local_worker() -> int:
    found = multiprocessing.active_children()[0].pid
    assert found is not None
    return found


@contextmanager
def started(*arguments: str, **environment: str) -> Iterator[subprocess.Popen[str]]:
    """A `dask` command as a process, ended with the block."""
    with subprocess.Popen(
        [str(Path(sys.executable).with_name("dask")), *arguments],
        env={**os.environ, **environment},
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def read_until(process: subprocess.Popen[str], pattern: str) -> str:
    """The first group of the first line that fits."""
    assert process.stderr is not None
    begun = time.monotonic()
    for line in process.stderr:
        if found := re.search(pattern, line):
            return found[1]
        assert time.monotonic() - begun < PATIENCE_SECONDS, line
    pytest.fail(f"{process.args!r} ended before it said {pattern}")


@contextmanager
def scheduler() -> Iterator[str]:
    """A scheduler's address."""
    with started("scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard") as process:
        yield read_until(process, r"Scheduler at:\s+(tcp://\S+)")


@contextmanager
def cluster(workers: int, **environment: str) -> Iterator[tuple[str, list[int]]]:
    """A scheduler's address, and the process ids of its workers."""
    with ExitStack() as stack:
        address = stack.enter_context(scheduler())
        options = ("--nthreads", "1", "--no-nanny", "--no-dashboard", "--host", "127.0.0.1")
        processes = [
            stack.enter_context(started("worker", address, *options, **environment))
            for _ in range(workers)
        ]
        for process in processes:
            read_until(process, r"(Registered to)")
        yield address, [process.pid for process in processes]


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


def test_two_processes_give_the_same_bytes_and_are_gone_afterwards() -> None:
    alone = freeze(LocalEngine(workers=1), evidence=reference())
    two = freeze(LocalEngine(workers=2), evidence=reference())
    assert not multiprocessing.active_children()
    assert dict(two.files) == dict(alone.files)


def test_a_killed_process_changes_nothing(alone: Frozen) -> None:
    progress, killed = kill_once(a_local_worker)
    assert dict(freeze(LocalEngine(workers=2), progress).files) == dict(alone.files)
    assert killed


def test_all_processes_killed_at_once_change_nothing(alone: Frozen) -> None:
    killed: list[int] = []

    def progress(_: int, __: int) -> None:
        if not killed:
            killed.extend(each.pid or 0 for each in multiprocessing.active_children())
            for pid in killed:
                os.kill(pid, signal.SIGKILL)

    assert dict(freeze(LocalEngine(workers=2), progress).files) == dict(alone.files)
    assert len(killed) == 2


def test_processes_that_keep_dying_end_the_run() -> None:
    killed: list[int] = []

    def progress(_: int, __: int) -> None:
        killed.append(a_local_worker())
        os.kill(killed[-1], signal.SIGKILL)

    with pytest.raises(WorkersLost, match=f"{MOST_DEATHS} times.*--workers 1"):
        freeze(LocalEngine(workers=2), progress)
    assert len(set(killed)) >= MOST_DEATHS


def test_processes_that_cannot_start_say_so(tmp_path: Path) -> None:
    # From standard input there is no file that a new process could begin with.
    done = subprocess.run(
        [sys.executable, "-"],
        input=(
            "from tests.test_engines import LocalEngine, freeze\nfreeze(LocalEngine(workers=2))\n"
        ),
        env={**os.environ, "PYTHONPATH": str(Path(__file__).resolve().parent.parent)},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=PATIENCE_SECONDS,
        check=False,
    )
    assert done.returncode == 1
    assert "WorkersLost: scoring processes ended before they had scored anything" in done.stderr


def test_all_cores_are_used_unless_told_otherwise() -> None:
    assert LocalEngine().workers == usable_cores() >= 1
    with pytest.raises(InvalidValue, match="workers: 0; expected 1 or more"):
        LocalEngine(workers=0)


@pytest.mark.parametrize("workers", [1, 2])
def test_a_cluster_gives_the_same_bytes(alone: Frozen, workers: int) -> None:
    with cluster(workers) as (address, _):
        assert dict(freeze(DaskEngine(address)).files) == dict(alone.files)


def test_a_killed_worker_of_three_changes_nothing(alone: Frozen) -> None:
    with cluster(3) as (address, pids):
        progress, killed = kill_once(lambda: pids[0])
        assert dict(freeze(DaskEngine(address), progress).files) == dict(alone.files)
        assert killed == [pids[0]]


def test_a_cluster_without_any_worker_left_ends_the_run() -> None:
    with cluster(1) as (address, pids):
        progress, _ = kill_once(lambda: pids[0])
        with pytest.raises(WorkersLost, match="no worker is left at tcp://"):
            freeze(DaskEngine(address, quiet_seconds=5), progress)


def test_an_address_that_does_not_answer_is_named() -> None:
    address = f"tcp://127.0.0.1:{free_port()}"
    with pytest.raises(ClusterOutOfReach, match=f"{address} within 1 seconds.*dask scheduler"):
        freeze(DaskEngine(address, connect_seconds=1))


@pytest.mark.parametrize(
    "address", ["", "nonsense", "tcp://", "http://host:1", "tcp://localhost:abc", "inproc://here"]
)
def test_an_address_that_is_none_is_named(address: str) -> None:
    with pytest.raises(ClusterOutOfReach, match=r"no address.*expected tcp://HOST:PORT") as raised:
        freeze(DaskEngine(address))
    assert repr(address) in str(raised.value)


def test_an_address_that_wants_certificates_is_refused_without_them() -> None:
    with pytest.raises(ClusterOutOfReach, match=r"tls://127\.0\.0\.1:1"):
        freeze(DaskEngine("tls://127.0.0.1:1", connect_seconds=1))


def test_a_scheduler_that_stops_answering_ends_the_run() -> None:
    with ExitStack() as stack:
        options = ("--host", "127.0.0.1", "--port", "0", "--no-dashboard")
        process = stack.enter_context(started("scheduler", *options))
        address = read_until(process, r"Scheduler at:\s+(tcp://\S+)")
        worker = stack.enter_context(
            started("worker", address, "--nthreads", "1", "--no-nanny", "--no-dashboard")
        )
        read_until(worker, r"(Registered to)")

        def stop(_: int, __: int) -> None:
            process.send_signal(signal.SIGSTOP)

        with pytest.raises(WorkersLost, match="stopped answering"):
            freeze(DaskEngine(address, quiet_seconds=2), stop)


def test_a_scheduler_without_workers_is_named() -> None:
    with (
        scheduler() as address,
        pytest.raises(ClusterOutOfReach, match=f"{address} has no worker.*dask worker {address}"),
    ):
        freeze(DaskEngine(address, connect_seconds=5))


def test_a_worker_of_another_version_is_refused_by_name(tmp_path: Path) -> None:
    package = Path(gaptracker.__file__).parent
    changed = tmp_path / "gaptracker"
    shutil.copytree(package, changed, ignore=shutil.ignore_patterns("__pycache__"))
    with (changed / "scoring" / "cell.py").open("a", encoding="utf-8") as module:
        module.write("# another version\n")
    with (
        cluster(1, PYTHONPATH=str(tmp_path)) as (address, _),
        pytest.raises(WorkerOfAnotherProgram, match=r"worker tcp://\S+ runs gaptracker .*expected"),
    ):
        freeze(DaskEngine(address))


def test_a_process_of_another_version_refuses_to_score() -> None:
    other = replace(describe_program(), program_sha256="0" * 64)
    plan = CutPlan(engine=LocalEngine(workers=2), checks=INVARIANTS, years=YEARS, software=other)
    inputs = describe_inputs(reference(), rules(), years=YEARS, software=other)
    with pytest.raises(WorkerOfAnotherProgram, match=r"source [0-9a-f]{8}.*source 00000000"):
        freeze_run(reference(), rules(), inputs, plan)
