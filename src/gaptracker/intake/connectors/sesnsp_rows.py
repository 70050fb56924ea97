"""Rows of SESNSP's counts, one column a month, and of CONAPO's population by age and sex.

Both come as latin-1 or UTF-8, and spell their headers anew at times: with or without accents,
`AÑO` or `anio`. Months that were not published are blank; of late they are nought, so that a year
whose last months are nought in the whole country is not whole.
"""

import csv
import re
import unicodedata
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from pathlib import Path

from gaptracker.domain.syncing import IssueKind
from gaptracker.intake.connectors.base import Arrived, SourceUnreadable, Staging
from gaptracker.intake.connectors.figures import NoFigure, read_number, read_year

MONTHS = (
    *("enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto"),
    *("septiembre", "octubre", "noviembre", "diciembre"),
)
YEAR, ENTITY, OFFENCE = "ano", "claveent", "tipodedelito"
SUBTYPE, MODALITY, MUNICIPALITY = "subtipodedelito", "modalidad", "cvemunicipio"
OTHER_NAMES = {"anio": YEAR, "cveent": ENTITY, "cvegeo": "cvegeo", "cvemun": MUNICIPALITY}
# Only tables of victims have them.
OF_VICTIMS = frozenset({"sexo", "rangodeedad"})
RETAIL = "narcomenudeo"
NATION = 0
SHOWN_CHARACTERS = 120
_NOT_ALPHANUMERIC = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """Investigations that were opened in a state in a whole year; `entity` is its own number."""

    entity: int
    code: str
    year: int
    opened: int


@dataclass(slots=True)
class Investigations:
    """What the counts say, by state and year, each month apart; None for a month not published."""

    months: dict[tuple[int, int], list[int | None]] = field(default_factory=dict)
    # A state and year of which a row was refused: its sum would be too small.
    broken: set[tuple[int, int]] = field(default_factory=set)
    this_year: int = 0

    @property
    def years(self) -> frozenset[int]:
        """Return the years of which the file speaks."""
        return frozenset(year for _, year in (*self.months, *self.broken))

    @property
    def reaches_to(self) -> str:
        """Return the last month in which anything was counted."""
        return max(
            f"{year}-{month:02}"
            for (_, year), counted in self.months.items()
            for month, count in enumerate(counted, start=1)
            if count or month == 1
        )

    def whole(self) -> Iterator[Count]:
        """Yield the sums of years that are over and have all of their months."""
        lasts: dict[int, int] = {}
        for (_, year), counted in self.months.items():
            lasts[year] = lasts.get(year, 0) + (counted[-1] or 0)
        for (entity, year), counted in sorted(self.months.items()):
            known = [count for count in counted if count is not None]
            is_over = year < self.this_year and lasts[year] > 0 and len(known) == len(MONTHS)
            if is_over and (entity, year) not in self.broken:
                yield Count(
                    entity=entity, code=mexican_states()[entity], year=year, opened=sum(known)
                )


@cache
def mexican_states() -> Mapping[int, str]:
    """Return the codes of Mexico's states by their number."""
    text = (files("gaptracker.intake.connectors") / "mexican_states.csv").read_text("utf-8")
    return {int(row["cve_ent"]): row["code"] for row in csv.DictReader(text.splitlines())}


def read_investigations(arrived: Arrived, staging: Staging, this_year: int) -> Investigations:
    """Read the counts of retail dealing; every row of the file is counted as read.

    Raises:
        SourceUnreadable: If it is no such table, or has no row of retail dealing.
    """
    found = Investigations(this_year=this_year)
    seen: dict[tuple[object, ...], tuple[str, ...]] = {}
    with _opened(arrived, (YEAR, ENTITY, OFFENCE, SUBTYPE, MODALITY, *MONTHS)) as rows:
        for where, row in rows:
            staging.rows_read += 1
            if _folded(row[OFFENCE]) != RETAIL:
                staging.leave("other offence")
                continue
            try:
                _take(row, staging, found, seen)
            except NoFigure as error:
                staging.refuse(error.kind, where, str(error))
    if not found.months:
        raise SourceUnreadable(
            IssueKind.CATEGORY_UNKNOWN,
            arrived.where,
            f"no count of {RETAIL} came: see whether SESNSP renamed the offence",
        )
    return found


