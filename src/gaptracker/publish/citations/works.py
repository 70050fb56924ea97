"""What can be cited: a cell, a pair, or a whole release, each pinned to its release."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from gaptracker.domain.results import Manifest
from gaptracker.domain.time import PartialDate
from gaptracker.publish.addresses import RELEASES_PAGE, address, cell_page, pair_page, path_part
from gaptracker.publish.rows import FrozenCell, FrozenPair
from gaptracker.publish.texts import Texts, texts_of
from gaptracker.publish.vocabulary.words import label_words
from gaptracker.release.heading import PUBLISHER

PART = "citations"


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """Where and in which language a work is cited.

    `site` is the address of the site without a slash at its end, as `https://example.org`.
    """

    manifest: Manifest
    site: str
    language: str

    @property
    def texts(self) -> Texts:
        """Return the texts of citations in the edition's language."""
        return texts_of(PART, self.language)


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """A work as every style cites it.

    `key` names it among others (ASCII letters, digits, hyphens); `finding` is the sentence that
    is cited, empty for a whole release; `url` is its permanent address.
    """

    key: str
    title: str
    finding: str
    author: str
    published_on: date
    version: str
    methodology: str
    provisional: bool
    url: str
    language: str


def work_of_release(edition: Edition) -> Work:
    """Return a whole release as a work."""
    release = edition.manifest.release
    title = edition.texts.say("What governments say and what they do")
    path = address(f"{RELEASES_PAGE}/{path_part(release)}", {"lang": _lang(edition)})
    return _work(edition, parts=(), title=title, finding="", path=path)


def work_of_cell(edition: Edition, cell: FrozenCell, names: Mapping[str, str]) -> Work:
    """Return the figure of one actor, theme and year as a work.

    Args:
        edition: The release, the site and the language.
        cell: The cell.
        names: `actor` and `theme`, in the edition's language.
    """
    texts = edition.texts
    title = texts.say("{actor}: {theme}, {year}", **names, year=cell.year)
    path = cell_page(
        cell.actor, cell.theme, cell.year, release=edition.manifest.release, lang=_lang(edition)
    )
    return _work(
        edition,
        parts=(cell.actor, cell.theme, str(cell.year)),
        title=title,
        finding=_finding(texts, cell),
        path=path,
    )


def work_of_pair(
    edition: Edition, pair: FrozenPair, said_on: PartialDate, names: Mapping[str, str]
) -> Work:
    """Return a pair as a work.

    Args:
        edition: The release, the site and the language.
        pair: The pair.
        said_on: When its statement was made.
        names: `actor` and `theme`, in the edition's language.
    """
    texts = edition.texts
    title = texts.say("{actor}: {theme}, said and did", **names)
    said = texts.say("Said {when}, pair {pair}", when=texts.partial_day(said_on), pair=pair.id)
    path = pair_page(pair.id, release=edition.manifest.release, lang=_lang(edition))
    return _work(edition, parts=(pair.id,), title=title, finding=said, path=path)


def work_of_chart(
    edition: Edition, *, chart: str, title: str, path: str, named: Mapping[str, object]
) -> Work:
    """Return a chart as a work.

    Args:
        edition: The release, the site and the language.
        chart: The chart's id.
        title: Its title, in the edition's language.
        path: The path of its page.
        named: What it is asked for, as its address holds it.
    """
    given = {**named, "release": edition.manifest.release, "lang": _lang(edition)}
    parts = (chart, *(str(value) for value in named.values()))
    return _work(edition, parts=parts, title=title, finding="", path=address(path, given))


def _lang(edition: Edition) -> str | None:
    """Return the language if an address has to name it: English is what pages are in without."""
    return None if edition.language == "en" else edition.language


def _work(edition: Edition, *, parts: tuple[str, ...], title: str, finding: str, path: str) -> Work:
    manifest = edition.manifest
    return Work(
        key=_key("gaptracker", *parts, manifest.release),
        title=_one_line(title),
        finding=finding,
        author=PUBLISHER,
        published_on=manifest.as_of,
        version=manifest.release,
        methodology=manifest.methodology,
        provisional=manifest.provisional,
        url=edition.site + path,
        language=edition.language,
    )


def _finding(texts: Texts, cell: FrozenCell) -> str:
    """Return the sentence that is cited: the gap with its interval and grade, or that none is."""
    label = label_words(cell.label, texts.language)
    if cell.gap is None or cell.gap_low is None or cell.gap_high is None:
        return texts.say("No gap is given; {label}, grade {grade}", label=label, grade=cell.grade)
    return texts.say(
        "Gap {gap} points (90% interval {low} to {high}), {label}, grade {grade}",
        gap=texts.signed(cell.gap),
        low=texts.signed(cell.gap_low),
        high=texts.signed(cell.gap_high),
        label=label,
        grade=cell.grade,
    )


def _key(*parts: str) -> str:
    plain = "-".join(parts).lower()
    return "".join(
        letter if letter.isascii() and (letter.isalnum() or letter in "-_") else "-"
        for letter in plain
    )


def _one_line(text: str) -> str:
    """Return a text without line ends: no style has any inside a title."""
    return " ".join(text.split())
