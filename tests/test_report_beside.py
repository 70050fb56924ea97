"""What lies beside a release stands whole in its next report, where it belongs."""

from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path

import pytest

from gaptracker.domain.annotations import DecidedReply, Erratum
from gaptracker.publish.frozen import FrozenRelease
from gaptracker.publish.report.beside import beside_release
from gaptracker.publish.report.build import build_report
from gaptracker.publish.report.render_html import render_html
from gaptracker.publish.report.render_markdown import render_markdown
from gaptracker.publish.report.settings import ReportSettings
from gaptracker.records.release_store import ReleaseStore
from tests.api_world import open_store
from tests.beside_world import CELL, a_reply, an_erratum, decided, lay
from tests.report_world import order, undrawn, written_release

FIRST = "El Gobierno no comparte la cifra de la tabla."
SECOND = "# Pedimos que se corrija *hoy*."
BECAUSE = "The reform counts from the next release on."
PLAIN_MARKS = str.maketrans("", "", "\\")


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A release in its store; a report on it says what lies beside it at that moment."""

    store: ReleaseStore
    release: FrozenRelease

    def lay(self, *replies: DecidedReply, errata: tuple[Erratum, ...] = ()) -> None:
        lay(self.store, replies=replies, errata=errata)

    def html(self, language: str = "en", actor: str | None = "MEX") -> str:
        model = build_report(self.release, self._order(), language=language, actor=actor)
        return render_html(model, undrawn(model)).decode("utf-8")

    def markdown(self, language: str = "en", actor: str | None = "MEX") -> str:
        model = build_report(self.release, self._order(), language=language, actor=actor)
        return render_markdown(model).decode("utf-8")

    def _order(self) -> ReportSettings:
        return order(beside=beside_release(self.store, self.release))


class Sections(HTMLParser):
    """The words of a page by the id of the section or pair that they stand in."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.words: dict[str, str] = {}
        self._within: list[tuple[str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in {"section", "article"}:
            self._within.append((tag, dict(attrs).get("id") or ""))

    def handle_endtag(self, tag: str) -> None:
        if self._within and self._within[-1][0] == tag:
            self._within.pop()

    def handle_data(self, data: str) -> None:
        for _tag, name in self._within:
            self.words[name] = self.words.get(name, "") + data


def parts_of(page: str) -> dict[str, str]:
    read = Sections()
    read.feed(page)
    return {name: " ".join(words.split()) for name, words in read.words.items()}


@pytest.fixture
def written(tmp_path: Path) -> Written:
    release = written_release(tmp_path)
    return Written(store=open_store(tmp_path), release=release)


def test_a_reply_to_a_cell_stands_whole_among_replies_and_under_its_theme(
    written: Written,
) -> None:
    before = written.html()
    assert FIRST not in before
    reply = a_reply(written.release.id, text=f"{FIRST}\n\n{SECOND}\n")
    written.lay(decided(reply, because=BECAUSE))

    parts = parts_of(written.html())
    for place in ("replies", f"theme-{CELL.theme}"):
        said = parts[place]
        assert f"{FIRST} {SECOND}" in said, place
        assert "A. Ruiz, Foreign ministry, on 19 November 2026" in said, place
        assert "https://example.org/respuesta" in said, place
        assert f"accepted in part. Why: {BECAUSE}" in said, place
    assert "No reply has been recorded" not in parts["replies"]

    # In Markdown each of its paragraphs begins a line, and none of them is a heading.
    lines = written.markdown().splitlines()
    begun = [line for line in lines if line.endswith(f"“{FIRST}\\")]
    followed = [line for line in lines if line.translate(PLAIN_MARKS).startswith(f"{SECOND}”")]
    assert len(begun) == len(followed) == 2
    assert all(line.startswith("\\#") for line in followed)


@pytest.mark.parametrize("language", ["en", "es", "pt"])
def test_an_erratum_stands_among_corrections_and_before_the_figures_of_its_theme(
    written: Written, language: str
) -> None:
    written.lay(errata=(an_erratum(written.release.id),))
    parts = parts_of(written.html(language))
    for place in ("corrections", f"theme-{CELL.theme}"):
        for words in ("No execution was recorded.", "One was.", "A row was read twice."):
            assert words in parts[place], (place, words)
    theme = parts[f"theme-{CELL.theme}"]
    assert theme.index("One was.") < theme.index("pair_")
    assert "One was." in written.markdown(language)


def test_a_reply_to_a_pair_stands_beside_that_pair_and_no_other(written: Written) -> None:
    shown = [name for name in parts_of(written.html()) if name.startswith("pair_")]
    assert len(shown) > 1
    reply = a_reply(written.release.id, text=FIRST, pairs=(shown[1],))
    written.lay(reply)
    parts = parts_of(written.html())
    assert [name for name in shown if FIRST in parts[name]] == [shown[1]]
    assert FIRST in parts["replies"]
    assert "It is being looked at." in parts["replies"]


def test_a_reply_to_an_older_release_stands_and_names_it_and_its_erratum_does_not(
    written: Written,
) -> None:
    older = "2022-06-30-00000000"
    written.lay(a_reply(older, text=FIRST), errata=(an_erratum(older),))
    parts = parts_of(written.html())
    assert f"To release {older}." in parts["replies"]
    assert FIRST in parts["replies"]
    assert "One was." not in written.html()
    assert "No correction of this release has been recorded" in parts["corrections"]


def test_a_reply_and_an_erratum_of_one_actor_stand_in_no_report_on_another(
    written: Written,
) -> None:
    written.lay(a_reply(written.release.id, text=FIRST), errata=(an_erratum(written.release.id),))
    other = written.html(actor="CHN")
    assert FIRST not in other
    assert "One was." not in other
    everybody = parts_of(written.html(actor=None))
    assert FIRST in everybody["replies"]
    assert "One was." in everybody["corrections"]


def test_the_place_of_the_law_names_what_it_rests_on_with_its_source(written: Written) -> None:
    release = written.release
    cell = next(
        each
        for each in release.cells_of("MEX", CELL.theme, CELL.year).rows()
        if each.law is not None
    )
    laws = release.contributions_of(cell.actor, cell.theme, cell.year).where(layer="law").rows()
    assert laws
    theme = parts_of(written.html())[f"theme-{CELL.theme}"]
    head = "What the place of the law rests on:"
    basis = theme[theme.index(head) : theme.index(" pairs on this theme")]
    for law in laws:
        deed = release.deed(law.item)
        assert deed is not None
        assert release.sources[deed.source].citation.split(",")[0] in basis
    assert basis.count("Source, ") == len(laws)
