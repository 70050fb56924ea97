"""The one outgoing client: timeout, size cap, User-Agent, address guard.

Whatever this program calls on somebody's word (webhooks, links to be captured) is called through
here. Each request has a connection of its own, so that each is guarded when it connects, and no
cookie, proxy setting or password file of the machine takes part (decision 0020).
"""

import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http.cookiejar import CookieJar, DefaultCookiePolicy

import httpcore
import httpx

from gaptracker import __version__
from gaptracker.domain.delivery import Answered, Failure, Outcome, Unanswered
from gaptracker.domain.errors import InvalidValue
from gaptracker.intake.addresses import (
    DEFAULT_PORTS,
    STRANGE,
    AddressRefused,
    OutgoingRules,
    check_origin,
)
from gaptracker.intake.bounded_body import bounded_body, check_declared_length
from gaptracker.intake.guarded_network import Deadline, GuardedNetwork, Resolver, addresses_of

DEADLINE = "gaptracker.deadline"
CHANGED_BY_UNPACKING = frozenset({b"content-encoding", b"content-length"})

# httpcore's errors, the special before the general, and what httpx calls them.
SAME_ERRORS: tuple[tuple[type[Exception], type[httpx.TransportError]], ...] = (
    (httpcore.ConnectTimeout, httpx.ConnectTimeout),
    (httpcore.ReadTimeout, httpx.ReadTimeout),
    (httpcore.WriteTimeout, httpx.WriteTimeout),
    (httpcore.TimeoutException, httpx.TimeoutException),
    (httpcore.ConnectError, httpx.ConnectError),
    (httpcore.ReadError, httpx.ReadError),
    (httpcore.WriteError, httpx.WriteError),
    (httpcore.NetworkError, httpx.NetworkError),
    (httpcore.LocalProtocolError, httpx.LocalProtocolError),
    (httpcore.ProtocolError, httpx.RemoteProtocolError),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class OutgoingLimits:
    """How long and how much; the time covers looking up, connecting, redirects and the body."""

    seconds: float = 15.0
    response_bytes: int = 1_000_000
    redirects: int = 0


def make_client(
    rules: OutgoingRules,
    limits: OutgoingLimits,
    *,
    contact: str,
    resolver: Resolver = addresses_of,
    tls: ssl.SSLContext | None = None,
) -> httpx.Client:
    """Return a client that goes only where the rules allow, for as long as the limits say.

    Its requests raise `AddressRefused`, `ResponseTooLarge` and `ResponseUnreadable` besides the
    errors of httpx. Each hop of a redirect passes the same guard as the first address.

    Args:
        rules: What may be reached.
        limits: Time, size and redirects.
        contact: A mail address or page of whoever runs this program, for the User-Agent header.
        resolver: Looks names up.
        tls: Certificates to trust; those of `certifi` without it.

    Raises:
        InvalidValue: If `contact` is empty or cannot stand in a header.
    """
    if not contact or STRANGE.search(contact):
        raise InvalidValue(
            f"{contact!r} is no contact for the User-Agent; expected a mail address or a page"
        )
    context = tls or httpx.create_ssl_context(trust_env=False)
    return httpx.Client(
        transport=GuardedTransport(rules, limits, resolver, context),
        headers={
            "User-Agent": f"GapTracker/{__version__} (+{contact})",
            "Accept-Encoding": "gzip",
            "Connection": "close",
        },
        cookies=CookieJar(DefaultCookiePolicy(allowed_domains=())),
        follow_redirects=limits.redirects > 0,
        max_redirects=limits.redirects,
        # The transport's deadline is what counts; this is only what httpx asks for.
        timeout=limits.seconds,
        # A proxy would look names up itself, behind the guard's back. With a transport of our own
        # httpx asks the environment for none; this holds should it ever change its mind.
        trust_env=False,
    )


class GuardedTransport(httpx.BaseTransport):
    """Carries each request over a connection of its own that the guard has let through."""

    def __init__(
        self,
        rules: OutgoingRules,
        limits: OutgoingLimits,
        resolver: Resolver,
        context: ssl.SSLContext,
    ) -> None:
        """Take what every request has in common."""
        self._rules = rules
        self._limits = limits
        self._resolver = resolver
        self._context = context

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request, once, and return the answer with its body still to be read.

        Raises:
            AddressRefused: If the rules do not allow the address or what its name resolves to.
            httpx.TransportError: If no answer comes.
        """
        url = request.url
        if url.userinfo:
            raise AddressRefused("the address carries a user name; expected none")
        host = url.raw_host.decode("ascii")
        port = DEFAULT_PORTS.get(url.scheme, 0) if url.port is None else url.port
        check_origin(url.scheme, host, port, rules=self._rules)
        # A redirected request inherits the extensions, and with them what is left of the time.
        deadline = request.extensions.setdefault(DEADLINE, Deadline(self._limits.seconds))
        connection = httpcore.HTTPConnection(
            origin=httpcore.Origin(url.raw_scheme, url.raw_host, port),
            ssl_context=self._context,
            network_backend=GuardedNetwork(self._rules, self._resolver, deadline),
        )
        with _errors_of_httpx():
            answer = connection.handle_request(_as_httpcore(request))
        headers = httpx.Headers(answer.headers)
        body = _Body(connection, answer, headers, self._limits.response_bytes)
        kept = [
            (name, value)
            for name, value in answer.headers
            if "content-encoding" not in headers or name.lower() not in CHANGED_BY_UNPACKING
        ]
        return httpx.Response(answer.status, headers=kept, stream=body)


class _Body(httpx.SyncByteStream):
    """A response's body that ends with its connection."""

    def __init__(
        self,
        connection: httpcore.HTTPConnection,
        answer: httpcore.Response,
        headers: httpx.Headers,
        limit: int,
    ) -> None:
        self._connection = connection
        self._answer = answer
        self._headers = headers
        self._limit = limit

    def __iter__(self) -> Iterator[bytes]:
        check_declared_length(self._headers.get("content-length"), self._limit)
        encoding = self._headers.get("content-encoding", "")
        with _errors_of_httpx():
            yield from bounded_body(self._answer.iter_stream(), encoding, self._limit)

    def close(self) -> None:
        self._answer.close()
        self._connection.close()


def post_webhook(
    client: httpx.Client, url: str, *, headers: Mapping[str, str], payload: bytes
) -> Outcome:
    """Make one attempt to deliver a webhook, and say how it ended; never raise for what it met.

    The answer's body is not read: a status is all that counts, and a body that is kept would be a
    way to read what stands behind an address.

    Args:
        client: From `make_client`, without redirects.
        url: The endpoint.
        headers: The three that `signed_headers` makes.
        payload: The bytes that were signed.
    """
    try:
        with client.stream(
            "POST", url, headers={"Content-Type": "application/json", **headers}, content=payload
        ) as response:
            return Answered(
                status=response.status_code, retry_after=response.headers.get("retry-after")
            )
    except AddressRefused:
        return Unanswered(failure=Failure.ADDRESS_REFUSED)
    except httpx.TimeoutException:
        return Unanswered(failure=Failure.TIMEOUT)
    except httpx.NetworkError:
        return Unanswered(failure=Failure.CONNECTION)
    # What came was no HTTP, or the address that was registered can no longer be read.
    except (httpx.HTTPError, httpx.InvalidURL):
        return Unanswered(failure=Failure.NO_HTTP)


def _as_httpcore(request: httpx.Request) -> httpcore.Request:
    """Return httpx's request as httpcore has it."""
    return httpcore.Request(
        method=request.method,
        url=httpcore.URL(
            scheme=request.url.raw_scheme,
            host=request.url.raw_host,
            port=request.url.port,
            target=request.url.raw_path,
        ),
        headers=request.headers.raw,
        content=request.stream,
        extensions=request.extensions,
    )


@contextmanager
def _errors_of_httpx() -> Iterator[None]:
    """Raise httpcore's errors as those that callers of an httpx client know."""
    try:
        yield
    except Exception as error:
        for theirs, ours in SAME_ERRORS:
            if isinstance(error, theirs):
                raise ours(str(error)) from error
        raise
