"""The tables of what a machine found for coders, and what people decided. Rows are only added."""

from datetime import datetime

from sqlalchemy import CheckConstraint, Index, Text
from sqlmodel import Field

from gaptracker.domain.syncing import SourceId
from gaptracker.domain.vocabulary import Instrument, Office
from gaptracker.records.tables import ACTOR_KEY, Row, UtcDateTime, one_of, partial_date


class ProposalRow(Row, table=True):
    """A paragraph that a machine found; terms and themes as JSON."""

    __tablename__ = "proposal"
    __table_args__ = (
        one_of("origin", SourceId),
        one_of("instrument", Instrument),
        one_of("office", Office),
        partial_date("said_on"),
        CheckConstraint("paragraph >= 1", name="paragraph_positive"),
        CheckConstraint("found_by = 'machine'", name="found_by_machine"),
        Index(None, "document"),
        Index(None, "actor", "said_on"),
    )

    id: str = Field(primary_key=True)
    document: str
    origin: str
    source: str
    actor: str = Field(foreign_key=ACTOR_KEY)
    forum: str
    said_on: str
    instrument: str
    office: str | None
    speaker: str | None
    language: str | None
    paragraph: int
    text: str = Field(sa_type=Text)
    terms: str = Field(sa_type=Text)
    themes: str = Field(sa_type=Text)
    finder: str
    found_by: str
    recorded_at: datetime = Field(sa_type=UtcDateTime)


class ProposalDecisionRow(Row, table=True):
    """What a person decided; the greatest number of a proposal is what stands."""

    __tablename__ = "proposal_decision"
    __table_args__ = (
        CheckConstraint("number >= 1", name="number_positive"),
        CheckConstraint("state IN ('accepted', 'rejected')", name="state_decided"),
        CheckConstraint("length(why) > 0", name="why_given"),
    )

    proposal: str = Field(primary_key=True, foreign_key="proposal.id")
    number: int = Field(primary_key=True)
    state: str
    decided_by: str
    decided_at: datetime = Field(sa_type=UtcDateTime)
    why: str = Field(sa_type=Text)
    statements: str = Field(sa_type=Text)


class DocumentReadingRow(Row, table=True):
    """That a person read a document whole; themes on which it is silent as JSON."""

    __tablename__ = "document_reading"
    __table_args__ = (
        CheckConstraint("number >= 1", name="number_positive"),
        CheckConstraint("length(why) > 0", name="why_given"),
    )

    document: str = Field(primary_key=True)
    number: int = Field(primary_key=True)
    read_by: str
    read_at: datetime = Field(sa_type=UtcDateTime)
    why: str = Field(sa_type=Text)
    silent_on: str = Field(sa_type=Text)


class CodingRequestRow(Row, table=True):
    """A statement that people are asked to place on a theme's ladder."""

    __tablename__ = "coding_request"
    __table_args__ = (CheckConstraint("length(theme) > 0", name="theme_given"),)

    item: str = Field(primary_key=True)
    theme: str = Field(primary_key=True)
    asked_by: str
    asked_at: datetime = Field(sa_type=UtcDateTime)
