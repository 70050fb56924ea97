"""How says, law and does look, wherever they stand in one picture."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from gaptracker.publish.charts.looks import DOES_COLOUR, LAW_COLOUR, SAYS_COLOUR
from gaptracker.publish.charts.picture import Key
from gaptracker.publish.texts import Texts


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingLook:
    """A reading's shape, colour and dash; `step_px` sets it off from the others in a row."""

    shape: str
    colour: str
    dash: tuple[int, ...]
    step_px: float


# Law under the others: where it is drawn over them, it hides the gap.
READINGS: Mapping[str, ReadingLook] = {
    "law": ReadingLook(shape="diamond", colour=LAW_COLOUR, dash=(2, 3), step_px=0.0),
    "does": ReadingLook(shape="square", colour=DOES_COLOUR, dash=(7, 3), step_px=5.0),
    "says": ReadingLook(shape="circle", colour=SAYS_COLOUR, dash=(1, 0), step_px=-5.0),
}


def reading_words(name: str, texts: Texts) -> str:
    """Return what a reading is called."""
    words = {
        "says": texts.say("what it says"),
        "law": texts.say("its law"),
        "does": texts.say("what it does"),
    }
    return words[name]


def point_of(look: ReadingLook) -> dict[str, object]:
    """Return a reading's mark."""
    return {
        "type": "point",
        "shape": look.shape,
        "fill": look.colour,
        "stroke": "#ffffff",
        "strokeWidth": 1,
        "opacity": 1,
    }


def reading_keys(names: Sequence[str], texts: Texts) -> tuple[Key, ...]:
    """Return the key of some readings, words first."""
    order = [name for name in ("says", "law", "does") if name in names]
    return tuple(
        Key(mark=point_of(READINGS[name]), text=reading_words(name, texts)) for name in order
    )
