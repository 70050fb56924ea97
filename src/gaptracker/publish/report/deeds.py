"""Deeds as a report tells them: laws, measures and figures, each with its source."""

from collections.abc import Sequence

from gaptracker.domain.errors import ReleaseCorrupt
from gaptracker.domain.records import Measure
from gaptracker.domain.vocabulary import Layer
from gaptracker.publish.report.edition import Edition
from gaptracker.publish.report.model import Block, Paragraph, Points
from gaptracker.publish.report.spans import Line, Span, day, link, name, recorded, text
from gaptracker.publish.rows import FrozenCell, ShownObservation

# What this project wrote into a record of its own: paraphrases, notes, cautions, units.
RECORD_LANGUAGE = "en"


def deed_lines(edition: Edition, deed: str) -> tuple[Line, ...]:
    """Return what a deed is, since when or of when, and its source.

    Raises:
        ReleaseCorrupt: If the release lacks it.
    """
    match edition.release.deed(deed):
        case Measure() as measure:
            return _measure(edition, measure)
        case ShownObservation() as observation:
            return _observation(edition, observation)
        case None:
            raise ReleaseCorrupt(f"{edition.release.id}: deed {deed} is named and missing")


def _measure(edition: Edition, measure: Measure) -> tuple[Line, ...]:
    say, texts = edition.speaker.say, edition.speaker.texts
    head: list[Span] = [name(measure.title), *([name(measure.issuer)] if measure.issuer else [])]
    lines: list[Line] = [joined(head)]
    start, end = measure.in_force.start, measure.in_force.end
    if start:
        lines.append(say("In force since {day}.", day=day(texts, start)))
    if end:
        lines.append(say("In force until {day}.", day=day(texts, end)))
    if measure.note:
        lines.append(say("Note: {note}", note=recorded(measure.note, RECORD_LANGUAGE)))
    return (*lines, source_line(edition, measure.source, measure.locator))


def _observation(edition: Edition, observation: ShownObservation) -> tuple[Line, ...]:
    say = edition.speaker.say
    indicator = edition.release.methodology.indicator(observation.indicator)
    head = name(edition.worded(indicator.name, indicator.id))
    when = day(edition.speaker.texts, observation.period)
    unit = recorded(indicator.unit, RECORD_LANGUAGE)
    value: Line = ()
    if observation.withheld is not None:
        value = say("{when}: withheld: licence; see the source.", when=when)
    elif observation.value is not None:
        ref = edition.figures.ref("observations", (("id", observation.id),), "value")
        value = say(
            "{when}: {value} ({unit}).",
            when=when,
            value=edition.figures.raw(observation.value, ref),
            unit=unit,
        )
    elif observation.category is not None:
        value = say(
            "{when}: {value} ({unit}).", when=when, value=name(observation.category), unit=unit
        )
    lines: list[Line] = [(head,), value]
    if observation.note:
        lines.append(say("Note: {note}", note=recorded(observation.note, RECORD_LANGUAGE)))
    if indicator.caution:
        lines.append(
            say("Caution: {caution}", caution=recorded(indicator.caution, RECORD_LANGUAGE))
        )
    licence = edition.release.sources[observation.source].licence
    lines.append(say("Licence of the source: {licence}", licence=name(licence)))
    return (*lines, source_line(edition, observation.source, None))


def source_line(edition: Edition, source: str, locator: str | None) -> Line:
    """Return where a record comes from: the whole citation, leading there, and the place in it."""
    found = edition.release.sources[source]
    cited = link(found.citation, found.url)
    if locator:
        cited_at: Line = (cited, text(", "), name(locator))
    else:
        cited_at = (cited,)
    if found.record_of_act:
        return edition.speaker.say(
            "Source, the record of the act itself: {source}.", source=cited_at
        )
    return edition.speaker.say(
        "Source, not the record of the act itself: {source}.", source=cited_at
    )


def law_blocks(edition: Edition, cell: FrozenCell) -> list[Block]:
    """Return what the place of the law on a theme rests on, the weightiest first."""
    rows = edition.release.contributions_of(cell.actor, cell.theme, cell.year)
    laws = sorted(
        rows.where(layer=Layer.LAW.value).rows(), key=lambda each: (-each.weight, each.item)
    )
    if not laws or cell.law is None:
        return []
    say = edition.speaker.say
    lines = [_law(edition, each.item, by_machine=each.machine_coded) for each in laws]
    return [
        Paragraph(line=say("What the place of the law rests on:")),
        Points(lines=tuple(lines)),
    ]


def _law(edition: Edition, deed: str, *, by_machine: bool) -> Line:
    spans: list[Span] = []
    for line in filter(None, deed_lines(edition, deed)):
        spans += [text(" "), *_ended(line)] if spans else _ended(line)
    if by_machine:
        spans += [text(" "), *placed_by_machine(edition)]
    return tuple(spans)


def _ended(line: Line) -> Line:
    """Return a line as a sentence among others."""
    return line if line[-1].text.endswith(".") else (*line, text("."))


def placed_by_machine(edition: Edition) -> Line:
    """Say that no person has checked where a deed stands."""
    return edition.speaker.say(
        "The deed was placed on the ladder by a machine, not yet checked by people."
    )


def machine_coded(edition: Edition, cell: FrozenCell) -> frozenset[str]:
    """Return the statements and deeds of a cell that a machine alone has coded."""
    rows = edition.release.contributions_of(cell.actor, cell.theme, cell.year)
    return frozenset(rows.where(machine_coded=True).column("item").to_list())


def joined(parts: Sequence[Span]) -> Line:
    """Join parts by commas."""
    spans: list[Span] = []
    for part in parts:
        if spans:
            spans.append(text(", "))
        spans.append(part)
    return tuple(spans)
