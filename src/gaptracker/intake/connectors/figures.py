"""Numbers and years as publishers write them; what is no plain number is never made one."""

import math
import re

from gaptracker.domain.errors import GapTrackerError
from gaptracker.domain.syncing import IssueKind

FIRST_YEAR = 1995  # Five years before the first cell: older values can enter none.
MISSING = frozenset({"", "nan", "n/a", "na", "null"})
_PLAIN = re.compile(r"[+-]?\d+(\.\d+)?([eE][+-]?\d+)?")
_THOUSANDS = re.compile(r"[+-]?\d{1,3}(,\d{3})+(\.\d+)?")
# At most, at least, about, a mark that something is withheld.
_CENSORED = re.compile(r"[<>≤≥~].*|.*\d\s*\+|…|\.{2,}|(\. )+\.|x{2,}|-|\*+|c\. ?\d.*")
_YEAR = re.compile(r"(\d{4})(\.0+)?")


class NoFigure(GapTrackerError):
    """A cell holds something else than a number or a year; `kind` says what."""

    def __init__(self, kind: IssueKind, detail: str) -> None:
        """Say what came and what was expected."""
        super().__init__(detail)
        self.kind = kind


def read_number(text: str, *, thousands: bool = False) -> float | None:
    """Read a number, or None where the cell is empty or says that there is none.

    Args:
        text: The cell.
        thousands: Whether the publisher parts thousands by commas; elsewhere a comma may be a
            decimal one, and is refused.

    Raises:
        NoFigure: If it is censored (`<5`, `972+`, `…`), or no number.
    """
    said = text.strip()
    if said.casefold() in MISSING:
        return None
    if _PLAIN.fullmatch(said):
        number = float(said)
    elif thousands and _THOUSANDS.fullmatch(said):
        number = float(said.replace(",", ""))
    elif _CENSORED.fullmatch(said):
        raise NoFigure(
            IssueKind.VALUE_CENSORED, f"{said!r} came; that is a bound or a mark, and no number"
        )
    else:
        raise NoFigure(IssueKind.ROW_REFUSED, f"{said[:60]!r} came; expected a number")
    if not math.isfinite(number):
        raise NoFigure(IssueKind.VALUE_OUT_OF_RANGE, f"{said!r} came; expected a finite number")
    return number


def read_year(text: str, last: int) -> int:
    """Read a year up to `last`; one before `FIRST_YEAR` is the caller's to leave out.

    Raises:
        NoFigure: If it is no year, or one that cannot be.
    """
    found = _YEAR.fullmatch(text.strip())
    earliest = 1500
    if found is None or not earliest <= int(found[1]) <= last:
        raise NoFigure(
            IssueKind.VALUE_OUT_OF_RANGE,
            f"year {text[:20]!r} came; expected one from {earliest} to {last}",
        )
    return int(found[1])
