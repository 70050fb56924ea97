"""All the evidence of one run, as one frozen value."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from gaptracker.domain.actors import Actor, CompetenceEntry, Membership, Population
from gaptracker.domain.corrections import AppliedCorrection
from gaptracker.domain.records import Coding, Flow, Measure, Observation, Opportunity, Statement
from gaptracker.domain.sources import Source


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """Everything that a scoring run reads.

    `as_of` is the day up to which the data speak; no cell looks past it. Sequences are in
    the order of their ids, so that equal evidence is equal byte for byte. `corrections` have been
    applied to what stands here already.
    """

    as_of: date
    actors: Mapping[str, Actor]
    sources: Mapping[str, Source]
    statements: tuple[Statement, ...]
    measures: tuple[Measure, ...]
    observations: tuple[Observation, ...]
    codings: tuple[Coding, ...]
    opportunities: tuple[Opportunity, ...]
    memberships: tuple[Membership, ...]
    competences: tuple[CompetenceEntry, ...]
    populations: tuple[Population, ...]
    flows: tuple[Flow, ...] = ()
    corrections: tuple[AppliedCorrection, ...] = ()
