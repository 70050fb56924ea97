"""The whole intake over HTTP: an organisation that sends, a desk that reviews, edits and codes.

The records hold the small evidence. `published` walks a submission through all hands.
"""

import json
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

from fastapi.testclient import TestClient
from httpx2 import Response
from pydantic import SecretStr

from gaptracker.domain.submissions import Submission
from gaptracker.domain.vocabulary import ItemKind
from gaptracker.domain.workflow import Role, State
from gaptracker.main.intake import make_desk, present
from gaptracker.publish.api.app import create_api
from gaptracker.publish.api.shelf import Shelf
from gaptracker.receive.app import ROUTERS, install_intake
from gaptracker.receive.desk import Desk
from gaptracker.records.database import make_engine
from gaptracker.records.release_store import ReleaseStore
from gaptracker.records.unit_of_work import UnitOfWork
from gaptracker.settings import Settings
from gaptracker.workflows.apply_corrections import Corrected
from gaptracker.workflows.load_reference import load_reference
from gaptracker.workflows.manage_principals import add_member, create_organisation, issue_key
from gaptracker.workflows.present import Present
from gaptracker.workflows.read_evidence import read_corrected
from tests.migrated_databases import at_schema
from tests.small_evidence import BY_MACHINE, EVIDENCE, MANIFEST, STAMP, STATUTE

REFERENCE = replace(
    EVIDENCE,
    codings=(BY_MACHINE, replace(BY_MACHINE, item=STATUTE.id, item_kind=ItemKind.MEASURE, rung=0)),
)
PEOPLE = {
    "sender": ("network", Role.CONTRIBUTOR),
    "own_coder": ("network", Role.CODER),
    "reviewer": ("desk", Role.REVIEWER),
    "second": ("desk", Role.REVIEWER),
    "editor": ("desk", Role.EDITOR),
    "other_editor": ("desk", Role.EDITOR),
    "coder": ("desk", Role.CODER),
    "other_coder": ("desk", Role.CODER),
}
SOURCE = {
    "ref": "s1",
    "kind": "official_gazette",
    "title": "Official gazette 12",
    "url": "https://example.org/gazette",
    "published": "2019-03-02",
    "reliability": "B",
    "confidentiality": "public",
}
DECREE = {
    "kind": "measure",
    "ref": "m1",
    "actor": "MEX",
    "theme": "personal_use",
    "layer": "law",
    "instrument": "statute",
    "title": "Decree 12",
    "in_force_from": "2019-03",
    "sources": ["s1"],
}
NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
RUBRIC = {"provenance": 5, "accuracy": 5, "relevance": 5, "safety": 5}


def the_present() -> Present:
    """Noon of the day, with new randomness."""
    return Present(now=NOW, random=secrets.token_bytes)


def envelope(name: str, organisation: str, member: str) -> Submission:
    """A submission without content."""
    return Submission(
        id=name,
        organisation=organisation,
        created_by=member,
        client_ref=None,
        state=State.PUBLISHED,
        revision=1,
        content_sha256="a" * 64,
        consent_to_publish=True,
        has_confidential=False,
        legal_hold=False,
        created_at=NOW,
        changed_at=NOW,
        touched_at=NOW,
        published_revision=1,
    )


def correction(record: str, *changes: tuple[str, str | None, str | None]) -> dict[str, Any]:
    """A correction of fields: each what it is, what is wrong, what it should be."""
    return {
        "kind": "correction",
        "ref": "c1",
        "record": record,
        "changes": [
            {"field": name, "is_wrong": wrong, "should_be": right} for name, wrong, right in changes
        ],
        "reason": "The gazette has it otherwise.",
        "sources": ["s1"],
    }


@dataclass
class DeskWorld:
    """The intake's application and the keys of everybody."""

    client: TestClient
    folder: Path
    keys: dict[str, str] = field(default_factory=dict)
    members: dict[str, str] = field(default_factory=dict)

    @property
    def desk(self) -> Desk:
        desk: Desk = self.client.app.state.desk  # type: ignore[attr-defined]  # an ASGI app's
        return desk

    def open(self) -> UnitOfWork:
        return self.desk.open_work(False)

    def ask(
        self, method: str, address: str, who: str, body: object = None, *, key: str | None = None
    ) -> Response:
        sent = {"Authorization": f"Bearer {self.keys[who]}"}
        if method == "POST":
            sent["Idempotency-Key"] = key or uuid4().hex
            sent["Content-Type"] = "application/json"
        content = None if body is None else json.dumps(body)
        return self.client.request(method, address, headers=sent, content=content)

    def done(self, address: str, who: str, body: object) -> dict[str, Any]:
        answer = self.ask("POST", address, who, body)
        assert answer.status_code in {200, 201}, answer.text
        found: dict[str, Any] = answer.json()
        return found

    def act(self, submission: str, who: str, action: str, **more: object) -> dict[str, Any]:
        address = f"/v1/submissions/{submission}/transitions"
        return self.done(address, who, {"action": action, **more})

    def sent(self, *items: dict[str, Any]) -> str:
        """Hand a submission over."""
        document = {
            "language": "en",
            "submit": True,
            "items": list(items),
            "sources": [SOURCE],
            "consent": {"review": True, "publish": True, "keep_metadata": False},
        }
        return str(self.done("/v1/submissions", "sender", document)["id"])

    def published(self, *items: dict[str, Any]) -> str:
        """Hand a submission over, and let two reviewers and an editor agree to it."""
        submission = self.sent(*items)
        self.act(submission, "reviewer", "claim")
        for decision in ("join", "second"):
            self.done(f"/v1/submissions/{submission}/reviews", "second", {"decision": decision})
        self.act(submission, "reviewer", "accept", rubric=RUBRIC)
        self.act(submission, "editor", "publish")
        return submission

    def retracted(self, submission: str) -> None:
        self.act(submission, "editor", "retract", public_reason="The gazette was forged.")

    def read(self) -> Corrected:
        with self.open() as work:
            return read_corrected(work)

    def load(self) -> None:
        """Load the reference data once more."""
        with self.open() as work:
            load_reference(REFERENCE, work, stamp=STAMP, manifest_sha256=MANIFEST)
            work.commit()


@contextmanager
def desk_world(database_url: str, folder: Path, **settings: Any) -> Iterator[DeskWorld]:  # noqa: ANN401
    """Put the world together in a new database."""
    at_schema(database_url)
    chosen = Settings(data_dir=folder, database_url=SecretStr(database_url), **settings)
    engine = make_engine(database_url)
    app = create_api(Shelf(ReleaseStore(chosen.resolved_releases_url)), more=ROUTERS)
    install_intake(app, make_desk(chosen, engine))
    world = DeskWorld(client=TestClient(app), folder=folder)
    try:
        world.load()
        with world.open() as work:
            for name in ("network", "desk"):
                create_organisation(name, work, present())
            for handle, (organisation, role) in PEOPLE.items():
                member = add_member(organisation, handle, [role], work, present())
                world.members[handle] = member.id
                world.keys[handle] = issue_key(member, work, present()).secret
            work.commit()
        yield world
    finally:
        engine.dispose()
