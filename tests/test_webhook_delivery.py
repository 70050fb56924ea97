"""Deliveries on both databases, to a real receiver: at least once, never lost, patiently."""

import base64
import threading
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from standardwebhooks import Webhook, WebhookVerificationError

from gaptracker.domain.delivery import (
    WAITS,
    Answered,
    EventType,
    Failure,
    Outcome,
    Unanswered,
)
from gaptracker.domain.webhooks import LEASE, MOST_AT_ONCE, DeliveryState
from gaptracker.intake.http import OutgoingLimits, make_client
from gaptracker.main.chores import intake_chores
from gaptracker.main.webhooks import fan_out_once, poster, send_one
from gaptracker.main.worker import Worker
from gaptracker.receive.desk import Outgoing
from gaptracker.workflows.deliver_events import Parcel, keep_outcome, take_parcel
from tests.events_world import World, intake_on
from tests.loopback_world import Loopback, answering, listening
from tests.outgoing_world import CONTACT, trial_rules

OK = "HTTP/1.1 200 OK\nContent-Length: 0"
ENDPOINTS = "/v1/webhook-endpoints"
EVENTS = 200


@pytest.fixture
def world(database_url: str) -> Iterator[World]:
    with intake_on(database_url) as made:
        yield made


def headers_of(request: bytes) -> dict[str, str]:
    lines = request.partition(b"\r\n\r\n")[0].decode().split("\r\n")[1:]
    return {name.lower(): value for name, value in (line.split(": ", 1) for line in lines)}


def ids_of(receiver: Loopback) -> list[str]:
    return [headers_of(request)["webhook-id"] for request in receiver.requests]


def work_off(world: World) -> None:
    Worker(intake_chores(world.desk)).do_all()


def try_once(world: World, outcome: Outcome) -> None:
    """Make one attempt, whose end is given."""
    assert send_one(world.desk, lambda _parcel: outcome)


def shown(world: World, endpoint: str) -> list[dict[str, object]]:
    found: list[dict[str, object]] = world.get(f"{ENDPOINTS}/{endpoint}/deliveries", world.ana)[
        "data"
    ]
    return found


def test_two_workers_deliver_each_event_to_each_endpoint_once(world: World) -> None:
    with listening(answering(OK)) as receiver:
        for path in ("/one", "/two"):
            world.register(receiver.url(path), world.ana)
        told = [event for _ in range(4) for event in world.tell(world.ana.organisation, count=50)]
        world.tell(world.bo.organisation, count=5)
        workers = [Worker(intake_chores(world.desk)) for _ in range(2)]
        for each in workers:
            each.start()
        ends = time.monotonic() + 90
        while len(receiver.requests) < 2 * EVENTS and time.monotonic() < ends:
            time.sleep(0.2)
        time.sleep(1)
        for each in workers:
            each.stop()
        came = Counter(
            (request.split(b" ", 2)[1].decode(), headers_of(request)["webhook-id"])
            for request in receiver.requests
        )
    assert came == {(path, event): 1 for path in ("/one", "/two") for event in told}
    with world.desk.open_work(True) as work:
        assert not work.webhooks.behind()
        assert not work.webhooks.has_due(world.clock.now)


