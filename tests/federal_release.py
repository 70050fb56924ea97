"""The smallest release with something of everything across actors, on invented figures."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import polars as pl

from gaptracker.domain.actors import Membership
from gaptracker.domain.evidence import Evidence
from gaptracker.domain.vocabulary import Competence
from gaptracker.release.columns import Layout
from gaptracker.release.federation_tables import (
    ABROAD,
    ABROAD_FLOWS,
    COHERENCE,
    FEDERATION_UNITS,
    FEDERATIONS,
    FLOWS,
)
from gaptracker.release.freeze import Frozen
from tests.core.builders import coding, evidence, observation, source, statement
from tests.core.federation_world import federation, flow, period, prevailing
from tests.core.rules import RULES
from tests.small_release import freeze

KNOWN = {"UR-A": 100.0, "UR-B": 25.0}


def federal_evidence() -> Evidence:
    """A federation two of whose three units are known, two agencies, and two flows in a year."""
    given = federation(KNOWN, competence=prevailing(level=Competence.SHARED, enforced=False))
    voices = [statement(f"of {name}", actor=name) for name in ("AAA", "BBB")]
    paid = [observation(f"value {name}", 50.0, actor=name) for name in ("IRN", "PAK")]
    others = evidence(observations=paid, coded=[(voice, 2) for voice in voices])
    group = RULES.federations.coherence_group
    return replace(
        given,
        actors={**given.actors, **others.actors},
        sources={**given.sources, "report": source("report")},
        statements=(*given.statements, *voices),
        observations=(*given.observations, *paid),
        codings=(*given.codings, coding(voices[0], 4), coding(voices[1], 2)),
        memberships=tuple(
            Membership(member=name, group=group, period=period()) for name in ("AAA", "BBB")
        ),
        flows=(flow("to-irn", "IRN", 30.0), flow("to-pak", "PAK", 70.0)),
    )


def freeze_federal() -> Frozen:
    """Freeze it under the plan of the small release."""
    return freeze(federal_evidence())


def set_to(column: str, value: pl.Expr) -> Callable[[pl.DataFrame], pl.DataFrame]:
    """A change of one column wherever it holds a value."""
    return lambda frame: frame.with_columns(
        pl.when(pl.col(column).is_not_null()).then(value).otherwise(None).alias(column)
    )


# `Any`, because each layout is of values of its own type.
BREAKS: list[tuple[str, Layout[Any], Callable[[pl.DataFrame], pl.DataFrame]]] = [
    ("federal_gaps_share", FEDERATIONS, set_to("gap_attributable", pl.lit(1.0))),
    ("federal_gaps_share", FEDERATIONS, set_to("gap_system", pl.lit(1.0))),
    ("federal_gaps_share", FEDERATIONS, set_to("gap_attributable_low", pl.lit(-99.0))),
    ("federal_gaps_share", FEDERATIONS, set_to("practice_national", pl.lit(30.0))),
    ("federal_gaps_share", FEDERATIONS, set_to("grade", pl.lit("A"))),
    ("federal_gaps_share", FEDERATIONS, set_to("label", pl.lit("mixed_message"))),
    ("federal_gaps_share", FEDERATIONS, set_to("practice_national_layer", pl.lit("law"))),
    ("population_share", FEDERATIONS, set_to("practice_population_law_share", pl.lit(0.5))),
    ("population_share", FEDERATION_UNITS, set_to("layer", pl.lit("law"))),
    ("population_share", FEDERATIONS, set_to("practice_population", pl.lit(30.0))),
    ("population_share", FEDERATIONS, set_to("covered_share", pl.lit(1.0))),
    ("population_share", FEDERATIONS, set_to("lowest", pl.lit(0.0))),
    ("population_share", FEDERATIONS, set_to("highest", pl.lit(99.0))),
    ("population_share", FEDERATIONS, set_to("n_units_known", pl.lit(3, pl.Int32))),
    ("population_share", FEDERATION_UNITS, set_to("population_share", pl.lit(0.2))),
    ("population_share", FEDERATION_UNITS, lambda frame: frame.head(-1)),
    ("coherence_share", COHERENCE, set_to("spread", pl.lit(1.0))),
    ("coherence_share", COHERENCE, set_to("distance", pl.lit(1.0))),
    ("coherence_share", COHERENCE, set_to("agencies", pl.lit("AAA URY"))),
    ("coherence_share", COHERENCE, set_to("n_statements", pl.lit("1 9"))),
    ("coherence_share", COHERENCE, set_to("lowest_agencies", pl.lit(None, pl.String))),
    ("coherence_share", COHERENCE, set_to("p_apart", pl.lit(None, pl.Float64))),
    ("abroad_share", ABROAD, set_to("practice", pl.lit(1.0))),
    ("abroad_share", ABROAD, set_to("covered_share", pl.lit(0.9))),
    ("abroad_share", ABROAD, set_to("n_flows", pl.lit(3, pl.Int32))),
    ("abroad_share", ABROAD_FLOWS, set_to("practice", pl.col("amount"))),
    ("across_reasoned_share", FEDERATIONS, set_to("gap_system_reason", pl.lit(None))),
    ("across_reasoned_share", FEDERATION_UNITS, set_to("reason", pl.lit(None))),
    ("across_reasoned_share", FEDERATIONS, set_to("gap_system_high", pl.lit(-999.0))),
    ("across_reasoned_share", COHERENCE, set_to("p_apart", pl.lit(1.5))),
    ("across_reasoned_share", ABROAD, set_to("gap_reason", pl.lit(None))),
    ("flows_resolved_share", FLOWS, set_to("source", pl.lit("nowhere"))),
    ("flows_resolved_share", FLOWS, set_to("recipient", pl.lit("XXX"))),
]
