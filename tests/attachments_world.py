"""An intake on a real socket: people with keys, a submission that can be published, its worker."""

import hashlib
import socket
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import uvicorn
from fastapi import FastAPI
from pydantic import SecretStr

from gaptracker.domain.workflow import Role
from gaptracker.intake.digests import write_repr_digest
from gaptracker.logs import configure_logs
from gaptracker.main.attachment_chores import Clearing, copy_one, look_at_one
from gaptracker.main.intake import make_desk, present
from gaptracker.publish.api.app import create_api
from gaptracker.publish.api.shelf import Shelf
from gaptracker.receive.app import ROUTERS, install_intake
from gaptracker.receive.desk import Desk
from gaptracker.records.database import make_engine
from gaptracker.records.release_store import ReleaseStore
from gaptracker.records.unit_of_work import UnitOfWork
from gaptracker.settings import Settings
from gaptracker.workflows.errand import Errand
from gaptracker.workflows.load_reference import load_reference
from gaptracker.workflows.manage_principals import (
    add_member,
    create_organisation,
    issue_key,
    key_digest,
)
from tests.migrated_databases import at_schema
from tests.small_evidence import EVIDENCE, MANIFEST, STAMP

PEOPLE = {
    "ana": ("Sender", (Role.CONTRIBUTOR,)),
    "stranger": ("Other sender", (Role.CONTRIBUTOR,)),
    "rosa": ("Reviewers", (Role.REVIEWER,)),
    "ray": ("Reviewers", (Role.REVIEWER,)),
    "eva": ("Editors", (Role.EDITOR,)),
}
RUBRIC = {"provenance": 4, "accuracy": 4, "relevance": 4, "safety": 4}
Document = dict[str, Any]


def document(*expected: Document, keep_metadata: bool = False, **more: Any) -> Document:  # noqa: ANN401  JSON
    """A submission with nothing confidential in it, and the files that it announces."""
    return {
        "language": "es",
        "items": [
            {
                "kind": "measure",
                "ref": "m1",
                "actor": "MEX",
                "theme": "personal_use",
                "layer": "law",
                "title": "Decree 12",
                "issuer": "Ministry of Health",
                "instrument": "ministerial_order",
                "in_force_from": {"date": "2020-03", "precision": "month"},
                "territory": ["MEX"],
                "sources": ["s1"],
            }
        ],
        "public_summary": {"en": "Summary", "es": "Resumen"},
        "sources": [
            {
                "ref": "s1",
                "kind": "official_gazette",
                "title": "Gazette",
                "publisher": "Gazette",
                "url": "https://gazette.example/12",
                "published": "2020-03-02",
                "reliability": "B",
                "confidentiality": "public",
            }
        ],
        "attachments_expected": list(expected),
        "consent": {"review": True, "publish": True, "keep_metadata": keep_metadata},
        **more,
    }


def expected(ref: str, content: bytes, media_type: str) -> Document:
    return {
        "ref": ref,
        "filename": f"{ref}.bin",
        "media_type": media_type,
        "size": len(content),
        "sha256": hashlib.sha256(content).hexdigest(),
    }


