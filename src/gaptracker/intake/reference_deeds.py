"""The deeds in a reference folder: measures, observations, and the codings of both sides."""

from collections.abc import Iterator, Mapping
from functools import partial

from gaptracker.domain.errors import InvalidValue
from gaptracker.domain.records import Coding, Flow, Measure, Observation
from gaptracker.domain.vocabulary import (
    CoderKind,
    ItemKind,
    Layer,
    MeasureKind,
    ObservationStatus,
    Specificity,
)
from gaptracker.intake.reference_draft import Draft
from gaptracker.intake.reference_rows import Row


def read_measures(draft: Draft) -> Iterator[Measure]:
    """Yield the laws, decrees, programmes and practices."""
    seen: set[str] = set()
    for row in draft.rows("measures.csv"):
        name, actor, source = row.text("id"), draft.actor(row), draft.source(row)
        layer, kind = row.required("layer", Layer), row.required("kind", MeasureKind)
        title, in_force = row.text("title"), row.period("in_force_from", "in_force_to")
        if layer and kind and draft.unique(row, name, seen):
            yield Measure(
                id=name,
                actor=actor,
                layer=layer,
                kind=kind,
                title=title,
                in_force=in_force,
                source=source,
                issuer=row.optional("issuer"),
                territory=row.optional("territory"),
                locator=row.optional("locator"),
                note=row.optional("note"),
            )


def read_observations(draft: Draft) -> Iterator[Observation]:
    """Yield the indicators' values, each one that its goalposts can place."""
    seen: set[str] = set()
    for row in draft.rows("observations.csv"):
        name = row.text("id")
        row.known("indicator", draft.methodology.indicators, "indicator")
        observation = draft.build(row, _observation)
        if observation is not None and draft.unique(row, name, seen):
            _require_place(draft, row, observation)
            yield observation


def _observation(draft: Draft, row: Row) -> Observation:
    name, period = row.text("id"), row.partial("period")
    if period is None:
        raise InvalidValue(f"observation {name} has no period; expected YYYY or YYYY-MM")
    return Observation(
        id=name,
        actor=draft.actor(row),
        indicator=row.text("indicator"),
        period=period,
        source=draft.source(row),
        value=row.number("value"),
        category=row.optional("category"),
        lower=row.number("lower"),
        upper=row.number("upper"),
        status=row.required("status", ObservationStatus) or ObservationStatus.OBSERVED,
        note=row.optional("note"),
    )


def _require_place(draft: Draft, row: Row, observation: Observation) -> None:
    """Note a value that its indicator's goalposts cannot place."""
    indicator = draft.methodology.indicators.get(observation.indicator)
    if indicator is None or observation.status is ObservationStatus.OPAQUE:
        return
    try:
        indicator.goalposts.points(observation.value, observation.category)
    except InvalidValue as error:
        draft.problems.found.append(f"{row.file} line {row.line}, {indicator.id}: {error}")


def read_flows(draft: Draft) -> Iterator[Flow]:
    """Yield the money and help that went from a donor to a recipient."""
    seen: set[str] = set()
    for row in draft.rows("flows.csv"):
        flow = draft.build(row, _flow)
        if flow is not None and draft.unique(row, flow.id, seen):
            yield flow


def _flow(draft: Draft, row: Row) -> Flow:
    name, amount = row.text("id"), row.number("amount")
    if amount is None:
        raise InvalidValue(f"flow {name} has no amount; expected one above zero")
    return Flow(
        id=name,
        donor=draft.actor(row, "donor"),
        recipient=draft.actor(row, "recipient") if row.optional("recipient") else None,
        theme=draft.theme(row),
        period=row.period("period_from", "period_to"),
        amount=amount,
        currency=row.text("currency"),
        purpose=row.text("purpose"),
        source=draft.source(row),
        locator=row.optional("locator"),
    )


def read_codings(draft: Draft, items: Mapping[str, ItemKind]) -> Iterator[Coding]:
    """Yield the codings of statements and measures.

    Args:
        draft: The folder being read.
        items: The kind of every statement and measure, by id.
    """
    seen: set[str] = set()
    for row in draft.rows("codings.csv"):
        name = " ".join(row.text(column) for column in ("item", "theme", "coder"))
        coding = draft.build(row, partial(_coding, items))
        if coding is not None and draft.unique(row, name, seen):
            yield coding


def _coding(items: Mapping[str, ItemKind], draft: Draft, row: Row) -> Coding:
    item = row.known("item", items, "statement or measure of this folder")
    kind, rung = items.get(item), row.whole("rung")
    coder_kind = row.required("coder_kind", CoderKind)
    specificity = row.choice("specificity", Specificity) or Specificity.SPECIFIC
    theme = draft.theme(row)
    if kind is None or rung is None or coder_kind is None:
        raise InvalidValue(f"the coding of {item} lacks its rung; expected 0 to 4")
    return Coding(
        item=item,
        item_kind=kind,
        theme=theme,
        coder=row.text("coder"),
        coder_kind=coder_kind,
        rung=rung,
        specificity=specificity,
        rationale=row.text("rationale"),
        original_code=row.optional("original_code"),
    )
