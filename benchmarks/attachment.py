"""Times what 25 MB of evidence cost over HTTP: received, hashed, encrypted, looked at and kept.

In turn with it, in the same run: a peer as a first version has it, a FastAPI handler that takes an
`UploadFile`, hashes it and writes it, without a type, a key, a database or waiting for the disk.
Each run has a server process of its own, and its reader of hostile files counts, too. On Linux
only. Run `python -m benchmarks.attachment --help`.
"""

import argparse
import contextlib
import hashlib
import json
import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from time import perf_counter, sleep
from uuid import uuid4

import httpx
import uvicorn
from fastapi import FastAPI, UploadFile
from pydantic import SecretStr

from gaptracker.domain.workflow import Role
from gaptracker.intake.digests import write_repr_digest
from gaptracker.intake.submissions import SubmissionDraft
from gaptracker.main.app import create_app
from gaptracker.main.intake import present
from gaptracker.settings import Settings
from gaptracker.workflows.create_submissions import Creation, create_submissions
from gaptracker.workflows.errand import Errand
from gaptracker.workflows.manage_principals import (
    add_member,
    create_organisation,
    issue_key,
    key_digest,
)
from gaptracker.workflows.migrate_database import migrate_database

MB = 1_000_000
CHUNK_BYTES = 65_536
SMALL_BYTES = 100_000
TEXT_LINE = b"2024-03-02;PER;harm_reduction;naloxona\n"
WATCH_SECONDS = 0.002
MOST_SECONDS, MOST_EXTRA_MB = 1.0, 40.0
# Two drafts for each server, which need no reference data: one file goes to each.
DRAFT = {
    "language": "en",
    "items": [],
    "public_summary": {},
    "sources": [],
    "attachments_expected": [],
    "consent": {"review": True, "publish": False, "keep_metadata": False},
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What one request cost: seconds at the client, megabytes beyond those of a small request."""

    seconds: float
    server_mb: float
    reader_mb: float


def chunks(size: int) -> Iterator[bytes]:
    """Make up a text of a size, piece by piece."""
    piece = (TEXT_LINE * (CHUNK_BYTES // len(TEXT_LINE) + 1))[:CHUNK_BYTES]
    for start in range(0, size, CHUNK_BYTES):
        yield piece[: size - start]


def naive_app(folder: Path) -> FastAPI:
    """Return what a first version does."""
    app = FastAPI()

    @app.post("/files")
    def take(file: UploadFile) -> dict[str, str]:
        content = file.file.read()
        digest = hashlib.sha256(content).hexdigest()
        (folder / digest).write_bytes(content)
        return {"sha256": digest}

    return app


def our_app(folder: Path) -> tuple[FastAPI, dict[str, object]]:
    """Return the application on a new SQLite database, a key and two drafts."""
    url = f"sqlite:///{folder / 'records.sqlite3'}"
    migrate_database(url)
    settings = Settings(
        _env_file=None, data_dir=folder, database_url=SecretStr(url), log_level="critical"
    )
    app = create_app(settings)
    with app.state.desk.open_work(False) as work:
        organisation = create_organisation("Sender", work, present())
        member = add_member(organisation.id, "ana", [Role.CONTRIBUTOR], work, present())
        issued = issue_key(member, work, present())
        work.commit()
    with app.state.desk.open_work(False) as work:
        principal = work.principals.principal_of(key_digest(issued.secret), now=present().now)
        if principal is None:
            raise TypeError("the key that was issued is not known")
        errand = Errand(principal=principal, work=work, present=present())
        drafts = [
            SubmissionDraft(
                content=DRAFT, identities={}, kept=frozenset(), client_ref=ref, submit=False
            )
            for ref in ("small", "large")
        ]
        made = [each for each in create_submissions(drafts, errand) if isinstance(each, Creation)]
        work.commit()
    return app, {"key": issued.secret, "drafts": [each.submission.id for each in made]}


def serve(way: str, folder: Path) -> None:
    """Serve one way; tell port and key, then the peaks of memory at every line that comes."""
    about: dict[str, object] = {"key": "none", "drafts": ["", ""]}
    if way == "naive":
        app = naive_app(folder)
    else:
        app, about = our_app(folder)
    config = uvicorn.Config(app, port=0, log_config=None, access_log=False)
    socket = config.bind_socket()
    server = uvicorn.Server(config)
    socket.listen()
    print(json.dumps({"port": socket.getsockname()[1], **about}), flush=True)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [socket]}, daemon=True)
    thread.start()
    readers = Readers()
    for _ in sys.stdin:
        print(json.dumps([memory_mb("VmHWM"), readers.peak_mb]), flush=True)
        forget_peak()
        readers.peak_mb = 0.0


class Readers:
    """Watches the processes that read hostile files; the system forgets a process's own peak.

    What it tells of ended children is no use: it begins with the memory of who started them.
    """

    def __init__(self) -> None:
        """Begin to watch."""
        self.peak_mb = 0.0
        threading.Thread(target=self._watch, daemon=True).start()

    def _watch(self) -> None:
        own = Path(f"/proc/{os.getpid()}/task")
        while True:
            for children in own.glob("*/children"):
                with contextlib.suppress(OSError):
                    for child in children.read_text().split():
                        if b"copy_worker" in Path(f"/proc/{child}/cmdline").read_bytes():
                            self.peak_mb = max(self.peak_mb, memory_mb("VmHWM", child))
            sleep(WATCH_SECONDS)


def memory_mb(name: str, process: str = "self") -> float:
    """Read a figure of a process's memory."""
    for line in Path(f"/proc/{process}/status").read_text().splitlines():
        if line.startswith(f"{name}:"):
            return int(line.split()[1]) * 1024 / MB
    return 0.0


def forget_peak() -> None:
    """Let this process's peak of memory begin anew: that of its start was higher."""
    Path("/proc/self/clear_refs").write_text("5")


def send_ours(client: httpx.Client, draft: str, size: int) -> None:
    """Send a file as an organisation does: its digest first, which is part of the time."""
    digest = hashlib.sha256()
    for chunk in chunks(size):
        digest.update(chunk)
    headers = {
        "Content-Type": "text/plain",
        "Content-Length": str(size),
        "Repr-Digest": write_repr_digest(digest.hexdigest()),
        "Idempotency-Key": uuid4().hex,
    }
    path = f"/v1/submissions/{draft}/attachments?ref=a1"
    answer = client.post(path, content=chunks(size), headers=headers)
    answer.raise_for_status()
    if answer.json()["state"] != "clean":
        raise SystemExit(answer.text)


def send_naively(client: httpx.Client, _draft: str, size: int) -> None:
    """Send the same to the peer."""
    client.post("/files", files={"file": ("a.txt", b"".join(chunks(size)))}).raise_for_status()


WAYS = {"gaptracker": send_ours, "naive": send_naively}


def measured(way: str, size: int) -> Cost:
    """Measure one request to a server of its own."""
    with tempfile.TemporaryDirectory(dir=Path.cwd()) as folder:
        command = [sys.executable, "-m", "benchmarks.attachment", "--serve", way, folder]
        with subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        ) as server:
            try:
                return _asked(way, size, server)
            finally:
                server.kill()


