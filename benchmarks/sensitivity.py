"""Times the method band and the Sobol indices of many units, beside COINr for the same design.

The design: 200 units with 60 indicators each; 1,000 draws of the method for the uncertainty; for
the sensitivity 500 base runs of 5 choices, which is 500 x (5 + 2) = 3,500 runs.

- `tabulate`: from the evidence to items with weights and points; once for all that follows.
- `uncertainty`: the gaps under 1,000 methods. COINr's uncertainty analysis does the same from
  where it starts, a finished coin, so this is what its time is held against.
- `method_band`: the intervals as published, which draw the measurement as well.
- `sensitivity`: 3,500 runs, indices and their bootstrap intervals.

Each unit also has 12 statements, which COINr's do not, and two readings in place of one index.
Where `Rscript` and COINr are there both programs run in turn, COINr's whole design and not a part
scaled up; its sensitivity analysis, which takes minutes, once unless asked for more. Elsewhere the
figures quoted for COINr and this design are printed as quoted, and nothing is claimed from them.

All times are wall seconds, one core each. Run `python -m benchmarks.sensitivity --help`.
"""

import argparse
import json
import math
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from datetime import date, timedelta
from statistics import median
from time import perf_counter

import numpy as np

from benchmarks.coinr import (
    QUOTED_SENSITIVITY_SECONDS,
    QUOTED_UNCERTAINTY_SECONDS,
    Analysis,
    PeerRun,
    find_coinr,
    run_coinr,
)
from benchmarks.made_up import made_up_sources, statement_on
from gaptracker.domain.analysis import Sensitivity
from gaptracker.domain.choices import EQUAL_SPACING, Aggregation, ChoiceSpace, Spacing
from gaptracker.domain.methodology import Goalposts, Indicator, IndicatorUse, Methodology
from gaptracker.domain.records import Observation
from gaptracker.domain.time import PartialDate
from gaptracker.domain.vocabulary import Lag, Layer, Scale
from gaptracker.intake.methodology_files import shipped_methodology, shipped_versions
from gaptracker.scoring.choice_draws import CATEGORIES, ChoiceDesign
from gaptracker.scoring.choice_tables import CellTable, gap_model, tabulate
from gaptracker.scoring.choices import weight_names
from gaptracker.scoring.dossier import Dossier, SourcedObservation
from gaptracker.scoring.method_band import method_band
from gaptracker.scoring.sensitivity import latin_hypercube, sobol_indices
from gaptracker.scoring.uncertainty import Floats

THEME, YEAR = "incarceration", 2026
AS_OF = date(YEAR, 12, 31)
STATEMENTS = 12
LEAST_RATIO = 100.0
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How often each program runs; COINr's sensitivity analysis in the first so many rounds."""

    repetitions: int
    peer_sensitivity_repetitions: int
    peer: str | None


@dataclass(slots=True, kw_only=True)
class Timings:
    """Seconds of each repetition, and COINr's runs beside them."""

    tabulate: list[float] = field(default_factory=list)
    uncertainty: list[float] = field(default_factory=list)
    method_band: list[float] = field(default_factory=list)
    sensitivity: list[float] = field(default_factory=list)
    coinr_uncertainty: list[PeerRun] = field(default_factory=list)
    coinr_sensitivity: list[PeerRun] = field(default_factory=list)


