"""COINr, the field's reference, as a peer: the same analyses of an index of the same size."""

import shutil
import subprocess
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

PROGRAM = Path(__file__).with_name("sensitivity_peer.R")
# Of 200 units and 60 indicators: quoted for one core, not measured by these programs.
QUOTED_UNCERTAINTY_SECONDS, QUOTED_SENSITIVITY_SECONDS = 200.0, 650.0


class Analysis(StrEnum):
    """What COINr is asked for, in its own words: uncertainty or sensitivity."""

    UNCERTAINTY = "UA"
    SENSITIVITY = "SA"


@dataclass(frozen=True, slots=True, kw_only=True)
class PeerRun:
    """One analysis by COINr: wall seconds, and what was run."""

    seconds: float
    regenerations: int
    versions: str


def find_coinr() -> str | None:
    """Return the program that runs R with COINr; None where one of the two is missing."""
    program = shutil.which("Rscript")
    if program is None:
        return None
    asked = [program, "-e", "quit(status = !requireNamespace('COINr', quietly = TRUE))"]
    found = subprocess.run(asked, check=False, capture_output=True)
    return program if found.returncode == 0 else None


def run_coinr(
    program: str, analysis: Analysis, *, units: int, indicators: int, runs: int
) -> PeerRun:
    """Run one analysis and return how long it took, R's start and the first coin not counted.

    Args:
        program: As `find_coinr` returned it.
        analysis: Which.
        units: Rows of the made-up data.
        indicators: Their columns.
        runs: Regenerations, or base runs of a sensitivity analysis.

    Raises:
        RuntimeError: If R stops, or a regeneration fails, since its time then says nothing.
    """
    given = [program, str(PROGRAM), analysis, str(units), str(indicators), str(runs)]
    taken = subprocess.run(given, check=False, capture_output=True, text=True)
    if taken.returncode != 0:
        raise RuntimeError(f"COINr stopped: {taken.stderr.strip()}")
    told = dict(line.split(maxsplit=1) for line in taken.stdout.splitlines())
    if int(told["failed"]) > 0:
        raise RuntimeError(f"{told['failed']} of {told['regenerations']} regenerations failed")
    return PeerRun(
        seconds=float(told["seconds"]),
        regenerations=int(told["regenerations"]),
        versions=f"COINr {told['coinr'].strip()}, R {told['r'].strip()}",
    )
