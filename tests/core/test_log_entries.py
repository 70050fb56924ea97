"""Log entries: one way to write them, and no room for a name or a time of day."""

import json
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gaptracker.custody.log_entries import (
    EntryKind,
    LogEntry,
    LogRole,
    day_of,
    entry_bytes,
    parse_entry,
)
from gaptracker.domain.errors import InvalidValue

WRITTEN = (
    '{"actor_role":"contributor","commitment":"'
    + "0f" * 32
    + '","day":"2026-11-25","kind":"submission.created","object":"sub_01JABC","version":1}'
).encode()

entries = st.builds(
    LogEntry,
    kind=st.sampled_from(EntryKind),
    object=st.from_regex(r"[a-z]{2,8}_[0-9A-Za-z_-]{1,64}", fullmatch=True),
    day=st.dates(),
    actor_role=st.sampled_from(LogRole),
    commitment=st.from_regex(r"[0-9a-f]{64}", fullmatch=True),
)


def entry(*, object_id: str = "sub_01JABC", commitment: str = "0f" * 32) -> LogEntry:
    return LogEntry(
        kind=EntryKind.SUBMISSION_CREATED,
        object=object_id,
        day=date(2026, 11, 25),
        actor_role=LogRole.CONTRIBUTOR,
        commitment=commitment,
    )


def test_an_entry_is_written_to_the_letter() -> None:
    assert entry_bytes(entry()) == WRITTEN


@given(entries)
def test_an_entry_is_read_as_it_was_written(each: LogEntry) -> None:
    assert parse_entry(entry_bytes(each)) == each


def test_a_time_becomes_its_day_in_utc() -> None:
    lima = timezone(timedelta(hours=-5))

    assert day_of(datetime(2026, 11, 25, 23, 30, tzinfo=lima)) == date(2026, 11, 26)
    assert day_of(datetime(2026, 11, 25, 23, 59, 59, tzinfo=UTC)) == date(2026, 11, 25)
    with pytest.raises(InvalidValue, match="without a zone"):
        day_of(datetime(2026, 11, 25))  # noqa: DTZ001 - what is refused


def test_two_entries_of_one_day_differ_in_no_time() -> None:
    morning, evening = (datetime(2026, 11, 25, hour, tzinfo=UTC) for hour in (6, 22))

    assert day_of(morning) == day_of(evening)


def test_a_time_is_no_day() -> None:
    with pytest.raises(InvalidValue, match="pass `day_of"):
        LogEntry(
            kind=EntryKind.CONTENT_READ,
            object="sub_01",
            day=datetime(2026, 11, 25, 6, tzinfo=UTC),
            actor_role=LogRole.REVIEWER,
            commitment="0f" * 32,
        )


@pytest.mark.hostile
@pytest.mark.parametrize(
    "object_id",
    [
        pytest.param("María Quispe", id="a-name"),
        pytest.param("maria@example.org", id="an-address"),
        pytest.param("sub_01\n", id="line-break"),
        pytest.param("event_", id="empty-id"),
        pytest.param("sub_" + "0" * 65, id="too-long"),
    ],
)
def test_an_object_is_an_opaque_id_and_is_not_repeated_when_it_is_not(object_id: str) -> None:
    with pytest.raises(InvalidValue, match="opaque id") as caught:
        entry(object_id=object_id)

    assert object_id not in str(caught.value)


@pytest.mark.hostile
@pytest.mark.parametrize(
    "commitment", [pytest.param("0F" * 32, id="capitals"), pytest.param("María", id="a-name")]
)
def test_a_commitment_is_a_hash(commitment: str) -> None:
    with pytest.raises(InvalidValue, match="64 lower-case"):
        entry(commitment=commitment)


def changed(**members: object) -> bytes:
    written = {**json.loads(WRITTEN), **members}
    return json.dumps(written, sort_keys=True, separators=(",", ":")).encode()


@pytest.mark.hostile
@pytest.mark.parametrize(
    ("written", "said"),
    [
        pytest.param(b"", "JSON object", id="empty"),
        pytest.param(b"\xff", "JSON object", id="not-utf-8"),
        pytest.param(b"[" * 100_000, "JSON object", id="depth-100000"),
        pytest.param(b"[]", "JSON object", id="list"),
        pytest.param(changed(actor_name="María"), "nothing else", id="another-member"),
        pytest.param(changed(version=2), "newer program", id="newer-version"),
        pytest.param(changed(version=True), "canonical form", id="true-as-version"),
        pytest.param(changed(kind="person.named"), "newer one", id="unknown-kind"),
        pytest.param(changed(actor_role="María"), "newer one", id="name-as-role"),
        pytest.param(changed(kind=["submission.created"]), "are text", id="kind-in-list"),
        pytest.param(changed(day="20261125"), "newer one", id="other-date"),
        pytest.param(changed(day="2026-02-30"), "newer one", id="impossible-day"),
        pytest.param(changed(day="2026-11-25T06:00:00Z"), "newer one", id="time-of-day"),
        pytest.param(WRITTEN + b"\n", "canonical form", id="line-break-behind"),
        pytest.param(WRITTEN.replace(b",", b", "), "canonical form", id="white-space"),
        pytest.param(
            WRITTEN.replace(b'"version":1', b'"version":1,"version":1'),
            "canonical form",
            id="duplicate-member",
        ),
    ],
)
def test_bytes_that_are_no_entry_are_refused(written: bytes, said: str) -> None:
    with pytest.raises(InvalidValue, match=said):
        parse_entry(written)
