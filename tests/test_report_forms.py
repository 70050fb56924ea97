"""The forms of a report: sound HTML, accessible PDF, Markdown, data; the same bytes each time."""

import base64
import csv
import hashlib
import io
import re
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import pikepdf
import pypdfium2  # type: ignore[import-untyped]
import pytest

from gaptracker.publish.frozen import FrozenRelease, load_release
from gaptracker.publish.report.beside import Beside
from gaptracker.publish.report.build import build_report
from gaptracker.publish.report.model import lines_of
from gaptracker.publish.report.render_html import render_html
from gaptracker.publish.report.render_markdown import render_markdown
from gaptracker.publish.report.settings import Form
from gaptracker.publish.report.spans import plain
from gaptracker.publish.report.write import WrittenReport, write_report
from tests.api_world import open_store
from tests.cli_world import SPEECH, cut
from tests.page_checks import (
    read_page,
    require_headings_in_order,
    require_roles,
    require_unique_ids,
)
from tests.report_world import (
    DECISION,
    ERRATUM,
    REPLY,
    everything_beside,
    finding_evidence,
    order,
    written_release,
)

HOSTILE = (
    '</style><script>alert(1)</script> #import "x" $x^2$ *b* [l](javascript:alert(1)) `c` | \\'
)


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> FrozenRelease:
    return written_release(tmp_path_factory.mktemp("release"))


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> FrozenRelease:
    folder = tmp_path_factory.mktemp("hostile")
    given = finding_evidence()
    mexico = replace(given.actors["MEX"], names={"en": HOSTILE, "es": "- 1. México", "pt": "=x"})
    source = replace(given.sources["speeches"], citation=HOSTILE, url="javascript:alert(1)")
    cut(
        folder,
        evidence=replace(
            given,
            actors={**given.actors, "MEX": mexico},
            sources={**given.sources, "speeches": source},
            statements=tuple(
                replace(each, paraphrase=HOSTILE, excerpt=f"{HOSTILE}\n\n# A heading")
                if each.id == SPEECH.id
                else each
                for each in given.statements
            ),
        ),
    )
    return load_release(open_store(folder))


@pytest.fixture(scope="module")
def written(
    release: FrozenRelease, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, WrittenReport]:
    folder = tmp_path_factory.mktemp("written")
    settings = order(languages=("en", "es"), actors=("MEX",), beside=everything_beside(release))
    return folder, write_report(release, settings, folder)


def body_of(written: tuple[Path, WrittenReport], form: Form, language: str | None = "en") -> bytes:
    (found,) = (
        each for each in written[1].files if each.form is form and each.language == language
    )
    return found.path.read_bytes()


def test_each_edition_is_written_in_each_form_and_nothing_else(
    written: tuple[Path, WrittenReport], release: FrozenRelease
) -> None:
    folder, report = written
    names = sorted(each.name for each in folder.iterdir())
    stem = f"gaptracker_2022-Q4_MEX_{release.id}"
    endings = ("data.zip", "en.html", "en.md", "en.pdf", "es.html", "es.md", "es.pdf")
    assert names == [f"{stem}_{ending}" for ending in endings]
    assert sorted(each.path.name for each in report.files) == names
    assert "Mexico" in report.summaries["MEX", "en"]
    assert report.titles["MEX", "es"] == "Palabras y hechos: México"


def test_the_same_release_and_order_give_the_same_bytes(
    written: tuple[Path, WrittenReport], release: FrozenRelease, tmp_path: Path
) -> None:
    settings = order(languages=("en", "es"), actors=("MEX",), beside=everything_beside(release))
    again = write_report(load_release_of(release), settings, tmp_path)
    for first, second in zip(written[1].files, again.files, strict=True):
        assert first.path.read_bytes() == second.path.read_bytes(), first.path.name


def load_release_of(release: FrozenRelease) -> FrozenRelease:
    """The same release with nothing in memory of what was looked up before."""
    return FrozenRelease(**{name: getattr(release, name) for name in release.__dataclass_fields__})


def test_the_page_is_sound_and_asks_for_nothing(written: tuple[Path, WrittenReport]) -> None:
    for language in ("en", "es"):
        text = body_of(written, Form.HTML, language).decode("utf-8")
        page = read_page(text)
        assert page.one("html").attributes["lang"] == language
        require_unique_ids(page)
        require_headings_in_order(page)
        require_roles(page)
        assert page.all("script") == [] == page.all("link")
        assert not [each for each in page.elements if "style" in each.attributes]
        loaded = [
            each.attributes.get("src") or each.attributes.get("srcset", "")
            for each in (*page.all("img"), *page.all("source"))
        ]
        assert loaded
        assert all(each.startswith("data:image/svg+xml;base64,") for each in loaded)
        assert all(each.attributes["alt"] for each in page.all("img"))


