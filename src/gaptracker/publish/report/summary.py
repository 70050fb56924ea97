"""The summary: what is demonstrated, what is likely, and what cannot be told."""

from collections.abc import Sequence

from gaptracker.domain.vocabulary import Grade, Label
from gaptracker.publish.report.edition import GRADED, Edition
from gaptracker.publish.report.findings import DEMONSTRATED, LIKELY, ahead_means, finding
from gaptracker.publish.report.model import Block, Paragraph, Points, Section, Tone
from gaptracker.publish.report.spans import Line, Span, text, year
from gaptracker.publish.rows import FrozenCell


def summary(edition: Edition) -> Section:
    """Return the summary, every sentence of it made from figures of the release."""
    blocks = _of_all(edition) if edition.actor is None else _of_one(edition, edition.actor)
    return Section(id="summary", title=edition.speaker.say("Summary"), blocks=tuple(blocks))


def _of_all(edition: Edition) -> list[Block]:
    say = edition.speaker.say
    blocks: list[Block] = [Paragraph(line=_counts(edition), tone=Tone.LEAD)]
    blocks += _list(
        edition, DEMONSTRATED, say("Demonstrated:"), say("No gap is demonstrated in this year.")
    )
    blocks += _list(edition, LIKELY, say("Likely, but not demonstrated:"), None)
    blocks.append(Paragraph(line=_apart(edition)))
    blocks.append(Paragraph(line=ahead_means(edition), tone=Tone.NOTE))
    return blocks


def _of_one(edition: Edition, actor: str) -> list[Block]:
    say = edition.speaker.say
    name = edition.actor_name(actor)
    graded = edition.graded
    if not graded:
        none = say(
            "For {actor} there is not enough evidence on any theme in {year} to print a figure. "
            "That says nothing of what it does: only that too little of it is on record here.",
            actor=name,
            year=year(edition.year),
        )
        return [Paragraph(line=none, tone=Tone.LEAD), *_thin(edition)]
    lead = edition.speaker.count(
        "For {actor} there is enough evidence in {year} on {themes} theme.",
        "For {actor} there is enough evidence in {year} on {themes} themes.",
        len(graded),
        actor=name,
        year=year(edition.year),
        themes=edition.count_cells(graded, ("grade", GRADED)),
    )
    shown = say("No gap between its words and its deeds is demonstrated in this year.")
    if found := edition.labelled(*DEMONSTRATED):
        shown = say(
            "Demonstrated gaps between its words and its deeds: {shown}.",
            shown=edition.count_cells(
                found, ("label", tuple(each.value for each in DEMONSTRATED)), ("grade", GRADED)
            ),
        )
    return [
        Paragraph(line=(*lead, text(" "), *shown), tone=Tone.LEAD),
        Points(lines=tuple(finding(edition, cell) for cell in _by_strength(edition, graded))),
        *_thin(edition),
        Paragraph(line=ahead_means(edition), tone=Tone.NOTE),
    ]


def _counts(edition: Edition) -> Line:
    say, graded = edition.speaker.say, edition.graded
    if not graded:
        return say(
            "In {year} no actor has enough evidence on any theme to print a figure.",
            year=year(edition.year),
        )
    known = say(
        "In {year} there is enough evidence, grade C or better, for {cells} cells (an actor on a "
        "theme) of {all} that are followed.",
        year=year(edition.year),
        cells=edition.count_cells(graded, ("grade", GRADED)),
        all=edition.count_cells(edition.cells),
    )
    shown = say(
        "Words demonstrably ahead of deeds: {ahead}. Deeds demonstrably ahead of words: {behind}.",
        ahead=_counted(edition, Label.WORDS_AHEAD),
        behind=_counted(edition, Label.DEEDS_AHEAD),
    )
    return (*known, text(" "), *shown)


def _counted(edition: Edition, label: Label) -> Span:
    found = edition.labelled(label)
    return edition.count_cells(found, ("label", label.value), ("grade", GRADED))


def _list(
    edition: Edition, labels: Sequence[Label], title: Line, otherwise: Line | None
) -> list[Block]:
    found = _by_strength(edition, edition.labelled(*labels))
    if not found:
        return [Paragraph(line=otherwise)] if otherwise else []
    lines = tuple(finding(edition, cell) for cell in found)
    return [Paragraph(line=title), Points(lines=lines)]


def _apart(edition: Edition) -> Line:
    if not edition.labelled(Label.INDETERMINATE, Label.MIXED_MESSAGE):
        return ()
    return edition.speaker.say(
        "Words and deeds cannot be told apart: {apart} cells. Words contradict one another: "
        "{mixed} cells. In all of these the report claims no gap, in neither direction.",
        apart=_counted(edition, Label.INDETERMINATE),
        mixed=_counted(edition, Label.MIXED_MESSAGE),
    )


def _thin(edition: Edition) -> list[Block]:
    """Name the themes of which nothing is printed."""
    thin = [cell for cell in edition.cells if cell.grade is Grade.D]
    if not thin:
        return []
    names = edition.speaker.all_of([edition.theme_name(cell.theme) for cell in thin])
    line = edition.speaker.say("Not enough evidence to print a figure: {themes}.", themes=names)
    return [Paragraph(line=line)]


def _by_strength(edition: Edition, cells: Sequence[FrozenCell]) -> list[FrozenCell]:
    """Return cells, demonstrated ones first, then likely ones.

    Those of one actor stand by the width of their gaps. Those of many stand as the edition has
    them, by name: where intervals overlap, an order by width would be a ranking.
    """

    def place(cell: FrozenCell) -> tuple[int, float]:
        rank = 0 if cell.label in DEMONSTRATED else 1 if cell.label in LIKELY else 2
        return rank, 0.0 if edition.actor is None else -abs(cell.gap or 0.0)

    return sorted(cells, key=place)
