"""The web application, put together from the settings; and the server that runs it."""

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from types import FrameType

import uvicorn
from fastapi import FastAPI

from gaptracker.logs import configure_logs
from gaptracker.main.chores import make_worker
from gaptracker.main.intake import make_desk
from gaptracker.main.ready_http import ReadyHttp
from gaptracker.publish.api.app import create_api
from gaptracker.publish.api.shelf import Shelf
from gaptracker.publish.scratch import share_memory_among_threads
from gaptracker.receive.app import ROUTERS, install_intake
from gaptracker.receive.desk import desk_in
from gaptracker.records.database import make_engine
from gaptracker.records.release_store import ReleaseStore
from gaptracker.settings import Settings


def create_app(settings: Settings | None = None) -> FastAPI:
    """Put the application together; `uvicorn --factory gaptracker.main.app:create_app` runs it.

    It starts without a release, too: /readyz then says what to run. A release that is cut
    while it runs takes over within seconds.

    Args:
        settings: The settings; read from the environment if left out.
    """
    settings = settings or Settings()
    configure_logs(settings.log_level, settings.log_format)
    shelf = Shelf(ReleaseStore(settings.resolved_releases_url))
    engine = make_engine(settings.resolved_database_url)
    desk = make_desk(settings, engine)

    @contextmanager
    def at_work() -> Iterator[None]:
        try:
            with make_worker(desk, engine).at_work() if settings.worker else nullcontext():
                yield
        finally:
            engine.dispose()

    app = create_api(
        shelf,
        more=ROUTERS,
        while_running=at_work,
        public_url=settings.public_url,
    )
    install_intake(app, desk)
    return app


class PromptServer(uvicorn.Server):
    """A server that answers who waits for events when it is told to stop, and not 30 s later."""

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Take the signal to stop."""
        desk_in(self.config.app).closing.set()
        super().handle_exit(sig, frame)


def create_server(settings: Settings) -> uvicorn.Server:
    """Return a server of the application, not yet running.

    It keeps no access log of its own, since that would hold the addresses of those who read:
    the application logs each request without them.

    Args:
        settings: The settings; port 0 takes a free one.
    """
    share_memory_among_threads()
    return PromptServer(
        uvicorn.Config(
            create_app(settings),
            http=ReadyHttp,
            host=settings.host,
            port=settings.port,
            access_log=False,
            log_config=None,
            proxy_headers=False,
            server_header=False,
        )
    )
