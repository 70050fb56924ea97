"""What all parts of the build share: raw rows, tables, known codes, and where rows go."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from scripts.build_reference.limits import LIMITS
from scripts.build_reference.output import Output
from scripts.build_reference.problems import Problems
from scripts.build_reference.rows import RawRow, read_rows

TABLES = Path(__file__).parent / "tables"
RETRIEVED = "2026-08-16"
"""The newest day on which a data set was retrieved. Stored copies of pages and law texts carry it,
too: their own day is not known, and nothing in them is newer."""
FIRST_YEAR = 1995
"""Five years before the first cell: older values can enter none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One value of one indicator, as it will be written."""

    indicator: str
    actor: str
    period: str
    source: str
    value: float | None = None
    category: str = ""
    lower: float | None = None
    upper: float | None = None
    note: str = ""

    @property
    def id(self) -> str:
        """Return the observation's id."""
        return f"{self.indicator}.{self.actor}.{self.period}"


def measured(
    indicator: str, actor: str, *, period: int | str, value: float, source: str, note: str = ""
) -> Figure:
    """Return a figure with a number."""
    return Figure(
        indicator=indicator,
        actor=actor,
        period=str(period),
        source=source,
        value=value,
        note=note,
    )


def listed(
    indicator: str, actor: str, *, period: int | str, category: str, source: str, note: str
) -> Figure:
    """Return a figure with a category of its indicator's table."""
    return Figure(
        indicator=indicator,
        actor=actor,
        period=str(period),
        source=source,
        category=category,
        note=note,
    )


@dataclass(slots=True)
class Build:
    """The state of one build."""

    raw: Path
    tables: Path = TABLES
    problems: Problems = field(default_factory=Problems)
    output: Output = field(default_factory=Output)
    actors: dict[str, str] = field(default_factory=dict)
    populations: dict[tuple[str, int], float] = field(default_factory=dict)
    skipped_actors: set[str] = field(default_factory=set)
    observed: set[str] = field(default_factory=set)
    excluded: set[tuple[str, str, int]] = field(default_factory=set)

    def raw_rows(self, name: str, columns: Sequence[str]) -> list[RawRow]:
        """Read a raw file."""
        return read_rows(self.raw, name, columns, self.problems)

    def table(self, name: str, columns: Sequence[str]) -> list[RawRow]:
        """Read one of the build's own tables: facts entered by hand, with their source."""
        return read_rows(self.tables, name, columns, self.problems)

    def read_exclusions(self) -> None:
        """Read which single figures are known to be wrong."""
        for row in self.table("excluded.csv", ("what", "actor", "year", "reason")):
            row.text("reason")
            self.excluded.add((row.text("what"), row.text("actor"), row.year()))

    def is_actor(self, row: RawRow, column: str = "iso3") -> bool:
        """Say whether a code is an actor; territories are skipped by name, others a problem."""
        code = row.text(column)
        if code in self.actors:
            return True
        if code not in self.skipped_actors:
            self.problems.add(row.where(column), code, "a known actor or a territory left out")
        return False

    def observe(self, figure: Figure, status: str = "observed") -> None:
        """Add an observation, if it is plausible and the first of its kind."""
        if figure.id in self.observed:
            self.problems.add(f"observation {figure.id}", figure.source, "one value a period")
            return
        limits = LIMITS.get(figure.indicator)
        if limits is None:
            self.problems.add(f"observation {figure.id}", figure.indicator, "a known indicator")
            return
        for number in (figure.value, figure.lower, figure.upper):
            if number is not None and not limits[0] <= number <= limits[1]:
                expected = f"between {limits[0]} and {limits[1]}"
                self.problems.add(f"observation {figure.id}", number, expected)
        self.observed.add(figure.id)
        self.output.add(
            "observations.csv",
            id=figure.id,
            actor=figure.actor,
            indicator=figure.indicator,
            period=figure.period,
            value=number_text(figure.value),
            category=figure.category,
            lower=number_text(figure.lower),
            upper=number_text(figure.upper),
            status=status,
            source=figure.source,
            note=figure.note,
        )


def number_text(value: float | None) -> str:
    """Write a number as short as it can be read back, and nothing for a missing one."""
    if value is None:
        return ""
    return str(int(value)) if value == int(value) else repr(round(value, 6))
