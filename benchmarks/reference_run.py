"""Times the whole reference run: every actor, theme and year, from files to frozen bytes.

The stages are those of a release cut (`workflows/cut_release.py`), without a database and without
keeping anything. Run `python -m benchmarks.reference_run --help`.
"""

import argparse
import importlib.metadata
import json
import os
import platform
import resource
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from itertools import chain
from pathlib import Path
from time import perf_counter, process_time

from gaptracker.domain.evidence import Evidence
from gaptracker.domain.methodology import Methodology
from gaptracker.intake.methodology_files import shipped_methodology, shipped_versions
from gaptracker.intake.reference_files import load_reference_files, packaged_reference
from gaptracker.release.cell_tables import GAPS, PAIRS
from gaptracker.release.freeze import ReleaseDraft
from gaptracker.release.inputs import describe_inputs
from gaptracker.release.thresholds import REFERENCE_CHECKS
from gaptracker.scoring.choice_sensitivity import release_sensitivity
from gaptracker.scoring.dossier import build_dossiers
from gaptracker.scoring.run import scored_years
from gaptracker.scoring.rungs import rule_codings
from gaptracker.workflows.blocks import score_block
from gaptracker.workflows.program import describe_program
from gaptracker.workflows.score_evidence import blocks_of, run_of, tasks_of

MEGABYTE = 1024 * 1024
# Linux counts the peak of resident memory in kilobytes, macOS in bytes.
MAXRSS_UNIT = 1 if sys.platform == "darwin" else 1024


@dataclass(slots=True)
class Stage:
    """One stage: its time, and the process's peak of resident memory when it ended.

    `cpu_seconds` is the time this process was computing: less than the wall time where others
    share the machine, more where Polars computes on several cores.
    """

    name: str
    wall_seconds: float = 0.0
    cpu_seconds: float = 0.0
    peak_memory_mb: float = 0.0


@dataclass(slots=True)
class Result:
    """What was measured, on which machine, of how much."""

    machine: dict[str, str | int] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)
    stages: list[Stage] = field(default_factory=list)
    release: str = ""
    content_sha256: str = ""

    @contextmanager
    def measure(self, name: str) -> Iterator[None]:
        """Add the time of a block to a stage; the same name may come many times."""
        stage = next((known for known in self.stages if known.name == name), None)
        if stage is None:
            stage = Stage(name)
            self.stages.append(stage)
        wall, cpu = perf_counter(), process_time()
        yield
        stage.wall_seconds += perf_counter() - wall
        stage.cpu_seconds += process_time() - cpu
        stage.peak_memory_mb = peak_memory_mb()

    def total(self) -> Stage:
        """Return all stages together."""
        return Stage(
            name="all",
            wall_seconds=sum(stage.wall_seconds for stage in self.stages),
            cpu_seconds=sum(stage.cpu_seconds for stage in self.stages),
            peak_memory_mb=peak_memory_mb(),
        )


def peak_memory_mb() -> float:
    """Return the most resident memory this process has had so far, in megabytes (2^20 bytes)."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * MAXRSS_UNIT / MEGABYTE


def run(folder: Path | None) -> Result:
    """Load, score, pair and freeze, and measure each.

    Args:
        folder: A reference folder; the one in the package if None.
    """
    result = Result(machine=describe_machine())
    with result.measure("load methodology"):
        methodology = shipped_methodology(shipped_versions()[-1])
    with result.measure("load reference data"):
        evidence = load_reference_files(folder or packaged_reference(), methodology).evidence
    result.counts |= count_evidence(evidence)
    freeze(evidence, methodology, result)
    return result


def freeze(evidence: Evidence, methodology: Methodology, result: Result) -> None:
    """Score, pair and freeze all cells, one block at a time, as a release cut does."""
    years = scored_years(evidence)
    with result.measure("hash inputs"):
        inputs = describe_inputs(evidence, methodology, years=years, software=describe_program())
        draft = ReleaseDraft(inputs, evidence, methodology)
    run = run_of(evidence, methodology, release=inputs.release, program=inputs.software)
    with result.measure("build dossiers"):
        dossiers = build_dossiers(evidence, methodology)
    blocks = blocks_of(tasks_of(evidence, methodology, years, known=dossiers))
    result.counts |= {"cells": 0, "cells_with_gap": 0, "pairs": 0}
    while True:
        with result.measure("name inputs of cells"):
            block = next(blocks, None)
        if block is None:
            break
        with result.measure("score, pair, analyse"):
            scored = score_block(run, block)
        draft.add_rows(scored.frames)
        result.counts["cells"] += scored.cells
        result.counts["cells_with_gap"] += scored.frames[GAPS.name]["gap"].count()
        result.counts["pairs"] += scored.frames[PAIRS.name].height
    with result.measure("sensitivity"):
        graded = draft.newest_graded()
        draft.add_sensitivities(
            release_sensitivity(dossiers, graded, as_of=evidence.as_of, methodology=methodology)
        )
    with result.measure("check and freeze"):
        by_rule = (rule_codings(said, methodology.codebook) for said in evidence.statements)
        codings = chain(evidence.codings, chain.from_iterable(by_rule))
        frozen = draft.freeze(codings, REFERENCE_CHECKS)
    result.release = f"{frozen.manifest.release} ({frozen.manifest.state})"
    result.content_sha256 = frozen.content_sha256
    result.counts["release_bytes"] = sum(len(content) for content in frozen.files.values())


def count_evidence(evidence: Evidence) -> dict[str, int]:
    """Return how much evidence there is."""
    return {
        "actors": len(evidence.actors),
        "statements": len(evidence.statements),
        "measures": len(evidence.measures),
        "observations": len(evidence.observations),
    }


def describe_machine() -> dict[str, str | int]:
    """Return what the figures depend on besides the program."""
    return {
        "system": f"{platform.system()} {platform.machine()}",
        "cores": os.cpu_count() or 0,
        "python": platform.python_version(),
        "numpy": importlib.metadata.version("numpy"),
        "polars": importlib.metadata.version("polars"),
    }


def as_json(result: Result) -> str:
    """Return everything measured as one JSON object."""
    return json.dumps({**asdict(result), "total": asdict(result.total())}, indent=2)


def as_text(result: Result) -> str:
    """Return what was measured as a table for people."""
    lines = [f"{'stage':<22}{'wall s':>9}{'CPU s':>9}{'peak MB':>9}"]
    lines += [
        f"{stage.name:<22}{stage.wall_seconds:>9.2f}{stage.cpu_seconds:>9.2f}"
        f"{stage.peak_memory_mb:>9.0f}"
        for stage in (*result.stages, result.total())
    ]
    lines += [f"{name.replace('_', ' ')}: {count:,}" for name, count in result.counts.items()]
    lines += [f"{name}: {value}" for name, value in result.machine.items()]
    lines += [f"release: {result.release}", f"content SHA-256: {result.content_sha256}"]
    return "\n".join(lines)


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure once and print."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.reference_run",
        description="Time the whole reference run: load, score, pair, freeze; no database.",
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument(
        "--reference", type=Path, help="a reference folder; the package's if left out"
    )
    options = parser.parse_args(arguments)
    result = run(options.reference)
    print(as_json(result) if options.json else as_text(result))


if __name__ == "__main__":
    main()
