"""Batches over the API: each line answered as if it had come alone, on both databases."""

from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest

from gaptracker.custody.tree import Frontier, leaf_hash
from gaptracker.main.batches import write_batches
from gaptracker.main.intake import present
from gaptracker.main.keeping import tidy_all
from gaptracker.workflows.present import Present
from tests.batch_world import BatchWorld, add_custodian, batch_world, measure, without_request_id


@pytest.fixture
def world(database_url: str, tmp_path: Path) -> Iterator[BatchWorld]:
    with batch_world(database_url, tmp_path) as made:
        yield made


def test_every_line_is_answered_as_if_it_had_come_alone(world: BatchWorld) -> None:
    answer = world.post(
        b'{"client_ref": "A-2", "language": "en", "items": []}\n{"language": \n' + b"\n"
    )
    job = answer.json()
    assert answer.status_code == 202
    assert answer.headers["location"] == f"/v1/jobs/{job['id']}"
    assert (job["state"], job["mode"], job["lines"]) == ("queued", "partial", 2)
    world.work()
    invalid, malformed = world.results(job["id"])
    assert (invalid["line"], invalid["client_ref"], invalid["status"]) == (1, "A-2", 422)
    assert invalid["problem"]["code"] == "validation-failed"
    assert invalid["problem"]["errors"][0]["pointer"] == "#/items"
    assert (malformed["line"], malformed["status"]) == (2, 400)
    assert malformed["problem"]["code"] == "malformed-json"
    assert malformed["problem"]["offset"] == 13
    assert world.job(job["id"])["state"] == "failed"


def test_good_lines_become_drafts_and_those_that_ask_for_it_are_handed_over(
    world: BatchWorld,
) -> None:
    job = world.sent(measure("A-1"), measure("A-2", submit=True), measure("A-3", actor="XXX"))
    world.work()
    first, second, third = world.results(job)
    assert [first["status"], second["status"], third["status"]] == [201, 201, 422]
    assert [first["state"], second["state"]] == ["draft", "submitted"]
    found = world.get(f"/v1/submissions/{second['id']}")
    assert (found.json()["state"], found.headers["etag"]) == ("submitted", second["etag"])
    ended = world.job(job)
    assert ended["state"] == "partially_succeeded"
    assert ended["counts"] == {"read": 3, "created": 2, "unchanged": 0, "failed": 1}
    kinds = [mark["action"] for mark in log_of(world, second["id"])]
    assert kinds == ["create", "submit"]


def test_results_which_quote_what_was_sent_are_forgotten_after_ninety_days(
    world: BatchWorld,
) -> None:
    job = world.sent(measure("A-1"), measure("A-2", actor="canary"))
    world.work()
    desk = world.desk
    for days, left in ((89, 2), (91, 0)):
        later = partial(Present, now=present().now + timedelta(days=days), random=present().random)
        tidy_all(desk.open_work, desk.blobs, later, desk.promise)
        assert len(world.results(job)) == left
    assert world.job(job)["counts"]["read"] == 2


def log_of(world: BatchWorld, submission: str) -> list[dict[str, str]]:
    found: list[dict[str, str]] = world.get(f"/v1/submissions/{submission}/log").json()["data"]
    return found


def test_a_handed_over_line_is_the_same_row_as_one_that_came_alone(world: BatchWorld) -> None:
    headers = {**world.bearer(), "Idempotency-Key": "one"}
    alone = world.client.post("/v1/submissions", json=measure("B-1", submit=True), headers=headers)
    assert alone.status_code == 201, alone.text
    job = world.sent(measure("B-2", submit=True))
    world.work()
    (line,) = world.results(job)
    with world.desk.open_work(True) as work:
        one = work.submissions.find(alone.json()["id"])
        other = work.submissions.find(line["id"])
        revisions = [work.submissions.revisions(each.id) for each in (one, other) if each]
    assert one is not None
    assert other is not None
    own = {"id", "client_ref", "created_at", "changed_at", "touched_at", "submitted_at"}
    names = set(one.__dataclass_fields__) - own
    assert {name: getattr(one, name) for name in names} == {
        name: getattr(other, name) for name in names
    }
    assert [each[0].frozen_at is not None for each in revisions] == [True, True]
    assert revisions[0][0].content == revisions[1][0].content


def test_a_line_that_is_not_ready_to_be_handed_over_fails_as_it_would_alone(
    world: BatchWorld,
) -> None:
    job = world.sent(measure("C-1", submit=True, consent={"review": False, "publish": False}))
    world.work()
    (line,) = world.results(job)
    assert (line["status"], line["problem"]["errors"][0]["code"]) == (422, "consent.missing")
    assert world.count("submission") == 0


def test_the_same_file_sent_again_changes_nothing(world: BatchWorld) -> None:
    documents = [measure(f"D-{number}") for number in range(5)]
    world.sent(*documents)
    world.work()
    before = [world.count(table) for table in ("submission", "submission_revision", "log_leaf")]
    again = world.sent(*documents)
    world.work()
    assert [each["status"] for each in world.results(again)] == [200] * 5
    assert world.job(again)["counts"]["unchanged"] == 5
    after = [world.count(table) for table in ("submission", "submission_revision", "log_leaf")]
    assert after == before


def test_a_reference_twice_in_a_file_is_one_submission_or_a_conflict(world: BatchWorld) -> None:
    job = world.sent(measure("E-1"), measure("E-1"), measure("E-1", title="Another"))
    world.work()
    made, same, other = world.results(job)
    assert [made["status"], same["status"], other["status"]] == [201, 200, 409]
    assert made["id"] == same["id"]
    assert other["problem"]["code"] == "client-ref-conflict"
    assert other["problem"]["current_etag"] == made["etag"]


