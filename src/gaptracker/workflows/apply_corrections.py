"""Lay published corrections over the evidence; what does not fit any more changes nothing.

A correction says what it holds wrong. If that is not what stands on record, somebody else has
mended it, or the record is another by now: then nobody may decide but an editor, anew.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from gaptracker.domain.corrections import AppliedCorrection, PublishedCorrection, UnfitCorrection
from gaptracker.domain.errors import InvalidValue
from gaptracker.domain.evidence import Evidence
from gaptracker.domain.vocabulary import ItemKind
from gaptracker.intake.submission_terms import CORRECTABLE, RecordKind
from gaptracker.workflows.corrected_fields import (
    EXISTENCE,
    KnownValues,
    Record,
    corrected_record,
    fits,
)

Key = tuple[RecordKind, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Corrected:
    """The evidence with all corrections that fit, and those that do not."""

    evidence: Evidence
    unfit: tuple[UnfitCorrection, ...]


@dataclass(slots=True, kw_only=True)
class _Overlay:
    """What has been corrected so far; `deciding` are those that each field owes its value to."""

    base: Mapping[Key, Record]
    known: KnownValues
    current: dict[Key, Record] = field(default_factory=dict)
    gone: set[Key] = field(default_factory=set)
    deciding: dict[tuple[Key, str], list[PublishedCorrection]] = field(
        default_factory=lambda: defaultdict(list)
    )

    def apply(self, correction: PublishedCorrection) -> None:
        """Make all changes of a correction.

        Raises:
            ValueError: If it does not fit; then none was made.
        """
        key = self._key_of(correction)
        base, current = self.base[key], self.current.get(key, self.base[key])
        for change in correction.changes:
            if not fits(change, key[0], base, current):
                raise InvalidValue(f"what it holds wrong of {change.field} is not on record")
        made = corrected_record(current, key[0], correction.changes, self.known)
        for change in correction.changes:
            # One that mends what an earlier one made rests on it; else it takes its place.
            if fits(change, key[0], base):
                self.deciding[key, change.field].clear()
            self.deciding[key, change.field].append(correction)
            if change.field == EXISTENCE:
                self.gone.add(key)
        self.current[key] = made

    def applied(self) -> tuple[AppliedCorrection, ...]:
        """Return the corrections that decided something, in order of their ids."""
        found = {
            each.id: AppliedCorrection(
                id=each.id, kind=kind.value, record=record, changes=each.changes
            )
            for ((kind, record), _), corrections in self.deciding.items()
            for each in corrections
        }
        return tuple(found[name] for name in sorted(found))

    def _key_of(self, correction: PublishedCorrection) -> Key:
        fields = {change.field for change in correction.changes}
        keys = [
            (kind, correction.record)
            for kind in RecordKind
            if (kind, correction.record) in self.base and fields <= CORRECTABLE[kind]
        ]
        if len(keys) != 1:
            raise InvalidValue("no record of this id with these fields stands")
        return keys[0]


def apply_corrections(evidence: Evidence, corrections: Iterable[PublishedCorrection]) -> Corrected:
    """Return the evidence as its published corrections make it.

    Of two corrections of one field the later publication wins. A correction fits if what it holds
    wrong is what the record itself says, or what earlier corrections made of it; all its changes
    are made, or none. A record whose existence is corrected is left out, with its codings, and a
    source with all that cites it.

    Args:
        evidence: As the records have it.
        corrections: Those of published submissions, in order of their publication.
    """
    listed = tuple(corrections)
    if not listed:
        return Corrected(evidence=evidence, unfit=())
    overlay = _Overlay(base=_named(evidence, listed), known=_known(evidence))
    unfit = []
    for correction in listed:
        try:
            overlay.apply(correction)
        except ValueError as error:
            found = UnfitCorrection(id=correction.id, record=correction.record, why=str(error))
            unfit.append(found)
    made = _without_gone(_with_corrected(evidence, overlay.current), frozenset(overlay.gone))
    return Corrected(evidence=replace(made, corrections=overlay.applied()), unfit=tuple(unfit))


def _kinds(evidence: Evidence) -> Iterator[tuple[RecordKind, Iterable[Record]]]:
    yield RecordKind.SOURCE, evidence.sources.values()
    yield RecordKind.STATEMENT, evidence.statements
    yield RecordKind.MEASURE, evidence.measures
    yield RecordKind.OBSERVATION, evidence.observations


def _named(evidence: Evidence, corrections: Iterable[PublishedCorrection]) -> dict[Key, Record]:
    names = {each.record for each in corrections}
    return {
        (kind, record.id): record
        for kind, records in _kinds(evidence)
        for record in records
        if record.id in names
    }


def _known(evidence: Evidence) -> KnownValues:
    categories: dict[str, set[str]] = defaultdict(set)
    lowest: dict[str, float] = defaultdict(float)
    for each in evidence.observations:
        categories[each.indicator] |= {each.category} if each.category is not None else set()
        lowest[each.indicator] = min(lowest[each.indicator], each.value or 0.0)
    return KnownValues(
        actors=frozenset(evidence.actors),
        sources=frozenset(evidence.sources),
        categories={name: frozenset(found) for name, found in categories.items()},
        lowest=lowest,
    )


def _with_corrected(evidence: Evidence, current: Mapping[Key, Record]) -> Evidence:
    # `Any`, because each kind has values of its own type, and a corrected one is of the same.
    def of(kind: RecordKind, records: Iterable[Any]) -> tuple[Any, ...]:
        return tuple(current.get((kind, each.id), each) for each in records)

    return replace(
        evidence,
        sources={each.id: each for each in of(RecordKind.SOURCE, evidence.sources.values())},
        statements=of(RecordKind.STATEMENT, evidence.statements),
        measures=of(RecordKind.MEASURE, evidence.measures),
        observations=of(RecordKind.OBSERVATION, evidence.observations),
    )


def _without_gone(evidence: Evidence, gone: frozenset[Key]) -> Evidence:
    if not gone:
        return evidence
    sources = {record for kind, record in gone if kind is RecordKind.SOURCE}

    # `Any`, as above.
    def left(kind: RecordKind, records: Iterable[Any]) -> tuple[Any, ...]:
        return tuple(
            each for each in records if (kind, each.id) not in gone and each.source not in sources
        )

    statements = left(RecordKind.STATEMENT, evidence.statements)
    measures = left(RecordKind.MEASURE, evidence.measures)
    items = {
        *((ItemKind.STATEMENT, each.id) for each in evidence.statements),
        *((ItemKind.MEASURE, each.id) for each in evidence.measures),
    } - {
        *((ItemKind.STATEMENT, each.id) for each in statements),
        *((ItemKind.MEASURE, each.id) for each in measures),
    }
    return replace(
        evidence,
        sources={name: each for name, each in evidence.sources.items() if name not in sources},
        statements=statements,
        measures=measures,
        observations=left(RecordKind.OBSERVATION, evidence.observations),
        flows=tuple(each for each in evidence.flows if each.source not in sources),
        codings=tuple(
            each for each in evidence.codings if (each.item_kind, each.item) not in items
        ),
    )
