"""What the routes of the intake work with; put together once, by `main`."""

import asyncio
import threading
from collections.abc import Callable
from dataclasses import dataclass, field

from fastapi import Request

from gaptracker.custody.signed_notes import LogKey
from gaptracker.intake.addresses import OutgoingRules
from gaptracker.intake.sandboxed import Sandbox
from gaptracker.receive.rates import Rates
from gaptracker.records.blob_store import BlobStore
from gaptracker.records.unit_of_work import UnitOfWork
from gaptracker.workflows.keep_or_erase import Promise
from gaptracker.workflows.known_names import KnownNames
from gaptracker.workflows.present import Present
from gaptracker.workflows.review_rules import ReviewRules

MEGABYTE = 1_000_000
# More than the sandbox has places, so that none is idle while another file is being kept.
LOOKING = 4
ASKING = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How much one request, submission or organisation may bring, and how slowly."""

    json_bytes: int = MEGABYTE
    batch_bytes: int = 20 * MEGABYTE
    attachment_bytes: int = 25 * MEGABYTE
    attachments_per_submission: int = 20
    organisation_bytes: int = 2_000 * MEGABYTE
    # A body that stands still for so long, or is not whole after so long, is given up.
    still_seconds: float = 30.0
    body_seconds: float = 900.0
    # A file whose type is not clear after so long is taken, and looked at again later.
    look_seconds: float = 3.0


class RunningKeys:
    """The idempotency keys that this process is answering at the moment."""

    def __init__(self) -> None:
        """Begin with none."""
        self._lock = threading.Lock()
        self._keys: set[tuple[str, ...]] = set()

    def claim(self, key: tuple[str, ...]) -> bool:
        """Take a key, if nobody has it."""
        with self._lock:
            if key in self._keys:
                return False
            self._keys.add(key)
            return True

    def release(self, key: tuple[str, ...]) -> None:
        """Give a key back."""
        with self._lock:
            self._keys.discard(key)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """Where this installation may call on somebody's word, and who it says it is.

    `contact` is a mail address or page of whoever runs it, for the User-Agent.
    """

    rules: OutgoingRules = field(default_factory=OutgoingRules)
    contact: str = "contact-not-set"


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """The intake's tools.

    Attributes:
        open_work: Opens a unit of work; true for one that only reads.
        writers: Lets as many requests write at once as the database takes; the others wait here,
            where waiting costs no thread.
        asking: Lets as many requests as this at once look up who they are, as `writers` does: more
            would only stand in line for a connection.
        present: Reads the clock and gives randomness.
        review: How far one reviewer's acceptance may move a score.
        sandbox: Looks at files that arrive.
        copier: Makes copies of them.
        looking: Lets as many requests as this at once have a thread for it, as `writers` does.
        copying: The same, for copies.
    """

    open_work: Callable[[bool], UnitOfWork]
    blobs: BlobStore
    log_key: LogKey
    known: KnownNames
    present: Callable[[], Present]
    rates: Rates
    writers: asyncio.Semaphore
    asking: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(ASKING))
    review: ReviewRules = field(default_factory=ReviewRules)
    limits: Limits = field(default_factory=Limits)
    sandbox: Sandbox = field(default_factory=Sandbox)
    looking: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(LOOKING))
    # Copies take long: they must not keep new files from being looked at.
    copier: Sandbox = field(default_factory=lambda: Sandbox(at_once=1))
    copying: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(1))
    promise: Promise = field(default_factory=Promise)
    running: RunningKeys = field(default_factory=RunningKeys)
    outgoing: Outgoing = field(default_factory=Outgoing)
    # Set when the server begins to stop: who waits for events is answered at once.
    closing: threading.Event = field(default_factory=threading.Event)


def desk_of(request: Request) -> Desk:
    """Return the application's desk."""
    return desk_in(request.app)


# `object` because servers hold an application of any kind.
def desk_in(app: object) -> Desk:
    """Return the desk of an application that `install_intake` was given.

    Raises:
        TypeError: If it has none.
    """
    desk = getattr(getattr(app, "state", None), "desk", None)
    if not isinstance(desk, Desk):
        raise TypeError(f"{type(desk).__name__} where the intake's desk was expected")
    return desk
