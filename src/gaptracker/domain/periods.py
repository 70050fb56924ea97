"""Calendar periods by which recurring work is counted: days, weeks, months, quarters, years."""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Self

from gaptracker.domain.errors import InvalidValue

MONTHS_PER_QUARTER, QUARTERS_PER_YEAR = 3, 4
EXAMPLES = "2026-11-25, 2026-W48, 2026-11, 2026-Q4 or 2026"


class PeriodUnit(StrEnum):
    """How long a period is. Weeks are ISO 8601's: they begin on Monday."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"


KEYS = {
    PeriodUnit.DAY: re.compile(r"(?P<year>[0-9]{4})-(?P<part>[0-9]{2})-(?P<day>[0-9]{2})"),
    PeriodUnit.WEEK: re.compile(r"(?P<year>[0-9]{4})-W(?P<part>[0-9]{2})"),
    PeriodUnit.MONTH: re.compile(r"(?P<year>[0-9]{4})-(?P<part>[0-9]{2})"),
    PeriodUnit.QUARTER: re.compile(r"(?P<year>[0-9]{4})-Q(?P<part>[0-9])"),
    PeriodUnit.YEAR: re.compile(r"(?P<year>[0-9]{4})"),
}


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class CalendarPeriod:
    """One period of the calendar, in whatever zone its days are meant.

    Examples:
        >>> CalendarPeriod.ended_before(PeriodUnit.QUARTER, date(2027, 1, 5)).key
        '2026-Q4'
        >>> CalendarPeriod.parse("2026-W48").first
        datetime.date(2026, 11, 23)
    """

    first: date
    unit: PeriodUnit

    @classmethod
    def holding(cls, unit: PeriodUnit, day: date) -> Self:
        """Return the period in which a day lies."""
        match unit:
            case PeriodUnit.DAY:
                first = day
            case PeriodUnit.WEEK:
                first = day - timedelta(days=day.weekday())
            case PeriodUnit.MONTH:
                first = day.replace(day=1)
            case PeriodUnit.QUARTER:
                month = (day.month - 1) // MONTHS_PER_QUARTER * MONTHS_PER_QUARTER + 1
                first = date(day.year, month, 1)
            case PeriodUnit.YEAR:
                first = date(day.year, 1, 1)
        return cls(first=first, unit=unit)

    @classmethod
    def ended_before(cls, unit: PeriodUnit, day: date) -> Self:
        """Return the last period that was over when a day began."""
        here = cls.holding(unit, day)
        return cls.holding(unit, here.first - timedelta(days=1))

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a key, as `2026-Q4`.

        Raises:
            InvalidValue: If it is none, or names no period of the calendar.
        """
        try:
            found = next((unit, m) for unit, key in KEYS.items() if (m := key.fullmatch(text)))
            unit, named = found[0], {k: int(v) for k, v in found[1].groupdict().items()}
            period = cls(first=_first_day(unit, named), unit=unit)
        except (StopIteration, ValueError):
            raise InvalidValue(f"{text[:40]!r} is no period; expected {EXAMPLES}") from None
        return period

    @property
    def key(self) -> str:
        """The period's name: sorts by time within one unit."""
        match self.unit:
            case PeriodUnit.DAY:
                return self.first.isoformat()
            case PeriodUnit.WEEK:
                year, week, _ = self.first.isocalendar()
                return f"{year:04d}-W{week:02d}"
            case PeriodUnit.MONTH:
                return f"{self.first:%Y-%m}"
            case PeriodUnit.QUARTER:
                return f"{self.first.year:04d}-Q{(self.first.month - 1) // MONTHS_PER_QUARTER + 1}"
            case PeriodUnit.YEAR:
                return f"{self.first.year:04d}"

    @property
    def end(self) -> date:
        """The first day after it."""
        # Long enough to leave it, short enough not to leap over the next.
        days = {
            PeriodUnit.DAY: 1,
            PeriodUnit.WEEK: 7,
            PeriodUnit.MONTH: 31,
            PeriodUnit.QUARTER: 92,
            PeriodUnit.YEAR: 366,
        }[self.unit]
        return type(self).holding(self.unit, self.first + timedelta(days=days)).first

    def __str__(self) -> str:
        """Return the key."""
        return self.key


def _first_day(unit: PeriodUnit, named: dict[str, int]) -> date:
    year, part = named["year"], named.get("part", 1)
    match unit:
        case PeriodUnit.DAY:
            return date(year, part, named["day"])
        case PeriodUnit.WEEK:
            return date.fromisocalendar(year, part, 1)
        case PeriodUnit.MONTH:
            return date(year, part, 1)
        case PeriodUnit.QUARTER:
            if not 1 <= part <= QUARTERS_PER_YEAR:
                raise ValueError(part)
            return date(year, (part - 1) * MONTHS_PER_QUARTER + 1, 1)
        case PeriodUnit.YEAR:
            return date(year, 1, 1)
