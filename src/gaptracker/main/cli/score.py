"""`gaptracker score`: score the evidence and print a summary; nothing is kept."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Annotated

import typer

from gaptracker.domain.evidence import Evidence
from gaptracker.domain.methodology import Methodology
from gaptracker.domain.results import CellScore
from gaptracker.domain.vocabulary import Grade, Label
from gaptracker.main.cli.evidence import read_all_evidence
from gaptracker.main.cli.figures import count
from gaptracker.main.cli.lookup import parse_years
from gaptracker.main.cli.methodologies import newest_methodology
from gaptracker.main.cli.tables import plain_table
from gaptracker.main.cli.terminal import Report, Stopwatch, progress, show, talk
from gaptracker.main.cli.wording import LABELS
from gaptracker.scoring.run import score_evidence, scored_years

ScoredYearsOption = Annotated[
    str | None,
    typer.Option(
        help="One year, or a span as 2015-2022; 2000 to the data's newest year if left out.",
        metavar="YEARS",
    ),
]


@dataclass(slots=True)
class Tally:
    """Cells counted while they pass, so that none has to be held."""

    cells: int = 0
    with_gap: int = 0
    grades: Counter[tuple[str, Grade]] = field(default_factory=Counter)
    labels: Counter[Label] = field(default_factory=Counter)

    def add(self, cell: CellScore) -> None:
        """Count one cell."""
        self.cells += 1
        if cell.gap_points is not None:
            self.with_gap += 1
            self.grades[cell.theme, cell.grade] += 1
            self.labels[cell.label] += 1


def score_command(years: ScoredYearsOption = None) -> None:
    """Score the evidence in the database and print how much of it can be told.

    Nothing is kept and nothing is published: to try a change of evidence or methodology. To
    publish, use `gaptracker release cut`.

    Examples:
        gaptracker score
        gaptracker score --years 2015-2022
    """
    watch = Stopwatch()
    methodology = newest_methodology()
    evidence = read_all_evidence()
    chosen = parse_years(years, scored_years(evidence), "--years")
    with progress() as report:
        tally = tally_cells(evidence, methodology, chosen, report)
    show_tally(tally, methodology)
    talk(f"scored in {watch}; nothing was kept. `gaptracker release cut` publishes.")


def tally_cells(
    evidence: Evidence, methodology: Methodology, years: range, report: Report
) -> Tally:
    """Score all cells of some years and count them.

    Args:
        evidence: All the evidence.
        methodology: The rules.
        years: The years to score.
        report: Told how many cells are done, and of how many.
    """
    total = len(evidence.actors) * len(methodology.scored_themes()) * len(years)
    tally = Tally()
    cells: Iterable[CellScore] = score_evidence(evidence, methodology, years)
    report("scoring cells", 0, total)
    for cell in cells:
        tally.add(cell)
        report("scoring cells", tally.cells, total)
    return tally


def show_tally(tally: Tally, methodology: Methodology) -> None:
    """Print the cells by theme and grade, then by label."""
    show(f"{count(tally.cells, 'cell')}, {tally.with_gap:,} with a gap")
    show("")
    table = plain_table("theme", *Grade, numbers=tuple(Grade))
    for theme in methodology.scored_themes():
        table.add_row(theme.id, *(f"{tally.grades[theme.id, grade]:,}" for grade in Grade))
    show(table)
    show("")
    labels = plain_table("label", "cells", numbers=("cells",))
    for label, words in LABELS.items():
        labels.add_row(words, f"{tally.labels[label]:,}")
    show(labels)
