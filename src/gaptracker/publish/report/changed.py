"""What changed since another release, and why."""

from collections.abc import Sequence

from gaptracker.domain.vocabulary import Grade, Label
from gaptracker.publish.report.edition import Edition
from gaptracker.publish.report.figures import CHANGES
from gaptracker.publish.report.model import Block, Paragraph, Points, Section
from gaptracker.publish.report.spans import Line, Ref, Span, code, name, text, year
from gaptracker.publish.vocabulary.words import cause_words, grade_words, label_words
from gaptracker.release.difference import CellFigures
from gaptracker.workflows.release_changes import (
    CorrectedEvidence,
    DemonstratedChange,
    ReleaseChanges,
)

MOST_ITEMS = 5


def changed(edition: Edition) -> Section:
    """Return what moved by more than its uncertainty, and which evidence was corrected."""
    say = edition.speaker.say
    changes = edition.settings.beside.changes
    blocks: list[Block]
    if changes is None:
        none = say(
            "There is no earlier release to hold this one against: nothing can be said of changes."
        )
        blocks = [Paragraph(line=none)]
    else:
        blocks = [_against(edition, changes), *_moved(edition, changes)]
    return Section(
        id="changes", title=say("What changed since the last release"), blocks=tuple(blocks)
    )


def corrected_lines(edition: Edition) -> list[Line]:
    """Return a sentence for each theme whose evidence reads otherwise than before."""
    changes = edition.settings.beside.changes
    if changes is None:
        return []
    return [
        _corrected(edition, each)
        for each in changes.corrected
        if _concerns(edition, each.actor, each.theme)
    ]


def _against(edition: Edition, changes: ReleaseChanges) -> Paragraph:
    line = edition.speaker.say(
        "Held against release {previous}. A change is told only where it is larger than the "
        "uncertainty of both figures together.",
        previous=code(changes.previous),
    )
    return Paragraph(line=line)


def _moved(edition: Edition, changes: ReleaseChanges) -> list[Block]:
    found = [each for each in changes.demonstrated if _concerns(edition, each.actor, each.theme)]
    if not found:
        none = edition.speaker.say("No figure moved by more than its uncertainty.")
        return [Paragraph(line=none)]
    return [Points(lines=tuple(_change(edition, changes, each) for each in found))]


def _concerns(edition: Edition, actor: str, theme: str) -> bool:
    return edition.actor in (None, actor) and theme in edition.themes


def _change(edition: Edition, changes: ReleaseChanges, change: DemonstratedChange) -> Line:
    say = edition.speaker.say

    def figure(column: str, value: float | None) -> Span:
        return _signed(edition, changes, change, (column, value))

    moved = say(
        "{topic}, {year}: the gap moved from {old} to {new} points.",
        topic=_topic(edition, change.actor, change.theme),
        year=year(change.year),
        old=figure("old.gap", change.old.gap),
        new=figure("new.gap", change.new.gap),
    )
    now = say(
        "Its {level} interval was {old_low} to {old_high} and is now {low} to {high}: {label}. "
        "Evidence grade {grade}.",
        level=edition.figures.interval_share(),
        old_low=figure("old.gap_low", change.old.gap_low),
        old_high=figure("old.gap_high", change.old.gap_high),
        low=figure("new.gap_low", change.new.gap_low),
        high=figure("new.gap_high", change.new.gap_high),
        label=_label(edition, change.new),
        grade=text(grade_words(Grade(change.new.grade), edition.language)),
    )
    really = say(
        "The probability that it really moved this way is {share}.",
        share=edition.figures.probability(
            max(change.p_higher, 1 - change.p_higher),
            _ref(changes, change, "p_moved"),
        ),
    )
    cause = say(
        "Cause: {causes}.",
        causes=edition.speaker.all_of(
            [text(cause_words(each, edition.language)) for each in change.causes]
        ),
    )
    return (*moved, text(" "), *now, text(" "), *really, text(" "), *cause)


def _label(edition: Edition, figures: CellFigures) -> Span:
    return text(label_words(Label(figures.label), edition.language))


def _signed(
    edition: Edition,
    changes: ReleaseChanges,
    change: DemonstratedChange,
    named: tuple[str, float | None],
) -> Span:
    column, value = named
    if value is None:
        return text("–")
    return edition.figures.signed(value, _ref(changes, change, column))


def _ref(changes: ReleaseChanges, change: DemonstratedChange, column: str) -> Ref:
    where = (("actor", change.actor), ("theme", change.theme), ("year", change.year))
    return Ref(
        release=f"{changes.previous}..{changes.release}", table=CHANGES, where=where, column=column
    )


def change_at(changes: ReleaseChanges, ref: Ref) -> float | None:
    """Return the figure of a change that a reference names."""
    where = dict(ref.where)
    for each in changes.demonstrated:
        if (each.actor, each.theme, each.year) == (where["actor"], where["theme"], where["year"]):
            if ref.column == "p_moved":
                return max(each.p_higher, 1 - each.p_higher)
            side, _, field = ref.column.partition(".")
            found: float | None = getattr(getattr(each, side), field)
            return found
    return None


def _topic(edition: Edition, actor: str, theme: str) -> Span:
    if edition.actor is None:
        return name(f"{edition.named(actor)}, {edition.themed(theme)}")
    return edition.theme_name(theme)


def _corrected(edition: Edition, corrected: CorrectedEvidence) -> Line:
    say = edition.speaker.say
    told = say(
        "{topic}: evidence reads otherwise than in the release before and moved figures of "
        "{years} ({items}).",
        topic=_topic(edition, corrected.actor, corrected.theme),
        years=edition.speaker.all_of([year(each) for each in _ends(corrected.years)]),
        items=_items(edition, corrected.items),
    )
    much = (
        say("The change is larger than its uncertainty.")
        if corrected.demonstrated
        else say("Before and after cannot be told apart.")
    )
    return (*told, text(" "), *much)


def _items(edition: Edition, items: Sequence[str]) -> Line:
    shown = [code(each) for each in items[:MOST_ITEMS]]
    if len(items) > MOST_ITEMS:
        return edition.speaker.all_of([*shown, text(edition.speaker.texts.say("others"))])
    return edition.speaker.all_of(shown)


def _ends(years: Sequence[int]) -> list[int]:
    """Return the first and last of many years: evidence counts for years on end."""
    return sorted({years[0], years[-1]})
