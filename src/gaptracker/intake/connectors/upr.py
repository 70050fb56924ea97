"""Answers in the Universal Periodic Review: UPR Info's export, and the index of the OHCHR.

Both are downloaded by hand and synced with `--offline`: UPR Info's database exports a CSV (`To,
To-Rgrp, To-Org, Text, From, From-Rgrp, From-Org, Response, Action, Issue, Session`, lines ended by
carriage returns alone, sessions as `18` or `44 - November 2023`), the Universal Human Rights Index
a JSON list of annotations of all mechanisms, its values written as `- Supported` and its column as
`Reccomending Body`. Either will do. With both, a session is read from one of them only, from UPR
Info where it has it: the two word the same recommendation differently, and nothing counts twice.

Recommendations on the death penalty or on drugs are kept, as facts without their texts, which
carry no licence: who, to whom, when, which kind of demand, which answer. Those that the reference
data have keep their ids; others are named by a hash of their words, so that a row more in the
export renames nothing.
"""

from collections.abc import Iterable, Sequence

from gaptracker.domain.syncing import Guard, IssueKind, SourceId
from gaptracker.domain.vocabulary import Response, Specificity
from gaptracker.intake.connectors.base import (
    BY_HAND,
    MEBIBYTE,
    Arrived,
    Fetch,
    Known,
    Publisher,
    Resource,
    SourceUnreadable,
    Staging,
)
from gaptracker.intake.connectors.csv_table import open_table
from gaptracker.intake.connectors.reviews import Asked, Reviews
from gaptracker.intake.connectors.state_names import code_of_name
from gaptracker.intake.connectors.uhri import read_index, without_dash

UPR_INFO = Resource(
    name="upr_info",
    url=f"{BY_HAND}upr-info-database.uwazi.io/export.csv",
    offline=("*upr*info*.csv", "*UPR*.csv", "upr*.csv"),
)
INDEX = Resource(
    name="uhri",
    url=f"{BY_HAND}uhri.ohchr.org/export.json",
    offline=("*uhri*.json", "*UHRI*.json"),
    most_bytes=1024 * MEBIBYTE,
)
COLUMNS = {
    "to": ("To", "State under review", "State Under Review"),
    "from": ("From", "Recommending state", "Recommending State"),
    "text": ("Text", "Recommendation"),
    "response": ("Response",),
    "issue": ("Issue", "Issues"),
    "session": ("Session",),
}
OPTIONAL = {"action": ("Action", "Action Category")}
RESPONSES = {
    "accepted": Response.ACCEPTED,
    "supported": Response.ACCEPTED,
    "noted": Response.NOTED,
    "not supported": Response.NOTED,
    "rejected": Response.NOTED,
    "voluntary pledge": Response.PLEDGED,
}
# Known words that are no answer either way.
UNDECIDED = frozenset(
    {"", "pending", "no response", "general response", "in part", "supported/noted", "no position"}
)
# Categories of action after McMahon (2012): 5 names a definite act, 1 asks to share or seek help.
SPECIFICITY = {
    "5": Specificity.SPECIFIC,
    "4": Specificity.GENERAL,
    "3": Specificity.CONSIDERING,
    "2": Specificity.CONTINUING,
    "1": Specificity.CONTINUING,
}


class Upr:
    """The connector of the Universal Periodic Review."""

    about = Publisher(
        source=SourceId.UPR,
        title="Universal Periodic Review: recommendations and answers",
        publisher="UPR Info; Office of the High Commissioner for Human Rights (UHRI)",
        homepage="https://upr-info-database.uwazi.io",
        licence="none stated: facts only, the texts are not kept",
        republish="facts: who, to whom, when, which kind of demand, which answer; no texts",
        indicators=(),
        # Sessions 1 to 20 alone have about 38,000 rows, on 193 states.
        by_hand=True,
        guard=Guard(rows=30_000, actors=120, years=(2008, 2100)),
    )

    def collect(self, fetch: Fetch, since: int | None) -> Sequence[Arrived]:
        """Find the files that are there, at least one of the two."""
        del since
        found, missing = [], []
        for resource in (UPR_INFO, INDEX):
            try:
                found.append(fetch(resource))
            except SourceUnreadable as error:
                if error.issue.kind is not IssueKind.FILE_MISSING:
                    raise
                missing.append(error)
        if not found:
            raise missing[0]
        return found

    def read(self, arrived: Sequence[Arrived], known: Known) -> Staging:
        """Read answers to recommendations on the death penalty and on drugs."""
        staging = Staging(source=SourceId.UPR)
        by_name = {each.snapshot.resource: each for each in arrived}
        covered: set[str] = set()
        if UPR_INFO.name in by_name:
            reviews = Reviews(staging, known, "upr-info", by_name[UPR_INFO.name])
            covered = _read_export(by_name[UPR_INFO.name], reviews)
        if INDEX.name in by_name:
            reviews = Reviews(staging, known, "ohchr-uhri", by_name[INDEX.name])
            _answer_all(read_index(by_name[INDEX.name], staging, covered), reviews)
        return staging


def _read_export(arrived: Arrived, reviews: Reviews) -> set[str]:
    """Read UPR Info's export; returns the sessions that it has."""
    sessions: set[str] = set()
    with open_table(arrived, COLUMNS, OPTIONAL) as table:
        for number, cells in enumerate(table.rows, start=2):
            reviews.staging.rows_read += 1
            row = {name: cells[place].strip() for name, place in table.at.items()}
            asked = Asked(
                where=f"{table.where} row {number}",
                to=row["to"],
                by=row["from"],
                text=row["text"],
                response=row["response"],
                issues=row["issue"],
                session=row["session"].partition(" ")[0],
                action=row.get("action", "")[:1],
            )
            sessions.add(asked.session)
            _answer(asked, reviews)
    return sessions


def _answer_all(asked: Iterable[Asked], reviews: Reviews) -> None:
    for each in asked:
        _answer(each, reviews)


def _answer(asked: Asked, reviews: Reviews) -> None:
    """Stage one answer, or say why not."""
    if not reviews.is_of_interest(asked):
        return
    staging = reviews.staging
    actor = code_of_name(without_dash(asked.to))
    if actor is None or actor not in reviews.known.actors:
        staging.refuse(
            IssueKind.ACTOR_UNKNOWN,
            asked.where,
            f"state under review {asked.to!r} came; expected the name of a state",
        )
        return
    said = without_dash(asked.response).casefold()
    if said in UNDECIDED:
        staging.leave("recommendation without a definite answer")
        return
    if said not in RESPONSES:
        staging.refuse(
            IssueKind.CATEGORY_UNKNOWN,
            asked.where,
            f"response {asked.response!r} came; expected one of {', '.join(RESPONSES)}",
        )
        return
    by = code_of_name(without_dash(asked.by))
    if by is None and without_dash(asked.by):
        staging.refuse(
            IssueKind.ACTOR_UNKNOWN,
            asked.where,
            f"recommending state {asked.by!r} came; expected the name of a state",
            group="by",
        )
        return
    reviews.stage(asked, (actor, by), RESPONSES[said], SPECIFICITY.get(asked.action))
