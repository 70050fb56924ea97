"""Wikipedia's tables of the death penalty: status by state, and years since the last execution.

The figures of executions are Amnesty's minima (`972+`); they are not staged as numbers. That there
was any counts: it moves the last execution to the year of the column.
"""

import re
from dataclasses import dataclass, field

from gaptracker.domain.records import Observation
from gaptracker.domain.syncing import IssueKind, Severity
from gaptracker.domain.time import PartialDate
from gaptracker.domain.vocabulary import ObservationStatus
from gaptracker.intake.connectors.base import Known, Staging
from gaptracker.intake.connectors.wikipedia_corrections import corrected
from gaptracker.intake.connectors.wikipedia_pages import PageRow, Revision
from gaptracker.intake.connectors.wikipedia_places import state_of

STATUS, YEARS_SINCE, RECORDED = (
    "death_penalty_status",
    "years_since_last_execution",
    "executions_recorded",
)
KEY, PLACE, LAST = "Key", "Country", "Last execution"
STATUSES = frozenset("AELP")
# One table a continent; the page has five or six.
FEWEST_TABLES = 4
_YEAR = re.compile(r"\b(1[5-9]\d\d|20\d\d)\b")
_EXECUTIONS = re.compile(r"Executions in (\d{4})", re.IGNORECASE)
# `9`, `972+`, `1,000s`, and a bare `+`: some, nobody knows how many.
_SOME = re.compile(r"\+|0*[1-9][\d,]*\s*(\+|s)?")


@dataclass(slots=True, kw_only=True)
class Recorded:
    """What is held of executions: by state the years with some, and the years that are known."""

    some: dict[str, set[int]] = field(default_factory=dict)
    known: dict[str, set[int]] = field(default_factory=dict)
    covered: set[int] = field(default_factory=set)

    def is_open_after(self, actor: str, year: int) -> bool:
        """Say whether there may have been one later: in a secret year, or one nobody could tell.

        Of a year that is covered every state has a figure but those of which nobody could tell.
        """
        known = self.known.get(actor, set())
        return any(each > year and each not in known for each in self.covered)


def stage_death_penalty(revision: Revision, staging: Staging, known: Known) -> None:
    """Stage status and years since the last execution of each state as the page lists them."""
    recorded = _recorded(known)
    for row in revision.rows((KEY, PLACE, LAST), staging, fewest=FEWEST_TABLES):
        if row.text(KEY) == KEY:
            staging.leave("header repeated")
            continue
        actor = state_of(row.text(PLACE), row.where, staging, known)
        if actor is None:
            continue
        status = row.text(KEY).upper()
        if status not in STATUSES:
            staging.refuse(
                IssueKind.CATEGORY_UNKNOWN,
                row.where,
                f"{actor}: key {row.text(KEY)[:40]!r} came; expected one of A, E, L and P",
            )
            continue
        status, note = corrected(staging, row.where, actor=actor, indicator=STATUS, listed=status)
        staging.add_observation(
            Observation(
                id=f"{STATUS}.{actor}.{revision.period}",
                actor=actor,
                indicator=STATUS,
                period=PartialDate.parse(revision.period),
                category=status,
                source=revision.source_id,
                note=note,
            ),
            row.where,
        )
        _stage_years(revision, staging, row, actor=actor, recorded=recorded)


def _recorded(known: Known) -> Recorded:
    recorded = Recorded()
    for each in known.held().values():
        if each.indicator == RECORDED:
            year = each.period.latest().year
            recorded.covered.add(year)
            if each.status is ObservationStatus.OBSERVED:
                recorded.known.setdefault(each.actor, set()).add(year)
            if each.value:
                recorded.some.setdefault(each.actor, set()).add(year)
    return recorded


def _stage_years(
    revision: Revision, staging: Staging, row: PageRow, *, actor: str, recorded: Recorded
) -> None:
    """Stage the years since the last execution, where that year is certain."""
    said = row.text(LAST)
    years = sorted({int(found) for found in _YEAR.findall(said)})
    seen_in = revision.saved_on.year
    if len(years) != 1 or years[0] > seen_in:
        staging.note(
            IssueKind.VALUE_OUT_OF_RANGE,
            row.where,
            f"{actor}: last execution {said[:60]!r} came; expected one year up to {seen_in}. Its "
            "status is staged, the years since are not",
            severity=Severity.WARNING,
        )
        return
    later = {*_executed_in(row), *recorded.some.get(actor, ())}
    last = max((years[0], *(year for year in later if year <= seen_in)))
    if recorded.is_open_after(actor, last):
        staging.left_over["years since the last execution where later ones may be unknown"] += 1
        return
    since = "none since" if "none" in said.casefold() and last == years[0] else "last execution in"
    staging.add_observation(
        Observation(
            id=f"{YEARS_SINCE}.{actor}.{revision.period}",
            actor=actor,
            indicator=YEARS_SINCE,
            period=PartialDate.parse(revision.period),
            value=float(seen_in - last),
            source=revision.source_id,
            note=f"{since} {last}",
        ),
        row.where,
    )


def _executed_in(row: PageRow) -> set[int]:
    """Return the years of columns of executions in which there was any."""
    return {
        int(found[1])
        for name in row.cells
        if (found := _EXECUTIONS.match(name)) and _SOME.fullmatch(row.text(name))
    }
