"""Servers as processes of their own: started, waited for, measured, ended."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

START_SECONDS = 120.0
TICKS = os.sysconf("SC_CLK_TCK")

NGINX = """
daemon off; master_process off; worker_processes 1; pid {folder}/nginx.pid;
error_log {folder}/error.log; events {{ worker_connections 256; }}
http {{
  access_log off; sendfile on; tcp_nopush on; keepalive_requests 100000000;
  default_type application/json;
  client_body_temp_path {folder}/b; proxy_temp_path {folder}/p; fastcgi_temp_path {folder}/f;
  uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
  server {{ listen 127.0.0.1:{port}; root {folder}/files; gzip_static on; }}
}}
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """A server that listens."""

    pid: int
    port: int

    def cpu_seconds(self) -> float:
        """Return the processor time that it has used."""
        fields = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / TICKS

    def mebibytes(self, which: str = "VmRSS") -> float:
        """Return its resident memory now, or at its highest (`VmHWM`)."""
        for line in Path(f"/proc/{self.pid}/status").read_text().splitlines():
            if line.startswith(which):
                return int(line.split()[1]) / 1024
        raise LookupError(which)


@contextmanager
def running(
    command: Sequence[str],
    port: int,
    *,
    core: int,
    environment: Mapping[str, str] | None = None,
    log: Path = Path(os.devnull),
) -> Iterator[Server]:
    """Run a server on one core until it is not needed any more; `log` takes what it writes."""
    with log.open("wb") as written:
        yield from _run(command, port, core, environment, written)


def _run(
    command: Sequence[str],
    port: int,
    core: int,
    environment: Mapping[str, str] | None,
    written: IO[bytes],
) -> Iterator[Server]:
    process = subprocess.Popen(
        ["taskset", "-c", str(core), *command],
        env={**os.environ, **(environment or {})},
        stdout=written,
        stderr=written,
    )
    try:
        _wait_for(port, process)
        yield Server(pid=process.pid, port=port)
    finally:
        process.terminate()
        process.wait()


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def ours(data: Path, port: int) -> list[str]:
    """Return how the server of a data folder is started."""
    program = Path(sys.executable).parent / "gaptracker"
    return ["env", f"GAPTRACKER_DATA_DIR={data}", str(program), "serve", "--port", str(port)]


def naive(port: int) -> list[str]:
    """Return how the naive handler is started."""
    app = "benchmarks.serving_peers.naive:app"
    return [sys.executable, "-m", "uvicorn", app, "--port", str(port), "--no-access-log"]


def datasette(python: Path, database: Path, port: int) -> list[str]:
    """Return how Datasette is started, from its own environment."""
    options = ["--port", str(port), "--setting", "max_returned_rows", "1000"]
    options += ["--setting", "sql_time_limit_ms", "60000", "--setting", "max_csv_mb", "0"]
    return [str(python), "-m", "datasette", "serve", str(database), *options]


def nginx(folder: Path, port: int) -> list[str]:
    """Return how nginx is started on the files in `folder/files`."""
    config = folder / "nginx.conf"
    config.write_text(NGINX.format(folder=folder, port=port))
    return ["nginx", "-c", str(config), "-e", str(folder / "error.log")]


def _wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            if process.poll() is not None:
                raise RuntimeError(f"{process.args!r} ended with {process.returncode}") from None
            time.sleep(0.05)
        else:
            return
    raise TimeoutError(f"nothing listens on {port} after {START_SECONDS:g} s")
