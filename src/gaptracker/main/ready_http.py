"""uvicorn's HTTP, which gives a ready answer as soon as the head of its request is read.

No task, no scope and no message is made for it; its body goes from the scratch file to the socket
inside the system (`sendfile`), past this process's memory. A request that came just so before is
not read again. Whatever is not plain goes uvicorn's way.
"""

import asyncio
import os
import socket
from typing import Any, cast

from fastapi import FastAPI
from uvicorn.config import Config
from uvicorn.protocols.http.httptools_impl import STATUS_LINE
from uvicorn.server import ServerState

from gaptracker.main.patient_http import PatientHttp
from gaptracker.publish.api.ready import Ready, ready_in
from gaptracker.publish.scratch import Stretch

# Where the system has no such thing, the transport writes everything.
MORE_COMES: int | None = getattr(socket, "MSG_MORE", None) if hasattr(os, "sendfile") else None
LINE_END = b"\r\n"


class Given:
    """Stands where uvicorn keeps the request it works on: it has had its answer."""

    response_complete = True
    message_event = asyncio.Event()


GIVEN = Given()


class ReadyHttp(PatientHttp):
    """Gives ready answers itself and leaves everything else to the application."""

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        """Serve one connection; uvicorn says with what."""
        super().__init__(config, server_state, app_state, _loop)
        self._answers = ready_in(cast(FastAPI, config.app))
        self._socket: socket.socket | None = None
        # How many requests began in what came last, whether the newest is read to its end, and the
        # answer that it had if it was a ready one.
        self._begun, self._is_whole = 0, True
        self._gave: Ready | None = None

    def data_received(self, data: bytes) -> None:
        """Give again what these very bytes were answered with, or read them."""
        was_whole = self._is_whole
        if was_whole and self._is_idle():
            ready = self._answers.again(data)
            if ready is not None:
                self._unset_keepalive_if_required()
                self._give(ready)
                return
        self._begun, self._gave = 0, None
        super().data_received(data)
        only = self._only_answer() if was_whole else None
        if only is not None:
            self._answers.remember(data, only)

    def on_message_begin(self) -> None:
        """Begin a request."""
        self._begun += 1
        self._is_whole = False
        super().on_message_begin()

    def on_message_complete(self) -> None:
        """End a request."""
        self._is_whole = True
        super().on_message_complete()

    def on_headers_complete(self) -> None:
        """Give the answer, if it is ready; else let the application work on the request."""
        self._gave = self._ready_answer()
        if self._gave is None:
            super().on_headers_complete()
        else:
            self._give(self._gave)

    def connection_lost(self, exc: Exception | None) -> None:
        """Let go of the socket, which is the transport's to close."""
        if self._socket is not None:
            self._socket.detach()
            self._socket = None
        super().connection_lost(exc)

    def _is_idle(self) -> bool:
        """Say whether nothing is under way and all that was written has been sent."""
        # None before the first request, whatever its type says.
        if not getattr(self.cycle, "response_complete", True):
            return False
        return not self.pipeline and not self.transport.get_write_buffer_size()

    def _only_answer(self) -> Ready | None:
        """Return the answer of the request that came last, if it came whole and alone."""
        return self._gave if self._is_whole and self._begun == 1 else None

    def _ready_answer(self) -> Ready | None:
        """Return the answer of a plain request; None if it is the application's."""
        url, parser = self.url, self.parser
        if not url.startswith(b"/v1/") or not url.isascii() or b"%" in url or b"#" in url:
            return None
        if parser.get_http_version() != "1.1" or not parser.should_keep_alive():
            return None
        if parser.should_upgrade() or self.root_path or self.limit_concurrency is not None:
            return None
        if not self._is_idle():
            return None
        path, _, query = url.partition(b"?")
        method = parser.get_method().decode("ascii")
        return self._answers.answer(method, path.decode("ascii"), query, self.headers)

    def _give(self, ready: Ready) -> None:
        self._stop_waiting()
        self.cycle = GIVEN  # type: ignore[assignment]  # what uvicorn asks of a finished one
        self._write(self._head(ready), ready.body)
        self.on_response_complete()

    def _head(self, ready: Ready) -> bytes:
        given_id = ready.given_id or self._answers.new_id()
        parts = [STATUS_LINE[ready.status]]
        for name, value in self.server_state.default_headers:
            parts += (name, b": ", value, LINE_END)
        parts += (b"x-request-id: ", given_id.encode(), LINE_END, ready.lines, LINE_END)
        return b"".join(parts)

    def _write(self, head: bytes, body: Stretch | None) -> None:
        """Send what the system takes at once, and leave the rest to the transport."""
        if body is None:
            self.transport.write(head)
            return
        sent_head, sent_body = 0, 0
        if MORE_COMES is not None and self.scheme == "http":
            sent_head, sent_body = self._send(head, body, MORE_COMES)
        if sent_head < len(head):
            self.transport.write(head[sent_head:])
        if body.start + sent_body < body.stop:
            self.transport.write(body.view()[sent_body:])

    def _send(self, head: bytes, body: Stretch, flags: int) -> tuple[int, int]:
        """Return how much of each was sent; an error is the transport's, which meets it again."""
        if self._socket is None:
            found = self.transport.get_extra_info("socket")
            self._socket = socket.socket(fileno=found.fileno())
        sent_head = 0
        try:
            sent_head = self._socket.send(head, flags)
            if sent_head < len(head):
                return sent_head, 0
            size = body.stop - body.start
            sent = os.sendfile(self._socket.fileno(), body.file.descriptor, body.start, size)
        except OSError:
            return sent_head, 0
        return sent_head, sent
