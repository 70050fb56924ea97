"""Give up on bodies that stop coming: uvicorn itself would wait for ever, connection by connection.

A bad line is no attack: whoever sends something now and then may take an hour for a file.
"""

import asyncio
import time
from collections.abc import Callable

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gaptracker.domain.refusals import RefusalCode, Refused

IDLE_SECONDS = 30.0
WHOLE_SECONDS = 3_600.0


class SlowBodies:
    """ASGI middleware that ends the wait for a body with `request-timeout`."""

    def __init__(
        self,
        app: ASGIApp,
        *,
        idle_seconds: float = IDLE_SECONDS,
        whole_seconds: float = WHOLE_SECONDS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Wrap an application.

        Args:
            app: The application inside.
            idle_seconds: How long nothing may come.
            whole_seconds: How long a whole body may take.
            clock: Seconds that only grow.
        """
        self.app = app
        self.idle_seconds = idle_seconds
        self.whole_seconds = whole_seconds
        self.clock = clock

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        until: float | None = None
        coming = True

        async def receive_in_time() -> Message:
            nonlocal coming, until
            if not coming:
                return await receive()  # what comes after a body is the end of the connection
            if until is None:
                # Not before: the time that a busy database took to know the caller is not theirs.
                until = self.clock() + self.whole_seconds
            patience = min(self.idle_seconds, until - self.clock())
            try:
                message = await asyncio.wait_for(receive(), max(0.0, patience))
            except TimeoutError as error:
                raise too_slow(self.idle_seconds, self.whole_seconds) from error
            coming = message["type"] == "http.request" and message.get("more_body", False)
            return message

        await self.app(scope, receive_in_time, send)


def too_slow(idle_seconds: float, whole_seconds: float) -> Refused:
    """Return the refusal of a body that did not come to its end."""
    return Refused(
        RefusalCode.REQUEST_TIMEOUT,
        f"nothing came for {idle_seconds:g} s, or not everything within {whole_seconds:g} s; "
        "nothing was kept: send it again with the same key, a large batch in smaller ones",
        headers={"Connection": "close"},
    )
