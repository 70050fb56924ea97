"""Ready answers: what is kept of the release on the shelf, and which request may have it as it is.

A request for a published address with nothing unusual about it is answered from here without the
application: by the middleware in front of it (`baked.py`), and sooner by a server that asks with no
more than a method, an address and headers.
"""

import hashlib
import secrets
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import structlog
from fastapi import FastAPI

from gaptracker.publish.api.encodings import ENCODINGS, choose_encoding, held_tag, takes_plain
from gaptracker.publish.api.envelope import GIVEN_ID, Log
from gaptracker.publish.api.errors import RequestRefused
from gaptracker.publish.api.kept import LIFETIMES, OK, KeptAnswer, KeptAnswers, Manner
from gaptracker.publish.api.negotiation import choose_format, choose_language
from gaptracker.publish.api.packed import NOT_MODIFIED
from gaptracker.publish.api.published import Asked, read_address
from gaptracker.publish.api.shelf import Shelf, Standing
from gaptracker.publish.scratch import Stretch

METHODS = ("GET", "HEAD")
# Headers that decide which answer it is, and how it is given.
NEGOTIATED = (b"accept", b"accept-language", b"accept-encoding")
HEEDED = frozenset({*NEGOTIATED, b"if-none-match", b"x-request-id"})
# Headers of requests that the application had better look at itself.
LEFT_ALONE = frozenset(
    {
        b"authorization",
        b"range",
        b"if-range",
        b"if-match",
        b"expect",
        b"content-length",
        b"transfer-encoding",
    }
)
PREFIXES = ("/v1/gaps", "/v1/actors", "/v1/themes")
# One line in the log says how many were given since the last one.
LOG_SECONDS = 10.0
ADDRESSES_REMEMBERED = 20_000
# What is longer was written by nobody's browser and is not remembered: thousands of it would fill
# the memory.
LONGEST_REMEMBERED = 500
# Whole requests, as a server reads them: browsers write some 500 bytes.
LONGEST_SEEN, MOST_SEEN = 1_000, 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class PlainRequest:
    """A request for a published address with nothing unusual about it."""

    key: tuple[str, Manner]
    is_pinned: bool
    head_only: bool
    tags: str
    given_id: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Ready:
    """An answer as it is to be sent.

    `lines` are its headers but `x-request-id`, as HTTP/1.1 writes them; `given_id` is what that is,
    None if the request brought none. `body` is None where it has none.
    """

    status: int
    given_id: str | None
    lines: bytes
    body: Stretch | None


