"""A comparison of figures of the release store on this machine."""

from collections.abc import Iterator, Sequence

from gaptracker.domain.results import Manifest
from gaptracker.main.cli.compare_asked import AskedComparison, different_actors
from gaptracker.main.cli.compare_text import Comparison, told_rules
from gaptracker.main.cli.lookup import named_actor, named_theme
from gaptracker.main.cli.stores import open_release
from gaptracker.publish.comparing import (
    FEWEST,
    Subject,
    compare_subjects,
    newest_common_year,
    on_shared_evidence,
)
from gaptracker.publish.frozen import FrozenRelease
from gaptracker.publish.nearest import require_year

SHARED = (
    "{names} rest in part on the same evidence and are taken as independent, which errs on the "
    "side of saying nothing."
)


def comparison_here(asked: AskedComparison) -> Comparison:
    """Compare figures of the store's releases.

    Raises:
        UnknownName: If an actor, theme, year or release is unknown; it carries the nearest.
        BadParameter: If an actor came twice.
    """
    subjects = _subjects(asked)
    compared = compare_subjects(subjects, asked.figure)
    first = subjects[0]
    shared = on_shared_evidence(subjects, compared, asked.figure)
    return Comparison(
        theme=first.cell.theme,
        theme_name=first.release.methodology.themes[first.cell.theme].name["en"],
        compared=compared,
        releases=tuple(subject.release.id for subject in subjects),
        notes=(
            *told_rules(_rules([subject.release.manifest for subject in subjects])),
            *_told_shared(shared, len(compared.figures)),
        ),
        notice=first.release.manifest.notice,
    )


def _subjects(asked: AskedComparison) -> list[Subject]:
    opened = [open_release(each) for each in asked.releases] or [open_release()]
    match asked.across:
        case "actors":
            return _of_actors(opened[0], asked.actors, asked.theme, asked.years)
        case "years":
            return _of_years(opened[0], asked.actors[0], asked.theme, asked.years)
        case "releases":
            return _of_releases(opened, asked.actors[0], asked.theme, asked.years)


def _of_actors(
    release: FrozenRelease, given: Sequence[str], theme: str, years: Sequence[int]
) -> list[Subject]:
    codes = [named_actor(release, each) for each in given]
    different_actors(codes)
    name = named_theme(release, theme)
    year = _year([release], codes, name, years)
    return [
        Subject(name=code, release=release, cell=release.cell(code, name, year)) for code in codes
    ]


def _of_years(
    release: FrozenRelease, actor: str, theme: str, years: Sequence[int]
) -> list[Subject]:
    code, name = named_actor(release, actor), named_theme(release, theme)
    return [
        Subject(name=f"{code} {year}", release=release, cell=release.cell(code, name, year))
        for year in years
    ]


def _of_releases(
    releases: Sequence[FrozenRelease], actor: str, theme: str, years: Sequence[int]
) -> list[Subject]:
    code, name = named_actor(releases[0], actor), named_theme(releases[0], theme)
    year = _year(releases, [code], name, years)
    return [
        Subject(name=f"{code} in {each.id}", release=each, cell=each.cell(code, name, year))
        for each in releases
    ]


def _year(
    releases: Sequence[FrozenRelease], codes: Sequence[str], theme: str, years: Sequence[int]
) -> int:
    """Return the year asked for, or else the newest in which all can be compared."""
    if years:
        return require_year(years[0], releases[0].years)
    common = newest_common_year(releases, codes, theme)
    return releases[0].years[-1] if common is None else common


def _rules(manifests: Sequence[Manifest]) -> dict[str, tuple[str, str]]:
    return {each.release: (each.methodology, each.methodology_sha256) for each in manifests}


def _told_shared(names: Sequence[str], figures: int) -> Iterator[str]:
    """Say which figures are less independent of each other than the comparison takes them for."""
    if names:
        yield SHARED.format(names="Both figures" if figures == FEWEST else ", ".join(names))
