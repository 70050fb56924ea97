"""What is said beside a frozen release: replies of assessed governments, and errata.

A release never changes. Whoever it assesses may reply, and we may find that we were wrong: both
are kept whole, dated, and laid beside the figures, which stay as they were printed.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum


class ReplyOutcome(StrEnum):
    """What became of a reply (methodology 1.0.0, section 10)."""

    PENDING = "pending"
    ACCEPTED = "accepted"
    PARTLY = "partly"
    DECLINED = "declined"


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class CellRef:
    """The actor, theme and year of a cell."""

    actor: str
    theme: str
    year: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What an assessed actor answers to a release, word for word.

    `cells` holds those it names and those in which the pairs it names stand; a reply that names
    neither is about all that the release says of the actor. `received_on` is the day it came,
    `recorded_at` the moment it was put on record. `attachment_sha256` names a document that came
    with it and is kept elsewhere.
    """

    id: str
    actor: str
    release: str
    who: str
    office: str
    received_on: date
    language: str
    text: str
    link: str | None
    attachment_sha256: str | None
    cells: tuple[CellRef, ...]
    pairs: tuple[str, ...]
    recorded_at: datetime

    def touches(self, actor: str, theme: str | None = None, year: int | None = None) -> bool:
        """Say whether it is about an actor, or about cells of a theme or year of it."""
        if actor != self.actor:
            return False
        return not self.cells or _touches(self.cells, actor, theme, year)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplyDecision:
    """What was decided on a reply, and why; there is one of each reply at most."""

    reply: str
    outcome: ReplyOutcome
    because: str
    decided_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class DecidedReply:
    """A reply with the decision on it; None while it is pending."""

    reply: Reply
    decision: ReplyDecision | None

    @property
    def outcome(self) -> ReplyOutcome:
        """Return what became of the reply."""
        return self.decision.outcome if self.decision else ReplyOutcome.PENDING


@dataclass(frozen=True, slots=True, kw_only=True)
class Erratum:
    """What a published release has wrong: what it says, what is right, and why.

    `cells` holds those it names and those that rest on the pairs and records it names; one that
    names nothing is about the whole release.
    """

    id: str
    release: str
    said: str
    right: str
    because: str
    language: str
    cells: tuple[CellRef, ...]
    pairs: tuple[str, ...]
    records: tuple[str, ...]
    published_at: datetime

    @property
    def is_of_all(self) -> bool:
        """Say whether it is about the whole release."""
        return not (self.cells or self.pairs or self.records)

    def touches(self, actor: str, theme: str | None = None, year: int | None = None) -> bool:
        """Say whether it is about an actor, or about cells of a theme or year of it."""
        return self.is_of_all or _touches(self.cells, actor, theme, year)


@dataclass(frozen=True, slots=True, kw_only=True)
class Annotations:
    """All replies and errata, in the order in which they were put on record.

    `version` counts from 1; `previous_sha256` names the document of the version before.
    """

    version: int
    previous_sha256: str | None
    replies: tuple[DecidedReply, ...]
    errata: tuple[Erratum, ...]


NO_ANNOTATIONS = Annotations(version=0, previous_sha256=None, replies=(), errata=())


def lost_between(before: Annotations, after: Annotations) -> tuple[str, ...]:
    """Return the ids of what one version says and the next takes back or says otherwise.

    A decision on a pending reply adds something and takes nothing back.

    Examples:
        >>> lost_between(NO_ANNOTATIONS, NO_ANNOTATIONS)
        ()
    """
    replies = {each.reply.id: each for each in after.replies}
    errata: Mapping[str, Erratum] = {each.id: each for each in after.errata}
    lost = [
        each.reply.id
        for each in before.replies
        if (found := replies.get(each.reply.id)) is None
        or found.reply != each.reply
        or each.decision not in {None, found.decision}
    ]
    return (*lost, *(each.id for each in before.errata if errata.get(each.id) != each))


def _touches(cells: tuple[CellRef, ...], actor: str, theme: str | None, year: int | None) -> bool:
    return any(
        cell.actor == actor and theme in {None, cell.theme} and year in {None, cell.year}
        for cell in cells
    )
