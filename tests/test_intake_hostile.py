"""Bodies, parameters and links made to break the intake: each a problem document, nothing kept."""

import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from sqlalchemy import Engine, func, select

from gaptracker.publish.api.codes import PROBLEM_KINDS, ProblemCode
from gaptracker.records.tables import Row
from tests.intake_world import Document, Served, document, once, serving

DEEP = 100_000
MOST_ECHOED = 4_000
TEXT = json.dumps(document())
# Bodies that are no JSON of one meaning; the same everywhere.
RAW: dict[str, bytes] = {
    "empty": b"",
    "nan": TEXT.replace('"es"', "NaN").encode(),
    "infinity": TEXT.replace('"es"', "-Infinity").encode(),
    "1e400": TEXT.replace('"es"', "1e400").encode(),
    "2^63": TEXT.replace('"es"', str(2**63)).encode(),
    "5000-digits": TEXT.replace('"es"', "9" * 5_000).encode(),
    "lone-surrogate": TEXT.replace('"es"', '"\\ud800"').encode(),
    "raw-nul": TEXT.replace('"es"', '"a\x00b"').encode(),
    "bad-utf-8": TEXT.encode().replace(b'"es"', b'"\xff\xfe"'),
    "surrogate-in-utf-8": TEXT.encode().replace(b'"es"', b'"\xed\xa0\x80"'),
    "utf-16": TEXT.encode("utf-16"),
    "utf-32": TEXT.encode("utf-32"),
    "bom": b"\xef\xbb\xbf" + TEXT.encode(),
    "duplicate-keys": TEXT.replace('"es"', '"es", "language": "en"').encode(),
    "duplicate-keys-escaped": TEXT.replace('"es"', '"es", "l\\u0061nguage": "en"').encode(),
    "deep-arrays": b"[" * DEEP + b"]" * DEEP,
    "deep-objects": b'{"a":' * DEEP + b"1" + b"}" * DEEP,
    "deep-unclosed": b"[" * DEEP,
    "cut-off": TEXT.encode()[:-1],
    "two-documents": TEXT.encode() * 2,
    "trailing-comma": TEXT.replace("}}", "},}").encode(),
    "comment": b"/* hello */" + TEXT.encode(),
    "single-quotes": TEXT.replace('"', "'").encode(),
    "form": b"language=es&items=1",
    "xml": b"<?xml version='1.0'?><!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]><a>&b;</a>",
}
WRONG_SHAPES: dict[str, bytes] = {
    "null": b"null",
    "true": b"true",
    "number": b"2024",
    "string": b'"text"',
    "array": b"[]",
    "array-of-itself": b"[[[[{}]]]]",
}


def item(**change: object) -> Document:
    return {**document(), "items": [{**document()["items"][0], **change}]}


def source(**change: object) -> Document:
    first, second = document()["sources"]
    return {**document(), "sources": [{**first, **change}, second]}


