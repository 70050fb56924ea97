"""When periodic jobs are due: `UNIT CRON [ZONE]`, as `quarter 0 6 5 1,4,7,10 * Europe/Madrid`.

A period's name comes from the scheduled instant's local date, never from the moment in which
somebody looks. So the hour that a change of the clock doubles or leaves out changes nothing: the
first scheduled instant of a period is the one that counts.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from cronsim import CronSim, CronSimError

from gaptracker.domain.errors import InvalidValue
from gaptracker.domain.periods import CalendarPeriod, PeriodUnit

OFF = "off"
CRON_FIELDS = 5
EXAMPLE = "`quarter 0 6 5 1,4,7,10 *`, perhaps with a time zone as Europe/Madrid behind it, or off"
SECOND = timedelta(seconds=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """A period and the instant, in UTC, from which its work is due."""

    period: CalendarPeriod
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """A cron expression in a time zone, and the periods that its instants stand for.

    An instant stands for the period that was over by then: on 5 January for the fourth quarter.
    """

    unit: PeriodUnit
    cron: str
    zone: ZoneInfo

    @classmethod
    def parse(cls, text: str, *, zone: str = "UTC") -> Self | None:
        """Read a schedule; None if it says `off`.

        Args:
            text: Unit, the five fields of cron, and perhaps a time zone.
            zone: The time zone where the text names none.

        Raises:
            InvalidValue: If any part of it cannot be.
        """
        unit, *fields = text.split() or [OFF]
        if [unit, *fields] == [OFF]:
            return None
        named = fields[CRON_FIELDS:] or [zone]
        if len(fields) < CRON_FIELDS or len(named) != 1 or unit not in list(PeriodUnit):
            raise InvalidValue(f"{text!r} is no schedule; expected {EXAMPLE}")
        cron = " ".join(fields[:CRON_FIELDS])
        try:
            # A day that no year has, as 31 February, is told only when it is looked for.
            next(CronSim(cron, datetime(2000, 1, 1, tzinfo=UTC)))
        except (CronSimError, StopIteration) as error:
            raise InvalidValue(
                f"{cron!r} is no cron expression that ever comes ({error}); expected {EXAMPLE}"
            ) from error
        return cls(unit=PeriodUnit(unit), cron=cron, zone=zone_named(named[0]))

    def due(self, after: datetime, until: datetime) -> Iterator[Due]:
        """Yield the periods whose first scheduled instant lies between two moments, in order.

        Args:
            after: An aware time; instants at or before it are not asked about.
            until: An aware time, the last that counts.
        """
        start, seen = after.astimezone(self.zone), None
        while (here := self._next(start)) is not None and here <= until:
            span = CalendarPeriod.holding(self.unit, here.date())
            if span == seen:
                # Where the clock is put back at midnight, the last hour of a day comes twice.
                start = here
                continue
            first = self._next(self._before(span.first)) or here
            if first > after:
                period = CalendarPeriod.ended_before(self.unit, span.first)
                yield Due(period=period, at=first.astimezone(UTC))
            start, seen = self._before(span.end), span

    def latest(self, now: datetime) -> CalendarPeriod:
        """Return the last period that is over at a moment, in the schedule's zone."""
        return CalendarPeriod.ended_before(self.unit, now.astimezone(self.zone).date())

    def _before(self, day: date) -> datetime:
        """Return the last second before a day begins."""
        return datetime.combine(day, time(), self.zone) - SECOND

    def _next(self, start: datetime) -> datetime | None:
        try:
            found: datetime = next(CronSim(self.cron, start))
        except (StopIteration, OverflowError):
            return None
        return found


def zone_named(name: str) -> ZoneInfo:
    """Return a time zone.

    Raises:
        InvalidValue: If there is none of that name.
    """
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise InvalidValue(
            f"{name!r} is no time zone; expected one as Europe/Madrid or UTC"
        ) from None
