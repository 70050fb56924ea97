"""What a chart is asked for: parameters that were checked against a release."""

from dataclasses import dataclass
from enum import StrEnum

from gaptracker.domain.errors import InvalidValue


class Size(StrEnum):
    """For which place a picture is laid out; each is a layout of its own, not a scale."""

    PAGE = "page"
    EMBED = "embed"
    CARD = "card"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One question for a chart. What the chart does not take is None, or empty."""

    language: str = "en"
    size: Size = Size.PAGE
    actor: str | None = None
    theme: str | None = None
    year: int | None = None
    actors: tuple[str, ...] = ()
    side: str | None = None

    @property
    def the_actor(self) -> str:
        """Return the actor of a chart that takes one."""
        return _given("actor", self.actor)

    @property
    def the_theme(self) -> str:
        """Return the theme of a chart that takes one."""
        return _given("theme", self.theme)

    @property
    def the_year(self) -> int:
        """Return the year of a chart that takes one.

        Raises:
            InvalidValue: If none was given.
        """
        if self.year is None:
            raise InvalidValue("year: nothing came; this chart takes one")
        return self.year

    @property
    def the_side(self) -> str:
        """Return the side, `words` or `deeds`, of a chart that takes one."""
        return _given("side", self.side)

    def parameters(self) -> dict[str, str | int]:
        """Return what was asked for by name, as an address holds it; `lang` and `size` too."""
        given: dict[str, str | int | None] = {
            "actor": self.actor,
            "actors": ",".join(self.actors) or None,
            "side": self.side,
            "theme": self.theme,
            "year": self.year,
            "lang": self.language,
            "size": self.size.value,
        }
        return {name: value for name, value in given.items() if value is not None}


def _given(name: str, value: str | None) -> str:
    if value is None:
        raise InvalidValue(f"{name}: nothing came; this chart takes one")
    return value
