"""What must not be found anywhere is sent, put through a whole life, and looked for everywhere.

Every field that is sealed or restricted gets a word of its own that occurs nowhere else. Sealed
ones may be nowhere; the others only in answers to those who may read them, and in no file.
"""

import secrets
import sqlite3
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest
from sqlalchemy import Engine, text
from sqlalchemy.engine import make_url

from gaptracker.custody.sealing import SealedCopy, unseal
from gaptracker.receive.access import ACCESS
from tests.intake_world import (
    PEOPLE,
    RUBRIC,
    Cast,
    Document,
    cast_for,
    dispose,
    document,
    once,
    settings_for,
)
from tests.killed_world import Killable

ADDRESS = "127.0.0.77"
OWN = frozenset({"sender", "colleague"})
REVIEWING = frozenset({"reviewer", "second_reviewer", "editor", "second_editor", "everything"})
NOBODY: frozenset[str] = frozenset()
# Each canary, and who may ever see it in an answer.
ENTITLED: Mapping[str, frozenset[str]] = {
    "identity-name": NOBODY,
    "identity-contact": NOBODY,
    "identity-testimony": NOBODY,
    "identity-edited": NOBODY,
    "identity-refused": NOBODY,
    "sealed-title": NOBODY,
    "sealed-publisher": NOBODY,
    "restricted-title": OWN | REVIEWING,
    "restricted-item": OWN | REVIEWING,
    "organisation-title": OWN | {"reviewer", "second_reviewer"},
    "village": OWN | REVIEWING,
    "collector": OWN | REVIEWING,
    "note": OWN | REVIEWING,
    "item-note": OWN | REVIEWING,
    "edited-note": OWN | REVIEWING,
    "filename": OWN | REVIEWING,
    "message": OWN | REVIEWING,
    "comment": OWN | REVIEWING,
    "internal-message": REVIEWING,
    "internal-note": REVIEWING,
    "user-agent": NOBODY,
    "referer": NOBODY,
}
WORD: Mapping[str, str] = {name: f"kanarie{secrets.token_hex(8)}" for name in ENTITLED}


def with_canaries(content: Document) -> None:
    """Put a word into each field that is not public."""
    item = content["items"][0]
    item["note"] = WORD["item-note"]
    hidden = {
        **item,
        "ref": "m2",
        "title": WORD["restricted-item"],
        "confidentiality": "restricted",
    }
    content["items"].append(hidden)
    content["note"] = WORD["note"]
    content["sources"][0]["collected_by"] = WORD["collector"]
    content["sources"] += [
        {
            "ref": "s3",
            "kind": "interview",
            "title": WORD["sealed-title"],
            "publisher": WORD["sealed-publisher"],
            "confidentiality": "sealed",
            "identity": {
                "name": WORD["identity-name"],
                "contact": WORD["identity-contact"],
                "testimony": WORD["identity-testimony"],
            },
        },
        {"ref": "s4", "kind": "internal_document", "title": WORD["restricted-title"]},
        {
            "ref": "s5",
            "kind": "field_observation",
            "title": WORD["organisation-title"],
            "confidentiality": "organisation",
        },
    ]
    content["event"] = {"place": {"territory": "MEX", "locality": WORD["village"]}}


@dataclass(slots=True, kw_only=True)
class Heard:
    """Everything that anybody was answered, headers and bodies."""

    base: str
    cast: Cast
    by_handle: dict[str, list[bytes]] = field(default_factory=lambda: defaultdict(list))
    clients: dict[str, httpx.Client] = field(default_factory=dict)

    def ask(
        self, handle: str, method: str, address: str, body: object = None, **headers: str
    ) -> httpx.Response:
        """Ask as a member, from an address and with headers that must leave no trace."""
        sent: dict[str, Any] = {} if body is None else {"json": body}
        answer = self.client(handle).request(method, address, headers=once(**headers), **sent)
        self.by_handle[handle].append(str(answer.headers).encode() + answer.content)
        return answer

    def client(self, handle: str) -> httpx.Client:
        """A member's client; nobody's has no key."""
        if handle not in self.clients:
            key = self.cast.secrets.get(handle)
            self.clients[handle] = httpx.Client(
                base_url=self.base,
                transport=httpx.HTTPTransport(local_address=ADDRESS),
                headers={
                    "User-Agent": WORD["user-agent"],
                    "Referer": f"https://{WORD['referer']}.example/",
                    **({} if key is None else {"Authorization": f"Bearer {key}"}),
                },
                timeout=60,
            )
        return self.clients[handle]

    def do(self, handle: str, name: str, action: str, **given: Any) -> httpx.Response:  # noqa: ANN401  JSON
        """Do an action that has to be possible."""
        answer = self.ask(
            handle, "POST", f"/v1/submissions/{name}/transitions", {"action": action, **given}
        )
        assert answer.status_code == 200, answer.text
        return answer

    def everybody_reads(self, name: str) -> None:
        """Everybody asks for everything of a submission, and for every list."""
        about = f"/v1/submissions/{name}"
        reading = [
            path.replace("{submission_id}", name).replace("{number}", "1")
            for method, path in ACCESS
            if method == "GET" and path.count("{") - path.count("{number}") <= 1
        ]
        reading += [f"{about}/diff?from=1&to=2", f"{about}/revisions/2", "/v1/exports/evidence.csv"]
        for handle in ("nobody", *(handle for handle, _, _ in PEOPLE)):
            for address in (*reading, "/healthz", "/readyz", "/metrics", "/v1/openapi.json"):
                if "{" not in address:
                    self.ask(handle, "GET", address)


