"""Times the method band and the Sobol indices of many units, beside COINr for the same design.

The design: 200 units with 60 indicators each; 1,000 draws of the method for the uncertainty; for
the sensitivity 500 base runs of 5 choices, which is 500 x (5 + 2) = 3,500 runs.

- `tabulate`: from the evidence to items with weights and points; once for all that follows.
- `uncertainty`: the gaps under 1,000 methods. COINr's uncertainty analysis does the same from
  where it starts, a finished coin, so this is what its time is held against.
- `method_band`: the intervals as published, which draw the measurement as well.
- `sensitivity`: 3,500 runs, indices and their bootstrap intervals.

Each unit also has 12 statements, which COINr's do not. Where `Rscript` and COINr are there both
programs run in turn; elsewhere the figures quoted for COINr are printed as quoted, and nothing
else is claimed. Run `python -m benchmarks.sensitivity --help`.
"""

import argparse
import json
import math
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from pathlib import Path
from statistics import median
from time import perf_counter

import numpy as np

from gaptracker.domain.analysis import Sensitivity
from gaptracker.domain.choices import EQUAL_SPACING, Aggregation, ChoiceSpace, Spacing
from gaptracker.domain.methodology import Goalposts, Indicator, IndicatorUse, Methodology
from gaptracker.domain.records import Observation, Statement
from gaptracker.domain.sources import Source
from gaptracker.domain.time import PartialDate
from gaptracker.domain.vocabulary import Instrument, Lag, Layer, Mode, Office, Scale, Specificity
from gaptracker.intake.methodology_files import shipped_methodology, shipped_versions
from gaptracker.scoring.choice_draws import CATEGORIES, ChoiceDesign
from gaptracker.scoring.choice_tables import CellTable, gap_model, tabulate
from gaptracker.scoring.choices import weight_names
from gaptracker.scoring.dossier import Dossier, PlacedStatement, SourcedObservation
from gaptracker.scoring.items import Placement
from gaptracker.scoring.method_band import method_band
from gaptracker.scoring.sensitivity import latin_hypercube, sobol_indices
from gaptracker.scoring.uncertainty import Floats

