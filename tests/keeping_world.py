"""The intake over HTTP on a database of its own, with a clock that tests move."""

import itertools
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from fastapi.testclient import TestClient
from httpx2 import Response
from sqlalchemy import Engine, select

from gaptracker.custody.sealing import generate_custodian
from gaptracker.domain.workflow import Role
from gaptracker.main.intake import make_desk
from gaptracker.main.keeping import tidy_all
from gaptracker.publish.api.app import create_api
from gaptracker.publish.api.shelf import Shelf
from gaptracker.receive.app import ROUTERS, install_intake
from gaptracker.receive.desk import Desk
from gaptracker.records.database import make_engine
from gaptracker.records.release_store import ReleaseStore
from gaptracker.records.tables import Row
from gaptracker.settings import Settings
from gaptracker.workflows.keep_or_erase import Tidied
from gaptracker.workflows.load_reference import load_reference
from gaptracker.workflows.manage_custodians import add_custodian
from gaptracker.workflows.manage_principals import add_member, create_organisation, issue_key
from gaptracker.workflows.present import Present
from tests.cli_world import EVIDENCE
from tests.migrated_databases import at_schema
from tests.small_evidence import MANIFEST, STAMP

START = datetime(2026, 11, 25, 9, 30, tzinfo=UTC)
CANARY = "CANARY-Rosa-Quispe"
CONTENT_CANARY = "CANARY-note-for-reviewers"

PEOPLE = {
    "sender": ("Harm Reduction Network", Role.CONTRIBUTOR),
    "stranger": ("Another Network", Role.CONTRIBUTOR),
    "reviewer": ("Review desk", Role.REVIEWER),
    "second": ("Review desk", Role.REVIEWER),
    "editor": ("Editors", Role.EDITOR),
    "ana": ("Custodians", Role.CUSTODIAN),
    "ben": ("Custodians", Role.CUSTODIAN),
    "keyless": ("Custodians", Role.CUSTODIAN),
    "auditor": ("Auditors", Role.AUDITOR),
}

INTAKE_TABLES = sorted(
    {table.name for table in Row.metadata.sorted_tables}
    & {
        *("submission", "submission_revision", "sealed_identity", "unseal_request", "message"),
        *("review", "attachment", "derivative", "idempotency", "job", "job_line", "outbox_event"),
        *("log_leaf", "log_detail", "checkpoint"),
    }
)

# `Any` because bodies are JSON.
Json = dict[str, Any]


def submission(ref: str = "HRN-1", *, identity: bool = True) -> Json:
    """A measure with a public source, and a sealed interview."""
    sealed: Json = {"ref": "s2", "kind": "interview", "confidentiality": "sealed"}
    if identity:
        sealed["identity"] = {"name": CANARY, "contact": f"{CANARY}@example.org"}
    return {
        "client_ref": ref,
        "language": "es",
        "note": CONTENT_CANARY,
        "items": [
            {
                "kind": "measure",
                "ref": "m1",
                "actor": "MEX",
                "theme": "harm_reduction",
                "layer": "law",
                "title": "Resolución 123-2026",
                "issuer": "Ministerio de Salud",
                "instrument": "ministerial_order",
                "in_force_from": {"date": "2026-03", "precision": "month"},
                "territory": ["MEX"],
                "sources": ["s1", "s2"],
            }
        ],
        "public_summary": {"es": "Resumen", "en": "Summary"},
        "sources": [
            {
                "ref": "s1",
                "kind": "official_gazette",
                "title": "Gaceta",
                "url": "https://www.gob.mx/x",
                "published": "2026-03-02",
                "collected_at": "2026-03-05T10:11:12Z",
                "reliability": "B",
                "confidentiality": "public",
            },
            sealed,
        ],
        "consent": {"review": True, "publish": True, "keep_metadata": False},
    }


