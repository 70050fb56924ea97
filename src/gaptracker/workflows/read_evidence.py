"""Read all that a scoring run needs from the records."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from itertools import chain
from typing import Any

from gaptracker.domain.errors import NothingToScore
from gaptracker.domain.evidence import Evidence
from gaptracker.domain.ownership import SUBMISSION_PREFIX, of_the_desk
from gaptracker.domain.records import Coding
from gaptracker.domain.time import PartialDate
from gaptracker.domain.vocabulary import ItemKind
from gaptracker.records.mapping import (
    ACTORS,
    CODINGS,
    COMPETENCES,
    FLOWS,
    MEASURES,
    MEMBERSHIPS,
    OBSERVATIONS,
    OPPORTUNITIES,
    POPULATIONS,
    SOURCES,
    STATEMENTS,
)
from gaptracker.records.repositories import Current
from gaptracker.records.unit_of_work import UnitOfWork
from gaptracker.scoring.coding_rounds import shown_codings
from gaptracker.workflows.apply_corrections import Corrected, apply_corrections


def read_evidence(work: UnitOfWork) -> Evidence:
    """Read the current evidence, corrected; see `read_corrected`."""
    return read_corrected(work).evidence


def read_corrected(work: UnitOfWork) -> Corrected:
    """Read the current evidence with its corrections; what was withdrawn is left out.

    Its day is that of the reference data or, where evidence of submissions speaks of a later one,
    that day: see `days_in_sight`. Codings made at the desk are among the evidence once people have
    settled the item, and not before: a release must not show them to whoever codes next.

    Args:
        work: An open unit of work. Give it `read_only=True`, so that all kinds are read from
            one state of the database.

    Returns:
        The evidence, everything in order of its key by code point, whatever the database: equal
        evidence is equal byte for byte. Beside it the corrections that do not fit any more.

    Raises:
        NothingToScore: If nothing was ever loaded.
    """
    dataset = work.datasets.load_current()
    if dataset is None:
        raise NothingToScore("the database holds no evidence; run `gaptracker load-reference`")
    load_all = work.evidence.load_all
    evidence = Evidence(
        as_of=dataset.as_of,
        actors={actor.code: actor for actor in load_all(ACTORS)},
        sources={source.id: source for source in load_all(SOURCES)},
        statements=load_all(STATEMENTS),
        measures=load_all(MEASURES),
        observations=load_all(OBSERVATIONS),
        codings=load_all(CODINGS),
        # What only a machine found in a document is no silence, and no position taken.
        opportunities=tuple(each for each in load_all(OPPORTUNITIES) if each.outcome.counts),
        memberships=load_all(MEMBERSHIPS),
        competences=load_all(COMPETENCES),
        populations=load_all(POPULATIONS),
        flows=load_all(FLOWS),
    )
    corrected = apply_corrections(evidence, work.corrections.load_all())
    evidence = corrected.evidence
    evidence = replace(evidence, codings=_codings_in_sight(evidence))
    as_of = max((dataset.as_of, *days_in_sight(work, evidence)))
    return replace(corrected, evidence=replace(evidence, as_of=as_of))


def days_in_sight(work: UnitOfWork, evidence: Evidence) -> Iterator[date]:
    """Yield the days of which evidence of submissions speaks, as far as the run may look.

    A day counts unless it lies after that of the item's publication, which itself moves nothing: a
    law in force from next year waits until other evidence reaches that year. Statements and
    measures that nobody may use yet, since people have not settled them, move nothing either.
    """
    settled = {(coding.item_kind, coding.item) for coding in evidence.codings}
    load = work.evidence.load_beginning
    for said in load(STATEMENTS, SUBMISSION_PREFIX):
        if said.value.rule or (ItemKind.STATEMENT, said.value.id) in settled:
            yield from _not_ahead(said, said.value.said_on)
    for done in load(MEASURES, SUBMISSION_PREFIX):
        if (ItemKind.MEASURE, done.value.id) in settled:
            yield from _not_ahead(done, done.value.in_force.start)
    for seen in load(OBSERVATIONS, SUBMISSION_PREFIX):
        yield from _not_ahead(seen, seen.value.period)


def waiting_items(evidence: Evidence) -> int:
    """Count the items of submissions that are published and count for nothing yet.

    Args:
        evidence: As `read_corrected` gives it: with codings by people of settled items only.
    """
    settled = {(coding.item_kind, coding.item) for coding in evidence.codings}
    items = chain(
        ((ItemKind.STATEMENT, said.id) for said in evidence.statements if not said.rule),
        ((ItemKind.MEASURE, done.id) for done in evidence.measures),
    )
    return sum(item[1].startswith(SUBMISSION_PREFIX) and item not in settled for item in items)


def _not_ahead(current: Current[Any], dated: PartialDate | None) -> Iterator[date]:
    """Yield the last day that a date can mean, if it was no later than the publication."""
    if current.stands and dated is not None and dated.latest() <= current.recorded_at.date():
        yield dated.latest()


def _codings_in_sight(evidence: Evidence) -> tuple[Coding, ...]:
    """Leave out codings made at the desk of items that are not settled, or not published."""
    items = {
        *((ItemKind.STATEMENT, statement.id) for statement in evidence.statements),
        *((ItemKind.MEASURE, measure.id) for measure in evidence.measures),
    }
    groups: dict[tuple[ItemKind, str, str], list[Coding]] = defaultdict(list)
    for coding in evidence.codings:
        if not of_the_desk(coding) or (coding.item_kind, coding.item) in items:
            groups[coding.item_kind, coding.item, coding.theme].append(coding)
    shown = chain.from_iterable(map(shown_codings, groups.values()))
    return tuple(sorted(shown, key=CODINGS.sort_key))
