"""Fetching a publisher's resource into a file: politely, bounded, again where that helps."""

import email.utils
import hashlib
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

import httpx
from tenacity import (
    RetryCallState,
    Retrying,
    retry_if_exception_type,
    stop_after_attempt,
    wait_random_exponential,
)

from gaptracker.domain.errors import GapTrackerError
from gaptracker.domain.syncing import IssueKind
from gaptracker.intake.addresses import AddressRefused
from gaptracker.intake.bounded_body import ResponseTooLarge, ResponseUnreadable
from gaptracker.intake.connectors.base import BY_HAND, Resource, SourceUnreadable

ATTEMPTS = 5
LONGEST_WAIT_SECONDS = 120.0
# A publisher that asks for an hour is not waited for: the next run comes.
LONGEST_RETRY_AFTER_SECONDS = 300.0
OK, NOT_MODIFIED, TOO_MANY = 200, 304, 429
SERVER_ERRORS = range(500, 600)
SHOWN_BYTES = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class Validators:
    """What is known of a resource from the last time, for a conditional request."""

    etag: str | None = None
    last_modified: str | None = None

    def headers(self) -> dict[str, str]:
        """Return the headers by which a server may answer that nothing changed."""
        given = {"If-None-Match": self.etag, "If-Modified-Since": self.last_modified}
        return {name: value for name, value in given.items() if value is not None}


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """A resource that arrived whole; `path` is None if it is as it was (304)."""

    path: Path | None
    url: str
    sha256: str = ""
    size_bytes: int = 0
    media_type: str | None = None
    etag: str | None = None
    last_modified: str | None = None


class _TryAgain(GapTrackerError):
    """An answer that may be another one in a while; `after` seconds if the server said so."""

    def __init__(self, kind: IssueKind, detail: str, after: float | None = None) -> None:
        super().__init__(detail)
        self.kind = kind
        self.after = after


@dataclass(slots=True, kw_only=True)
class Pace:
    """Keeps requests to one host apart, and waits; time and sleep come from outside."""

    seconds: float
    monotonic: Callable[[], float]
    sleep: Callable[[float], None]
    _last: dict[str, float] = field(default_factory=dict)

    def wait_for(self, url: str) -> None:
        """Wait until this host may be asked again."""
        host = urlsplit(url).netloc
        if host in self._last:
            left = self._last[host] + self.seconds - self.monotonic()
            if left > 0:
                self.sleep(left)
        self._last[host] = self.monotonic()


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetcher:
    """Fetches the resources of one source.

    Args:
        client: From `http.make_client`; its limit of bytes is at least that of each resource.
        folder: Where files are put; the caller removes it.
        pace: How far requests are apart.
        now: The time, for `Retry-After` as a date.
        mirror: Address of a mirror of all publishers: `https://host/path` is fetched as
            `<mirror>/host/path` then. None to ask the publishers.
    """

    client: httpx.Client
    folder: Path
    pace: Pace
    now: Callable[[], datetime]
    mirror: str | None = None

    def fetch(self, resource: Resource, where: str, held: Validators) -> Fetched:
        """Fetch one resource whole, or learn that it is as it was.

        Cut lines, time-outs, 429 and 5xx are tried again, five times in all, longer and longer
        apart with jitter, or as long as `Retry-After` says.

        Args:
            resource: What to fetch.
            where: How issues name it.
            held: What is known from the last time.

        Raises:
            SourceUnreadable: If it cannot be had, or is not what was asked for; no file is left.
        """
        if self.mirror is None and resource.url.startswith(BY_HAND):
            raise SourceUnreadable(
                IssueKind.FILE_MISSING,
                where,
                "it cannot be fetched from anywhere; run with --offline FOLDER, and in it a file "
                f"{' or '.join(resource.offline)}",
            )
        retrying = Retrying(
            retry=retry_if_exception_type(_TryAgain),
            stop=stop_after_attempt(ATTEMPTS),
            wait=_wait,
            sleep=self.pace.sleep,
            reraise=True,
        )
        try:
            return retrying(self._attempt, resource, where, held)
        except _TryAgain as error:
            raise SourceUnreadable(
                error.kind, where, f"{error}; given up after {ATTEMPTS} attempts"
            ) from error

    def _attempt(self, resource: Resource, where: str, held: Validators) -> Fetched:
        url = self._address(resource.url)
        self.pace.wait_for(resource.url)
        headers = {**resource.headers, **held.headers()}
        try:
            with self.client.stream(
                "POST" if resource.form is not None else "GET",
                url,
                headers=headers,
                data=resource.form,
            ) as response:
                return self._take(response, resource, where)
        except AddressRefused as error:
            raise SourceUnreadable(IssueKind.NOT_REACHED, where, str(error)) from error
        except ResponseTooLarge as error:
            raise SourceUnreadable(IssueKind.SHAPE_UNKNOWN, where, str(error)) from error
        except (ResponseUnreadable, httpx.DecodingError) as error:
            # A packed body that ends early is a line that was cut.
            raise _TryAgain(IssueKind.NOT_REACHED, f"the answer broke off ({error})") from error
        except httpx.TooManyRedirects as error:
            raise SourceUnreadable(IssueKind.NOT_REACHED, where, f"{error}") from error
        except (httpx.TransportError, httpx.InvalidURL) as error:
            name = type(error).__name__
            raise _TryAgain(IssueKind.NOT_REACHED, f"no whole answer came ({name})") from error

    def _address(self, url: str) -> str:
        if self.mirror is None:
            return url
        return f"{self.mirror.rstrip('/')}/{url.partition('://')[2]}"

    def _take(self, response: httpx.Response, resource: Resource, where: str) -> Fetched:
        status = response.status_code
        if status == NOT_MODIFIED:
            return Fetched(path=None, url=resource.url)
        if status == TOO_MANY or status in SERVER_ERRORS or status in resource.retry_statuses:
            after = self._retry_after(response.headers.get("retry-after"))
            if after is not None and after > LONGEST_RETRY_AFTER_SECONDS:
                raise SourceUnreadable(
                    IssueKind.NOT_REACHED,
                    where,
                    f"the server answered {status} and asks to wait {after:.0f} seconds; "
                    "try again later",
                )
            raise _TryAgain(IssueKind.NOT_REACHED, f"the server answered {status}", after)
        if status != OK:
            raise SourceUnreadable(
                IssueKind.NOT_REACHED,
                where,
                f"the server answered {status} for {resource.url}; expected 200: see whether the "
                "publisher moved it",
            )
        path = self.folder / f"{resource.name}.part"
        fetched = _keep(response, path, resource, where)
        if not fetched.size_bytes and resource.retry_empty:
            raise _TryAgain(IssueKind.EMPTY_ANSWER, "an empty body came")
        return fetched

    def _retry_after(self, text: str | None) -> float | None:
        """Read `Retry-After`, in seconds or as a date; None if it is neither."""
        if text is None:
            return None
        if text.strip().isdigit():
            return float(text)
        try:
            moment = email.utils.parsedate_to_datetime(text)
        except ValueError:
            return None
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=UTC)
        return max((moment - self.now()).total_seconds(), 0.0)


