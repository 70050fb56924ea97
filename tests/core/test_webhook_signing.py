"""Signatures of webhooks, verified by the package that receivers use."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st
from standardwebhooks import Webhook, WebhookVerificationError

from gaptracker.custody.webhook_signing import PAYLOAD_LIMIT_BYTES, new_secret, signed_headers
from gaptracker.domain.errors import InvalidValue

OLD, NEW, OTHER = (new_secret(bytes([number]) * 32) for number in (1, 2, 3))
PAYLOAD = b'{"type":"job.finished"}'


def real_time() -> datetime:
    return datetime.now(UTC)  # noqa: TID251 - the package holds a message against the clock


@pytest.fixture
def now() -> datetime:
    """The real time: the package compares with the clock."""
    return real_time()


def test_a_receiver_verifies_a_message_with_its_secret(now: datetime) -> None:
    headers = signed_headers("evt_01JABE", PAYLOAD, at=now, secrets=[NEW])
    assert Webhook(NEW).verify(PAYLOAD, headers) == {"type": "job.finished"}
    assert headers["webhook-id"] == "evt_01JABE"


def test_the_published_example_comes_out_the_same() -> None:
    # From the specification of Standard Webhooks and its libraries' tests.
    headers = signed_headers(
        "msg_p5jXN8AQM9LWM0D4loKWxJek",
        b'{"test": 2432232314}',
        at=datetime.fromtimestamp(1_614_265_330, UTC),
        secrets=["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],
    )
    assert headers["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
    assert headers["webhook-timestamp"] == "1614265330"


def test_during_rotation_the_old_and_the_new_secret_both_verify(now: datetime) -> None:
    headers = signed_headers("evt_1", PAYLOAD, at=now, secrets=[NEW, OLD])
    signatures = headers["webhook-signature"].split(" ")
    assert len(signatures) == 2
    assert all(each.startswith("v1,") for each in signatures)
    for secret in (NEW, OLD):
        Webhook(secret).verify(PAYLOAD, headers)
    with pytest.raises(WebhookVerificationError):
        Webhook(OTHER).verify(PAYLOAD, headers)


def test_a_time_of_another_zone_is_the_same_time(now: datetime) -> None:
    lima = now.astimezone(timezone(timedelta(hours=-5)))
    assert signed_headers("evt_1", PAYLOAD, at=lima, secrets=[NEW]) == signed_headers(
        "evt_1", PAYLOAD, at=now, secrets=[NEW]
    )
    Webhook(NEW).verify(PAYLOAD, signed_headers("evt_1", PAYLOAD, at=lima, secrets=[NEW]))


@pytest.mark.parametrize("change", ["webhook-id", "webhook-timestamp", "payload"])
def test_no_part_of_a_message_can_be_changed(change: str, now: datetime) -> None:
    headers = signed_headers("evt_1", PAYLOAD, at=now, secrets=[NEW])
    later = str(int(headers["webhook-timestamp"]) + 1)
    changed = {
        "webhook-id": ({**headers, "webhook-id": "evt_2"}, PAYLOAD),
        "webhook-timestamp": ({**headers, "webhook-timestamp": later}, PAYLOAD),
        "payload": (headers, PAYLOAD.replace(b"job", b"JOB")),
    }
    with pytest.raises(WebhookVerificationError):
        Webhook(NEW).verify(changed[change][1], changed[change][0])


def test_a_message_older_than_five_minutes_is_refused(now: datetime) -> None:
    old = signed_headers("evt_1", PAYLOAD, at=now - timedelta(minutes=6), secrets=[NEW])
    with pytest.raises(WebhookVerificationError):
        Webhook(NEW).verify(PAYLOAD, old)


@given(random_bytes=st.binary(min_size=24, max_size=64), payload=st.text(max_size=200))
def test_every_secret_and_every_text_verify(random_bytes: bytes, payload: str) -> None:
    secret = new_secret(random_bytes)
    body = payload.encode("utf-8", "replace")
    headers = signed_headers("evt_1", body, at=real_time(), secrets=[secret])
    Webhook(secret).verify(body, headers, json_parse=False)


@pytest.mark.parametrize("count", [0, 23, 65])
def test_a_secret_has_24_to_64_random_bytes(count: int) -> None:
    with pytest.raises(InvalidValue, match=f"{count} random bytes"):
        new_secret(bytes(count))


@pytest.mark.hostile
@pytest.mark.parametrize(
    "message_id",
    [
        pytest.param("evt.1", id="webhook-id-full-stop"),
        pytest.param("evt_1\r\nX: y", id="webhook-id-header-injection"),
        pytest.param("evt_1\n", id="webhook-id-line-feed"),
        pytest.param("", id="webhook-id-empty"),
        pytest.param("é", id="webhook-id-not-ascii"),
    ],
)
def test_an_id_that_could_be_read_two_ways_is_refused(message_id: str, now: datetime) -> None:
    with pytest.raises(InvalidValue, match="webhook id"):
        signed_headers(message_id, PAYLOAD, at=now, secrets=[NEW])


@pytest.mark.hostile
@pytest.mark.parametrize(
    "payload",
    [
        pytest.param(b"x" * PAYLOAD_LIMIT_BYTES, id="webhook-payload-too-large"),
        pytest.param(b"\xff", id="webhook-payload-no-utf8"),
    ],
)
def test_a_payload_that_cannot_be_sent_is_refused(payload: bytes, now: datetime) -> None:
    with pytest.raises(InvalidValue, match="payload"):
        signed_headers("evt_1", payload, at=now, secrets=[NEW])


def test_the_largest_payload_is_signed(now: datetime) -> None:
    assert signed_headers("evt_1", b"x" * (PAYLOAD_LIMIT_BYTES - 1), at=now, secrets=[NEW])


@pytest.mark.parametrize(
    "secrets",
    [
        [],
        [NEW, OLD, OTHER],
        ["whsec_"],
        ["whsec_####"],
        ["whsec_c2hvcnQ="],
        [NEW.removeprefix("whsec_")],
        ["whsec_é"],
    ],
    ids=["none", "three", "empty", "no-base64", "short", "no-prefix", "not-ascii"],
)
def test_secrets_that_no_endpoint_has_are_refused_and_not_shown(
    secrets: list[str], now: datetime
) -> None:
    with pytest.raises(InvalidValue) as refusal:
        signed_headers("evt_1", PAYLOAD, at=now, secrets=secrets)
    assert not any(secret[6:] in str(refusal.value) for secret in secrets if secret[6:])


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(InvalidValue, match="time zone"):
        signed_headers("evt_1", PAYLOAD, at=datetime(2026, 11, 23), secrets=[NEW])  # noqa: DTZ001
