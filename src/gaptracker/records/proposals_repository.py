"""Proposals of machines, decisions of people about them, and what people are asked to code."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import msgspec
from sqlalchemy import ColumnElement, RowMapping, Table, and_, func, insert, select
from sqlalchemy.orm import Session

from gaptracker.domain.ownership import MEMBER_PREFIX
from gaptracker.domain.proposals import (
    CodingRequest,
    Decision,
    Document,
    DocumentReading,
    FoundTerm,
    Proposal,
    ProposalState,
    Proposed,
)
from gaptracker.domain.syncing import SourceId
from gaptracker.domain.time import PartialDate
from gaptracker.domain.vocabulary import CoderKind, Instrument, Office
from gaptracker.records import proposal_tables  # noqa: F401  it declares the tables below
from gaptracker.records.mapping import OPPORTUNITIES
from gaptracker.records.repositories import CHUNK_IDS
from gaptracker.records.tables import Row

PROPOSAL = Row.metadata.tables["proposal"]
DECISION = Row.metadata.tables["proposal_decision"]
READING = Row.metadata.tables["document_reading"]
REQUEST = Row.metadata.tables["coding_request"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Which proposals are asked for; what is None is not asked about."""

    state: ProposalState | None = None
    actor: str | None = None
    theme: str | None = None
    document: str | None = None


class ProposalsRepository:
    """Proposals and what came of them, inside one unit of work."""

    def __init__(self, session: Session) -> None:
        """Work inside a session that somebody else commits."""
        self._session = session

    def add_new(self, proposals: Iterable[Proposal], *, at: datetime) -> int:
        """Add those that are not known yet; return how many there were."""
        added = 0
        listed = list(proposals)
        for start in range(0, len(listed), CHUNK_IDS):
            chunk = listed[start : start + CHUNK_IDS]
            query = select(PROPOSAL.c.id).where(PROPOSAL.c.id.in_([each.id for each in chunk]))
            known = set(self._session.execute(query).scalars())
            rows = [_row(each, at) for each in chunk if each.id not in known]
            if rows:
                self._session.execute(insert(PROPOSAL), rows)
            added += len(rows)
        return added

    def find(self, proposal: str) -> Proposed | None:
        """Load one proposal as it stands."""
        return next(self._load(PROPOSAL.c.id == proposal), None)

    def load(self, asked: Asked, limit: int | None = None) -> tuple[Proposed, ...]:
        """Load proposals as they stand, in order of document and paragraph."""
        conditions = [
            PROPOSAL.c[name] == value
            for name, value in (("actor", asked.actor), ("document", asked.document))
            if value is not None
        ]
        found = []
        for each in self._load(*conditions):
            fits_state = asked.state is None or each.state is asked.state
            if fits_state and (asked.theme is None or asked.theme in each.proposal.themes):
                found.append(each)
            if limit is not None and len(found) == limit:
                break
        return tuple(found)

    def decide(self, decision: Decision) -> None:
        """Add a decision above those before it."""
        self._session.execute(
            insert(DECISION),
            {
                "proposal": decision.proposal,
                "number": self._next(DECISION, DECISION.c.proposal == decision.proposal),
                "state": decision.state.value,
                "decided_by": decision.decided_by,
                "decided_at": decision.decided_at,
                "why": decision.why,
                "statements": _json(list(decision.statements)),
            },
        )

    def add_reading(self, reading: DocumentReading) -> None:
        """Add that a person read a document."""
        self._session.execute(
            insert(READING),
            {
                "document": reading.document,
                "number": self._next(READING, READING.c.document == reading.document),
                "read_by": reading.read_by,
                "read_at": reading.read_at,
                "why": reading.why,
                "silent_on": _json(sorted(reading.silent_on)),
            },
        )

    def load_readings(self, document: str) -> tuple[DocumentReading, ...]:
        """Load who read a document, the first first."""
        query = select(READING).where(READING.c.document == document).order_by(READING.c.number)
        return tuple(
            DocumentReading(
                document=row["document"],
                read_by=row["read_by"],
                read_at=row["read_at"],
                why=row["why"],
                silent_on=msgspec.json.decode(row["silent_on"], type=tuple[str, ...]),
            )
            for row in self._session.execute(query).mappings()
        )

    def load_settled_chances(self) -> frozenset[str]:
        """Load the ids of opportunities whose newest revision is a member's."""
        chance, later = OPPORTUNITIES.table, OPPORTUNITIES.table.alias("later")
        newer = select(later.c.id).where(
            later.c.id == chance.c.id, later.c.revision > chance.c.revision
        )
        by_member = chance.c.recorded_by.startswith(MEMBER_PREFIX, autoescape=True)
        query = select(chance.c.id).where(by_member, ~newer.exists())
        return frozenset(self._session.execute(query).scalars())

    def ask(self, requests: Iterable[CodingRequest], *, by: str, at: datetime) -> None:
        """Ask people to code statements; what is asked already is not asked twice."""
        known = set(self.load_requests())
        rows = [
            {"item": each.item, "theme": each.theme, "asked_by": by, "asked_at": at}
            for each in requests
            if each not in known
        ]
        if rows:
            self._session.execute(insert(REQUEST), rows)

    def load_requests(self) -> tuple[CodingRequest, ...]:
        """Load what people were asked to code, settled or not."""
        query = select(REQUEST.c.item, REQUEST.c.theme).order_by(REQUEST.c.item, REQUEST.c.theme)
        return tuple(
            CodingRequest(item=item, theme=theme) for item, theme in self._session.execute(query)
        )

    def _load(self, *conditions: ColumnElement[bool]) -> Iterator[Proposed]:
        newest = (
            select(DECISION.c.proposal, func.max(DECISION.c.number).label("number"))
            .group_by(DECISION.c.proposal)
            .subquery("newest")
        )
        standing = (
            select(DECISION)
            .join(
                newest,
                and_(
                    DECISION.c.proposal == newest.c.proposal,
                    DECISION.c.number == newest.c.number,
                ),
            )
            .subquery("standing")
        )
        query = (
            select(
                PROPOSAL,
                standing.c.state,
                standing.c.decided_by,
                standing.c.decided_at,
                standing.c.why,
                standing.c.statements,
            )
            .outerjoin(standing, standing.c.proposal == PROPOSAL.c.id)
            .where(*conditions)
            .order_by(PROPOSAL.c.document, PROPOSAL.c.paragraph, PROPOSAL.c.id)
        )
        for row in self._session.execute(query).mappings():
            yield Proposed(proposal=_proposal(row), decision=_decision(row))

    def _next(self, table: Table, of: ColumnElement[bool]) -> int:
        query = select(func.max(table.c.number)).where(of)
        return (self._session.execute(query).scalar() or 0) + 1


