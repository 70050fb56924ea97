"""Boxes burnt into pixels."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from PIL import Image, ImageDraw

from gaptracker.domain.errors import InvalidValue

BLACK = (0, 0, 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """A part of a page to be made unreadable.

    Edges are shares of the page as it is seen, from its left and its top: 0 to 1. `page` counts
    from 0; a picture is page 0.
    """

    page: int
    left: float
    top: float
    right: float
    bottom: float

    def __post_init__(self) -> None:
        """Refuse a box that covers nothing."""
        across = 0 <= self.left < self.right <= 1
        down = 0 <= self.top < self.bottom <= 1
        if self.page < 0 or not across or not down:
            raise InvalidValue(
                f"{self} covers nothing; expected a page from 0 on, left < right and top < bottom, "
                "each a share from 0 to 1"
            )


def burn(picture: Image.Image, boxes: Sequence[Box], page: int) -> None:
    """Blacken a page's boxes, rounded outwards, so that no pixel at an edge tells anything."""
    draw = ImageDraw.Draw(picture)
    for box in boxes:
        if box.page == page:
            left, top = box.left * picture.width, box.top * picture.height
            right, bottom = box.right * picture.width, box.bottom * picture.height
            edges = (math.floor(left) - 1, math.floor(top) - 1, math.ceil(right), math.ceil(bottom))
            draw.rectangle(edges, fill=BLACK)
