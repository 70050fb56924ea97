"""A whole intake for tests: organisations, members and keys in a migrated database.

Two doors lead in: workflows in this process (`Cast.errand`), and a real server on the loopback
(`serving`). Each goes through the program's own code; nothing of it is replaced.
"""

import copy
import os
import secrets
import socket
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
from sqlalchemy import Connection, Engine

from gaptracker.custody.content_box import KEY_BYTES, ContentBox
from gaptracker.custody.sealing import CustodianKey, generate_custodian
from gaptracker.domain.principals import Principal
from gaptracker.domain.workflow import Role
from gaptracker.main.app import create_server
from gaptracker.records.database import make_engine
from gaptracker.records.key_files import content_box_of
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
from gaptracker.workflows.present import Present
from tests.migrated_databases import at_schema
from tests.small_evidence import EVIDENCE, MANIFEST, STAMP

# Asks for the full counts of the long tests; every run makes do with fewer.
THOROUGH = os.environ.get("TESTS_THOROUGH") == "1"

Document = dict[str, Any]  # JSON
START = datetime(2026, 11, 25, 12, tzinfo=UTC)
SENDERS, OTHERS, DESK = "Harm Reduction Network", "Another network", "Review desk"
# Handle, organisation, roles: everybody whom the workflow knows.
PEOPLE: tuple[tuple[str, str, frozenset[Role]], ...] = (
    ("sender", SENDERS, frozenset({Role.CONTRIBUTOR})),
    ("colleague", SENDERS, frozenset({Role.CONTRIBUTOR})),
    ("sender_admin", SENDERS, frozenset({Role.ORG_ADMIN})),
    ("stranger", OTHERS, frozenset({Role.CONTRIBUTOR})),
    ("reviewer", DESK, frozenset({Role.REVIEWER})),
    ("second_reviewer", DESK, frozenset({Role.REVIEWER})),
    ("editor", DESK, frozenset({Role.EDITOR})),
    ("second_editor", DESK, frozenset({Role.EDITOR})),
    ("coder", DESK, frozenset({Role.CODER})),
    ("custodian", DESK, frozenset({Role.CUSTODIAN})),
    ("second_custodian", DESK, frozenset({Role.CUSTODIAN})),
    ("auditor", DESK, frozenset({Role.AUDITOR})),
    ("operator", DESK, frozenset({Role.OPERATOR})),
    ("service", DESK, frozenset({Role.SERVICE})),
    # Has every part at once, and may still not play two of them on one submission.
    ("everything", DESK, frozenset({Role.CONTRIBUTOR, Role.REVIEWER, Role.EDITOR})),
)
RUBRIC = {"provenance": 4, "accuracy": 4, "relevance": 4, "safety": 4}

DOCUMENT: Document = {
    "language": "es",
    "items": [
        {
            "kind": "measure",
            "ref": "m1",
            "actor": "MEX",
            "theme": "harm_reduction",
            "layer": "law",
            "title": "Decree 12",
            "issuer": "Ministry of Health",
            "instrument": "ministerial_order",
            "in_force_from": {"date": "2026-03", "precision": "month"},
            "sources": ["s1", "s2"],
        }
    ],
    "public_summary": {"en": "Naloxone is given out in pharmacies."},
    "sources": [
        {
            "ref": "s1",
            "kind": "official_gazette",
            "title": "Gazette of 2 March",
            "publisher": "Gazette",
            "url": "https://gazette.example/1",
            "published": "2026-03-02",
            "reliability": "B",
            "confidentiality": "public",
        },
        {
            "ref": "s2",
            "kind": "press",
            "title": "A report",
            "publisher": "A newspaper",
            "url": "https://press.example/1",
            "reliability": "B",
            "confidentiality": "public",
        },
    ],
    "consent": {"review": True, "publish": True},
}


def document(change: Callable[[Document], object] | None = None) -> Document:
    """A submission whose parts are all public, changed."""
    made = copy.deepcopy(DOCUMENT)
    if change is not None:
        change(made)
    return made


def at(days: float = 0.0) -> Present:
    """The moment some days after the beginning, with real randomness."""
    return Present(now=START + timedelta(days=days), random=secrets.token_bytes)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cast:
    """Everybody, with a key each, in one database.

    `custodian_secret` is the private key to which identities are sealed; no program holds it.
    """

    bind: Engine | Connection
    box: ContentBox
    secrets: Mapping[str, str]
    custodian_secret: str

    def work(self, *, read_only: bool = False) -> UnitOfWork:
        """Open a unit of work."""
        return UnitOfWork(self.bind, read_only=read_only, box=self.box)

    def principal(self, handle: str, work: UnitOfWork, now: datetime) -> Principal:
        """Whom a member's key speaks for."""
        found = work.principals.principal_of(key_digest(self.secrets[handle]), now=now)
        assert found is not None, f"the key of {handle} opens nothing"
        return found

    def errand(self, handle: str, work: UnitOfWork, present: Present) -> Errand:
        """An errand of a member."""
        return Errand(
            principal=self.principal(handle, work, present.now), work=work, present=present
        )


