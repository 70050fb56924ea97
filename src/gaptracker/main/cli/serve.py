"""`gaptracker serve`: the API on a port."""

import socket
from typing import Annotated

import typer

from gaptracker.main.app import create_server
from gaptracker.main.cli.errors import OutOfReach
from gaptracker.main.cli.stores import NO_RELEASE, open_store, settings_in_force
from gaptracker.main.cli.terminal import talk
from gaptracker.settings import Settings

HostOption = Annotated[
    str | None,
    typer.Option(help="Address to listen on; GAPTRACKER_HOST or 127.0.0.1 if left out."),
]
PortOption = Annotated[
    int | None,
    typer.Option(
        help="TCP port; GAPTRACKER_PORT or 8000 if left out, 0 takes a free one.", min=0, max=65535
    ),
]
PATHS = (
    "/docs",
    "/charts/map?theme=death_penalty&year=2022",
    "/v1/gaps?actor=MEX",
    "/v1/gaps.csv?theme=death_penalty&year=2022",
    "/v1/actors/MEX",
    "/v1/themes/death_penalty",
    "/v1/openapi.json",
    "/readyz",
)
LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
UNNAMED = (
    "GAPTRACKER_PUBLIC_URL is not set: citations and embeds name whatever host a request names. "
    "Set it to the address that readers know."
)


def serve_command(host: HostOption = None, port: PortOption = None) -> None:
    """Serve the API from the current release, until it is stopped with Ctrl+C.

    Starts without a release, too: /readyz then answers 503 until one is cut.

    Examples:
        gaptracker serve
        gaptracker serve --host 0.0.0.0 --port 9000
    """
    settings = settings_in_force()
    asked = {
        "host": settings.host if host is None else host,
        "port": settings.port if port is None else port,
    }
    store = open_store()
    if store.latest() is None:
        talk(f"{NO_RELEASE.format(store=store.url)}. Serving without one until then.")
    serve(settings.model_copy(update=asked))


def serve(settings: Settings) -> None:
    """Listen on the port that the settings name, and answer until a signal comes.

    The port is taken before anything is loaded, so that a port in use is told at once.

    Raises:
        OutOfReach: If the port is in use, or the address is not this machine's.
    """
    host = settings.host
    with _listen(host, settings.port) as listening:
        server = create_server(settings)
        base = f"http://{_shown_host(host)}:{listening.getsockname()[1]}"
        talk(f"serving on {base}; Ctrl+C stops. Open:")
        for path in PATHS:
            talk(f"  {base}{path}")
        if settings.public_url is None and host not in LOOPBACK:
            talk(UNNAMED)
        server.run(sockets=[listening])


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family)
    except OSError as error:
        raise OutOfReach(
            f"cannot listen on {host}, port {port} ({error.strerror}); end what listens there, or "
            "choose another with --host and --port"
        ) from error


def _shown_host(host: str) -> str:
    """Return a host as a browser on this machine can open it."""
    if host in {"0.0.0.0", "::"}:  # noqa: S104  compared, not bound
        return "127.0.0.1"
    return f"[{host}]" if ":" in host else host
