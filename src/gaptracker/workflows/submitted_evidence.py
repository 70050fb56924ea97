"""What a submission adds to the evidence when it is published, and how that is taken back.

Each function works inside the transaction that moves the submission, so that a successor and the
one it supersedes change hands in one step: the next release is scored once.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from gaptracker.domain.errors import InvalidValue
from gaptracker.domain.ownership import SUBMISSION_PREFIX, items_prefix
from gaptracker.domain.records import Measure, Observation, Statement
from gaptracker.domain.sources import Source
from gaptracker.records.mapping import (
    ACTORS,
    MEASURES,
    OBSERVATIONS,
    SOURCES,
    STATEMENTS,
    Kind,
)
from gaptracker.records.revisions import RevisionStamp
from gaptracker.records.unit_of_work import UnitOfWork
from gaptracker.workflows.outdated_codings import faces_of, faces_on_record, withdraw_outdated

# In the order in which foreign keys let them be written.
SUBMITTED_KINDS: tuple[Kind[Any], ...] = (SOURCES, STATEMENTS, MEASURES, OBSERVATIONS)


class SubmittedEvidence(Protocol):
    """The public part of a submission, as evidence."""

    @property
    def sources(self) -> Sequence[Source]:
        """Return its sources."""

    @property
    def statements(self) -> Sequence[Statement]:
        """Return its statements."""

    @property
    def measures(self) -> Sequence[Measure]:
        """Return its measures."""

    @property
    def observations(self) -> Sequence[Observation]:
        """Return its observations."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceChange:
    """How many revisions a submission's evidence took, and how many codings it made void."""

    recorded_count: int
    withdrawn_count: int
    voided_codings_count: int


def record_evidence(
    evidence: SubmittedEvidence, work: UnitOfWork, *, submission: str, stamp: RevisionStamp
) -> EvidenceChange:
    """Make the evidence of a submission exactly this, as revisions beside all other evidence.

    Done again with the same evidence it writes nothing. What an earlier revision of the
    submission held and this one does not is withdrawn; codings of an item that now says
    something else are withdrawn too, since coders judged other words. They stay in the history.

    Args:
        evidence: The public part of the submission; ids are `<submission>-<ref>`.
        work: An open unit of work, which the caller commits. The lock on loading is taken.
        submission: Its id, which begins with `sub_`.
        stamp: Who publishes, when and why. The reason is public for ever: no personal data.

    Raises:
        InvalidValue: If an id is not the submission's, comes twice, or an actor or source is
            not known.
    """
    values = _values(evidence)
    _check(values, submission, frozenset(actor.code for actor in work.evidence.load_all(ACTORS)))
    work.take_loading_lock()
    before = faces_on_record(work, items_prefix(submission))
    recorded = withdrawn = 0
    for kind in SUBMITTED_KINDS:
        changes = work.evidence.record(kind, values[kind.name], stamp=stamp)
        kept = {kind.id_of(value) for value in values[kind.name]}
        gone = [name for name in _ids(work, kind, submission) if name not in kept]
        recorded += changes.written_count
        withdrawn += work.evidence.withdraw(kind, gone, stamp=stamp)
    after = faces_of(evidence.statements, evidence.measures)
    changed = {name for name, face in after.items() if before.get(name, face) != face}
    return EvidenceChange(
        recorded_count=recorded,
        withdrawn_count=withdrawn,
        voided_codings_count=withdraw_outdated(work, changed, stamp=stamp),
    )


def withdraw_evidence(submission: str, work: UnitOfWork, *, stamp: RevisionStamp) -> EvidenceChange:
    """Take all evidence of a submission back; the next release is without it.

    Its codings stand: if the same words are published again, nobody has to code them anew.
    A release shows none of them while the item is away.

    Args:
        submission: Its id, which begins with `sub_`.
        work: An open unit of work, which the caller commits. The lock on loading is taken.
        stamp: Who takes it back, when and why. The reason is public for ever.

    Raises:
        InvalidValue: If the id is no submission's.
    """
    _check_submission(submission)
    work.take_loading_lock()
    withdrawn = 0
    # Items before the sources they cite.
    for kind in reversed(SUBMITTED_KINDS):
        gone = _ids(work, kind, submission)
        withdrawn += work.evidence.withdraw(kind, gone, stamp=stamp)
    return EvidenceChange(recorded_count=0, withdrawn_count=withdrawn, voided_codings_count=0)


def _values(evidence: SubmittedEvidence) -> dict[str, tuple[Any, ...]]:
    """Return the values of each kind; `Any`, because each kind has a type of its own."""
    return {
        SOURCES.name: tuple(evidence.sources),
        STATEMENTS.name: tuple(evidence.statements),
        MEASURES.name: tuple(evidence.measures),
        OBSERVATIONS.name: tuple(evidence.observations),
    }


def _ids(work: UnitOfWork, kind: Kind[Any], submission: str) -> list[str]:
    """Return the ids of what a submission has on record and not withdrawn."""
    found = work.evidence.load_beginning(kind, items_prefix(submission))
    return [kind.id_of(current.value) for current in found if current.stands]


def _check_submission(submission: str) -> None:
    if not submission.startswith(SUBMISSION_PREFIX) or "-" in submission:
        raise InvalidValue(
            f"submission {submission!r}; expected an id that begins with {SUBMISSION_PREFIX} and "
            "holds no hyphen, which stands before the names of its items"
        )


def _check(values: Mapping[str, Iterable[Any]], submission: str, actors: frozenset[str]) -> None:
    """Refuse what is not the submission's own, or names what nobody knows."""
    _check_submission(submission)
    prefix = items_prefix(submission)
    sources = {source.id for source in values[SOURCES.name]}
    for kind in SUBMITTED_KINDS:
        for value in values[kind.name]:
            if not value.id.startswith(prefix):
                raise InvalidValue(f"{kind.name} {value.id!r}: expected an id as {prefix}…")
            if kind is SOURCES:
                continue
            if value.actor not in actors:
                raise InvalidValue(
                    f"{kind.name} {value.id!r}: {value.actor!r} is no actor of the reference data "
                    "any more; correct the submission, or load the actor again"
                )
            if value.source not in sources:
                raise InvalidValue(
                    f"{kind.name} {value.id!r}: source {value.source!r} is none of the "
                    "submission's; an item cites a source that comes with it"
                )
