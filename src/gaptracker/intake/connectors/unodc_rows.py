"""Rows of UNODC's workbook of prisons and prisoners: the counts that are used, by place and year.

A banner of two rows stands above the header. Of each count there are rows by sex and age, and the
same count again per 100,000 people; only `Total` of both is read, or counts would multiply.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum

from gaptracker.domain.syncing import IssueKind
from gaptracker.intake.connectors.base import Arrived, Known, SourceUnreadable, Staging
from gaptracker.intake.connectors.figures import FIRST_YEAR, NoFigure, read_number, read_year
from gaptracker.intake.workbook_rows import Row, Workbook, WorkbookUnreadable

COLUMNS = (
    *("Iso3_code", "Country", "Region", "Subregion", "Indicator", "Dimension", "Category"),
    *("Sex", "Age", "Year", "Unit of measurement", "VALUE", "Source"),
)
NEEDED = tuple(name for name in COLUMNS if name not in {"Country", "Region", "Subregion"})
BANNER_ROWS = 12
SERIAL_BEGIN = date(1899, 12, 30)
COUNTS, RATE = "counts", "rate per 100,000 population"
# Reported by parts, each with prisons of its own; only whole are they a state.
PARTS = {"GBR_E_W": "GBR", "GBR_NI": "GBR", "GBR_S": "GBR", "IRQ_C": "IRQ", "IRQ_KRI": "IRQ"}
_CODE = re.compile(r"[A-Z]{3}")
_DAY = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})")
_SERIAL = re.compile(r"(\d{5})(\.0+)?")
_SPACES = re.compile(r"\s+")


class Count(StrEnum):
    """What is counted."""

    HELD = "persons held"
    UNSENTENCED = "held without sentence"
    CAPACITY = "official capacity"
    DRUGS = "held for drug offences"
    POSSESSION = "held for drug possession"
    TRAFFICKING = "held for drug trafficking"


# By indicator, dimension and category, without hyphens and in lower case: their spelling differs
# between indicators and releases.
SERIES: Mapping[tuple[str, str, str], Count] = {
    ("persons held", "total", "total"): Count.HELD,
    ("persons held", "by status", "unsentenced"): Count.UNSENTENCED,
    ("prisons facilities and capacity", "total", "official prison capacity"): Count.CAPACITY,
    (
        "persons held",
        "by type of criminal acts",
        "acts involving controlled psychoactive substances",
    ): Count.DRUGS,
    ("persons held", "by selected crime", "drug possession"): Count.POSSESSION,
    ("persons held", "by selected crime", "drug trafficking"): Count.TRAFFICKING,
}
Key = tuple[str, int, Count]


@dataclass(slots=True, kw_only=True)
class Counts:
    """What the workbook says, by place, year and count; `origins` is whose figures they are."""

    released_on: date
    numbers: dict[Key, float] = field(default_factory=dict)
    rates: dict[Key, float] = field(default_factory=dict)
    origins: dict[Key, set[str]] = field(default_factory=dict)


@dataclass(slots=True)
class _Reading:
    """The state of one reading."""

    staging: Staging
    known: Known
    counts: Counts
    places: Mapping[str, int]
    where: str
    # What a row's labels mean: the count and whether it is a rate; None if it is not used.
    labels: dict[tuple[str, ...], tuple[Count, bool] | None] = field(default_factory=dict)

    def take(self, number: int, row: Row) -> None:
        """Read one row."""
        self.staging.rows_read += 1
        places = self.places
        if len(row) <= places["VALUE"]:
            self.staging.leave("row without a value")
            return
        said = tuple(row[places[name]] for name in LABELS)
        if said not in self.labels:
            self.labels[said] = _meaning(said)
        meaning = self.labels[said]
        if meaning is None:
            self.staging.leave(f"not used: {said[0][:60]}")
            return
        where = f"{self.where} row {number}"
        try:
            self._keep(row, meaning, where)
        except NoFigure as error:
            self.staging.refuse(error.kind, where, str(error))

    def _keep(self, row: Row, meaning: tuple[Count, bool], where: str) -> None:
        code = row[self.places["Iso3_code"]]
        if not self._is_placed(code, where):
            return
        year = read_year(row[self.places["Year"]], self.known.today.year)
        if year < FIRST_YEAR:
            self.staging.leave(f"year before {FIRST_YEAR}")
            return
        value = read_number(row[self.places["VALUE"]], thousands=True)
        if value is None:
            self.staging.leave("row without a value")
            return
        if value < 0:
            raise NoFigure(
                IssueKind.VALUE_OUT_OF_RANGE, f"{meaning[0]} {value:g}; expected 0 or more"
            )
        count, is_rate = meaning
        key = (code, year, count)
        self._add(key, value, self.counts.rates if is_rate else self.counts.numbers, where)
        source = self.places["Source"]
        if len(row) > source:
            self.counts.origins.setdefault(key, set()).add(row[source])

    def _is_placed(self, code: str, where: str) -> bool:
        if code in self.known.actors or code in PARTS:
            return True
        if _CODE.fullmatch(code):
            self.staging.leave("territory that is not assessed")
        else:
            self.staging.refuse(
                IssueKind.ACTOR_UNKNOWN,
                where,
                f"{code!r} came; expected an ISO code, or one of {', '.join(PARTS)}",
                group=code[:20],
            )
        return False

    def _add(self, key: Key, value: float, held: dict[Key, float], where: str) -> None:
        before = held.setdefault(key, value)
        if before != value:
            code, year, count = key
            self.staging.refuse(
                IssueKind.DUPLICATE,
                where,
                f"{count} of {code} in {year} came twice: {before:g} and {value:g}; the first is "
                "kept",
            )


LABELS = ("Indicator", "Dimension", "Category", "Unit of measurement", "Sex", "Age")


def read_counts(arrived: Arrived, staging: Staging, known: Known) -> Counts:
    """Read every row of the workbook.

    Raises:
        SourceUnreadable: If it is no workbook, has no such table, lacks a column or a series, or
            does not say when it was released.
    """
    try:
        with Workbook(arrived.path) as book:
            return _read(book, arrived, staging, known)
    except WorkbookUnreadable as error:
        raise SourceUnreadable(IssueKind.SHAPE_UNKNOWN, arrived.where, str(error)) from error


def _read(book: Workbook, arrived: Arrived, staging: Staging, known: Known) -> Counts:
    for sheet in book.sheets:
        rows = book.rows(sheet)
        banner, header = _header(rows)
        if header:
            break
    else:
        raise SourceUnreadable(
            IssueKind.COLUMN_MISSING,
            arrived.where,
            f"no sheet of {', '.join(book.sheets) or 'none'} begins with a row of columns named "
            f"{COLUMNS[0]} and VALUE",
        )
    places = _places(header, arrived, staging)
    counts = Counts(released_on=_released_on(banner, arrived))
    reading = _Reading(staging, known, counts, places, arrived.where)
    for number, row in rows:
        reading.take(number, row)
    _require_series(counts, arrived)
    return counts


def _header(rows: Iterator[tuple[int, Row]]) -> tuple[list[Row], Row]:
    """Return the rows above the header, and the header; an empty one if there is none."""
    banner: list[Row] = []
    for _, row in rows:
        if COLUMNS[0] in row and "VALUE" in row:
            return banner, row
        banner.append(row)
        if len(banner) == BANNER_ROWS:
            break
    return banner, []


def _places(header: Sequence[str], arrived: Arrived, staging: Staging) -> Mapping[str, int]:
    missing = [name for name in NEEDED if header.count(name) != 1]
    if missing:
        raise SourceUnreadable(
            IssueKind.COLUMN_MISSING,
            arrived.where,
            f"the columns are {', '.join(header)}; expected each of {', '.join(missing)} once",
        )
    if tuple(header) != COLUMNS:
        staging.note(
            IssueKind.COLUMN_MOVED,
            arrived.where,
            f"the columns are {', '.join(header)}; they were {', '.join(COLUMNS)}: read by name",
        )
    return {name: header.index(name) for name in NEEDED}


def _released_on(banner: Sequence[Row], arrived: Arrived) -> date:
    """Return the day in the banner: dd/mm/yyyy, or the number that a cell of a date holds."""
    for text in (text for row in banner for text in row):
        if found := _DAY.fullmatch(text):
            try:
                day, month, year = map(int, text.split("/"))
                return date(year, month, day)
            except ValueError:
                continue
        if found := _SERIAL.fullmatch(text):
            return SERIAL_BEGIN + timedelta(days=int(found[1]))
    raise SourceUnreadable(
        IssueKind.SHAPE_UNKNOWN,
        arrived.where,
        f"{banner} stands above the header; expected the day of the release as dd/mm/yyyy",
    )


def _meaning(said: Sequence[str]) -> tuple[Count, bool] | None:
    indicator, dimension, category, unit, sex, age = (_plain(text) for text in said)
    count = SERIES.get((indicator, dimension, category))
    if count is None or (sex, age) != ("total", "total") or unit not in {COUNTS, RATE}:
        return None
    return count, unit == RATE


def _plain(text: str) -> str:
    return _SPACES.sub(" ", text.replace("-", "")).strip().casefold()


def _require_series(counts: Counts, arrived: Arrived) -> None:
    """Stop if a series is gone whole: it was renamed, and would look as if nobody answered."""
    came = {count for _, _, count in counts.numbers}
    gone = [count.value for count in Count if count not in came]
    if not counts.rates:
        gone.append("rates per 100,000 people")
    if gone:
        raise SourceUnreadable(
            IssueKind.CATEGORY_UNKNOWN,
            arrived.where,
            f"no row of {', '.join(gone)} came: see whether an indicator, a dimension, a category "
            "or a unit was renamed",
        )
