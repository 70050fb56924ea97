"""All the evidence on one actor and theme, indexed once and read for every year."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import chain

from gaptracker.domain.evidence import Evidence
from gaptracker.domain.methodology import Methodology
from gaptracker.domain.records import Coding, Measure, Observation, Opportunity, Statement
from gaptracker.domain.sources import Source
from gaptracker.domain.vocabulary import CoderKind, ItemKind, Relation, Specificity
from gaptracker.scoring.coding_rounds import counting_codings
from gaptracker.scoring.items import Placement
from gaptracker.scoring.membership import SpokenFor
from gaptracker.scoring.rungs import Confusion, default_confusion, place, rule_codings

CellKey = tuple[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacedStatement:
    """A statement with its place on one theme's ladder.

    `membership_share` is the part of its weight that counts for this actor, below 1 where a body
    spoke and the actor is a member of it; `relation` joins the speaker to the actor.
    `refused` is the day and id of the actor's dissociation where no theme's ladder holds it.
    """

    statement: Statement
    source: Source
    placement: Placement
    specificity: Specificity
    machine_coded: bool
    said_on: date
    membership_share: float = 1.0
    relation: Relation = Relation.SAME_ACTOR
    refused: tuple[date, str] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacedMeasure:
    """A measure with its place on one theme's ladder."""

    measure: Measure
    source: Source
    placement: Placement
    machine_coded: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SourcedObservation:
    """An observation with its source and the last day of its period."""

    observation: Observation
    source: Source
    period_end: date


@dataclass(slots=True)
class Dossier:
    """What is known of one actor on one theme."""

    actor: str
    theme: str
    statements: list[PlacedStatement] = field(default_factory=list)
    measures: list[PlacedMeasure] = field(default_factory=list)
    observations: dict[str, list[SourcedObservation]] = field(default_factory=dict)
    opportunities: list[Opportunity] = field(default_factory=list)


def build_dossiers(
    evidence: Evidence,
    methodology: Methodology,
    confusions: Mapping[str, Confusion] | None = None,
) -> dict[CellKey, Dossier]:
    """Sort the evidence by actor and theme, each item placed on the theme's ladder.

    Args:
        evidence: The evidence of the run.
        methodology: The rules; its codebook codes votes, signatures and answers.
        confusions: Confusion matrix by coder; the default matrix for coders left out.

    Returns:
        A dossier for every actor and theme of which anything is known. Statements stand in
        the order in which they were said, observations in the order of their periods (the
        better source last where two give the same period).
    """
    dossiers: dict[CellKey, Dossier] = {}

    def dossier(actor: str, theme: str) -> Dossier:
        return dossiers.setdefault((actor, theme), Dossier(actor=actor, theme=theme))

    default = default_confusion(methodology.draws.coder_right_probability)
    known = defaultdict(lambda: default, confusions or {})
    _add_coded(evidence, methodology, known, dossier)
    _add_observations(evidence, methodology, dossier)
    for opportunity in evidence.opportunities:
        dossier(opportunity.actor, opportunity.theme).opportunities.append(opportunity)
    for entry in dossiers.values():
        entry.statements.sort(key=lambda item: (item.said_on, item.statement.id))
        entry.measures.sort(key=lambda item: item.measure.id)
        for series in entry.observations.values():
            series.sort(key=_period_then_quality)
    return dossiers


def _period_then_quality(item: SourcedObservation) -> tuple[date, int, str]:
    return (item.period_end, -item.source.grade, item.observation.id)


def _add_coded(
    evidence: Evidence,
    methodology: Methodology,
    confusions: Mapping[str, Confusion],
    dossier: Callable[[str, str], Dossier],
) -> None:
    """Place every coded statement and measure."""
    codings = _codings_by_item(evidence, methodology)
    spoken_for = SpokenFor(
        evidence,
        methodology.eu_statement_share,
        themes_of=lambda name: codings.get((ItemKind.STATEMENT, name), ()),
    )
    for statement in evidence.statements:
        source = evidence.sources[statement.source]
        for theme, group in codings[ItemKind.STATEMENT, statement.id].items():
            placed = PlacedStatement(
                statement=statement,
                source=source,
                placement=place(group, confusions),
                specificity=_least_specific(group, methodology),
                machine_coded=_by_machine_alone(group),
                said_on=statement.said_on.latest(),
            )
            dossier(statement.actor, theme).statements.append(placed)
            for heir in spoken_for.by(statement, theme):
                dossier(heir.actor, theme).statements.append(
                    replace(
                        placed,
                        membership_share=heir.share,
                        relation=heir.relation,
                        refused=heir.refused,
                    )
                )
    for measure in evidence.measures:
        source = evidence.sources[measure.source]
        for theme, group in codings[ItemKind.MEASURE, measure.id].items():
            dossier(measure.actor, theme).measures.append(
                PlacedMeasure(
                    measure=measure,
                    source=source,
                    placement=place(group, confusions),
                    machine_coded=_by_machine_alone(group),
                )
            )


def _codings_by_item(
    evidence: Evidence, methodology: Methodology
) -> dict[tuple[ItemKind, str], dict[str, Sequence[Coding]]]:
    """Group the codings that count, stored ones and those by rule: item, then theme."""
    grouped: dict[tuple[ItemKind, str], dict[str, list[Coding]]] = defaultdict(dict)
    by_rule = (
        coding
        for statement in evidence.statements
        for coding in rule_codings(statement, methodology.codebook)
    )
    for coding in chain(evidence.codings, by_rule):
        grouped[coding.item_kind, coding.item].setdefault(coding.theme, []).append(coding)
    counting: dict[tuple[ItemKind, str], dict[str, Sequence[Coding]]] = defaultdict(dict)
    for item, by_theme in grouped.items():
        for theme, group in by_theme.items():
            if counted := counting_codings(group):
                counting[item][theme] = counted
    return counting


def _least_specific(codings: Sequence[Coding], methodology: Methodology) -> Specificity:
    """Return the specificity that weighs least, the careful reading where coders differ."""
    factors = methodology.words.specificity
    return min((coding.specificity for coding in codings), key=lambda given: factors[given])


def _by_machine_alone(codings: Sequence[Coding]) -> bool:
    return all(coding.coder_kind is CoderKind.MACHINE for coding in codings)


def _add_observations(
    evidence: Evidence, methodology: Methodology, dossier: Callable[[str, str], Dossier]
) -> None:
    """Put every observation with each theme that uses its indicator."""
    for observation in evidence.observations:
        sourced = SourcedObservation(
            observation=observation,
            source=evidence.sources[observation.source],
            period_end=observation.period.latest(),
        )
        for theme in methodology.indicator(observation.indicator).uses:
            series = dossier(observation.actor, theme).observations
            series.setdefault(observation.indicator, []).append(sourced)
