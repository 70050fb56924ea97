"""Pages of cells: found by an index, put together from texts that were written once."""

import threading
from dataclasses import dataclass
from weakref import WeakKeyDictionary

import numpy as np

from gaptracker.publish.api.cell_index import CellIndex
from gaptracker.publish.api.cell_texts import CellTexts
from gaptracker.publish.api.deps import View
from gaptracker.publish.api.pages import Order, ReadyPage, RowKey
from gaptracker.publish.api.wanted import Wanted
from gaptracker.publish.frozen import FrozenRelease


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadyCells:
    """What pages of a release's cells are made of."""

    index: CellIndex
    texts: CellTexts


_READY: WeakKeyDictionary[FrozenRelease, ReadyCells] = WeakKeyDictionary()
_MAKING = threading.Lock()


def ready_cells(release: FrozenRelease) -> ReadyCells:
    """Return what pages of a release's cells are made of, making it when first asked.

    Raises:
        ReleaseCorrupt: If the cells hold what an answer cannot say.
    """
    found = _READY.get(release)
    if found is None:
        with _MAKING:
            found = _READY.get(release)
            if found is None:
                found = ReadyCells(index=CellIndex(release.cells.table), texts=CellTexts(release))
                _READY[release] = found
    return found


def take_cells(
    view: View, wanted: Wanted, order: Order, after: RowKey | None, limit: int
) -> ReadyPage | None:
    """Return the cells that follow a cell.

    Args:
        view: What the request wants to see.
        wanted: What is asked of cells.
        order: How they are sorted.
        after: Identity of the last cell seen; None for the first page.
        limit: Most cells to return.

    Returns:
        The page, or None if no such cell has the identity `after`.
    """
    ready = ready_cells(view.release)
    places = ready.index.ordered(wanted, order)
    start = 0
    if after is not None:
        place = ready.index.place_of(after)
        standing = np.flatnonzero(places == place).tolist() if place is not None else []
        if not standing:
            return None
        start = standing[0] + 1
    page = places[start : start + limit]
    more = start + len(page) < len(places)
    return ReadyPage(
        objects=lambda between: ready.texts.parts(page, view.language, between=between),
        count=len(page),
        total=len(places),
        last=ready.index.key_of(int(page[-1])) if more and len(page) else None,
    )