def test_an_atomic_batch_is_all_or_nothing(world: BatchWorld) -> None:
    good = [measure(f"F-{number}") for number in range(450)]
    failing = world.sent(*good, measure("F-450", language=""), query="?mode=atomic")
    leaves = world.count("log_leaf")
    world.work()
    (line,) = world.results(failing)
    assert (line["line"], line["status"]) == (451, 422)
    assert world.job(failing)["state"] == "failed"
    assert world.count("submission") == 0
    assert world.count("log_leaf") == leaves
    assert world.count("job_input") == 0
    whole = world.sent(*good, query="?mode=atomic")
    assert world.work() == 1
    assert world.job(whole)["state"] == "succeeded"
    assert world.count("submission") == 450


def test_a_cancelled_job_keeps_what_is_done_and_forgets_the_rest(world: BatchWorld) -> None:
    job = world.sent(*[measure(f"G-{number}") for number in range(450)])
    assert write_batches(world.desk)
    address = f"/v1/jobs/{job}:cancel"
    running = world.get(f"/v1/jobs/{job}")
    assert running.json()["state"] == "running"
    assert running.headers["retry-after"] == "1"
    answer = world.client.post(address, headers=world.bearer())
    assert (answer.status_code, answer.json()["state"]) == (200, "cancelled")
    assert world.client.post(address, headers=world.bearer()).json() == answer.json()
    assert world.work() == 0
    assert (world.count("submission"), world.count("job_input")) == (200, 0)
    assert len(world.results(job)) == 200
    assert "retry-after" not in world.get(f"/v1/jobs/{job}").headers


def test_a_job_that_has_not_changed_is_not_sent_again(world: BatchWorld) -> None:
    job = world.sent(measure("H-1"))
    tag = world.get(f"/v1/jobs/{job}").headers["etag"]
    unchanged = world.get(f"/v1/jobs/{job}", **{"If-None-Match": tag})
    assert (unchanged.status_code, unchanged.content) == (304, b"")
    world.work()
    assert world.get(f"/v1/jobs/{job}", **{"If-None-Match": tag}).status_code == 200


@pytest.mark.parametrize("suffix", ["", "/results"])
def test_a_foreign_job_looks_like_one_that_is_not_there(world: BatchWorld, suffix: str) -> None:
    job = world.sent(measure("I-1"))
    world.work()
    unknown = f"job_{'a' * 26}"
    foreign = world.get(f"/v1/jobs/{job}{suffix}", world.foreign_key)
    nothing = world.get(f"/v1/jobs/{unknown}{suffix}", world.foreign_key)
    assert foreign.status_code == 404
    assert without_request_id(foreign) == without_request_id(nothing)
    cancelled = [
        world.client.post(f"/v1/jobs/{each}:cancel", headers=world.bearer(world.foreign_key))
        for each in (job, unknown)
    ]
    assert without_request_id(cancelled[0]) == without_request_id(cancelled[1])


def test_the_end_of_a_job_is_told_in_the_thinnest_words(world: BatchWorld) -> None:
    job = world.sent(measure("J-1"))
    world.work()
    with world.desk.open_work(True) as work:
        found = work.jobs.find(job)
        assert found is not None
        events = work.custody.events_after(-1, organisation=found.organisation)
    (event,) = [each for each in events if each.type == "job.finished"]
    assert event.data == {"id": job, "links": {"self": f"/v1/jobs/{job}"}}


def test_a_request_repeated_with_its_key_makes_one_job(world: BatchWorld) -> None:
    body = b'{"language": "en"}\n'
    first, second = [world.post(body, **{"Idempotency-Key": "same"}) for _ in range(2)]
    assert first.json() == second.json()
    assert second.headers["idempotency-replayed"] == "true"
    assert world.count("job") == 1
    other = world.post(body, query="?mode=atomic", **{"Idempotency-Key": "same"})
    assert other.json()["code"] == "idempotency-key-reused"


def test_without_a_custodian_only_the_lines_with_an_identity_fail(world: BatchWorld) -> None:
    source = {"ref": "s1", "kind": "interview", "identity": {"name": "Ana"}}
    job = world.sent(measure("K-1"), measure("K-2", sources=[source]))
    world.work()
    assert [each["status"] for each in world.results(job)] == [201, 503]
    add_custodian(world.desk)
    again = world.sent(measure("K-1"), measure("K-2", sources=[source]))
    world.work()
    assert [each["status"] for each in world.results(again)] == [200, 201]
    assert world.count("sealed_identity") == 1


def test_who_may_not_send_any_more_has_nothing_written(world: BatchWorld) -> None:
    job = world.sent(measure("L-1"))
    with world.desk.open_work(False) as work:
        found = work.jobs.find(job)
        assert found is not None
        work.principals.set_roles(found.member, [])
        work.commit()
    world.work()
    with world.desk.open_work(True) as work:
        found = work.jobs.find(job)
        assert found is not None
        assert (found.state, found.created_count) == ("failed", 0)


def test_the_log_is_whole_after_batches(world: BatchWorld) -> None:
    world.sent(*[measure(f"M-{number}", submit=number % 2 == 0) for number in range(450)])
    world.work()
    assert_log_is_whole(world)


def assert_log_is_whole(world: BatchWorld) -> None:
    """The tree that the leaves make is the one that is kept."""
    with world.desk.open_work(True) as work:
        size, kept = work.custody.size(), work.custody.frontier()
        entries = work.custody.entries_from(0, size + 1)
    made = Frontier(0, [])
    for position, entry in enumerate(entries):
        assert entry.position == position
        assert leaf_hash(entry.entry.encode()) == entry.leaf_hash
        made.append(entry.leaf_hash)
    assert (made.size, made.root()) == (kept.size, kept.root())