def _asked(way: str, size: int, server: "subprocess.Popen[str]") -> Cost:
    if server.stdin is None or server.stdout is None:
        raise TypeError("the server has no streams")
    told = json.loads(server.stdout.readline())

    def peaks() -> Sequence[float]:
        print("", file=server.stdin, flush=True)
        found: Sequence[float] = json.loads(server.stdout.readline()) if server.stdout else ()
        return found

    headers = {"Authorization": f"Bearer {told['key']}"}
    base = f"http://127.0.0.1:{told['port']}"
    with httpx.Client(base_url=base, headers=headers, timeout=60) as client:
        WAYS[way](client, told["drafts"][0], SMALL_BYTES)  # what is loaded once is loaded
        peaks()
        before = peaks()  # since the last line nothing happened: what the server has in use
        began = perf_counter()
        WAYS[way](client, told["drafts"][1], size)
        seconds = perf_counter() - began
        after = peaks()
    return Cost(seconds=seconds, server_mb=after[0] - before[0], reader_mb=after[1])


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure both ways in turn; return 1 if a target is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=7)
    parser.add_argument("--mb", type=int, default=25)
    parser.add_argument("--serve", nargs=2, metavar=("WAY", "FOLDER"))
    given = parser.parse_args(arguments)
    if given.serve:
        serve(given.serve[0], Path(given.serve[1]))
        return 0
    runs: dict[str, list[Cost]] = {way: [] for way in WAYS}
    for _ in range(given.runs):
        for way, found in runs.items():
            found.append(measured(way, given.mb * MB))
    for way, found in runs.items():
        seconds = [each.seconds for each in found]
        print(
            f"{way:11} {median(seconds):.3f} s (slowest {max(seconds):.3f}), "
            f"{median(each.server_mb for each in found):.1f} MB more in the server, "
            f"{median(each.reader_mb for each in found):.1f} MB in all in its reader"
        )
    ours = runs["gaptracker"]
    slowest = max(each.seconds for each in ours)
    extra = max(each.server_mb + each.reader_mb for each in ours)
    print(f"targets: {slowest:.3f} of {MOST_SECONDS} s, {extra:.1f} of {MOST_EXTRA_MB} MB")
    return int(slowest > MOST_SECONDS or extra > MOST_EXTRA_MB)


if __name__ == "__main__":
    raise SystemExit(main())
