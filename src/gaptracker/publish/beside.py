"""What lies beside the frozen releases: replies and errata, as readers ask, and reports."""

from dataclasses import dataclass

from gaptracker.domain.annotations import (
    NO_ANNOTATIONS,
    Annotations,
    DecidedReply,
    Erratum,
)
from gaptracker.domain.announcements import AnnouncedReport
from gaptracker.records.release_store import ReleaseStore
from gaptracker.workflows.annotations import read_annotations
from gaptracker.workflows.announce_report import read_announcements


@dataclass(frozen=True, slots=True, kw_only=True)
class SaidBeside:
    """Replies and errata on one subject, the newest first."""

    replies: tuple[DecidedReply, ...] = ()
    errata: tuple[Erratum, ...] = ()

    def __bool__(self) -> bool:
        """Say whether there is anything."""
        return bool(self.replies or self.errata)


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """One version of all replies and errata; `sha256` names it, empty where there is none yet."""

    annotations: Annotations
    sha256: str

    @property
    def everything(self) -> SaidBeside:
        """Return all replies and errata."""
        return SaidBeside(
            replies=tuple(reversed(self.annotations.replies)),
            errata=tuple(reversed(self.annotations.errata)),
        )

    def of(self, actor: str, theme: str | None = None, year: int | None = None) -> SaidBeside:
        """Return what is said of an actor, of all its cells or those of a theme or year.

        A reply that names no cell is about every cell of its actor, and an erratum that names
        nothing about every cell of its release.
        """
        everything = self.everything
        return SaidBeside(
            replies=tuple(r for r in everything.replies if r.reply.touches(actor, theme, year)),
            errata=tuple(e for e in everything.errata if e.touches(actor, theme, year)),
        )

    def of_pair(self, pair: str, actor: str, theme: str, year: int) -> SaidBeside:
        """Return what is said of a pair: by its id, or by its cell where no pair is named."""
        found = self.of(actor, theme, year)
        return SaidBeside(
            replies=tuple(
                each for each in found.replies if not each.reply.pairs or pair in each.reply.pairs
            ),
            errata=tuple(each for each in found.errata if not each.pairs or pair in each.pairs),
        )

    def of_release(self, release: str) -> SaidBeside:
        """Return what is said of a release."""
        everything = self.everything
        return SaidBeside(
            replies=tuple(each for each in everything.replies if each.reply.release == release),
            errata=tuple(each for each in everything.errata if each.release == release),
        )


NOTHING_BESIDE = Beside(annotations=NO_ANNOTATIONS, sha256="")


def load_beside(store: ReleaseStore) -> Beside:
    """Read what lies beside the releases of a store, verified.

    Raises:
        ReleaseCorrupt: If it is not what was written.
    """
    annotations, head = read_annotations(store)
    return Beside(annotations=annotations, sha256=head.sha256 if head else "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Announced:
    """One version of the announced reports; `sha256` names it, empty where there is none yet."""

    reports: tuple[AnnouncedReport, ...]
    sha256: str


NOTHING_ANNOUNCED = Announced(reports=(), sha256="")


def load_announced(store: ReleaseStore) -> Announced:
    """Read which reports were announced, verified.

    Raises:
        ReleaseCorrupt: If it is not what was written.
    """
    found, head = read_announcements(store)
    return Announced(reports=found.reports, sha256=head.sha256 if head else "")
