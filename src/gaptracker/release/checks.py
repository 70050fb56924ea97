"""What must hold before a release is shown: floors that fail, ceilings that warn."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum

from gaptracker.domain.results import CheckResult
from gaptracker.release import (
    alliance_invariants,
    analysis_invariants,
    counts,
    federation_invariants,
    invariants,
)
from gaptracker.release.tables import Tables


class BoundKind(StrEnum):
    """What happens to a release beyond a bound: it fails, or a warning is kept with it."""

    FLOOR = "floor"
    CEILING = "ceiling"


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One figure of a release, the bound set for it, and why it stands where it stands."""

    name: str
    kind: BoundKind
    bound: float
    measure: Callable[[Tables], float]
    reason: str

    def run(self, tables: Tables) -> CheckResult:
        """Hold the release against the bound."""
        return judge(
            self.name, self.measure(tables), self.bound, kind=self.kind, reason=self.reason
        )


def judge(name: str, found: float, bound: float, *, kind: BoundKind, reason: str) -> CheckResult:
    """Hold a figure against its bound; a figure equal to the bound passes."""
    match kind:
        case BoundKind.FLOOR:
            passed = found >= bound
        case BoundKind.CEILING:
            passed = found <= bound
    return CheckResult(
        name=name, found=float(found), bound=bound, kind=kind.value, passed=passed, reason=reason
    )


def run_checks(tables: Tables, checks: Iterable[Check]) -> tuple[CheckResult, ...]:
    """Hold a release against every check, in order."""
    return tuple(check.run(tables) for check in checks)


def failures(results: Iterable[CheckResult]) -> tuple[CheckResult, ...]:
    """Return the floors that were not reached; one is enough to fail a release."""
    return tuple(each for each in results if each.kind == BoundKind.FLOOR and not each.passed)


def warnings(results: Iterable[CheckResult]) -> tuple[CheckResult, ...]:
    """Return the ceilings that were passed; they are shown, and fail nothing."""
    return tuple(each for each in results if each.kind == BoundKind.CEILING and not each.passed)


def _floor(name: str, bound: float, measure: Callable[[Tables], float], reason: str) -> Check:
    return Check(name=name, kind=BoundKind.FLOOR, bound=bound, measure=measure, reason=reason)


def _ceiling(name: str, bound: float, measure: Callable[[Tables], float], reason: str) -> Check:
    return Check(name=name, kind=BoundKind.CEILING, bound=bound, measure=measure, reason=reason)


# Hold for any evidence, however small. Each bound is 1 because one row that breaks the rule is
# one wrong number in somebody's story.
INVARIANTS: tuple[Check, ...] = (
    _floor("cells", 1, counts.cells, "a run without cells found nothing to score"),
    _floor(
        "cells_with_gap",
        1,
        counts.cells_with_gap,
        "a run in which no cell has both sides is empty, whatever its size",
    ),
    _floor(
        "complete_share",
        1,
        invariants.complete_share,
        "every actor, theme and year has its cell, so that a missing one is never silent",
    ),
    _floor(
        "unique_share",
        1,
        invariants.unique_share,
        "two rows of one key would let a reader pick the number",
    ),
    _floor("finite_share", 1, invariants.finite_share, "NaN and infinity are no measurements"),
    _floor(
        "reasoned_share",
        1,
        invariants.reasoned_share,
        "missing is never zero: each missing number says why it is missing",
    ),
    _floor(
        "arithmetic_share",
        1,
        invariants.arithmetic_share,
        "G = R - P, and the legislative and implementation parts sum to G (section 4)",
    ),
    _floor(
        "contributions_sum_share",
        1,
        invariants.contributions_sum_share,
        "a reader adds up the items and must arrive at the gap, within 1e-9 points",
    ),
    _floor(
        "pair_names_share",
        1,
        invariants.pair_names_share,
        "an address that leads to the pairs of many actors cannot be cited",
    ),
    _floor(
        "pairs_sum_share",
        1,
        invariants.pairs_sum_share,
        "the pairs of today sum to the gap, within 1e-9 points (section 6)",
    ),
    _floor(
        "scale_share",
        1,
        invariants.scale_share,
        "points lie within 0 to 100, and the three probabilities of a gap sum to 1",
    ),
    _floor(
        "interval_share",
        1,
        invariants.interval_share,
        "an interval that does not hold its own figure comes from a broken draw",
    ),
    _floor(
        "label_share",
        1,
        invariants.label_share,
        "a label says what its thresholds allow, by a second writing of the rule (section 5)",
    ),
    _floor(
        "grade_share",
        1,
        invariants.grade_share,
        "no grade above the methodology's ceiling on a machine's coding, none without a gap",
    ),
    _floor(
        "resolved_share",
        1,
        invariants.resolved_share,
        "every number leads to its statement or deed, and that to its source",
    ),
    _floor(
        "federal_gaps_share",
        1,
        federation_invariants.federal_gaps_share,
        "G_attrib = R - P_nat as in the federation's own cell; G_system = R - P_pop (section 8)",
    ),
    _floor(
        "population_share",
        1,
        federation_invariants.population_share,
        "a reader adds up the units and arrives at what residents live under (section 8)",
    ),
    _floor(
        "coherence_share",
        1,
        federation_invariants.coherence_share,
        "the spread of the agencies is that of the words in their cells (section 8)",
    ),
    _floor(
        "abroad_share",
        1,
        federation_invariants.abroad_share,
        "practice abroad is that of the states that the money went to (section 8)",
    ),
    _floor(
        "across_reasoned_share",
        1,
        federation_invariants.across_reasoned_share,
        "missing is never zero across actors either",
    ),
    _floor(
        "flows_resolved_share",
        1,
        federation_invariants.flows_resolved_share,
        "every sum leads to who gave it, who got it and the page it was read on",
    ),
    _floor(
        "analysed_share",
        1,
        analysis_invariants.analysed_share,
        "each cell of grade C or better has its method band, its grids and its sources in turn",
    ),
    _floor(
        "method_band_share",
        1,
        analysis_invariants.band_share,
        "a range over weights that does not hold the published gap was made of other items",
    ),
    _floor(
        "grid_share",
        1,
        analysis_invariants.grid_share,
        "figures are compared by the draws that their intervals were taken from",
    ),
    _floor(
        "leave_out_share",
        1,
        analysis_invariants.leave_out_share,
        "what a source moves is the gap without it less the published gap",
    ),
    _floor(
        "sensitivity_share",
        1,
        analysis_invariants.sensitivity_share,
        "an index whose interval is upside down comes from a broken bootstrap",
    ),
    _floor(
        "positions_share",
        1,
        alliance_invariants.positions_share,
        "a position on a theme without deeds lies on its ladder and in its interval",
    ),
    _floor(
        "similarities_share",
        1,
        alliance_invariants.similarities_share,
        "every two known on enough themes are held together, by the points of their cells",
    ),
    _floor(
        "similarity_changes_share",
        1,
        alliance_invariants.similarity_changes_share,
        "a change is printed only where the draws show it (section 5)",
    ),
    _floor(
        "communities_share",
        1,
        alliance_invariants.communities_share,
        "in a group every two stand together in enough of the runs (section 9)",
    ),
    _floor(
        "alike_apart_share",
        1,
        alliance_invariants.alike_apart_share,
        "who speaks alike and acts apart is named by the rule, and nobody else (section 9)",
    ),
)
