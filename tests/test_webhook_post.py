"""One attempt to deliver a webhook, to a real server on the loopback, and what follows from it."""

import time
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from standardwebhooks import Webhook

from gaptracker.custody.webhook_signing import new_secret, signed_headers
from gaptracker.domain.delivery import (
    Answered,
    Delivered,
    Disabled,
    Failure,
    NextStep,
    Outcome,
    RetryAt,
    Unanswered,
    next_step,
)
from gaptracker.intake.addresses import OutgoingRules
from gaptracker.intake.http import OutgoingLimits, make_client, post_webhook
from tests.loopback_world import Loopback, Script, answering, dripping, listening, silent

SECRET = new_secret(bytes(range(32)))
PAYLOAD = '{"type":"job.finished","data":{"id":"job_ñ"}}'.encode()
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


def webhook_client(*ports: int, seconds: float = 5) -> httpx.Client:
    rules = OutgoingRules(schemes=frozenset({"http"}), ports=frozenset(ports), allow_loopback=True)
    return make_client(rules, OutgoingLimits(seconds=seconds), contact="ops@gaptracker.example")


def attempt(world: Loopback, *, seconds: float = 5, url: str | None = None) -> Outcome:
    headers = signed_headers("evt_1", PAYLOAD, at=NOON, secrets=[SECRET])
    with webhook_client(world.port, seconds=seconds) as client:
        return post_webhook(client, url or world.url("/hook"), headers=headers, payload=PAYLOAD)


def followed_by(head: str) -> NextStep:
    with listening(answering(head)) as world:
        outcome = attempt(world)
    assert len(world.requests) == 1, "one attempt is one request"
    return next_step(1, outcome, now=NOON, jitter=0.0)


def test_what_arrives_can_be_verified_by_the_receiver() -> None:
    now = datetime.now(UTC)  # noqa: TID251 - the package holds a message against the clock
    headers = signed_headers("evt_1", PAYLOAD, at=now, secrets=[SECRET])
    with (
        listening(answering("HTTP/1.1 204 No Content")) as world,
        webhook_client(world.port) as client,
    ):
        outcome = post_webhook(client, world.url("/hook"), headers=headers, payload=PAYLOAD)
    assert outcome == Answered(status=204)
    head, _, body = world.requests[0].partition(b"\r\n\r\n")
    lines = head.decode().split("\r\n")
    arrived = {name.lower(): value for name, value in (line.split(": ", 1) for line in lines[1:])}
    assert lines[0] == "POST /hook HTTP/1.1"
    assert arrived["content-type"] == "application/json"
    assert Webhook(SECRET).verify(body, arrived)["data"] == {"id": "job_ñ"}


def test_success_is_delivered_whatever_the_body_claims() -> None:
    assert followed_by("HTTP/1.1 200 OK\nContent-Length: 0") == Delivered()
    assert followed_by("HTTP/1.1 202 Accepted\nContent-Length: 999999999") == Delivered()


def test_a_redirect_is_a_failure_and_not_followed() -> None:
    step = followed_by("HTTP/1.1 302 Found\nLocation: /other\nContent-Length: 0")
    assert step == RetryAt(at=NOON + timedelta(seconds=5))


def test_gone_disables() -> None:
    assert followed_by("HTTP/1.1 410 Gone\nContent-Length: 0") == Disabled()


@pytest.mark.parametrize("value", ["600", "Mon, 23 Nov 2026 12:10:00 GMT"])
def test_retry_after_is_obeyed(value: str) -> None:
    step = followed_by(f"HTTP/1.1 503 Busy\nRetry-After: {value}\nContent-Length: 0")
    assert step == RetryAt(at=NOON + timedelta(minutes=10))


@pytest.mark.hostile
@pytest.mark.parametrize(
    "script",
    [
        pytest.param(
            dripping(b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n", b""), id="hook-body-stops"
        ),
        pytest.param(answering("HTTP/1.1 200 OK\nContent-Encoding: gzip", b"x"), id="hook-no-gzip"),
    ],
)
def test_a_body_is_not_waited_for(script: Script) -> None:
    with listening(script) as world:
        begun = time.monotonic()
        assert attempt(world, seconds=60) == Answered(status=200)
        # Less than the 20 seconds for which the body comes.
        assert time.monotonic() - begun < 15


@pytest.mark.hostile
@pytest.mark.parametrize(
    ("script", "failure"),
    [
        pytest.param(silent, Failure.TIMEOUT, id="hook-silent"),
        pytest.param(dripping(b"HTTP/1.1 2", b"0"), Failure.TIMEOUT, id="hook-drip"),
        pytest.param(answering("SSH-2.0-OpenSSH_9.9"), Failure.NO_HTTP, id="hook-no-http"),
        pytest.param(answering("HTTP/1.1 200 OK\nA b"), Failure.NO_HTTP, id="hook-bad-header"),
        pytest.param(lambda _connection, _request: None, Failure.NO_HTTP, id="hook-hangs-up"),
    ],
)
def test_what_is_no_answer_is_told_apart(script: Script, failure: Failure) -> None:
    with listening(script) as world:
        assert attempt(world, seconds=0.4) == Unanswered(failure=failure)


def test_nobody_listening_is_a_failure_to_connect() -> None:
    with listening(silent) as world:
        pass
    assert attempt(world) == Unanswered(failure=Failure.CONNECTION)


@pytest.mark.hostile
@pytest.mark.parametrize(
    ("url", "failure"),
    [
        pytest.param("http://10.0.0.1/", Failure.ADDRESS_REFUSED, id="hook-private"),
        pytest.param("http://[::1/", Failure.NO_HTTP, id="hook-unreadable"),
        pytest.param("javascript:alert(1)", Failure.ADDRESS_REFUSED, id="hook-javascript"),
    ],
)
def test_an_address_that_may_not_be_called_ends_the_attempt_without_an_error(
    url: str, failure: Failure
) -> None:
    with listening(silent) as world:
        assert attempt(world, url=url) == Unanswered(failure=failure)
    assert not world.requests
