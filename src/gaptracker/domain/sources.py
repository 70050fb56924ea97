"""Where a figure comes from: sources, and the bytes that were kept."""

from dataclasses import dataclass
from datetime import date

from gaptracker.domain.errors import InvalidValue
from gaptracker.domain.time import PartialDate

BEST_GRADE, WORST_GRADE = 1, 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A published document or data set.

    `group` names its independent origin: two sources of one group never count twice.
    `grade` runs from 1 (best) to 5. `record_of_act` is true only for the record of the act
    itself: a roll call, a verbatim record, the text of a law, an official statistic.
    """

    id: str
    title: str
    publisher: str
    group: str
    grade: int
    record_of_act: bool
    kind: str
    licence: str
    citation: str
    retrieved_on: date
    url: str | None = None
    published_on: PartialDate | None = None

    def __post_init__(self) -> None:
        """Refuse a grade outside 1 to 5."""
        if not BEST_GRADE <= self.grade <= WORST_GRADE:
            raise InvalidValue(f"source {self.id}: grade {self.grade}; expected 1 to 5")


@dataclass(frozen=True, slots=True, kw_only=True)
class SnapshotRef:
    """The stored bytes of a source, named by their SHA-256."""

    source: str
    sha256: str
    size_bytes: int
