"""What must be true of the readings across actors, each as the share of rows of which it is.

As with the cells, the rules are written here a second time, on the frozen tables.
"""

from typing import Any

import polars as pl

from gaptracker.domain.vocabulary import Layer
from gaptracker.release.cell_tables import GAPS
from gaptracker.release.columns import Layout
from gaptracker.release.federation_tables import (
    ABROAD,
    ABROAD_FLOWS,
    COHERENCE,
    FEDERATION_UNITS,
    FEDERATIONS,
    FLOWS,
)
from gaptracker.release.record_tables import SOURCES
from gaptracker.release.shares import CELL, TOLERANCE, share_true
from gaptracker.release.tables import Tables

FEDERAL_REASONS = (
    "practice_national",
    "practice_population",
    "gap_attributable",
    "gap_system",
)


def federal_gaps_share(tables: Tables) -> float:
    """Return the share of federal readings in which both gaps are words minus the practice named.

    The national reading is that of the federation's own cell, to the last digit, with its grade,
    its label and the layer it rests on.
    """
    cells = tables[GAPS].select(
        *CELL,
        *(pl.col(name).alias(f"cell_{name}") for name in _OF_CELLS),
    )
    joined = tables[FEDERATIONS].join(cells, on=CELL, how="left", validate="1:1")
    return share_true(
        joined,
        _close(pl.col("gap_attributable"), pl.col("says") - pl.col("practice_national")),
        _close(pl.col("gap_system"), pl.col("says") - pl.col("practice_population")),
        _close(pl.col("says"), pl.col("cell_says")),
        _close(pl.col("practice_national"), pl.col("cell_practice")),
        _close(pl.col("gap_attributable"), pl.col("cell_gap")),
        _close(pl.col("gap_attributable_low"), pl.col("cell_gap_low")),
        pl.col("grade") == pl.col("cell_grade"),
        pl.col("label") == pl.col("cell_label"),
        pl.col("practice_national").is_null()
        | ((pl.col("practice_national_layer") == Layer.LAW.value) == pl.col("cell_law_only")),
    )


_OF_CELLS = ("says", "practice", "gap", "gap_low", "grade", "label", "law_only")


def population_share(tables: Tables) -> float:
    """Return the share of federal readings that follow from their units' rows.

    P_pop is the units' practice weighted by residents, over those known; the covered share is
    theirs; below the methodology's floor P_pop is missing.
    """
    known = pl.col("practice").is_not_null() & pl.col("population_share").is_not_null()
    weight = pl.col("population_share").filter(known)
    sums = (
        tables[FEDERATION_UNITS]
        .group_by(CELL)
        .agg(
            covered=weight.sum(),
            mean=(pl.col("practice").filter(known) * weight).sum() / weight.sum(),
            least=pl.col("practice").filter(known).min(),
            most=pl.col("practice").filter(known).max(),
            counted=pl.col("practice").is_not_null().sum(),
            written=weight.filter(pl.col("layer").filter(known) == Layer.LAW.value).sum()
            / weight.sum(),
            rows=pl.len(),
        )
    )
    joined = tables[FEDERATIONS].join(sums, on=CELL, how="left", validate="1:1")
    given = pl.col("practice_population").is_not_null()
    floor = tables.methodology.federations.covered_share
    return share_true(
        joined,
        ~given | ((pl.col("practice_population") - pl.col("mean")).abs() <= TOLERANCE),
        ~given | (pl.col("covered_share") >= floor),
        ~given | ((pl.col("practice_population_law_share") - pl.col("written")).abs() <= TOLERANCE),
        pl.col("covered_share").is_null()
        | ((pl.col("covered_share") - pl.col("covered")).abs() <= TOLERANCE),
        ~given | ((pl.col("lowest") - pl.col("least")).abs() <= TOLERANCE),
        ~given | ((pl.col("highest") - pl.col("most")).abs() <= TOLERANCE),
        (pl.col("n_units_known") == pl.col("counted")) & (pl.col("n_units") == pl.col("rows")),
    )


