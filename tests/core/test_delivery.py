"""What follows an attempt to deliver a webhook."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gaptracker.domain.delivery import (
    FEED_TYPES,
    JITTER_SHARE,
    LONGEST_RETRY_AFTER,
    WAITS,
    Answered,
    Delivered,
    Disabled,
    EventType,
    Failure,
    GivenUp,
    NextStep,
    RetryAt,
    Unanswered,
    next_step,
    parse_retry_after,
)
from gaptracker.domain.errors import InvalidValue

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
HTTP_NOON_IN_TEN_MINUTES = "Mon, 23 Nov 2026 12:10:00 GMT"

outcomes = st.one_of(
    st.builds(
        Answered,
        status=st.integers(100, 599),
        retry_after=st.none() | st.text(max_size=40) | st.integers(0, 10**9).map(str),
    ),
    st.builds(Unanswered, failure=st.sampled_from(Failure)),
)


def after(attempt: int, status: int, retry_after: str | None = None) -> NextStep:
    outcome = Answered(status=status, retry_after=retry_after)
    return next_step(attempt, outcome, now=NOON, jitter=0.0)


def test_the_types_are_those_of_the_specification() -> None:
    assert set(FEED_TYPES) == {
        *(
            f"submission.{each}"
            for each in ["submitted", "needs_info", "accepted", "rejected", "withdrawn"]
        ),
        *(f"evidence.{each}" for each in ("published", "superseded", "retracted")),
        "attachment.quarantined",
        "job.finished",
        "score.changed",
    }
    assert set(EventType) - FEED_TYPES == {"webhook.test"}, "our one word, never in the feed"


def test_the_waits_are_those_of_the_specification() -> None:
    seconds = [wait.total_seconds() for wait in WAITS]
    assert seconds == [0, 5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400]


@pytest.mark.parametrize("status", [200, 201, 202, 204, 299])
def test_two_hundreds_are_delivered(status: int) -> None:
    assert after(1, status) == Delivered()


@pytest.mark.parametrize("status", [101, 301, 302, 304, 307, 308, 400, 404, 429, 500, 503, 599])
def test_everything_else_is_tried_again_redirects_too(status: int) -> None:
    assert after(1, status) == RetryAt(at=NOON + timedelta(seconds=5))


@pytest.mark.parametrize("failure", Failure)
def test_no_answer_is_tried_again(failure: Failure) -> None:
    step = next_step(2, Unanswered(failure=failure), now=NOON, jitter=0.0)
    assert step == RetryAt(at=NOON + timedelta(minutes=5))


@pytest.mark.parametrize("attempt", [1, 9, 10])
def test_gone_disables_the_endpoint_at_once(attempt: int) -> None:
    assert after(attempt, 410) == Disabled()


def test_the_tenth_failure_is_the_last() -> None:
    assert after(9, 500) == RetryAt(at=NOON + timedelta(hours=24))
    assert after(10, 500) == GivenUp()
    assert after(10, 503, "5") == GivenUp()


@pytest.mark.parametrize(
    ("text", "wait"),
    [
        ("600", timedelta(minutes=10)),
        (" 600 ", timedelta(minutes=10)),
        ("0", timedelta(0)),
        (HTTP_NOON_IN_TEN_MINUTES, timedelta(minutes=10)),
        ("Monday, 23-Nov-26 12:10:00 GMT", timedelta(minutes=10)),
        ("Mon, 23 Nov 2026 12:10:00 -0000", timedelta(minutes=10)),
        ("Mon, 23 Nov 2020 12:10:00 GMT", timedelta(0)),
        ("Mon, 23 Nov 2099 12:10:00 GMT", LONGEST_RETRY_AFTER),
        ("86401", LONGEST_RETRY_AFTER),
        ("9" * 5_000, LONGEST_RETRY_AFTER),
        ("0" * 5_000 + "7", timedelta(seconds=7)),
    ],
)
def test_retry_after_is_read_as_seconds_or_as_a_date(text: str, wait: timedelta) -> None:
    assert parse_retry_after(text, now=NOON) == wait


@pytest.mark.parametrize("text", [None, "", "soon", "-5", "1.5", "٦٠٠", "1e9", "NaN"])
def test_what_no_retry_after_says_is_passed_over(text: str | None) -> None:
    assert parse_retry_after(text, now=NOON) is None


def test_retry_after_makes_the_wait_longer_and_never_shorter() -> None:
    assert after(1, 429, "600") == RetryAt(at=NOON + timedelta(minutes=10))
    assert after(4, 503, "1") == RetryAt(at=NOON + timedelta(hours=2))


def test_a_date_is_held_against_the_time_wherever_that_is_counted() -> None:
    lima = NOON.astimezone(timezone(timedelta(hours=-5)))
    assert parse_retry_after(HTTP_NOON_IN_TEN_MINUTES, now=lima) == timedelta(minutes=10)


@given(st.integers(1, 30), outcomes, st.floats(0, 1, exclude_max=True))
def test_a_retry_lies_ahead_and_within_a_bound(
    attempt: int, outcome: Answered | Unanswered, jitter: float
) -> None:
    step = next_step(attempt, outcome, now=NOON, jitter=jitter)
    if isinstance(step, RetryAt):
        wait = step.at - NOON
        assert attempt < len(WAITS)
        assert WAITS[attempt] <= wait <= LONGEST_RETRY_AFTER * (1 + JITTER_SHARE)


@given(st.text(max_size=60))
def test_no_text_in_retry_after_is_too_strange(text: str) -> None:
    wait = parse_retry_after(text, now=NOON)
    assert wait is None or timedelta(0) <= wait <= LONGEST_RETRY_AFTER


@pytest.mark.parametrize(
    ("attempt", "now", "jitter"),
    [(0, NOON, 0.0), (1, NOON, 1.0), (1, NOON, -0.1), (1, NOON.replace(tzinfo=None), 0.0)],
)
def test_impossible_arguments_are_refused(attempt: int, now: datetime, jitter: float) -> None:
    with pytest.raises(InvalidValue):
        next_step(attempt, Answered(status=500), now=now, jitter=jitter)
