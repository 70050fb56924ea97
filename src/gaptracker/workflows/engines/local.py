"""The local engine: as many processes as wanted on this machine, or this one alone."""

import os
import pickle
import signal
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess

from gaptracker.domain.errors import InvalidValue, WorkersLost
from gaptracker.workflows.blocks import Block, ScoredBlock, ScoringRun, require_program, score_block

# A process that dies (out of memory, killed) is replaced; if that happens again and again, the
# fault is in the machine or in a block.
MOST_DEATHS = 5
# One that dies before anything was scored may have been killed; a second one cannot start.
MOST_FALSE_STARTS = 2


class LocalEngine:
    """Scores on this machine."""

    def __init__(self, workers: int | None = None) -> None:
        """Choose how many processes score.

        Args:
            workers: From 1, which scores in this process; None for one on each core.

        Raises:
            InvalidValue: If there are fewer than one.
        """
        if workers is not None and workers < 1:
            raise InvalidValue(f"workers: {workers}; expected 1 or more")
        self.workers = workers or usable_cores()

    def score(self, blocks: Iterable[Block], run: ScoringRun) -> Iterator[ScoredBlock]:
        """Score blocks, as `Engine.score` says.

        Raises:
            WorkersLost: If processes could not start, or died again and again.
        """
        if self.workers == 1:
            yield from (score_block(run, block) for block in blocks)
            return
        crew = _Crew(run, self.workers)
        try:
            yield from crew.score(iter(blocks))
        finally:
            crew.end()


@dataclass(slots=True)
class _Worker:
    """A process with a pipe of its own, and the block it has in work.

    `briefed` says that it was told of the run. Blocks are held as they are sent, in bytes.
    """

    process: SpawnProcess
    pipe: "Connection[ScoringRun, ScoredBlock | Exception]"
    briefed: bool = False
    block: bytes | None = None


class _Crew:
    """Processes that score. They share nothing: one that is killed leaves no lock behind."""

    def __init__(self, run: ScoringRun, workers: int) -> None:
        self._run = run
        self._ready: deque[bytes] = deque()
        self._done = 0
        self._deaths = 0
        self._workers = [self._begin() for _ in range(workers)]

    def score(self, blocks: Iterator[Block]) -> Iterator[ScoredBlock]:
        """Hand out blocks, one to each process at a time, until all are done."""
        while True:
            for worker in [each for each in self._workers if each.block is None]:
                self._hand_out(worker, blocks)
            # Made while the others work, so that nobody waits for it.
            self._make_ready(blocks)
            busy = {worker.pipe: worker for worker in self._workers if worker.block is not None}
            if not busy and not self._ready:
                return
            for ready in wait(list(busy)):
                # `wait` is typed for anything that can be waited for; these are pipes.
                worker = busy[ready]  # type: ignore[index]
                answer = self._answer(worker)
                if isinstance(answer, Exception):
                    raise answer
                if answer is not None:
                    self._done += 1
                    yield answer

    def end(self) -> None:
        """End all processes, also in the middle of a block."""
        for worker in self._workers:
            _end(worker)

    def _begin(self) -> _Worker:
        # A fork would copy the locks of Polars and of the database, but not the threads that
        # hold them.
        context = get_context("spawn")
        here, there = context.Pipe()
        # The run goes through the pipe and not in the arguments: those are written before
        # anybody looks whether the process still lives, and so much fills what they go through.
        process = context.Process(target=_work, args=(there,), daemon=True)
        process.start()
        # From now on the process alone holds its end, so that its death closes the pipe.
        there.close()
        return _Worker(process=process, pipe=here)

    def _make_ready(self, blocks: Iterator[Block]) -> None:
        """Draw the next block, unless one is ready."""
        if not self._ready:
            self._ready.extend(pickle.dumps(block) for block in islice(blocks, 1))

    def _hand_out(self, worker: _Worker, blocks: Iterator[Block]) -> None:
        self._make_ready(blocks)
        if not self._ready:
            return
        worker.block = self._ready.popleft()
        try:
            if not worker.briefed:
                worker.pipe.send(self._run)
                worker.briefed = True
            worker.pipe.send_bytes(worker.block)
        except OSError:
            self._replace(worker)

    def _answer(self, worker: _Worker) -> ScoredBlock | Exception | None:
        """Return what a process made of its block; None if it died over it."""
        try:
            answer = worker.pipe.recv()
        except (EOFError, OSError):
            self._replace(worker)
            return None
        worker.block = None
        return answer

    def _replace(self, worker: _Worker) -> None:
        """Put a process in the place of one that died, and its block in front of the others.

        Raises:
            WorkersLost: If that happened too often.
        """
        if worker.block is not None:
            self._ready.append(worker.block)
        self._workers.remove(worker)
        _end(worker)
        self._deaths += 1
        if self._deaths >= MOST_FALSE_STARTS and not self._done:
            raise WorkersLost(
                "scoring processes ended before they had scored anything; nothing was kept. What "
                "they wrote above says why: a script needs the guard `if __name__ == '__main__'`, "
                "and cannot come from standard input. --workers 1 needs none"
            )
        if self._deaths >= MOST_DEATHS:
            raise WorkersLost(
                f"scoring processes were ended {MOST_DEATHS} times, most likely because memory "
                "ran out; nothing was kept. Try again with fewer (--workers 1 needs no others)"
            )
        self._workers.append(self._begin())


def usable_cores() -> int:
    """Return the number of cores that this process may use."""
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:  # not on macOS and Windows
        return os.cpu_count() or 1


def _end(worker: _Worker) -> None:
    worker.pipe.close()
    worker.process.kill()
    worker.process.join()
    worker.process.close()


def _work(pipe: "Connection[ScoredBlock | Exception, ScoringRun]") -> None:
    """Score blocks until the pipe is closed; what a process of the crew does all its life."""
    # Ctrl+C goes to all processes of a terminal; this one is ended by the one that began it.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        run = pipe.recv()
        while True:
            pipe.send(_scored(pickle.loads(pipe.recv_bytes()), run))  # noqa: S301  our own pipe
    except EOFError:
        return


def _scored(block: Block, run: ScoringRun) -> ScoredBlock | Exception:
    """Return a scored block, or what went wrong as an error that can be sent."""
    try:
        require_program(run.program)  # the files may have changed since this program was started
        return score_block(run, block)
    except Exception as error:  # noqa: BLE001  it is raised where it can be told
        try:
            pickle.loads(pickle.dumps(error))  # noqa: S301  our own, from a line above
        except Exception:  # noqa: BLE001  of any kind, since any error may come here
            return RuntimeError(f"{type(error).__name__}: {error}")
        return error