# Documents that are JSON and no submission: the member that is named first.
DOCUMENTS: dict[str, tuple[Document, str]] = {
    "unknown-member": ({**document(), "colour": "red"}, "#/colour"),
    "unknown-member-within": (item(colour="red"), "#/items/0/colour"),
    "prototype": ({**document(), "__proto__": {"admin": True}}, "#/__proto__"),
    **{
        f"server-field-{name}": ({**document(), name: value}, f"#/{name}")
        for name, value in {
            "id": "sub_mine",
            "state": "published",
            "revision": 7,
            "organisation": "org_other",
            "verification": "verified",
            "content_sha256": "ab" * 32,
            "received_at": "2020-01-01T00:00:00Z",
            "legal_hold": False,
        }.items()
    },
    "true-for-text": ({**document(), "language": True}, "#/language"),
    "number-for-text": (item(title=2024), "#/items/0/title"),
    "text-for-flag": ({**document(), "submit": "true"}, "#/submit"),
    "one-for-flag": ({**document(), "submit": 1}, "#/submit"),
    "text-for-consent": ({**document(), "consent": {"review": "yes"}}, "#/consent/review"),
    "true-for-date": (item(in_force_from=True), "#/items/0/in_force_from"),
    "number-for-date": (item(in_force_from=2024), "#/items/0/in_force_from"),
    "object-for-list": ({**document(), "items": {}}, "#/items"),
    "no-items": ({**document(), "items": []}, "#/items"),
    "many-items": ({**document(), "items": [document()["items"][0]] * 51}, "#/items"),
    "long-text": (item(title="x" * 100_000), "#/items/0/title"),
    "nul-in-a-line": (item(title="a\x00b"), "#/items/0/title"),
    "nul-in-a-text": ({**document(), "public_summary": {"en": "a\x00b"}}, "#/public_summary/en"),
    "nul-in-a-note": ({**document(), "note": "a\x00b"}, "#/note"),
    "30-february": (item(in_force_from="2026-02-30"), "#/items/0/in_force_from"),
    "month-13": (item(in_force_from="2026-13"), "#/items/0/in_force_from"),
    "year-0": (item(in_force_from="0000-01-01"), "#/items/0/in_force_from"),
    "year-99999": (item(in_force_from="99999-01-01"), "#/items/0/in_force_from"),
    "arabic-digits": (
        item(in_force_from="\u0662\u0660\u0662\u0666-\u0660\u0661-\u0660\u0661"),
        "#/items/0/in_force_from",
    ),
    "time-without-zone": (source(collected_at="2026-03-05T10:11:12"), "#/sources/0/collected_at"),
    "leap-second": (source(collected_at="2026-03-05T23:59:61Z"), "#/sources/0/collected_at"),
    "javascript-link": (source(url="javascript:alert(1)"), "#/sources/0/url"),
    "file-link": (source(url="file:///etc/passwd"), "#/sources/0/url"),
    "data-link": (source(url="data:text/html,<script>"), "#/sources/0/url"),
    "ftp-link": (source(url="ftp://example.org/a"), "#/sources/0/url"),
    "link-with-line-break": (source(url="https://example.org/\r\nX: y"), "#/sources/0/url"),
    "link-with-password": (source(url="https://user:secret@example.org/"), "#/sources/0/url"),
    "unknown-actor": (item(actor="PEU"), "#/items/0/actor"),
    "unknown-theme": (item(theme="cooking"), "#/items/0/theme"),
    "unknown-kind": (item(kind="score"), "#/items/0"),
    "unknown-source": (item(sources=["s9"]), "#/items/0/sources/0"),
    "bad-digest": (
        {
            **document(),
            "attachments_expected": [
                {
                    "ref": "a1",
                    "filename": "a.pdf",
                    "media_type": "application/pdf",
                    "size": 3,
                    "sha256": "AB" * 32,
                }
            ],
        },
        "#/attachments_expected/0/sha256",
    ),
    "negative-size": (
        {
            **document(),
            "attachments_expected": [
                {
                    "ref": "a1",
                    "filename": "a.pdf",
                    "media_type": "application/pdf",
                    "size": -1,
                    "sha256": "ab" * 32,
                }
            ],
        },
        "#/attachments_expected/0/size",
    ),
}
PLACES = (
    ("POST", "/v1/submissions"),
    ("POST", "/v1/submissions:validate"),
    ("POST", "/v1/submissions:preview-public"),
    ("PATCH", "/v1/submissions/{id}"),
    ("POST", "/v1/submissions/{id}/transitions"),
    ("POST", "/v1/submissions/{id}/messages"),
)
COUNTED = (
    "submission",
    "submission_revision",
    "idempotency",
    "log_leaf",
    "outbox_event",
    "message",
)


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("hostile")
    with serving(folder, f"sqlite:///{folder / 'records.sqlite3'}") as found:
        yield found


@pytest.fixture(scope="module")
def client(served: Served) -> Iterator[httpx.Client]:
    with served.client("sender") as found:
        yield found


@pytest.fixture(scope="module")
def submission(client: httpx.Client) -> str:
    answer = client.post("/v1/submissions", headers=once(), json=document())
    assert answer.status_code == 201, answer.text
    found: str = answer.json()["id"]
    return found


