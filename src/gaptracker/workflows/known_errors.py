"""Known errors of publishers, mended on the way in, each with its day and reason."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from gaptracker.domain.syncing import IssueKind, Severity, SourceId, SyncIssue
from gaptracker.intake.connectors.base import Staging


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownError:
    """One value that a publisher has wrong.

    `should_be` is None where the value is left out until the publisher mends it. `is_wrong` is
    what the publisher says: once it says anything else, the correction complains and does nothing.
    """

    source: SourceId
    observation: str
    is_wrong: float
    should_be: float | None
    found_on: date
    reason: str


def lay_over(
    staging: Staging, errors: Sequence[KnownError], source: SourceId
) -> Iterator[SyncIssue]:
    """Mend what is known to be wrong, and say so; complain where the publisher mended it."""
    mine = [error for error in errors if error.source is source]
    yield from [_mended(staging, error) for error in mine]


def _mended(staging: Staging, error: KnownError) -> SyncIssue:
    held = staging.observations.get(error.observation)
    if held is None or held.value != error.is_wrong:
        came = "nothing" if held is None else str(held.value or held.category)
        return SyncIssue(
            kind=IssueKind.CORRECTION_OUTDATED,
            severity=Severity.WARNING,
            where=error.observation,
            detail=(
                f"the correction of {error.found_on} expects the publisher to say "
                f"{error.is_wrong}; {came} came: see whether it was mended, and take the "
                "correction out"
            ),
        )
    if error.should_be is None:
        del staging.observations[error.observation]
        said = "left out"
    else:
        staging.observations[error.observation] = replace(
            held, value=error.should_be, lower=None, upper=None
        )
        said = f"read as {error.should_be}"
    return SyncIssue(
        kind=IssueKind.CORRECTED,
        severity=Severity.NOTE,
        where=error.observation,
        detail=f"{error.is_wrong} came, {said} since {error.found_on}: {error.reason}",
    )
