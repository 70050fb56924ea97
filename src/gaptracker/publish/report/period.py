"""The stretch of time that a report is for: a quarter, a month or a year."""

import calendar
import re
from dataclasses import dataclass
from datetime import date
from typing import Self

from gaptracker.domain.errors import InvalidValue

FORM = re.compile(r"(?P<year>[0-9]{4})(?:-(?:Q(?P<quarter>[1-4])|(?P<month>0[1-9]|1[0-2])))?")
MONTHS_A_QUARTER = 3
LAST_MONTH = 12
FIRST_YEAR = 1900


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportPeriod:
    """A period by its name, `2026-Q4`, `2026-11` or `2026`, with its first and last day."""

    name: str
    first: date
    last: date

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read `YYYY-Qn`, `YYYY-MM` or `YYYY`.

        Raises:
            InvalidValue: If the text has another form.

        Examples:
            >>> str(ReportPeriod.parse("2026-Q4").last)
            '2026-12-31'
            >>> str(ReportPeriod.parse("2024-02").last)
            '2024-02-29'
        """
        match = FORM.fullmatch(text.strip())
        if match is None or int(match["year"]) < FIRST_YEAR:
            raise InvalidValue(
                f"{text!r} is no period; expected a quarter as 2026-Q4, a month as 2026-11, or a "
                "year as 2026"
            )
        year, start, end = int(match["year"]), 1, LAST_MONTH
        if match["quarter"]:
            end = int(match["quarter"]) * MONTHS_A_QUARTER
            start = end - MONTHS_A_QUARTER + 1
        elif match["month"]:
            start = end = int(match["month"])
        return cls(
            name=match[0],
            first=date(year, start, 1),
            last=date(year, end, calendar.monthrange(year, end)[1]),
        )

    @classmethod
    def quarter_of(cls, day: date) -> Self:
        """Return the quarter that a day lies in.

        Examples:
            >>> ReportPeriod.quarter_of(date(2026, 8, 16)).name
            '2026-Q3'
        """
        return cls.parse(f"{day.year:04d}-Q{(day.month - 1) // MONTHS_A_QUARTER + 1}")

    def require_begun(self, today: date) -> None:
        """Refuse a period of which no day has come yet.

        Raises:
            InvalidValue: If it begins after `today`.
        """
        if self.first > today:
            raise InvalidValue(
                f"period {self.name} begins on {self.first}, which is after today, {today}; "
                "expected one that has begun: write its report then"
            )
