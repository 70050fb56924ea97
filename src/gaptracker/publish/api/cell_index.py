"""Which cells a question asks for, and in which order, without looking at all of them."""

import threading
from collections import OrderedDict
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from gaptracker.publish.api.pages import Order, RowKey
from gaptracker.publish.api.wanted import Wanted
from gaptracker.publish.rows import FrozenCell
from gaptracker.publish.tables import Table

Places = NDArray[np.int64]
Codes = NDArray[np.signedinteger]

CODED = ("actor", "theme", "year", "grade", "label")
IDENTITY = ("actor", "theme", "year")
# Answers in order that walkers go through page by page: four million places are 32 MB.
KEPT_PLACES = 4_000_000
# What keeping a question takes beside its places, and each value that it names, in places of 8
# bytes: there are more questions than memory, and most of them ask for few cells.
QUESTION_PLACES, VALUE_PLACES = 150, 15
NO_PLACES: Places = np.zeros(0, dtype=np.int64)


class CellIndex:
    """Where the cells of each actor, theme and year stand in a table sorted by these."""

    def __init__(self, table: Table[FrozenCell]) -> None:
        """Index a table of cells."""
        frame = table.select(*CODED)
        self._table = table
        self._height = frame.height
        self._numbers: dict[str, NDArray[np.float64]] = {}
        self._names: dict[str, list[str | int]] = {}
        self._codes: dict[str, Codes] = {}
        self._code_of: dict[str, Mapping[str | int, int]] = {}
        for column in CODED:
            values = frame[column].unique().sort()
            codes = values.search_sorted(frame[column]).to_numpy()
            # Signed, so that a code less is a code; two bytes are enough for most.
            self._codes[column] = codes.astype(np.min_scalar_type(-len(values) - 1))
            self._names[column] = values.to_list()
            self._code_of[column] = {value: code for code, value in enumerate(values)}
        every = np.arange(len(self._code_of["actor"]) + 1)
        self._actor_starts = np.searchsorted(self._codes["actor"], every)
        self._years = len(self._code_of["year"])
        # Two more orders, so that a theme, a year of it, and a year are each one stretch.
        theme_year = self._codes["theme"].astype(np.int32) * self._years + self._codes["year"]
        self._by_theme = np.argsort(theme_year, kind="stable").astype(np.int32)
        every = np.arange(len(self._code_of["theme"]) * self._years + 1)
        self._theme_year_starts = np.searchsorted(theme_year[self._by_theme], every)
        self._by_year = np.argsort(self._codes["year"], kind="stable").astype(np.int32)
        self._year_starts = np.searchsorted(
            self._codes["year"][self._by_year], np.arange(self._years + 1)
        )
        self._kept: OrderedDict[tuple[Wanted, Order], Places] = OrderedDict()
        self._held = 0
        self._lock = threading.Lock()

    def ordered(self, wanted: Wanted, order: Order) -> Places:
        """Return the places of the cells that a question asks for, in its order.

        Missing values come last, equal ones in the order of actor, theme and year.
        """
        question = (wanted, order)
        with self._lock:
            found = self._kept.get(question)
            if found is not None:
                self._kept.move_to_end(question)
                return found
        found = self._sorted(self._matching(wanted), order)
        with self._lock:
            self._keep(question, found)
        return found

    def _keep(self, question: tuple[Wanted, Order], found: Places) -> None:
        """Keep an answer, and let go of those asked for the longest ago if they are too many."""
        if question in self._kept:
            return  # somebody else was as quick
        self._kept[question] = found
        self._held += _weight(question[0], found)
        while len(self._kept) > 1 and self._held > KEPT_PLACES:
            (wanted, _), places = self._kept.popitem(last=False)
            self._held -= _weight(wanted, places)

    def place_of(self, key: RowKey) -> int | None:
        """Return the place of a cell, None if the key names none."""
        if len(key) != len(IDENTITY) or [type(part) for part in key] != [str, str, int]:
            return None
        codes = [
            self._code_of[column].get(part) for column, part in zip(IDENTITY, key, strict=True)
        ]
        if any(code is None for code in codes):
            return None
        found = self._matching(
            Wanted.of({column: [part] for column, part in zip(IDENTITY, key, strict=True)})
        )
        return int(found[0]) if len(found) else None

    def key_of(self, place: int) -> RowKey:
        """Return what a cell is called."""
        return tuple(self._names[column][int(self._codes[column][place])] for column in IDENTITY)

    def _matching(self, wanted: Wanted) -> Places:
        """Return the places of the cells that meet all conditions, in the table's order."""
        allowed = {
            column: sorted(
                code for value in values if (code := self._code_of[column].get(value)) is not None
            )
            for column, values in wanted.among
        }
        found, settled = self._stretches(allowed)
        for column, codes in allowed.items():
            # Often every grade that there is will do.
            if column not in settled and len(codes) < len(self._code_of[column]):
                is_allowed = np.zeros(len(self._code_of[column]), dtype=np.bool_)
                is_allowed[codes] = True
                found = found[is_allowed[self._codes[column][found]]]
        return found

    def _stretches(self, allowed: Mapping[str, Sequence[int]]) -> tuple[Places, tuple[str, ...]]:
        """Return the cells by the narrowest conditions, and which these are."""
        if "actor" in allowed:
            starts = self._actor_starts
            ranges = [np.arange(starts[code], starts[code + 1]) for code in allowed["actor"]]
            return _joined(ranges), ("actor",)
        if "theme" in allowed:
            years = allowed.get("year")
            keys = [(theme * self._years, (theme + 1) * self._years) for theme in allowed["theme"]]
            if years is not None:
                keys = [(first + year, first + year + 1) for first, _ in keys for year in years]
            starts = self._theme_year_starts
            stretches = [self._by_theme[starts[first] : starts[stop]] for first, stop in keys]
            return _ascending(_joined(stretches)), ("theme", "year")
        if "year" in allowed:
            starts = self._year_starts
            stretches = [self._by_year[starts[code] : starts[code + 1]] for code in allowed["year"]]
            return _ascending(_joined(stretches)), ("year",)
        return np.arange(self._height), ()

    def _sorted(self, places: Places, order: Order) -> Places:
        column = order.column
        whole = self._codes[column] if column in self._codes else self._number(column)
        keys = whole[places]
        return places[(-keys if order.descending else keys).argsort(kind="stable")]

    def _number(self, column: str) -> NDArray[np.float64]:
        """Return a column of numbers; a missing one is NaN, which sorts last with either sign."""
        if column not in self._numbers:
            self._numbers[column] = self._table.column(column).to_numpy()
        return self._numbers[column]


def _weight(wanted: Wanted, places: Places) -> int:
    """Return how much memory a kept answer takes, in places."""
    named = sum(len(values) for _, values in wanted.among)
    return len(places) + QUESTION_PLACES + VALUE_PLACES * named


def _ascending(places: Places) -> Places:
    places.sort()
    return places


def _joined(stretches: Sequence[NDArray[np.integer]]) -> Places:
    if len(stretches) == 1:
        return stretches[0].astype(np.int64)
    return np.concatenate([NO_PLACES, *stretches])
