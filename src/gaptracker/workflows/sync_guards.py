"""Floors and ceilings of a source: what stops a sync before anything is applied."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from gaptracker.domain.records import Observation
from gaptracker.domain.syncing import Guard, IssueKind, Severity, SyncIssue
from gaptracker.intake.connectors.base import Staging

# A share of hardly anything says nothing: a source that holds less may change whole.
FEWEST_FOR_A_SHARE = 20
_DIGITS = re.compile(r"[0-9]+")


def breaches(
    guard: Guard,
    staging: Staging,
    held: Mapping[str, Sequence[Any]],
    gone: Mapping[str, Sequence[str]],
) -> Iterator[SyncIssue]:
    """Yield every breach; an empty answer or a vanished part never looks as if nothing changed.

    Args:
        guard: The source's floors and ceilings.
        staging: What was read.
        held: What earlier syncs of the source recorded, by kind: `Current` values.
        gone: Ids of what is held and was not read, by kind.
    """
    source = staging.source.value
    if staging.rows_read < guard.rows:
        yield _breach(
            source,
            f"{staging.rows_read:,} rows came; expected at least {guard.rows:,}: see whether the "
            "publisher cut the file short or moved it",
        )
    actors = {
        value.actor
        for values in (
            staging.observations.values(),
            staging.statements.values(),
            staging.measures.values(),
            staging.opportunities.values(),
        )
        for value in values
    }
    actors |= staging.stood_back
    if len(actors) < guard.actors:
        yield _breach(
            source, f"values of {len(actors)} actors came; expected at least {guard.actors}"
        )
    yield from _outside(guard, staging)
    standing = sum(1 for values in held.values() for each in values if each.stands)
    vanished = sum(map(len, gone.values()))
    if standing >= FEWEST_FOR_A_SHARE and vanished > guard.vanished_share * standing:
        yield _breach(
            source,
            f"{vanished:,} of {standing:,} records that are held did not come; at most "
            f"{guard.vanished_share:.0%} may vanish at once: look at the file, then run with "
            "--accept-changes if it is right",
        )
    changed = _changed(staging, held)
    if standing >= FEWEST_FOR_A_SHARE and changed > guard.changed_share * standing:
        yield _breach(
            source,
            f"{changed:,} of {standing:,} records that are held came with another value; at most "
            f"{guard.changed_share:.0%} may change at once: see whether a unit or column moved, "
            "then run with --accept-changes if it is right",
        )


def older_releases(
    source: str, applied: Mapping[str, str | None], came: Mapping[str, str]
) -> Iterator[SyncIssue]:
    """Yield a breach for each resource whose release is older than the one that was applied.

    Releases are compared number by number, as far as both go: `2026.Q1.G.02`, `2026-05-12`,
    `1949-2025_v1.2`.

    Args:
        source: Whose.
        applied: The publisher's stamps in the last run that settled, by resource.
        came: Those that came now.
    """
    for resource, stamp in came.items():
        before = applied.get(resource)
        pairs = zip(_numbers(stamp), _numbers(before or ""), strict=False)
        differing = next((pair for pair in pairs if pair[0] != pair[1]), None)
        if differing and differing[0] < differing[1]:
            yield _breach(
                f"{source}/{resource}",
                f"release {stamp} came, and {before} was applied before; expected that or a newer "
                "one: look whether an old file was offered, then run with --allow-older if it is "
                "meant",
            )


def _numbers(stamp: str) -> list[int]:
    return [int(digits) for digits in _DIGITS.findall(stamp)]


def _outside(guard: Guard, staging: Staging) -> Iterator[SyncIssue]:
    first, last = guard.years
    for observation in staging.observations.values():
        year = observation.period.latest().year
        if not first <= year <= last:
            yield _breach(
                observation.id,
                f"year {year}; expected {first} to {last}: the connector should have refused it",
            )
            return


def _changed(staging: Staging, held: Mapping[str, Sequence[Any]]) -> int:
    """Count observations that are held with another value or category."""
    before: dict[str, Observation] = {
        each.value.id: each.value
        for values in held.values()
        for each in values
        if each.stands and isinstance(each.value, Observation)
    }
    return sum(
        1
        for name, now in staging.observations.items()
        if name in before
        and (before[name].value, before[name].category) != (now.value, now.category)
    )


def _breach(where: str, detail: str) -> SyncIssue:
    return SyncIssue(
        kind=IssueKind.GUARD_BREACHED, severity=Severity.STOP, where=where, detail=detail
    )
