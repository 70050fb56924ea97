"""Sending again: a request with a key is done once, and answered alike every time after.

After draft-ietf-httpapi-idempotency-key-header-07 (October 2025, expired, not an RFC). The key and
what the request wrote are one transaction: either both are there or neither is.
"""

import hashlib
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from fastapi import Request, Response

from gaptracker.domain.principals import Principal
from gaptracker.domain.refusals import RefusalCode, Refused
from gaptracker.receive.desk import desk_of
from gaptracker.records.idempotency_repository import RequestKey, StoredAnswer
from gaptracker.workflows.errand import Errand

LONGEST_KEY = 255
KEY_TEXT = re.compile(r'"(?P<quoted>[!#-\[\]-~ ]{1,255})"|(?P<bare>[!#-\[\]-~]{1,255})')


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a route answers: a status, a JSON body, and headers of its own."""

    status: int
    body: Mapping[str, object]
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamedBody:
    """A body that is not in memory: the SHA-256 of its bytes, in hex."""

    sha256: str


def answer_once(
    request: Request, body: bytes | StreamedBody, errand: Errand, do: Callable[[], Answer]
) -> Response:
    """Do what a request asks unless it was done before under the same key.

    Args:
        request: The request, with `Idempotency-Key`.
        body: Its raw body, or the digest of one that was streamed; with the content type it is
            the request's fingerprint.
        errand: The caller, whose key is theirs alone, with the transaction and the moment.
        do: What to do the first time; if it raises, nothing is kept, the key neither.

    Raises:
        Refused: `idempotency-key-required`, `idempotency-key-reused` or `request-in-progress`.
    """
    work, key = errand.work, key_of(request, errand.principal)
    fingerprint = fingerprint_of(request, body)
    claim = (key.member, key.method, key.route, key.key)
    running = desk_of(request).running
    if not running.claim(claim):
        raise _in_progress()
    try:
        # The claim in memory may go before the commit: until then the database itself keeps a
        # second request of this key out, by a lock of the key or of the whole file.
        if not work.idempotency.claim(key):
            raise _in_progress()
        stored = work.idempotency.find(key)
        if stored is not None:
            return _replayed(stored, fingerprint)
        answer = do()
        kept = StoredAnswer(
            fingerprint=fingerprint,
            status=answer.status,
            headers=json.dumps(dict(answer.headers)),
            body=json.dumps(answer.body, ensure_ascii=False),
        )
        work.idempotency.keep(key, kept, at=errand.present.now)
        return _response(kept)
    finally:
        running.release(claim)


def key_of(request: Request, principal: Principal) -> RequestKey:
    """Return what a request's key stands for.

    Raises:
        Refused: `idempotency-key-required`.
    """
    return RequestKey(
        member=principal.member,
        method=request.method,
        route=request.url.path,
        key=given_key(request),
    )


def given_key(request: Request) -> str:
    """Return the request's Idempotency-Key: a quoted string, or the same without quotes.

    Raises:
        Refused: `idempotency-key-required`, if it is missing or has another form.
    """
    found = KEY_TEXT.fullmatch(request.headers.get("idempotency-key", "").strip())
    if found is None:
        raise Refused(
            RefusalCode.IDEMPOTENCY_KEY_REQUIRED,
            f"expected `Idempotency-Key` with 1 to {LONGEST_KEY} printable ASCII characters, new "
            "for every new request and the same when it is repeated; a UUID does well",
        )
    return found["quoted"] or found["bare"]


def fingerprint_of(request: Request, body: bytes | StreamedBody) -> str:
    """Return what tells one request from another under the same key: content type and bytes.

    The query belongs to it, since a batch's mode stands there.
    """
    parts = (request.headers.get("content-type", ""), request.url.query)
    head = "\n".join(parts).encode("utf-8", "surrogateescape")
    content = body.sha256.encode() if isinstance(body, StreamedBody) else body
    return hashlib.sha256(head + b"\n" + content).hexdigest()


def _in_progress() -> Refused:
    return Refused(
        RefusalCode.REQUEST_IN_PROGRESS,
        "the first request with this key is still being answered; wait and send it again",
        headers={"Retry-After": "1"},
    )


def _replayed(stored: StoredAnswer, fingerprint: str) -> Response:
    if stored.fingerprint != fingerprint:
        raise Refused(
            RefusalCode.IDEMPOTENCY_KEY_REUSED,
            "this key came with another body before; a key is good for one request",
        )
    return _response(stored, {"Idempotency-Replayed": "true"})


def _response(stored: StoredAnswer, more: Mapping[str, str] | None = None) -> Response:
    return Response(
        stored.body,
        status_code=stored.status,
        media_type="application/json",
        headers={**json.loads(stored.headers), "Cache-Control": "no-store", **(more or {})},
    )
