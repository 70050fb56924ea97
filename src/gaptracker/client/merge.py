"""Merge patches (RFC 7396): what they touch, and whether one may be sent again after a 412."""

from collections.abc import Iterator, Mapping
from typing import Any

from gaptracker.client.errors import Document

Path = tuple[str, ...]
MISSING = object()


def touched(patch: Document) -> Iterator[tuple[Path, Any]]:
    """Yield each place that a patch sets, with the value it sets there; None removes.

    Examples:
        >>> dict(touched({"note": None, "consent": {"publish": True}}))
        {('note',): None, ('consent', 'publish'): True}
    """
    for name, value in patch.items():
        if isinstance(value, Mapping) and value:
            yield from (((name, *path), inner) for path, inner in touched(value))
        else:
            yield (name,), value


def is_untouched(patch: Document, before: Document, now: Document) -> bool:
    """Say whether nobody has changed the places that a patch sets.

    Then it may be applied to what is there now, and no change of anybody's is lost.

    Examples:
        >>> is_untouched({"note": "b"}, {"note": "a", "language": "en"}, {"note": "a"})
        True
        >>> is_untouched({"note": "b"}, {"note": "a"}, {"note": "c"})
        False
    """
    return all(at(before, path) == at(now, path) for path, _ in touched(patch))


def is_applied(patch: Document, now: Document) -> bool:
    """Say whether every place that a patch sets holds what it sets.

    Examples:
        >>> is_applied({"note": "b", "event": None}, {"note": "b"})
        True
    """
    return all(
        at(now, path) == (MISSING if value is None else value) for path, value in touched(patch)
    )


def at(document: Document, path: Path) -> object:
    """Return what stands at a place, or `MISSING`."""
    found: object = document
    for step in path:
        if not isinstance(found, Mapping) or step not in found:
            return MISSING
        found = found[step]
    return found
