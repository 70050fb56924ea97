"""Times reading and staging a UNODC prisons workbook of the size as published.

`python -m benchmarks.sync_workbook [--rows N] [--json]`. A workbook is made (not timed): 226
places and 25 years, each count by sex and age, in counts and per 100,000 people, until it has as
many rows as asked for; it is packed as publishers pack it, with shared texts. Reading runs in a
process of its own, so that its peak of memory is its own: from opening the file to everything that
is staged. The goals are at most 30 s and 500 MB.
"""

import argparse
import itertools
import json
import resource
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter, process_time

import xlsxwriter

from benchmarks.reference_run import MAXRSS_UNIT, MEGABYTE
from gaptracker.domain.syncing import Snapshot, SourceId
from gaptracker.intake.connectors.base import Arrived, Known
from gaptracker.intake.connectors.unodc import Unodc
from gaptracker.intake.connectors.unodc_files import WORKBOOK
from gaptracker.intake.connectors.unodc_rows import COLUMNS, SERIES
from gaptracker.intake.methodology_files import shipped_methodology
from gaptracker.intake.reference_files import load_reference_files, packaged_reference

ROWS = 500_000
PLACES = 226
YEARS = range(2000, 2025)
SEXES = ("Total", "Male", "Female")
AGES = ("Total", "Adults", "Juveniles")
UNITS = ("Counts", "Rate per 100,000 population")
TODAY = date(2026, 11, 26)
MADE = datetime(2026, 11, 26, 12, tzinfo=UTC)
GOALS = {"seconds": 30.0, "megabytes": 500.0}


def main() -> None:
    """Make a workbook, read it in another process, and print what that took."""
    parser = argparse.ArgumentParser(description="Time reading a UNODC workbook.")
    parser.add_argument("--rows", type=int, default=ROWS)
    parser.add_argument("--json", action="store_true", help="print JSON")
    asked = parser.parse_args()
    with TemporaryDirectory() as folder:
        path = Path(folder) / "workbook.xlsx"
        # Each in a process of its own: one that is started inherits its starter's peak of memory.
        with get_context("spawn").Pool(1) as pool:
            pool.apply(make_workbook, (path, asked.rows))
        with get_context("spawn").Pool(1) as pool:
            found = dict(pool.apply(measure, (path,)))
        found["packed_megabytes"] = path.stat().st_size / MEGABYTE
    if asked.json:
        print(json.dumps(found, indent=1))
        return
    for name, value in found.items():
        goal = f"  (goal: at most {GOALS[name]:g})" if name in GOALS else ""
        print(f"{name:18} {value:12,.1f}{goal}")


def make_workbook(path: Path, count: int) -> None:
    """Write a workbook of `count` rows below its banner and header."""
    book = xlsxwriter.Workbook(path.as_posix())
    sheet = book.add_worksheet("data_cts_prisons_and_prisoners")
    sheet.write_row(0, 0, ("UNODC",))
    sheet.write_row(1, 0, ("12/05/2026",))
    sheet.write_row(2, 0, COLUMNS)
    for number, row in enumerate(itertools.islice(_rows(), count), start=3):
        sheet.write_row(number, 0, row)
    book.close()


def _rows() -> Iterator[tuple[str | float, ...]]:
    """Yield rows of made-up counts, those that are used first in each place and year."""
    evidence = load_reference_files(packaged_reference(), shipped_methodology("1.0.0")).evidence
    states = sorted(actor.code for actor in evidence.actors.values() if actor.kind == "state")
    codes = [*states, *(f"X{number:02}" for number in range(PLACES - len(states)))]
    kinds = list(itertools.product(SEXES, AGES, SERIES, UNITS))
    crimes = (f"Crime {number}" for number in itertools.count())
    for crime in itertools.chain([""], crimes):
        for code, year in itertools.product(codes, YEARS):
            for sex, age, (indicator, dimension, category), unit in kinds:
                value = 100 + (7 * year + len(sex + age)) % 900 + len(category)
                labels = (indicator.capitalize(), dimension, crime or category, sex, age)
                yield (code, code, "Region", "Subregion", *labels, year, unit, value + 0.25, "CTS")


def measure(path: Path) -> Mapping[str, float]:
    """Read a workbook; seconds of wall and processor, and the most memory this process had."""
    rules = shipped_methodology("1.0.0")
    actors = load_reference_files(packaged_reference(), rules).evidence.actors
    known = Known(methodology=rules, actors=dict(actors), today=TODAY)
    snapshot = Snapshot(
        source=SourceId.UNODC,
        resource=WORKBOOK,
        url="made up",
        sha256="",
        size_bytes=path.stat().st_size,
        fetched_at=MADE,
    )
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * MAXRSS_UNIT / MEGABYTE
    began, cpu = perf_counter(), process_time()
    staging = Unodc().read([Arrived(snapshot=snapshot, path=path)], known)
    return {
        "rows": staging.rows_read,
        "staged": len(staging.observations),
        "seconds": perf_counter() - began,
        "cpu_seconds": process_time() - cpu,
        "megabytes_before": before,
        "megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * MAXRSS_UNIT / MEGABYTE,
    }


if __name__ == "__main__":
    main()
