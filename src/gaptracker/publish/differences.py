"""What moved between two releases, as rows that can be filtered and given page by page."""

import threading
from collections import Counter, OrderedDict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import polars as pl

from gaptracker.domain.actors import Actor
from gaptracker.publish.documents import read_actors
from gaptracker.records.release_store import ReleaseStore
from gaptracker.release.difference import Cause, CellFigures
from gaptracker.release.documents import ACTORS_FILE
from gaptracker.workflows.diff_releases import CellDifference, ReleaseDifference, diff_releases

# A pair of releases with ten thousand moved cells holds about 5 MB.
PAIRS_KEPT = 4


class ChangeCause(StrEnum):
    """Why a cell moved from one release to another.

    `reply_accepted` is reserved: replies of assessed governments are not collected yet.
    """

    NEW_EVIDENCE = "new_evidence"
    EVIDENCE_LEFT = "evidence_left"
    CORRECTION = "correction"
    REPLY_ACCEPTED = "reply_accepted"
    METHODOLOGY = "methodology"
    CODERS = "coders"
    AS_OF = "as_of"
    PROGRAM = "program"
    SURROUNDINGS = "surroundings"


CHANGE_CAUSES: Mapping[Cause, ChangeCause] = {
    Cause.EVIDENCE_ENTERED: ChangeCause.NEW_EVIDENCE,
    Cause.EVIDENCE_LEFT: ChangeCause.EVIDENCE_LEFT,
    Cause.EVIDENCE_CHANGED: ChangeCause.CORRECTION,
    Cause.METHODOLOGY: ChangeCause.METHODOLOGY,
    Cause.CODERS: ChangeCause.CODERS,
    Cause.AS_OF: ChangeCause.AS_OF,
    Cause.PROGRAM: ChangeCause.PROGRAM,
    Cause.SURROUNDINGS: ChangeCause.SURROUNDINGS,
}

TEXT, REAL = pl.String(), pl.Float64()
FIGURES = pl.Struct(
    {
        "gap": REAL,
        "gap_low": REAL,
        "gap_high": REAL,
        "says": REAL,
        "practice": REAL,
        "grade": TEXT,
        "label": TEXT,
        "reason": TEXT,
    }
)
ITEM = pl.Struct({"item": TEXT, "item_kind": TEXT, "change": TEXT, "submission": TEXT})
COLUMNS: Mapping[str, pl.DataType] = {
    "actor": TEXT,
    "theme": TEXT,
    "year": pl.Int32(),
    "before": FIGURES,
    "after": FIGURES,
    "change_points": REAL,
    "change_low": REAL,
    "change_high": REAL,
    "p_after_higher": REAL,
    "demonstrated": pl.Boolean(),
    "causes": pl.List(TEXT),
    "items": pl.List(ITEM),
    "submissions": pl.List(TEXT),
}


@dataclass(frozen=True, kw_only=True)
class FrozenDifference:
    """All that moved from an older release to a newer one.

    `actors` are those of the older release, of which the newer may have lost some; `years` are
    those of either; `threshold` is the probability from which a change is demonstrated.
    """

    old: str
    new: str
    cells: int
    threshold: float
    years: range
    actors: Mapping[str, Actor]
    causes: Mapping[ChangeCause, int]
    frame: pl.DataFrame


class Differences:
    """Differences between releases, each computed once and the last few kept."""

    def __init__(self, store: ReleaseStore) -> None:
        """Begin with none.

        Args:
            store: Where releases are kept.
        """
        self._store = store
        self._kept: OrderedDict[tuple[str, str], FrozenDifference] = OrderedDict()
        self._lock = threading.Lock()

    def held(self, old: str, new: str) -> FrozenDifference | None:
        """Return a difference that is in memory, None if it has to be computed."""
        with self._lock:
            found = self._kept.get((old, new))
            if found is not None:
                self._kept.move_to_end((old, new))
            return found

    def take(self, old: str, new: str) -> FrozenDifference:
        """Return a difference, from memory if it is there; blocks while it computes.

        Args:
            old: The older release's id.
            new: The newer one's.

        Raises:
            UnknownName: If one was never published.
            ReleaseCorrupt: If a byte differs from what was frozen, or a table is of a version
                that this program does not read.
        """
        found = self.held(old, new)
        if found is None:
            found = _frozen(self._store, diff_releases(self._store, old, new))
            with self._lock:
                self._kept[old, new] = found
                while len(self._kept) > PAIRS_KEPT:
                    self._kept.popitem(last=False)
        return found


def _frozen(store: ReleaseStore, found: ReleaseDifference) -> FrozenDifference:
    before, after = (store.find(side.release) for side in (found.old, found.new))
    spans = [store.manifest(entry)[0] for entry in (before, after)]
    return FrozenDifference(
        old=found.old.release,
        new=found.new.release,
        cells=found.cells,
        threshold=found.threshold,
        years=range(
            min(each.first_year for each in spans), max(each.last_year for each in spans) + 1
        ),
        actors=read_actors(store.read(before, only=(ACTORS_FILE,)).files[ACTORS_FILE]),
        causes=Counter(
            CHANGE_CAUSES[cause] for each in found.differences for cause in each.cell.causes
        ),
        frame=pl.DataFrame(map(_row, found.differences), schema=COLUMNS, orient="row"),
    )


def _row(given: CellDifference) -> tuple[Any, ...]:
    """Return a moved cell as a row: values of many types, in the order of the columns."""
    cell, interval = given.cell, given.change_interval
    submissions = sorted({each.submission for each in cell.items if each.submission})
    return (
        cell.actor,
        cell.theme,
        cell.year,
        _figures(cell.old),
        _figures(cell.new),
        given.change_points,
        interval.low if interval else None,
        interval.high if interval else None,
        given.p_higher,
        given.demonstrated,
        [CHANGE_CAUSES[cause].value for cause in cell.causes],
        [_named(each, ("item", "item_kind", "change", "submission")) for each in cell.items],
        submissions,
    )


def _figures(given: CellFigures | None) -> dict[str, Any] | None:
    return None if given is None else _named(given, (field.name for field in FIGURES.fields))


def _named(given: object, names: Iterable[str]) -> dict[str, Any]:
    return {name: getattr(given, name) for name in names}