def test_the_policy_of_the_page_names_its_style_alone(
    written: tuple[Path, WrittenReport],
) -> None:
    page = read_page(body_of(written, Form.HTML).decode("utf-8"))
    style = page.one("style").text.encode("utf-8")
    digest = base64.b64encode(hashlib.sha256(style).digest()).decode("ascii")
    (policy,) = (
        each.attributes["content"] for each in page.all("meta") if "http-equiv" in each.attributes
    )
    assert policy == (
        f"default-src 'none'; style-src 'sha256-{digest}'; img-src data:; base-uri 'none'; "
        "form-action 'none'"
    )


def test_the_pdf_is_whole_tagged_titled_and_has_its_fonts_inside(
    written: tuple[Path, WrittenReport], release: FrozenRelease
) -> None:
    for language, title in (("en", "Words and deeds: Mexico"), ("es", "Palabras y hechos: México")):
        with pikepdf.open(io.BytesIO(body_of(written, Form.PDF, language))) as pdf:
            assert pdf.check_pdf_syntax() == []
            root = pdf.Root
            assert bool(root.MarkInfo.Marked)
            assert str(root.Lang) == language
            assert bool(root.ViewerPreferences.DisplayDocTitle)
            assert root.StructTreeRoot is not None
            with pdf.open_outline() as outline:
                assert len(outline.root) == 12
            info = pdf.docinfo
            assert str(info["/Title"]) == f"{title}, 2022-Q4"
            assert str(info["/Author"]) == "GapTracker"
            assert str(info["/CreationDate"]).startswith(f"D:{release.manifest.as_of:%Y%m%d}")
            fonts = list(_fonts(pdf))
            assert fonts
            assert all(any(f"/FontFile{n}" in font for n in ("", 2, 3)) for font in fonts)
            tree = list(_elements(root.StructTreeRoot))
            figures = [each for each in tree if each.get("/S") == "/Figure"]
            assert figures
            assert all(str(each.Alt) for each in figures)
            assert {"/H1", "/Table", "/TH", "/L", "/Link"} <= {str(each.get("/S")) for each in tree}


def test_every_page_of_a_provisional_report_says_so(
    written: tuple[Path, WrittenReport], release: FrozenRelease
) -> None:
    assert release.manifest.provisional
    texts = page_texts(body_of(written, Form.PDF, "es"))
    assert len(texts) > 2
    assert all("Provisional" in each for each in texts)
    assert all(f"{number} / {len(texts)}" in each for number, each in enumerate(texts, start=1))
    markdown = body_of(written, Form.MARKDOWN).decode("utf-8")
    tables = [line for line in markdown.splitlines() if line.startswith("Figures of ")]
    assert tables
    assert all(line.endswith("(Provisional)") for line in tables)
    assert "Provisional: some of the positions" in markdown


def test_replies_and_corrections_are_printed_whole_in_every_form(
    written: tuple[Path, WrittenReport],
) -> None:
    pdf = " ".join(" ".join(page_texts(body_of(written, Form.PDF))).split())
    page = read_page(body_of(written, Form.HTML).decode("utf-8")).one("main").text
    for words in (
        *(REPLY.text, REPLY.who, REPLY.office, DECISION.because),
        *(ERRATUM.said, ERRATUM.right, ERRATUM.because),
    ):
        assert words in pdf
        assert words in page


def test_a_reply_stands_beside_what_it_answers(release: FrozenRelease) -> None:
    settings = order(beside=everything_beside(release))
    model = build_report(release, settings, language="en", actor="MEX")
    theme = next(each for each in model.walk() if each.id == "theme-death_penalty")
    lines = [plain(line) for block in theme.blocks for line in lines_of(block)]
    assert any(REPLY.text in line for line in lines)


def test_an_erratum_says_what_it_is_of(release: FrozenRelease) -> None:
    named = {
        "obs_1": replace(ERRATUM, cells=(), records=("obs_1",)),
        "the whole release": replace(ERRATUM, cells=()),
    }
    for topic, erratum in named.items():
        model = build_report(
            release, order(beside=Beside(errata=(erratum,))), language="en", actor=None
        )
        text = render_markdown(model).decode("utf-8").replace("`", "")
        assert f"{topic}. It says:" in text.replace("\\_", "_")


def test_without_replies_and_corrections_the_report_says_so(release: FrozenRelease) -> None:
    model = build_report(release, order(), language="en", actor="MEX")
    text = render_markdown(model).decode("utf-8")
    assert "No reply has been recorded." in text
    assert "No correction of this release has been recorded" in text
    assert "There is no earlier release" in text


def test_an_actor_without_evidence_gets_a_report_that_says_so(release: FrozenRelease) -> None:
    for language in ("en", "es", "pt"):
        model = build_report(release, order(), language=language, actor="UNODC")
        assert model.pictures() == []
        assert render_html(model, {}).count(b"<h2>") == len(model.sections) + 1
    model = build_report(release, order(), language="en", actor="UNODC")
    assert "there is not enough evidence on any theme" in render_markdown(model).decode("utf-8")


