"""Does a gap hang on one source? Every cell again, without each source group in turn."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

from gaptracker.domain.analysis import LeaveOut, LeftOut
from gaptracker.domain.methodology import Methodology
from gaptracker.domain.results import CellScore
from gaptracker.domain.vocabulary import Grade
from gaptracker.scoring.cell import CellInput, score_cell
from gaptracker.scoring.dossier import Dossier
from gaptracker.scoring.run import InputsOverTime, score_year


def leave_out_groups(
    dossier: Dossier, year: int, *, data_as_of: date, methodology: Methodology
) -> LeaveOut | None:
    """Score one cell without each of its source groups in turn.

    What a group hid comes to light: without it an older figure, another report of the same
    act or a position it superseded counts again.

    Args:
        dossier: The evidence on the actor and theme.
        year: The cell's year.
        data_as_of: The day up to which the data speak.
        methodology: The rules.

    Returns:
        The cell's gap and label with and without each group; None if it has no gap.

    References:
        Methodology 1.0.0, sections 4 and 5.
    """
    cell = score_year(dossier, year, data_as_of, methodology)
    return leave_out_of(
        cell,
        lambda group: InputsOverTime(without_group(dossier, group), data_as_of, methodology),
        methodology,
    )


def leave_out_of(
    cell: CellScore, without: Callable[[str], InputsOverTime], methodology: Methodology
) -> LeaveOut | None:
    """Leave each source group out of a cell that is scored already; see `leave_out_groups`.

    Args:
        cell: The cell as published, with its contributions.
        without: From a source group to what the cells are computed from without it.
        methodology: The rules.
    """
    if cell.gap_points is None:
        return None
    return LeaveOut(
        actor=cell.actor,
        theme=cell.theme,
        year=cell.year,
        gap_points=cell.gap_points,
        grade=cell.grade,
        label=cell.label,
        without=tuple(
            _left_out(group, cell.gap_points, _judge(without(group).of(cell.year), methodology))
            for group in sorted({part.source_group for part in cell.contributions})
        ),
    )


def _judge(given: CellInput, methodology: Methodology) -> CellScore:
    """Score a cell for its gap, grade and label; its intervals may rest on a single draw.

    Only a label that rests on probabilities needs the draws. Most cells lose so much with a
    group that they are of grade D, and a mixed message is one whatever was drawn.
    """
    single = replace(methodology, draws=replace(methodology.draws, draws=1))
    cell = score_cell(given, single)
    mixed = (cell.mixed_message_points or 0.0) >= methodology.labels.mixed_points
    return cell if cell.grade is Grade.D or mixed else score_cell(given, methodology)


def without_group(dossier: Dossier, group: str) -> Dossier:
    """Return a dossier without what one source group says; chances to speak stay."""
    kept = {
        indicator: [value for value in series if value.source.group != group]
        for indicator, series in dossier.observations.items()
    }
    return Dossier(
        actor=dossier.actor,
        theme=dossier.theme,
        statements=[placed for placed in dossier.statements if placed.source.group != group],
        measures=[placed for placed in dossier.measures if placed.source.group != group],
        observations={indicator: series for indicator, series in kept.items() if series},
        opportunities=dossier.opportunities,
    )


def _left_out(group: str, gap_points: float, cell: CellScore) -> LeftOut:
    return LeftOut(
        group=group,
        gap_points=cell.gap_points,
        move_points=None if cell.gap_points is None else cell.gap_points - gap_points,
        gap_reason=cell.gap_reason,
        grade=cell.grade,
        label=cell.label,
    )
