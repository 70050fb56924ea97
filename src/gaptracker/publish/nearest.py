"""Unknown names, answered with the nearest known ones."""

from collections.abc import Collection, Iterable, Mapping
from itertools import islice

from gaptracker.domain.errors import UnknownName
from gaptracker.publish.api.names import nearest_names

# Lists up to this long are told whole; of longer ones the length and the first few names.
MOST_LISTED = 15
EXAMPLES = 3


def require_known(kind: str, given: str, known: Mapping[str, Iterable[str]]) -> str:
    """Return a name if it is known.

    Args:
        kind: What sort of name it is, for the message: `actor`, `theme`, `year`.
        given: What came.
        known: Each known name, with other spellings by which people know it.

    Raises:
        UnknownName: If nothing is called so; it carries up to three near names; where none
            is near it says what there is.

    Examples:
        >>> require_known("actor", "MEX", {"MEX": ["Mexico"]})
        'MEX'
    """
    if given in known:
        return given
    raise UnknownName(kind, given, nearest_names(given, known), expected=what_there_is(known))


def what_there_is(known: Collection[str]) -> str:
    """Return what names there are, for a message.

    Examples:
        >>> what_there_is(["equal", "wide_below"])
        'one of equal, wide_below'
        >>> what_there_is([f"A{number:02d}" for number in range(200)])
        'one of 200, as A00, A01, A02'
    """
    if not known:
        return ""
    if len(known) <= MOST_LISTED:
        return f"one of {', '.join(known)}"
    return f"one of {len(known)}, as {', '.join(islice(known, EXAMPLES))}"


def require_year(given: int, years: range) -> int:
    """Return a year if a release covers it.

    Raises:
        UnknownName: If it does not; it names the nearest year that is covered.
    """
    if given in years:
        return given
    nearest = min(max(given, years[0]), years[-1])
    raise UnknownName("year", str(given), (str(nearest),))