def fill(engine: Engine, box: ContentBox, present: Present) -> Cast:
    """Put everybody into a migrated, empty database."""
    keys: dict[str, str] = {}
    members: dict[str, str] = {}
    public, private = generate_custodian("custodian-1")
    with UnitOfWork(engine, box=box) as work:
        load_reference(EVIDENCE, work, stamp=STAMP, manifest_sha256=MANIFEST)
        for name in (SENDERS, OTHERS, DESK):
            create_organisation(name, work, present)
        for handle, organisation, roles in PEOPLE:
            member = add_member(organisation, handle, roles, work, present)
            keys[handle] = issue_key(member, work, present).secret
            members[handle] = member.id
        custodian = CustodianKey.parse(public)
        work.custodians.add(
            "cus_first", custodian, member=members["custodian"], created_at=present.now
        )
        work.commit()
    return Cast(bind=engine, box=box, secrets=keys, custodian_secret=private)


@contextmanager
def cast_on(url: str, present: Present | None = None) -> Iterator[Cast]:
    """Everybody in a new database, for workflows in this process."""
    at_schema(url)
    engine = make_engine(url)
    try:
        yield fill(
            engine, ContentBox(secrets.token_bytes(KEY_BYTES), secrets.token_bytes), present or at()
        )
    finally:
        engine.dispose()


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """A server on the loopback, and how each member asks it."""

    base: str
    cast: Cast
    settings: Settings

    def client(self, handle: str | None, **options: Any) -> httpx.Client:  # noqa: ANN401  httpx's own
        """A client with a member's key, or with none."""
        headers = dict(options.pop("headers", {}))
        if handle is not None:
            headers["Authorization"] = f"Bearer {self.cast.secrets[handle]}"
        return httpx.Client(
            base_url=self.base, headers=headers, timeout=60, trust_env=False, **options
        )


def settings_for(folder: Path, url: str, **more: Any) -> Settings:  # noqa: ANN401  settings of every type
    """Settings of a server in a folder, whose rates do not stand in a test's way."""
    rates = dict.fromkeys(
        ("intake_reads_per_minute", "intake_writes_per_minute", "intake_strangers_per_minute"),
        1_000_000,
    )
    given: dict[str, Any] = {"data_dir": folder, "database_url": url, "port": 0, **rates, **more}
    return Settings(_env_file=None, **given)


def cast_for(settings: Settings) -> Cast:
    """Everybody in the database of some settings, with the key of their data folder."""
    url = settings.resolved_database_url
    at_schema(url)
    box = content_box_of(settings.resolved_content_key_file, secrets.token_bytes)
    now = Present(now=datetime.now(UTC), random=secrets.token_bytes)  # noqa: TID251  a real server's clock
    return fill(make_engine(url), box, now)


@contextmanager
def serving(folder: Path, url: str, **more: Any) -> Iterator[Served]:  # noqa: ANN401  settings of every type
    """A server of the whole application on a free port, in a thread of this process."""
    settings = settings_for(folder, url, **more)
    cast = cast_for(settings)
    server = create_server(settings)
    with socket.create_server(("127.0.0.1", 0), backlog=256) as listening:
        thread = threading.Thread(
            target=server.run, kwargs={"sockets": [listening]}, name="served", daemon=True
        )
        thread.start()
        wait_for(lambda: server.started or not thread.is_alive())
        assert server.started, "the server ended before it began"
        try:
            yield Served(
                base=f"http://127.0.0.1:{listening.getsockname()[1]}", cast=cast, settings=settings
            )
        finally:
            server.should_exit = True
            thread.join(60)
            dispose(cast)


def dispose(cast: Cast) -> None:
    """Close every connection to the database."""
    assert isinstance(cast.bind, Engine)
    cast.bind.dispose()


def wait_for(true: Callable[[], bool], seconds: float = 90.0) -> None:
    """Wait until something is true.

    Raises:
        TimeoutError: If it is not within that time.
    """
    until = time.monotonic() + seconds
    while not true():
        if time.monotonic() > until:
            raise TimeoutError(f"waited {seconds} s")
        time.sleep(0.01)


def once(**headers: str) -> dict[str, str]:
    """Headers of a writing request that was never sent before."""
    return {"Idempotency-Key": f'"{uuid4()}"', "Content-Type": "application/json", **headers}
