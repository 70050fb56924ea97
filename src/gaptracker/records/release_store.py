"""Where frozen releases are kept: immutable, indexed, verified before they are read.

Layout: `<release>/manifest.json` and the files it names; `downloads/<list>/` for the files made of
them that people take away; `failed/<release>-<content>/` for runs that did not pass their checks;
`changes/<SHA-256>.json` for what a release changed against the one before; `annotations/` for
replies and errata, `announcements/` for the reports that feeds tell of; `index.json`, an
append-only list of every run; `latest`, the id of the last one published.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches

import msgspec

from gaptracker.domain.errors import ReleaseCheckFailed, ReleaseCorrupt, UnknownName
from gaptracker.domain.results import CheckResult, Manifest
from gaptracker.domain.vocabulary import ReleaseState
from gaptracker.records.beside_store import ANNOTATIONS, ANNOUNCEMENTS, BesideStore
from gaptracker.records.downloads import Downloads, StagedDownloads
from gaptracker.records.release_files import LOCK_WAIT_SECONDS, ReleaseFiles
from gaptracker.release.documents import MANIFEST_FILE, plain, write_json
from gaptracker.release.freeze import Frozen
from gaptracker.release.manifest import Provenance, read_manifest, sha256_of

INDEX_FILE = "index.json"
LATEST_FILE = "latest"
FAILED_FOLDER = "failed"
CHANGES_FOLDER = "changes"
CONTENT_DIGITS = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexEntry:
    """One run in the index: its number, its content and what became of it.

    `compared` holds ceilings against the release that was the latest until then, `previous`.
    `downloads_sha256` names the list of the files made of it that people take away, None for
    a failed run and for releases from before there were any. `kept_at` is the second (UTC, RFC
    3339) at which it was kept, `changes_sha256` names the document of what it changed against
    `previous`; None where nobody said.
    """

    number: int
    id: str
    content_sha256: str
    state: ReleaseState
    folder: str
    previous: str | None
    compared: tuple[CheckResult, ...]
    downloads_sha256: str | None = None
    kept_at: str | None = None
    changes_sha256: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptWith:
    """What is kept with a run: when, its files to take away, what it changed (a document)."""

    at: str | None = None
    downloads: StagedDownloads | None = None
    changes: bytes | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredRelease:
    """A verified release: its index entry and the bytes of every file."""

    entry: IndexEntry
    files: Mapping[str, bytes]


class ReleaseStore:
    """Frozen releases in a folder, or behind an fsspec URL."""

    def __init__(self, url: str, *, lock_wait_seconds: float = LOCK_WAIT_SECONDS) -> None:
        """Open a store; it is made when the first release is kept.

        Args:
            url: As in `GAPTRACKER_RELEASES_URL`.
            lock_wait_seconds: How long a writer waits for another one.
        """
        self.url = url
        self._lock_wait_seconds = lock_wait_seconds
        self._files = ReleaseFiles(url)
        self.downloads = Downloads(self._files, url)
        self.annotations = BesideStore(self._files, url, name=ANNOTATIONS)
        self.announcements = BesideStore(self._files, url, name=ANNOUNCEMENTS)

    def entries(self) -> tuple[IndexEntry, ...]:
        """Return every run ever kept, oldest first, failed ones too.

        Raises:
            ReleaseCorrupt: If the index is not one that this program writes.
        """
        content = self._files.read(INDEX_FILE)
        if content is None:
            return ()
        try:
            entries = msgspec.json.decode(content, type=tuple[IndexEntry, ...])
        except msgspec.MsgspecError as error:
            raise ReleaseCorrupt(
                f"{INDEX_FILE} in {self.url} is no index of releases ({error}); "
                "restore it from a copy"
            ) from error
        return entries

    def latest(self) -> str | None:
        """Return the id of the current release, None if none was ever published.

        Raises:
            ReleaseCorrupt: If what stands there is no text.
        """
        content = self._files.read(LATEST_FILE)
        try:
            return content.decode("utf-8").strip() if content is not None else None
        except UnicodeDecodeError as error:
            raise ReleaseCorrupt(
                f"{LATEST_FILE} in {self.url} is no id of a release ({error}); write the id of a "
                "release in the index into it"
            ) from error

    def find(self, release: str | None = None) -> IndexEntry:
        """Return the index entry of a published release.

        Args:
            release: Its id; None for the current one.

        Raises:
            UnknownName: If no release of that id was published.
            ReleaseCheckFailed: If a run of that id failed its checks and none was published.
        """
        wanted = release or self.latest()
        entries = self.entries()
        named = [entry for entry in entries if entry.id == wanted]
        published = [entry for entry in named if entry.state is ReleaseState.PUBLISHED]
        if published:
            return published[-1]
        if named:
            raise ReleaseCheckFailed(
                f"run {wanted} did not pass its checks and was never published; "
                f"its manifest is in {named[-1].folder}"
            )
        known = {entry.id for entry in entries if entry.state is ReleaseState.PUBLISHED}
        nearest = get_close_matches(wanted or "", sorted(known, reverse=True), cutoff=0)
        raise UnknownName("release", wanted or "latest", nearest)

    def read(self, entry: IndexEntry, only: Collection[str] | None = None) -> StoredRelease:
        """Read a run's files and verify each against the manifest, and that against the index.

        Args:
            entry: The run.
            only: The files that are wanted, those of them that there are; None for all.

        Raises:
            ReleaseCorrupt: If a byte differs from what was frozen; it says file, expected and
                found.
        """
        return StoredRelease(entry=entry, files=dict(self.verified(entry, only)))

    def verified(
        self, entry: IndexEntry, only: Collection[str] | None = None
    ) -> Iterator[tuple[str, bytes]]:
        """Yield a run's files one by one, each verified as `read` does; the manifest first.

        For those who need not hold all of them at once; until the last has come, none is proved.

        Raises:
            ReleaseCorrupt: If a byte differs from what was frozen.
        """
        content = self._verified(entry, MANIFEST_FILE, entry.content_sha256)
        yield MANIFEST_FILE, content
        for name, expected in sorted(read_manifest(content, entry.id)[0].files.items()):
            if only is None or name in only:
                yield name, self._verified(entry, name, expected)

    def manifest(self, entry: IndexEntry) -> tuple[Manifest, Provenance]:
        """Read a run's manifest alone, verified against the index.

        Raises:
            ReleaseCorrupt: If it differs from what was frozen.
        """
        content = self._verified(entry, MANIFEST_FILE, entry.content_sha256)
        return read_manifest(content, entry.id)

    def verify(self, release: str | None = None) -> IndexEntry:
        """Hash every file of a release again, those that people take away too.

        Raises:
            ReleaseCorrupt: If a byte differs from what was frozen.
            UnknownName: If no release of that id was published.
        """
        entry = self.read(self.find(release)).entry
        if entry.downloads_sha256 is not None:
            self.downloads.verify(entry.downloads_sha256)
        return entry

    def keep(
        self,
        frozen: Frozen,
        compared: Sequence[CheckResult] = (),
        beside: KeptWith | None = None,
    ) -> IndexEntry:
        """Keep a run and, if its checks passed, make it the current release.

        A run that is already the last of its kind changes nothing. A release that was current
        before and is cut again becomes current again, by a new entry in the index. If its kept
        files were damaged, they are written anew: the content hash says that they are the same.

        Args:
            frozen: The run.
            compared: What was found against the current release.
            beside: What is kept with it.

        Returns:
            The run's entry.

        Raises:
            ReleaseCheckFailed: If a release of the same id was frozen from other bytes, or other
                files to take away were made of it.
            TimeoutError: If another process holds the store.
        """
        with self._files.locked(self._lock_wait_seconds):
            self._files.remove_leftovers()
            entries = self.entries()
            entry = _entry(frozen, entries, self.latest(), tuple(compared))
            beside = beside or KeptWith()
            downloads = beside.downloads
            same = [each for each in entries if each.folder == entry.folder]
            if same:
                _require_same_content(same[-1], entry)
                entry = _as_kept(entry, same[-1])
            else:
                entry = replace(
                    entry,
                    downloads_sha256=downloads.sha256 if downloads else None,
                    kept_at=beside.at,
                    changes_sha256=self._keep_changes(beside.changes),
                )
            if downloads and entry.downloads_sha256:
                self._keep_downloads(entry, entry.downloads_sha256, downloads)
            if not same or not self._is_whole(same[-1]):
                self._files.write_folder(entry.folder, frozen.files, last=MANIFEST_FILE)
            entries = _appended(entries, entry)
            self._write_index(entries)
            self._settle_latest(entries)
            return next(each for each in reversed(entries) if each.folder == entry.folder)

    def reinstate(self, release: str) -> IndexEntry:
        """Make a release that is kept already the current one, after verifying it.

        Raises:
            ReleaseCorrupt: If a byte differs from what was frozen.
            UnknownName: If no release of that id was published.
        """
        with self._files.locked(self._lock_wait_seconds):
            self.verify(release)
            entries = self.entries()
            kept = self.find(release)
            again = replace(kept, number=len(entries) + 1, previous=self.latest(), compared=())
            entries = _appended(entries, again)
            self._write_index(entries)
            self._settle_latest(entries)
            return next(each for each in reversed(entries) if each.id == release)

    def changes(self, entry: IndexEntry) -> bytes | None:
        """Return the document of what a release changed against the one before; None if none.

        Raises:
            ReleaseCorrupt: If a byte differs from what was written.
        """
        if entry.changes_sha256 is None:
            return None
        place = _changes_place(entry.changes_sha256)
        content = self._files.read(place)
        if content is None or sha256_of(content) != entry.changes_sha256:
            raise ReleaseCorrupt(
                f"{place} in {self.url} is not what was written at the cut; restore it from a copy"
            )
        return content

    def _keep_changes(self, content: bytes | None) -> str | None:
        if content is None:
            return None
        digest = sha256_of(content)
        self._files.write(_changes_place(digest), content)
        return digest

    def _keep_downloads(self, entry: IndexEntry, kept: str, downloads: StagedDownloads) -> None:
        """Keep files to take away; where they are kept and whole, those stay.

        Raises:
            ReleaseCheckFailed: If the kept ones are damaged, and the new ones are not the same.
        """
        if downloads.sha256 != kept:
            try:
                self.downloads.verify(kept)
            except ReleaseCorrupt as error:
                raise ReleaseCheckFailed(
                    f"the files of release {entry.id} are damaged, and this program writes others "
                    f"({downloads.sha256}, expected {kept}): {error}"
                ) from error
            return
        self.downloads.keep(downloads)

    def _is_whole(self, entry: IndexEntry) -> bool:
        try:
            self.read(entry)
        except ReleaseCorrupt:
            return False
        return True

    def _verified(self, entry: IndexEntry, name: str, expected: str) -> bytes:
        content = self._files.read(f"{entry.folder}/{name}")
        found = sha256_of(content) if content is not None else "no such file"
        if content is None or found != expected:
            raise ReleaseCorrupt(
                f"{entry.folder}/{name} in {self.url} is not what was frozen: expected SHA-256 "
                f"{expected}, found {found}; restore it from a copy, or score and cut the "
                "same release again"
            )
        return content

    def _write_index(self, entries: Sequence[IndexEntry]) -> None:
        content = write_json(plain(entries))
        if content != self._files.read(INDEX_FILE):
            self._files.write(INDEX_FILE, content)

    def _settle_latest(self, entries: Sequence[IndexEntry]) -> None:
        """Let `latest` name the last published run, also where a killed cut left it behind."""
        published = [entry for entry in entries if entry.state is ReleaseState.PUBLISHED]
        if published and published[-1].id != self.latest():
            self._files.write(LATEST_FILE, f"{published[-1].id}\n".encode())


def _entry(
    frozen: Frozen,
    entries: Sequence[IndexEntry],
    latest: str | None,
    compared: tuple[CheckResult, ...],
) -> IndexEntry:
    release, state = frozen.manifest.release, frozen.manifest.state
    folder = release
    if state is ReleaseState.FAILED:
        # Beside the releases, and named by content: a failed run never blocks its id.
        folder = f"{FAILED_FOLDER}/{release}-{frozen.content_sha256[:CONTENT_DIGITS]}"
    return IndexEntry(
        number=len(entries) + 1,
        id=release,
        content_sha256=frozen.content_sha256,
        state=state,
        folder=folder,
        previous=latest,
        compared=compared,
    )


def _require_same_content(kept: IndexEntry, entry: IndexEntry) -> None:
    if kept.content_sha256 != entry.content_sha256:
        raise ReleaseCheckFailed(
            f"release {entry.id} was frozen as {kept.content_sha256}, and the same inputs now "
            f"freeze to {entry.content_sha256}; the kept one stays. Find out what differs "
            "between both runs that no input names"
        )


def _appended(entries: tuple[IndexEntry, ...], entry: IndexEntry) -> tuple[IndexEntry, ...]:
    """Return the index with an entry at its end, unless the last of its state says the same."""
    alike = [each for each in entries if each.state is entry.state]
    if alike and alike[-1].folder == entry.folder:
        return entries
    return (*entries, entry)


def _as_kept(entry: IndexEntry, kept: IndexEntry) -> IndexEntry:
    """Return an entry with what was kept beside the same run before."""
    return replace(
        entry,
        downloads_sha256=kept.downloads_sha256,
        kept_at=kept.kept_at,
        changes_sha256=kept.changes_sha256,
    )


def _changes_place(sha256: str) -> str:
    return f"{CHANGES_FOLDER}/{sha256}.json"
