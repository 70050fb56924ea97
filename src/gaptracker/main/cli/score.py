"""`gaptracker score`: score the evidence and print a summary; nothing is kept."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Annotated

import polars as pl
import typer

from gaptracker.domain.evidence import Evidence
from gaptracker.domain.methodology import Methodology
from gaptracker.domain.vocabulary import Grade
from gaptracker.main.cli.engine_options import (
    EngineOption,
    SchedulerOption,
    WorkersOption,
    engine_of,
)
from gaptracker.main.cli.evidence import read_all_evidence
from gaptracker.main.cli.figures import count
from gaptracker.main.cli.lookup import parse_years
from gaptracker.main.cli.methodologies import newest_methodology
from gaptracker.main.cli.tables import plain_table
from gaptracker.main.cli.terminal import Report, Stopwatch, progress, show, talk
from gaptracker.main.cli.wording import LABELS
from gaptracker.release.cell_tables import GAPS
from gaptracker.scoring.run import scored_years
from gaptracker.workflows.engines import Engine
from gaptracker.workflows.program import describe_program
from gaptracker.workflows.score_evidence import blocks_of, run_of, tasks_of

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
    grades: Counter[tuple[str, str]] = field(default_factory=Counter)
    labels: Counter[str] = field(default_factory=Counter)

    def add(self, cells: pl.DataFrame) -> None:
        """Count some cells, as the release's table of gaps holds them."""
        told = cells.filter(pl.col("gap").is_not_null()).select("theme", "grade", "label").rows()
        self.cells += cells.height
        self.with_gap += len(told)
        self.grades.update((theme, grade) for theme, grade, _ in told)
        self.labels.update(label for _, _, label in told)


def score_command(
    years: ScoredYearsOption = None,
    *,
    engine: EngineOption = "local",
    workers: WorkersOption = None,
    scheduler: SchedulerOption = None,
) -> None:
    """Score the evidence in the database and print how much of it can be told.

    Nothing is kept and nothing is published: to try a change of evidence or methodology. To
    publish, use `gaptracker release cut`. Every engine, with any number of workers, gives the
    same figures.

    Examples:
        gaptracker score
        gaptracker score --years 2015-2022 --workers 1
        gaptracker score --engine dask --scheduler tcp://127.0.0.1:8786
    """
    watch = Stopwatch()
    chosen_engine = engine_of(engine, workers, scheduler)
    methodology = newest_methodology()
    evidence = read_all_evidence()
    chosen = parse_years(years, scored_years(evidence), "--years")
    with progress() as report:
        tally = tally_cells(evidence, methodology, chosen, chosen_engine, report)
    show_tally(tally, methodology)
    talk(f"scored in {watch}; nothing was kept. `gaptracker release cut` publishes.")


def tally_cells(
    evidence: Evidence,
    methodology: Methodology,
    years: range,
    engine: Engine,
    report: Report,
) -> Tally:
    """Score all cells of some years and count them.

    Args:
        evidence: All the evidence.
        methodology: The rules.
        years: The years to score.
        engine: Where.
        report: Told how many cells are done, and of how many.
    """
    total = len(evidence.actors) * len(methodology.scored_themes()) * len(years)
    tally = Tally()
    run = run_of(evidence, methodology, release="", program=describe_program(), release_rows=False)
    report("scoring cells", 0, total)
    for block in engine.score(blocks_of(tasks_of(evidence, methodology, years)), run):
        tally.add(block.frames[GAPS.name])
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