@pytest.fixture(autouse=True)
def nothing_is_kept(served: Served, submission: str) -> Iterator[None]:
    """Whatever a test here sends, nothing of it is there afterwards."""
    assert submission
    before = counts(served)
    yield
    assert counts(served) == before


def counts(served: Served) -> dict[str, int]:
    assert isinstance(served.cast.bind, Engine)
    with served.cast.bind.connect() as connection:
        return {
            name: int(
                connection.execute(
                    select(func.count()).select_from(Row.metadata.tables[name])
                ).scalar_one()
            )
            for name in COUNTED
        }


def the_problem(answer: httpx.Response) -> dict[str, Any]:
    """A refusal's document, which is whole, of a listed code, and echoes little."""
    assert answer.headers["content-type"] == "application/problem+json", answer.text[:500]
    problem: dict[str, Any] = answer.json()
    kind = PROBLEM_KINDS[ProblemCode(problem["code"])]
    assert problem["status"] == answer.status_code == kind.status
    assert answer.status_code < 500 or problem["code"] == "unavailable", answer.text[:500]
    assert len(problem["errors"]) <= 100
    assert all(len(each["detail"]) <= MOST_ECHOED for each in problem["errors"])
    assert problem["instance"] == f"urn:request:{answer.headers['x-request-id']}"
    return problem


def send(
    client: httpx.Client,
    place: tuple[str, str],
    submission: str,
    body: str | bytes | Iterator[bytes],
) -> httpx.Response:
    method, path = place
    headers = once(**{"If-Match": "*"})
    return client.request(method, path.format(id=submission), headers=headers, content=body)


@pytest.mark.hostile
@pytest.mark.parametrize("name", RAW)
def test_what_is_no_json_is_refused_everywhere(
    client: httpx.Client, submission: str, name: str
) -> None:
    for place in PLACES:
        problem = the_problem(send(client, place, submission, RAW[name]))
        assert problem["code"] == "malformed-json", (place, problem)


@pytest.mark.hostile
@pytest.mark.parametrize("name", WRONG_SHAPES)
def test_json_of_another_shape_is_refused_everywhere(
    client: httpx.Client, submission: str, name: str
) -> None:
    for place in PLACES:
        problem = the_problem(send(client, place, submission, WRONG_SHAPES[name]))
        assert problem["code"] == "validation-failed", (place, problem)


@pytest.mark.hostile
@pytest.mark.parametrize("name", DOCUMENTS)
def test_what_is_no_submission_is_refused_with_its_place(
    client: httpx.Client, submission: str, name: str
) -> None:
    body, pointer = DOCUMENTS[name]
    for place in PLACES[:4]:
        problem = the_problem(send(client, place, submission, json.dumps(body)))
        assert problem["code"] == "validation-failed", (place, problem)
        pointers = [each["pointer"] for each in problem["errors"]]
        assert any(each.startswith(pointer) for each in pointers), (place, pointers)


@pytest.mark.hostile
@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({}, "#/action"),
        ({"action": "fly"}, "#/action"),
        ({"action": ["submit"]}, "#/action"),
        ({"action": "submit", "state": "published"}, "#/state"),
        ({"action": "accept", "rubric": {"provenance": 9}}, "#/rubric"),
        ({"action": "accept", "rubric": {"provenance": "4"}}, "#/rubric"),
        ({"action": "reject", "reason_code": "because"}, "#/reason_code"),
        ({"action": "supersede", "successor": "sub_1' OR '1'='1"}, "#/successor"),
        ({"action": "claim", "conflict_of_interest": "false"}, "#/conflict_of_interest"),
        ({"action": "withdraw", "comment": "x" * 200_000}, "#/comment"),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)
def test_an_action_is_read_strictly(
    client: httpx.Client, submission: str, body: Document, pointer: str
) -> None:
    problem = the_problem(send(client, PLACES[4], submission, json.dumps(body)))

    assert problem["code"] == "validation-failed"
    assert problem["errors"][0]["pointer"].startswith(pointer), problem


