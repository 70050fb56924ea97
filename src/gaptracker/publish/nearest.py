"""Unknown names, answered with the nearest known ones."""

from collections.abc import Iterable, Mapping

from gaptracker.domain.errors import UnknownName
from gaptracker.publish.api.names import nearest_names


def require_known(kind: str, given: str, known: Mapping[str, Iterable[str]]) -> str:
    """Return a name if it is known.

    Args:
        kind: What sort of name it is, for the message: `actor`, `theme`, `year`.
        given: What came.
        known: Each known name, with other spellings by which people know it.

    Raises:
        UnknownName: If nothing is called so; it carries up to three near names.

    Examples:
        >>> require_known("actor", "MEX", {"MEX": ["Mexico"]})
        'MEX'
    """
    if given in known:
        return given
    raise UnknownName(kind, given, nearest_names(given, known))


def require_year(given: int, years: range) -> int:
    """Return a year if a release covers it.

    Raises:
        UnknownName: If it does not; it names the nearest year that is covered.
    """
    if given in years:
        return given
    nearest = min(max(given, years[0]), years[-1])
    raise UnknownName("year", str(given), (str(nearest),))
