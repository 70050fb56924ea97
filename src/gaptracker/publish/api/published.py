"""Which addresses are published: asked for often, few enough to be answered beforehand."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from gaptracker.publish.addresses import address
from gaptracker.publish.api.actor_rows import ACTORS_PATH
from gaptracker.publish.api.cells import GAPS_PATH
from gaptracker.publish.api.deps import JSON_ONLY, TABLE_FORMATS
from gaptracker.publish.api.envelope import split_suffix
from gaptracker.publish.api.method_rows import THEMES_PATH
from gaptracker.publish.api.negotiation import LANGUAGE_TAGS
from gaptracker.publish.frozen import FrozenRelease

# What decides how an answer looks, not which one it is.
MANNERS = ("release", "lang", "format")
# A value that every spelling of an address writes alike.
PLAIN = re.compile(r"[A-Za-z0-9_.-]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A published address as somebody wrote it.

    `address` is its one canonical form, without what decides how the answer looks; `release`,
    `language` and `form` are None where the address does not say.
    """

    address: str
    offered: Sequence[str]
    release: str | None
    language: str | None
    form: str | None


def read_address(release: FrozenRelease, path: str, query: str) -> Asked | None:
    """Return what a published address asks for; None for every other one.

    Whatever is not written in the plainest way is no published address: the application will
    say what it is, or what is wrong with it.

    Args:
        release: The release that answers.
        path: Path of the address, decoded.
        query: What follows its question mark.
    """
    parameters = _plain_parameters(query)
    if parameters is None:
        return None
    bare, suffix = split_suffix(path)
    manners = {name: parameters.pop(name, None) for name in MANNERS}
    found = _gaps(release, bare, parameters) or _document(release, bare, parameters)
    if found is None or (suffix and manners["format"]):
        return None
    canonical, offered = found
    form = suffix or manners["format"]
    if form not in (None, *offered) or manners["lang"] not in (None, *LANGUAGE_TAGS):
        return None
    if manners["format"] and offered == JSON_ONLY:
        return None
    return Asked(
        address=canonical,
        offered=offered,
        release=manners["release"],
        language=manners["lang"],
        form=form,
    )


def published_addresses(release: FrozenRelease) -> Iterator[str]:
    """Yield the addresses that are answered beforehand, in their canonical form.

    One actor's or theme's own page is kept from its first reader on.
    """
    yield GAPS_PATH
    yield ACTORS_PATH
    yield THEMES_PATH
    for theme in release.scored_themes:
        yield address(GAPS_PATH, {"theme": theme})
    for actor in release.actors:
        yield address(GAPS_PATH, {"actor": actor})
    for theme in release.scored_themes:
        for year in release.years:
            yield address(GAPS_PATH, {"theme": theme, "year": year})


def _plain_parameters(query: str) -> dict[str, str] | None:
    """Return a query's parameters; None if one is repeated, empty, or written with escapes."""
    found: dict[str, str] = {}
    for part in query.split("&") if query else ():
        name, _, value = part.partition("=")
        if name in found or not PLAIN.fullmatch(value):
            return None
        found[name] = value
    return found


def _gaps(
    release: FrozenRelease, path: str, parameters: Mapping[str, str]
) -> tuple[str, Sequence[str]] | None:
    known = {"actor": release.actors, "theme": release.scored_themes}
    if path != GAPS_PATH or set(parameters) not in ({"actor"}, {"theme"}, {"theme", "year"}, set()):
        return None
    for name, names in known.items():
        if name in parameters and parameters[name] not in names:
            return None
    years = {str(year) for year in release.years}
    if "year" in parameters and parameters["year"] not in years:
        return None
    return address(GAPS_PATH, dict(sorted(parameters.items()))), TABLE_FORMATS


def _document(
    release: FrozenRelease, path: str, parameters: Mapping[str, str]
) -> tuple[str, Sequence[str]] | None:
    """Return the address of an actor or theme, or of all of them."""
    if parameters:
        return None
    if path in (ACTORS_PATH, THEMES_PATH):
        return path, TABLE_FORMATS
    for parent, names in ((ACTORS_PATH, release.actors), (THEMES_PATH, release.themes)):
        name = path.removeprefix(f"{parent}/")
        if name != path and name in names and PLAIN.fullmatch(name):
            return path, JSON_ONLY
    return None
