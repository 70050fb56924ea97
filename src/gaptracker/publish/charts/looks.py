"""How things look: a shape and a colour each, so that meaning never hangs on colour alone.

The colours keep their order of brightness in print and differ for every kind of colour blindness.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from gaptracker.domain.vocabulary import Label

FONT = "Liberation Sans, Arial, Helvetica, sans-serif"
INK, QUIET, FAINT, PAPER = "#1a1a1a", "#4d4d4d", "#b3b3b3", "#ffffff"
SAYS_COLOUR, LAW_COLOUR, DOES_COLOUR = "#b04a00", "#666666", "#00578f"
WARNING = "#8a1c00"


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """A mark: Vega's name of its shape, its colour, and whether it is filled."""

    shape: str
    colour: str
    filled: bool


LABEL_LOOKS: Mapping[Label, Look] = {
    Label.WORDS_AHEAD: Look(shape="triangle-up", colour="#b04a00", filled=True),
    Label.WORDS_AHEAD_LIKELY: Look(shape="triangle-up", colour="#b04a00", filled=False),
    Label.MIXED_MESSAGE: Look(shape="diamond", colour="#7b3294", filled=True),
    Label.DEEDS_AHEAD: Look(shape="triangle-down", colour="#00578f", filled=True),
    Label.DEEDS_AHEAD_LIKELY: Look(shape="triangle-down", colour="#00578f", filled=False),
    Label.NO_DEMONSTRABLE_GAP: Look(shape="square", colour="#2b7a3d", filled=True),
    Label.INDETERMINATE: Look(shape="circle", colour="#6b6b6b", filled=False),
}
# The order of keys, and from back to front when drawn in reverse.
SHOWN_LABELS = tuple(LABEL_LOOKS)
DEMONSTRATED = frozenset({Label.WORDS_AHEAD, Label.DEEDS_AHEAD, Label.MIXED_MESSAGE})
