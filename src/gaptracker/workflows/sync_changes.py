"""What a sync would write: what was staged by kind, what is gone, and how much came of it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from gaptracker.domain.records import Observation, Opportunity
from gaptracker.domain.syncing import SyncCounts
from gaptracker.intake.connectors.base import Staging
from gaptracker.records.mapping import (
    CODINGS,
    MEASURES,
    OBSERVATIONS,
    OPPORTUNITIES,
    SOURCES,
    STATEMENTS,
    Kind,
)
from gaptracker.records.repositories import Changes
from gaptracker.records.unit_of_work import UnitOfWork

# In the order in which foreign keys want them.
STAGED: tuple[Kind[Any], ...] = (
    SOURCES,
    STATEMENTS,
    MEASURES,
    OBSERVATIONS,
    CODINGS,
    OPPORTUNITIES,
)


def not_settled_by_people(staging: Staging, work: UnitOfWork) -> tuple[Opportunity, ...]:
    """Return the opportunities without those that a person settled, whose word stands."""
    settled = work.proposals.load_settled_chances()
    return tuple(each for name, each in staging.opportunities.items() if name not in settled)


def values_by_kind(staging: Staging) -> dict[str, tuple[Any, ...]]:
    """Return what was staged of each kind; `Any`, because each kind has a type of its own."""
    return {
        SOURCES.name: tuple(staging.sources.values()),
        STATEMENTS.name: tuple(staging.statements.values()),
        MEASURES.name: tuple(staging.measures.values()),
        OBSERVATIONS.name: tuple(staging.observations.values()),
        CODINGS.name: tuple(staging.codings),
        OPPORTUNITIES.name: tuple(staging.opportunities.values()),
    }


def gone_of(
    kind: Kind[Any],
    held: Sequence[Any],
    *,
    values: Mapping[str, Sequence[Any]],
    staging: Staging,
) -> Iterator[str]:
    """Yield what an earlier sync of the source recorded and this one speaks of and does not say."""
    named = {kind.id_of(value) for value in values[kind.name]}
    for current in held:
        name = kind.id_of(current.value)
        # A source stays for as long as anything ever cited it.
        if not current.stands or name in named or kind is SOURCES:
            continue
        if not isinstance(current.value, Observation) or staging.speaks_of(current.value):
            yield name


def counted(staging: Staging) -> SyncCounts:
    """Return how many rows were read, refused, left over and staged."""
    staged = sum(len(values) for values in values_by_kind(staging).values())
    return SyncCounts(
        rows_read=staging.rows_read,
        rows_refused=staging.rows_refused,
        rows_left_over=staging.rows_left_over,
        staged=staged,
    )


def with_changes(counts: SyncCounts, changes: Sequence[Changes]) -> SyncCounts:
    """Return the counts with what was written of all kinds."""
    return replace(
        counts,
        added=sum(each.added_count for each in changes),
        changed=sum(each.changed_count for each in changes),
        withdrawn=sum(each.withdrawn_count for each in changes),
        unchanged=sum(each.unchanged_count for each in changes),
    )
