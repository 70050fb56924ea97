"""The page of one release: what it holds, which checks it passed, its files and their hashes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from gaptracker.domain.results import CheckResult
from gaptracker.publish.addresses import CITE_PATH, RELEASES_PAGE, address, path_part
from gaptracker.publish.api.deps import Shape, View
from gaptracker.publish.api.release_rows import RELEASES_PATH
from gaptracker.publish.api.schemas_releases import FileRow
from gaptracker.publish.api.shelf import Published, Standing
from gaptracker.publish.citations.works import Edition, work_of_release
from gaptracker.publish.pages.asked import citations_of
from gaptracker.publish.pages.beside import Line, beside_lines
from gaptracker.publish.pages.frame import Frame, Newer, Place
from gaptracker.publish.pages.linked_data import Publication, dataset
from gaptracker.publish.pages.rendering import render
from gaptracker.publish.pages.words import PART
from gaptracker.publish.texts import Texts, texts_of

KILO = 1000
UNITS = ("B", "kB", "MB", "GB")
# What most readers come for; the other files follow by name.
FIRST_FILES = ("gaps", "pairs", "statements", "measures", "observations", "codings", "release")


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseAsked:
    """A request for a release's page; `files` are none where it was cut before there were any."""

    published: Published
    standing: Standing
    place: Place
    files: Sequence[FileRow]


def _place_of_file(file: FileRow) -> tuple[int, str]:
    table = file.name.partition(".")[0]
    place = FIRST_FILES.index(table) if table in FIRST_FILES else len(FIRST_FILES)
    return place, file.name


def build_release_page(asked: ReleaseAsked) -> bytes:
    """Return the page of a release."""
    language = asked.place.language
    texts = texts_of(PART, language)
    manifest = asked.published.manifest
    name = manifest.release
    edition = Edition(manifest=manifest, site=asked.place.site, language=language)
    publication = Publication(manifest=manifest, site=asked.place.site, language=language)
    frame = Frame(
        title=texts.say("Release {release}", release=name),
        description=texts.say(
            "Figures of {first} to {last} as of {day}, by methodology {methodology}.",
            first=manifest.first_year,
            last=manifest.last_year,
            day=texts.day(manifest.as_of),
            methodology=manifest.methodology,
        ),
        place=asked.place,
        manifest=manifest,
        newer=_newer(asked),
        linked_data=(dataset(publication, asked.files),),
    )
    older = older_releases(asked)
    return render(
        "release.html",
        language,
        frame=frame,
        published=asked.published,
        beside_lines=_beside_lines(asked),
        counts=_counts(texts, manifest.counts),
        checks=[*manifest.checks, *asked.published.entry.compared],
        passed=_passed(texts, [*manifest.checks, *asked.published.entry.compared]),
        files=sorted(asked.files, key=_place_of_file),
        size=lambda number: written_size(texts, number),
        figure=lambda number: texts.number(number, 0 if float(number).is_integer() else 2),
        older=older,
        diff=_diff(name, older[0], language) if older else None,
        release_page=lambda each: f"{RELEASES_PAGE}/{path_part(each)}?lang={language}",
        json=f"{RELEASES_PATH}/{path_part(name)}",
        citations=citations_of(work_of_release(edition)),
        cite_link=address(CITE_PATH, {"release": name, "lang": language}),
    )


def _beside_lines(asked: ReleaseAsked) -> list[Line]:
    """Return the errata of the release and the replies to it, by the names of the newest one."""
    current = asked.standing.current
    if current is None:
        return []
    shape = Shape(form="html", language=asked.place.language, pinned=False)
    view = View(standing=asked.standing, release=current, shape=shape)
    return beside_lines(view, asked.standing.beside.of_release(asked.published.entry.id))


def older_releases(asked: ReleaseAsked) -> list[str]:
    """Return the releases before this one, the newest first."""
    own = asked.published.entry.number
    return [name for name, each in asked.standing.published.items() if each.entry.number < own]


def written_size(texts: Texts, size_bytes: int) -> str:
    """Write a size in the unit that leaves at most three digits before the mark.

    Examples:
        >>> written_size(texts_of(PART, "en"), 1234567)
        '1.2\N{NO-BREAK SPACE}MB'
    """
    size, unit = float(size_bytes), 0
    while size >= KILO and unit + 1 < len(UNITS):
        size, unit = size / KILO, unit + 1
    return f"{texts.number(size, 1 if unit else 0)}\N{NO-BREAK SPACE}{UNITS[unit]}"


def _newer(asked: ReleaseAsked) -> Newer | None:
    current = asked.standing.current
    if current is None or current.entry.number <= asked.published.entry.number:
        return None
    link = f"{RELEASES_PAGE}/{path_part(current.id)}?lang={asked.place.language}"
    return Newer(release=current.id, link=link, figure=None)


def _diff(newer: str, older: str, language: str) -> str:
    return address(f"{RELEASES_PATH}/{path_part(newer)}/diff", {"from": older, "lang": language})


def _passed(texts: Texts, checks: Sequence[CheckResult]) -> str:
    good = sum(check.passed for check in checks)
    return texts.say(
        "{passed} of {all} checks passed.", passed=texts.number(good), all=texts.number(len(checks))
    )


def _counts(texts: Texts, counts: Mapping[str, int]) -> list[tuple[str, str]]:
    """Return what the release holds, in words."""
    say = texts.say
    names = {
        "actors": say("Actors"),
        "gaps": say("Cells (an actor, theme and year)"),
        "cells_with_gap": say("Cells with a gap"),
        "cells_graded": say("Cells with enough evidence to be printed"),
        "statements": say("Statements"),
        "measures": say("Laws and acts"),
        "observations": say("Observed figures"),
        "codings": say("Codings"),
        "pairs": say("Pairs of words and deeds"),
        "sources": say("Sources"),
    }
    return [(name, texts.number(counts[key])) for key, name in names.items() if key in counts]
