"""What is laid beside a release and belongs in a report: changes, replies, errata.

A report says so where there are none.
"""

from dataclasses import dataclass

import msgspec

from gaptracker.domain.annotations import DecidedReply, Erratum
from gaptracker.domain.errors import InvalidValue, ReleaseCorrupt
from gaptracker.publish.beside import load_beside
from gaptracker.publish.frozen import FrozenRelease
from gaptracker.records.release_store import ReleaseStore
from gaptracker.workflows.diff_releases import diff_releases
from gaptracker.workflows.release_changes import ReleaseChanges, changes_of, read_changes


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """All that is laid beside a release; `changes` are None where nothing came before it."""

    changes: ReleaseChanges | None = None
    replies: tuple[DecidedReply, ...] = ()
    errata: tuple[Erratum, ...] = ()

    def replies_of(self, actor: str | None) -> list[DecidedReply]:
        """Return the replies of an actor, or all, by day."""
        found = [each for each in self.replies if actor in (None, each.reply.actor)]
        return sorted(found, key=lambda each: (each.reply.received_on, each.reply.id))

    def errata_of(self, actor: str | None) -> list[Erratum]:
        """Return the errata that concern an actor, or all, by the moment they were published."""
        found = [each for each in self.errata if actor is None or each.touches(actor)]
        return sorted(found, key=lambda each: (each.published_at, each.id))


NOTHING_BESIDE = Beside()


def beside_release(
    store: ReleaseStore, release: FrozenRelease, compared_with: str | None = None
) -> Beside:
    """Return all that is laid beside a release: its changes and errata, and every reply.

    A reply to an older release stands until its government says otherwise.

    Args:
        store: Where releases are kept.
        release: The release that is reported on.
        compared_with: The release that changes are told against; the one before, if None.

    Raises:
        InvalidValue, UnknownName, ReleaseCorrupt: As `changes_beside`, and if replies or errata
            are not what was written.
    """
    said = load_beside(store)
    return Beside(
        changes=changes_beside(store, release, compared_with),
        replies=said.annotations.replies,
        errata=said.of_release(release.id).errata,
    )


def changes_beside(
    store: ReleaseStore, release: FrozenRelease, compared_with: str | None = None
) -> ReleaseChanges | None:
    """Return what a release changed; None where there was none before it.

    Args:
        store: Where releases are kept.
        release: The newer release.
        compared_with: The older one's id; the one that was current when this was cut, if None.

    Raises:
        InvalidValue: If both are the same.
        UnknownName: If the older one was never published.
        ReleaseCorrupt: If a byte differs from what was frozen, or was written of the changes.
    """
    if compared_with == release.id:
        raise InvalidValue(
            f"release {release.id} cannot be compared with itself; expected an older one, as "
            "`gaptracker release list` names it"
        )
    kept = store.changes(release.entry) if compared_with is None else None
    if kept is not None:
        try:
            return read_changes(kept)
        except msgspec.MsgspecError as error:
            raise ReleaseCorrupt(
                f"what release {release.id} changed cannot be read ({error}); name the older "
                "release, and both are compared anew"
            ) from error
    older = compared_with or release.entry.previous
    return None if older is None else changes_of(diff_releases(store, older, release.id))
