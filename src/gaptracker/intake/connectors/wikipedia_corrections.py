"""Where the wording of Wikipedia's tables is not what the methodology means, with the reason."""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from gaptracker.domain.syncing import IssueKind, Severity
from gaptracker.intake.connectors.base import Staging

AS_LISTED = "as listed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """What a page lists for an actor, what is meant, and why."""

    listed: str
    meant: str
    reason: str


def corrected(
    staging: Staging, where: str, *, actor: str, indicator: str, listed: str
) -> tuple[str, str]:
    """Return the category that is meant and a note of why; complain of what is outdated."""
    found = _corrections().get((actor, indicator))
    if found is None or listed == found.meant:
        return listed, AS_LISTED
    if listed != found.listed:
        staging.note(
            IssueKind.CORRECTION_OUTDATED,
            where,
            f"the correction of {indicator} of {actor} expects the page to list {found.listed}; "
            f"{listed} came and is kept: see whether the correction can go",
            severity=Severity.WARNING,
        )
        return listed, AS_LISTED
    staging.note(
        IssueKind.CORRECTED,
        where,
        f"{indicator} of {actor}: {listed} is listed, read as {found.meant}: {found.reason}",
    )
    return found.meant, found.reason


@cache
def _corrections() -> Mapping[tuple[str, str], Correction]:
    text = (files("gaptracker.intake.connectors") / "wikipedia_corrections.csv").read_text("utf-8")
    return {
        (row["actor"], row["indicator"]): Correction(
            listed=row["listed"], meant=row["meant"], reason=row["reason"]
        )
        for row in csv.DictReader(text.splitlines())
    }
