"""Fetch a page that somebody asked to be kept: as it is served, through the guarded client.

Whatever goes wrong is told in words of our own. What stands behind an address may be anybody's,
and none of it, no header and no message, finds its way into a problem or a log.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum

import httpx

from gaptracker.domain.errors import GapTrackerError
from gaptracker.intake.addresses import AddressRefused
from gaptracker.intake.bounded_body import ResponseTooLarge, ResponseUnreadable

MOST_REDIRECTS = 5
ABSENT = frozenset({404, 410})
# What is kept should be what was sent; a server that packs all the same is unpacked, within limits.
AS_IT_IS = {"Accept-Encoding": "identity", "Accept": "*/*"}


class CaptureFault(StrEnum):
    """Why a page was not captured; each is told to whoever asked."""

    ADDRESS_REFUSED = (
        "the address, or one that it leads on to, is not on the public Internet, or of a scheme or "
        "port that is not called"
    )
    ABSENT = "the address answers that there is nothing"
    NO_PAGE = "the address answered with an error, or led on too often"
    TOO_LARGE = "the page is larger than a file may be"
    TIMEOUT = "the page did not come to its end in time"
    CONNECTION = "no connection, or one that broke off, at every attempt"
    UNREADABLE = "what the address answered is no HTTP, or not packed as it says"


class CaptureFailed(GapTrackerError):
    """A page was not captured; the message holds nothing of it."""

    def __init__(self, fault: CaptureFault) -> None:
        """Name the fault."""
        super().__init__(fault.value)
        self.fault = fault


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What an address answered.

    Attributes:
        asked: The address that was asked for, without its fragment.
        url: The one that answered, after redirects.
        headers: Names and values as they came, of the answer alone.
        body: Unpacked, without the framing of the transfer.
    """

    asked: str = field(repr=False)
    url: str = field(repr=False)
    status: int
    reason: str
    headers: tuple[tuple[bytes, bytes], ...] = field(repr=False)
    body: bytes = field(repr=False)


def fetch_page(client: httpx.Client, url: str) -> Page:
    """Fetch a page, following a few redirects, each through the guard and all within one time.

    Args:
        client: From `make_client`, without redirects of its own: it would read the body of each.
        url: An address that `check_url` let pass.

    Raises:
        CaptureFailed: If there is no whole page; nothing of it is kept.
    """
    with _own_words():
        request = client.build_request("GET", url, headers=AS_IT_IS)
        with _answer(client, request) as response:
            if not response.is_success:
                absent = response.status_code in ABSENT
                raise CaptureFailed(CaptureFault.ABSENT if absent else CaptureFault.NO_PAGE)
            return Page(
                asked=_without_fragment(request.url),
                url=_without_fragment(response.url),
                status=response.status_code,
                reason=response.reason_phrase,
                headers=tuple(response.headers.raw),
                body=b"".join(response.iter_raw()),
            )


@contextmanager
def _answer(client: httpx.Client, request: httpx.Request) -> Iterator[httpx.Response]:
    """Yield the first answer that is no redirect, its body still to be read."""
    following = request
    for _ in range(MOST_REDIRECTS + 1):
        response = client.send(following, stream=True)
        try:
            # The next request inherits the time that is left.
            if response.next_request is None:
                yield response
                return
            following = response.next_request
        finally:
            response.close()
    raise CaptureFailed(CaptureFault.NO_PAGE)


@contextmanager
def _own_words() -> Iterator[None]:
    """Raise what went wrong without anything that came from outside."""
    try:
        yield
    except AddressRefused:
        fault = CaptureFault.ADDRESS_REFUSED
    except ResponseTooLarge:
        fault = CaptureFault.TOO_LARGE
    except httpx.TimeoutException:
        fault = CaptureFault.TIMEOUT
    # A server that is restarted hangs up in the middle of a sentence.
    except (httpx.NetworkError, httpx.RemoteProtocolError):
        fault = CaptureFault.CONNECTION
    except (ResponseUnreadable, httpx.HTTPError, httpx.InvalidURL):
        fault = CaptureFault.UNREADABLE
    else:
        return
    raise CaptureFailed(fault)


def _without_fragment(url: httpx.URL) -> str:
    return str(url.copy_with(fragment=None))