def test_the_data_hold_the_tables_unrounded_and_every_figure(
    written: tuple[Path, WrittenReport], release: FrozenRelease
) -> None:
    archive = zipfile.ZipFile(io.BytesIO(body_of(written, Form.DATA, None)))
    assert {each.date_time for each in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    listed = [line.split("  ") for line in archive.read("SHA256SUMS").decode().splitlines()]
    sums = {name: digest for digest, name in listed}
    files = set(archive.namelist()) - {"SHA256SUMS"}
    assert (
        set(sums)
        == files
        == {
            "README.txt",
            "figures.csv",
            "tables/pledges.csv",
            "tables/themes.csv",
        }
    )
    for name in files:
        assert hashlib.sha256(archive.read(name)).hexdigest() == sums[name]
    rows = list(csv.DictReader(io.StringIO(archive.read("tables/themes.csv").decode())))
    (row,) = (each for each in rows if each["key_theme"] == "death_penalty")
    cell = release.cell("MEX", "death_penalty", 2022)
    assert (float(row["gap"]), float(row["gap_low"])) == (cell.gap, cell.gap_low)
    figures = list(csv.DictReader(io.StringIO(archive.read("figures.csv").decode())))
    model = build_report(
        release, order(beside=everything_beside(release)), language="pt", actor="MEX"
    )
    assert len(figures) == len({span.ref for span in model.figures()})
    assert "actor = MEX; theme = death_penalty; year = 2022" in {each["where"] for each in figures}
    assert b"provisional: true" in archive.read("README.txt")


@pytest.mark.hostile(id="report-texts-are-no-markup")
def test_texts_of_a_release_are_markup_in_no_form(hostile: FrozenRelease, tmp_path: Path) -> None:
    settings = order(languages=("en",), actors=("MEX",))
    report = write_report(hostile, settings, tmp_path)
    by_form = {each.form: each.path.read_bytes() for each in report.files}
    page = read_page(by_form[Form.HTML].decode("utf-8"))
    assert page.all("script") == []
    assert HOSTILE in page.one("h1").text
    assert not [each for each in page.all("a") if "javascript" in each.attributes["href"]]
    pdf = "".join("".join(page_texts(by_form[Form.PDF])).split())
    assert "".join(HOSTILE.split()) in pdf
    markdown = by_form[Form.MARKDOWN].decode("utf-8")
    assert not re.search(r"(?<!\\)<(?!https?:)", markdown)
    assert "](<javascript" not in markdown
    assert "\n# A heading" not in markdown
    # A backslash stands before every sign that would be markup inside the hostile text.
    assert r"\*b\* \[l\](javascript:alert(1)) \`c\` \| \\" in markdown


@pytest.mark.hostile(id="report-letters-without-a-font")
def test_a_letter_that_no_font_has_is_shown_as_lacking(
    release: FrozenRelease, tmp_path: Path
) -> None:
    settings = order(languages=("en", "pt"), actors=("IRN", "URY"), forms=(Form.PDF, Form.HTML))
    report = write_report(release, settings, tmp_path)
    texts = {
        (each.actor, each.language): " ".join(page_texts(each.path.read_bytes()))
        for each in report.files
        if each.form is Form.PDF
    }
    lacking = "Um □ ocupa o lugar de uma letra"
    assert "□□□" in texts["URY", "pt"]
    assert lacking in texts["URY", "pt"]
    assert "□" not in texts["IRN", "en"]
    assert "Iran" in texts["IRN", "en"]
    page = next(each.path for each in report.files if (each.actor, each.language) == ("URY", "pt"))
    assert "乌拉圭" in page.with_suffix(".html").read_text(encoding="utf-8")


@pytest.mark.hostile(id="report-texts-begin-no-markup")
def test_a_name_begins_no_list_or_heading_in_markdown(hostile: FrozenRelease) -> None:
    model = build_report(hostile, order(), language="es", actor="MEX")
    first = (replace(model.title[-1], text="- 1. México"),)
    written = render_markdown(replace(model, subtitle=first, about=(first,))).decode("utf-8")
    assert "\n\\- 1. México" in written
    numbered = (replace(model.title[-1], text="1. México"),)
    written = render_markdown(replace(model, about=(numbered,))).decode("utf-8")
    assert "\n1\\. México" in written


def page_texts(body: bytes) -> list[str]:
    """The text of each page."""
    document = pypdfium2.PdfDocument(body)
    try:
        return [page.get_textpage().get_text_bounded() for page in document]
    finally:
        document.close()


def _fonts(pdf: pikepdf.Pdf) -> Any:  # noqa: ANN401  objects of a PDF
    for each in pdf.objects:
        if isinstance(each, pikepdf.Dictionary) and each.get("/Type") == "/FontDescriptor":
            yield each


def _elements(tree: Any) -> Any:  # noqa: ANN401  objects of a PDF
    children = tree.get("/K", [])
    for child in children if isinstance(children, pikepdf.Array) else [children]:
        if isinstance(child, pikepdf.Dictionary) and "/S" in child:
            yield child
            yield from _elements(child)
