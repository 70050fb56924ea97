"""Where names can stand beside points without lying over each other."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from gaptracker.publish.charts.widths import text_width

# Directions in which a name is tried, to the right first, where reading goes on.
DIRECTIONS = ((1, 0), (-1, 0), (1, -1), (1, 1), (-1, -1), (-1, 1), (0, -1), (0, 1))
DISTANCES = (8.0, 16.0, 28.0, 42.0, 60.0)
# A name that stands farther off than this gets a line to its point.
LEAD_FROM = 12.0
LETTER_HEIGHT = 1.1
# So many pixels farther off a name goes to hide one point fewer.
HIDING = 90.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """A rectangle in pixels, `top` above `bottom` as on a screen."""

    left: float
    top: float
    right: float
    bottom: float

    def overlaps(self, other: "Box") -> bool:
        """Say whether two rectangles have a point in common."""
        return (
            self.left < other.right
            and other.left < self.right
            and self.top < other.bottom
            and other.top < self.bottom
        )

    def within(self, outer: "Box") -> bool:
        """Say whether this rectangle lies in another one."""
        return (
            self.left >= outer.left
            and self.right <= outer.right
            and self.top >= outer.top
            and self.bottom <= outer.bottom
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """A name and the point it belongs to, in pixels; one that is `shy` never hides a point."""

    text: str
    x: float
    y: float
    shy: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A name's place: its left edge and middle; `lead` where a line has to lead to the point."""

    wish: Wish
    x: float
    y: float
    lead: bool
    box: Box


def place_names(
    wishes: Sequence[Wish],
    points: Sequence[tuple[float, float]],
    *,
    within: Box,
    letter_px: float,
    most_led: int,
) -> list[Place]:
    """Give each name a place that no other name has and that hides few points.

    Args:
        wishes: Names, the most important first; those that find no place are left out.
        points: All points of the plot, which names should not hide.
        within: Where names may stand.
        letter_px: Size of the letters.
        most_led: How many of the first names may hide a point or stand far off with a line to
            theirs; the others are left out where they cannot stand close and in the open.
    """
    placed: list[Place] = []
    for rank, wish in enumerate(wishes):
        free = [
            place
            for place in _candidates(wish, letter_px)
            if place.box.within(within) and not any(place.box.overlaps(p.box) for p in placed)
        ]
        if rank >= most_led:
            free = [place for place in free if not place.lead]
        if rank >= most_led or wish.shy:
            free = [place for place in free if not _hidden(place, points)]
        if free:
            placed.append(min(free, key=lambda place: _cost(place, points)))
    return placed


def _candidates(wish: Wish, letter_px: float) -> Iterator[Place]:
    width = text_width(wish.text, letter_px) + 2
    height = letter_px * LETTER_HEIGHT
    for distance in DISTANCES:
        for right, down in DIRECTIONS:
            scale = distance / math.hypot(right, down)
            x = wish.x + right * scale - (0 if right > 0 else width if right < 0 else width / 2)
            y = wish.y + down * scale
            yield Place(
                wish=wish,
                x=x,
                y=y,
                lead=distance > LEAD_FROM,
                box=Box(left=x, top=y - height / 2, right=x + width, bottom=y + height / 2),
            )


def _cost(place: Place, points: Sequence[tuple[float, float]]) -> float:
    """Return what a place costs: points that it hides, and its distance."""
    box = place.box
    middle = (box.left + box.right) / 2
    nearest = min(max(box.left, place.wish.x), box.right)
    return (
        _hidden(place, points) * HIDING
        + math.hypot(nearest - place.wish.x, place.y - place.wish.y)
        + abs(middle - place.wish.x) * 0.01
    )


def _hidden(place: Place, points: Sequence[tuple[float, float]]) -> int:
    """Return how many points a name would lie on."""
    box = place.box
    return sum(
        box.left - 3 < x < box.right + 3 and box.top - 4 < y < box.bottom + 4 for x, y in points
    )
