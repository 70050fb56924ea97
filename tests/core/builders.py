"""Evidence and items a line at a time, and the one cell that a test is about."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date

from gaptracker.domain.actors import Actor
from gaptracker.domain.evidence import Evidence
from gaptracker.domain.methodology import Methodology
from gaptracker.domain.records import (
    Coding,
    Measure,
    Observation,
    Opportunity,
    Statement,
)
from gaptracker.domain.results import CellScore, Pair
from gaptracker.domain.sources import Source
from gaptracker.domain.time import PartialDate, Period
from gaptracker.domain.vocabulary import (
    ActorKind,
    CoderKind,
    Instrument,
    ItemKind,
    Layer,
    MeasureKind,
    Mode,
    ObservationStatus,
    Office,
    OpportunityOutcome,
    Side,
    Specificity,
)
from gaptracker.scoring.dossier import CellKey, Dossier
from gaptracker.scoring.items import Item, Placement
from gaptracker.scoring.run import score_evidence
from gaptracker.workflows.pair_evidence import pairs_over_time_of
from tests.core.rules import RULES, THEME

ACTOR, OTHER = "URY", "NOR"
AS_OF = date(2022, 12, 31)


def source(
    name: str = "report", *, group: str | None = None, grade: int = 1, record: bool = False
) -> Source:
    return Source(
        id=name,
        title=name,
        publisher="a publisher",
        group=group or name,
        grade=grade,
        record_of_act=record,
        kind="report",
        licence="CC0-1.0",
        citation=name,
        retrieved_on=date(2022, 12, 31),
    )


def statement(name: str, said_on: str = "2022-12-31", **changes: object) -> Statement:
    """A delegate's statement with the weight 0.8 x 0.9 x specificity; `changes` are its fields."""
    plain = Statement(
        id=name,
        actor=ACTOR,
        forum="a forum",
        said_on=PartialDate.parse(said_on),
        mode=Mode.ADVOCACY,
        instrument=Instrument.NATIONAL_STATEMENT,
        office=Office.ACCREDITED_DELEGATE,
        source="report",
        document=f"document of {name}",
        act=f"act of {name}",
        paraphrase="what was said",
    )
    # mypy cannot check a field's type through `**`; the dataclass itself takes any.
    return replace(plain, **changes)  # type: ignore[arg-type]


def measure(
    name: str, start: str | None = "2000", end: str | None = None, **changes: object
) -> Measure:
    plain = Measure(
        id=name,
        actor=ACTOR,
        layer=Layer.LAW,
        kind=MeasureKind.STATUTE,
        title=name,
        in_force=Period(
            start=PartialDate.parse(start) if start else None,
            end=PartialDate.parse(end) if end else None,
        ),
        source="report",
    )
    return replace(plain, **changes)  # type: ignore[arg-type]  # as above


def observation(
    name: str, value: float | None, period: str = "2022", **changes: object
) -> Observation:
    """A value of indicator `alpha`; None is a figure withheld."""
    plain = Observation(
        id=name,
        actor=ACTOR,
        indicator="alpha",
        period=PartialDate.parse(period),
        source="report",
        value=value,
        status=ObservationStatus.OPAQUE if value is None else ObservationStatus.OBSERVED,
    )
    return replace(plain, **changes)  # type: ignore[arg-type]  # as above


def coding(item: Statement | Measure, rung: int, **changes: object) -> Coding:
    """One coding by rule, hence certain, as specific as can be."""
    plain = Coding(
        item=item.id,
        item_kind=ItemKind.STATEMENT if isinstance(item, Statement) else ItemKind.MEASURE,
        theme=THEME,
        coder="codebook",
        coder_kind=CoderKind.RULE,
        rung=rung,
        specificity=Specificity.SPECIFIC,
        rationale="a reason",
    )
    return replace(plain, **changes)  # type: ignore[arg-type]  # as above


def opportunity(
    name: str,
    held_on: str,
    outcome: OpportunityOutcome = OpportunityOutcome.SILENT,
    *,
    theme: str = THEME,
) -> Opportunity:
    return Opportunity(
        id=name,
        actor=ACTOR,
        theme=theme,
        session=name,
        held_on=PartialDate.parse(held_on),
        outcome=outcome,
    )


def evidence(
    *,
    coded: Iterable[tuple[Statement | Measure, int]] = (),
    observations: Iterable[Observation] = (),
    codings: Iterable[Coding] = (),
    opportunities: Iterable[Opportunity] = (),
    sources: Iterable[Source] = (),
    as_of: date = AS_OF,
) -> Evidence:
    """Evidence of statements and measures with a certain rung each, and of what else is given.

    An item that `codings` codes keeps those codings alone. Every source named and not given is a
    report of grade 1 and of a group of its own.
    """
    coded, codings, observations = tuple(coded), tuple(codings), tuple(observations)
    items = [item for item, _ in coded]
    given = {entry.id: entry for entry in sources}
    named = {item.source for item in (*items, *observations)}
    by_hand = {entry.item for entry in codings}
    actors = {item.actor for item in (*items, *observations)} | {ACTOR}
    return Evidence(
        as_of=as_of,
        actors={
            code: Actor(code=code, kind=ActorKind.STATE, names={"en": code})
            for code in sorted(actors)
        },
        sources={name: source(name) for name in sorted(named)} | given,
        statements=tuple(item for item in items if isinstance(item, Statement)),
        measures=tuple(item for item in items if isinstance(item, Measure)),
        observations=observations,
        codings=(
            *codings,
            *(coding(item, rung) for item, rung in coded if item.id not in by_hand),
        ),
        opportunities=tuple(opportunities),
        memberships=(),
        competences=(),
        populations=(),
    )


def score(
    given: Evidence,
    *,
    year: int = 2022,
    actor: str = ACTOR,
    theme: str = THEME,
    rules: Methodology = RULES,
) -> CellScore:
    """The one cell that a test is about."""
    cells = score_evidence(given, rules, [year])
    return next(cell for cell in cells if cell.actor == actor and cell.theme == theme)


def word(
    name: str, points: float | Mapping[float, float], weight: float = 1.0, **changes: object
) -> Item:
    """A statement as one cell sees it; `points` may map possible points to their probability."""
    places = points if isinstance(points, Mapping) else {points: 1.0}
    plain = Item(
        id=name,
        kind=ItemKind.STATEMENT,
        side=Side.WORDS,
        layer=None,
        source=source(name),
        document=name,
        placement=Placement(points=tuple(places), probabilities=tuple(places.values())),
        factors=(("given", weight),),
        seen_on=AS_OF,
    )
    return replace(plain, **changes)  # type: ignore[arg-type]  # as above


def deed(
    name: str, points: float | Mapping[float, float], weight: float = 1.0, **changes: object
) -> Item:
    """A practice as one cell sees it."""
    plain = replace(
        word(name, points, weight),
        kind=ItemKind.OBSERVATION,
        side=Side.DEEDS,
        layer=Layer.PRACTICE,
    )
    return replace(plain, **changes)  # type: ignore[arg-type]  # as above


def pairs_of_dossiers(
    dossiers: Mapping[CellKey, Dossier], rules: Methodology, as_of: date
) -> Iterator[Pair]:
    """The pairs over time of many dossiers, in the order of their names."""
    for key in sorted(dossiers):
        yield from pairs_over_time_of(dossiers[key], rules, as_of)
