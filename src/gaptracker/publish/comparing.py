"""Figures of frozen releases held against each other: which is the higher, if that can be told."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from gaptracker.domain.vocabulary import Grade, ItemKind, Label, Reason, Side
from gaptracker.publish.frozen import FrozenRelease
from gaptracker.publish.rows import FrozenCell
from gaptracker.workflows.compare_figures import (
    ComparedPair,
    ComparedTier,
    NamedFigure,
    Places,
    compare_figures,
)

FigureName = Literal["gap", "says", "practice"]
FEWEST = 2
SIDES: dict[FigureName, tuple[Side, ...]] = {
    "gap": (Side.WORDS, Side.DEEDS),
    "says": (Side.WORDS,),
    "practice": (Side.DEEDS,),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """A cell of a release under the name by which it is compared."""

    name: str
    release: FrozenRelease
    cell: FrozenCell


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparedFigure:
    """One figure of a comparison.

    `tier` counts from 1, the highest; `place_best` and `place_worst` are the places that cannot
    be ruled out.
    """

    name: str
    actor: str
    actor_name: str
    theme: str
    year: int
    figure: str
    points: float
    low: float
    high: float
    grade: Grade
    label: Label
    tier: int
    place_best: int
    place_worst: int
    release: str
    methodology: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NotCompared:
    """A figure that enters no comparison: there is none, for a reason, or its grade is D."""

    name: str
    grade: Grade
    reason: Reason | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """A whole comparison; `threshold` is the probability from which an order is printed."""

    figure: str
    threshold: float
    figures: tuple[ComparedFigure, ...]
    left_out: tuple[NotCompared, ...]
    pairs: tuple[ComparedPair, ...]
    tiers: tuple[ComparedTier, ...]


def compare_subjects(subjects: Sequence[Subject], figure: FigureName) -> Compared:
    """Compare cells, each with each.

    Args:
        subjects: Cells of one theme under different names.
        figure: Which of their figures.

    Returns:
        The comparison, highest figure first; cells below grade C are left out of it.
    """
    rules = subjects[0].release.methodology
    known: list[tuple[Subject, NamedFigure]] = []
    left_out = []
    for subject in subjects:
        found = _figure(subject, figure)
        if found is None:
            left_out.append(
                NotCompared(name=subject.name, grade=subject.cell.grade, reason=subject.cell.reason)
            )
        else:
            known.append((subject, found))
    compared = compare_figures(
        [found for _, found in known], rules.labels.comparison, rules.draws.interval
    )
    tier_of = {name: tier.tier for tier in compared.tiers for name in tier.members}
    rows = [
        _row(subject, figure, tier_of[subject.name], compared.places[subject.name])
        for subject, _ in known
    ]
    return Compared(
        figure=figure,
        threshold=rules.labels.comparison,
        figures=tuple(sorted(rows, key=lambda row: (-row.points, row.name))),
        left_out=tuple(left_out),
        pairs=compared.pairs,
        tiers=compared.tiers,
    )


def on_shared_evidence(
    subjects: Sequence[Subject], compared: Compared, figure: FigureName
) -> tuple[str, ...]:
    """Return which compared figures rest in part on evidence that another of them rests on.

    Years and releases of one actor mostly do; so do members of one union, for each of whom its
    statements count.

    Args:
        subjects: The cells that were to be compared.
        compared: What came of it; cells that were left out do not count.
        figure: Which figure was compared: only its side, words or deeds, is looked at.

    Returns:
        Names, in the order of the subjects.
    """
    names = {row.name for row in compared.figures}
    evidence = {
        subject.name: _counting_items(subject, SIDES[figure])
        for subject in subjects
        if subject.name in names
    }
    uses = Counter(item for items in evidence.values() for item in items)
    return tuple(name for name, items in evidence.items() if any(uses[item] > 1 for item in items))


def newest_common_year(
    releases: Sequence[FrozenRelease], actors: Sequence[str], theme: str
) -> int | None:
    """Return the newest year in which all, or else most, of the actors can be compared.

    Args:
        releases: The releases in which they have to be.
        actors: The actors.
        theme: The theme.

    Returns:
        The year; None if there is none in which two figures could be compared.
    """
    graded: dict[int, int] = {}
    for release in releases:
        for actor in actors:
            for row in release.grids.of_cell(actor, theme).rows():
                graded[row.year] = graded.get(row.year, 0) + 1
    most = max(graded.values(), default=0)
    if most < FEWEST:
        return None
    return max(year for year, count in graded.items() if count == most)


def _figure(subject: Subject, name: FigureName) -> NamedFigure | None:
    cell = subject.cell
    grids, points = subject.release.grids_of(cell), getattr(cell, name)
    if grids is None or points is None:
        return None
    grid: tuple[float, ...] = getattr(grids, name)
    return NamedFigure(name=subject.name, points=points, grade=cell.grade, grid=grid)


def _counting_items(subject: Subject, sides: Sequence[Side]) -> set[tuple[ItemKind, str]]:
    """Return the items that a cell's figure is made of: those with a share in their reading."""
    cell = subject.cell
    parts = subject.release.contributions_of(cell.actor, cell.theme, cell.year).rows()
    return {(part.item_kind, part.item) for part in parts if part.side in sides and part.share > 0}


def _row(subject: Subject, figure: FigureName, tier: int, places: Places) -> ComparedFigure:
    cell = subject.cell
    return ComparedFigure(
        name=subject.name,
        actor=cell.actor,
        actor_name=cell.actor_name,
        theme=cell.theme,
        year=cell.year,
        figure=figure,
        points=getattr(cell, figure),
        low=getattr(cell, f"{figure}_low"),
        high=getattr(cell, f"{figure}_high"),
        grade=cell.grade,
        label=cell.label,
        tier=tier,
        place_best=places.best,
        place_worst=places.worst,
        release=cell.release,
        methodology=cell.methodology,
    )
