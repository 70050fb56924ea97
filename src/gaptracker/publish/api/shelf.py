"""Which verified releases are in memory, and how a newer one takes over."""

import asyncio
import gc
import threading
import time
import traceback
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import structlog

from gaptracker.domain.errors import GapTrackerError, UnknownName
from gaptracker.domain.results import Manifest
from gaptracker.domain.vocabulary import ReleaseState
from gaptracker.publish.beside import (
    NOTHING_ANNOUNCED,
    NOTHING_BESIDE,
    Announced,
    Beside,
    load_announced,
    load_beside,
)
from gaptracker.publish.frozen import FrozenRelease, load_release
from gaptracker.publish.scratch import give_back_memory
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
    release that `latest` names and that could not be loaded. `beside` is what was said of releases
    after their freeze; `beside_refused` that a newer version of it could not be read. `announced`
    and `announced_refused` are the same of the reports that feeds tell of.
    """

    current: FrozenRelease | None
    published: Mapping[str, Published]
    refused: str | None
    beside: Beside = NOTHING_BESIDE
    beside_refused: bool = False
    announced: Announced = NOTHING_ANNOUNCED
    announced_refused: bool = False


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
        self._beside_retry_at = 0.0
        self._announced_retry_at = 0.0
        self._standing = Standing(current=None, published={}, refused=None)
        self._old: OrderedDict[str, FrozenRelease] = OrderedDict()
        self._changes: dict[str, ReleaseChanges] = {}
        self._lock = threading.Lock()
        self._preparers: list[Callable[[FrozenRelease], object]] = []
        self._bakers: list[Callable[[Standing], object]] = []

    def prepare_by(self, make_ready: Callable[[FrozenRelease], object]) -> None:
        """Let every release that is loaded from now on be made ready before it is shown.

        Args:
            make_ready: Called with the release, in the thread that loads it. It may raise
                ReleaseCorrupt, and the release is refused then.
        """
        self._preparers.append(make_ready)

    def bake_by(self, bake: Callable[["Standing"], object]) -> None:
        """Let answers be made beforehand of every standing with another release.

        Args:
            bake: Called in the thread that loads: before the standing is shown, so that the
                newer release does not begin slowly; after that if there was none to show.
        """
        self._bakers.append(bake)

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
        its own id, and /readyz says so. Blocks while it reads. Replies, errata and
        announced reports that came in are taken over as well; figures, and the answers made of
        them beforehand, stay then.
        """
        self._refresh_beside()
        self._refresh_announced()
        held = self._standing
        named = "latest"
        try:
            named = self._store.latest() or ""
            if not named or (held.current is not None and named == held.current.id):
                self._standing = replace(held, refused=None)
                return
            if named == held.refused and self._clock() < self._retry_at:
                return
            coming = replace(
                held, current=self._load(named), published=self._published(), refused=None
            )
            if held.current is not None:
                self._bake(coming)
            self._standing = coming
        except (GapTrackerError, OSError) as error:
            self._retry_at = self._clock() + RETRY_SECONDS
            self._standing = replace(held, refused=named)
            # Not `exception`: the message says all, and a traceback would say it every time.
            log.error("release refused", release=named, reason=str(error))  # noqa: TRY400
        else:
            log.info("release taken", release=named)
            if held.current is None:
                self._bake(coming)

    def _refresh_beside(self) -> None:
        """Take over what lies beside the releases; where it cannot be read, what we have stays."""
        held = self._standing
        if held.beside_refused and self._clock() < self._beside_retry_at:
            return
        try:
            head = self._store.annotations.head()
            current = head is None or head.sha256 == held.beside.sha256
            beside = held.beside if current else load_beside(self._store)
        except (GapTrackerError, OSError) as error:
            self._beside_retry_at = self._clock() + RETRY_SECONDS
            self._standing = replace(held, beside_refused=True)
            log.error("replies refused", reason=str(error))  # noqa: TRY400  as above
            return
        self._standing = replace(held, beside=beside, beside_refused=False)
        if not current:
            log.info("replies taken", version=beside.annotations.version)

    def _refresh_announced(self) -> None:
        """Take over which reports were announced, as `_refresh_beside` does."""
        held = self._standing
        if held.announced_refused and self._clock() < self._announced_retry_at:
            return
        try:
            head = self._store.announcements.head()
            current = head is None or head.sha256 == held.announced.sha256
            announced = held.announced if current else load_announced(self._store)
        except (GapTrackerError, OSError) as error:
            self._announced_retry_at = self._clock() + RETRY_SECONDS
            self._standing = replace(held, announced_refused=True)
            log.error("announced reports refused", reason=str(error))  # noqa: TRY400  as above
            return
        self._standing = replace(held, announced=announced, announced_refused=False)
        if not current:
            log.info("announced reports taken", number=len(announced.reports))

    def _bake(self, standing: Standing) -> None:
        """Have answers made beforehand; where that fails, each is made when it is asked for."""
        for bake in self._bakers:
            try:
                bake(standing)
            except Exception:  # noqa: BLE001  answers are no worse without it, only slower
                log.error("release not baked", exception=traceback.format_exc())  # noqa: TRY400
        gc.collect()
        give_back_memory()

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
            found = self._old.pop(release, None) or self._load(release)
            self._old[release] = found
            while len(self._old) > OLD_RELEASES_KEPT:
                self._old.popitem(last=False)
            return found

    def _load(self, name: str) -> FrozenRelease:
        """Load a release with all that is made of it, so that no request has to wait for that."""
        release = load_release(self._store, name)
        _ = (release.scored_themes, release.cells, release.pairs, release.sources)
        for make_ready in self._preparers:
            make_ready(release)
        give_back_memory()
        return release

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