class ReadyAnswers:
    """The kept answers of what stands on the shelf at each moment."""

    def __init__(
        self,
        shelf: Shelf,
        *,
        new_id: Callable[[], str] = lambda: secrets.token_hex(16),
        log: Log | None = None,
    ) -> None:
        """Begin with none.

        Args:
            shelf: Where answers come from.
            new_id: Gives the id of a request that brings none.
            log: Where it is recorded how many answers were given.
        """
        self.shelf = shelf
        self.new_id = new_id
        self._log: Log = log or structlog.get_logger("gaptracker.api")
        self._kept: KeptAnswers | None = None
        self._coming: KeptAnswers | None = None
        # The thread that bakes and the one that answers have to mean the same answers.
        self._choosing = threading.Lock()
        self._read: dict[tuple[str, bytes], Asked | None] = {}
        self._seen: dict[bytes, Ready] = {}
        self._given, self._told_at = 0, time.monotonic()

    def kept_now(self) -> KeptAnswers | None:
        """Return what is kept of the standing that is on the shelf at this moment."""
        standing = self.shelf.standing
        kept = self._kept
        if kept is not None and kept.serves(standing):
            return kept
        if standing.current is None:
            return None
        with self._choosing:
            coming, self._coming = self._coming, None
            is_baked = coming is not None and coming.serves(standing)
            kept = self._kept = coming if is_baked else KeptAnswers(standing)
            self._read.clear()
            self._seen.clear()
        return kept

    def kept_for(self, standing: Standing) -> KeptAnswers:
        """Return what will be kept of a standing that may not be shown yet."""
        with self._choosing:
            if self._kept is not None and self._kept.serves(standing):
                return self._kept
            self._coming = KeptAnswers(standing)
            return self._coming

    def answer(
        self, method: str, path: str, query: bytes, headers: Iterable[tuple[bytes, bytes]]
    ) -> Ready | None:
        """Return what a request may have as it is; None if the application has to answer.

        Args:
            method: The method, in upper case.
            path: The decoded path.
            query: What follows the question mark, as it came.
            headers: The headers, names in lower case.
        """
        kept = self.kept_now()
        if kept is None:
            return None
        request = self.read(kept, (method, path, query), headers)
        found = None if request is None else kept.find(request.key)
        return None if request is None or found is None else self.ready(found, request)

    def again(self, written: bytes) -> Ready | None:
        """Return the answer of a request that was remembered, byte for byte."""
        ready = self._seen.get(_digest(written)) if self.kept_now() is not None else None
        if ready is not None:
            self._count()
        return ready

    def remember(self, written: bytes, ready: Ready) -> None:
        """Remember what a whole request, as it came, is answered with: a reader often comes again.

        One with an id of its own does not. Its digest is kept, and nothing of what it says of them.
        """
        if ready.given_id is None and len(written) <= LONGEST_SEEN:
            if len(self._seen) >= MOST_SEEN:
                self._seen.clear()
            self._seen[_digest(written)] = ready

    def ready(self, found: KeptAnswer, request: PlainRequest) -> Ready:
        """Return a kept answer as one request gets it, or that its client has it, and count it."""
        self._count()
        lifetime = LIFETIMES[request.is_pinned]
        held = held_tag(found.plain_etag, [request.tags]) if request.tags else None
        if held is not None:
            lines = b"%betag: %b\r\n%b" % (lifetime, held.encode(), found.bodiless)
            return Ready(status=NOT_MODIFIED, given_id=request.given_id, lines=lines, body=None)
        return Ready(
            status=OK,
            given_id=request.given_id,
            lines=lifetime + found.lines,
            body=None if request.head_only else found.body,
        )

    def read(
        self,
        kept: KeptAnswers,
        line: tuple[str, str, bytes],
        headers: Iterable[tuple[bytes, bytes]],
    ) -> PlainRequest | None:
        """Read a request for a published address; None if the application has to look at it.

        Args:
            kept: The answers it would be given of.
            line: Method, path and query.
            headers: The headers, names in lower case.
        """
        method, path, query = line
        asked = self._asked(kept, path, query) if method in METHODS else None
        heeded = _heeded(headers) if asked else None
        if asked is None or heeded is None:
            return None
        tags = heeded.get(b"if-none-match", b"").decode("latin-1")
        manner = _manner(
            asked.offered,
            (asked.form, asked.language),
            *(heeded.get(name) for name in NEGOTIATED),
        )
        if manner is None or tags.strip() == "*":
            return None
        given_id = heeded.get(b"x-request-id", b"").decode("latin-1")
        return PlainRequest(
            key=(asked.address, manner),
            is_pinned=asked.release is not None,
            head_only=method == "HEAD",
            tags=tags,
            given_id=given_id if GIVEN_ID.fullmatch(given_id) else None,
        )

    def _asked(self, kept: KeptAnswers, path: str, query: bytes) -> Asked | None:
        """Return what an address asks for, remembering how it was read."""
        release = kept.standing.current
        written = (path, query)
        if written in self._read:
            return self._read[written]
        if release is None or not path.startswith(PREFIXES):
            return None
        asked = read_address(release, path, query.decode("latin-1"))
        if asked is not None and asked.release not in (None, release.id):
            asked = None
        is_short = len(path) + len(query) <= LONGEST_REMEMBERED
        if is_short and len(self._read) < ADDRESSES_REMEMBERED:
            self._read[written] = asked
        return asked

    def _count(self) -> None:
        """Count an answer, and tell the log now and then: a line for each would cost more."""
        self._given += 1
        now = time.monotonic()
        if now - self._told_at >= LOG_SECONDS:
            self._log.info(
                "published answers given",
                count=self._given,
                seconds=round(now - self._told_at, 1),
            )
            self._given, self._told_at = 0, now


def _digest(written: bytes) -> bytes:
    return hashlib.blake2b(written, digest_size=32).digest()


def _heeded(headers: Iterable[tuple[bytes, bytes]]) -> dict[bytes, bytes] | None:
    """Return the headers that decide; None if the application has to look.

    That is if one came twice, is longer than what is remembered, or is none of ours.
    """
    found: dict[bytes, bytes] = {}
    for name, value in headers:
        if name in HEEDED:
            if name in found or len(value) > LONGEST_REMEMBERED:
                return None
            found[name] = value
        elif name in LEFT_ALONE:
            return None
    return found


# A browser sends the same headers each time, and there are few browsers.
@lru_cache(maxsize=10_000)
def _manner(
    offered: Sequence[str],
    said: tuple[str | None, str | None],
    accept: bytes | None,
    accept_language: bytes | None,
    accept_encoding: bytes | None,
) -> Manner | None:
    """Return how an answer is to look; None if the application has to refuse."""
    form, language = said
    try:
        chosen = form or choose_format(offered, suffix=None, parameter=None, accept=_text(accept))
    except RequestRefused:
        return None
    packing = _text(accept_encoding)
    return Manner(
        form=chosen,
        language=choose_language(language, _text(accept_language)),
        encoding=choose_encoding(packing, ENCODINGS),
        takes_plain=takes_plain(packing),
    )


def _text(header: bytes | None) -> str | None:
    return None if header is None else header.decode("latin-1")


def ready_in(app: FastAPI) -> ReadyAnswers:
    """Return the ready answers of an application."""
    found: ReadyAnswers = app.state.ready_answers
    return found
