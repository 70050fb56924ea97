"""Dates as sources give them, and the two counts of time: years of 365.25 days, and months."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gaptracker.domain.errors import InvalidValue
from gaptracker.domain.time import PartialDate, Period, add_months, days_share, years_between

# Digits to `str.isdigit`, and to no reader of ISO 8601.
FULL_WIDTH = "".join(chr(0xFF10 + digit) for digit in (2, 0, 1, 6))

days = st.dates(date(1990, 1, 1), date(2040, 12, 31))


@st.composite
def partial_dates(draw: st.DrawFn) -> PartialDate:
    day, precision = draw(days), draw(st.integers(1, 3))
    return PartialDate.parse("-".join(day.isoformat().split("-")[:precision]))


@given(partial_dates())
def test_a_date_is_written_as_it_is_read(when: PartialDate) -> None:
    assert PartialDate.parse(str(when)) == when


@given(partial_dates())
def test_a_partial_date_counts_from_the_last_day_it_can_mean(when: PartialDate) -> None:
    following = (when.latest() + timedelta(days=1)).isoformat()
    assert when.latest().isoformat().startswith(str(when))
    assert not following.startswith(str(when))


@given(partial_dates())
def test_the_earliest_day_opens_the_date(when: PartialDate) -> None:
    before = (when.earliest() - timedelta(days=1)).isoformat()
    assert when.earliest().isoformat().startswith(str(when))
    assert not before.startswith(str(when))


@pytest.mark.parametrize("text", ["2016", "2016-02", "2016-02-29"])
def test_each_precision_ends_where_its_calendar_does(text: str) -> None:
    expected = {"2016": date(2016, 12, 31)}.get(text, date(2016, 2, 29))
    assert PartialDate.parse(text).latest() == expected


@pytest.mark.parametrize(
    "text",
    ["", "16", "2016-2", "2016-13", "2015-02-29", "2016/02", "2016-02-30", "nan", FULL_WIDTH],
)
def test_what_no_calendar_has_is_refused(text: str) -> None:
    with pytest.raises(InvalidValue):
        PartialDate.parse(text)


def test_a_day_without_a_month_is_refused() -> None:
    with pytest.raises(InvalidValue):
        PartialDate(year=2016, day=3)


def test_a_period_that_ends_before_it_starts_is_refused() -> None:
    with pytest.raises(InvalidValue):
        Period(start=PartialDate.parse("2017"), end=PartialDate.parse("2016-12"))


@pytest.mark.parametrize(
    ("start", "end", "day", "covered"),
    [
        ("2016", None, date(2016, 12, 30), False),
        ("2016", None, date(2016, 12, 31), True),
        (None, "2016", date(2016, 12, 31), True),
        (None, "2016", date(2017, 1, 1), False),
        (None, None, date(1900, 1, 1), True),
    ],
)
def test_a_period_covers_the_days_it_certainly_includes(
    start: str | None, end: str | None, day: date, covered: bool
) -> None:
    assert _period(start, end).covers(day) is covered


def _period(start: str | None, end: str | None) -> Period:
    return Period(
        start=PartialDate.parse(start) if start else None,
        end=PartialDate.parse(end) if end else None,
    )


@given(st.integers(1, 365))
def test_two_laws_that_follow_each_other_share_the_year(change: int) -> None:
    year = date(2021, 1, 1), date(2021, 12, 31)
    switch = year[0] + timedelta(days=change)
    old = days_share(date(2000, 12, 31), switch - timedelta(days=1), *year)
    new = days_share(switch, None, *year)
    assert old == pytest.approx(change / 365)
    assert old + new == pytest.approx(1)


@given(days, days, days, st.integers(0, 4_000))
def test_a_share_of_days_stays_between_nothing_and_all(
    begin: date, end: date, first: date, length: int
) -> None:
    assert 0 <= days_share(begin, end, first, first + timedelta(days=length)) <= 1


@given(days, days, days)
def test_years_add_up(one: date, two: date, three: date) -> None:
    parts = years_between(one, two) + years_between(two, three)
    assert years_between(one, three) == pytest.approx(parts)


def test_a_year_has_365_and_a_quarter_days() -> None:
    assert years_between(date(2018, 12, 31), date(2022, 12, 31)) == 4
    assert years_between(date(2021, 12, 31), date(2022, 12, 31)) == 365 / 365.25


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2020, 1, 31), 1, date(2020, 2, 29)),
        (date(2020, 2, 29), 12, date(2021, 2, 28)),
        (date(2020, 11, 15), 2, date(2021, 1, 15)),
        (date(2020, 12, 31), 24, date(2022, 12, 31)),
        (date(2020, 3, 31), -1, date(2020, 2, 29)),
    ],
)
def test_months_keep_the_day_or_take_the_last_one(day: date, months: int, expected: date) -> None:
    assert add_months(day, months) == expected