def _take(
    row: Mapping[str, str],
    staging: Staging,
    found: Investigations,
    seen: dict[tuple[object, ...], tuple[str, ...]],
) -> None:
    """Add a row's months to its state and year; what is refused leaves that year open."""
    year = read_year(row[YEAR], found.this_year)
    entity = _entity(row[ENTITY])
    cells = tuple(row[month] for month in MONTHS)
    key = (year, entity, row.get(MUNICIPALITY), row[SUBTYPE], row[MODALITY])
    if key in seen:
        if seen[key] == cells:
            staging.leave("repeated row")
            return
        found.broken.add((entity, year))
        raise NoFigure(
            IssueKind.DUPLICATE,
            f"entity {entity} in {year}, {row[MODALITY]!r} came twice with other counts; the year "
            "is left open",
        )
    seen[key] = cells
    try:
        counts = [_count(cell) for cell in cells]
    except NoFigure as error:
        found.broken.add((entity, year))
        raise NoFigure(error.kind, f"entity {entity} in {year}: {error}") from error
    months = found.months.setdefault((entity, year), [0] * len(MONTHS))
    for place, count in enumerate(counts):
        so_far = months[place]
        months[place] = None if count is None or so_far is None else so_far + count


def _entity(cell: str) -> int:
    said = cell.strip()
    entity = int(said) if said.isascii() and said.isdigit() else -1
    if entity not in mexican_states():
        raise NoFigure(
            IssueKind.ACTOR_UNKNOWN, f"entity {said[:20]!r} came; expected the number of a state"
        )
    return entity


def _count(cell: str) -> int | None:
    number = read_number(cell, thousands=True)
    if number is None:
        return None
    if number < 0 or not number.is_integer():
        raise NoFigure(IssueKind.VALUE_OUT_OF_RANGE, f"count {cell[:20]!r}; expected whole, from 0")
    return int(number)


def read_persons(arrived: Arrived, years: Collection[int]) -> Mapping[tuple[int, int], int]:
    """Return the population by state and year: all ages and both sexes added up.

    These rows are what is divided by, and not counted among the source's.

    Raises:
        SourceUnreadable: If it is no such table, or a count of people is none.
    """
    persons: dict[tuple[int, int], int] = {}
    wanted = {str(year) for year in years}
    with _opened(arrived, (YEAR, "cvegeo", "edad", "sexo", "poblacion")) as rows:
        for where, row in rows:
            if row[YEAR] not in wanted or row["cvegeo"] == str(NATION):
                continue
            if not (row["cvegeo"].isdigit() and row["poblacion"].isdigit()):
                raise SourceUnreadable(
                    IssueKind.SHAPE_UNKNOWN,
                    where,
                    f"{row['cvegeo'][:20]!r} and {row['poblacion'][:20]!r} came; expected the "
                    "number of a state and a count of people",
                )
            place = (int(row["cvegeo"]), int(row[YEAR]))
            persons[place] = persons.get(place, 0) + int(row["poblacion"])
    return persons


@contextmanager
def _opened(
    arrived: Arrived, needed: Sequence[str]
) -> Iterator[Iterator[tuple[str, Mapping[str, str]]]]:
    """Open a table; rows come by folded names of columns, with their places."""
    with arrived.path.open(encoding=_encoding(arrived.path), newline="") as file:
        reader = csv.reader(file)
        header = [OTHER_NAMES.get(name, name) for name in map(_folded, next(reader, []))]
        missing = [name for name in needed if header.count(name) != 1]
        if missing or (OFFENCE in needed and OF_VICTIMS & set(header)):
            raise SourceUnreadable(
                IssueKind.COLUMN_MISSING if header else IssueKind.EMPTY_ANSWER,
                arrived.where,
                f"a header {','.join(header)[:SHOWN_CHARACTERS]!r} came; expected each of "
                f"{', '.join(missing) or 'the columns'} once, in a table of investigations and "
                "not of victims",
            )
        yield _rows(reader, header, arrived.where)


def _rows(
    reader: Iterator[list[str]], header: Sequence[str], where: str
) -> Iterator[tuple[str, Mapping[str, str]]]:
    try:
        for number, cells in enumerate(reader, start=2):
            if not cells:
                continue
            if len(cells) != len(header):
                raise SourceUnreadable(
                    IssueKind.SHAPE_UNKNOWN,
                    f"{where} row {number}",
                    f"{len(cells)} cells came; expected {len(header)}: see whether the file is "
                    "cut short",
                )
            yield f"{where} row {number}", dict(zip(header, map(str.strip, cells), strict=True))
    except csv.Error as error:
        raise SourceUnreadable(IssueKind.SHAPE_UNKNOWN, where, f"no CSV came ({error})") from error


def _encoding(path: Path) -> str:
    """Return UTF-8 if the whole file is that, else latin-1, in which older releases are."""
    try:
        with path.open(encoding="utf-8") as file:
            for _ in file:
                pass
    except UnicodeDecodeError:
        return "latin-1"
    return "utf-8-sig"


def _folded(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return _NOT_ALPHANUMERIC.sub("", plain)
