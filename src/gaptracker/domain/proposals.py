"""What a machine found for coders to look at, and what people decided about it.

A proposal is neither a statement nor a coding, and no score is ever made of one.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from gaptracker.domain.errors import InvalidValue
from gaptracker.domain.syncing import SourceId
from gaptracker.domain.time import PartialDate
from gaptracker.domain.vocabulary import CoderKind, Instrument, Office

DIGITS = 16
# What is quoted in public: enough to check the words by, never a speech.
MOST_EXCERPT_CHARACTERS = 500


class ProposalState(StrEnum):
    """Whether a person has looked at a proposal, and what came of it."""

    OPEN = "open"
    ACCEPTED = "accepted"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundTerm:
    """A term by which something was found, in the language whose list has it."""

    language: str
    term: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """The text in which a paragraph stands: whose it is, when, where and in which form.

    Args:
        id: As statements name it; statements of one document share a coder's errors.
        origin: The publisher whose sync, or `statements` whose import, brought it.
        source: The source on record that it is cited by.
        actor: Who spoke.
        forum: Where.
        said_on: When.
        instrument: The form.
        office: Who spoke for the actor; None where the text does not say.
        speaker: Their name; None where the text does not say.
        language: Of the text; None where nobody said.
    """

    id: str
    origin: SourceId
    source: str
    actor: str
    forum: str
    said_on: PartialDate
    instrument: Instrument
    office: Office | None = None
    speaker: str | None = None
    language: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """A paragraph that a machine found, with the words that led to it.

    `themes` names for each proposed theme the terms that did; `finder` is the version of the
    lists. `found_by` is always a machine: it stands here so that it is written wherever a
    proposal is.
    """

    id: str
    document: Document
    paragraph: int
    text: str
    terms: Sequence[FoundTerm]
    themes: Mapping[str, Sequence[FoundTerm]]
    finder: str
    found_by: CoderKind = CoderKind.MACHINE

    def __post_init__(self) -> None:
        """Refuse a proposal that does not say that a machine made it, or why."""
        if self.found_by is not CoderKind.MACHINE:
            raise InvalidValue(f"proposal {self.id}: found by {self.found_by}; expected machine")
        if not self.terms and not self.themes:
            raise InvalidValue(f"proposal {self.id}: no term led to it; expected at least one")


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What a person decided about a proposal; a later one stands above an earlier one.

    `statements` are those that were made of an accepted one.
    """

    proposal: str
    state: ProposalState
    decided_by: str
    decided_at: datetime
    why: str
    statements: Sequence[str] = ()

    def __post_init__(self) -> None:
        """Refuse a decision for nothing, and one without a reason."""
        if self.state is ProposalState.OPEN:
            raise InvalidValue(f"proposal {self.proposal}: nobody decides that it is open")
        if not self.why.strip():
            raise InvalidValue(f"proposal {self.proposal}: why is empty; expected a reason")
        if (self.state is ProposalState.ACCEPTED) != bool(self.statements):
            raise InvalidValue(
                f"proposal {self.proposal}: {self.state} with {len(self.statements)} statements; "
                "expected statements of an accepted one alone"
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposed:
    """A proposal as it stands: with what was decided last, None while it is open."""

    proposal: Proposal
    decision: Decision | None = None

    @property
    def state(self) -> ProposalState:
        """Return whether a person has looked at it, and what came of it."""
        return self.decision.state if self.decision else ProposalState.OPEN


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentReading:
    """That a person read a document whole, and on which themes nothing is said in it."""

    document: str
    read_by: str
    read_at: datetime
    why: str
    silent_on: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class CodingRequest:
    """A statement that people are asked to place on a theme's ladder."""

    item: str
    theme: str


def proposal_id(document: str, paragraph: int, text: str) -> str:
    """Return the id of a proposal: the same for the same words in the same place.

    The finder is not in it, so that what people decided stays decided when the lists grow.
    """
    told = f"{document}\n{paragraph}\n{text}".encode()
    return f"prop_{hashlib.sha256(told).hexdigest()[:DIGITS]}"
