"""The tables of replies and errata. Rows are only ever added.

They refer to releases, which lie in the release store, and to nothing that an organisation sent.
"""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Text
from sqlmodel import Field

from gaptracker.domain.annotations import ReplyOutcome
from gaptracker.records.tables import Row, UtcDateTime, one_of


class ReplyRow(Row, table=True):
    """What an assessed actor answered; cells and pairs as JSON."""

    __tablename__ = "reply"
    __table_args__ = (
        CheckConstraint("length(text) > 0", name="text_there"),
        CheckConstraint(
            "attachment_sha256 IS NULL OR length(attachment_sha256) = 64",
            name="attachment_sha256_length",
        ),
    )

    id: str = Field(primary_key=True)
    actor: str
    release: str
    who: str
    office: str
    received_on: date
    language: str
    text: str = Field(sa_type=Text)
    link: str | None
    attachment_sha256: str | None
    cells: str = Field(sa_type=Text)
    pairs: str = Field(sa_type=Text)
    recorded_at: datetime = Field(sa_type=UtcDateTime)


class ReplyDecisionRow(Row, table=True):
    """What was decided on a reply, once."""

    __tablename__ = "reply_decision"
    __table_args__ = (
        one_of("outcome", ReplyOutcome),
        CheckConstraint("length(because) > 0", name="because_there"),
    )

    reply: str = Field(primary_key=True, foreign_key="reply.id")
    outcome: str
    because: str = Field(sa_type=Text)
    decided_at: datetime = Field(sa_type=UtcDateTime)


class ErratumRow(Row, table=True):
    """What a release has wrong; cells, pairs and records as JSON."""

    __tablename__ = "erratum"
    __table_args__ = (
        CheckConstraint(
            "length(said) > 0 AND length(is_right) > 0 AND length(because) > 0", name="texts_there"
        ),
    )

    id: str = Field(primary_key=True)
    release: str
    said: str = Field(sa_type=Text)
    is_right: str = Field(sa_type=Text)
    because: str = Field(sa_type=Text)
    language: str
    cells: str = Field(sa_type=Text)
    pairs: str = Field(sa_type=Text)
    records: str = Field(sa_type=Text)
    published_at: datetime = Field(sa_type=UtcDateTime)