def _wait(state: RetryCallState) -> float:
    """Return how long to wait: as the server says, else longer and longer with jitter."""
    error = state.outcome.exception() if state.outcome else None
    if isinstance(error, _TryAgain) and error.after is not None:
        return error.after
    return wait_random_exponential(multiplier=1, max=LONGEST_WAIT_SECONDS)(state)


def _keep(response: httpx.Response, path: Path, resource: Resource, where: str) -> Fetched:
    """Write a body to a file as it comes, hashed; refuse one that does not begin as it has to."""
    digest = hashlib.sha256()
    size = 0
    head = b""
    with path.open("wb") as file:
        for chunk in response.iter_raw():
            size += len(chunk)
            if size > resource.most_bytes:
                raise ResponseTooLarge(
                    f"more than {resource.most_bytes} bytes came; expected at most that many"
                )
            head = head or chunk[:SHOWN_BYTES]
            digest.update(chunk)
            file.write(chunk)
    is_asked_again = resource.retry_empty and not size
    begins = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if resource.begins and not is_asked_again and not begins.startswith(resource.begins):
        raise SourceUnreadable(
            IssueKind.EMPTY_ANSWER if not size else IssueKind.SHAPE_UNKNOWN,
            where,
            f"the answer begins with {head[:40]!r} ({response.headers.get('content-type')}); "
            f"expected one of {', '.join(repr(each) for each in resource.begins)}",
        )
    return Fetched(
        path=path,
        # The publisher's own address: where a redirect or a mirror led is no one's to cite.
        url=resource.url,
        sha256=digest.hexdigest(),
        size_bytes=size,
        media_type=response.headers.get("content-type"),
        etag=response.headers.get("etag"),
        last_modified=response.headers.get("last-modified"),
    )


def find_offline(folder: Path, resource: Resource, where: str, scratch: Path) -> Path:
    """Find the downloaded copy of a resource by its patterns, the newest name of the best one.

    What is many files is packed into a zip in the folder `scratch`, the same files always into
    the same bytes.

    Raises:
        SourceUnreadable: If there is none; it says which names were looked for.
    """
    for pattern in resource.offline:
        found = sorted(path for path in folder.glob(pattern) if path.is_file())
        if found:
            return found[-1]
    packs = folder.rglob(resource.packs) if resource.packs else ()
    parts = sorted(path for path in packs if path.is_file())
    if parts:
        return _packed(parts, folder, scratch / f"{resource.name}.zip")
    listed = ", ".join(resource.offline) or "no file: this one can only be fetched"
    raise SourceUnreadable(
        IssueKind.FILE_MISSING,
        where,
        f"no file for it in {folder}; expected {listed}, downloaded from {resource.url}",
    )


def _packed(parts: Sequence[Path], folder: Path, into: Path) -> Path:
    with zipfile.ZipFile(into, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for path in parts:
            # The date of a zip's beginning of time, so that bytes tell of content alone.
            member = zipfile.ZipInfo(path.relative_to(folder).as_posix())
            member.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(member, path.read_bytes(), compresslevel=1)
    return into


def file_facts(path: Path) -> tuple[str, int]:
    """Return SHA-256 and size of a file, without holding it."""
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return digest, path.stat().st_size