def test_two_that_fan_out_at_once_make_no_delivery_twice(world: World) -> None:
    endpoint = world.register("http://127.0.0.1:9/", world.ana)["id"]
    world.tell(world.ana.organisation, count=40)
    threads = [threading.Thread(target=fan_out_once, args=(world.desk,)) for _ in range(6)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    while fan_out_once(world.desk):
        pass
    page = world.get(f"{ENDPOINTS}/{endpoint}/deliveries?limit=200", world.ana)["data"]
    assert len(page) == len({each["event"] for each in page}) == 40


def test_who_dies_between_sending_and_keeping_is_followed_by_another(world: World) -> None:
    with listening(answering(OK)) as receiver:
        endpoint = world.register(receiver.url("/"), world.ana)["id"]
        (event,) = world.tell(world.ana.organisation)
        fan_out_once(world.desk)

        def die(parcel: Parcel) -> Outcome:
            with make_client(
                trial_rules(receiver.port), OutgoingLimits(), contact=CONTACT
            ) as client:
                poster(client)(parcel)
            raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            send_one(world.desk, die)
        work_off(world)
        assert ids_of(receiver) == [event], "while the lease lasts nobody else sends it"
        world.clock.wait(seconds=LEASE.total_seconds())
        work_off(world)
        assert ids_of(receiver) == [event, event], "the same id, so that the receiver can tell"
    (delivery,) = shown(world, endpoint)
    assert delivery["state"] == "delivered"


def test_an_outcome_that_comes_after_the_lease_changes_nothing(world: World) -> None:
    endpoint = world.register("http://127.0.0.1:9/", world.ana)["id"]
    world.tell(world.ana.organisation)
    fan_out_once(world.desk)
    with world.errand(world.ana) as errand:
        late = take_parcel(errand.work, errand.present)
        errand.work.commit()
    assert late is not None
    world.clock.wait(seconds=61)
    try_once(world, Answered(status=200))
    with world.errand(world.ana) as errand:
        step = keep_outcome(
            late, Answered(status=500), duration_ms=1, work=errand.work, present=errand.present
        )
        errand.work.commit()
    assert step is None
    assert shown(world, endpoint)[0]["state"] == "delivered"


def test_attempts_follow_the_schedule_and_then_it_is_given_up(world: World) -> None:
    endpoint = world.register("http://127.0.0.1:9/", world.ana)["id"]
    world.tell(world.ana.organisation)
    fan_out_once(world.desk)
    begun, waits = world.clock.now, []
    for outcome in [Unanswered(failure=Failure.TIMEOUT), Answered(status=302)] * 5:
        last = world.clock.now
        while not send_one(world.desk, lambda _parcel, it=outcome: it):  # type: ignore[misc]
            (delivery,) = shown(world, endpoint)
            world.clock.now = datetime.fromisoformat(str(delivery["next_attempt_at"]))
        waits.append(world.clock.now - last)
    for wait, planned in zip(waits, WAITS, strict=True):
        assert planned <= wait <= planned * 1.2
    assert timedelta(hours=75) < world.clock.now - begun < timedelta(hours=91)
    (delivery,) = shown(world, endpoint)
    assert (delivery["state"], delivery["next_attempt_at"]) == ("given_up", None)
    attempts = delivery["attempts"]
    assert isinstance(attempts, list)
    assert [each["attempt"] for each in attempts] == list(range(1, 11))
    assert [(each["status"], each["outcome"]) for each in attempts[:2]] == [
        (None, "timeout"),
        (302, "answered"),
    ]
    world.clock.wait(days=30)
    assert not send_one(world.desk, lambda _parcel: Answered(status=200))


def test_a_receiver_that_asks_for_patience_gets_it(world: World) -> None:
    endpoint = world.register("http://127.0.0.1:9/", world.ana)["id"]
    world.tell(world.ana.organisation)
    fan_out_once(world.desk)
    try_once(world, Answered(status=429, retry_after="600"))
    due = datetime.fromisoformat(str(shown(world, endpoint)[0]["next_attempt_at"]))
    assert timedelta(seconds=600) <= due - world.clock.now <= timedelta(seconds=720)


def test_gone_disables_the_endpoint_and_cancels_what_is_on_its_way(world: World) -> None:
    endpoint = world.register("http://127.0.0.1:9/", world.ana)["id"]
    world.tell(world.ana.organisation, count=3)
    fan_out_once(world.desk)
    try_once(world, Answered(status=410))
    assert {each["state"] for each in shown(world, endpoint)} == {"cancelled"}
    world.tell(world.ana.organisation)
    work_off(world)
    deliveries = shown(world, endpoint)
    assert len(deliveries) == 3
    kept = world.get(f"{ENDPOINTS}/{endpoint}", world.ana)
    assert (kept["disabled_reason"], kept["disabled_at"]) == ("gone", "2026-11-23T12:00:00Z")
    for rest in (":test", f"/deliveries/{deliveries[0]['id']}:redeliver"):
        assert world.ask("POST", f"{ENDPOINTS}/{endpoint}{rest}", world.ana).status_code == 422


def test_signatures_are_good_before_during_and_after_rotation(world: World) -> None:
    # The package holds a message against the real clock.
    world.clock.now = datetime.now(UTC)  # noqa: TID251
    with listening(answering(OK)) as receiver:
        made = world.register(receiver.url("/"), world.ana)
        old = made["secret"]

        def sent() -> tuple[bytes, dict[str, str]]:
            world.tell(world.ana.organisation)
            work_off(world)
            request = receiver.requests[-1]
            return request.partition(b"\r\n\r\n")[2], headers_of(request)

        body, headers = sent()
        assert Webhook(old).verify(body, headers)["type"] == "submission.submitted"
        rotated = world.ask("POST", f"{ENDPOINTS}/{made['id']}:rotate-secret", world.ana)
        new = rotated.json()["secret"]
        body, headers = sent()
        assert len(headers["webhook-signature"].split()) == 2
        for secret in (old, new):
            Webhook(secret).verify(body, headers)
        with world.errand(world.ana) as errand:
            endpoint = errand.work.webhooks.endpoint(made["id"])
            assert endpoint is not None
            over = replace(endpoint, previous_until=world.clock.now)
            errand.work.webhooks.update_endpoint(over)
            errand.work.commit()
        body, headers = sent()
        Webhook(new).verify(body, headers)
        with pytest.raises(WebhookVerificationError):
            Webhook(old).verify(body, headers)
        with pytest.raises(WebhookVerificationError):
            Webhook(new).verify(body + b" ", headers)
        assert len(base64.b64decode(headers["webhook-signature"].removeprefix("v1,"))) == 32


def test_a_webhook_has_the_bytes_that_the_feed_has_and_names_nobody(world: World) -> None:
    with listening(answering(OK)) as receiver:
        world.register(receiver.url("/"), world.ana)
        for kind in (EventType.EVIDENCE_PUBLISHED, EventType.JOB_FINISHED):
            world.tell(None if kind.startswith("evidence") else world.ana.organisation, kind)
        work_off(world)
        page = world.ask("GET", "/v1/events", world.ana).content
        assert len(receiver.requests) == 2
        for request in receiver.requests:
            head, _, body = request.partition(b"\r\n\r\n")
            assert b'"body":' + body + b"}" in page
            assert len(body) < 300
            assert b"Network" not in request
            assert b"User-Agent: GapTracker/" in head
            assert b"(+ops@gaptracker.example)" in head


def test_only_types_that_were_asked_for_are_sent(world: World) -> None:
    with listening(answering(OK)) as receiver:
        world.register(receiver.url("/"), world.ana, ["job.finished"])
        world.tell(world.ana.organisation, EventType.SUBMISSION_ACCEPTED, count=2)
        (wanted,) = world.tell(world.ana.organisation, EventType.JOB_FINISHED)
        work_off(world)
        assert ids_of(receiver) == [wanted]


def test_what_happened_before_registration_is_not_sent(world: World) -> None:
    world.tell(world.ana.organisation, count=2)
    with listening(answering(OK)) as receiver:
        world.register(receiver.url("/"), world.ana)
        (later,) = world.tell(world.ana.organisation)
        work_off(world)
        assert ids_of(receiver) == [later]


def test_redelivery_is_a_further_round_under_the_same_id(world: World) -> None:
    with listening(answering(OK)) as receiver:
        endpoint = world.register(receiver.url("/"), world.ana)["id"]
        (event,) = world.tell(world.ana.organisation)
        work_off(world)
        (first,) = shown(world, endpoint)
        address = f"{ENDPOINTS}/{endpoint}/deliveries/{first['id']}:redeliver"
        world.clock.wait(seconds=1)
        answer = world.ask("POST", address, world.ana)
        assert (answer.status_code, answer.json()["round"]) == (202, 2)
        work_off(world)
        assert ids_of(receiver) == [event, event]
        newest, oldest = shown(world, endpoint)
    assert (newest["round"], newest["state"]) == (2, "delivered")
    assert oldest == first
    page = f"{ENDPOINTS}/{endpoint}/deliveries?limit=1"
    one = world.get(page, world.ana)
    assert one["data"] == [newest]
    assert world.get(f"{page}&before={one['next']}", world.ana)["data"] == [oldest]


def test_what_is_on_its_way_is_hurried_and_not_doubled(world: World) -> None:
    endpoint = world.register("http://127.0.0.1:9/", world.ana)["id"]
    world.tell(world.ana.organisation)
    fan_out_once(world.desk)
    try_once(world, Answered(status=500))
    (waiting,) = shown(world, endpoint)
    address = f"{ENDPOINTS}/{endpoint}/deliveries/{waiting['id']}:redeliver"
    assert world.ask("POST", address, world.ana).json()["id"] == waiting["id"]
    try_once(world, Answered(status=200))
    assert len(shown(world, endpoint)) == 1


def test_a_slow_receiver_keeps_others_from_nothing(world: World) -> None:
    slow = world.register("http://127.0.0.1:9/slow", world.ana)["id"]
    world.tell(world.ana.organisation, count=9)
    fan_out_once(world.desk)
    world.register("http://127.0.0.1:9/quick", world.bo)
    world.tell(world.bo.organisation)
    fan_out_once(world.desk)
    taken = []
    for _ in range(MOST_AT_ONCE + 2):
        with world.errand(world.ana) as errand:
            taken.append(take_parcel(errand.work, errand.present))
            errand.work.commit()
    to = [parcel and parcel.delivery.endpoint == slow for parcel in taken]
    assert to == [True] * MOST_AT_ONCE + [False, None]


@pytest.mark.hostile
@pytest.mark.parametrize(
    "inside",
    [
        pytest.param("127.0.0.1", id="delivery-rebound-loopback"),
        pytest.param("169.254.169.254", id="delivery-rebound-metadata"),
        pytest.param("::ffff:10.0.0.1", id="delivery-rebound-mapped"),
        pytest.param("64:ff9b::a00:1", id="delivery-rebound-nat64"),
    ],
)
def test_a_name_that_turns_inside_after_registration_is_not_called(
    tmp_path_factory: pytest.TempPathFactory, inside: str
) -> None:
    file = tmp_path_factory.mktemp("rebound") / "records.sqlite3"
    with intake_on(f"sqlite:///{file}", Outgoing()) as world:
        endpoint = world.register("https://hooks.example.org/", world.ana)["id"]
        world.tell(world.ana.organisation)
        fan_out_once(world.desk)
        client = make_client(
            world.desk.outgoing.rules,
            OutgoingLimits(),
            contact=CONTACT,
            resolver=lambda _name: [inside],
        )
        with client:
            assert send_one(world.desk, poster(client))
        (delivery,) = shown(world, endpoint)
    attempts = delivery["attempts"]
    assert isinstance(attempts, list)
    assert [(each["status"], each["outcome"]) for each in attempts] == [(None, "address_refused")]
    assert delivery["state"] == DeliveryState.PENDING.value
    assert inside not in str(delivery)
