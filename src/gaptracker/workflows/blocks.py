"""The one function by which every engine scores: a block of dossiers in, rows of a release out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import polars as pl

from gaptracker.domain.analysis import CellAnalysis
from gaptracker.domain.errors import InvalidValue, WorkerOfAnotherProgram
from gaptracker.domain.methodology import Methodology
from gaptracker.domain.results import CellScore, Pair
from gaptracker.pairing.now import now_pairs
from gaptracker.release.analysis_tables import (
    COMPARISON_GRIDS,
    LEAVE_OUT,
    METHOD_BANDS,
    leave_out_rows,
)
from gaptracker.release.cell_tables import CONTRIBUTIONS, GAPS, PAIRS, ContributionRow, GapRow
from gaptracker.release.columns import packed
from gaptracker.release.inputs import Software
from gaptracker.scoring.analysis import analyse_block
from gaptracker.scoring.dossier import Dossier
from gaptracker.scoring.run import score_years
from gaptracker.workflows.pair_evidence import pairs_over_time_of
from gaptracker.workflows.program import describe_program


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoringRun:
    """What all blocks of a run share; sent to each worker once.

    `program` is the one that asks: a worker that is another refuses. Without `release_rows` the
    cells alone are wanted: no contributions, no pairs, and nothing beside the cells.
    """

    methodology: Methodology
    as_of: date
    release: str
    actor_names: Mapping[str, str]
    program: Software
    release_rows: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One actor and theme, and the years wanted of it.

    `years` maps each year to the hash of what its cell is computed from. With `over_time` the
    pairs of all readings but `now`, which belong to no year, are wanted too.
    """

    dossier: Dossier
    years: Mapping[int, str]
    over_time: bool = True


Block = tuple[Task, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoredBlock:
    """The rows of a block, a table for each layout by its name."""

    cells: int
    frames: Mapping[str, pl.DataFrame]


def score_block(run: ScoringRun, block: Block) -> ScoredBlock:
    """Score every year of every dossier of a block.

    The rows depend on nothing but the dossiers and the run: not on the engine, the number of
    workers, or what else is in the block.

    Args:
        run: What all blocks share.
        block: The dossiers, each with its years.

    Raises:
        InvalidValue: If a cell cannot be scored; it names actor and theme.
    """
    gaps: list[GapRow] = []
    contributions: list[ContributionRow] = []
    pairs: list[Pair] = []
    analyses: list[CellAnalysis] = []
    for task in block:
        relations = {said.statement.id: said.relation for said in task.dossier.statements}
        cells = _cells(task, run)
        for cell in cells:
            gaps.append(_gap_row(cell, task, run))
            if run.release_rows:
                contributions += (ContributionRow(cell=cell, part=p) for p in cell.contributions)
                pairs += now_pairs(cell, run.methodology.labels.moved_points, relations)
        if run.release_rows:
            analyses += analyse_block(task.dossier, cells, run.as_of, run.methodology)
        if run.release_rows and task.over_time:
            pairs += pairs_over_time_of(task.dossier, run.methodology, run.as_of)
    frames = {GAPS.name: packed(GAPS, gaps)}
    if run.release_rows:
        frames[CONTRIBUTIONS.name] = packed(CONTRIBUTIONS, contributions)
        frames[PAIRS.name] = packed(PAIRS, pairs)
        frames |= _analysis_frames(analyses)
    return ScoredBlock(cells=len(gaps), frames=frames)


def _analysis_frames(analyses: Sequence[CellAnalysis]) -> dict[str, pl.DataFrame]:
    """Return what stands beside the cells of grade C or better, a table for each layout."""
    left_out = [row for analysis in analyses for row in leave_out_rows(analysis)]
    return {
        METHOD_BANDS.name: packed(METHOD_BANDS, analyses),
        COMPARISON_GRIDS.name: packed(COMPARISON_GRIDS, analyses),
        LEAVE_OUT.name: packed(LEAVE_OUT, left_out),
    }


def require_program(asked: Software) -> None:
    """Refuse to score for another program: its numbers could differ from ours.

    Raises:
        WorkerOfAnotherProgram: Naming what differs.
    """
    own = describe_program()
    if own != asked:
        raise WorkerOfAnotherProgram(
            f"a worker runs another program than the one that asks: {_named(own)}, expected "
            f"{_named(asked)}; install the same version of gaptracker and of its libraries on "
            "every worker"
        )


def _named(software: Software) -> str:
    libraries = ", ".join(f"{name} {version}" for name, version in software.libraries.items())
    return f"{software.version} (source {software.program_sha256[:8]}, {libraries})"


def _cells(task: Task, run: ScoringRun) -> list[CellScore]:
    dossier = task.dossier
    try:
        return list(
            score_years(
                dossier,
                tuple(task.years),
                run.as_of,
                run.methodology,
                with_contributions=run.release_rows,
            )
        )
    except InvalidValue as error:
        raise InvalidValue(f"{dossier.actor}, {dossier.theme}: {error}") from error


def _gap_row(cell: CellScore, task: Task, run: ScoringRun) -> GapRow:
    return GapRow(
        cell=cell,
        actor_name=run.actor_names[cell.actor],
        release=run.release,
        methodology=run.methodology.version,
        inputs_sha256=task.years[cell.year],
    )
