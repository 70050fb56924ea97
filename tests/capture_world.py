"""An intake that may call a test's own server, a draft in it, and a worker that captures pages."""

import gzip
import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx
from httpx2 import Response
from sqlalchemy import text

from gaptracker.intake.guarded_network import Resolver
from gaptracker.intake.http import OutgoingLimits, make_client
from gaptracker.main.captures import capture_client, capture_one
from gaptracker.receive.desk import Outgoing
from gaptracker.workflows.capture_links import capture_rules
from gaptracker.workflows.load_reference import load_reference
from tests.attachments_world import document
from tests.events_world import TRIAL, Member, World, intake_on
from tests.small_evidence import EVIDENCE, MANIFEST, STAMP

Document = dict[str, Any]  # JSON


@dataclass
class Captures:
    """A draft of Ana's, and what is captured into it."""

    world: World
    draft: str
    # So that tests of slow servers are quick.
    seconds: float = 5.0
    resolver: Resolver | None = field(default=None)

    def ask(
        self,
        url: str,
        ref: str = "w1",
        who: Member | None = None,
        draft: str | None = None,
        key: str | None = None,
    ) -> Response:
        address = f"/v1/submissions/{draft or self.draft}/links"
        asked = {"url": url, "ref": ref}
        return self.world.ask("POST", address, who or self.world.ana, json=asked, key=key)

    def asked(self, url: str, ref: str = "w1") -> str:
        """Ask for a capture that is taken in; the job's address."""
        answer = self.ask(url, ref)
        assert answer.status_code == 202, answer.text
        address: str = answer.headers["location"]
        assert address == f"/v1/jobs/{answer.json()['id']}"
        return address

    def client(self) -> httpx.Client:
        desk = self.world.desk
        if self.resolver is None:
            return capture_client(desk, seconds=self.seconds)
        limits = OutgoingLimits(seconds=self.seconds, response_bytes=desk.limits.attachment_bytes)
        rules = capture_rules(desk.outgoing.rules)
        return make_client(rules, limits, contact="ops@gaptracker.example", resolver=self.resolver)

    def work(self) -> int:
        """Capture everything that is due; returns in how many rounds."""
        done = 0
        with self.client() as client:
            while capture_one(self.world.desk, client):
                done += 1
        return done

    def job(self, address: str) -> Document:
        found: Document = self.world.get(address, self.world.ana)
        return found

    def failed(self, url: str) -> Document:
        """Ask for a capture that comes to nothing; the problem that it ends with."""
        address = self.asked(url)
        assert self.work() == 1
        job = self.job(address)
        assert job["state"] == "failed", job
        assert job["counts"] == {"read": 1, "created": 0, "unchanged": 0, "failed": 1}
        assert self.files() == []
        assert self.count("job_input") == 0
        problem: Document = job["problem"]
        return problem

    def files(self) -> list[Document]:
        found: list[Document] = self.world.get(
            f"/v1/submissions/{self.draft}/attachments", self.world.ana
        )["data"]
        return found

    def archive(self, attachment: Document) -> bytes:
        """The unpacked bytes of a captured file."""
        answer = self.world.ask("GET", attachment["links"]["content"], self.world.ana)
        assert answer.status_code == 200, answer.text
        return gzip.GzipFile(fileobj=io.BytesIO(answer.content)).read()

    def count(self, table: str) -> int:
        with self.world.engine.connect() as connection:
            return int(connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one())


@contextmanager
def captures_on(database_url: str, outgoing: Outgoing = TRIAL) -> Iterator[Captures]:
    """An intake on a new database, with a draft."""
    with intake_on(database_url, outgoing) as world:
        with world.desk.open_work(False) as work:
            load_reference(EVIDENCE, work, stamp=STAMP, manifest_sha256=MANIFEST)
            work.commit()
        answer = world.ask("POST", "/v1/submissions", world.ana, json=document())
        assert answer.status_code == 201, answer.text
        yield Captures(world=world, draft=answer.json()["id"])