QUOTED_SIZE = Size(units=200, indicators=60, draws=1000, base_runs=500)


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
    sources = made_up_sources()
    dossiers = []
    for unit in range(size.units):
        actor = f"unit {unit:04d}"
        found = Dossier(actor=actor, theme=THEME)
        days = np.sort(random.integers(0, 5000, STATEMENTS))
        for number, days_ago in enumerate(reversed(days.tolist())):
            found.statements.append(
                statement_on(
                    AS_OF - timedelta(days=days_ago),
                    int(random.integers(1, 4)),
                    sources[number % len(sources)],
                    actor=actor,
                    number=number,
                )
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


@contextmanager
def timed(into: list[float]) -> Iterator[None]:
    """Add the seconds that a block takes to a list."""
    begun = perf_counter()
    yield
    into.append(perf_counter() - begun)


def measure(size: Size, plan: Plan) -> Timings:
    """Run GapTracker and, where it is there, COINr in turn."""
    methodology, dossiers = methodology_of(size), dossiers_of(size)
    design = ChoiceDesign(space=SPACE, names=weight_names(methodology))
    timings = Timings()
    for repetition in range(plan.repetitions):
        with timed(timings.tabulate):
            tables = tables_of(dossiers, methodology)
        with timed(timings.uncertainty):
            run_uncertainty(tables, design, size.draws)
        with timed(timings.method_band):
            for table in tables:
                method_band(table, methodology.draws)
        with timed(timings.sensitivity):
            run_sensitivity(tables, design, size.base_runs)
        if plan.peer is not None:
            again = repetition < plan.peer_sensitivity_repetitions
            _measure_peer(plan.peer, size, timings, sensitivity=again)
    return timings


def _measure_peer(program: str, size: Size, timings: Timings, *, sensitivity: bool) -> None:
    def run(analysis: Analysis, runs: int) -> PeerRun:
        return run_coinr(program, analysis, units=size.units, indicators=size.indicators, runs=runs)

    timings.coinr_uncertainty.append(run(Analysis.UNCERTAINTY, size.draws))
    if sensitivity:
        timings.coinr_sensitivity.append(run(Analysis.SENSITIVITY, size.base_runs))


def summary(size: Size, timings: Timings) -> dict[str, str | int | float]:
    """Return medians, and how many times longer COINr takes."""
    peer_runs = (*timings.coinr_uncertainty, *timings.coinr_sensitivity)
    told: dict[str, str | int | float] = {
        **asdict(size),
        "sensitivity_runs": size.base_runs * (1 + len(CATEGORIES) + 2),
        "repetitions": len(timings.tabulate),
        "tabulate_seconds": median(timings.tabulate),
        "uncertainty_seconds": median(timings.uncertainty),
        "method_band_seconds": median(timings.method_band),
        "sensitivity_seconds": median(timings.sensitivity),
        "coinr": "measured" if peer_runs else "quoted",
        "coinr_versions": peer_runs[0].versions if peer_runs else "unknown",
    }
    for name, quoted, runs in (
        ("uncertainty", QUOTED_UNCERTAINTY_SECONDS, timings.coinr_uncertainty),
        ("sensitivity", QUOTED_SENSITIVITY_SECONDS, timings.coinr_sensitivity),
    ):
        own = median(getattr(timings, name))
        whole = median(timings.tabulate) + own
        if runs:
            told[f"coinr_{name}_repetitions"] = len(runs)
            told[f"coinr_{name}_regenerations"] = runs[0].regenerations
        elif peer_runs or size != QUOTED_SIZE:
            continue  # beside measured figures, or for another design, the quoted ones mislead
        seconds = median(run.seconds for run in runs) if runs else quoted
        told[f"coinr_{name}_seconds"] = seconds
        told[f"{name}_ratio"] = seconds / own
        told[f"{name}_ratio_slowest"] = seconds / max(getattr(timings, name))
        told[f"{name}_ratio_from_evidence"] = seconds / whole
    return told


def verdicts(told: Mapping[str, str | int | float]) -> Iterator[str]:
    """Yield whether the target was reached, for each ratio to seconds that were measured."""
    if told["coinr"] != "measured":
        return
    for name in ("uncertainty", "sensitivity"):
        ratio = told.get(f"{name}_ratio")
        if isinstance(ratio, float):
            word = "reached" if ratio >= LEAST_RATIO else "missed"
            yield (f"{name}: {ratio:.0f} times as fast as COINr; target {LEAST_RATIO:.0f}, {word}")


def main() -> None:
    """Read the arguments, measure, print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--units", type=int, default=QUOTED_SIZE.units)
    parser.add_argument("--indicators", type=int, default=QUOTED_SIZE.indicators)
    parser.add_argument("--draws", type=int, default=QUOTED_SIZE.draws)
    parser.add_argument("--base-runs", type=int, default=QUOTED_SIZE.base_runs)
    parser.add_argument("--repetitions", type=int, default=5)
    parser.add_argument(
        "--peer-sensitivity-repetitions",
        type=int,
        default=1,
        help="in how many repetitions COINr's sensitivity analysis runs too",
    )
    parser.add_argument("--no-peer", action="store_true", help="do not run COINr")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    given = parser.parse_args()
    size = Size(
        units=given.units,
        indicators=given.indicators,
        draws=given.draws,
        base_runs=given.base_runs,
    )
    plan = Plan(
        repetitions=given.repetitions,
        peer_sensitivity_repetitions=given.peer_sensitivity_repetitions,
        peer=None if given.no_peer else find_coinr(),
    )
    found = summary(size, measure(size, plan))
    if given.json:
        print(json.dumps(found))
        return
    for name, value in found.items():
        print(f"{name:36} {value:.3g}" if isinstance(value, float) else f"{name:36} {value}")
    for line in verdicts(found):
        print(line)
    if "uncertainty_ratio" not in found:
        print("COINr was not run, and no figures are quoted for another design than the usual one.")
    elif found["coinr"] == "quoted":
        print(
            "COINr was not run. Its seconds are quoted, for one core of a like machine; they were"
        )
        print("not measured beside these, and the ratios are to the quoted seconds.")


if __name__ == "__main__":
    main()
