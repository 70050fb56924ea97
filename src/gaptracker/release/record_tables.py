"""The tables of evidence that stand beside the numbers, so that each leads back to its source."""

from collections.abc import Callable

import polars as pl

from gaptracker.domain.records import Coding, Measure, Observation, Statement
from gaptracker.domain.sources import Source
from gaptracker.domain.time import PartialDate
from gaptracker.release.columns import Column, Layout, Value

TEXT, REAL, COUNT, FLAG, DAY = pl.String, pl.Float64, pl.Int32, pl.Boolean, pl.Date


def _text(name: str) -> Column[Value]:
    """Return a column of texts; a closed vocabulary's members are texts, too."""
    return Column(name, TEXT, lambda value: getattr(value, name))


def _partial(name: str, read: Callable[[Value], PartialDate | None]) -> Column[Value]:
    """Return a column of dates written as precisely as they are known."""

    def written(value: Value) -> str | None:
        known = read(value)
        return str(known) if known else None

    return Column(name, TEXT, written)


STATEMENTS: Layout[Statement] = Layout(
    name="statements",
    key=("id",),
    columns=(
        _text("id"),
        _text("actor"),
        _text("speaker"),
        _text("office"),
        _text("forum"),
        _partial("said_on", lambda statement: statement.said_on),
        _text("mode"),
        _text("instrument"),
        _text("language"),
        _text("excerpt"),
        _text("paraphrase"),
        _text("document"),
        _text("act"),
        _text("series"),
        _partial("due_on", lambda statement: statement.due_on),
        _partial("withdrawn_on", lambda statement: statement.withdrawn_on),
        Column("solicited", FLAG, lambda statement: statement.solicited),
        _text("rule"),
        _text("answer"),
        _text("specificity"),
        _text("source"),
        _text("locator"),
    ),
)

MEASURES: Layout[Measure] = Layout(
    name="measures",
    key=("id",),
    columns=(
        _text("id"),
        _text("actor"),
        _text("layer"),
        _text("kind"),
        _text("title"),
        _text("issuer"),
        _partial("in_force_from", lambda measure: measure.in_force.start),
        _partial("in_force_to", lambda measure: measure.in_force.end),
        _text("territory"),
        _text("source"),
        _text("locator"),
        _text("note"),
    ),
)

OBSERVATIONS: Layout[Observation] = Layout(
    name="observations",
    key=("id",),
    columns=(
        _text("id"),
        _text("actor"),
        _text("indicator"),
        _partial("period", lambda observation: observation.period),
        Column("value", REAL, lambda observation: observation.value),
        _text("category"),
        Column("lower", REAL, lambda observation: observation.lower),
        Column("upper", REAL, lambda observation: observation.upper),
        _text("status"),
        _text("source"),
        _text("note"),
    ),
)

CODINGS: Layout[Coding] = Layout(
    name="codings",
    key=("item_kind", "item", "theme", "coder", "rung", "rationale", "original_code"),
    columns=(
        _text("item"),
        _text("item_kind"),
        _text("theme"),
        _text("coder"),
        _text("coder_kind"),
        Column("rung", COUNT, lambda coding: coding.rung),
        _text("specificity"),
        _text("rationale"),
        _text("original_code"),
    ),
)

SOURCES: Layout[Source] = Layout(
    name="sources",
    key=("id",),
    columns=(
        _text("id"),
        _text("title"),
        _text("publisher"),
        _text("group"),
        Column("grade", COUNT, lambda source: source.grade),
        Column("record_of_act", FLAG, lambda source: source.record_of_act),
        _text("kind"),
        _text("url"),
        _text("licence"),
        _text("citation"),
        _partial("published_on", lambda source: source.published_on),
        Column("retrieved_on", DAY, lambda source: source.retrieved_on),
    ),
)
