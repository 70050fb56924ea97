"""What `/v1/replies` and `/v1/errata` answer: what was said of releases after their freeze."""

from datetime import date, datetime

from pydantic import Field

from gaptracker.domain.annotations import ReplyOutcome
from gaptracker.publish.api.schemas import Message, Meta


class CellName(Message):
    """The actor, theme and year of a cell."""

    actor: str
    theme: str
    year: int


class BesideLinks(Message):
    """Where a reply or an erratum leads."""

    self: str
    release: str = Field(description="The release that it speaks of.")


class ReplyRow(Message):
    """What an assessed actor answered, word for word, and what was decided on it.

    A null is something that nobody said; `because` and `decided_on` are null while the outcome
    is `pending`.
    """

    id: str
    actor: str
    actor_name: str
    release: str = Field(description="The release that it answers.")
    received_on: date
    who: str = Field(description="Who signed it.")
    office: str
    language: str = Field(description="BCP 47 tag of the text's language.")
    text: str = Field(description="The whole reply; plain text, from outside: escape it.")
    link: str | None = Field(description="Where the actor published it.")
    attachment_sha256: str | None = Field(description="SHA-256 of a document that came with it.")
    cells: list[CellName] = Field(description="What it is about; empty for all of the actor.")
    pairs: list[str] = Field(description="Pairs that it names; `cells` holds theirs.")
    outcome: ReplyOutcome
    because: str | None = Field(description="Why it was decided so.")
    decided_on: date | None
    recorded_at: datetime
    links: BesideLinks


class ErratumRow(Message):
    """What a published release has wrong. The release stays as it was printed."""

    id: str
    release: str
    published_on: date
    said: str = Field(description="What the release says.")
    right: str = Field(description="What is right.")
    because: str = Field(description="How it came to be wrong.")
    language: str
    cells: list[CellName] = Field(description="What is wrong; all empty for the whole release.")
    pairs: list[str]
    records: list[str] = Field(description="Statements, measures and observations.")
    published_at: datetime
    links: BesideLinks


class ReplyList(Message):
    """Replies, the newest first."""

    meta: Meta
    data: list[ReplyRow]


class ReplyAnswer(Message):
    """One reply."""

    meta: Meta
    data: ReplyRow


class ErratumList(Message):
    """Errata, the newest first."""

    meta: Meta
    data: list[ErratumRow]


class ErratumAnswer(Message):
    """One erratum."""

    meta: Meta
    data: ErratumRow
