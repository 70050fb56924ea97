"""A person has read a speech whole: from then on its silences, and its positions, count.

A machine that finds no words of a theme has not shown that nothing was said on it.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from gaptracker.domain.errors import InvalidValue, UnknownName
from gaptracker.domain.methodology import Methodology
from gaptracker.domain.proposals import DocumentReading, ProposalState
from gaptracker.domain.records import Opportunity
from gaptracker.domain.vocabulary import ItemKind, OpportunityOutcome
from gaptracker.intake.connectors.un_general_debate import chance_of, speech_named
from gaptracker.intake.speech_finder import packaged_finder
from gaptracker.records.mapping import CODINGS, OPPORTUNITIES, STATEMENTS
from gaptracker.records.proposals_repository import Asked
from gaptracker.records.revisions import RevisionStamp
from gaptracker.records.unit_of_work import UnitOfWork
from gaptracker.workflows.submitted_items import find_coder


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadDocument:
    """What a reading settled: the themes on which something is said, and those on which nothing."""

    taken: tuple[str, ...]
    silent: tuple[str, ...]


def read_document(
    document: str, work: UnitOfWork, methodology: Methodology, *, stamp: RevisionStamp
) -> ReadDocument:
    """Settle which chances to speak a speech took, by the statements that people made of it.

    Taken are the themes of its accepted proposals and of its coded statements on record; on all
    others that the finder searches for it is silent.

    Args:
        document: A speech of the General Debate, as `UNGA-GD-2023-NOR`.
        work: An open unit of work, which the caller commits. The lock on loading is taken.
        methodology: The themes.
        stamp: The reader's id, when, and what they read.

    Raises:
        UnknownName: If there is no such coder or speech.
        InvalidValue: If a proposal of it is still open.
    """
    find_coder(stamp.recorded_by, work, ())
    work.take_loading_lock()
    proposals = work.proposals.load(Asked(document=document))
    themes = tuple(theme for theme in packaged_finder().themes if theme in methodology.themes)
    spoken_of = _themes_said(document, work)
    settled = _chances(document, themes, spoken_of)
    held = work.evidence.load_named(OPPORTUNITIES, [each.id for each in settled])
    if not (proposals or any(each.stands for each in held)):
        raise UnknownName("speech", document, expected="one that was synced, as UNGA-GD-2023-NOR")
    still_open = sum(each.state is ProposalState.OPEN for each in proposals)
    if still_open:
        raise InvalidValue(
            f"{still_open} of {len(proposals)} proposals of {document} are open; accept or reject "
            "them first"
        )
    work.evidence.record(OPPORTUNITIES, settled, stamp=stamp)
    silent = tuple(theme for theme in themes if theme not in spoken_of)
    work.proposals.add_reading(
        DocumentReading(
            document=document,
            read_by=stamp.recorded_by,
            read_at=stamp.recorded_at,
            why=stamp.reason,
            silent_on=silent,
        )
    )
    taken = tuple(theme for theme in themes if theme in spoken_of)
    return ReadDocument(taken=taken, silent=silent)


def _chances(
    document: str, themes: Iterable[str], spoken_of: frozenset[str]
) -> tuple[Opportunity, ...]:
    """Return what the speech was a chance for, as a person settles it."""
    speech = speech_named(document)
    if speech is None:
        return ()
    outcome = {True: OpportunityOutcome.TAKEN, False: OpportunityOutcome.SILENT}
    return tuple(chance_of(*speech, theme, outcome[theme in spoken_of]) for theme in themes)


def _themes_said(document: str, work: UnitOfWork) -> frozenset[str]:
    """Return the themes on which people were asked to code the document's statements, or did."""
    statements = work.evidence.load_having(STATEMENTS, "document", [document])
    names = {each.id for each in statements}
    coded = work.evidence.load_having(CODINGS, "item", names)
    asked = work.proposals.load_requests()
    return frozenset(
        {each.theme for each in coded if each.item_kind is ItemKind.STATEMENT}
        | {each.theme for each in asked if each.item in names}
    )