THEME, YEAR = "incarceration", 2026
AS_OF = date(YEAR, 12, 31)
STATEMENTS = 12
PEER = Path(__file__).with_name("sensitivity_peer.R")
# COINr's figures as quoted for such a machine; they were not measured by this program.
QUOTED_UNCERTAINTY_SECONDS, QUOTED_SENSITIVITY_SECONDS = 200.0, 650.0
SPACE = ChoiceSpace(
    multiplier_spread=0.5,
    half_lives_years=(2.0, 4.0, 8.0, math.inf),
    aggregations=tuple(Aggregation),
    spacings=(EQUAL_SPACING, Spacing(name="wide below", points=(0, 40, 70, 90, 100))),
    solicited=(True, False),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """How much is measured."""

    units: int
    indicators: int
    draws: int
    base_runs: int


@dataclass(slots=True, kw_only=True)
class Timings:
    """Seconds of each repetition; of COINr those of one regeneration."""

    tabulate: list[float] = field(default_factory=list)
    uncertainty: list[float] = field(default_factory=list)
    method_band: list[float] = field(default_factory=list)
    sensitivity: list[float] = field(default_factory=list)
    coinr_regeneration: list[float] = field(default_factory=list)


def methodology_of(size: Size) -> Methodology:
    """Return the newest methodology with so many indicators of one theme, and no others."""
    indicators = {
        name: Indicator(
            id=name,
            name={},
            unit="a share",
            layer=Layer.PRACTICE,
            lag=Lag.MEASURED_STOCK,
            goalposts=Goalposts(scale=Scale.LINEAR, worst=100.0, best=0.0),
            maximum_age_years=5.0,
            references=(),
            caution="",
            uses={THEME: IndicatorUse(weight=1.0, critical=False)},
        )
        for name in (f"indicator_{number:03d}" for number in range(size.indicators))
    }
    shipped = shipped_methodology(shipped_versions()[-1])
    return replace(shipped, indicators=indicators, draws=replace(shipped.draws, draws=size.draws))


def dossiers_of(size: Size) -> list[Dossier]:
    """Return made-up evidence, the same on every machine: coded words and figures."""
    random = generator()
    sources = [
        Source(
            id=f"source {number}",
            title="made up",
            publisher="nobody",
            group=f"group {number}",
            grade=1 + number % 5,
            record_of_act=False,
            kind="made up",
            licence="CC0-1.0",
            citation="made up",
            retrieved_on=AS_OF,
        )
        for number in range(10)
    ]
    dossiers = []
    for unit in range(size.units):
        actor = f"unit {unit:04d}"
        found = Dossier(actor=actor, theme=THEME)
        days = np.sort(random.integers(0, 5000, STATEMENTS))
        for number, days_ago in enumerate(reversed(days.tolist())):
            found.statements.append(
                _statement(actor, number, days_ago, int(random.integers(1, 4)), sources)
            )
        for number, value in enumerate(random.uniform(0, 100, size.indicators).tolist()):
            name = f"indicator_{number:03d}"
            observation = Observation(
                id=f"{actor} {name}",
                actor=actor,
                indicator=name,
                period=PartialDate(year=YEAR),
                source=sources[number % len(sources)].id,
                value=value,
            )
            found.observations[name] = [
                SourcedObservation(
                    observation=observation,
                    source=sources[number % len(sources)],
                    period_end=AS_OF,
                )
            ]
        dossiers.append(found)
    return dossiers


def _statement(
    actor: str, number: int, days_ago: int, rung: int, sources: Sequence[Source]
) -> PlacedStatement:
    said_on = date.fromordinal(AS_OF.toordinal() - days_ago)
    source = sources[number % len(sources)]
    name = f"{actor} statement {number}"
    return PlacedStatement(
        statement=Statement(
            id=name,
            actor=actor,
            forum="a forum",
            said_on=PartialDate(year=said_on.year, month=said_on.month, day=said_on.day),
            mode=Mode.ADVOCACY,
            instrument=list(Instrument)[number % len(Instrument)],
            office=list(Office)[number % len(Office)],
            source=source.id,
            document=name,
            act=name,
            paraphrase="made up",
            solicited=number % 2 == 0,
        ),
        source=source,
        placement=Placement(
            points=(25.0 * (rung - 1), 25.0 * rung, 25.0 * (rung + 1)),
            probabilities=(0.1, 0.8, 0.1),
        ),
        specificity=list(Specificity)[number % len(Specificity)],
        machine_coded=False,
        said_on=said_on,
    )


def tables_of(dossiers: Sequence[Dossier], methodology: Methodology) -> list[CellTable]:
    """Tabulate every unit: weigh its words and place its figures."""
    found = (
        tabulate(dossier, YEAR, data_as_of=AS_OF, methodology=methodology, space=SPACE)
        for dossier in dossiers
    )
    return [table for table in found if table is not None]


def run_uncertainty(tables: Sequence[CellTable], design: ChoiceDesign, draws: int) -> Floats:
    """Return the 5th and 95th percentile of every unit's gap over so many methods."""
    gaps = gap_model(tables, design)(latin_hypercube(draws, design.columns, generator()))
    return np.asarray(np.quantile(gaps, (0.05, 0.95), axis=0))


def run_sensitivity(
    tables: Sequence[CellTable], design: ChoiceDesign, base_runs: int
) -> Sensitivity | None:
    """Return the indices of five choices; the weights of all tables are one of them."""
    return sobol_indices(
        gap_model(tables, design),
        {
            "weights": tuple(range(len(design.names))),
            **{name: design.factors[name] for name in CATEGORIES},
        },
        base_runs=base_runs,
        generator=generator(),
    )


def generator() -> np.random.Generator:
    """Return the same random stream every time."""
    return np.random.default_rng(1)


def coinr_seconds(size: Size, regenerations: int) -> float | None:
    """Return COINr's seconds for one regeneration; None where it is not installed.

    Raises:
        subprocess.CalledProcessError: If COINr is there and fails.
    """
    program = shutil.which("Rscript")
    if program is None:
        return None
    asked = [program, "-e", "quit(status = !requireNamespace('COINr', quietly = TRUE))"]
    if subprocess.run(asked, check=False, capture_output=True).returncode != 0:
        return None
    given = [program, str(PEER), str(size.units), str(size.indicators), str(regenerations)]
    taken = subprocess.run(given, check=True, capture_output=True, text=True)
    return float(taken.stdout.split()[-1]) / regenerations


@contextmanager
def timed(into: list[float]) -> Iterator[None]:
    """Add the seconds that a block takes to a list."""
    begun = perf_counter()
    yield
    into.append(perf_counter() - begun)


def measure(size: Size, repetitions: int, regenerations: int) -> Timings:
    """Run GapTracker and, where it is there, COINr in turn."""
    methodology, dossiers = methodology_of(size), dossiers_of(size)
    design = ChoiceDesign(space=SPACE, names=weight_names(methodology))
    timings = Timings()
    for _ in range(repetitions):
        with timed(timings.tabulate):
            tables = tables_of(dossiers, methodology)
        with timed(timings.uncertainty):
            run_uncertainty(tables, design, size.draws)
        with timed(timings.method_band):
            for table in tables:
                method_band(table, methodology.draws)
        with timed(timings.sensitivity):
            run_sensitivity(tables, design, size.base_runs)
        each = coinr_seconds(size, regenerations)
        if each is not None:
            timings.coinr_regeneration.append(each)
    return timings


def summary(size: Size, timings: Timings) -> dict[str, str | int | float]:
    """Return medians, and how many times longer COINr takes."""
    runs = size.base_runs * (1 + len(CATEGORIES) + 2)
    tabulate, band = median(timings.tabulate), median(timings.method_band)
    uncertainty, sensitivity = median(timings.uncertainty), median(timings.sensitivity)
    peer = (QUOTED_UNCERTAINTY_SECONDS, QUOTED_SENSITIVITY_SECONDS)
    if timings.coinr_regeneration:
        each = median(timings.coinr_regeneration)
        peer = (each * size.draws, each * runs)
    return {
        **asdict(size),
        "sensitivity_runs": runs,
        "tabulate_seconds": tabulate,
        "uncertainty_seconds": uncertainty,
        "method_band_seconds": band,
        "sensitivity_seconds": sensitivity,
        "coinr": "measured" if timings.coinr_regeneration else "quoted",
        "coinr_uncertainty_seconds": peer[0],
        "coinr_sensitivity_seconds": peer[1],
        "uncertainty_ratio": peer[0] / uncertainty,
        "sensitivity_ratio": peer[1] / sensitivity,
        "evidence_to_band_ratio": peer[0] / (tabulate + band),
        "evidence_to_sensitivity_ratio": peer[1] / (tabulate + sensitivity),
    }


def main() -> None:
    """Read the arguments, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--units", type=int, default=200)
    parser.add_argument("--indicators", type=int, default=60)
    parser.add_argument("--draws", type=int, default=1000)
    parser.add_argument("--base-runs", type=int, default=500)
    parser.add_argument("--repetitions", type=int, default=5)
    parser.add_argument(
        "--regenerations",
        type=int,
        default=100,
        help="COINr's regenerations in each repetition; its times are scaled up from them",
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    given = parser.parse_args()
    size = Size(
        units=given.units,
        indicators=given.indicators,
        draws=given.draws,
        base_runs=given.base_runs,
    )
    found = summary(size, measure(size, given.repetitions, given.regenerations))
    if given.json:
        print(json.dumps(found))
        return
    for name, value in found.items():
        print(f"{name:28} {value:.3g}" if isinstance(value, float) else f"{name:28} {value}")
    if found["coinr"] == "quoted":
        print(
            "COINr is not installed here. Its seconds are quoted, for one core of a like machine;"
        )
        print("they were not measured beside these, and the ratios are to the quoted seconds.")


if __name__ == "__main__":
    main()
