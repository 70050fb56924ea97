"""What a coder is shown of an item, and what is refused of a coding."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from gaptracker.domain.errors import InvalidValue, UnknownName
from gaptracker.domain.methodology import Methodology
from gaptracker.domain.ownership import MEMBER_PREFIX, submission_of
from gaptracker.domain.records import HIGHEST_RUNG, LOWEST_RUNG, Measure, Statement
from gaptracker.domain.sources import Source
from gaptracker.domain.vocabulary import ItemKind, Specificity
from gaptracker.workflows.outdated_codings import Face, measure_face, statement_face

MOST_RATIONALE_CHARACTERS = 2_000
ALLOWED_CONTROLS = "\n\t"


@dataclass(frozen=True, slots=True, kw_only=True)
class CodableItem:
    """One item on one theme, as a coder sees it: its own text, and where that stands.

    `face` holds the names and texts that are read. Nothing of the actor's other side, of other
    items or of other codings is here.
    """

    id: str
    kind: ItemKind
    theme: str
    face: Face
    source: str
    url: str | None


class CodableEvidence(Protocol):
    """Statements and measures with their sources."""

    @property
    def sources(self) -> Iterable[Source]:
        """Return the sources."""

    @property
    def statements(self) -> Iterable[Statement]:
        """Return the statements."""

    @property
    def measures(self) -> Iterable[Measure]:
        """Return the measures."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Coder:
    """Who codes; `barred` are the submissions of their own organisation.

    Raises:
        InvalidValue: If the id is no member's: codings by others belong to the reference data.
    """

    id: str
    barred: frozenset[str] = field(default_factory=frozenset)

    def __post_init__(self) -> None:
        """Refuse an id that would not be known as a member's, or break a coding's key."""
        if not self.id.startswith(MEMBER_PREFIX) or "|" in self.id or not self.id.isprintable():
            raise InvalidValue(
                f"coder {self.id!r}; expected a member's id, which begins with {MEMBER_PREFIX}"
            )

    def may_code(self, item: str) -> bool:
        """Say whether the item came from another organisation than the coder's."""
        return submission_of(item) not in self.barred


@dataclass(frozen=True, slots=True, kw_only=True)
class CodingDraft:
    """What a coder hands in."""

    item: str
    item_kind: ItemKind
    theme: str
    rung: int
    specificity: Specificity
    rationale: str


def codable_items(evidence: CodableEvidence, themes: Mapping[str, str]) -> tuple[CodableItem, ...]:
    """Return the statements and measures of a submission as coders see them.

    Args:
        evidence: The public part of the submission, as it is or would be published.
        themes: The theme on which each item is to be placed, by its id, as `evidence_of` gives
            them; items without are left out.
    """
    sources = {source.id: source for source in evidence.sources}
    found = [
        *(
            codable_statement(statement, themes[statement.id], sources[statement.source])
            for statement in evidence.statements
            if statement.id in themes
        ),
        *(
            codable_measure(measure, themes[measure.id], sources[measure.source])
            for measure in evidence.measures
            if measure.id in themes
        ),
    ]
    return tuple(found)


def codable_statement(statement: Statement, theme: str, source: Source) -> CodableItem:
    """Return a statement as a coder sees it."""
    return CodableItem(
        id=statement.id,
        kind=ItemKind.STATEMENT,
        theme=theme,
        face=statement_face(statement),
        source=source.title,
        url=source.url,
    )


def codable_measure(measure: Measure, theme: str, source: Source) -> CodableItem:
    """Return a measure as a coder sees it."""
    return CodableItem(
        id=measure.id,
        kind=ItemKind.MEASURE,
        theme=theme,
        face=measure_face(measure),
        source=source.title,
        url=source.url,
    )


def check_draft(draft: CodingDraft, methodology: Methodology) -> None:
    """Refuse a coding that cannot be right, whatever the item says.

    Raises:
        UnknownName: If no theme has this name.
        InvalidValue: If the item is of a kind that is not coded, the theme has no deeds, or
            rung, specificity or rationale is not as it should be.
    """
    if draft.theme not in methodology.themes:
        raise UnknownName("theme", draft.theme, expected=f"one of {', '.join(methodology.themes)}")
    if draft.item_kind is ItemKind.OBSERVATION:
        raise InvalidValue("observations are not coded: their goalposts place them")
    if draft.item_kind is ItemKind.MEASURE and not methodology.themes[draft.theme].has_deeds:
        raise InvalidValue(f"theme {draft.theme} has positions and no deeds; code statements on it")
    if isinstance(draft.rung, bool) or not LOWEST_RUNG <= draft.rung <= HIGHEST_RUNG:
        raise InvalidValue(f"rung {draft.rung}; expected {LOWEST_RUNG} to {HIGHEST_RUNG}")
    if draft.specificity is Specificity.VOTE:
        raise InvalidValue("specificity vote is given by rule only; expected how definite it is")
    _check_rationale(draft.rationale)


def _check_rationale(rationale: str) -> None:
    length = len(rationale.strip())
    if not 1 <= length <= MOST_RATIONALE_CHARACTERS:
        raise InvalidValue(
            f"rationale of {length:,} characters; expected 1 to {MOST_RATIONALE_CHARACTERS:,}: say "
            "which words put the item on this rung"
        )
    if not all(sign.isprintable() or sign in ALLOWED_CONTROLS for sign in rationale):
        raise InvalidValue("rationale holds signs that are no text; expected plain text")