@dataclass(frozen=True, slots=True, kw_only=True)
class Afterwards:
    """A life that is over: what was heard, and every place in which something was kept."""

    heard: Heard
    kept: Mapping[str, bytes]
    identities: tuple[bytes, ...]


@pytest.fixture(params=["sqlite", "postgresql"], scope="module")
def afterwards(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Afterwards:
    folder = tmp_path_factory.mktemp("canaries")
    url = f"sqlite:///{folder / 'records.sqlite3'}"
    if request.param == "postgresql":
        url = new_database(request.getfixturevalue("postgres_server_url"))
    settings = settings_for(folder, url)
    cast = cast_for(settings)
    server = Killable(
        settings=settings,
        folder=folder,
        environment={"GAPTRACKER_LOG_LEVEL": "debug", "GAPTRACKER_LOG_FORMAT": "json"},
    )
    server.start()
    heard = Heard(base=server.base, cast=cast)
    try:
        identities = live(heard)
        assert isinstance(cast.bind, Engine)
        kept = {**files_under(folder), **dump(cast.bind, folder)}
    finally:
        server.kill()
        dispose(cast)
        for client in heard.clients.values():
            client.close()
    return Afterwards(heard=heard, kept=kept, identities=identities)


def new_database(server_url: str) -> str:
    with psycopg.connect(server_url, autocommit=True) as connection:
        connection.execute("CREATE DATABASE canaries")
    url = make_url(server_url).set(drivername="postgresql+psycopg", database="canaries")
    return url.render_as_string(hide_password=False)


def live(heard: Heard) -> tuple[bytes, ...]:
    """Create, fail, edit, submit, review, publish, supersede, withdraw; the sealed identities."""
    body = document(with_canaries)
    made = heard.ask("sender", "POST", "/v1/submissions", body, **{"Idempotency-Key": "first"})
    assert made.status_code == 201, made.text
    name: str = made.json()["id"]
    about = f"/v1/submissions/{name}"
    wrong = document(with_canaries)
    wrong["sources"][2]["identity"] = {"name": WORD["identity-refused"], "contact": 7}
    for address in ("/v1/submissions", "/v1/submissions:validate"):
        assert heard.ask("sender", "POST", address, wrong).status_code == 422
    edited = [*body["sources"][:2], *body["sources"][2:]]
    edited[2] = {**edited[2], "identity": {"name": WORD["identity-edited"]}}
    patch = {"note": WORD["edited-note"], "sources": edited}
    assert heard.ask("sender", "PATCH", about, patch, **{"If-Match": "*"}).status_code == 200
    heard.everybody_reads(name)
    identities = sealed(heard.cast, name)
    heard.do("sender", name, "submit")
    heard.do("reviewer", name, "claim")
    said = {"text": WORD["internal-message"], "visibility": "internal"}
    assert heard.ask("reviewer", "POST", f"{about}/messages", said).status_code == 201
    asked = {"comment": WORD["comment"], "internal_note": WORD["internal-note"]}
    heard.do("reviewer", name, "request_info", **asked)
    said = {"text": WORD["message"]}
    assert heard.ask("sender", "POST", f"{about}/messages", said).status_code == 201
    heard.everybody_reads(name)
    heard.do("sender", name, "resubmit")
    accept(heard, name)
    heard.do("editor", name, "publish")
    heard.everybody_reads(name)
    successor = heard.ask("sender", "POST", "/v1/submissions", {**document(), "submit": True})
    accept(heard, successor.json()["id"])
    heard.do("editor", name, "supersede", successor=successor.json()["id"])
    heard.everybody_reads(name)
    again = heard.ask("sender", "POST", "/v1/submissions", body, **{"Idempotency-Key": "other"})
    heard.do("colleague", again.json()["id"], "withdraw")
    before = len(heard.by_handle["sender"])
    replayed = heard.ask("sender", "POST", "/v1/submissions", body, **{"Idempotency-Key": "other"})
    assert replayed.headers["idempotency-replayed"] == "true"
    heard.everybody_reads(again.json()["id"])
    withdrawn = b"".join(
        answer
        for handle in heard.by_handle
        for answer in heard.by_handle[handle][before:]
        if again.json()["id"].encode() in answer
    )
    assert WORD["note"].encode() not in withdrawn
    return identities


def accept(heard: Heard, name: str) -> None:
    """Two reviewers agree."""
    heard.do("reviewer", name, "claim")
    for decision in ("join", "second"):
        body = {"decision": decision, "internal_note": WORD["internal-note"]}
        answer = heard.ask("second_reviewer", "POST", f"/v1/submissions/{name}/reviews", body)
        assert answer.status_code == 201, answer.text
    heard.do("reviewer", name, "accept", rubric=RUBRIC)


def sealed(cast: Cast, name: str) -> tuple[bytes, ...]:
    """What the custodian can open of a submission."""
    with cast.work(read_only=True) as work:
        keys = dict(work.custodians.active())
        return tuple(
            unseal(
                SealedCopy(
                    custodian=keys[each.custodian].name,
                    fingerprint=keys[each.custodian].fingerprint,
                    ciphertext=each.ciphertext,
                ),
                cast.custodian_secret,
            )
            for each in work.submissions.identities(name)
            if each.ciphertext is not None
        )


def files_under(folder: Path) -> dict[str, bytes]:
    """Every file: the database, its write-ahead log, blobs, and what the server logged."""
    return {
        str(file.relative_to(folder)): file.read_bytes()
        for file in sorted(folder.rglob("*"))
        if file.is_file()
    }


def dump(engine: Engine, folder: Path) -> dict[str, bytes]:
    """A backup as an operator makes one, and all rows of all tables in words."""
    if engine.dialect.name == "sqlite":
        backup = folder / "backup.sqlite3"
        with sqlite3.connect(folder / "records.sqlite3") as source, sqlite3.connect(backup) as copy:
            source.backup(copy)
            rows = "\n".join(copy.iterdump())
        source.close()
        copy.close()
        return {"backup": backup.read_bytes(), "dump": rows.encode()}
    with engine.connect() as connection:
        names = connection.execute(
            text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        ).scalars()
        rows = "\n".join(
            str(row)
            for name in names.all()
            for row in connection.execute(text(f'SELECT t::text FROM "{name}" t')).scalars()
        )
        folder = Path(connection.execute(text("SHOW data_directory")).scalar_one())
    logs = [*folder.glob("pg_wal/*"), *folder.glob("base/*/*"), *folder.glob("*log*")]
    files = {each.name: each.read_bytes() for each in logs if each.is_file()}
    return {"dump": rows.encode(), **files}


def places(kept: Mapping[str, bytes], found: Callable[[bytes], bool]) -> list[str]:
    return [name for name, content in kept.items() if found(content)]


@pytest.mark.hostile(id="canaries-on-disk")
@pytest.mark.parametrize("name", ENTITLED)
def test_no_canary_is_in_any_file_log_or_backup(afterwards: Afterwards, name: str) -> None:
    word = WORD[name].encode()
    assert places(afterwards.kept, lambda content: word in content) == []


@pytest.mark.hostile(id="canaries-in-answers")
@pytest.mark.parametrize("name", ENTITLED)
def test_a_canary_is_answered_to_those_who_may_read_it_and_to_nobody_else(
    afterwards: Afterwards, name: str
) -> None:
    word, entitled = WORD[name].encode(), ENTITLED[name]
    told = {
        handle
        for handle, answers in afterwards.heard.by_handle.items()
        if any(word in answer for answer in answers)
    }
    assert told <= entitled, told - entitled


@pytest.mark.hostile(id="client-address")
def test_nothing_says_where_anybody_asked_from(afterwards: Afterwards) -> None:
    everything = dict(afterwards.kept)
    for handle, answers in afterwards.heard.by_handle.items():
        everything[f"answers to {handle}"] = b"".join(answers)

    assert places(everything, lambda content: ADDRESS.encode() in content) == []


def test_the_canaries_were_alive(afterwards: Afterwards) -> None:
    """Else the tests above would find nothing because nothing was there."""
    heard = b"".join(
        answer for answers in afterwards.heard.by_handle.values() for answer in answers
    )
    sent = {"user-agent", "referer", "filename"}
    silent = {
        name
        for name, entitled in ENTITLED.items()
        if entitled and WORD[name].encode() not in heard and name not in sent
    }
    opened = b"".join(afterwards.identities)

    assert silent <= {"internal-note"}, silent
    for name in ("identity-name", "identity-testimony", "identity-edited", "sealed-title"):
        assert WORD[name].encode() in opened, name
    log = afterwards.kept["serve.log"]
    assert b"/v1/submissions/{submission_id}" in log
