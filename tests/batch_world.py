"""An intake with two organisations, a worker that tests run by hand, and batches for it."""

import json
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

from fastapi.testclient import TestClient
from httpx2 import Response
from pydantic import SecretStr
from sqlalchemy import Engine, text

from gaptracker.custody.sealing import CustodianKey, generate_custodian
from gaptracker.domain.workflow import Role
from gaptracker.main.batches import write_batches
from gaptracker.main.intake import make_desk, present
from gaptracker.publish.api.app import create_api
from gaptracker.publish.api.shelf import Shelf
from gaptracker.receive.app import ROUTERS, install_intake
from gaptracker.receive.desk import Desk
from gaptracker.records.database import make_engine
from gaptracker.records.release_store import ReleaseStore
from gaptracker.settings import Settings
from gaptracker.workflows.load_reference import load_reference
from gaptracker.workflows.manage_principals import add_member, create_organisation, issue_key
from tests.migrated_databases import at_schema
from tests.small_evidence import EVIDENCE, MANIFEST, STAMP

Document = dict[str, Any]  # JSON
NDJSON, CSV, JSON = "application/x-ndjson", "text/csv", "application/json"


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchWorld:
    """An application in this process over a real database, and what its worker works with."""

    client: TestClient
    desk: Desk
    settings: Settings
    engine: Engine
    key: str
    foreign_key: str

    def post(
        self, body: bytes | Iterator[bytes], media_type: str = NDJSON, query: str = "", **more: str
    ) -> Response:
        """Send a batch with the first organisation's key."""
        headers = {**self.bearer(), "Content-Type": media_type, "Idempotency-Key": uuid4().hex}
        return self.client.post(
            f"/v1/submissions:batch{query}", content=body, headers={**headers, **more}
        )

    def sent(self, *documents: Document, query: str = "") -> str:
        """Send documents as lines; returns the job's id."""
        answer = self.post(ndjson(documents), query=query)
        assert answer.status_code == 202, answer.text
        found: str = answer.json()["id"]
        return found

    def get(self, address: str, key: str | None = None, **headers: str) -> Response:
        """Ask with a key, the first organisation's if none is given."""
        return self.client.get(address, headers={**self.bearer(key), **headers})

    def bearer(self, key: str | None = None) -> dict[str, str]:
        """The header that shows a key."""
        return {"Authorization": f"Bearer {key or self.key}"}

    def work(self) -> int:
        """Do everything there is to do; returns in how many parts."""
        done = 0
        while write_batches(self.desk):
            done += 1
        return done

    def job(self, job: str) -> Document:
        """The job as its organisation sees it."""
        found: Document = self.get(f"/v1/jobs/{job}").json()
        return found

    def results(self, job: str) -> list[Document]:
        """What became of each line."""
        return [json.loads(line) for line in self.get(f"/v1/jobs/{job}/results").text.splitlines()]

    def count(self, table: str) -> int:
        """How many rows a table has."""
        with self.engine.connect() as connection:
            return int(connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one())


def add_custodian(desk: Desk, name: str = "ana") -> str:
    """Give the installation a custodian; returns the private key."""
    public, private = generate_custodian(name)
    with desk.open_work(False) as work:
        work.custodians.add(
            present().new_id("cus"),
            CustodianKey.parse(public),
            member=None,
            created_at=present().now,
        )
        work.commit()
    return private


@contextmanager
def batch_world(database_url: str, folder: Path) -> Iterator[BatchWorld]:
    """A migrated database with actors, two organisations and their keys."""
    at_schema(database_url)
    settings = Settings(
        data_dir=folder / "data",
        database_url=SecretStr(database_url),
        intake_writes_per_minute=10_000,
        intake_reads_per_minute=10_000,
    )
    engine = make_engine(database_url)
    desk = make_desk(settings, engine)
    now = present()
    keys = []
    with desk.open_work(False) as work:
        load_reference(EVIDENCE, work, stamp=STAMP, manifest_sha256=MANIFEST)
        for name in ("Ours", "Others"):
            create_organisation(name, work, now)
            member = add_member(name, "field", [Role.CONTRIBUTOR], work, now)
            keys.append(issue_key(member, work, now).secret)
        work.commit()
    app = create_api(Shelf(ReleaseStore(settings.resolved_releases_url)), more=ROUTERS)
    install_intake(app, desk)
    with TestClient(app, raise_server_exceptions=False) as client:
        yield BatchWorld(
            client=client,
            desk=desk,
            settings=settings,
            engine=engine,
            key=keys[0],
            foreign_key=keys[1],
        )
    engine.dispose()


def ndjson(documents: Sequence[Document]) -> bytes:
    """Documents as lines."""
    return b"".join(json.dumps(each).encode() + b"\n" for each in documents)


def measure(client_ref: str | None, title: str = "Order 123", **changes: Any) -> Document:  # noqa: ANN401  JSON
    """A complete submission of one measure."""
    found: Document = {
        "language": "en",
        "items": [
            {
                "kind": "measure",
                "ref": "m1",
                "actor": "MEX",
                "theme": "harm_reduction",
                "layer": "law",
                "title": title,
                "instrument": "ministerial_order",
                "sources": ["s1"],
            }
        ],
        "sources": [
            {"ref": "s1", "kind": "official_gazette", "title": "DOF", "confidentiality": "public"}
        ],
        "consent": {"review": True, "publish": True},
        **changes,
    }
    return found if client_ref is None else {"client_ref": client_ref, **found}


def without_request_id(answer: Response) -> tuple[int, str, dict[str, str]]:
    """An answer without what differs between any two requests."""
    headers = {
        name: value
        for name, value in answer.headers.items()
        if name not in {"x-request-id", "ratelimit", "date"}
    }
    return answer.status_code, re.sub(r"urn:request:[^\"]+", "", answer.text), headers