@dataclass
class KeepingWorld:
    """An intake, its people's keys, and its clock."""

    folder: Path
    url: str
    engine: Engine
    client: TestClient
    desk: Desk
    keys: dict[str, str] = field(default_factory=dict)
    members: dict[str, str] = field(default_factory=dict)
    private: dict[str, str] = field(default_factory=dict)
    now: datetime = START
    numbers: Iterator[int] = field(default_factory=itertools.count)

    def present(self) -> Present:
        return Present(now=self.now, random=secrets.token_bytes)

    def pass_days(self, days: float) -> None:
        self.now += timedelta(days=days)

    def get(self, who: str | None, address: str) -> Response:
        headers = {} if who is None else {"Authorization": f"Bearer {self.keys[who]}"}
        return self.client.get(address, headers=headers)

    def post(self, who: str, address: str, body: Json) -> Response:
        return self.client.post(
            address,
            json=body,
            headers={
                "Authorization": f"Bearer {self.keys[who]}",
                "Idempotency-Key": f"key-{next(self.numbers)}",
            },
        )

    def send(self, ref: str = "HRN-1", *, submit: bool = False, identity: bool = True) -> str:
        body = {**submission(ref, identity=identity), "submit": submit}
        answer = self.post("sender", "/v1/submissions", body)
        assert answer.status_code == 201, answer.text
        name: str = answer.json()["id"]
        return name

    def act(self, who: str, name: str, action: str, **more: object) -> Json:
        answer = self.post(who, f"/v1/submissions/{name}/transitions", {"action": action, **more})
        assert answer.status_code == 200, answer.text
        found: Json = answer.json()
        return found

    def tidy(self) -> Tidied:
        return tidy_all(self.desk.open_work, self.desk.blobs, self.present, self.desk.promise)

    def stored(self) -> bytes:
        """Every byte on the disk: database, journal, blobs, releases."""
        return b"".join(path.read_bytes() for path in self.folder.rglob("*") if path.is_file())

    def everything(self) -> bytes:
        """Every byte on the disk, and every value of the intake's tables."""
        rows = []
        with self.engine.connect() as connection:
            for name in INTAKE_TABLES:
                found = connection.execute(select(Row.metadata.tables[name]))
                rows += [repr(tuple(row)) for row in found]
        return self.stored() + "\n".join(rows).encode()


@contextmanager
def keeping_world(url: str, folder: Path) -> Iterator[KeepingWorld]:
    """An intake on an empty database; each person has a key, each custodian one to seal to."""
    at_schema(url)
    engine = make_engine(url)
    settings = Settings(
        _env_file=None,
        data_dir=folder,
        intake_writes_per_minute=10_000,
        log_name="test.example/log",
    )
    desk = make_desk(settings, engine)
    app = create_api(
        Shelf(ReleaseStore((folder / "releases").as_posix())), watch_seconds=None, more=ROUTERS
    )
    world = KeepingWorld(folder=folder, url=url, engine=engine, client=TestClient(app), desk=desk)
    world.desk = replace(desk, present=world.present)
    install_intake(app, world.desk)
    with world.client:
        _people(world)
        yield world
    engine.dispose()


def _people(world: KeepingWorld) -> None:
    with world.desk.open_work(False) as work:
        load_reference(EVIDENCE, work, stamp=STAMP, manifest_sha256=MANIFEST)
        for name in dict.fromkeys(organisation for organisation, _ in PEOPLE.values()):
            create_organisation(name, work, world.present())
        for handle, (organisation, role) in PEOPLE.items():
            member = add_member(organisation, handle, [role], work, world.present())
            world.members[handle] = member.id
        for handle in ("ana", "ben"):
            public, world.private[handle] = generate_custodian(handle)
            add_custodian(public, work, world.present(), member=world.members[handle])
        work.commit()
    renew_keys(world)


def renew_keys(world: KeepingWorld) -> None:
    """Give everybody a new key, since none is good for longer than 90 days."""
    with world.desk.open_work(False) as work:
        for handle, name in world.members.items():
            member = work.principals.find_member(name)
            assert member is not None
            world.keys[handle] = issue_key(member, work, world.present()).secret
        work.commit()
