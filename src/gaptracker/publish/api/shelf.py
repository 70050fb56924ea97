"""Which verified releases are in memory, and how a newer one takes over."""

import asyncio
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import structlog

from gaptracker.domain.errors import GapTrackerError, UnknownName
from gaptracker.domain.results import Manifest
from gaptracker.domain.vocabulary import ReleaseState
from gaptracker.publish.frozen import FrozenRelease, load_release
from gaptracker.records.downloads import Downloads
from gaptracker.records.release_store import IndexEntry, ReleaseStore
from gaptracker.release.manifest import Provenance
from gaptracker.workflows.release_changes import ReleaseChanges, read_changes

# Each release kept costs its whole memory; old ones are asked for seldom and load in seconds.
OLD_RELEASES_KEPT = 2
# Reading a damaged release again every few seconds would keep a disk busy for nothing.
RETRY_SECONDS = 30.0

log = structlog.get_logger("gaptracker.api")


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """A release that can be asked for: its first index entry and its manifest."""

    entry: IndexEntry
    manifest: Manifest
    provenance: Provenance


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What is on the shelf at one moment; replaced whole, never changed.

    `published` holds every published release by id, the newest first. `refused` is the id of a
    release that `latest` names and that could not be loaded.
    """

    current: FrozenRelease | None
    published: Mapping[str, Published]
    refused: str | None


class Shelf:
    """The releases that an application answers from.

    One attribute holds the standing, and a request reads it once: a newer release takes over
    between two requests, never inside one.
    """

    def __init__(self, store: ReleaseStore, *, clock: Callable[[], float] = time.monotonic) -> None:
        """Begin with nothing; `refresh` brings the current release.

        Args:
            store: Where releases are kept.
            clock: Seconds from any beginning, for waiting before a refused release is retried.
        """
        self._store = store
        self._clock = clock
        self._retry_at = 0.0
        self._standing = Standing(current=None, published={}, refused=None)
        self._old: OrderedDict[str, FrozenRelease] = OrderedDict()
        self._changes: dict[str, ReleaseChanges] = {}
        self._lock = threading.Lock()

    @property
    def standing(self) -> Standing:
        """Return what is on the shelf now."""
        return self._standing

    @property
    def store(self) -> ReleaseStore:
        """Return where releases are kept, for what is read of them in part."""
        return self._store

    @property
    def downloads(self) -> Downloads:
        """Return the files of releases that people take away."""
        return self._store.downloads

    def changes(self, published: Published) -> ReleaseChanges | None:
        """Return what a release changed against the one before; None where nobody wrote it down.

        Blocks while it reads, once for each release.

        Raises:
            ReleaseCorrupt: If the document is not what was written at the cut.
        """
        digest = published.entry.changes_sha256
        if digest is None:
            return None
        if digest not in self._changes:
            content = self._store.changes(published.entry)
            self._changes[digest] = read_changes(content or b"")
        return self._changes[digest]

    def refresh(self) -> None:
        """Load and verify the store's current release, if it is another than ours.

        A release that cannot be verified is logged and refused; the one in memory stays, under
        its own id, and /readyz says so. Blocks while it reads.
        """
        held = self._standing
        named = "latest"
        try:
            named = self._store.latest() or ""
            if not named or (held.current is not None and named == held.current.id):
                self._standing = replace(held, refused=None)
                return
            if named == held.refused and self._clock() < self._retry_at:
                return
            self._standing = Standing(
                current=_load(self._store, named), published=self._published(), refused=None
            )
        except (GapTrackerError, OSError) as error:
            self._retry_at = self._clock() + RETRY_SECONDS
            self._standing = replace(held, refused=named)
            # Not `exception`: the message says all, and a traceback would say it every time.
            log.error("release refused", release=named, reason=str(error))  # noqa: TRY400
        else:
            log.info("release taken", release=named)

    async def watch(self, interval_seconds: float) -> None:
        """Refresh for ever, looking at the store once an interval."""
        while True:
            await asyncio.to_thread(self.refresh)
            await asyncio.sleep(interval_seconds)

    async def take(self, release: str) -> FrozenRelease:
        """Return a published release, loading and verifying it if it is not in memory.

        Raises:
            UnknownName: If no release of that id was published.
            ReleaseCorrupt: If a byte differs from what was frozen.
        """
        standing = self._standing
        if standing.current is not None and standing.current.id == release:
            return standing.current
        if release not in standing.published:
            raise UnknownName("release", release)
        return await asyncio.to_thread(self._take_old, release)

    def _take_old(self, release: str) -> FrozenRelease:
        with self._lock:
            found = self._old.pop(release, None) or _load(self._store, release)
            self._old[release] = found
            while len(self._old) > OLD_RELEASES_KEPT:
                self._old.popitem(last=False)
            return found

    def _published(self) -> dict[str, Published]:
        """Return what was published, by id, the newest first; a run cut again keeps its number."""
        first: dict[str, IndexEntry] = {}
        for entry in self._store.entries():
            if entry.state is ReleaseState.PUBLISHED:
                first.setdefault(entry.id, entry)
        found = {}
        for name, entry in reversed(first.items()):
            manifest, provenance = self._store.manifest(entry)
            found[name] = Published(entry=entry, manifest=manifest, provenance=provenance)
        return found


def _load(store: ReleaseStore, release: str) -> FrozenRelease:
    """Load a release and build its indexes here, so that no request has to wait for them."""
    loaded = load_release(store, release)
    _ = (loaded.scored_themes, loaded.cells, loaded.pairs, loaded.sources)
    return loaded
