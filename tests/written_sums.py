"""Sums as pages print them, worked out again."""

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass

SIGNS = r"\d.√²^()×/+−"
EQUALS = re.compile(rf"(?P<left>[{SIGNS} ]*) = (?=(?P<right>[+−]?\d+(?:\.\d+)?))")
OPERATORS = set("√²^×/+−")


@dataclass(frozen=True, slots=True)
class WrittenSum:
    """One sum: as it is printed, what it comes to, the figure printed behind it, its digits."""

    text: str
    by_hand: float
    printed: float
    digits: int


def written_sums(text: str) -> Iterator[WrittenSum]:
    """Every sum of plain numbers in a text, line ends ignored; what has names in it is none."""
    for match in EQUALS.finditer(" ".join(text.split())):
        left = _whole_sum(match["left"])
        if left:
            right = match["right"].replace("−", "-")
            yield WrittenSum(
                text=f"{left} = {match['right']}",
                by_hand=_by_hand(left),
                printed=float(right),
                digits=len(right.partition(".")[2]),
            )


def _whole_sum(text: str) -> str:
    """The longest end of a text that is a sum; empty if none is."""
    words = text.split()
    while words:
        whole = " ".join(words)
        balanced = whole.count("(") == whole.count(")")
        if balanced and OPERATORS & set(whole) and whole[0] not in "×/+−^²)":
            return whole
        words = words[1:]
    return ""


def _by_hand(text: str) -> float:
    # The texts are our own and hold digits and signs only, so that evaluating them is safe.
    python = text.replace("×", "*").replace("−", "-").replace("²", "**2").replace("^", "**")
    return float(eval(python.replace("√(", "sqrt("), {"sqrt": math.sqrt}))
