"""What a release changed against the one before, cut short to what readers are told of."""

from collections import defaultdict
from dataclasses import dataclass

import msgspec

from gaptracker.release.difference import CellFigures, ItemChange
from gaptracker.release.documents import plain, write_json
from gaptracker.workflows.diff_releases import CellDifference, ReleaseDifference


@dataclass(frozen=True, slots=True, kw_only=True)
class DemonstratedChange:
    """A gap that moved by more than its uncertainty, in the newest of the years in which it did.

    `years` are all such years of the actor and theme, ascending; `p_higher` is the probability
    that the new gap is the higher; `submissions` are those that moved it.
    """

    actor: str
    theme: str
    year: int
    years: tuple[int, ...]
    old: CellFigures
    new: CellFigures
    p_higher: float
    causes: tuple[str, ...]
    submissions: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectedEvidence:
    """Items that were in the record before and read otherwise now, and moved a figure."""

    actor: str
    theme: str
    years: tuple[int, ...]
    items: tuple[str, ...]
    demonstrated: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseChanges:
    """All that readers are told of a release, by actor and theme, in that order."""

    release: str
    previous: str
    demonstrated: tuple[DemonstratedChange, ...]
    corrected: tuple[CorrectedEvidence, ...]


def changes_of(difference: ReleaseDifference) -> ReleaseChanges:
    """Cut a difference short: the demonstrated changes and the corrections, by actor and theme."""
    by_topic: dict[tuple[str, str], list[CellDifference]] = defaultdict(list)
    for each in difference.differences:
        by_topic[each.cell.actor, each.cell.theme].append(each)
    demonstrated = (_demonstrated(moved) for moved in by_topic.values())
    corrected = (_corrected(moved) for moved in by_topic.values())
    return ReleaseChanges(
        release=difference.new.release,
        previous=difference.old.release,
        demonstrated=tuple(found for found in demonstrated if found),
        corrected=tuple(found for found in corrected if found),
    )


def write_changes(changes: ReleaseChanges) -> bytes:
    """Write changes as JSON, the same bytes for the same changes."""
    return write_json(plain(changes))


def read_changes(content: bytes) -> ReleaseChanges:
    """Read what `write_changes` wrote.

    Raises:
        msgspec.MsgspecError: If it is anything else.
    """
    return msgspec.json.decode(content, type=ReleaseChanges)


def _demonstrated(moved: list[CellDifference]) -> DemonstratedChange | None:
    told = [each for each in moved if each.demonstrated]
    if not told:
        return None
    newest = max(told, key=lambda each: each.cell.year)
    cell, p_higher = newest.cell, newest.p_higher
    if cell.old is None or cell.new is None or p_higher is None:
        raise TypeError(f"a demonstrated change of {cell.actor} {cell.theme} lacks a side")
    submissions = {item.submission for item in cell.items if item.submission}
    return DemonstratedChange(
        actor=cell.actor,
        theme=cell.theme,
        year=cell.year,
        years=tuple(sorted(each.cell.year for each in told)),
        old=cell.old,
        new=cell.new,
        p_higher=p_higher,
        causes=tuple(cause.value for cause in cell.causes),
        submissions=tuple(sorted(submissions)),
    )


def _corrected(moved: list[CellDifference]) -> CorrectedEvidence | None:
    items: set[str] = set()
    touched: list[CellDifference] = []
    for each in moved:
        changed = {item.item for item in each.cell.items if item.change is ItemChange.CHANGED}
        if changed:
            items |= changed
            touched.append(each)
    if not touched:
        return None
    return CorrectedEvidence(
        actor=touched[0].cell.actor,
        theme=touched[0].cell.theme,
        years=tuple(sorted(each.cell.year for each in touched)),
        items=tuple(sorted(items)),
        demonstrated=any(each.demonstrated for each in touched),
    )
