"""The local engine: as many processes as wanted on this machine, or this one alone."""

import os
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context

from gaptracker.domain.errors import InvalidValue, WorkersLost
from gaptracker.workflows.blocks import Block, ScoredBlock, ScoringRun, require_program, score_block

# Blocks in hand for each worker: one in work, one waiting so that it never stands idle.
IN_HAND = 2
# A worker that dies (out of memory, killed) is replaced; if that happens again and again, the
# fault is in the machine or in a block.
MOST_DEATHS = 5

_run: ScoringRun | None = None


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
            WorkersLost: If workers died again and again.
        """
        if self.workers == 1:
            yield from (score_block(run, block) for block in blocks)
            return
        crew = _Crew(iter(blocks), run, self.workers)
        for _ in range(MOST_DEATHS):
            try:
                yield from crew.work()
            except BrokenProcessPool:
                crew.take_back()
            else:
                return
        raise WorkersLost(
            f"scoring processes were ended {MOST_DEATHS} times, most likely because memory ran "
            "out; nothing was kept. Try again with fewer (--workers 1 needs no others)"
        )


class _Crew:
    """Processes that score, and the blocks they have in hand."""

    def __init__(self, blocks: Iterator[Block], run: ScoringRun, workers: int) -> None:
        self._blocks = blocks
        self._run = run
        self._workers = workers
        self._next: deque[Block] = deque()
        self._in_hand: dict[Future[ScoredBlock], Block] = {}

    def work(self) -> Iterator[ScoredBlock]:
        """Hand out blocks until none is left.

        Raises:
            BrokenProcessPool: If a process died; `take_back` before working on.
        """
        pool = ProcessPoolExecutor(
            self._workers,
            # A fork would copy the threads' locks of Polars and the database, but no threads.
            mp_context=get_context("spawn"),
            initializer=_begin,
            initargs=(self._run,),
        )
        try:
            self._hand_out(pool)
            while self._in_hand:
                done, _ = wait(self._in_hand, return_when=FIRST_COMPLETED)
                for future in done:
                    scored = future.result()
                    del self._in_hand[future]
                    yield scored
                self._hand_out(pool)
        finally:
            pool.shutdown(wait=True, cancel_futures=True)

    def take_back(self) -> None:
        """Put the blocks that dead processes had in hand in front of the others."""
        self._next.extend(self._in_hand.values())
        self._in_hand.clear()

    def _hand_out(self, pool: ProcessPoolExecutor) -> None:
        while len(self._in_hand) < IN_HAND * self._workers:
            if not self._next:
                block = next(self._blocks, None)
                if block is None:
                    return
                self._next.append(block)
            # Taken off only once it is in other hands, so that none is lost with a dead pool.
            self._in_hand[pool.submit(_score, self._next[0])] = self._next[0]
            self._next.popleft()


def usable_cores() -> int:
    """Return the number of cores that this process may use."""
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:  # not on macOS and Windows
        return os.cpu_count() or 1


def _begin(run: ScoringRun) -> None:
    """Take, once, what all blocks share."""
    global _run  # noqa: PLW0603  a worker process has one run in its life
    _run = run


def _score(block: Block) -> ScoredBlock:
    if _run is None:
        raise RuntimeError("a worker was given a block before its run")
    require_program(_run.program)  # the files may have changed since this program was started
    return score_block(_run, block)
