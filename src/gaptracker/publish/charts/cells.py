"""Cells as charts may show them: grade C or better, and what to print beside each."""

from collections.abc import Sequence

import polars as pl

from gaptracker.domain.vocabulary import Grade, Label
from gaptracker.publish.charts.looks import LABEL_LOOKS, SHOWN_LABELS
from gaptracker.publish.charts.picture import PART, Key
from gaptracker.publish.frozen import FrozenRelease
from gaptracker.publish.rows import FrozenCell
from gaptracker.publish.texts import Texts, texts_of

FIGURES = tuple(
    f"{name}{end}"
    for name in ("says", "law", "does", "practice", "gap")
    for end in ("", "_low", "_high")
)


def graded(
    release: FrozenRelease,
    *,
    actor: str | None = None,
    theme: str | None = None,
    year: int | None = None,
) -> list[FrozenCell]:
    """Return the cells of grade C or better; grade D enters no chart (methodology, section 5)."""
    found = release.cells_of(actor, theme, year)
    return found.matching(pl.col("grade") < Grade.D.value).rows()


def name_of(release: FrozenRelease, actor: str, language: str) -> str:
    """Return an actor's name, in English where it has none in the language."""
    names = release.actors[actor].names
    return names.get(language) or names["en"]


def theme_name(release: FrozenRelease, theme: str, language: str) -> str:
    """Return a theme's name, in English where it has none in the language."""
    names = release.themes[theme].name
    return names.get(language) or names["en"]


def row_of(release: FrozenRelease, cell: FrozenCell, texts: Texts) -> dict[str, object]:
    """Return a cell as a row of a specification: the release's own figures, and words."""
    return {
        "actor": cell.actor,
        "name": name_of(release, cell.actor, texts.language),
        "theme": cell.theme,
        "year": cell.year,
        **{name: getattr(cell, name) for name in FIGURES},
        "label": cell.label.value,
        "verdict": verdict(cell.label, texts.language),
        "grade": cell.grade.value,
        "gap_text": gap_text(cell, texts),
    }


def no_actor(texts: Texts) -> list[str]:
    """Say that nobody can be drawn."""
    return [texts.say("No actor has enough evidence (grade C or better) here: nothing is drawn.")]


def gap_text(cell: FrozenCell, texts: Texts) -> str:
    """Return a gap with its interval, rounded to points; empty if there is none."""
    if cell.gap is None or cell.gap_low is None or cell.gap_high is None:
        return ""
    return texts.say(
        "{gap} ({low} to {high})",
        gap=texts.signed(cell.gap),
        low=texts.signed(cell.gap_low),
        high=texts.signed(cell.gap_high),
    )


def verdict(label: Label, language: str) -> str:
    """Return a label in the words of a picture, which has less room than a page."""
    say = texts_of(PART, language).say
    words = {
        Label.MIXED_MESSAGE: say("mixed message"),
        Label.WORDS_AHEAD: say("words ahead"),
        Label.WORDS_AHEAD_LIKELY: say("words likely ahead"),
        Label.DEEDS_AHEAD: say("deeds ahead"),
        Label.DEEDS_AHEAD_LIKELY: say("deeds likely ahead"),
        Label.NO_DEMONSTRABLE_GAP: say("no demonstrable gap"),
        Label.INDETERMINATE: say("cannot be told apart"),
        Label.INSUFFICIENT_EVIDENCE: say("too little evidence"),
    }
    return words[label]


def label_keys(cells: Sequence[FrozenCell], language: str) -> tuple[Key, ...]:
    """Return the key of the labels that some cells carry, with how many do."""
    counts = {label: sum(cell.label is label for cell in cells) for label in SHOWN_LABELS}
    return tuple(
        Key(mark=point_mark(label), text=f"{verdict(label, language)} ({count})")
        for label, count in counts.items()
        if count
    )


def point_mark(label: Label) -> dict[str, object]:
    """Return the mark of a label."""
    look = LABEL_LOOKS[label]
    return {
        "type": "point",
        "shape": look.shape,
        "stroke": look.colour,
        "fill": look.colour if look.filled else "#ffffff",
        "strokeWidth": 1.5,
        "opacity": 1,
    }
