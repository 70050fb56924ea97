"""The sheet "Share of GDP" of SIPRI's workbook: wide by year, with headings of regions between."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from gaptracker.domain.records import Observation
from gaptracker.domain.syncing import IssueKind
from gaptracker.domain.time import PartialDate
from gaptracker.intake.connectors.base import Arrived, Known, SourceUnreadable, Staging
from gaptracker.intake.connectors.figures import FIRST_YEAR, NoFigure, read_number
from gaptracker.intake.connectors.state_names import code_of_name, is_former_state
from gaptracker.intake.workbook_rows import Row, Workbook, WorkbookUnreadable

INDICATOR = "military_spending"
SHEET = "share of gdp"
COUNTRY = "country"
BANNER_ROWS = 15
FEWEST_YEARS = 40
# A state at war can spend more than it produces: Kuwait 117 per cent in 1991.
HIGHEST_SHARE = 1.5
# Half of all states spend less than 2 per cent; where half spend more than a fifth, the sheet is
# in per cent.
HIGHEST_MEDIAN = 0.2
PERCENT = 100
DIGITS = 6
# Not known; the state did not exist or was not independent.
NOT_KNOWN = frozenset({"...", "…", ". .", "..", ""})
NO_STATE = frozenset({"xxx", "xx"})
_YEAR = re.compile(r"(\d{4})(\.0+)?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """Which edition a workbook is, by the years of its header."""

    prefix: str
    first_year: int
    last_year: int

    @property
    def source_id(self) -> str:
        """Return the id of its source."""
        return f"{self.prefix}{self.last_year}"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Share:
    where: str
    state: str
    year: int
    share: float


def stage_shares(workbook: Arrived, staging: Staging, known: Known, prefix: str) -> Edition:
    """Stage every share since the first year that is of use.

    Each cell of a state and year is a row.

    Args:
        workbook: What came.
        staging: Where to.
        known: Actors and the day.
        prefix: Beginning of the source's id.

    Raises:
        SourceUnreadable: If it is no such workbook, or its unit is another.
    """
    try:
        with Workbook(workbook.path) as book:
            rows = iter(book.rows(_sheet(book, workbook.where)))
            years = _header(rows, workbook.where)
            edition = Edition(
                prefix=prefix, first_year=min(years.values()), last_year=max(years.values())
            )
            if edition.last_year >= known.today.year:
                raise SourceUnreadable(
                    IssueKind.VALUE_OUT_OF_RANGE,
                    workbook.where,
                    f"years up to {edition.last_year} came; expected none after "
                    f"{known.today.year - 1}",
                )
            reading = _Reading(staging, known, years, workbook.where)
            shares = [each for number, row in rows for each in reading.shares(number, row)]
    except WorkbookUnreadable as error:
        raise SourceUnreadable(IssueKind.SHAPE_UNKNOWN, workbook.where, str(error)) from error
    middle = median(each.share for each in shares) if shares else 0.0
    if middle > HIGHEST_MEDIAN:
        raise SourceUnreadable(
            IssueKind.VALUE_OUT_OF_RANGE,
            workbook.where,
            f"half of the shares are above {middle:g}; expected parts of one, as 0.02 for 2 per "
            "cent: see whether the unit moved",
        )
    for share in shares:
        _stage(share, staging, edition)
    return edition


def _sheet(book: Workbook, where: str) -> str:
    """Return the sheet's own spelling of its name."""
    for name in book.sheets:
        if " ".join(name.split()).casefold() == SHEET:
            return name
    raise SourceUnreadable(
        IssueKind.COLUMN_MISSING,
        where,
        f"the sheets are {', '.join(book.sheets)}; expected one called Share of GDP",
    )


def _header(rows: Iterator[tuple[int, Row]], where: str) -> Mapping[int, int]:
    """Return the year of each column; banner rows above the header are passed over.

    Raises:
        SourceUnreadable: If no row of the first few heads a column of countries and years.
    """
    for number, row in rows:
        if number > BANNER_ROWS:
            break
        years = {
            place: int(found[1])
            for place, cell in enumerate(row)
            if (found := _YEAR.fullmatch(cell.strip()))
        }
        if row and row[0].strip().casefold() == COUNTRY and len(years) >= FEWEST_YEARS:
            if sorted(years.values()) != list(range(min(years.values()), max(years.values()) + 1)):
                raise SourceUnreadable(
                    IssueKind.COLUMN_MOVED,
                    f"{where} row {number}",
                    "a year is missing or twice in the header; expected each once",
                )
            return years
    raise SourceUnreadable(
        IssueKind.COLUMN_MISSING,
        where,
        f"no header of Country and {FEWEST_YEARS} or more years in the first {BANNER_ROWS} rows",
    )


@dataclass(frozen=True, slots=True)
class _Reading:
    """One reading of a sheet."""

    staging: Staging
    known: Known
    years: Mapping[int, int]
    where: str

    def shares(self, number: int, row: Row) -> Iterator[_Share]:
        """Yield a state's shares; count and refuse all else."""
        where = f"{self.where} row {number}"
        name = row[0].strip() if row else ""
        cells = [
            (year, row[place].strip() if place < len(row) else "")
            for place, year in self.years.items()
        ]
        if not any(cell for _, cell in cells):
            # A heading, or a footnote below.
            self.staging.rows_read += 1
            self.staging.leave("heading of a region, or footnote")
            return
        self.staging.rows_read += len(cells)
        code = code_of_name(name)
        if code is None or code not in self.known.actors:
            self._pass_over(name, code, cells, where)
            return
        for year, cell in cells:
            yield from self._share(code, year, cell, where)

    def _pass_over(
        self, name: str, code: str | None, cells: Sequence[tuple[int, str]], where: str
    ) -> None:
        """Count the cells of a state that is no more or not assessed; refuse what nobody knows."""
        if code is not None or is_former_state(name):
            for _ in cells:
                self.staging.leave("state that is no more, or is not assessed")
            return
        self.staging.refuse(
            IssueKind.ACTOR_UNKNOWN, where, f"{name[:60]!r} came; expected a state's name"
        )
        # One row of the sheet is one fault, and all of its cells are refused with it.
        self.staging.rows_refused += len(cells) - 1

    def _share(self, code: str, year: int, cell: str, where: str) -> Iterator[_Share]:
        if year < FIRST_YEAR:
            self.staging.leave(f"year before {FIRST_YEAR}")
        elif cell in NOT_KNOWN:
            self.staging.leave("state and year without a figure")
        elif cell.casefold() in NO_STATE:
            self.staging.leave("state that was not independent in the year")
        else:
            at = f"{where} {code} {year}"
            try:
                share = read_number(cell)
                if share is None or not 0 <= share <= HIGHEST_SHARE:
                    raise NoFigure(
                        IssueKind.VALUE_OUT_OF_RANGE,
                        f"share {cell[:20]!r}; expected 0 to {HIGHEST_SHARE:g}",
                    )
            except NoFigure as error:
                self.staging.refuse(error.kind, at, str(error))
                return
            yield _Share(where=at, state=code, year=year, share=share)


def _stage(share: _Share, staging: Staging, edition: Edition) -> None:
    staging.add_observation(
        Observation(
            id=f"{INDICATOR}.{share.state}.{share.year}",
            actor=share.state,
            indicator=INDICATOR,
            period=PartialDate.parse(str(share.year)),
            value=round(PERCENT * share.share, DIGITS),
            source=edition.source_id,
        ),
        share.where,
    )
