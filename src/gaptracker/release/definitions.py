"""What each column of a release's tables means, in which unit: data for files and readers."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

POINTS = "points, 0 (most coercive) to 100 (fully aligned)"
GAP_POINTS = "points, -100 to 100; plus means words ahead of deeds"
SIGNED_POINTS = "points, -100 to 100"
SHARE = "share, 0 to 1"
PROBABILITY = "probability, 0 to 1"
NUMBER = "number"
DATE = "date, ISO 8601"
PARTIAL_DATE = "date, ISO 8601: year, month or day, as precisely as it is known"
NO_UNIT = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Definition:
    """What a column means, its unit (empty if it has none), and its values if they are closed."""

    text: str
    unit: str = NO_UNIT
    values: type[StrEnum] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TableDefinition:
    """A table in a sentence, and each of its columns by name.

    `key` names a row, where columns without missing values do; `refers` maps a column to the
    table whose ids it holds. `shown` are columns of what is given to readers alone: the frozen
    table has none of them.
    """

    title: str
    text: str
    columns: Mapping[str, Definition]
    key: tuple[str, ...]
    refers: Mapping[str, str]
    shown: Mapping[str, Definition] = field(default_factory=dict)
