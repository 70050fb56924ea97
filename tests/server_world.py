"""A real server of the application in a thread, for what only sockets show."""

import contextlib
import threading
import time
from collections.abc import Callable, Iterator

import uvicorn

WAIT_SECONDS = 60.0


@contextlib.contextmanager
def running(server: uvicorn.Server) -> Iterator[str]:
    """Run a server in a thread of its own; yield the address it listens on."""
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    try:
        wait_until(lambda: server.started)
        host, port = server.servers[0].sockets[0].getsockname()[:2]
        yield f"http://{host}:{port}"
    finally:
        server.should_exit = True
        thread.join(WAIT_SECONDS)
        assert not thread.is_alive()


def wait_until(happened: Callable[[], object]) -> None:
    """Wait for something that another thread does."""
    deadline = time.monotonic() + WAIT_SECONDS
    while not happened():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.02)
