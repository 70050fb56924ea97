"""What every call of the client is made of: one connection, a key for each request that writes."""

import json
from collections.abc import Mapping
from typing import Self

from gaptracker.client.connection import Body, Call, Connection, Reply, checked_key
from gaptracker.client.errors import Document
from gaptracker.client.retries import Retries

TIMEOUT_SECONDS = 60.0
# Evidence has to arrive; who reads, and may have mistyped the address, can ask again.
SENDING = Retries()
READING = Retries(attempts=5)
CREATED = 201
JSON = "application/json"


class Calls:
    """A connection to a server under a key."""

    def __init__(
        self,
        base_url: str | None = None,
        key: str | None = None,
        *,
        timeout: float = TIMEOUT_SECONDS,
        retries: Retries | None = None,
        proxy: str | None = None,
        language: str | None = None,
    ) -> None:
        """Connect to nothing yet.

        Args:
            base_url: As `https://gaptracker.example`; `GAPTRACKER_API_URL` of the environment if
                None. Plain http is for reading without a key, this machine and .onion only.
            key: As `key issue` printed it; `GAPTRACKER_API_KEY` of the environment if None, none
                at all if empty: reading needs none.
            timeout: Seconds without a byte after which an attempt is given up.
            retries: How stubborn to be; if None, ten attempts with a key, five without.
            proxy: An HTTP proxy, as Tor's `HTTPTunnelPort`; the environment's if None.
            language: Of names and sentences in answers: `en`, `es` or `pt`; English if None.

        Raises:
            InvalidValue: If the address is not safe, or the key is none.
        """
        self._retries = retries or (SENDING if checked_key(key) else READING)
        self._connection = Connection(
            base_url, key, timeout=timeout, retries=self._retries, proxy=proxy, language=language
        )

    def __repr__(self) -> str:
        """Show the address, never the key."""
        return f"{type(self).__name__}({self._connection.base_url!r}, key hidden)"

    def __enter__(self) -> Self:
        """Use as a block that closes."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close."""
        self.close()

    def close(self) -> None:
        """Close what is open."""
        self._connection.close()

    @property
    def address(self) -> str:
        """The address of the server, without `/v1`."""
        return self._connection.base_url

    def _get(self, path: str) -> Reply:
        return self._connection.send(Call(method="GET", path=path))

    def _post(
        self,
        path: str,
        body: Body,
        *,
        idempotency_key: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Reply:
        sent = {"Content-Type": "application/json", **(headers or {})}
        if idempotency_key is not None:
            sent["Idempotency-Key"] = quoted(idempotency_key)
        return self._connection.send(Call(method="POST", path=path, headers=sent, body=body))


def json_bytes(document: Document) -> bytes:
    """Write a document for sending.

    Raises:
        ValueError: If it holds a number that JSON has not (NaN, infinity).
    """
    return json.dumps(document, ensure_ascii=True, allow_nan=False).encode()


def quoted(key: str) -> str:
    """Return an idempotency key as the header has it."""
    return f'"{key}"'
