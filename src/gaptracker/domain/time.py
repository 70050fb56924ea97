"""Dates as sources give them: a day, a month or only a year."""

import calendar
from dataclasses import dataclass
from datetime import date
from typing import Self

from gaptracker.domain.errors import InvalidValue

DAYS_PER_YEAR = 365.25
MONTHS_PER_YEAR = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class PartialDate:
    """A date known to the day, the month or the year, never more precise than its source.

    Examples:
        >>> PartialDate.parse("2016-09").latest()
        datetime.date(2016, 9, 30)
        >>> str(PartialDate.parse("2016"))
        '2016'
    """

    year: int
    month: int | None = None
    day: int | None = None

    def __post_init__(self) -> None:
        """Refuse dates that no calendar has."""
        if self.day is not None and self.month is None:
            raise InvalidValue(f"day {self.day} without a month; give the month or drop the day")
        try:
            date(self.year, self.month or 1, self.day or 1)
        except ValueError as error:
            raise InvalidValue(
                f"{self.year}-{self.month}-{self.day} is no date ({error}); "
                "expected YYYY, YYYY-MM or YYYY-MM-DD"
            ) from error

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read `YYYY`, `YYYY-MM` or `YYYY-MM-DD`.

        Raises:
            InvalidValue: If the text has another form or names no real date.
        """
        parts = text.split("-")
        widths = tuple(len(part) for part in parts)
        plain = all(part.isascii() and part.isdigit() for part in parts)
        if not plain or widths not in {(4,), (4, 2), (4, 2, 2)}:
            raise InvalidValue(f"{text!r} is no date; expected YYYY, YYYY-MM or YYYY-MM-DD")
        numbers = [int(part) for part in parts]
        return cls(
            year=numbers[0],
            month=numbers[1] if len(numbers) > 1 else None,
            day=numbers[2] if len(numbers) > 2 else None,  # noqa: PLR2004
        )

    def earliest(self) -> date:
        """Return the first day this date can mean."""
        return date(self.year, self.month or 1, self.day or 1)

    def latest(self) -> date:
        """Return the last day this date can mean.

        A statement counts from this day: never before it was certainly made.
        """
        month = self.month or MONTHS_PER_YEAR
        return date(self.year, month, self.day or calendar.monthrange(self.year, month)[1])

    def __str__(self) -> str:
        """Write the date with the precision it has."""
        text = f"{self.year:04d}"
        if self.month is not None:
            text += f"-{self.month:02d}"
        if self.day is not None:
            text += f"-{self.day:02d}"
        return text


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """A stretch of time with open or closed ends; both ends are included."""

    start: PartialDate | None = None
    end: PartialDate | None = None

    def __post_init__(self) -> None:
        """Refuse a period that ends before it starts."""
        if self.start and self.end and self.end.latest() < self.start.earliest():
            raise InvalidValue(f"a period cannot end ({self.end}) before it starts ({self.start})")

    def covers(self, day: date) -> bool:
        """Say whether the period certainly includes a day."""
        started = self.start is None or self.start.latest() <= day
        ended = self.end is not None and self.end.latest() < day
        return started and not ended


def days_share(begin: date | None, end: date | None, first: date, last: date) -> float:
    """Return the share of the days of a window on which something held.

    Args:
        begin: The first day on which it held; None if it always had.
        end: The last day on which it held; None if it still does.
        first: First day of the window.
        last: Last day of the window, not before `first`.

    Returns:
        Share in [0, 1].

    Examples:
        >>> year = date(2021, 1, 1), date(2021, 12, 31)
        >>> round(days_share(date(2021, 7, 2), None, *year), 3)
        0.501
    """
    begin = max(first, begin) if begin else first
    end = min(last, end) if end else last
    return max((end - begin).days + 1, 0) / ((last - first).days + 1)


def years_between(earlier: date, later: date) -> float:
    """Return the years from `earlier` to `later`, in years of 365.25 days.

    Examples:
        >>> years_between(date(2018, 12, 31), date(2022, 12, 31))
        4.0
    """
    return (later - earlier).days / DAYS_PER_YEAR


def add_months(day: date, months: int) -> date:
    """Return the same day some months later, or the month's last day if it is shorter.

    Examples:
        >>> add_months(date(2020, 1, 31), 1)
        datetime.date(2020, 2, 29)
    """
    index = day.year * MONTHS_PER_YEAR + day.month - 1 + months
    year, month = divmod(index, MONTHS_PER_YEAR)
    last = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last))


def old_after(day: date, years: float) -> date:
    """Return the last day on which something from a day is not older than some calendar years.

    Counted by the calendar and not in years of 365.25 days: a yearly figure is five years old
    after five years, whether one leap day lies between or two.

    Examples:
        >>> old_after(date(2015, 12, 31), 5)
        datetime.date(2020, 12, 31)
    """
    return add_months(day, round(years * MONTHS_PER_YEAR))
