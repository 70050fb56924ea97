"""The Dask engine: blocks scored by the workers of a cluster, with the same bytes as here.

Needs the extra `cluster`. Dask gives the blocks of a worker that dies to another one.
"""

import re
import uuid
from collections.abc import Iterable, Iterator, Mapping

from distributed import Client, Future, wait
from distributed.client import FutureCancelledError
from distributed.scheduler import KilledWorker

from gaptracker.domain.errors import ClusterOutOfReach, WorkerOfAnotherProgram, WorkersLost
from gaptracker.release.inputs import Software
from gaptracker.workflows.blocks import Block, ScoredBlock, ScoringRun, require_program, score_block
from gaptracker.workflows.program import describe_program

CONNECT_SECONDS = 10
# How long nothing may happen before it is asked whether any worker is left.
QUIET_SECONDS = 30
# Blocks in hand for each thread of a worker.
IN_HAND = 2
ADDRESS = re.compile(r"(?:tcp|tls)://(?:[^/:\s]+|\[[0-9A-Fa-f:]+\]):\d+")


class DaskEngine:
    """Scores on the workers of a Dask cluster."""

    def __init__(
        self,
        scheduler: str,
        *,
        connect_seconds: float = CONNECT_SECONDS,
        quiet_seconds: float = QUIET_SECONDS,
    ) -> None:
        """Choose the cluster; nothing is connected yet.

        Args:
            scheduler: Address of its scheduler, as `tcp://host:8786`.
            connect_seconds: How long to wait for an answer, and for a first worker.
            quiet_seconds: How long nothing may happen before it is asked who is left.
        """
        self.scheduler = scheduler
        self._connect_seconds = connect_seconds
        self._quiet_seconds = quiet_seconds

    def score(self, blocks: Iterable[Block], run: ScoringRun) -> Iterator[ScoredBlock]:
        """Score blocks, as `Engine.score` says.

        Raises:
            ClusterOutOfReach: If the scheduler does not answer, or has no worker.
            WorkerOfAnotherProgram: If a worker runs another version.
            WorkersLost: If the scheduler or all workers are lost while scoring.
        """
        with self._connected() as client:
            self._require_program(client, run.program)
            try:
                yield from self._score(client, iter(blocks), run)
            except (KilledWorker, FutureCancelledError, OSError) as error:
                raise WorkersLost(
                    f"the cluster at {self.scheduler} gave up while scoring ({error}); nothing "
                    "was kept. Look at its log, and start the run again"
                ) from error

    def _connected(self) -> Client:
        if not ADDRESS.fullmatch(self.scheduler):
            raise ClusterOutOfReach(
                f"{self.scheduler!r} is no address of a Dask scheduler; expected tcp://HOST:PORT "
                "(or tls://HOST:PORT), as `dask scheduler` prints it"
            )
        try:
            client = Client(
                self.scheduler,
                timeout=self._connect_seconds,
                set_as_default=False,
                name="gaptracker",
            )
        # A time-out is an OSError; the others tell of an address or certificate of no use.
        except (OSError, RuntimeError, TypeError, ValueError) as error:
            raise ClusterOutOfReach(
                f"no Dask scheduler answered at {self.scheduler} within "
                f"{self._connect_seconds:g} seconds ({error}); start one with `dask scheduler`, "
                "or give its address as --scheduler tcp://host:8786"
            ) from error
        try:
            client.wait_for_workers(1, timeout=self._connect_seconds)
        except OSError as error:
            client.close()
            raise ClusterOutOfReach(
                f"the Dask scheduler at {self.scheduler} has no worker; start one with `dask "
                f"worker {self.scheduler} --nthreads 1`, in an environment with this version of "
                "gaptracker"
            ) from error
        return client

    def _require_program(self, client: Client, program: Software) -> None:
        """Ask every worker which program it runs, before any of them scores."""
        try:
            found: Mapping[str, Software] = client.run(describe_program)
        except OSError as error:
            raise self._silent(error) from error
        except Exception as error:  # a worker's own error, or a bare one that tells of it
            raise WorkerOfAnotherProgram(
                f"a worker at {self.scheduler} cannot run this program ({error}); install the "
                f"same version of gaptracker ({program.version}) on every worker"
            ) from error
        for worker, software in sorted(found.items()):
            if software != program:
                raise WorkerOfAnotherProgram(
                    f"worker {worker} runs gaptracker {software.version} (source "
                    f"{software.program_sha256[:8]}, {dict(software.libraries)}); expected "
                    f"{program.version} ({program.program_sha256[:8]}, "
                    f"{dict(program.libraries)}). Install the same on every worker"
                )

    def _score(
        self, client: Client, blocks: Iterator[Block], run: ScoringRun
    ) -> Iterator[ScoredBlock]:
        # Not scattered: what a task returned is made again where the worker that held it died.
        name = f"gaptracker-{uuid.uuid4().hex}"
        shared = client.submit(_share, run, key=f"{name}-run")
        waiting: set[Future[ScoredBlock]] = set()
        number = 0
        while True:
            room = IN_HAND * max(self._threads(client), 1) - len(waiting)
            for block in (block for _, block in zip(range(room), blocks, strict=False)):
                number += 1
                waiting.add(client.submit(_score_for, shared, block, key=f"{name}-{number}"))
            if not waiting:
                return
            for future in self._done(client, waiting):
                waiting.remove(future)
                yield future.result()

    def _done(
        self, client: Client, waiting: "set[Future[ScoredBlock]]"
    ) -> "set[Future[ScoredBlock]]":
        """Return the blocks that are done, waiting for one."""
        while True:
            try:
                with client.as_current():
                    done, _ = wait(
                        waiting, timeout=self._quiet_seconds, return_when="FIRST_COMPLETED"
                    )
            except TimeoutError as error:
                if not self._threads(client):
                    raise WorkersLost(
                        f"no worker is left at {self.scheduler}; nothing was kept. Start some and "
                        "then the run again"
                    ) from error
            else:
                return set(done)

    def _threads(self, client: Client) -> int:
        """Return how many threads the workers have together.

        Raises:
            WorkersLost: If the scheduler does not answer.
        """
        try:
            threads: Mapping[str, int] = client.sync(
                # Typed as if it could be missing, which it cannot once the client is connected.
                client.scheduler.ncores,  # type: ignore[union-attr]
                callback_timeout=self._quiet_seconds,
            )
        except OSError as error:
            raise self._silent(error) from error
        return sum(threads.values())

    def _silent(self, error: Exception) -> WorkersLost:
        return WorkersLost(
            f"the Dask scheduler at {self.scheduler} stopped answering ({error!r}); nothing was "
            "kept. Look at its log, and start the run again"
        )


def _share(run: ScoringRun) -> ScoringRun:
    """Hold on a worker what all blocks share."""
    require_program(run.program)
    return run


def _score_for(run: ScoringRun, block: Block) -> ScoredBlock:
    """Score a block on a worker, which may have joined after the others were asked."""
    require_program(run.program)
    return score_block(run, block)
