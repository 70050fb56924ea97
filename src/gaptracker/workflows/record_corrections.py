"""Keep the corrections of a submission as long as it is published, and what follows from them."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from gaptracker.domain.corrections import FieldChange, PublishedCorrection
from gaptracker.domain.evidence import Evidence
from gaptracker.domain.records import Measure, Statement
from gaptracker.domain.sources import Source
from gaptracker.records.mapping import ACTORS, MEASURES, OBSERVATIONS, SOURCES, STATEMENTS, Kind
from gaptracker.records.revisions import RevisionStamp
from gaptracker.records.unit_of_work import UnitOfWork
from gaptracker.workflows.apply_corrections import apply_corrections
from gaptracker.workflows.outdated_codings import withdraw_outdated

# What a coder does not read: a correction of these makes no coding void.
UNREAD = frozenset({"source", "locator", "withdrawn_on", "solicited", "series", "existence"})
EVERY_THEME = "*"
ITEM_KINDS: tuple[Kind[Any], ...] = (STATEMENTS, MEASURES, OBSERVATIONS)


def record_corrections(
    submission: str,
    corrections: Iterable[PublishedCorrection],
    work: UnitOfWork,
    *,
    stamp: RevisionStamp,
) -> None:
    """Make the corrections of a submission exactly these; without any, all are taken back.

    Codings that members made of the records, reading them before, are withdrawn with history.

    Args:
        submission: Its id.
        corrections: What is published.
        work: An open unit of work, which the caller commits.
        stamp: Who publishes or takes back, when and why; public for ever.
    """
    listed = tuple(corrections)
    outdated = _reread(work.corrections.of(submission)) ^ _reread(listed)
    work.corrections.replace(submission, listed)
    withdraw_outdated(work, {record for record, _ in outdated}, stamp=stamp)


def cells_corrected(
    corrections: Iterable[PublishedCorrection], work: UnitOfWork
) -> frozenset[tuple[str, str]]:
    """Return the actors whose records are corrected, on every theme.

    A corrected source moves whoever an item that cites it is about, and a corrected actor both.
    """
    listed = tuple(corrections)
    records = {each.record for each in listed}
    actors = {
        change.should_be
        for each in listed
        for change in each.changes
        if change.field == "actor" and change.should_be is not None
    }
    sources = {each.value.id for each in work.evidence.load_named(SOURCES, records)}
    for kind in ITEM_KINDS:
        actors |= {each.value.actor for each in work.evidence.load_named(kind, records)}
        if sources:
            cites = (each for each in work.evidence.load_all(kind) if each.source in sources)
            actors |= {each.actor for each in cites}
    return frozenset((actor, EVERY_THEME) for actor in actors)


def corrected_items(
    statements: Sequence[Statement],
    measures: Sequence[Measure],
    sources: Sequence[Source],
    work: UnitOfWork,
) -> Evidence:
    """Return some items and their sources as corrections make them, for coders to read."""
    corrections = work.corrections.load_all()
    given = {
        change.should_be or ""
        for each in corrections
        for change in each.changes
        if change.field == "source"
    }
    known = {each.id: each for each in sources}
    known |= {
        each.value.id: each.value
        for each in work.evidence.load_named(SOURCES, given)
        if each.stands
    }
    evidence = Evidence(
        as_of=date.max,
        # Reading them takes a while, and only a correction can name another actor.
        actors={each.code: each for each in work.evidence.load_all(ACTORS)} if corrections else {},
        sources=known,
        statements=tuple(statements),
        measures=tuple(measures),
        observations=(),
        codings=(),
        opportunities=(),
        memberships=(),
        competences=(),
        populations=(),
    )
    return apply_corrections(evidence, corrections).evidence


def _reread(
    corrections: Iterable[PublishedCorrection],
) -> frozenset[tuple[str, FieldChange]]:
    return frozenset(
        (each.record, change)
        for each in corrections
        for change in each.changes
        if change.field not in UNREAD
    )
