"""Corrections of records: what an editor published against one of ours, laid over it.

The record itself stays as its source has it. A correction is undone by taking it away, and a load
of reference data cannot undo it.
"""

from dataclasses import dataclass
from datetime import datetime

from gaptracker.domain.ownership import submission_of


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldChange:
    """One field of a record: what is wrong on record, and what it should be; None for nothing."""

    field: str
    is_wrong: str | None
    should_be: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedCorrection:
    """A published correction of one record; its changes are made together or not at all."""

    id: str
    submission: str
    record: str
    changes: tuple[FieldChange, ...]
    published_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class AppliedCorrection:
    """A correction that decided what the evidence says of a record; `kind` is the record's."""

    id: str
    kind: str
    record: str
    changes: tuple[FieldChange, ...]

    @property
    def submission(self) -> str:
        """Return the submission that it came in."""
        return submission_of(self.id) or self.id


@dataclass(frozen=True, slots=True, kw_only=True)
class UnfitCorrection:
    """A published correction that changes nothing, and why."""

    id: str
    record: str
    why: str
