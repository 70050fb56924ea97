"""The acts behind a line over the years: votes, other statements, measures; one mark each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from gaptracker.domain.records import Measure, Statement
from gaptracker.domain.time import PartialDate
from gaptracker.domain.vocabulary import Mode
from gaptracker.publish.charts.asked import Asked, Size
from gaptracker.publish.charts.looks import DOES_COLOUR, SAYS_COLOUR
from gaptracker.publish.charts.picture import Canvas, Key, Spec
from gaptracker.publish.frozen import FrozenRelease
from gaptracker.publish.texts import Texts

# Where each kind's strip stands, in lines of small print below the axis.
STRIPS = ("vote", "statement", "measure")
FIRST_STRIP = {Size.PAGE: 2.3, Size.EMBED: 2.2, Size.CARD: 2.2}
_POINT = {"type": "point", "opacity": 1}
MARKS: Mapping[str, Mapping[str, object]] = {
    "vote": {**_POINT, "shape": "triangle-up", "fill": SAYS_COLOUR, "stroke": SAYS_COLOUR},
    "statement": {**_POINT, "shape": "circle", "fill": "#ffffff", "stroke": SAYS_COLOUR},
    "measure": {**_POINT, "shape": "square", "fill": DOES_COLOUR, "stroke": DOES_COLOUR},
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """A dated act: `when` is its year with the part of it that had passed."""

    kind: str
    when: float
    text: str


def acts_of(release: FrozenRelease, asked: Asked, span: tuple[int, int]) -> list[Act]:
    """Return the acts of an actor on a theme that began within some years, each once."""
    first, last = span
    rows = release.contributions.of_cell(asked.the_actor, asked.the_theme)
    items = rows.frame.filter(pl.col("weight") > 0)["item"].unique().sort()
    found = {act for act in (_act_of(release, item) for item in items) if act is not None}
    inside = [act for act in found if first <= int(act.when) <= last]
    return sorted(inside, key=lambda act: (STRIPS.index(act.kind), act.when, act.text))


def act_keys(acts: Sequence[Act], texts: Texts) -> tuple[Key, ...]:
    """Return the key of the acts that are shown."""
    words = {
        "vote": texts.say("vote"),
        "statement": texts.say("other statement"),
        "measure": texts.say("law or measure begins"),
    }
    return tuple(
        Key(mark=MARKS[kind], text=words[kind])
        for kind in STRIPS
        if any(act.kind == kind for act in acts)
    )


def act_layers(acts: Sequence[Act], years: Spec, canvas: Canvas, size: Size) -> list[Spec]:
    """Return the strips of acts under the years."""
    letter = canvas.paper.small_px
    layers: list[Spec] = []
    for place, kind in enumerate(STRIPS):
        rows = [
            {"when": round(act.when - 0.5, 3), "text": act.text} for act in acts if act.kind == kind
        ]
        if rows:
            y = canvas.height + letter * (FIRST_STRIP[size] + place * 1.15)
            layers.append(
                {
                    "data": {"values": rows},
                    "mark": {
                        **MARKS[kind],
                        "y": round(y, 1),
                        "size": round(letter * letter * 0.45, 1),
                        "strokeWidth": 1,
                    },
                    "encoding": {
                        "x": {"field": "when", "type": "quantitative", "scale": years},
                        "tooltip": [{"field": "text"}],
                    },
                }
            )
    return layers


def _act_of(release: FrozenRelease, item: str) -> Act | None:
    statement = release.statements.get(item)
    if isinstance(statement, Statement):
        kind = "vote" if statement.mode is Mode.VOTE else "statement"
        return Act(kind=kind, when=_when(statement.said_on), text=statement.paraphrase)
    measure = release.measures.get(item)
    if isinstance(measure, Measure) and measure.in_force.start is not None:
        return Act(kind="measure", when=_when(measure.in_force.start), text=measure.title)
    return None


def _when(day: PartialDate) -> float:
    """Return a date as a year and the part that had passed; half of what is not known."""
    month = (day.month - 1 + ((day.day - 1) / 31 if day.day else 0.5)) / 12 if day.month else 0.5
    return day.year + month
