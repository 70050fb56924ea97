"""Batches that are sent to do harm: each refused with a listed code, and nothing half stored."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from gaptracker.receive.desk import MEGABYTE
from gaptracker.workflows import prepare_batch
from tests.batch_world import (
    CSV,
    JSON,
    BatchWorld,
    add_custodian,
    batch_world,
    measure,
    ndjson,
)

pytestmark = pytest.mark.hostile

GOOD = json.dumps(measure(None)).encode()
LONG_LINE = b'{"note": "' + b"a" * 257 * 1024 + b'"}'
MAPPING = {
    "columns": {
        "reference": {"pointer": "/client_ref"},
        "title": {"pointer": "/items/0/title"},
    },
    "constants": {
        "/language": "en",
        "/items/0/kind": "measure",
        "/items/0/ref": "m1",
        "/items/0/actor": "MEX",
        "/items/0/theme": "harm_reduction",
        "/items/0/layer": "law",
        "/items/0/instrument": "ministerial_order",
    },
}


@pytest.fixture
def world(tmp_path: Path) -> Iterator[BatchWorld]:
    with batch_world(f"sqlite:///{tmp_path / 'records.sqlite3'}", tmp_path) as made:
        yield made


def mapping_of(world: BatchWorld) -> str:
    answer = world.client.post(
        "/v1/csv-mappings",
        json=MAPPING,
        headers={**world.bearer(), "Idempotency-Key": "mapping"},
    )
    assert answer.status_code == 201, answer.text
    found: str = answer.json()["id"]
    return found


@pytest.mark.parametrize(
    ("line", "code"),
    [
        pytest.param(b"\xef\xbb\xbf" + GOOD, "malformed-json", id="a byte order mark"),
        pytest.param(GOOD.decode().encode("utf-16-le"), "malformed-json", id="UTF-16"),
        pytest.param(LONG_LINE, "malformed-json", id="a line of 257 kB"),
        pytest.param(GOOD[:-1] + b', "language": "es"}', "malformed-json", id="a key twice"),
        pytest.param(GOOD.replace(b"Order", b"Or\x00der"), "malformed-json", id="NUL"),
        pytest.param(GOOD.replace(b"Order", b"Or\\u0000der"), "validation-failed", id="NUL told"),
        pytest.param(GOOD.replace(b"Order", b"Or\\ud800der"), "malformed-json", id="surrogate"),
        pytest.param(GOOD.replace(b"Order", b"\xff"), "malformed-json", id="no UTF-8"),
        pytest.param(b"[" * 100_000, "malformed-json", id="depth 100,000"),
        pytest.param(b'{"language": NaN}', "malformed-json", id="NaN"),
        pytest.param(b'{"items": 1e400}', "malformed-json", id="1e400"),
        pytest.param(b"[]", "validation-failed", id="no object"),
        pytest.param(b'{"id": "sub_x", "state": "published"}', "validation-failed", id="server's"),
        pytest.param(GOOD.replace(b'"law"', b"true"), "validation-failed", id="a wrong type"),
    ],
)
def test_a_hostile_line_fails_alone(world: BatchWorld, line: bytes, code: str) -> None:
    answer = world.post(line + b"\n" + GOOD + b"\n")
    assert answer.status_code == 202, answer.text
    world.work()
    results = {each["line"]: each for each in world.results(answer.json()["id"])}
    assert results.pop(max(results))["status"] == 201
    assert {each["problem"]["code"] for each in results.values()} == {code}
    assert world.count("submission") == 1


@pytest.mark.parametrize(
    ("body", "media_type", "status", "code"),
    [
        pytest.param(b"{}\n" * 10_001, None, 413, "too-large", id="10,001 lines"),
        pytest.param(b"\n" * 10_001, None, 413, "too-large", id="10,001 empty lines"),
        pytest.param(b"x" * (20 * MEGABYTE + 1), None, 413, "too-large", id="20 MB, declared"),
        pytest.param(b"", None, 422, "validation-failed", id="nothing"),
        pytest.param(b"\n \n", None, 422, "validation-failed", id="nothing but line ends"),
        pytest.param(b"{}", JSON, 422, "validation-failed", id="no array"),
        pytest.param(b"[" + b"{}," * 100 + b"{}]", JSON, 413, "too-large", id="an array of 101"),
        pytest.param(b"[{}", JSON, 400, "malformed-json", id="an array without an end"),
        pytest.param(b"a,b\n1,2\n", CSV, 422, "validation-failed", id="CSV without a mapping"),
        pytest.param(b"{}", "text/plain", 415, "unsupported-media-type", id="another type"),
    ],
)
def test_a_hostile_body_is_refused_whole(
    world: BatchWorld, body: bytes, media_type: str | None, status: int, code: str
) -> None:
    answer = world.post(body, *([media_type] if media_type else []))
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert (world.count("job"), world.count("job_input")) == (0, 0)


def test_21_megabytes_in_chunks_are_refused(world: BatchWorld) -> None:
    chunks = (b"x" * MEGABYTE for _ in range(21))
    answer = world.post(chunks)
    assert (answer.status_code, answer.json()["code"]) == (413, "too-large")
    assert world.count("job") == 0


@pytest.mark.parametrize(
    "query",
    ["?mode=both", "?mode=atomic&mode=partial", "?mapping=", f"?mapping={'m' * 65}", "?other=1"],
)
def test_a_wrong_query_is_refused(world: BatchWorld, query: str) -> None:
    assert world.post(GOOD, query=query).status_code in {400, 422}
    assert world.count("job") == 0


def test_a_batch_without_a_key_or_an_idempotency_key_is_not_read(world: BatchWorld) -> None:
    unknown = world.post(GOOD, Authorization="Bearer gtk_nobody")
    assert (unknown.status_code, unknown.json()["code"]) == (401, "unauthenticated")
    bare = world.post(GOOD, **{"Idempotency-Key": ""})
    assert (bare.status_code, bare.json()["code"]) == (400, "idempotency-key-required")


@pytest.mark.parametrize(
    "cell",
    ["=1+1", "\t=cmd|' /C calc'!A0", "\uff1dHYPERLINK(1)", "@SUM(1)", "\u200b=1"],
    ids=["equals", "behind a tab", "full width", "at", "behind nothing visible"],
)
def test_a_formula_in_a_cell_stays_a_text(world: BatchWorld, cell: str) -> None:
    mapping = mapping_of(world)
    body = f"reference,title\nCSV-1,{cell}\n".encode()
    answer = world.post(body, CSV, f"?mapping={mapping}")
    assert answer.status_code == 202, answer.text
    world.work()
    (line,) = world.results(answer.json()["id"])
    if line["status"] == 201:
        found = world.get(f"/v1/submissions/{line['id']}").json()["content"]["items"][0]["title"]
        assert found == cell.strip()
    else:
        assert line["problem"]["errors"][0]["column"] == "title"


@pytest.mark.parametrize(
    "body",
    [
        pytest.param("reference,title\n1,2\n".encode("utf-16"), id="UTF-16"),
        pytest.param(b"reference,title\x00\n1,2\n", id="NUL in the header"),
        pytest.param(b"reference,other\n1,2\n", id="another header"),
        pytest.param(b"reference,title,title\n1,2,3\n", id="a column twice"),
    ],
)
def test_a_hostile_spreadsheet_is_refused_whole(world: BatchWorld, body: bytes) -> None:
    answer = world.post(body, CSV, f"?mapping={mapping_of(world)}")
    assert (answer.status_code, answer.json()["code"]) == (422, "validation-failed")
    assert world.count("job") == 0


def test_a_foreign_mapping_looks_like_one_that_is_not_there(world: BatchWorld) -> None:
    mapping = mapping_of(world)
    bearer = world.bearer(world.foreign_key)
    answers = [
        world.post(b"reference,title\n1,2\n", CSV, f"?mapping={each}", **bearer).json()
        for each in (mapping, f"map_{'a' * 26}")
    ]
    assert [each.pop("instance") is not None for each in answers] == [True, True]
    assert answers[0] == answers[1]
    assert answers[0]["code"] == "not-found"
    gone = world.client.delete(f"/v1/csv-mappings/{mapping}", headers=bearer)
    assert gone.status_code == 404
    assert world.client.get("/v1/csv-mappings", headers=bearer).json() == {"data": []}
    gone = world.client.delete(f"/v1/csv-mappings/{mapping}", headers=world.bearer())
    assert gone.status_code == 204


def test_too_many_identities_to_seal_are_refused(
    world: BatchWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(prepare_batch, "MOST_IDENTITIES", 3)
    add_custodian(world.desk)
    sources = [
        {"ref": f"s{number}", "kind": "interview", "identity": {"name": "Ana"}}
        for number in range(1, 3)
    ]
    answer = world.post(ndjson([measure(None, sources=sources)] * 2))
    assert (answer.status_code, answer.json()["code"]) == (413, "too-large")


def test_an_organisation_cannot_fill_the_disk_with_jobs(world: BatchWorld) -> None:
    statuses = [world.post(GOOD).status_code for _ in range(21)]
    assert statuses == [202] * 20 + [429]
    world.work()
    assert world.post(GOOD).status_code == 202
