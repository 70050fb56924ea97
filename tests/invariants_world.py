"""Submissions that came to a state already, to begin lives with, and what the public is served.

Getting somewhere takes far longer than a step from there, so that each beginning is made once: a
database of its own, in which every life that begins so is a transaction that is rolled back.
"""

import asyncio
import json
import re
import secrets
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import httpx
from sqlalchemy import Connection, Engine

from gaptracker.custody.canonical import content_digest
from gaptracker.custody.content_box import ContentBox
from gaptracker.custody.signed_notes import LogKey
from gaptracker.domain.ownership import submission_of
from gaptracker.domain.principals import Principal
from gaptracker.domain.submissions import Submission
from gaptracker.domain.workflow import State
from gaptracker.intake.submission_known import Known
from gaptracker.logs import configure_logs
from gaptracker.publish.api.app import create_api
from gaptracker.publish.api.shelf import Shelf
from gaptracker.receive.access import ACCESS, Open
from gaptracker.receive.app import ROUTERS, install_intake
from gaptracker.receive.desk import Desk
from gaptracker.receive.rates import Rates
from gaptracker.records.blob_store import BlobStore
from gaptracker.records.database import make_engine
from gaptracker.records.release_store import ReleaseStore
from gaptracker.records.unit_of_work import UnitOfWork
from gaptracker.workflows.known_names import KnownNames, read_known
from gaptracker.workflows.present import Present
from gaptracker.workflows.read_evidence import read_evidence
from tests.intake_world import PEOPLE, Cast, Document, at, document
from tests.submission_life import METHODOLOGY, Life

EARLY = frozenset({State.DRAFT, State.SUBMITTED, State.IN_REVIEW, State.NEEDS_INFO, State.REJECTED})
ENDS = frozenset({State.PUBLISHED, State.WITHDRAWN, State.RETRACTED})
NOWHERE = f"sub_{'a' * 26}"
MANY = 1_000_000
# The log's head counts what happens, whatever it is, once a day; `test_receipts_over_http` has it.
LOG = "/v1/log/"
PUBLIC = [
    path
    for (method, path), rule in ACCESS.items()
    if method == "GET" and rule.needs is Open.ANYBODY and not path.startswith(LOG)
]
OF_ALL = [
    *("/v1/evidence?limit=200", "/v1/exports/evidence.csv", "/v1/exports/evidence.ndjson"),
    *(path for path in PUBLIC if "{" not in path and "evidence" not in path),
]
# A file is named by what it is made of: the lives here have none, and the list says so.
OF_ONE = [path for path in PUBLIC if re.findall(r"\{(\w+)\}", path) == ["submission_id"]]


