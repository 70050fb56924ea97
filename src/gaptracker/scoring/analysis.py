"""What stands beside a scored cell: the method band, grids, ranges, and one source less."""

from collections.abc import Iterable
from datetime import date
from functools import cache

from gaptracker.domain.analysis import CellAnalysis, ComparisonGrids, LeaveOut
from gaptracker.domain.errors import InvalidValue
from gaptracker.domain.methodology import Methodology
from gaptracker.domain.results import CellScore
from gaptracker.domain.vocabulary import Grade
from gaptracker.scoring.cell import CellInput
from gaptracker.scoring.choice_tables import CellTable, TablesOverTime
from gaptracker.scoring.comparison import quantile_grid, side_draws
from gaptracker.scoring.dossier import Dossier
from gaptracker.scoring.gap_ranges import gap_ranges
from gaptracker.scoring.leave_out import leave_out_of, without_group
from gaptracker.scoring.method_band import method_band
from gaptracker.scoring.run import InputsOverTime


def analyse_block(
    dossier: Dossier, cells: Iterable[CellScore], as_of: date, methodology: Methodology
) -> tuple[CellAnalysis, ...]:
    """Analyse the scored cells of one actor and theme.

    Each analysis depends on the dossier and the rules alone, never on which other cells are in
    the block or in what order they come.

    Args:
        dossier: The evidence on the actor and theme.
        cells: Its scored cells, of any years.
        as_of: The day up to which the data speak.
        methodology: The rules.

    Returns:
        An analysis for each cell of grade C or better, in the order of the cells. Cells
        without a gap, and those of grade D, which enters no comparison, have none.

    Raises:
        InvalidValue: If a cell is of another actor or theme.

    References:
        Methodology 1.0.0, section 5.
    """
    graded = [cell for cell in cells if _is_graded(cell, dossier)]
    if not graded:
        return ()
    inputs = InputsOverTime(dossier, as_of, methodology)
    tables = TablesOverTime(
        dossier, data_as_of=as_of, methodology=methodology, space=methodology.choices.space
    )

    # The years of a dossier share its source groups, so that each is taken out once.
    @cache
    def without(group: str) -> InputsOverTime:
        return InputsOverTime(without_group(dossier, group), as_of, methodology)

    found = []
    for cell in graded:
        left_out = leave_out_of(cell, without, methodology)
        found.append(
            _put_together(inputs.of(cell.year), tables.of(cell.year), left_out, methodology)
        )
    return tuple(found)


def analyse_cell(
    dossier: Dossier, cell: CellScore, as_of: date, methodology: Methodology
) -> CellAnalysis | None:
    """Analyse one scored cell; see `analyse_block`.

    Args:
        dossier: The evidence on the actor and theme.
        cell: The scored cell.
        as_of: The day up to which the data speak.
        methodology: The rules.

    Returns:
        None if the cell has no gap, or its grade is D.

    Raises:
        InvalidValue: If the cell is of another actor or theme.
    """
    return next(iter(analyse_block(dossier, (cell,), as_of, methodology)), None)


def _is_graded(cell: CellScore, dossier: Dossier) -> bool:
    """Say whether a cell is of grade C or better; cells of other dossiers are refused."""
    if (cell.actor, cell.theme) != (dossier.actor, dossier.theme):
        raise InvalidValue(
            f"cell of {cell.actor}, {cell.theme}; expected one of {dossier.actor}, {dossier.theme}"
        )
    return cell.gap_points is not None and cell.grade is not Grade.D


def _put_together(
    given: CellInput, table: CellTable | None, left_out: LeaveOut | None, methodology: Methodology
) -> CellAnalysis:
    grids = _grids(given, methodology)
    ranges = gap_ranges(given, methodology, spread=methodology.choices.weight_spread)
    key = given.key
    if grids is None or ranges is None or table is None or left_out is None:
        raise InvalidValue(
            f"cell of {key.actor}, {key.theme}, {key.year} has a gap, and its dossier has none; "
            "expected the dossier that it was scored from"
        )
    return CellAnalysis(
        actor=key.actor,
        theme=key.theme,
        year=key.year,
        band=method_band(table, methodology.draws),
        grids=grids,
        leave_out=left_out,
        ranges=ranges,
    )


def _grids(given: CellInput, methodology: Methodology) -> ComparisonGrids | None:
    """Return the quantiles of the draws that the cell's intervals were taken from."""
    draws = side_draws(given, methodology)
    if draws is None:
        return None
    size = methodology.choices.grid_size
    says, practice = draws
    return ComparisonGrids(
        says=quantile_grid(says, size),
        practice=quantile_grid(practice, size),
        gap=quantile_grid(says - practice, size),
    )
