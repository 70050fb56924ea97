"""Parts of a page that nobody is to read."""

from dataclasses import dataclass

from gaptracker.domain.errors import InvalidValue


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
