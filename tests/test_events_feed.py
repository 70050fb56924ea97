"""The feed of events: complete, in the order of the commits, and nobody else's."""

import threading
import time
from collections.abc import Iterator

import pytest
from sqlalchemy import QueuePool

from gaptracker.domain.delivery import FEED_TYPES, EventType
from gaptracker.workflows.read_events import EventsAsked, body_of, events_seen
from tests.events_world import Member, World, intake_on

WRITERS, ROUNDS = 4, 15


@pytest.fixture
def world(database_url: str) -> Iterator[World]:
    with intake_on(database_url) as made:
        yield made


@pytest.fixture(scope="module")
def quiet_world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """One for whatever is refused before the database is asked."""
    with intake_on(f"sqlite:///{tmp_path_factory.mktemp('quiet') / 'r.sqlite3'}") as made:
        yield made


def feed(world: World, who: Member, query: str = "") -> list[str]:
    return [each["id"] for each in world.get(f"/v1/events{query}", who)["data"]]


def walk(world: World, who: Member, ready: threading.Event) -> list[str]:
    """Read on and on from the last event seen, until nothing comes after all is written."""
    seen: list[str] = []
    while True:
        last_look = ready.is_set()
        after = f"&after={seen[-1]}" if seen else ""
        new = feed(world, who, f"?limit=7{after}")
        seen += new
        if last_look and not new:
            return seen


def test_a_reader_beside_writers_sees_every_event_once_and_none_later_before_another(
    world: World,
) -> None:
    done, told = threading.Event(), []

    def write(turn: int) -> None:
        for number in range(ROUNDS):
            mine = (world.ana.organisation, None)[(turn + number) % 2]
            told.extend(world.tell(mine, count=1 + number % 3))
            world.tell(world.bo.organisation)

    writers = [threading.Thread(target=write, args=(turn,)) for turn in range(WRITERS)]
    for each in writers:
        each.start()

    def finish() -> None:
        for each in writers:
            each.join()
        done.set()

    threading.Thread(target=finish).start()
    walked = walk(world, world.ana, done)
    assert sorted(walked) == sorted(told), "each once, none missing"
    with world.desk.open_work(True) as work:
        everything = work.custody.events_after(
            -1, organisation=world.ana.organisation, limit=10_000
        )
        positions = [
            event.position
            for organisation in (world.ana.organisation, world.bo.organisation)
            for event in work.custody.events_after(-1, organisation=organisation, limit=10_000)
        ]
        count = work.custody.event_count()
    assert walked == [event.id for event in everything], "in the order of the commits"
    assert set(positions) == set(range(count)), "without a gap"


def test_events_are_the_organisations_own_and_those_of_everybody(world: World) -> None:
    (mine,) = world.tell(world.ana.organisation)
    (theirs,) = world.tell(world.bo.organisation)
    (public,) = world.tell(None, EventType.EVIDENCE_PUBLISHED)
    assert feed(world, world.ana) == [mine, public]
    assert feed(world, world.bo) == [theirs, public]
    assert feed(world, world.ana, f"?after={public}") == []


def test_another_organisations_event_is_refused_like_one_that_never_was(world: World) -> None:
    (theirs,) = world.tell(world.bo.organisation)
    unknown = f"evt_{'a' * 26}"
    answers = []
    for event in (theirs, unknown):
        answer = world.ask("GET", f"/v1/events?after={event}", world.ana)
        # An id of the caller's own, so that only what may differ is taken away.
        body = answer.content.replace(answer.headers["x-request-id"].encode(), b"")
        answers.append((answer.status_code, body))
    assert answers[0] == answers[1]
    assert answers[0][0] == 404


def test_types_choose_and_the_cursor_may_be_of_another_type(world: World) -> None:
    (first,) = world.tell(world.ana.organisation, EventType.JOB_FINISHED)
    (second,) = world.tell(world.ana.organisation, EventType.SUBMISSION_ACCEPTED)
    assert feed(world, world.ana, "?types=submission.accepted,score.changed") == [second]
    assert feed(world, world.ana, f"?types=submission.accepted&after={first}") == [second]


@pytest.mark.hostile
@pytest.mark.parametrize(
    "query",
    [
        pytest.param("types=webhook.test", id="feed-test-type"),
        pytest.param("types=submission.read", id="feed-unknown-type"),
        pytest.param("types=,", id="feed-empty-types"),
        pytest.param("limit=0", id="feed-limit-0"),
        pytest.param("limit=-1", id="feed-limit-negative"),
        pytest.param("limit=99999999999999999999", id="feed-limit-huge"),
        pytest.param("wait=31", id="feed-wait-long"),
        pytest.param("wait=NaN", id="feed-wait-nan"),
        pytest.param("after=evt_1", id="feed-forged"),
        pytest.param("after=sub_%00", id="feed-nul"),
        pytest.param("since=1", id="feed-unknown-parameter"),
    ],
)
def test_what_cannot_be_asked_is_refused(quiet_world: World, query: str) -> None:
    answer = quiet_world.ask("GET", f"/v1/events?{query}", quiet_world.ana)
    assert answer.status_code == 422, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["code"] == "validation-failed"


def test_a_body_is_thin_and_the_same_bytes_whenever_it_is_asked_for(world: World) -> None:
    for kind in sorted(FEED_TYPES):
        world.tell(world.ana.organisation, kind)
    asked = EventsAsked(after=None, types=(), limit=50)
    with world.desk.open_work(True) as work:
        bodies = [body_of(event) for event in events_seen(asked, world.ana.principal, work)]
    first, second = (world.ask("GET", "/v1/events", world.ana).content for _ in range(2))
    assert first == second
    assert all(body in first for body in bodies)
    for each in world.get("/v1/events", world.ana)["data"]:
        assert set(each["body"]) == {"type", "timestamp", "data"}
        assert set(each["body"]["data"]) <= {"id", "revision", "links"}


def test_waiting_ends_with_the_first_event_and_holds_no_connection(world: World) -> None:
    answers: list[list[str]] = []
    begun = time.monotonic()
    waiting = threading.Thread(target=lambda: answers.append(feed(world, world.ana, "?wait=30")))
    waiting.start()
    time.sleep(0.8)
    pool = world.engine.pool
    assert isinstance(pool, QueuePool)
    assert min(_checked_out(pool) for _ in range(20)) == 0
    world.tell(world.bo.organisation)
    time.sleep(0.7)
    assert waiting.is_alive(), "somebody else's event is no reason to answer"
    told = world.tell(world.ana.organisation)
    waiting.join(60)
    assert answers == [told]
    assert time.monotonic() - begun < 25, "it ended with its time and not with the event"


def _checked_out(pool: QueuePool) -> int:
    time.sleep(0.02)
    return pool.checkedout()


def test_waiting_ends_without_an_event_after_its_time(world: World) -> None:
    (last,) = world.tell(world.ana.organisation)
    begun = time.monotonic()
    answer = world.get(f"/v1/events?wait=1&after={last}", world.ana)
    assert answer == {"data": [], "next": last}
    assert 1 <= time.monotonic() - begun < 15


def test_waiting_ends_when_the_server_stops(world: World) -> None:
    threading.Timer(0.3, world.desk.closing.set).start()
    begun = time.monotonic()
    assert feed(world, world.ana, "?wait=30") == []
    assert time.monotonic() - begun < 25, "it ended with its time and not with the server"


def test_without_a_key_nothing_is_told(quiet_world: World) -> None:
    assert quiet_world.client.get("/v1/events").status_code == 401
