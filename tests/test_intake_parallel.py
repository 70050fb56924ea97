"""Fifty requests at once with twenty keys: each key is one submission, one event, one answer."""

import json
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import Engine, func, select

from gaptracker.custody.log_entries import EntryKind
from gaptracker.records.tables import Row
from tests.intake_world import THOROUGH, Document, Served, document, once, serving

# In each run, two hundred requests; with TESTS_THOROUGH=1, a thousand.
PARALLEL, KEYS = 50, 20
EACH = 50 if THOROUGH else 10


@pytest.fixture
def served(tmp_path: Path, database_url: str) -> Iterator[Served]:
    """A server on each database."""
    with serving(tmp_path / "data", database_url) as found:
        yield found


def numbered(number: int) -> Document:
    return {**document(), "submit": True, "note": f"note {number}"}


def rows(served: Served, table: str) -> int:
    assert isinstance(served.cast.bind, Engine)
    with served.cast.bind.begin() as connection:
        counted = select(func.count()).select_from(Row.metadata.tables[table])
        return int(connection.execute(counted).scalar_one())


def leaves(served: Served, kind: EntryKind) -> int:
    with served.cast.work(read_only=True) as work:
        entries = work.custody.entries_from(0, 100_000)
    return sum(json.loads(each.entry)["kind"] == kind.value for each in entries)


def test_fifty_at_once_with_twenty_keys_make_twenty_of_everything(served: Served) -> None:
    bodies = {str(uuid4()): json.dumps(numbered(n)) for n in range(KEYS)}
    asked = [key for key in bodies for _ in range(EACH)]
    with served.client("sender") as client:

        def send(key: str) -> tuple[str, int, str, str]:
            for _ in range(400):
                answer = client.post(
                    "/v1/submissions",
                    content=bodies[key],
                    headers={"Idempotency-Key": key, "Content-Type": "application/json"},
                )
                if answer.status_code == 201:
                    replayed = answer.headers.get("idempotency-replayed", "first")
                    return key, 201, replayed, answer.json()["id"]
                assert answer.status_code == 409, answer.text
                assert answer.json()["code"] == "request-in-progress"
                assert answer.headers["retry-after"] == "1"
            raise AssertionError("no answer after 400 tries")

        with ThreadPoolExecutor(PARALLEL) as pool:
            answers = list(pool.map(send, asked))

    ids = {(key, submission) for key, _, _, submission in answers}
    assert len(answers) == EACH * KEYS
    assert len(ids) == len({submission for _, submission in ids}) == KEYS
    # The one that did the work may have been a retry of a request that came too early.
    firsts = Counter(key for key, _, replayed, _ in answers if replayed == "first")
    assert firsts == Counter(bodies.keys())
    assert rows(served, "submission") == rows(served, "submission_revision") == KEYS
    assert rows(served, "idempotency") == KEYS
    assert rows(served, "outbox_event") == KEYS
    assert leaves(served, EntryKind.SUBMISSION_CREATED) == KEYS
    assert leaves(served, EntryKind.SUBMISSION_TRANSITION) == KEYS


@pytest.mark.hostile(id="same-client-ref-at-once")
def test_the_same_reference_at_once_under_many_keys_is_one_submission(served: Served) -> None:
    body = json.dumps({**document(), "client_ref": "HRN-2026-0412"})
    with served.client("sender") as client, ThreadPoolExecutor(16) as pool:
        answers = list(
            pool.map(
                lambda _: client.post("/v1/submissions", content=body, headers=once()), range(32)
            )
        )

    assert Counter(each.status_code for each in answers) == {201: 1, 200: 31}
    assert len({each.json()["id"] for each in answers}) == 1
    assert rows(served, "submission") == leaves(served, EntryKind.SUBMISSION_CREATED) == 1