@pytest.mark.hostile
@pytest.mark.parametrize("chunked", [False, True], ids=["declared", "chunked"])
def test_a_body_above_the_limit_is_refused(
    client: httpx.Client, submission: str, chunked: bool
) -> None:
    big = b'{"note": "' + b"x" * 1_100_000 + b'"}'
    for place in PLACES:
        parts = (big[at : at + 65_536] for at in range(0, len(big), 65_536))
        problem = the_problem(send(client, place, submission, parts if chunked else big))
        assert (problem["code"], problem["limit_bytes"]) == ("too-large", 1_000_000)


@pytest.mark.hostile
@pytest.mark.parametrize("given", ["text/plain", "multipart/form-data", "application/json-ld", ""])
def test_another_content_type_is_refused(client: httpx.Client, submission: str, given: str) -> None:
    for method, path in PLACES:
        answer = client.request(
            method,
            path.format(id=submission),
            headers=once(**{"If-Match": "*", "Content-Type": given}),
            content=TEXT,
        )
        assert the_problem(answer)["code"] == "unsupported-media-type"


@pytest.mark.hostile
@pytest.mark.parametrize(
    "query",
    [
        *("limit=-1", "limit=0", "limit=201", "limit=99999999999999999999", "limit=1e3"),
        *("limit=true", "limit=", "limit=%00", "limit=10&limit=20", "cursor=", "cursor=AAAA"),
        *("cursor=WzFlNDAwLCAiYSJd", "cursor=WzEsICJhIl0=", "cursor=%ff%fe", "cursor=../../etc"),
        f"cursor={'A' * 500}",
        *("state=secret", "state=draft&state=submitted", "updated_after=2026-02-30T00:00:00Z"),
        *(
            "updated_after=0.5",
            "updated_after=1764000000",
            "updated_after=2026-02-01",
            "count=exact",
            "colour=red",
            "order=;DROP+TABLE+submission",
        ),
    ],
)
def test_a_list_is_asked_strictly(client: httpx.Client, query: str) -> None:
    problem = the_problem(client.get(f"/v1/submissions?{query}"))

    assert problem["code"] == "validation-failed"


@pytest.mark.hostile
@pytest.mark.parametrize(
    "name",
    [
        *(
            "sub_",
            "sub_'",
            "sub_1;--",
            "..",
            "%2e%2e",
            "%00",
            "%ff",
            "a" * 64,
            "a" * 65,
            "a" * 5000,
        ),
        *("sub_%0d%0aX-A:b", "sub_🙂", "SUB_AAAAAAAAAAAAAAAAAAAAAAAAAA", "*", "null"),
    ],
)
def test_an_odd_name_of_a_submission_is_not_there(client: httpx.Client, name: str) -> None:
    for address in (f"/v1/submissions/{name}", f"/v1/submissions/{name}/log"):
        problem = the_problem(client.get(address))
        assert problem["code"] in {"not-found", "validation-failed"}


@pytest.mark.hostile
@pytest.mark.parametrize("key", ["", '""', "a" * 256, "a\tb", '"a', 'a"b', "ключ".encode()])
def test_an_idempotency_key_has_its_form(client: httpx.Client, key: str | bytes) -> None:
    given = key if isinstance(key, bytes) else key.encode()
    headers = [(b"Idempotency-Key", given), (b"Content-Type", b"application/json")]
    answer = client.post("/v1/submissions", headers=headers, content=TEXT)

    assert the_problem(answer)["code"] == "idempotency-key-required"


@pytest.mark.hostile
def test_a_value_of_a_sealed_field_is_never_echoed(client: httpx.Client, submission: str) -> None:
    name = "Canaria Secreta " * 40
    body = source(confidentiality="sealed", identity={"name": name, "contact": 7, "extra": name})
    for place in PLACES[:4]:
        answer = send(client, place, submission, json.dumps(body))
        assert the_problem(answer)["code"] == "validation-failed"
        assert "Canaria" not in answer.text
