"""An intake with two organisations, a clock that stands until it is moved, and events to tell."""

import asyncio
import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from fastapi.testclient import TestClient
from httpx2 import Response
from sqlalchemy import Engine

from gaptracker.custody.content_box import ContentBox
from gaptracker.custody.signed_notes import LogKey
from gaptracker.domain.delivery import EventType
from gaptracker.domain.principals import Principal
from gaptracker.domain.workflow import Role
from gaptracker.intake.addresses import OutgoingRules
from gaptracker.intake.methodology_files import shipped_methodology, shipped_versions
from gaptracker.main.webhooks import ANY_PORT
from gaptracker.publish.api.app import create_api
from gaptracker.publish.api.shelf import Shelf
from gaptracker.receive.app import ROUTERS, install_intake
from gaptracker.receive.desk import Desk, Outgoing
from gaptracker.receive.rates import Rates
from gaptracker.records.blob_store import BlobStore
from gaptracker.records.custody_repository import OutboxEvent
from gaptracker.records.release_store import ReleaseStore
from gaptracker.records.unit_of_work import UnitOfWork
from gaptracker.workflows.errand import Errand
from gaptracker.workflows.known_names import KnownNames
from gaptracker.workflows.manage_principals import (
    add_member,
    create_organisation,
    issue_key,
    key_digest,
)
from gaptracker.workflows.present import Present
from tests.migrated_databases import migrated

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
TRIAL = Outgoing(
    rules=OutgoingRules(schemes=frozenset({"http", "https"}), ports=ANY_PORT, allow_loopback=True),
    contact="ops@gaptracker.example",
)


@dataclass
class Clock:
    """Where the world is in time."""

    now: datetime = NOON

    def present(self) -> Present:
        return Present(now=self.now, random=secrets.token_bytes)

    def wait(self, **how_long: float) -> None:
        self.now += timedelta(**how_long)


@dataclass
class Member:
    """Somebody with a key."""

    principal: Principal
    key: str

    @property
    def organisation(self) -> str:
        return self.principal.organisation


@dataclass
class World:
    """The intake, and who uses it."""

    desk: Desk
    engine: Engine
    clock: Clock
    client: TestClient
    ana: Member
    # Of another organisation.
    bo: Member

    def ask(self, method: str, address: str, who: Member, **more: Any) -> Response:  # noqa: ANN401
        headers = {"Authorization": f"Bearer {who.key}"}
        if method == "POST":
            headers["Idempotency-Key"] = more.pop("key", None) or secrets.token_hex(8)
        return self.client.request(method, address, headers=headers, **more)

    def get(self, address: str, who: Member) -> Any:  # noqa: ANN401  JSON of every shape
        answer = self.ask("GET", address, who)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def tell(
        self,
        organisation: str | None,
        kind: EventType = EventType.SUBMISSION_SUBMITTED,
        count: int = 1,
    ) -> list[str]:
        """Commit some events together; their ids."""
        with self.desk.open_work(False) as work:
            present = self.clock.present()
            ids = [present.new_id("evt") for _ in range(count)]
            for event in ids:
                self._tell(event, organisation, kind, work)
            work.commit()
        return ids

    def _tell(
        self, event: str, organisation: str | None, kind: EventType, work: UnitOfWork
    ) -> None:
        name = f"sub_{event[4:]}"
        data = {"id": name, "revision": 1, "links": {"self": f"/v1/submissions/{name}"}}
        work.custody.tell(
            OutboxEvent(
                id=event, type=kind, organisation=organisation, data=data, at=self.clock.now
            )
        )

    def register(self, url: str, who: Member, types: Sequence[str] = ()) -> dict[str, Any]:
        body = {"url": url, "types": list(types)} if types else {"url": url}
        answer = self.ask("POST", "/v1/webhook-endpoints", who, json=body)
        assert answer.status_code == 201, answer.text
        found: dict[str, Any] = answer.json()
        return found

    @contextmanager
    def errand(self, who: Member) -> Iterator[Errand]:
        with self.desk.open_work(False) as work:
            yield Errand(principal=who.principal, work=work, present=self.clock.present())


@contextmanager
def intake_on(database_url: str, outgoing: Outgoing = TRIAL) -> Iterator[World]:
    """An intake on a new database."""
    clock, box = Clock(), ContentBox(bytes(32), secrets.token_bytes)
    with migrated(database_url) as engine:

        def open_work(reads_only: bool) -> UnitOfWork:
            return UnitOfWork(engine, read_only=reads_only, box=box)

        desk = Desk(
            open_work=open_work,
            blobs=BlobStore("memory://blobs"),
            log_key=LogKey.generate("gaptracker.example/log"),
            known=KnownNames(shipped_methodology(shipped_versions()[-1]), lambda: open_work(True)),
            writers=asyncio.Semaphore(1),
            present=clock.present,
            rates=Rates(reads=9_999, writes=9_999, strangers=99, random=secrets.token_bytes),
            outgoing=outgoing,
        )
        app = create_api(Shelf(ReleaseStore("memory://releases")), watch_seconds=None, more=ROUTERS)
        install_intake(app, desk)
        ana, bo = (_member(name, desk) for name in ("Network A", "Network B"))
        yield World(desk, engine, clock, TestClient(app), ana, bo)


def _member(name: str, desk: Desk) -> Member:
    with desk.open_work(False) as work:
        present = desk.present()
        create_organisation(name, work, present)
        member = add_member(name, "field", [Role.CONTRIBUTOR], work, present)
        issued = issue_key(member, work, present)
        work.commit()
    with desk.open_work(True) as work:
        principal = work.principals.principal_of(key_digest(issued.secret), now=present.now)
    assert principal is not None
    return Member(principal=principal, key=issued.secret)
