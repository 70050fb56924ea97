"""A derivation as text that a reader can follow with a pocket calculator."""

from collections.abc import Iterator, Mapping

from rich.console import Console, Group, RenderableType
from rich.text import Text

from gaptracker.domain.vocabulary import CoderKind, Grade
from gaptracker.main.cli.explanation.derivation import (
    CodingNote,
    Derivation,
    DerivedItem,
    DerivedReading,
    SourceNote,
)
from gaptracker.main.cli.explanation.firmness import firmness_section
from gaptracker.main.cli.explanation.text_of_verdict import (
    gap_section,
    silence_section,
    verdict_section,
)
from gaptracker.main.cli.federation_text import both_readings, notes_on
from gaptracker.main.cli.figures import count, gap, number, short, span
from gaptracker.main.cli.terminal import folded
from gaptracker.main.cli.wording import reason_in_words
from gaptracker.main.cli.worksheet import WEIGHT_DIGITS, error_sums, sums, worksheet_table

INDENT = 5
TITLES: Mapping[str, str] = {
    "says": "WHAT IT SAYS (R)",
    "law": "ITS LAW (L)",
    "does": "WHAT IT DOES (F)",
}


def render(derivation: Derivation, console: Console) -> RenderableType:
    """Return a derivation as text in the console's width.

    Args:
        derivation: The cell taken apart.
        console: Where it will be shown.
    """
    width = console.width
    parts: list[RenderableType] = [*_head(derivation, width)]
    told: dict[CodingNote, str] = {}
    for reading in (derivation.says, derivation.law, derivation.does):
        parts += [*_reading_section(reading, derivation, told, width)]
    parts += [*gap_section(derivation, width)]
    parts += [*verdict_section(derivation, width)]
    parts += [*firmness_section(derivation.firmness, width)]
    parts += [*silence_section(derivation, width)]
    parts += [*_federation_section(derivation, width)]
    parts += [*_sources_section(derivation, width)]
    return Group(*parts)


def heading(title: str) -> Text:
    """Return a section's title with an empty line before it."""
    return Text(f"\n{title}", style="bold")


def _head(derivation: Derivation, width: int) -> Iterator[Text]:
    yield Text(
        f"{derivation.actor} {derivation.actor_name} · {derivation.theme} · {derivation.year}",
        style="bold",
    )
    yield Text(folded(derivation.question, width=width))
    yield Text(
        folded(
            f"Release {derivation.release}, methodology {derivation.methodology}, as of "
            f"{derivation.as_of}. {derivation.notice}",
            width=width,
        )
    )
    yield Text(
        folded(
            "u: points on the ladder, 25 a rung, 0 to 100. w: weight, the product of the factors "
            "in brackets. Figures are rounded for print; --format json has all digits.",
            width=width,
        )
    )


def _reading_section(
    reading: DerivedReading, derivation: Derivation, told: dict[CodingNote, str], width: int
) -> Iterator[RenderableType]:
    yield heading(TITLES[reading.name])
    for item in reading.items:
        if item.weight > 0:
            yield from _item(item, told, width)
    uncounted = [item for item in reading.items if item.weight <= 0]
    if uncounted:
        yield Text(f"\nKept in the history, weight 0: {count(len(uncounted), 'item')}")
        for item in uncounted:
            line = f"{item.mark:<4} {item.on or ''} {item.headline} · {item.note or ''}"
            yield Text(folded(line, width=width, hang=INDENT))
    yield Text("")
    if reading.sums is None:
        yield Text(f"{reading.letter} is missing: {reason_in_words(reading.reason)}")
        return
    yield worksheet_table(reading.sums)
    lines = [*sums(reading.sums), *error_sums(reading.sums, derivation.prior)]
    if reading.cap_points is not None:
        lines.append(
            f"A critical indicator stands at rung 0, so {reading.letter} is held at "
            f"{short(reading.cap_points)}."
        )
    lines.append(
        f"{reading.letter} as published {number(reading.points or 0.0, 1)}, 90% interval "
        f"{span(reading.low, reading.high)}"
    )
    for line in lines:
        yield Text(folded(line, width=width, hang=4))


def _item(item: DerivedItem, told: dict[CodingNote, str], width: int) -> Iterator[Text]:
    yield Text("")
    headline = f"{item.mark:<4} {item.on or 'undated'} · {item.headline}"
    yield Text(folded(headline, width=width, hang=INDENT), style="bold")
    lines = [item.text] if item.text else []
    lines += [_source_line(item.source)]
    lines += [_coding_line(coding, item.mark, told) for coding in item.codings]
    lines += [item.placing, _weight_line(item), _share_line(item)]
    for line in lines:
        yield Text(folded(line, width=width, indent=INDENT, hang=INDENT + 2))


def _source_line(source: SourceNote) -> str:
    record = ", record of the act itself" if source.record_of_act else ""
    locator = f", {source.locator}" if source.locator else ""
    return f"source {source.id}{locator}: grade {source.grade}, group {source.group}{record}"


def _coding_line(coding: CodingNote, mark: str, told: dict[CodingNote, str]) -> str:
    """Return who coded an item and why; a reason already given is not repeated."""
    head = f"rung {coding.rung} “{coding.rung_title}”, by {coding.coder} ({coding.coder_kind})"
    first = told.setdefault(coding, mark)
    unused = "" if coding.used else f", kept and not used ({_why_unused(coding)})"
    return f"{head}{unused}: {coding.rationale if first == mark else f'as {first}'}"


def _why_unused(coding: CodingNote) -> str:
    return "outvoted" if coding.coder_kind == CoderKind.PERSON else "people settled it"


def _weight_line(item: DerivedItem) -> str:
    product = " × ".join(short(factor.value) for factor in item.factors)
    names = "; ".join(
        f"{factor.name}: {factor.why}" if factor.why else factor.name for factor in item.factors
    )
    return f"w = {product} = {number(item.weight, WEIGHT_DIGITS)} [{names}]"


def _share_line(item: DerivedItem) -> str:
    if item.share <= 0:
        return f"adds nothing to the gap: {item.note or 'does not enter the reading used'}"
    flags = [
        text
        for text, holds in (
            ("older than three years", item.flagged_old),
            ("coded by a machine alone", item.machine_coded),
        )
        if holds
    ]
    flagged = f" ({', '.join(flags)})" if flags else ""
    return (
        f"share {number(100 * item.share, 1)}% of its reading, adds "
        f"{gap(item.contribution_points)} to the gap{flagged}"
    )


def _federation_section(derivation: Derivation, width: int) -> Iterator[RenderableType]:
    """Yield the reading of a federation's units beside its own, if there is one."""
    found = derivation.federation
    if found is None:
        return
    yield heading("WHAT RESIDENTS LIVE UNDER (P_pop), BESIDE THE NATION'S OWN")
    yield both_readings(found, Grade.D)
    for note in notes_on(found, Grade.D):
        yield Text(folded(note, width=width, hang=4))
    yield Text(f"Unit by unit: gaptracker federation {found.actor} {found.theme} {found.year}")


def _sources_section(derivation: Derivation, width: int) -> Iterator[Text]:
    readings = (derivation.says, derivation.law, derivation.does)
    cited = {item.source.id: item.source for reading in readings for item in reading.items}
    if not cited:
        return
    yield heading("SOURCES")
    for source in sorted(cited.values(), key=lambda each: each.id):
        yield Text(folded(f"{source.id}: {source.citation}", width=width, hang=4))
        if source.url:
            # An address that is broken cannot be copied.
            yield Text(f"    {source.url}", no_wrap=True, overflow="ignore")
