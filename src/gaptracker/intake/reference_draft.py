"""What the parts of the reference loader share while a folder is read."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from gaptracker.domain.actors import Actor
from gaptracker.domain.errors import InvalidValue
from gaptracker.domain.methodology import Methodology
from gaptracker.domain.sources import Source
from gaptracker.intake.reference_columns import COLUMNS
from gaptracker.intake.reference_rows import Problems, Row, read_rows

ValueT = TypeVar("ValueT")


@dataclass(slots=True, kw_only=True)
class Draft:
    """The folder's bytes, what is known so far, and what is wrong with it."""

    contents: Mapping[str, bytes]
    methodology: Methodology
    problems: Problems = field(default_factory=Problems)
    actors: dict[str, Actor] = field(default_factory=dict)
    sources: dict[str, Source] = field(default_factory=dict)

    def rows(self, file: str) -> Iterator[Row]:
        """Yield a file's rows; a file that is missing was noted with the manifest."""
        if file in self.contents:
            yield from read_rows(file, self.contents[file], COLUMNS[file], self.problems)

    def actor(self, row: Row, column: str = "actor") -> str:
        """Return a known actor's code."""
        return row.known(column, self.actors, "actor")

    def source(self, row: Row) -> str:
        """Return a known source's id."""
        return row.known("source", self.sources, "source")

    def theme(self, row: Row, column: str = "theme") -> str:
        """Return a known theme's id."""
        return row.known(column, self.methodology.themes, "theme")

    def build(self, row: Row, make: Callable[["Draft", Row], ValueT]) -> ValueT | None:
        """Build a domain value from a row; None, with the problem noted, if it cannot be."""
        before = len(self.problems.found)
        try:
            return make(self, row)
        except InvalidValue as error:
            if len(self.problems.found) == before:
                self.problems.found.append(f"{row.file} line {row.line}: {error}")
        return None

    def unique(self, row: Row, name: str, seen: set[str]) -> bool:
        """Note a name that a line above already has."""
        if name in seen:
            self.problems.add(f"{row.file} line {row.line}", name, "a name no other line has")
            return False
        seen.add(name)
        return True
