"""Times what one new statement costs: which cells can it move, and what do they become?

The reference data are there, scored, with the hash of each cell's inputs. A statement is added,
and measured is everything from the new evidence in memory to the new rows: placing all evidence,
hashing the inputs of all cells, and scoring those whose hash is new. Beside it, in the same run and
in turn, everything is scored. Run `python -m benchmarks.rescoring --help`.
"""

import argparse
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from statistics import median
from time import perf_counter

import polars as pl

from gaptracker.domain.evidence import Evidence
from gaptracker.domain.methodology import Methodology
from gaptracker.domain.records import Coding, Statement
from gaptracker.domain.time import PartialDate
from gaptracker.domain.vocabulary import CoderKind, Instrument, ItemKind, Mode, Office, Specificity
from gaptracker.intake.methodology_files import shipped_methodology, shipped_versions
from gaptracker.intake.reference_files import load_reference_files, packaged_reference
from gaptracker.scoring.run import scored_years
from gaptracker.workflows.blocks import ScoredBlock, score_block
from gaptracker.workflows.program import describe_program
from gaptracker.workflows.reuse import Reuse
from gaptracker.workflows.score_evidence import blocks_of, run_of, tasks_of

ACTOR, THEME, NAME = "MEX", "death_penalty", "benchmark statement"


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """The evidence and its rules."""

    evidence: Evidence
    methodology: Methodology

    def score(self, reuse: Reuse) -> Iterator[ScoredBlock]:
        """Score, in this process, what cannot be taken over."""
        run = run_of(
            self.evidence, self.methodology, release="benchmark", program=describe_program()
        )
        tasks = tasks_of(self.evidence, self.methodology, scored_years(self.evidence))
        return (score_block(run, block) for block in blocks_of(reuse.moved(tasks)))


def with_statement(evidence: Evidence, year: int) -> Evidence:
    """Return the evidence with one statement more, made in a year."""
    said = Statement(
        id=NAME,
        actor=ACTOR,
        forum="a forum",
        said_on=PartialDate(year=year),
        mode=Mode.ADVOCACY,
        instrument=Instrument.NATIONAL_STATEMENT,
        office=Office.MINISTER,
        source=next(iter(evidence.sources)),
        document=NAME,
        act=NAME,
        paraphrase="made up",
    )
    coding = Coding(
        item=NAME,
        item_kind=ItemKind.STATEMENT,
        theme=THEME,
        coder="benchmark",
        coder_kind=CoderKind.PERSON,
        rung=3,
        specificity=Specificity.GENERAL,
        rationale="made up",
    )
    return replace(
        evidence,
        statements=(*evidence.statements, said),
        codings=(*evidence.codings, coding),
    )


def measure(year: int, repetitions: int) -> dict[str, float]:
    """Score everything, then after one new statement, in turn, and return the medians."""
    methodology = shipped_methodology(shipped_versions()[-1])
    evidence = load_reference_files(packaged_reference(), methodology).evidence
    before = World(evidence=evidence, methodology=methodology)
    after = World(evidence=with_statement(evidence, year), methodology=methodology)
    everything, again = [], []
    cells = moved = 0
    for _ in range(repetitions):
        begun = perf_counter()
        blocks = list(before.score(Reuse(None, evidence.as_of)))
        everything.append(perf_counter() - begun)
        frames = {name: pl.concat([b.frames[name] for b in blocks]) for name in blocks[0].frames}
        reuse = Reuse(frames, evidence.as_of)
        begun = perf_counter()
        moved = sum(block.cells for block in after.score(reuse))
        again.append(perf_counter() - begun)
        cells = moved + reuse.cells
    return {
        "cells": cells,
        "moved_cells": moved,
        "everything_seconds": median(everything),
        "after_one_statement_seconds": median(again),
        "repetitions": repetitions,
    }


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.rescoring",
        description="Time scoring again after one new statement, on the reference data.",
    )
    parser.add_argument("--year", type=int, default=2015, help="when it was made (2015)")
    parser.add_argument("--repetitions", type=int, default=3, help="how often (3)")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    options = parser.parse_args(arguments)
    told = measure(options.year, options.repetitions)
    if options.json:
        print(json.dumps(told, indent=2))
    else:
        for name, value in told.items():
            print(f"{name.replace('_', ' '):<28}{value:>12,.2f}")


if __name__ == "__main__":
    main()
