"""Webhook endpoints: registered, shown without their secret, nobody else's, and never inside."""

import base64
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import pytest
from sqlalchemy import text

from gaptracker.domain.delivery import FEED_TYPES
from gaptracker.domain.webhooks import MOST_ENDPOINTS
from gaptracker.main.chores import intake_chores
from gaptracker.main.worker import Worker
from gaptracker.receive.desk import Outgoing
from gaptracker.receive.requests_events import FeedType
from tests.events_world import World, intake_on
from tests.loopback_world import answering, listening

URL = "https://hooks.example.org/in?token=canary-7131"
ENDPOINTS = "/v1/webhook-endpoints"
NOBODYS = f"whe_{'a' * 26}"


@pytest.fixture
def world(database_url: str) -> Iterator[World]:
    with intake_on(database_url, Outgoing()) as made:
        yield made


@pytest.fixture(scope="module")
def strict(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """One for whatever is refused, under the rules that are in force without settings."""
    with intake_on(f"sqlite:///{folder_of(tmp_path_factory)}", Outgoing()) as made:
        yield made


def folder_of(factory: pytest.TempPathFactory) -> Path:
    return factory.mktemp("strict") / "records.sqlite3"


def test_types_that_can_be_asked_for_are_those_of_the_feed() -> None:
    assert set(get_args(FeedType)) == set(FEED_TYPES)


def test_a_secret_is_shown_when_it_is_made_and_never_again(world: World) -> None:
    made = world.register(URL, world.ana, ["submission.accepted"])
    prefix, _, encoded = made["secret"].partition("_")
    assert prefix == "whsec"
    assert len(base64.b64decode(encoded)) == 32
    kept = {name: value for name, value in made.items() if name != "secret"}
    assert world.get(ENDPOINTS, world.ana) == {"data": [kept]}
    assert world.get(f"{ENDPOINTS}/{made['id']}", world.ana) == kept
    assert kept["types"] == ["submission.accepted"]


def test_neither_secret_nor_address_can_be_read_in_the_database(world: World) -> None:
    made = world.register(URL, world.ana)
    world.ask("POST", f"{ENDPOINTS}/{made['id']}:rotate-secret", world.ana)
    with world.engine.connect() as connection:
        rows = [
            str(tuple(row))
            for table in ("webhook_endpoint", "idempotency")
            for row in connection.execute(text(f"SELECT * FROM {table}"))
        ]
    assert len(rows) == 3
    secret = made["secret"].partition("_")[2]
    assert not any("canary-7131" in row or secret in row for row in rows)


def test_the_same_key_gives_the_same_endpoint_with_the_same_secret(world: World) -> None:
    first, second = (
        world.ask("POST", ENDPOINTS, world.ana, key="k-1", json={"url": URL}) for _ in range(2)
    )
    assert first.content == second.content
    assert second.headers["idempotency-replayed"] == "true"
    assert len(world.get(ENDPOINTS, world.ana)["data"]) == 1


def test_rotation_makes_a_new_secret_and_says_how_long_the_old_one_signs(world: World) -> None:
    made = world.register(URL, world.ana)
    answer = world.ask("POST", f"{ENDPOINTS}/{made['id']}:rotate-secret", world.ana)
    assert answer.status_code == 200
    assert answer.json()["secret"] != made["secret"]
    assert answer.json()["previous_secret_until"] == "2026-11-24T12:00:00Z"
    world.clock.wait(hours=24)
    shown = world.get(f"{ENDPOINTS}/{made['id']}", world.ana)
    assert shown["previous_secret_until"] is None


def test_what_is_anothers_is_answered_like_what_is_not_there(world: World) -> None:
    theirs = world.register(URL, world.bo)["id"]
    sent = world.ask("POST", f"{ENDPOINTS}/{theirs}:test", world.bo).json()["id"]
    asks: list[tuple[str, str]] = [
        ("GET", ""),
        ("DELETE", ""),
        ("POST", ":rotate-secret"),
        ("POST", ":test"),
        ("GET", "/deliveries"),
        ("POST", f"/deliveries/{sent}:redeliver"),
    ]
    for method, rest in asks:
        answers = []
        for endpoint in (theirs, NOBODYS):
            answer = world.ask(method, f"{ENDPOINTS}/{endpoint}{rest}", world.ana)
            headers = {
                name: value
                for name, value in answer.headers.items()
                if not name.startswith(("x-request-id", "ratelimit"))
            }
            own = answer.headers["x-request-id"].encode()
            answers.append((answer.status_code, answer.content.replace(own, b""), headers))
        assert answers[0] == answers[1], (method, rest)
        assert answers[0][0] == 404
    assert world.get(ENDPOINTS, world.ana) == {"data": []}
    assert len(world.get(ENDPOINTS, world.bo)["data"]) == 1


def test_a_delivery_is_found_under_its_own_endpoint_only(world: World) -> None:
    mine, theirs = (world.register(URL, each)["id"] for each in (world.ana, world.bo))
    sent = world.ask("POST", f"{ENDPOINTS}/{theirs}:test", world.bo).json()["id"]
    again = world.ask("POST", f"{ENDPOINTS}/{mine}/deliveries/{sent}:redeliver", world.ana)
    before = world.ask("GET", f"{ENDPOINTS}/{mine}/deliveries?before={sent}", world.ana)
    assert (again.status_code, before.status_code) == (404, 404)


def test_a_removed_endpoint_is_gone_with_everything_on_its_way(world: World) -> None:
    made = world.register(URL, world.ana)["id"]
    world.ask("POST", f"{ENDPOINTS}/{made}:test", world.ana)
    assert world.ask("DELETE", f"{ENDPOINTS}/{made}", world.ana).status_code == 204
    assert world.ask("DELETE", f"{ENDPOINTS}/{made}", world.ana).status_code == 404
    with world.desk.open_work(True) as work:
        assert not work.webhooks.has_due(world.clock.now)


def test_an_organisation_has_so_many_endpoints_and_no_more(world: World) -> None:
    for _ in range(MOST_ENDPOINTS):
        world.register(URL, world.ana)
    refused = world.ask("POST", ENDPOINTS, world.ana, json={"url": URL})
    assert refused.status_code == 422
    world.register(URL, world.bo)


def test_a_test_goes_to_one_endpoint_and_is_in_no_feed(database_url: str) -> None:
    with intake_on(database_url) as world, listening(answering("HTTP/1.1 204 Nothing")) as receiver:
        one, _ = (world.register(receiver.url("/hook"), world.ana)["id"] for _ in range(2))
        sent = world.ask("POST", f"{ENDPOINTS}/{one}:test", world.ana)
        assert sent.status_code == 202
        Worker(intake_chores(world.desk)).do_all()
        assert len(receiver.requests) == 1
        body = receiver.requests[0].partition(b"\r\n\r\n")[2]
        assert b'{"type":"webhook.test","timestamp":"2026-11-23T12:00:00Z"' in body
        (shown,) = world.get(f"{ENDPOINTS}/{one}/deliveries", world.ana)["data"]
        assert (shown["state"], shown["attempts"][0]["status"]) == ("delivered", 204)
        assert world.get("/v1/events", world.ana)["data"] == []


@pytest.mark.hostile
@pytest.mark.parametrize(
    "url",
    [
        pytest.param("https://127.0.0.1/", id="endpoint-loopback"),
        pytest.param("https://2130706433/", id="endpoint-decimal"),
        pytest.param("https://0177.0.0.1/", id="endpoint-octal"),
        pytest.param("https://0x7f.1/", id="endpoint-hexadecimal"),
        pytest.param("https://127.1/", id="endpoint-short"),
        pytest.param("https://[::1]/", id="endpoint-loopback-v6"),
        pytest.param("https://[::ffff:127.0.0.1]/", id="endpoint-ipv6-mapped"),
        pytest.param("https://[64:ff9b::10.0.0.1]/", id="endpoint-nat64"),
        pytest.param("https://[fe80::1%25eth0]/", id="endpoint-zone"),
        pytest.param("https://169.254.169.254/latest/meta-data", id="endpoint-metadata"),
        pytest.param("https://127。0。0。1/", id="endpoint-full-width"),
        pytest.param("https://localhost/", id="endpoint-localhost"),
        pytest.param("https://db.internal/", id="endpoint-inside-name"),
        pytest.param("https://me:pw@example.org/", id="endpoint-user"),
        pytest.param("http://example.org/", id="endpoint-plain-http"),
        pytest.param("https://example.org:22/", id="endpoint-port"),
        pytest.param("javascript:alert(1)", id="endpoint-javascript"),
        pytest.param("file:///etc/passwd", id="endpoint-file"),
        pytest.param("https://example.org/\nHost: inside", id="endpoint-line-break"),
        pytest.param("https://", id="endpoint-empty"),
    ],
)
def test_an_address_that_leads_inside_is_not_registered(strict: World, url: str) -> None:
    answer = strict.ask("POST", ENDPOINTS, strict.ana, json={"url": url})
    assert answer.status_code == 422, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    (problem,) = answer.json()["errors"]
    assert (problem["pointer"], problem["code"]) == ("#/url", "url.refused")


@pytest.mark.hostile
@pytest.mark.parametrize(
    "body",
    [
        pytest.param({"url": URL, "types": ["webhook.test"]}, id="endpoint-test-type"),
        pytest.param({"url": URL, "types": []}, id="endpoint-no-types"),
        pytest.param({"url": URL, "types": "job.finished"}, id="endpoint-types-text"),
        pytest.param({"url": URL, "secret": "whsec_x"}, id="endpoint-own-secret"),
        pytest.param({"url": URL, "organisation": "org_x"}, id="endpoint-organisation"),
        pytest.param({"url": 7}, id="endpoint-number"),
        pytest.param({"url": "https://example.org/" + "a" * 3_000}, id="endpoint-long"),
        pytest.param({}, id="endpoint-nothing"),
    ],
)
def test_a_body_with_anything_else_is_refused(strict: World, body: dict[str, Any]) -> None:
    answer = strict.ask("POST", ENDPOINTS, strict.ana, json=body)
    assert answer.status_code == 422, answer.text
    assert answer.json()["code"] == "validation-failed"
    assert strict.get(ENDPOINTS, strict.ana) == {"data": []}


@pytest.mark.hostile
@pytest.mark.parametrize(
    ("content", "status"),
    [
        pytest.param(b'{"url": "https://example.org/"}', 422, id="bare-with-body"),
        pytest.param(b"x" * 1_000_001, 413, id="bare-too-large"),
    ],
)
def test_an_address_that_takes_no_body_refuses_one(
    strict: World, content: bytes, status: int
) -> None:
    answer = strict.ask("POST", f"{ENDPOINTS}/{NOBODYS}:test", strict.ana, content=content)
    assert answer.status_code == status
