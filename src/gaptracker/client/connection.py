"""The one place that speaks HTTP: sends a request until it is answered, always under one key."""

import json
import os
import ssl
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
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
ADDRESS_VARIABLE = "GAPTRACKER_API_URL"
KEY_START = "gtk_"
USER_AGENT = f"gaptracker-client/{__version__}"
# Written into no message: a host of the loopback or of Tor's own, where TLS adds nothing.
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
HIDDEN_SERVICE = ".onion"

READ = "GET"
# No answer came, or one whose packing is broken off or damaged.
LOST = (httpx.TransportError, httpx.DecodingError)
SERVER_FAULT = 500

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Stream:
    """An answer that is still coming; `headers` with names in lower case."""

    status: int
    headers: Mapping[str, str]
    chunks: Iterator[bytes]

    def whole(self) -> Reply:
        """Return it once all of it has come."""
        return Reply(status=self.status, headers=self.headers, body=b"".join(self.chunks))


class Connection:
    """A server, a key and the patience to reach the one with the other."""

    def __init__(
        self,
        base_url: str | None,
        key: str | None,
        *,
        timeout: float,
        retries: Retries,
        proxy: str | None,
        language: str | None = None,
    ) -> None:
        """Open nothing yet.

        Args:
            base_url: Where the API is, without `/v1`; the environment's if None.
            key: Starts with `gtk_`; the environment's if None.
            timeout: Seconds without a byte after which an attempt is given up.
            retries: When to send again.
            proxy: As `http://127.0.0.1:9080`; the environment's if None.
            language: Of names and sentences in answers; the server's if None.

        Raises:
            InvalidValue: If the address would carry the key in the clear, or a key is no key.
        """
        self.base_url = checked_address(base_url)
        self._retries = retries
        secret = checked_key(key)
        self._in_the_clear = is_in_the_clear(self.base_url)
        if secret is not None:
            self._require_privacy()
        headers = {"User-Agent": USER_AGENT, "Accept": "application/json"}
        if language is not None:
            headers["Accept-Language"] = language
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
            InvalidValue: If what is sent would travel in the clear.
        """
        if call.method != READ:
            self._require_privacy()
        unsure = False
        for attempt in range(1, self._retries.attempts + 1):
            last = attempt == self._retries.attempts
            try:
                reply = self._attempt(call)
            except LOST as error:
                if last or not _is_worth_again(error):
                    raise self._lost(error, attempt) from error
                unsure = unsure or not isinstance(error, httpx.ConnectError | httpx.ConnectTimeout)
                self._retries.sleep(self._retries.back_off(attempt))
                continue
            if is_success(reply.status):
                return Reply(
                    status=reply.status, headers=reply.headers, body=reply.body, unsure=unsure
                )
            if last or not self.waits(reply, attempt, reading=call.method == READ):
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

    @contextmanager
    def open(self, call: Call) -> Iterator[Stream]:
        """Send a request once, and give its answer while it is still coming.

        Raises:
            BadConnection: If the line broke, then or while the answer was read.
            NotTrusted: If the server cannot prove who it is.
        """
        try:
            with self._http.stream(call.method, call.path, headers=dict(call.headers)) as answer:
                headers = {name.lower(): value for name, value in answer.headers.items()}
                yield Stream(status=answer.status_code, headers=headers, chunks=answer.iter_raw())
        except LOST as error:
            raise self._lost(error, 1) from error

    def waits(self, reply: Reply, failures: int, *, reading: bool = False) -> bool:
        """Wait as an answer asks; says whether to send again.

        Args:
            reply: What came.
            failures: How often in a row nothing better did.
            reading: Nothing is changed by the request: a server's own fault may pass, too.
        """
        again = is_worth_again(reply.status, _code_of(reply))
        if not again and not (reading and reply.status >= SERVER_FAULT):
            return False
        asked = asked_wait(reply.headers)
        if asked is not None and asked > self._retries.patience_seconds:
            return False
        self._retries.sleep(max(asked or 0.0, self._retries.back_off(failures)))
        return True

    def _require_privacy(self) -> None:
        """Refuse to let a key or evidence travel where anybody can read them."""
        if self._in_the_clear:
            msg = (
                f"{self.base_url} would carry the key and the evidence in the clear; use https:// "
                "(http:// is taken for this machine itself and for .onion addresses alone)"
            )
            raise InvalidValue(msg)

    def _lost(self, error: httpx.RequestError, attempts: int) -> ClientError:
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


def checked_address(base_url: str | None) -> str:
    """Return a base address without its last slash; the environment's if None.

    Raises:
        InvalidValue: If it is none.

    Examples:
        >>> checked_address("https://gaptracker.example/")
        'https://gaptracker.example'
    """
    given = os.environ.get(ADDRESS_VARIABLE, "") if base_url is None else base_url
    parts = urlsplit(given.strip())
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.username or parts.query:
        msg = (
            f"expected the address of the API, as https://gaptracker.example, or {ADDRESS_VARIABLE}"
        )
        raise InvalidValue(msg)
    path = parts.path.rstrip("/").removesuffix("/v1")
    return f"{parts.scheme}://{parts.netloc}{path}"


def is_in_the_clear(address: str) -> bool:
    """Say whether others can read what is sent to an address.

    Examples:
        >>> is_in_the_clear("http://gaptracker.example"), is_in_the_clear("http://127.0.0.1:8000")
        (True, False)
    """
    parts = urlsplit(address)
    host = (parts.hostname or "").lower()
    return parts.scheme == "http" and host not in LOOPBACK and not host.endswith(HIDDEN_SERVICE)


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


def _is_worth_again(error: httpx.RequestError) -> bool:
    """Say whether another attempt can fare better: not if it is our request that is wrong."""
    hopeless = (httpx.LocalProtocolError, httpx.UnsupportedProtocol)
    return not isinstance(error, hopeless) and not _is_untrusted(error)


def _is_untrusted(error: BaseException | None) -> bool:
    while error is not None:
        if isinstance(error, ssl.SSLCertVerificationError):
            return True
        error = error.__cause__ or error.__context__
    return False