@dataclass(kw_only=True)
class Intake:
    """A running intake, and what its people do with it."""

    app: FastAPI
    port: int
    folder: Path
    keys: Mapping[str, str]
    client: httpx.Client = field(repr=False)

    @property
    def desk(self) -> Desk:
        desk: Desk = self.app.state.desk
        return desk

    def ask(self, who: str, method: str, path: str, **more: Any) -> httpx.Response:  # noqa: ANN401
        headers = {"Idempotency-Key": uuid4().hex, **more.pop("headers", {})}
        if who in self.keys:
            headers["Authorization"] = f"Bearer {self.keys[who]}"
        return self.client.request(method, path, headers=headers, **more)

    def get(self, who: str, path: str, **headers: str) -> httpx.Response:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.ask(who, "GET", path, headers=named)

    def create(self, body: Document | None = None, who: str = "ana") -> str:
        answer = self.ask(who, "POST", "/v1/submissions", json=body or document())
        assert answer.status_code == 201, answer.text
        submission: str = answer.json()["id"]
        return submission

    def send(
        self,
        submission: str,
        content: bytes,
        media_type: str,
        ref: str = "a1",
        who: str = "ana",
        **headers: str,
    ) -> httpx.Response:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.ask(
            who,
            "POST",
            f"/v1/submissions/{submission}/attachments?ref={ref}",
            content=content,
            headers={
                "Content-Type": media_type,
                "Repr-Digest": write_repr_digest(hashlib.sha256(content).hexdigest()),
                **named,
            },
        )

    def attach(self, submission: str, content: bytes, media_type: str, ref: str = "a1") -> Document:
        answer = self.send(submission, content, media_type, ref)
        assert answer.status_code == 201, answer.text
        attachment: Document = answer.json()
        return attachment

    def move(self, who: str, submission: str, action: str, **more: Any) -> httpx.Response:  # noqa: ANN401
        path = f"/v1/submissions/{submission}/transitions"
        return self.ask(who, "POST", path, json={"action": action, **more})

    def advance(self, submission: str, *steps: tuple[str, str]) -> None:
        """Let people move a submission on, step by step."""
        for who, action in steps:
            more = {"rubric": RUBRIC} if action == "accept" else {}
            answer = self.move(who, submission, action, **more)
            assert answer.status_code == 200, answer.text

    def accept(self, submission: str) -> None:
        self.advance(submission, ("ana", "submit"), ("rosa", "claim"), ("rosa", "accept"))

    def publish(self, submission: str) -> None:
        self.accept(submission)
        while copy_one(self.desk):
            pass
        self.advance(submission, ("eva", "publish"))

    def errand(self, who: str, work: UnitOfWork) -> Errand:
        """An errand of somebody's, for a workflow that is called without HTTP."""
        now = present()
        principal = work.principals.principal_of(key_digest(self.keys[who]), now=now.now)
        assert principal is not None
        return Errand(principal=principal, work=work, present=now)

    def work_off(self) -> None:
        """Do what the worker would do."""
        while look_at_one(self.desk) or copy_one(self.desk):
            pass
        Clearing(self.desk)()

    def stored(self) -> list[Path]:
        """The files in the blob store, finished or not."""
        return sorted(each for each in (self.folder / "blobs").rglob("*") if each.is_file())

    def entries(self, submission: str) -> list[str]:
        """The kinds of the log's entries about a submission."""
        with self.desk.open_work(True) as work:
            found = work.custody.entries_of([submission])
        return [each.action or "" for each in found]


@contextmanager
def open_intake(folder: Path, database_url: str | None = None) -> Iterator[Intake]:
    """Run an intake on 127.0.0.1 with a new database."""
    folder.mkdir(parents=True, exist_ok=True)
    url = database_url or f"sqlite:///{folder / 'records.sqlite3'}"
    settings = Settings(
        _env_file=None,
        data_dir=folder,
        database_url=SecretStr(url),
        intake_writes_per_minute=100_000,
        intake_reads_per_minute=100_000,
        intake_strangers_per_minute=100_000,
        log_level="critical",
    )
    configure_logs(settings.log_level, settings.log_format)
    at_schema(url)
    engine = make_engine(url)
    shelf = Shelf(ReleaseStore((folder / "releases").as_posix()))
    app = create_api(shelf, watch_seconds=None, more=ROUTERS)
    install_intake(app, make_desk(settings, engine))
    keys = _people(app.state.desk)
    with _serving(app) as port, _client(port) as client:
        yield Intake(app=app, port=port, folder=folder, keys=keys, client=client)
    engine.dispose()


def _client(port: int) -> httpx.Client:
    # Patient: many readers of files start at once, on a machine that may be busy.
    return httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=60)


def _people(desk: Desk) -> dict[str, str]:
    keys = {}
    with desk.open_work(False) as work:
        load_reference(EVIDENCE, work, stamp=STAMP, manifest_sha256=MANIFEST)
        for name in dict.fromkeys(name for name, _ in PEOPLE.values()):
            create_organisation(name, work, present())
        for handle, (organisation, roles) in PEOPLE.items():
            member = add_member(organisation, handle, roles, work, present())
            keys[handle] = issue_key(member, work, present()).secret
        work.commit()
    return keys


@contextmanager
def _serving(app: FastAPI) -> Iterator[int]:
    listening = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(
        uvicorn.Config(app, log_config=None, access_log=False, lifespan="off", ws="none")
    )
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    try:
        yield int(listening.getsockname()[1])
    finally:
        server.should_exit = True
        thread.join(10)
        listening.close()