def beginning(restricted: bool, state: State) -> Document:
    """What a submission says; one that stays out of sight may hide something."""
    hidden = restricted and state in EARLY
    return document(lambda content: content.update(event={"on": "2026-03-01"}) if hidden else None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Begun:
    """A database in which one submission came to a state; everybody is known there.

    `sizes` are those of the log and of the outbox; `public` is what everybody is served.
    """

    cast: Cast
    known: Known
    people: Mapping[str, Principal]
    submissions: Sequence[str]
    sizes: tuple[int, int]
    public: Mapping[str, bytes]

    @property
    def engine(self) -> Engine:
        """The database's engine."""
        assert isinstance(self.cast.bind, Engine)
        return self.cast.bind


@dataclass(slots=True, kw_only=True)
class Beginnings:
    """Every beginning that a life was asked to have, and the application that all of them share."""

    folder: Path
    cast: Cast
    served: "PublicPages" = field(init=False)
    _made: dict[tuple[State, bool], Begun] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Start the application."""
        self.served = PublicPages(box=self.cast.box)

    def of(self, state: State, restricted: bool) -> Begun:
        """The beginning in a state; made if nobody asked for it before."""
        key = (state, restricted and state in EARLY)
        if key not in self._made:
            self._made[key] = self._make(state, restricted)
        return self._made[key]

    def close(self) -> None:
        """Close every database and the application."""
        for begun in self._made.values():
            begun.engine.dispose()
        self.served.close()

    def _make(self, state: State, restricted: bool) -> Begun:
        file = self.folder / f"{state}-{restricted}.sqlite3"
        shutil.copyfile(self.folder / "records.sqlite3", file)
        engine = make_engine(f"sqlite:///{file}")
        cast = replace(self.cast, bind=engine)
        with cast.work(read_only=True) as work:
            people = {each: cast.principal(each, work, at().now) for each, _, _ in PEOPLE}
            known = read_known(work, METHODOLOGY, at().now)
        life = Life(cast=cast, people=people, known=known)
        life.in_state(state, beginning(restricted, state))
        with cast.work(read_only=True) as work:
            names, sizes = submissions_in(work), sizes_of(work)
        with engine.connect() as connection:
            public = self.served.seen(names, connection)
        return Begun(
            cast=cast, known=known, people=people, submissions=names, sizes=sizes, public=public
        )


def submissions_in(work: UnitOfWork) -> list[str]:
    """Every submission of which the log speaks; one that is superseded brought another along."""
    particulars = [
        each.particulars or {} for each in work.custody.entries_from(0, work.custody.size())
    ]
    return list(
        dict.fromkeys(str(each["submission"]) for each in particulars if "submission" in each)
    )


def sizes_of(work: UnitOfWork) -> tuple[int, int]:
    """How long the log is, and how many events were told."""
    return work.custody.size(), work.custody.event_count()


class PublicPages:
    """What everybody without a key is served, byte for byte, out of any of the databases."""

    def __init__(self, *, box: ContentBox) -> None:
        """Put the whole application together around a database that changes."""
        configure_logs("critical", "json")
        self._box = box
        self._bind: Connection | None = None
        self._loop = asyncio.Runner()
        app = create_api(Shelf(ReleaseStore("memory://releases")), watch_seconds=None, more=ROUTERS)
        install_intake(app, self._desk())
        transport = httpx.ASGITransport(app=app)
        self._client = httpx.AsyncClient(transport=transport, base_url="http://gaptracker.example")

    def seen(self, submissions: Sequence[str], bind: Connection) -> dict[str, bytes]:
        """Every public answer: those about all evidence, and those about some submissions."""
        self._bind = bind
        about = [
            path.replace("{submission_id}", name)
            for name in (NOWHERE, *submissions)
            for path in OF_ONE
        ]
        return self._loop.run(self._answers([*OF_ALL, *about]))

    def close(self) -> None:
        """Stop."""
        self._loop.run(self._client.aclose())
        self._loop.close()

    async def _answers(self, addresses: Sequence[str]) -> dict[str, bytes]:
        return {each: told(await self._client.get(each)) for each in addresses}

    def _desk(self) -> Desk:
        def open_work(reads_only: bool) -> UnitOfWork:
            assert self._bind is not None
            return UnitOfWork(self._bind, read_only=reads_only, box=self._box)

        def present() -> Present:
            return at()

        return Desk(
            open_work=open_work,
            blobs=BlobStore("memory://blobs"),
            log_key=LogKey.generate("gaptracker.example/log"),
            known=KnownNames(METHODOLOGY, lambda: open_work(True)),
            writers=asyncio.Semaphore(1),
            present=present,
            rates=Rates(reads=MANY, writes=MANY, strangers=MANY, random=secrets.token_bytes),
        )


def told(answer: httpx.Response) -> bytes:
    """An answer byte for byte, but for the id that every request has of its own."""
    own = answer.headers["x-request-id"]
    lines = sorted(f"{name}: {value}" for name, value in answer.headers.items() if value != own)
    head = f"{answer.status_code}\n" + "\n".join(lines)
    return head.encode() + b"\n\n" + answer.content.replace(own.encode(), b"")


def body_of(answer: bytes) -> Any:  # noqa: ANN401  JSON
    """What an answer that was told says."""
    return json.loads(answer.partition(b"\n\n")[2])


def what_scores_are_made_of_is_what_everybody_sees(
    pages: Any,  # noqa: ANN401  JSON
    found: Mapping[str, Submission],
    work: UnitOfWork,
) -> None:
    """I9: what a release scores is the items of the pages served, as they stand there."""
    evidence, shown = read_evidence(work), {}
    carrying = {each.id: each.source for each in evidence.measures}
    for page in pages:
        content, name = page["content"], page["id"]
        digests = {page["content_sha256"], content_digest(content), found[name].published_sha256}
        assert len(digests) == 1
        sources = {f"{name}-{each['ref']}": each["title"] for each in content["sources"]}
        for item in content["items"]:
            carried = {f"{name}-{ref}" for ref in item["sources"]}
            facts = [item[each] for each in ("actor", "layer", "title", "issuer")]
            shown[page["evidence"][item["ref"]]] = (*facts, item["in_force_from"])
            source = carrying[page["evidence"][item["ref"]]]
            assert source in carried
            assert evidence.sources[source].title == sources[source]
    scored = {
        each.id: (each.actor, each.layer, each.title, each.issuer, str(each.in_force.start))
        for each in evidence.measures
        if submission_of(each.id) is not None
    }
    assert scored == shown
    assert {submission_of(each) for each in evidence.sources} - {None} == {
        submission_of(each) for each in shown
    }


def what_was_superseded_leads_to_an_end(
    found: Mapping[str, Submission], public: Mapping[str, bytes]
) -> None:
    """I4; what was unpublished in haste is an end for those who review, and for nobody else."""
    for each in found.values():
        end, seen = each, {each.id}
        while end.state is State.SUPERSEDED:
            assert end.superseded_by is not None
            assert end.superseded_by not in seen
            seen.add(end.superseded_by)
            shown = body_of(public[f"/v1/evidence/{end.id}"])["superseded_by"]
            end = found[end.superseded_by]
            assert shown == (None if end.published_at is None else end.id)
        if len(seen) > 1 and end.state not in ENDS:
            assert end.first_published_at is not None
            assert end.published_at is None