def _row(proposal: Proposal, at: datetime) -> Mapping[str, object]:
    document = proposal.document
    return {
        "id": proposal.id,
        "document": document.id,
        "origin": document.origin.value,
        "source": document.source,
        "actor": document.actor,
        "forum": document.forum,
        "said_on": str(document.said_on),
        "instrument": document.instrument.value,
        "office": document.office.value if document.office else None,
        "speaker": document.speaker,
        "language": document.language,
        "paragraph": proposal.paragraph,
        "text": proposal.text,
        "terms": _json(list(proposal.terms)),
        "themes": _json({name: list(terms) for name, terms in sorted(proposal.themes.items())}),
        "finder": proposal.finder,
        "found_by": proposal.found_by.value,
        "recorded_at": at,
    }


def _proposal(row: RowMapping) -> Proposal:
    return Proposal(
        id=row["id"],
        document=Document(
            id=row["document"],
            origin=SourceId(row["origin"]),
            source=row["source"],
            actor=row["actor"],
            forum=row["forum"],
            said_on=PartialDate.parse(row["said_on"]),
            instrument=Instrument(row["instrument"]),
            office=Office(row["office"]) if row["office"] else None,
            speaker=row["speaker"],
            language=row["language"],
        ),
        paragraph=row["paragraph"],
        text=row["text"],
        terms=msgspec.json.decode(row["terms"], type=tuple[FoundTerm, ...]),
        themes=msgspec.json.decode(row["themes"], type=dict[str, tuple[FoundTerm, ...]]),
        finder=row["finder"],
        found_by=CoderKind(row["found_by"]),
    )


def _decision(row: RowMapping) -> Decision | None:
    if row["state"] is None:
        return None
    return Decision(
        proposal=row["id"],
        state=ProposalState(row["state"]),
        decided_by=row["decided_by"],
        decided_at=row["decided_at"],
        why=row["why"],
        statements=msgspec.json.decode(row["statements"], type=tuple[str, ...]),
    )


def _json(value: Sequence[object] | Mapping[str, object]) -> str:
    return msgspec.json.encode(value).decode()
