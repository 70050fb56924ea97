"""An errand: what one caller wants done in one transaction, at one moment."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from gaptracker.custody.log_entries import EntryKind, LogRole
from gaptracker.domain.principals import Principal
from gaptracker.records.custody_repository import LogNote
from gaptracker.records.unit_of_work import UnitOfWork
from gaptracker.workflows.present import Present
from gaptracker.workflows.review_rules import ReviewRules


@dataclass(frozen=True, slots=True, kw_only=True)
class Errand:
    """Who asks, in which open unit of work (their caller commits it), and when.

    Attributes:
        aside: Opens another unit of work, where `work` only reads and something has to be logged
            all the same. None where `work` can be written.
        review: How far one reviewer's acceptance may move a score.
    """

    principal: Principal
    work: UnitOfWork
    present: Present
    aside: Callable[[], UnitOfWork] | None = None
    review: ReviewRules = field(default_factory=ReviewRules)

    def log(
        self,
        kind: EntryKind,
        about: str,
        role: LogRole,
        particulars: Mapping[str, object],
        *,
        action: str | None = None,
        fresh: bool = False,
    ) -> None:
        """Add to the log what the caller did: when the work commits, or at once where it reads.

        Args:
            kind: What sort of thing happened.
            about: Opaque id of what it happened to.
            role: In which role the caller acted.
            particulars: What the entry commits to; nothing in it names anybody.
            action: The word of the workflow for it.
            fresh: Whether the object is made in this very transaction.
        """
        note = LogNote(
            kind=kind,
            about=about,
            role=role,
            at=self.present.now,
            particulars=particulars,
            member=self.principal.member,
            action=action,
            fresh=fresh,
        )
        if self.aside is None:
            self.work.custody.note(note, self.present.random)
            return
        # Kept before the answer leaves: who could not be logged does not get to read.
        with self.aside() as work:
            work.custody.note(note, self.present.random)
            work.commit()
