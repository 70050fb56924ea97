"""Schedules: which periods an expression makes due, whatever clocks and calendars do."""

from datetime import UTC, date, datetime, timedelta

import pytest

from gaptracker.domain.errors import InvalidValue
from gaptracker.domain.periods import CalendarPeriod, PeriodUnit
from gaptracker.workflows.schedules import Due
from tests.periodic_world import schedule


def due(text: str, after: str, until: str) -> list[tuple[str, str]]:
    """Periods and instants in UTC that a schedule makes due between two times in UTC."""
    moments = (datetime.fromisoformat(each).replace(tzinfo=UTC) for each in (after, until))
    return [(each.period.key, f"{each.at:%Y-%m-%dT%H:%M}") for each in schedule(text).due(*moments)]


def test_an_instant_stands_for_the_period_that_was_over_by_then() -> None:
    found = due("quarter 0 6 5 1,4,7,10 *", "2026-11-26", "2027-08-01")
    assert found == [
        ("2026-Q4", "2027-01-05T06:00"),
        ("2027-Q1", "2027-04-05T06:00"),
        ("2027-Q2", "2027-07-05T06:00"),
    ]


def test_the_zone_decides_which_day_it_is() -> None:
    # 20:00 on 31 March in Mexico City is 1 April in UTC already.
    text = "quarter 0 20 31 3 * America/Mexico_City"
    assert due(text, "2026-11-26", "2027-12-31") == [("2026-Q4", "2027-04-01T02:00")]


@pytest.mark.hostile(id="schedule-hour-left-out")
def test_an_hour_that_the_clock_leaves_out_leaves_no_day_out() -> None:
    found = due("day 30 2 * * * Europe/Berlin", "2026-03-27T12:00", "2026-03-31")
    assert found == [
        ("2026-03-27", "2026-03-28T01:30"),
        ("2026-03-28", "2026-03-29T01:00"),
        ("2026-03-29", "2026-03-30T00:30"),
    ]


@pytest.mark.hostile(id="schedule-hour-doubled")
def test_an_hour_that_comes_twice_makes_no_day_due_twice() -> None:
    found = due("day 30 2 * * * Europe/Berlin", "2026-10-24T12:00", "2026-10-27")
    assert found == [("2026-10-24", "2026-10-25T00:30"), ("2026-10-25", "2026-10-26T01:30")]
    # Looked at between the two times at which it is 02:30 on that day: still once.
    assert due("day 30 2 * * * Europe/Berlin", "2026-10-25T01:00", "2026-10-26") == []


@pytest.mark.parametrize("zone", ["Asia/Beirut", "America/Havana", "Africa/Cairo", "Asia/Tehran"])
@pytest.mark.hostile(id="schedule-midnight-doubled")
def test_a_clock_that_changes_at_midnight_loses_and_doubles_no_day(zone: str) -> None:
    found = due(f"day */20 * * * * {zone}", "2021-01-01T12:00", "2021-12-31T12:00")
    days = [date.fromisoformat(period) for period, _ in found]
    assert days == [date(2021, 1, 1) + timedelta(days=number) for number in range(len(days))]
    assert len(days) == 364


def test_an_expression_that_comes_often_makes_a_period_due_at_its_first_instant() -> None:
    found = due("day */5 9-17 * * *", "2026-11-23T10:00", "2026-11-25T23:00")
    assert found == [("2026-11-23", "2026-11-24T09:00"), ("2026-11-24", "2026-11-25T09:00")]


def test_what_is_due_does_not_depend_on_when_somebody_looks() -> None:
    text = "month 15 7 2 * * America/Sao_Paulo"
    begin, end = datetime(2026, 1, 1, tzinfo=UTC), datetime(2028, 1, 1, tzinfo=UTC)
    whole = list(schedule(text).due(begin, end))
    pieces: list[Due] = []
    at = begin
    while at < end:
        pieces += schedule(text).due(at, at := min(at + timedelta(hours=37), end))
    assert pieces == whole
    assert len(whole) == 24


@pytest.mark.parametrize(
    "text",
    [
        "quarter",
        "fortnight 0 6 * * *",
        "day 0 6 * *",
        "day 0 25 * * *",
        "day 0 6 31 2 *",
        "day 0 6 * * * Mars/Olympus",
        "day 0 6 * * * ../etc/passwd",
        "day 0 6 * * * UTC UTC",
        "0 6 * * *",
    ],
)
def test_what_is_no_schedule_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(InvalidValue, match="expected"):
        schedule(text)


@pytest.mark.parametrize("unit", list(PeriodUnit))
def test_every_key_is_read_back_and_periods_follow_each_other(unit: PeriodUnit) -> None:
    period = CalendarPeriod.holding(unit, date(2019, 12, 30))
    for _ in range(60):
        following = CalendarPeriod.holding(unit, period.end)
        assert CalendarPeriod.parse(period.key) == period
        assert following.first == period.end
        assert CalendarPeriod.ended_before(unit, following.first) == period
        assert following.key > period.key
        period = following


@pytest.mark.parametrize("text", ["2026-Q5", "2026-Q0", "2026-13", "2026-W54", "26-Q4", "Q4", ""])
def test_what_is_no_period_is_refused(text: str) -> None:
    with pytest.raises(InvalidValue, match="expected 2026-11-25"):
        CalendarPeriod.parse(text)
