"""The items of one cell, each with its words or figures, its source, its place and weight."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from gaptracker.domain.errors import ReleaseCorrupt
from gaptracker.domain.records import Coding, Measure, Observation, Statement
from gaptracker.domain.sources import Source, withheld_by
from gaptracker.domain.vocabulary import Instrument, ItemKind, ObservationStatus
from gaptracker.main.cli.explanation.derivation import (
    CodingNote,
    DerivedItem,
    FactorNote,
    SourceNote,
)
from gaptracker.main.cli.explanation.factors import (
    factors_of_deeds,
    factors_of_words,
    repeat_reasons,
)
from gaptracker.main.cli.explanation.placing import placing_of_codings, placing_of_value
from gaptracker.main.cli.figures import in_words, short
from gaptracker.publish.frozen import FrozenRelease
from gaptracker.publish.rows import FrozenCell, FrozenContribution
from gaptracker.scoring.coding_rounds import counting_codings

Record = TypeVar("Record", Statement, Measure, Observation)

MARKS = {"words": "S", "law": "L", "practice": "F"}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Described:
    """What differs from one kind of item to another."""

    on: str | None
    headline: str
    text: str | None
    locator: str | None
    placing: str
    factors: tuple[FactorNote, ...]
    binding: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    """A contribution with what the release keeps of its item.

    `counting` are those of its codings by which it is placed.
    """

    part: FrozenContribution
    source: Source
    codings: tuple[Coding, ...]
    counting: tuple[Coding, ...]
    as_of: date
    release: FrozenRelease
    repeat: str | None


def derive_items(release: FrozenRelease, cell: FrozenCell) -> tuple[DerivedItem, ...]:
    """Put together what is known of each item of a cell.

    Args:
        release: The release.
        cell: One of its cells.

    Returns:
        Items, the newest first, marked S1, S2 … (words), L1 … (law) and F1 … (practice).
    """
    contributions = release.contributions_of(cell.actor, cell.theme, cell.year).rows()
    repeats = _repeats(release, contributions)
    found = (_found(part, release, cell, repeats.get(part.item)) for part in contributions)
    described = [(each, _describe(each)) for each in found]
    described.sort(key=lambda pair: (pair[1].on or "", pair[0].part.item), reverse=True)
    return _marked(described)


def _found(
    part: FrozenContribution, release: FrozenRelease, cell: FrozenCell, repeat: str | None
) -> _Found:
    codings = tuple(
        coding for coding in release.codings_of(part.item) if coding.theme == cell.theme
    )
    return _Found(
        part=part,
        source=release.sources[part.source],
        codings=codings,
        counting=counting_codings(codings) if codings else (),
        as_of=cell.as_of,
        release=release,
        repeat=repeat,
    )


def _repeats(release: FrozenRelease, parts: Sequence[FrozenContribution]) -> dict[str, str]:
    statements = (
        (part.item, release.statements.get(part.item), part)
        for part in parts
        if part.item_kind is ItemKind.STATEMENT
    )
    series = [(name, found.series if found else None, part) for name, found, part in statements]
    return repeat_reasons(series, release.methodology.words.repeats_share)


def _marked(described: Sequence[tuple[_Found, _Described]]) -> tuple[DerivedItem, ...]:
    numbers = dict.fromkeys(MARKS.values(), 0)
    items = []
    for found, description in described:
        letter = MARKS[found.part.layer or found.part.side]
        numbers[letter] += 1
        items.append(_item(f"{letter}{numbers[letter]}", found, description))
    return tuple(items)


def _item(mark: str, found: _Found, description: _Described) -> DerivedItem:
    part = found.part
    return DerivedItem(
        mark=mark,
        id=part.item,
        kind=part.item_kind.value,
        side=part.side.value,
        layer=part.layer.value if part.layer else None,
        on=description.on,
        headline=description.headline,
        text=description.text,
        source=_source(found.source, description.locator),
        codings=_codings(found),
        placing=description.placing,
        points=part.points,
        factors=description.factors,
        weight=part.weight,
        share=part.share,
        contribution_points=part.contribution_points,
        age_years=part.age_years,
        flagged_old=part.flagged_old,
        machine_coded=part.machine_coded,
        binding=description.binding,
        note=part.note,
    )


def _describe(found: _Found) -> _Described:
    name, release = found.part.item, found.release
    match found.part.item_kind:
        case ItemKind.STATEMENT:
            return _statement(_there(release.statements.get(name), name), found)
        case ItemKind.MEASURE:
            return _measure(_there(release.measures.get(name), name), found)
        case ItemKind.OBSERVATION:
            return _observation(_there(release.counted_observations.get(name), name), found)


def _there(record: Record | None, name: str) -> Record:
    """Return a record that a contribution names; a release without it cannot be followed."""
    if record is None:
        raise ReleaseCorrupt(f"{name} is counted but not kept; cut the release again")
    return record


def _statement(statement: Statement, found: _Found) -> _Described:
    answer = f": {in_words(statement.answer or '')} ({statement.rule})" if statement.rule else ""
    by = None if statement.actor == found.part.actor else statement.actor
    speaker = "".join(f", {each}" for each in (by, statement.speaker) if each)
    reasons = {
        "repeat": found.repeat or "",
        "counted": found.part.note or "does not count",
        "membership": f"{statement.actor} spoke, of which {found.part.actor} was a member",
    }
    quoted = f"“{statement.excerpt}” " if statement.excerpt else ""
    return _Described(
        on=str(statement.said_on),
        headline=f"{statement.forum}{speaker} · {in_words(statement.instrument)}{answer}",
        text=f"{quoted}{statement.paraphrase}",
        locator=statement.locator,
        placing=_placing(found),
        factors=factors_of_words(
            found.part.factors,
            statement,
            found.as_of,
            rules=found.release.methodology.words,
            specificities=[coding.specificity for coding in found.counting],
            reasons=reasons,
        ),
        binding=statement.instrument is Instrument.BINDING_ACT,
    )


def _measure(measure: Measure, found: _Found) -> _Described:
    issuer = f", {measure.issuer}" if measure.issuer else ""
    start, end = measure.in_force.start, measure.in_force.end
    since = f" from {start}" if start else ""
    until = f" to {end}" if end else ""
    return _Described(
        on=str(start) if start else None,
        headline=f"{measure.title}{issuer} · {in_words(measure.kind)} · in force{since}{until}",
        text=measure.note,
        locator=measure.locator,
        placing=_placing(found),
        factors=factors_of_deeds(found.part.factors, found.source.grade, found.part.note),
    )


def _observation(observation: Observation, found: _Found) -> _Described:
    indicator = found.release.methodology.indicator(observation.indicator)
    value = observation.category
    if observation.value is not None:
        value = short(observation.value)
    if observation.status is ObservationStatus.OPAQUE:
        value = "withheld"
    bounds = ""
    if observation.lower is not None and observation.upper is not None:
        bounds = f" (range {short(observation.lower)} to {short(observation.upper)})"
    critical = " · critical" if indicator.uses[found.part.theme].critical else ""
    kept = " · not to be shown again (licence)" if withheld_by(found.source.licence) else ""
    return _Described(
        on=str(observation.period),
        headline=f"{indicator.name['en']}: {value}{bounds}{critical} · {indicator.unit}{kept}",
        text=observation.note,
        locator=None,
        placing=placing_of_value(observation.value, observation.category, indicator),
        factors=factors_of_deeds(found.part.factors, found.source.grade, found.part.note),
    )


def _placing(found: _Found) -> str:
    return placing_of_codings(found.counting, found.part.points, found.release.methodology.draws)


def _source(source: Source, locator: str | None) -> SourceNote:
    return SourceNote(
        id=source.id,
        title=source.title,
        publisher=source.publisher,
        group=source.group,
        grade=source.grade,
        record_of_act=source.record_of_act,
        citation=source.citation,
        url=source.url,
        locator=locator,
    )


def _codings(found: _Found) -> tuple[CodingNote, ...]:
    rungs = found.release.methodology.themes[found.part.theme].rungs
    return tuple(
        CodingNote(
            coder=coding.coder,
            coder_kind=coding.coder_kind.value,
            rung=coding.rung,
            rung_title=rungs[coding.rung].title["en"],
            rationale=coding.rationale,
            original_code=coding.original_code,
            used=coding in found.counting,
        )
        for coding in found.codings
    )
