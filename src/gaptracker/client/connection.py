"""The one place that speaks HTTP: sends a request until it is answered, always under one key."""

import json
import os
import ssl
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Self
from urllib.parse import urlsplit

import httpx

from gaptracker import __version__
from gaptracker.client.errors import (
    BadConnection,
    ClientError,
    NotTrusted,
    ProblemRaised,
    UnexpectedAnswer,
)
from gaptracker.client.retries import UNSURE_STATUSES, Retries, asked_wait, is_worth_again
from gaptracker.domain.errors import InvalidValue

KEY_VARIABLE = "GAPTRACKER_API_KEY"
KEY_START = "gtk_"
USER_AGENT = f"gaptracker-client/{__version__}"
# Written into no message: a host of the loopback or of Tor's own, where TLS adds nothing.
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
HIDDEN_SERVICE = ".onion"

Body = bytes | Callable[[], Iterator[bytes]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A request, such that it can be sent more than once.

    Attributes:
        path: With its query, from `/v1` on.
        body: The bytes, or what gives them anew for every attempt.
    """

    method: str
    path: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: Body | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What came back.

    Attributes:
        headers: With names in lower case.
        unsure: Whether an earlier attempt may have been done, unnoticed.
    """

    status: int
    headers: Mapping[str, str]
    body: bytes
    unsure: bool = False

    @property
    def replayed(self) -> bool:
        """Whether the server gave a stored answer of an earlier attempt again."""
        return self.headers.get("idempotency-replayed") == "true"

    def document(self) -> dict[str, Any]:  # `Any`: JSON of every shape
        """Return the body, which has to be a JSON object.

        Raises:
            UnexpectedAnswer: If it is none.
        """
        with suppress(ValueError, RecursionError):
            found = json.loads(self.body)
            if isinstance(found, dict):
                return found
        kind = self.headers.get("content-type", "no type")[:100]
        msg = (
            f"status {self.status} came with a body ({kind}) that is no JSON object; is the "
            "address that of a GapTracker API, and no sign-in page or filter in between?"
        )
        raise UnexpectedAnswer(msg)


class Connection:
    """A server, a key and the patience to reach the one with the other."""

    def __init__(
        self, base_url: str, key: str | None, *, timeout: float, retries: Retries, proxy: str | None
    ) -> None:
        """Open nothing yet.

        Args:
            base_url: Where the API is, without `/v1`.
            key: Starts with `gtk_`; the environment's if None.
            timeout: Seconds without a byte after which an attempt is given up.
            retries: When to send again.
            proxy: As `http://127.0.0.1:9080`; the environment's if None.

        Raises:
            InvalidValue: If the address would carry the key in the clear, or a key is no key.
        """
        self.base_url = checked_address(base_url)
        self._retries = retries
        secret = checked_key(key)
        headers = {"User-Agent": USER_AGENT, "Accept": "application/json"}
        if secret is not None:
            headers["Authorization"] = f"Bearer {secret}"
        self._http = httpx.Client(
            base_url=self.base_url, headers=headers, timeout=timeout, proxy=proxy
        )

    def close(self) -> None:
        """Close what is open."""
        self._http.close()

    def __enter__(self) -> Self:
        """Use as a block that closes."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close."""
        self.close()

    def send(self, call: Call) -> Reply:
        """Send a request until it is answered for good.

        Every attempt is the same to the byte, its idempotency key included, so that however often
        the line breaks, the server does it once.

        Raises:
            ProblemRaised: If the server refuses.
            BadConnection: If no answer came in all attempts.
            NotTrusted: If the server cannot prove who it is.
            UnexpectedAnswer: If something else answers.
        """
        unsure = False
        for attempt in range(1, self._retries.attempts + 1):
            last = attempt == self._retries.attempts
            try:
                reply = self._attempt(call)
            except httpx.TransportError as error:
                if last or not _is_worth_again(error):
                    raise self._lost(error, attempt) from error
                unsure = unsure or not isinstance(error, httpx.ConnectError | httpx.ConnectTimeout)
                self._retries.sleep(self._retries.back_off(attempt))
                continue
            if is_success(reply.status):
                return Reply(
                    status=reply.status, headers=reply.headers, body=reply.body, unsure=unsure
                )
            if last or not self._waits(reply, attempt):
                raise refusal_of(reply, unsure=unsure)
            unsure = unsure or reply.status in UNSURE_STATUSES
        raise AssertionError("at least one attempt is made")

    def _attempt(self, call: Call) -> Reply:
        content = call.body() if callable(call.body) else call.body
        answer = self._http.request(
            call.method, call.path, headers=dict(call.headers), content=content
        )
        headers = {name.lower(): value for name, value in answer.headers.items()}
        return Reply(status=answer.status_code, headers=headers, body=answer.content)

    def _waits(self, reply: Reply, failures: int) -> bool:
        """Wait as an answer asks; says whether to send again."""
        if not is_worth_again(reply.status, _code_of(reply)):
            return False
        asked = asked_wait(reply.headers)
        if asked is not None and asked > self._retries.patience_seconds:
            return False
        self._retries.sleep(max(asked or 0.0, self._retries.back_off(failures)))
        return True

    def _lost(self, error: httpx.TransportError, attempts: int) -> ClientError:
        if _is_untrusted(error):
            return NotTrusted(
                f"{self.base_url} shows a certificate that proves nothing; nothing was sent. "
                "Somebody may sit in between: try another network, and ask the operator"
            )
        times = "once" if attempts == 1 else f"{attempts} times"
        return BadConnection(
            f"{self.base_url} did not answer ({type(error).__name__}, tried {times}); it is safe "
            "to send the same again when the line is better"
        )


def is_success(status: int) -> bool:
    """Say whether a status means that what was asked is done; 304 means that nothing is new."""
    return 200 <= status < 300 or status == 304  # noqa: PLR2004  statuses of HTTP


class Unsure(ProblemRaised):
    """A refusal after an attempt whose answer was lost: it may refuse what is already done."""


def refusal_of(reply: Reply, *, unsure: bool) -> ClientError:
    """Return the error that an answer without success amounts to."""
    if 300 <= reply.status < 400:  # noqa: PLR2004  redirects
        return UnexpectedAnswer(
            f"status {reply.status}: the address has moved; use its new one, after asking the "
            "operator. A key is never sent on to where an answer points"
        )
    try:
        document = reply.document()
    except UnexpectedAnswer as error:
        return error
    kind = Unsure if unsure else ProblemRaised
    return kind(document, status=reply.status)


def checked_address(base_url: str) -> str:
    """Return a base address without its last slash, once it is one that is safe to use.

    Raises:
        InvalidValue: If a key would travel in the clear.

    Examples:
        >>> checked_address("https://gaptracker.example/")
        'https://gaptracker.example'
    """
    parts = urlsplit(base_url.strip())
    host = (parts.hostname or "").lower()
    if parts.scheme not in {"http", "https"} or not host or parts.username or parts.query:
        msg = "expected the address of the API, as https://gaptracker.example"
        raise InvalidValue(msg)
    if parts.scheme == "http" and host not in LOOPBACK and not host.endswith(HIDDEN_SERVICE):
        msg = (
            f"http://{host} would carry the key and the evidence in the clear; use https:// "
            "(http:// is taken for this machine itself and for .onion addresses alone)"
        )
        raise InvalidValue(msg)
    path = parts.path.rstrip("/").removesuffix("/v1")
    return f"{parts.scheme}://{parts.netloc}{path}"


def checked_key(key: str | None) -> str | None:
    """Return the key to use: the one given, else the environment's, else None.

    Raises:
        InvalidValue: If it does not look like one; the message does not hold it.
    """
    found = (os.environ.get(KEY_VARIABLE, "") if key is None else key).strip()
    if not found:
        return None
    if not found.startswith(KEY_START) or not found.isascii() or not found.isprintable():
        msg = f"the key does not start with {KEY_START}; use the line that `key issue` printed"
        raise InvalidValue(msg)
    return found


def _code_of(reply: Reply) -> str | None:
    with suppress(UnexpectedAnswer):
        code = reply.document().get("code")
        return code if isinstance(code, str) else None
    return None


def _is_worth_again(error: httpx.TransportError) -> bool:
    """Say whether another attempt can fare better: not if it is our request that is wrong."""
    hopeless = (httpx.LocalProtocolError, httpx.UnsupportedProtocol)
    return not isinstance(error, hopeless) and not _is_untrusted(error)


def _is_untrusted(error: BaseException | None) -> bool:
    while error is not None:
        if isinstance(error, ssl.SSLCertVerificationError):
            return True
        error = error.__cause__ or error.__context__
    return False
