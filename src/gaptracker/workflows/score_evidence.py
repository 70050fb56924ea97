"""From evidence to blocks, and through an engine to rows."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from gaptracker.domain.evidence import Evidence
from gaptracker.domain.methodology import Methodology
from gaptracker.release.inputs import Software
from gaptracker.scoring.dossier import CellKey, Dossier
from gaptracker.scoring.run import all_dossiers
from gaptracker.scoring.rungs import Confusion
from gaptracker.workflows.blocks import Block, ScoringRun, Task
from gaptracker.workflows.cell_inputs import hash_cell_inputs

# Cells in a block: large enough that handing it over costs little beside scoring it, small enough
# that all workers end together and few blocks are lost with one.
BLOCK_CELLS = 240


def tasks_of(
    evidence: Evidence,
    methodology: Methodology,
    years: Sequence[int],
    confusions: Mapping[str, Confusion] | None = None,
    *,
    known: Mapping[CellKey, Dossier] | None = None,
) -> Iterator[Task]:
    """Yield every actor and theme with the years to score, each named by its inputs.

    Args:
        evidence: The evidence of the run.
        methodology: The rules.
        years: The years to score.
        confusions: Confusion matrix by coder; the default matrix for coders left out.
        known: The evidence by actor and theme, where it is sorted already.
    """
    for dossier in all_dossiers(evidence, methodology, confusions, known=known):
        yield Task(
            dossier=dossier,
            years=hash_cell_inputs(dossier, years, evidence.as_of, methodology),
        )


def blocks_of(tasks: Iterable[Task], cells: int = BLOCK_CELLS) -> Iterator[Block]:
    """Put tasks together until a block has so many cells; a task is never divided."""
    block: list[Task] = []
    held = 0
    for task in tasks:
        block.append(task)
        held += max(len(task.years), 1)
        if held >= cells:
            yield tuple(block)
            block, held = [], 0
    if block:
        yield tuple(block)


def run_of(
    evidence: Evidence,
    methodology: Methodology,
    *,
    release: str,
    program: Software,
    release_rows: bool = True,
) -> ScoringRun:
    """Return what all blocks of a run share."""
    return ScoringRun(
        methodology=methodology,
        as_of=evidence.as_of,
        release=release,
        actor_names={code: actor.names["en"] for code, actor in evidence.actors.items()},
        program=program,
        release_rows=release_rows,
    )
