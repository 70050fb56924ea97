"""Where a figure comes from: sources, and the bytes that were kept."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from gaptracker.domain.errors import InvalidValue
from gaptracker.domain.time import PartialDate
from gaptracker.domain.vocabulary import Withheld

BEST_GRADE, WORST_GRADE = 1, 5

# Words of a recorded licence by which a source's values count and are not shown, each with why. The
# list is closed: a licence that forbids showing is recorded in one of these words.
WITHHOLDING_TERMS: Mapping[str, str] = {
    "limited extracts": (
        "SIPRI allows extracts that are small in relation to the whole, with citation; a table of "
        "all states and years is the whole, also where the World Bank passes it on"
    ),
    "not for redistribution": "the data may be used and not handed on",
    "not to be republished": (
        "IISS keeps its figures to those who have them from IISS, also where the World Bank "
        "passes them on"
    ),
    "ask before publishing": "no licence is given; nobody has been asked yet",
}


def withheld_by(licence: str) -> Withheld | None:
    """Return whether values under a licence are kept from readers, by the words of the licence.

    They are counted all the same. Terms that ask for more than attribution, as those for use that
    is not commercial, do not keep a value from readers: the licence stands beside it.

    Args:
        licence: As a source records it; case does not matter.

    Examples:
        >>> withheld_by("SIPRI terms: limited extracts with citation")
        <Withheld.LICENCE: 'licence'>
        >>> withheld_by("CC-BY-NC-SA-3.0-IGO") is None
        True
    """
    said = licence.casefold()
    return Withheld.LICENCE if any(term in said for term in WITHHOLDING_TERMS) else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A published document or data set.

    `licence` says under which terms its records may be used; some of its words keep values from
    readers (`withheld_by`). `group` names its independent origin: two sources of one group never
    count twice. `grade` runs from 1 (best) to 5. `record_of_act` is true only for the record of
    the act itself: a roll call, a verbatim record, the text of a law, an official statistic.
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
