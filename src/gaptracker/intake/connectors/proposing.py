"""Paragraphs that the finder found, as proposals for coders."""

from collections.abc import Iterable, Iterator, Sequence

from gaptracker.domain.proposals import Document, FoundTerm, Proposal, proposal_id
from gaptracker.intake.speech_finder import LANGUAGES, Candidate, Term, packaged_finder

LANGUAGES_SEARCHED = LANGUAGES


def proposals_in(text: str, document: Document) -> Iterator[Proposal]:
    """Yield the paragraphs of a text that coders should look at."""
    return proposals_of(packaged_finder().search(text), document)


def proposals_of(candidates: Iterable[Candidate], document: Document) -> Iterator[Proposal]:
    """Yield what the finder found in a document as proposals, marked as a machine's."""
    for candidate in candidates:
        yield Proposal(
            id=proposal_id(document.id, candidate.paragraph, candidate.text),
            document=document,
            paragraph=candidate.paragraph,
            text=candidate.text,
            terms=_found(candidate.terms),
            themes={theme: _found(terms) for theme, terms in candidate.themes.items()},
            finder=candidate.finder,
        )


def _found(terms: Sequence[Term]) -> tuple[FoundTerm, ...]:
    return tuple(FoundTerm(language=each.language, term=each.term) for each in terms)
