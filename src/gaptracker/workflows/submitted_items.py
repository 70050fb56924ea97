"""Which published items of submissions wait for coders, and who may code them."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from gaptracker.domain.errors import UnknownName
from gaptracker.domain.ownership import SUBMISSION_PREFIX, submission_of
from gaptracker.domain.records import Measure, Statement
from gaptracker.domain.sources import Source
from gaptracker.domain.vocabulary import ItemKind
from gaptracker.domain.workflow import Role
from gaptracker.records.mapping import CODINGS, MEASURES, SOURCES, STATEMENTS, Kind
from gaptracker.records.unit_of_work import UnitOfWork
from gaptracker.scoring.coding_rounds import round_state
from gaptracker.workflows.codable_items import CodableItem, Coder, codable_items
from gaptracker.workflows.code_items import KIND_OF, coding_groups
from gaptracker.workflows.record_corrections import corrected_items


@dataclass(frozen=True, slots=True, kw_only=True)
class _Published:
    sources: tuple[Source, ...]
    statements: tuple[Statement, ...]
    measures: tuple[Measure, ...]


def published_items(work: UnitOfWork) -> tuple[CodableItem, ...]:
    """Return the published statements and measures that people have not settled.

    Each is to be placed on the theme that its sender gave it.

    Args:
        work: An open unit of work that can open what submissions say; reading is enough.
    """
    codings = (each.value for each in _standing(work, CODINGS, column="item"))
    settled = {
        key for key, group in coding_groups(codings).items() if not round_state(group).needed
    }
    read = corrected_items(
        [each.value for each in _standing(work, STATEMENTS)],
        [each.value for each in _standing(work, MEASURES)],
        [each.value for each in _standing(work, SOURCES)],
        work,
    )
    published = _Published(
        sources=tuple(read.sources.values()), statements=read.statements, measures=read.measures
    )
    placed = {item for _, item, _ in settled}
    waiting = {each.id for each in published.statements} | {each.id for each in published.measures}
    themes: dict[str, str] = {}
    # A submission with nothing left to code is not looked up at all.
    for submission in sorted({submission_of(name) or "" for name in waiting - placed}):
        themes |= _themes_given(work, submission)
    return tuple(
        item
        for item in codable_items(published, themes)
        if (item.kind, item.id, item.theme) not in settled
    )


def find_coder(member: str, work: UnitOfWork, items: Iterable[str]) -> Coder:
    """Return a member as a coder, barred from what their own organisation sent.

    Args:
        member: The member's id.
        work: An open unit of work.
        items: Ids of the items in question. One whose submission is not on record is barred,
            too, since nobody knows who sent it.

    Raises:
        UnknownName: If no member with the role `coder` has this id.
    """
    found = work.principals.find_member(member)
    if found is None or found.disabled or Role.CODER not in found.roles:
        raise UnknownName("coder", member, expected="the id of a member with the role coder")
    barred = set()
    for submission in {submission_of(item) for item in items}:
        if submission is not None:
            row = work.submissions.find(submission)
            if row is None or row.organisation == found.organisation:
                barred.add(submission)
    return Coder(id=found.id, barred=frozenset(barred))


def find_kind(item: str, work: UnitOfWork, submitted: Iterable[CodableItem] = ()) -> ItemKind:
    """Return whether an id is a statement's or a measure's.

    Raises:
        UnknownName: If it is neither's.
    """
    for each in submitted:
        if each.id == item:
            return each.kind
    for kind, table in KIND_OF.items():
        if work.evidence.load_named(table, [item]):
            return kind
    raise UnknownName("statement or measure", item, expected="one from the coding queue")


# `Any`, because each kind has values of its own type.
def _standing(work: UnitOfWork, kind: Kind[Any], column: str = "id") -> list[Any]:
    found = work.evidence.load_beginning(kind, SUBMISSION_PREFIX, column=column)
    return [each for each in found if each.stands]


def _themes_given(work: UnitOfWork, submission: str) -> dict[str, str]:
    """Return the themes that a submission's sender gave its items, by the items' ids."""
    row = work.submissions.find(submission)
    if row is None or row.published_revision is None:
        return {}
    revision = work.submissions.revision(submission, row.published_revision)
    if revision is None or revision.content is None:
        return {}
    # JSON has no narrower type; it was checked when it came.
    content: Mapping[str, Any] = json.loads(revision.content)
    return {
        f"{submission}-{item['ref']}": item["theme"]
        for item in content.get("items", ())
        if item.get("theme")
    }
