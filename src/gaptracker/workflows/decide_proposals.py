"""What coders make of a machine's proposals: a statement that people then code, or nothing.

Decisions are only added. A statement made of a proposal counts for nothing until people have
coded it, as any other.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from gaptracker.domain.errors import Conflict, InvalidValue, UnknownName
from gaptracker.domain.methodology import Methodology
from gaptracker.domain.proposals import (
    MOST_EXCERPT_CHARACTERS,
    CodingRequest,
    Decision,
    Proposal,
    ProposalState,
    Proposed,
)
from gaptracker.domain.records import Statement
from gaptracker.domain.time import PartialDate
from gaptracker.domain.vocabulary import Mode, Office
from gaptracker.records.mapping import SOURCES, STATEMENTS
from gaptracker.records.revisions import RevisionStamp
from gaptracker.records.unit_of_work import UnitOfWork
from gaptracker.workflows.outdated_codings import withdraw_outdated
from gaptracker.workflows.submitted_items import find_coder

MOST_PARAPHRASE_CHARACTERS = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What a coder reads in a proposal.

    Args:
        themes: On which ladders people shall place it; at least one.
        mode: What the words do.
        paraphrase: What is said, in own words.
        office: Who spoke; only where the document does not say.
        excerpt: The words that say it; the whole paragraph if None and short enough.
        due_on: Of a pledge: by when.
        speaker: Their name; only where the document does not say.
    """

    themes: Sequence[str]
    mode: Mode
    paraphrase: str
    office: Office | None = None
    excerpt: str | None = None
    due_on: PartialDate | None = None
    speaker: str | None = None


def accept_proposal(
    proposal: str,
    reading: Reading,
    work: UnitOfWork,
    methodology: Methodology,
    *,
    stamp: RevisionStamp,
) -> tuple[Statement, ...]:
    """Make statements of a proposal, one for each theme, and ask people to code them.

    Args:
        proposal: Its id.
        reading: What the coder reads in it.
        work: An open unit of work, which the caller commits. The lock on loading is taken.
        methodology: The ladders.
        stamp: The coder's id, when, and why the proposal is accepted.

    Raises:
        UnknownName: If there is no such coder, proposal, theme or source.
        Conflict: If it was accepted before.
        InvalidValue: If the reading is not as it should be.
    """
    find_coder(stamp.recorded_by, work, ())
    work.take_loading_lock()
    found = find_proposal(proposal, work)
    if found.decision and found.state is ProposalState.ACCEPTED:
        raise Conflict(
            f"{proposal} was accepted by {found.decision.decided_by}; reject it before it is "
            "accepted with other words"
        )
    _check(reading, found.proposal, methodology)
    source = found.proposal.document.source
    if not any(each.stands for each in work.evidence.load_named(SOURCES, [source])):
        raise UnknownName("source", source, expected="the proposal's own; sync or import it again")
    statements = tuple(_statements(found.proposal, reading))
    reason = f"accepted from proposal {proposal}: {stamp.reason}"
    work.evidence.record(STATEMENTS, statements, stamp=replace(stamp, reason=reason))
    asked = [
        CodingRequest(item=statement.id, theme=theme)
        for statement, theme in zip(statements, reading.themes, strict=True)
    ]
    work.proposals.ask(asked, by=stamp.recorded_by, at=stamp.recorded_at)
    names = tuple(each.id for each in statements)
    work.proposals.decide(_decision(proposal, ProposalState.ACCEPTED, stamp, names))
    return statements


def reject_proposal(proposal: str, work: UnitOfWork, *, stamp: RevisionStamp) -> int:
    """Say that a proposal is no statement; if it was accepted before, take its statements back.

    Args:
        proposal: Its id.
        work: An open unit of work, which the caller commits. The lock on loading is taken.
        stamp: The coder's id, when, and why the proposal is rejected.

    Returns:
        How many statements were taken back.

    Raises:
        UnknownName: If there is no such coder or proposal.
        Conflict: If it was rejected before.
    """
    find_coder(stamp.recorded_by, work, ())
    work.take_loading_lock()
    found = find_proposal(proposal, work)
    if found.decision and found.state is ProposalState.REJECTED:
        raise Conflict(f"{proposal} was rejected by {found.decision.decided_by} already")
    made = found.decision.statements if found.decision else ()
    reason = f"proposal {proposal} was rejected: {stamp.reason}"
    taking_back = replace(stamp, reason=reason)
    withdrawn = work.evidence.withdraw(STATEMENTS, made, stamp=taking_back)
    withdraw_outdated(work, made, stamp=taking_back)
    work.proposals.decide(_decision(proposal, ProposalState.REJECTED, stamp, ()))
    return withdrawn


