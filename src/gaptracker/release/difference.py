"""Two releases cell by cell: what moved, and the evidence or rules that moved it."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

import polars as pl

from gaptracker.domain.ownership import submission_of
from gaptracker.domain.results import Manifest
from gaptracker.domain.vocabulary import ItemKind
from gaptracker.release.cell_tables import CONTRIBUTIONS, GAPS
from gaptracker.release.manifest import Provenance
from gaptracker.release.record_tables import MEASURES, OBSERVATIONS, SOURCES, STATEMENTS

CELL = ("actor", "theme", "year")
# A cell moved if one of these did. Its hash of inputs is none: it may change and no figure with it.
FIGURES = (
    "gap",
    "gap_low",
    "gap_high",
    "says",
    "practice",
    "grade",
    "label",
    "reason",
)
RECORDS = {
    ItemKind.STATEMENT.value: STATEMENTS.name,
    ItemKind.MEASURE.value: MEASURES.name,
    ItemKind.OBSERVATION.value: OBSERVATIONS.name,
}
# By which items are told apart, and what of one is its own doing and not its neighbours'.
ITEM = ("item_kind", "item", "side")
OWN = ("points", "source")

CellKey = tuple[str, str, int]
ItemKey = tuple[str, ...]
Row = Mapping[str, Any]  # a row of a table: its columns differ in type


class Cause(StrEnum):
    """Why a cell moved from one release to another."""

    EVIDENCE_ENTERED = "evidence_entered"
    EVIDENCE_LEFT = "evidence_left"
    EVIDENCE_CHANGED = "evidence_changed"
    METHODOLOGY = "methodology"
    CODERS = "coders"
    AS_OF = "as_of"
    PROGRAM = "program"
    SURROUNDINGS = "surroundings"


class ItemChange(StrEnum):
    """What became of an item of a cell."""

    ENTERED = "entered"
    LEFT = "left"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True, kw_only=True)
class MovedItem:
    """An item that entered, left or changed.

    `submission` is that which it came in or, where a correction of it or its source is what
    changed, that which the correction came in; None if neither.
    """

    item: str
    item_kind: ItemKind
    change: ItemChange
    submission: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CellFigures:
    """A cell's figures in one release, unrounded; points, None where missing."""

    gap: float | None
    gap_low: float | None
    gap_high: float | None
    says: float | None
    practice: float | None
    grade: str
    label: str
    reason: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class MovedCell:
    """A cell whose figures differ between two releases, and why.

    A side is None where the release has no such cell.
    """

    actor: str
    theme: str
    year: int
    old: CellFigures | None
    new: CellFigures | None
    causes: tuple[Cause, ...]
    items: tuple[MovedItem, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseTables:
    """A release as far as a comparison reads it; `frames` holds tables by their names."""

    manifest: Manifest
    provenance: Provenance
    frames: Mapping[str, pl.DataFrame]


def moved_cells(old: ReleaseTables, new: ReleaseTables) -> tuple[MovedCell, ...]:
    """Return the cells whose figures differ, each with its causes.

    Items of a cell are held against each other first: an item entered or left the cell, or its
    text, source or place on the ladder changed. That other items weigh less where one enters is
    no cause. What else can move a cell are rules, coders' errors, the day of the data, the
    program, and, where none of these changed, what surrounds the items: chances to speak,
    memberships and competences.

    Returns:
        The cells in order of actor, theme and year.
    """
    before, after = _differing_cells(old.frames[GAPS.name], new.frames[GAPS.name])
    moved = sorted({*before, *after})
    items_before = _items(old, moved)
    items_after = _items(new, moved)
    changed_records = _changed_records(old, new)
    correctors = _correctors(old, new)
    found = []
    for key in moved:
        items = tuple(
            replace(
                item,
                submission=correctors.get((item.item_kind.value, item.item), item.submission),
            )
            for item in _moved_items(items_before[key], items_after[key], changed_records)
        )
        causes = _causes(items, before.get(key), after.get(key), old, new)
        actor, theme, year = key
        found.append(
            MovedCell(
                actor=actor,
                theme=theme,
                year=year,
                old=_figures(before.get(key)),
                new=_figures(after.get(key)),
                causes=causes,
                items=items,
            )
        )
    return tuple(found)


def _differing_cells(
    old: pl.DataFrame, new: pl.DataFrame
) -> tuple[dict[CellKey, Row], dict[CellKey, Row]]:
    """Return the cells of each side that the other has otherwise, or not at all."""
    alike = old.join(new, on=[*CELL, *FIGURES], how="semi", nulls_equal=True).select(CELL)
    before, after = (gaps.join(alike, on=CELL, how="anti") for gaps in (old, new))
    return _by_cell(before), _by_cell(after)


def _by_cell(gaps: pl.DataFrame) -> dict[CellKey, Row]:
    rows = gaps.select(*CELL, *FIGURES, "as_of").iter_rows(named=True)
    return {(row["actor"], row["theme"], row["year"]): row for row in rows}


def _figures(row: Row | None) -> CellFigures | None:
    return None if row is None else CellFigures(**{name: row[name] for name in FIGURES})


def _items(
    release: ReleaseTables, cells: list[CellKey]
) -> Mapping[CellKey, dict[ItemKey, tuple[Any, ...]]]:
    """Return, by cell, what is each item's own doing."""
    found: dict[CellKey, dict[ItemKey, tuple[Any, ...]]] = defaultdict(dict)
    parts = release.frames[CONTRIBUTIONS.name]
    types = {name: parts.schema[name] for name in CELL}
    wanted = pl.DataFrame(cells, types, orient="row")
    rows = parts.join(wanted, on=CELL, how="semi").select(*CELL, *ITEM, *OWN).iter_rows()
    for actor, theme, year, *rest in rows:
        found[actor, theme, year][tuple(rest[: len(ITEM)])] = tuple(rest[len(ITEM) :])
    return found


def _changed_records(old: ReleaseTables, new: ReleaseTables) -> frozenset[tuple[str, str]]:
    """Return the items, by kind and id, whose record or source differs between both releases."""
    sources = _differing(old, new, SOURCES.name)
    found = set()
    for kind, table in RECORDS.items():
        found |= {(kind, name) for name in _differing(old, new, table)}
        frame = new.frames[table].select("id", "source")
        found |= {(kind, name) for name, source in frame.iter_rows() if source in sources}
    return frozenset(found)


def _correctors(old: ReleaseTables, new: ReleaseTables) -> dict[tuple[str, str], str]:
    """Return who corrected an item or its source in one of the releases and not in the other."""
    before, after = _corrected(old), _corrected(new)
    moved = {
        record: min(before[record] ^ after[record])[0]
        for record in {*before, *after}
        if before[record] != after[record]
    }
    found: dict[tuple[str, str], str] = {}
    for kind, table in RECORDS.items() if moved else ():
        for release in (old, new):
            for name, source in release.frames[table].select("id", "source").iter_rows():
                corrector = moved.get(name) or moved.get(source)
                if corrector is not None:
                    found[kind, name] = corrector
    return found


def _corrected(release: ReleaseTables) -> Mapping[str, frozenset[tuple[str, str]]]:
    """Return, by record, the submissions that corrected it, each with the digest of its part."""
    found: dict[str, frozenset[tuple[str, str]]] = defaultdict(frozenset)
    for part in release.provenance.submissions:
        for record in part.corrected:
            found[record] |= {(part.submission, part.evidence_sha256)}
    return found


def _differing(old: ReleaseTables, new: ReleaseTables, table: str) -> frozenset[str]:
    """Return the ids that both releases hold with other content."""
    before, after = old.frames[table], new.frames[table]
    both = before.select("id").join(after, on="id", how="semi")
    alike = before.join(after, on=before.columns, how="semi", nulls_equal=True).select("id")
    return frozenset(both.join(alike, on="id", how="anti")["id"].to_list())


def _moved_items(
    before: Mapping[ItemKey, object],
    after: Mapping[ItemKey, object],
    changed_records: frozenset[tuple[str, str]],
) -> tuple[MovedItem, ...]:
    found: dict[tuple[str, str], ItemChange] = {}
    for key in sorted({*before, *after}):
        kind, item, _ = key
        if key not in before:
            found[kind, item] = ItemChange.ENTERED
        elif key not in after:
            found[kind, item] = ItemChange.LEFT
        elif before[key] != after[key] or (kind, item) in changed_records:
            found[kind, item] = ItemChange.CHANGED
    return tuple(
        MovedItem(
            item=item, item_kind=ItemKind(kind), change=change, submission=submission_of(item)
        )
        for (kind, item), change in found.items()
    )


CAUSE_OF = {
    ItemChange.ENTERED: Cause.EVIDENCE_ENTERED,
    ItemChange.LEFT: Cause.EVIDENCE_LEFT,
    ItemChange.CHANGED: Cause.EVIDENCE_CHANGED,
}


def _causes(
    items: tuple[MovedItem, ...],
    before: Row | None,
    after: Row | None,
    old: ReleaseTables,
    new: ReleaseTables,
) -> tuple[Cause, ...]:
    """Return all that can have moved a cell, in the order in which causes are declared."""
    found = {CAUSE_OF[item.change] for item in items}
    if old.manifest.methodology_sha256 != new.manifest.methodology_sha256:
        found.add(Cause.METHODOLOGY)
    if old.provenance.calibration != new.provenance.calibration:
        found.add(Cause.CODERS)
    if before is not None and after is not None and before["as_of"] != after["as_of"]:
        found.add(Cause.AS_OF)
    if before is None or after is None:
        # A year, or an actor, that only one of the releases covers.
        found.add(Cause.AS_OF if old.manifest.as_of != new.manifest.as_of else Cause.SURROUNDINGS)
    if not found:
        same = old.provenance.software == new.provenance.software
        same_series = old.provenance.random_series == new.provenance.random_series
        found.add(Cause.SURROUNDINGS if same and same_series else Cause.PROGRAM)
    return tuple(cause for cause in Cause if cause in found)
