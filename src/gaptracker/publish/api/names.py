"""The nearest known names to one that nothing carries."""

import unicodedata
from collections.abc import Iterable, Mapping
from difflib import get_close_matches

NEAREST = 3
LIKENESS = 0.6
# Comparing is quadratic in length, and no name that anybody meant is longer.
COMPARED_CHARACTERS = 64


def fold(text: str) -> str:
    """Return a text without case and accents, for comparing.

    Examples:
        >>> fold("México")
        'mexico'
    """
    parts = unicodedata.normalize("NFKD", text.strip())
    return "".join(part for part in parts if not unicodedata.combining(part)).casefold()


def nearest_names(given: str, known: Mapping[str, Iterable[str]]) -> tuple[str, ...]:
    """Return up to three known names that somebody who wrote `given` may have meant.

    Args:
        given: What came.
        known: Each known name, with other spellings by which people know it.

    Returns:
        Known names, the nearest first: equal but for case and accents, then beginning alike,
        then alike by their letters. Empty if none is near.

    Examples:
        >>> nearest_names("mexico", {"MEX": ["Mexico", "México"], "COL": ["Colombia"]})
        ('MEX',)
        >>> nearest_names("canabis", {"cannabis": [], "medicines": []})
        ('cannabis',)
    """
    wanted = fold(given[:COMPARED_CHARACTERS])
    if not wanted:
        return ()
    spellings: dict[str, list[str]] = {}
    for name, others in known.items():
        for spelling in (name, *others):
            spellings.setdefault(fold(spelling), []).append(name)
    alike = [
        *(spelling for spelling in spellings if spelling == wanted),
        *(spelling for spelling in spellings if spelling.startswith(wanted)),
        *get_close_matches(wanted, spellings, n=NEAREST, cutoff=LIKENESS),
    ]
    found = dict.fromkeys(name for spelling in alike for name in spellings[spelling])
    return tuple(found)[:NEAREST]