def find_proposal(proposal: str, work: UnitOfWork) -> Proposed:
    """Return a proposal as it stands.

    Raises:
        UnknownName: If there is none of this id.
    """
    found = work.proposals.find(proposal)
    if found is None:
        raise UnknownName("proposal", proposal, expected="one from `gaptracker proposals list`")
    return found


def stamp_of_coder(member: str, at: datetime, why: str) -> RevisionStamp:
    """Return the stamp of a coder's decision.

    Raises:
        InvalidValue: If no reason is given.
    """
    if not why.strip():
        raise InvalidValue("why is empty; expected a reason, which stays on record")
    return RevisionStamp(recorded_at=at, recorded_by=member, reason=why.strip())


def _check(reading: Reading, proposal: Proposal, methodology: Methodology) -> None:
    if not reading.themes or len(set(reading.themes)) != len(reading.themes):
        raise InvalidValue("expected at least one theme, and each once")
    for theme in reading.themes:
        if theme not in methodology.themes:
            raise UnknownName("theme", theme, expected=f"one of {', '.join(methodology.themes)}")
    if reading.mode is Mode.VOTE:
        raise InvalidValue("mode vote; expected what words do: votes come as roll calls")
    if reading.due_on is not None and reading.mode is not Mode.PLEDGE:
        raise InvalidValue(f"due of mode {reading.mode}; only a pledge has one")
    length = len(reading.paraphrase.strip())
    if not 1 <= length <= MOST_PARAPHRASE_CHARACTERS or not reading.paraphrase.isprintable():
        raise InvalidValue(
            f"paraphrase of {length:,} characters; expected one line of at most "
            f"{MOST_PARAPHRASE_CHARACTERS}, in your own words"
        )
    for name in ("office", "speaker"):
        said, given = getattr(proposal.document, name), getattr(reading, name)
        if said and given and said != given:
            raise InvalidValue(f"{name} {given}; the document says {said}")
    if proposal.document.office is None and reading.office in {None, Office.VOTE}:
        raise InvalidValue("no office; the document does not say who spoke: give it")
    _check_excerpt(reading.excerpt, proposal)


def _check_excerpt(excerpt: str | None, proposal: Proposal) -> None:
    quoted = proposal.text if excerpt is None else excerpt
    if not 1 <= len(quoted.strip()) <= MOST_EXCERPT_CHARACTERS:
        raise InvalidValue(
            f"excerpt of {len(quoted):,} characters; expected 1 to {MOST_EXCERPT_CHARACTERS}: give "
            "the words that say it"
        )
    if " ".join(quoted.split()) not in proposal.text:
        raise InvalidValue("the excerpt is not in the paragraph; expected its very words")


def _statements(proposal: Proposal, reading: Reading) -> list[Statement]:
    document = proposal.document
    office = document.office or reading.office
    if office is None:
        raise InvalidValue("no office; the document does not say who spoke: give it")
    excerpt = proposal.text if reading.excerpt is None else " ".join(reading.excerpt.split())
    return [
        Statement(
            id=f"{proposal.id}-{theme}",
            actor=document.actor,
            forum=document.forum,
            said_on=document.said_on,
            mode=reading.mode,
            instrument=document.instrument,
            office=office,
            source=document.source,
            document=document.id,
            # As the reference data name acts: one speech says one thing on one theme.
            act=f"{document.id}-{theme}",
            paraphrase=reading.paraphrase.strip(),
            speaker=document.speaker or reading.speaker,
            language=document.language,
            excerpt=excerpt,
            due_on=reading.due_on,
            locator=f"paragraph {proposal.paragraph}",
        )
        for theme in reading.themes
    ]


def _decision(
    proposal: str, state: ProposalState, stamp: RevisionStamp, statements: Sequence[str]
) -> Decision:
    return Decision(
        proposal=proposal,
        state=state,
        decided_by=stamp.recorded_by,
        decided_at=stamp.recorded_at,
        why=stamp.reason,
        statements=statements,
    )
