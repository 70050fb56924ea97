"""The coding desk: what a coder is asked next, and what becomes of the answer.

Coding is blind. An item is shown without the actor's other side and without other people's
codings, and nothing that comes back says whether they agree.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from gaptracker.domain.errors import InvalidValue, UnknownName
from gaptracker.domain.methodology import Methodology, Rung
from gaptracker.domain.ownership import of_the_desk, submission_of
from gaptracker.domain.records import Coding, Statement
from gaptracker.domain.vocabulary import CoderKind, ItemKind
from gaptracker.records.mapping import CODINGS, MEASURES, SOURCES, STATEMENTS, Kind
from gaptracker.records.revisions import RevisionStamp
from gaptracker.records.unit_of_work import UnitOfWork
from gaptracker.scoring.coding_rounds import round_state
from gaptracker.scoring.rungs import rule_codings
from gaptracker.workflows.codable_items import (
    CodableItem,
    Coder,
    CodingDraft,
    check_draft,
    codable_measure,
    codable_statement,
)
from gaptracker.workflows.record_corrections import corrected_items

MOST_ENTRIES = 200
KIND_OF: Mapping[ItemKind, Kind[Any]] = {
    ItemKind.STATEMENT: STATEMENTS,
    ItemKind.MEASURE: MEASURES,
}

Key = tuple[ItemKind, str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueEntry:
    """One item to code, with the ladder to place it on in every language there is.

    `needed` is how many people still have to code it.
    """

    item: CodableItem
    needed: int
    question: Mapping[str, str]
    ladder: tuple[Rung, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedCoding:
    """A coding as it was kept, and which revision of this coder's it is.

    `new` is false where it says what the coder had said already: then nothing was written.
    """

    coding: Coding
    revision: int
    new: bool


def coding_queue(
    work: UnitOfWork,
    methodology: Methodology,
    *,
    coder: Coder,
    submitted: Iterable[CodableItem] = (),
    theme: str | None = None,
    limit: int = 20,
) -> tuple[QueueEntry, ...]:
    """Return what a coder is asked to code next, the items nearest to completion first.

    Asked are items of submissions, those of the reference data that a machine coded, and statements
    that were imported or made of proposals, all unless people have settled them. Left out is what
    the coder has coded or may not code.

    Args:
        work: An open unit of work; reading is enough.
        methodology: The ladders.
        coder: Who asks.
        submitted: Items of accepted and published submissions, by `codable_items`.
        theme: Only items on this theme; all if None.
        limit: Most entries, from 1 to 200.

    Raises:
        InvalidValue: If the limit lies outside.
        UnknownName: If no theme has this name.
    """
    if not 1 <= limit <= MOST_ENTRIES:
        raise InvalidValue(f"limit {limit}; expected 1 to {MOST_ENTRIES}")
    if theme is not None and theme not in methodology.themes:
        raise UnknownName("theme", theme, expected=f"one of {', '.join(methodology.themes)}")
    themes = methodology.themes if theme is None else {theme}
    groups = coding_groups(work.evidence.load_all(CODINGS))
    items = {(each.kind, each.id, each.theme): each for each in submitted}
    for entry in _reference_items(work, groups):
        items.setdefault((entry.kind, entry.id, entry.theme), entry)
    waiting = []
    for key, item in items.items():
        codings = groups.get(key, [])
        needed = round_state(codings).needed
        coded = any(coding.coder == coder.id for coding in codings)
        if needed and not coded and coder.may_code(item.id) and item.theme in themes:
            waiting.append((needed, submission_of(item.id) is None, key, item))
    waiting.sort(key=lambda entry: entry[:3])
    return tuple(
        QueueEntry(
            item=item,
            needed=needed,
            question=methodology.themes[item.theme].question,
            ladder=methodology.themes[item.theme].rungs,
        )
        for needed, _, _, item in waiting[:limit]
    )


def record_coding(
    draft: CodingDraft,
    work: UnitOfWork,
    *,
    methodology: Methodology,
    coder: Coder,
    stamp: RevisionStamp,
    submitted: Iterable[CodableItem] = (),
) -> RecordedCoding:
    """Keep a person's coding beside all others; one's own again is a new revision of it.

    Nothing is said of other people's codings, not even whether more are needed now: whoever
    learned that others see it otherwise could change their mind.

    Args:
        draft: What the coder hands in.
        work: An open unit of work, which the caller commits. The lock on loading is taken.
        methodology: The ladders and the codebook.
        coder: Who codes.
        stamp: Who writes, when and why.
        submitted: Items of accepted and published submissions, by `codable_items`.

    Raises:
        UnknownName: If no statement or measure of that id can be coded, which is said of an item
            that the coder may not code, too; or no theme has that name.
        InvalidValue: If the draft is not as it should be, a rule places the item, or people
            have settled it without this coder.
    """
    check_draft(draft, methodology)
    _require_codable(draft, work, methodology, coder, submitted)
    work.take_loading_lock()
    key = (draft.item_kind, draft.item, draft.theme)
    found = work.evidence.load_beginning(CODINGS, draft.item, column="item")
    codings = coding_groups(each.value for each in found if each.stands).get(key, [])
    own = any(coding.coder == coder.id for coding in codings)
    if not own and round_state(codings).needed == 0:
        raise InvalidValue(f"people have settled {draft.item} on {draft.theme}; take another item")
    coding = Coding(
        item=draft.item,
        item_kind=draft.item_kind,
        theme=draft.theme,
        coder=coder.id,
        coder_kind=CoderKind.PERSON,
        rung=draft.rung,
        specificity=draft.specificity,
        rationale=draft.rationale.strip(),
    )
    changes = work.evidence.record(CODINGS, [coding], stamp=stamp)
    history = work.evidence.load_history(CODINGS, CODINGS.id_of(coding))
    return RecordedCoding(coding=coding, revision=history[-1].number, new=changes.written_count > 0)


def coding_groups(codings: Iterable[Coding]) -> dict[Key, list[Coding]]:
    """Group codings by kind of item, item and theme."""
    groups: dict[Key, list[Coding]] = defaultdict(list)
    for coding in codings:
        groups[coding.item_kind, coding.item, coding.theme].append(coding)
    return groups


def _reference_items(work: UnitOfWork, groups: Mapping[Key, list[Coding]]) -> list[CodableItem]:
    """Return the items of no submission that a machine coded, or people are asked to code."""
    asked: dict[ItemKind, dict[str, list[str]]] = {kind: defaultdict(list) for kind in KIND_OF}
    for (kind, item, theme), codings in groups.items():
        begun = any(each.coder_kind is CoderKind.MACHINE or of_the_desk(each) for each in codings)
        if begun and kind in asked and submission_of(item) is None:
            asked[kind][item].append(theme)
    for request in work.proposals.load_requests():
        themes = asked[ItemKind.STATEMENT][request.item]
        if request.theme not in themes:
            themes.append(request.theme)
    statements = work.evidence.load_named(STATEMENTS, asked[ItemKind.STATEMENT])
    measures = work.evidence.load_named(MEASURES, asked[ItemKind.MEASURE])
    cited = {each.value.source for each in statements} | {each.value.source for each in measures}
    read = corrected_items(
        [each.value for each in statements if each.stands],
        [each.value for each in measures if each.stands],
        [each.value for each in work.evidence.load_named(SOURCES, cited)],
        work,
    )
    return [
        *(
            codable_statement(statement, theme, read.sources[statement.source])
            for statement in read.statements
            for theme in asked[ItemKind.STATEMENT][statement.id]
        ),
        *(
            codable_measure(measure, theme, read.sources[measure.source])
            for measure in read.measures
            for theme in asked[ItemKind.MEASURE][measure.id]
        ),
    ]


def _require_codable(
    draft: CodingDraft,
    work: UnitOfWork,
    methodology: Methodology,
    coder: Coder,
    submitted: Iterable[CodableItem],
) -> None:
    """Refuse an item that is not there, that the coder may not code, or that a rule places."""
    kind = KIND_OF[draft.item_kind]
    recorded = [each for each in work.evidence.load_named(kind, [draft.item]) if each.stands]
    pending = any(each.id == draft.item and each.kind is draft.item_kind for each in submitted)
    if not (recorded or pending) or not coder.may_code(draft.item):
        # The same words for both, so that nobody learns what is on its way.
        raise UnknownName(str(draft.item_kind), draft.item, expected="one from the coding queue")
    for each in recorded:
        if isinstance(each.value, Statement):
            by_rule = rule_codings(each.value, methodology.codebook)
            if any(coding.theme == draft.theme for coding in by_rule):
                raise InvalidValue(f"{draft.item}: the codebook places it; nobody has to code it")