def coherence_share(tables: Tables) -> float:
    """Return the share of coherence rows whose figures are those of the agencies' own cells.

    Who stands at an end is named where the ends differ, and there alone.
    """
    listed = ("agencies", "n_statements")
    agencies = (
        tables[COHERENCE]
        .filter(pl.col("n_agencies") > 0)
        .select("theme", "year", *(pl.col(name).str.split(" ") for name in listed))
        .explode(*listed)
        .rename({"agencies": "actor"})
        .join(tables[GAPS].select(*CELL, "says", known="n_statements"), on=CELL, how="left")
        .group_by("theme", "year")
        .agg(
            deviation=pl.col("says").std(ddof=0),
            reach=pl.col("says").max() - pl.col("says").min(),
            counted=(pl.col("n_statements") == pl.col("known").cast(pl.String)).all(),
        )
    )
    joined = tables[COHERENCE].join(agencies, on=("theme", "year"), how="left", validate="1:1")
    enough = pl.col("n_agencies") >= tables.methodology.federations.coherence_agencies
    return share_true(
        joined,
        pl.col("spread").is_not_null() == enough,
        ~enough | ((pl.col("spread") - pl.col("deviation")).abs() <= TOLERANCE),
        ~enough | ((pl.col("distance") - pl.col("reach")).abs() <= TOLERANCE),
        (pl.col("n_agencies") == 0) | pl.col("counted"),
        *(
            pl.col(name).is_not_null() == (enough & (pl.col("reach") > TOLERANCE))
            for name in ("lowest_agencies", "highest_agencies", "p_apart")
        ),
    )


def abroad_share(tables: Tables) -> float:
    """Return the share of abroad rows whose practice is that of those paid, weighted by money."""
    known = pl.col("practice").is_not_null()
    money = pl.col("amount").filter(known)
    sums = (
        tables[ABROAD_FLOWS]
        .group_by("actor", "year")
        .agg(
            mean=(pl.col("practice").filter(known) * money).sum() / money.sum(),
            covered=money.sum() / pl.col("amount").sum(),
            rows=pl.len(),
        )
    )
    joined = tables[ABROAD].join(sums, on=("actor", "year"), how="left", validate="1:1")
    given = pl.col("practice").is_not_null()
    floor = tables.methodology.federations.flow_covered_share
    return share_true(
        joined,
        ~given | ((pl.col("practice") - pl.col("mean")).abs() <= TOLERANCE),
        ~given | (pl.col("covered_share") >= floor),
        pl.col("covered_share").is_null()
        | ((pl.col("covered_share") - pl.col("covered")).abs() <= TOLERANCE),
        _close(pl.col("gap"), pl.col("says") - pl.col("practice")),
        pl.col("n_flows") == pl.col("rows").fill_null(0),
    )


def across_reasoned_share(tables: Tables) -> float:
    """Return the share of rows across actors in which a number is missing just where a reason is.

    Intervals are ordered and probabilities are probabilities.
    """
    wanted: tuple[tuple[Layout[Any], tuple[tuple[str, str], ...]], ...] = (
        (FEDERATIONS, tuple((name, f"{name}_reason") for name in FEDERAL_REASONS)),
        (FEDERATION_UNITS, (("practice", "reason"),)),
        (COHERENCE, (("spread", "reason"),)),
        (ABROAD, (("practice", "practice_reason"), ("gap", "gap_reason"))),
        (ABROAD_FLOWS, (("practice", "reason"),)),
    )
    held, total = 0.0, 0
    for layout, pairs in wanted:
        frame = tables[layout]
        conditions = [
            pl.col(number).is_null() == pl.col(reason).is_not_null() for number, reason in pairs
        ]
        held += share_true(frame, *conditions, *_sound(frame)) * frame.height
        total += frame.height
    return held / total if total else 1.0


def flows_resolved_share(tables: Tables) -> float:
    """Return the share of flows whose donor, recipient and source are known to the release."""
    actors, sources = list(tables.actors), tables[SOURCES]["id"]
    return share_true(
        tables[FLOWS],
        pl.col("donor").is_in(actors),
        pl.col("recipient").is_null() | pl.col("recipient").is_in(actors),
        pl.col("source").is_in(sources.implode()),
    )


def _sound(frame: pl.DataFrame) -> list[pl.Expr]:
    """Return that intervals are ordered and probabilities lie from 0 to 1, wherever given."""
    names = frame.columns
    intervals = [
        pl.col(f"{name}_low").is_null() | (pl.col(f"{name}_low") <= pl.col(f"{name}_high"))
        for name in (each.removesuffix("_low") for each in names if each.endswith("_low"))
    ]
    odds = [
        pl.col(name).is_null() | pl.col(name).is_between(0, 1)
        for name in names
        if "p_words" in name or "p_deeds" in name or name == "p_apart"
    ]
    return [*intervals, *odds]


def _close(left: pl.Expr, right: pl.Expr) -> pl.Expr:
    return (left.is_null() & right.is_null()) | ((left - right).abs() <= TOLERANCE)
