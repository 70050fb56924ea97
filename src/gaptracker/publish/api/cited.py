"""From what a request names to what is cited."""

from gaptracker.domain.errors import ReleaseCorrupt
from gaptracker.domain.results import Manifest
from gaptracker.publish.api.codes import ErrorCode
from gaptracker.publish.api.deps import View
from gaptracker.publish.api.errors import Fault, RequestRefused, absent, clip, invalid, unknown
from gaptracker.publish.api.filters import actor_spellings
from gaptracker.publish.citations.works import (
    Edition,
    Work,
    work_of_cell,
    work_of_pair,
    work_of_release,
)
from gaptracker.publish.frozen import FrozenRelease
from gaptracker.publish.rows import FrozenCell, FrozenPair


def edition_of(manifest: Manifest, site: str, language: str) -> Edition:
    """Return where and in which language works of a release are cited."""
    return Edition(manifest=manifest, site=site, language=language)


def cited_release(view: View, site: str) -> Work:
    """Return a whole release as a work."""
    return work_of_release(edition_of(view.release.manifest, site, view.language))


def cited_cell(view: View, cell: FrozenCell, site: str) -> Work:
    """Return a cell as a work."""
    edition = edition_of(view.release.manifest, site, view.language)
    return work_of_cell(edition, cell, _names(view, cell.actor, cell.theme))


def cited_pair(view: View, pair: FrozenPair, site: str) -> Work:
    """Return a pair as a work."""
    statement = view.release.statements.get(pair.statement)
    if statement is None:
        raise ReleaseCorrupt(
            f"{view.release.id}: a pair names statement {pair.statement}, which is missing"
        )
    edition = edition_of(view.release.manifest, site, view.language)
    return work_of_pair(edition, pair, statement.said_on, _names(view, pair.actor, pair.theme))


def cell_named(
    release: FrozenRelease, actor: str, theme: str, year: str, *, place: str
) -> FrozenCell:
    """Return the cell that an address names.

    Args:
        release: The release.
        actor: The actor's code.
        theme: The theme's id.
        year: The year, as it was written.
        place: `path` or `query`: where the three were written.

    Raises:
        RequestRefused: If one of them is unknown: 404 in a path, 422 in a query.
    """
    actors = actor_spellings(release)
    themes = {each.id: tuple(each.name.values()) for each in release.scored_themes.values()}
    years = {str(each): () for each in release.years}
    if actor not in actors:
        raise _refused(unknown("actor", ErrorCode.ACTOR_UNKNOWN, actor, actors, place=place))
    if theme not in themes:
        raise _refused(unknown("theme", ErrorCode.THEME_UNKNOWN, theme, themes, place=place))
    if year not in years:
        raise _refused(unknown("year", ErrorCode.YEAR_UNKNOWN, year, years, place=place))
    return release.cell(actor, theme, int(year))


def pair_named(
    release: FrozenRelease, name: str, *, parameter: str = "id", place: str = "path"
) -> FrozenPair:
    """Return a pair in the newest year that holds it.

    Raises:
        RequestRefused: If no pair of the release has this id: 404 in a path, 422 in a query.
    """
    found = release.pairs_called(name).sorted_by("year", descending=True).only()
    if found is None:
        raise _refused(
            Fault(
                parameter=parameter,
                place=place,
                code=ErrorCode.PAIR_UNKNOWN,
                detail=f"no pair of release {release.id} is called {clip(name)!r}",
                given=clip(name),
                expected="the id of a pair that /v1/pairs lists",
            )
        )
    return found


def _refused(fault: Fault) -> RequestRefused:
    return absent(fault) if fault.place == "path" else invalid(fault)


def _names(view: View, actor: str, theme: str) -> dict[str, str]:
    return {
        "actor": view.name_of(view.release.actors[actor].names),
        "theme": view.name_of(view.release.themes[theme].name),
    }
