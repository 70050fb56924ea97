"""Where blocks are scored: in this process, on all cores of this machine, or on a cluster."""

from collections.abc import Iterable, Iterator
from typing import Protocol

from gaptracker.workflows.blocks import Block, ScoredBlock, ScoringRun


class Engine(Protocol):
    """What scores blocks; all engines give the same rows."""

    def score(self, blocks: Iterable[Block], run: ScoringRun) -> Iterator[ScoredBlock]:
        """Score blocks, and yield each as soon as it is done, in any order.

        No more blocks are taken than the workers have use for, so that memory depends on the
        size of a block and not on the number of cells.

        Args:
            blocks: The blocks, taken one by one.
            run: What all blocks share.
        """
