"""Does a gap hang on one source? Every cell again, without each source group in turn."""

from dataclasses import dataclass
from datetime import date

from gaptracker.domain.methodology import Methodology
from gaptracker.domain.results import CellScore
from gaptracker.domain.vocabulary import Grade, Label, Reason
from gaptracker.scoring.dossier import Dossier
from gaptracker.scoring.run import score_year


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """A cell without one source group.

    `move_points` is the new gap less the old; both are None, with the reason, if the group
    carried a whole side.
    """

    group: str
    gap_points: float | None
    move_points: float | None
    gap_reason: Reason | None
    grade: Grade
    label: Label


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaveOut:
    """A cell without each of its source groups in turn, in the order of the groups' names."""

    actor: str
    theme: str
    year: int
    gap_points: float
    grade: Grade
    label: Label
    without: tuple[LeftOut, ...]

    @property
    def largest_move(self) -> LeftOut | None:
        """Return what moves the gap farthest, the first by name of equals; None if nothing does.

        Groups without which there is no gap are in `indispensable`, not here.
        """
        moved = [part for part in self.without if part.move_points]
        return max(moved, key=lambda part: abs(part.move_points or 0.0), default=None)

    @property
    def indispensable(self) -> tuple[str, ...]:
        """Return the groups without which there is no gap to speak of."""
        return tuple(part.group for part in self.without if part.gap_points is None)

    @property
    def changes_label(self) -> tuple[str, ...]:
        """Return the groups without which the label would be another, or there would be none."""
        return tuple(part.group for part in self.without if part.label is not self.label)

    @property
    def changes_verdict(self) -> tuple[str, ...]:
        """Return the groups without which the rest still carries a label, and another one.

        A cell of grade C often rests on two groups, so that without either there is too little
        evidence for any label: that is no other verdict.
        """
        return tuple(
            part.group
            for part in self.without
            if part.label is not self.label and part.label is not Label.INSUFFICIENT_EVIDENCE
        )


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
    if cell.gap_points is None:
        return None
    groups = sorted({part.source_group for part in cell.contributions})
    return LeaveOut(
        actor=cell.actor,
        theme=cell.theme,
        year=cell.year,
        gap_points=cell.gap_points,
        grade=cell.grade,
        label=cell.label,
        without=tuple(
            _left_out(
                group,
                cell.gap_points,
                score_year(without_group(dossier, group), year, data_as_of, methodology),
            )
            for group in groups
        ),
    )


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
