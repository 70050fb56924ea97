"""Where the site is, as absolute addresses name it: the setting, else the request's own host."""

import re

from fastapi import Request

from gaptracker.publish.api.codes import ErrorCode
from gaptracker.publish.api.errors import Fault, clip, invalid

# A name or IPv4 address, or an IPv6 address in brackets, and a port: nothing that could leave the
# attribute, header or citation that the address is written into.
HOST = re.compile(
    r"(?:[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?|\[[0-9a-f:.]{2,45}\])(?::[0-9]{1,5})?"
)
SCHEMES = ("http", "https")


def site_of(request: Request) -> str:
    """Return the address of the site, without a slash at its end.

    It is the setting `GAPTRACKER_PUBLIC_URL` where there is one: behind a proxy that speaks TLS,
    the request tells neither the scheme nor the name that readers know.

    Raises:
        RequestRefused: If the setting is missing and `Host` is not the name of any host (422).
    """
    given: str | None = request.app.state.public_url
    if given is not None:
        return given
    host = request.headers.get("host", "").lower()
    if not HOST.fullmatch(host) or request.url.scheme not in SCHEMES:
        raise invalid(
            Fault(
                parameter="Host",
                place="header",
                code=ErrorCode.VALUE_INVALID,
                detail=f"Host is {clip(host)!r}; expected the name of this server",
                given=clip(host),
                expected="a host and a port, as example.org:8000",
            )
        )
    return f"{request.url.scheme}://{host}"
