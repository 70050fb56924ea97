"""Make the records say exactly what the reference folder says."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from gaptracker.domain.errors import ReferenceDataError
from gaptracker.domain.evidence import Evidence
from gaptracker.domain.ownership import RESERVED_PREFIXES, SUBMISSION_PREFIX, submission_of
from gaptracker.domain.vocabulary import ItemKind
from gaptracker.records.datasets import Dataset
from gaptracker.records.mapping import (
    ACTORS,
    CODINGS,
    COMPETENCES,
    FLOWS,
    KINDS,
    MEASURES,
    MEMBERSHIPS,
    OBSERVATIONS,
    OPPORTUNITIES,
    POPULATIONS,
    SOURCES,
    STATEMENTS,
    Kind,
    of_the_intake,
)
from gaptracker.records.repositories import Changes, Progress, no_progress
from gaptracker.records.revisions import FIRST_REVISION, RevisionStamp
from gaptracker.records.unit_of_work import UnitOfWork
from gaptracker.workflows.outdated_codings import (
    Face,
    changed_faces,
    faces_of,
    items_coded_at_the_desk,
    withdraw_outdated,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadOutcome:
    """What a load did, by kind of evidence, and the dataset that is now current."""

    changes: Mapping[str, Changes]
    dataset: Dataset

    @property
    def written_count(self) -> int:
        """Return the number of revisions written."""
        return sum(changes.written_count for changes in self.changes.values())


def load_reference(
    evidence: Evidence,
    work: UnitOfWork,
    *,
    stamp: RevisionStamp,
    manifest_sha256: str,
    progress: Progress = no_progress,
) -> LoadOutcome:
    """Add the revisions by which the records come to say what the evidence says.

    New and changed values are recorded, those that are gone are withdrawn, equal ones are left
    alone: a second load of the same folder writes nothing. Nothing is kept before the caller
    commits the unit of work. What came through the intake stays as it is; only a member's coding
    of an item that now says something else, or is gone, is withdrawn.

    Args:
        evidence: Everything that the reference folder holds.
        work: An open unit of work; the caller commits it.
        stamp: Who loads, when and why.
        manifest_sha256: SHA-256, in hexadecimal, of the bytes of the folder's manifest.
        progress: Told after each batch: the kind, the values done, and how many there are.

    Raises:
        ReferenceDataError: If a value refers to an actor, source or item that is not there, has an
            id of the intake's, or evidence of a submission needs an actor that is gone.
        InvalidValue: If two values are the same record.
    """
    problems = tuple(_problems(evidence))
    if problems:
        raise ReferenceDataError("reference data", problems)
    work.take_loading_lock()
    if problems := tuple(_actors_still_needed(evidence, work)):
        raise ReferenceDataError("reference data", problems)
    values = _values_by_kind(evidence)
    before = _coded_faces(work)
    changes = {
        kind.name: work.evidence.replace_all(
            kind, values[kind.name], stamp=stamp, progress=progress
        )
        for kind in KINDS
    }
    after = faces_of(evidence.statements, evidence.measures)
    withdraw_outdated(work, changed_faces(before, after), stamp=stamp)
    current = work.datasets.load_current()
    loaded = Dataset(
        revision=current.revision + 1 if current else FIRST_REVISION,
        as_of=evidence.as_of,
        manifest_sha256=manifest_sha256,
        written_count=sum(change.written_count for change in changes.values()),
        stamp=stamp,
    )
    if current is not None and _says_the_same(current, loaded):
        return LoadOutcome(changes=changes, dataset=current)
    work.datasets.add(loaded)
    return LoadOutcome(changes=changes, dataset=loaded)


def _says_the_same(current: Dataset, loaded: Dataset) -> bool:
    """Say whether a load changed neither the evidence nor what the manifest says of it."""
    return (
        loaded.written_count == 0
        and loaded.as_of == current.as_of
        and loaded.manifest_sha256 == current.manifest_sha256
    )


def _coded_faces(work: UnitOfWork) -> dict[str, Face]:
    """Return what the reference items say now that members have coded."""
    coded = [name for name in items_coded_at_the_desk(work) if submission_of(name) is None]
    if not coded:
        return {}
    faces = faces_of(work.evidence.load_all(STATEMENTS), work.evidence.load_all(MEASURES))
    return {name: faces[name] for name in coded if name in faces}


def _actors_still_needed(evidence: Evidence, work: UnitOfWork) -> Iterator[str]:
    """Say which evidence of submissions is about an actor that is no longer there."""
    kinds: tuple[Kind[Any], ...] = (STATEMENTS, MEASURES, OBSERVATIONS)
    for kind in kinds:
        for current in work.evidence.load_beginning(kind, SUBMISSION_PREFIX):
            if current.stands and current.value.actor not in evidence.actors:
                yield (
                    f"{kind.name} {current.value.id!r}, of a published submission, is about "
                    f"{current.value.actor!r}; keep the actor, or retract the submission first"
                )


def _values_by_kind(evidence: Evidence) -> dict[str, tuple[Any, ...]]:
    """Return the values of each kind; `Any`, because each kind has a type of its own."""
    return {
        SOURCES.name: tuple(evidence.sources.values()),
        ACTORS.name: tuple(evidence.actors.values()),
        MEMBERSHIPS.name: evidence.memberships,
        COMPETENCES.name: evidence.competences,
        POPULATIONS.name: evidence.populations,
        STATEMENTS.name: evidence.statements,
        MEASURES.name: evidence.measures,
        OBSERVATIONS.name: evidence.observations,
        CODINGS.name: evidence.codings,
        OPPORTUNITIES.name: evidence.opportunities,
        FLOWS.name: evidence.flows,
    }


def _problems(evidence: Evidence) -> Iterator[str]:
    """Say what refers to something that is not there, before anything is written."""
    if not (evidence.statements or evidence.measures or evidence.observations):
        # An empty folder would withdraw everything there is.
        yield "no statement, measure or observation came; expected at least one"
    yield from _reserved_ids(evidence)
    yield from _unknown_actors(evidence)
    yield from _unknown_sources(evidence)
    items = {
        ItemKind.STATEMENT: {statement.id for statement in evidence.statements},
        ItemKind.MEASURE: {measure.id for measure in evidence.measures},
        ItemKind.OBSERVATION: {observation.id for observation in evidence.observations},
    }
    for coding in evidence.codings:
        if coding.item not in items[coding.item_kind]:
            yield (
                f"coding by {coding.coder} on {coding.theme}: no {coding.item_kind} is called "
                f"{coding.item!r}; add it or remove the coding"
            )


def _reserved_ids(evidence: Evidence) -> Iterator[str]:
    """Say which ids would pass for those of submissions, or of members who code."""
    values = _values_by_kind(evidence)
    for kind in KINDS:
        for name in map(kind.id_of, values[kind.name]):
            if of_the_intake(name):
                yield (
                    f"{kind.name} {name!r}: ids that begin with {' or '.join(RESERVED_PREFIXES)} "
                    "are kept for submissions and members; rename it"
                )


def _unknown_actors(evidence: Evidence) -> Iterator[str]:
    """Say which values name an actor that is not among the actors."""
    actor_fields: tuple[tuple[Kind[Any], str], ...] = (
        (ACTORS, "parent"),
        (MEMBERSHIPS, "member"),
        (FLOWS, "donor"),
        (FLOWS, "recipient"),
        *(
            (kind, "actor")
            for kind in (
                COMPETENCES,
                POPULATIONS,
                STATEMENTS,
                MEASURES,
                OBSERVATIONS,
                OPPORTUNITIES,
            )
        ),
    )
    yield from _unknown(evidence, evidence.actors, actor_fields, "actor")


def _unknown_sources(evidence: Evidence) -> Iterator[str]:
    """Say which values cite a source that is not among the sources."""
    kinds: tuple[Kind[Any], ...] = (POPULATIONS, STATEMENTS, MEASURES, OBSERVATIONS, FLOWS)
    source_fields = tuple((kind, "source") for kind in kinds)
    yield from _unknown(evidence, evidence.sources, source_fields, "source")


def _unknown(
    evidence: Evidence,
    known: Iterable[str],
    kinds: Iterable[tuple[Kind[Any], str]],
    target: str,
) -> Iterator[str]:
    """Say which values of some kinds name, in a field, what is not known."""
    names = frozenset(known)
    values = _values_by_kind(evidence)
    for kind, field in kinds:
        for value in values[kind.name]:
            named = getattr(value, field)
            if named is not None and named not in names:
                yield (
                    f"{kind.name} {kind.id_of(value)!r}: {field} {named!r} is no known {target}; "
                    f"add it to the {target}s or mend the name"
                )
