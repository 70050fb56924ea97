"""Specifications: the release's own figures, no grade D, three languages, no text cut or hidden."""

import struct
from itertools import combinations
from pathlib import Path

import pytest
import vl_convert

from gaptracker.domain.vocabulary import Grade, Label
from gaptracker.publish.charts.asked import Asked, Size
from gaptracker.publish.charts.catalogue import CHARTS
from gaptracker.publish.charts.cells import FIGURES, graded, verdict
from gaptracker.publish.charts.looks import LABEL_LOOKS
from gaptracker.publish.charts.over_years import stretches
from gaptracker.publish.charts.painter import VEGA_LITE, paint
from gaptracker.publish.frozen import FrozenRelease
from gaptracker.publish.texts import LANGUAGES
from tests.chart_world import cut_release, every_picture, question, rows_of, texts_of_picture

# No text comes nearer to the edge of its sheet, in pixels.
EDGE = 6
OF_CELLS = ("says_does", "profile", "over_years", "map")


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> FrozenRelease:
    return cut_release(tmp_path_factory.mktemp("specifications"))


@pytest.mark.parametrize("chart", OF_CELLS)
def test_each_figure_is_the_releases_own(release: FrozenRelease, chart: str) -> None:
    found = 0
    for row in rows_of(CHARTS[chart].build(release, question(chart))):
        if row.get("label") is not None:
            cell = release.cell(row["actor"], row["theme"], row["year"])
            assert {name: row[name] for name in FIGURES} == {
                name: getattr(cell, name) for name in FIGURES
            }
            assert (row["label"], row["grade"]) == (cell.label, cell.grade)
            found += 1
    assert found


@pytest.mark.parametrize("chart", OF_CELLS)
def test_grade_d_enters_no_chart(release: FrozenRelease, chart: str) -> None:
    asked = question(chart, **({"actor": "IRN"} if chart == "over_years" else {}))
    everything = release.cells_of(asked.actor, asked.theme, asked.year).rows()
    thin = {(cell.actor, cell.theme, cell.year) for cell in everything if cell.grade is Grade.D}
    assert thin, "the release has no cell of grade D here, so that nothing could be left out"
    rows = [row for row in rows_of(CHARTS[chart].build(release, asked)) if row.get("label")]
    assert thin.isdisjoint((row["actor"], row["theme"], row["year"]) for row in rows)
    assert len({(row["actor"], row["theme"], row["year"]) for row in rows}) == len(
        graded(release, actor=asked.actor, theme=asked.theme, year=asked.year)
    )


@pytest.mark.parametrize(
    ("chart", "asked"),
    [
        pytest.param(*each, id=f"{each[0]}-{each[1].language}-{each[1].size}")
        for each in every_picture()
    ],
)
def test_no_text_is_cut_or_lies_on_another(
    release: FrozenRelease, chart: str, asked: Asked
) -> None:
    width, height, lines = texts_of_picture(CHARTS[chart].build(release, asked))
    assert width == {Size.PAGE: 720, Size.EMBED: 320, Size.CARD: 1200}[asked.size]
    assert height == 630 or asked.size is not Size.CARD
    for left, top, right, bottom, text in lines:
        assert min(left, top) >= EDGE, text
        assert right <= width - EDGE, text
        assert bottom <= height - EDGE, text
    for one, other in combinations(lines, 2):
        apart = (
            one[0] >= other[2] - 0.5
            or other[0] >= one[2] - 0.5
            or one[1] >= other[3] - 0.5
            or other[1] >= one[3] - 0.5
        )
        assert apart, (one, other)


@pytest.mark.parametrize("chart", CHARTS)
def test_a_picture_says_by_itself_what_it_is(release: FrozenRelease, chart: str) -> None:
    for language in LANGUAGES:
        asked = question(chart, language=language)
        specification = CHARTS[chart].build(release, asked)
        written = " ".join(line[4] for line in texts_of_picture(specification)[2])
        words = CHARTS[chart].words(release, asked)
        assert words.title.split()[0] in written
        for needed in (release.id, release.manifest.methodology, "Apache-2.0", *words.sources):
            assert needed.split()[0] in written
        assert specification["description"] == words.alt
        assert specification["usermeta"]["release"] == release.id


@pytest.mark.parametrize("chart", CHARTS)
def test_languages_differ_in_title_alternative_text_and_name(
    release: FrozenRelease, chart: str
) -> None:
    asked = [question(chart, language=language) for language in LANGUAGES]
    assert len({CHARTS[chart].title(release, each) for each in asked}) == len(LANGUAGES)
    assert len({CHARTS[chart].alt(release, each) for each in asked}) == len(LANGUAGES)
    assert len({CHARTS[chart].name_in(language) for language in LANGUAGES}) == len(LANGUAGES)


def test_no_two_verdicts_share_shape_and_filling() -> None:
    looks = {(look.shape, look.filled) for look in LABEL_LOOKS.values()}
    assert len(looks) == len(LABEL_LOOKS)
    assert set(LABEL_LOOKS) == set(Label) - {Label.INSUFFICIENT_EVIDENCE}


def test_indeterminate_reads_cannot_be_told_apart() -> None:
    assert verdict(Label.INDETERMINATE, "en") == "cannot be told apart"
    assert verdict(Label.INDETERMINATE, "es") == "no se distinguen"
    assert verdict(Label.INDETERMINATE, "pt") == "não se distinguem"


@pytest.mark.parametrize("chart", CHARTS)
def test_vega_lite_takes_a_specification_without_a_warning(
    release: FrozenRelease, chart: str, capfd: pytest.CaptureFixture[str]
) -> None:
    for size in Size:
        vl_convert.vegalite_to_vega(
            CHARTS[chart].build(release, question(chart, size=size)),
            vl_version=VEGA_LITE,
            show_warnings=True,
        )
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("chart", CHARTS)
def test_the_same_question_gives_the_same_bytes(
    release: FrozenRelease, chart: str, tmp_path: Path
) -> None:
    again = cut_release(tmp_path)
    for form in ("svg", "png"):
        first, second = (
            paint(
                {
                    "specification": CHARTS[chart].build(each, question(chart)),
                    "form": form,
                    "scale": 1.0,
                }
            )
            for each in (release, again)
        )
        assert first == second


def test_a_card_is_exactly_as_large_as_social_networks_ask(release: FrozenRelease) -> None:
    for chart in CHARTS:
        specification = CHARTS[chart].build(release, question(chart, size=Size.CARD))
        png = paint({"specification": specification, "form": "png", "scale": 1.0})
        assert struct.unpack(">II", png[16:24]) == (1200, 630)


@pytest.mark.parametrize(
    ("chart", "other"),
    [
        ("says_does", {"theme": "participation"}),
        ("map", {"theme": "participation"}),
        ("profile", {"actor": "UNODC"}),
        ("over_years", {"actor": "UNODC"}),
    ],
)
def test_where_nothing_can_be_drawn_the_picture_says_so(
    release: FrozenRelease, chart: str, other: dict[str, str]
) -> None:
    specification = CHARTS[chart].build(release, question(chart, **other))
    written = " ".join(line[4] for line in texts_of_picture(specification)[2])
    assert "nothing is drawn" in written
    assert "enough evidence" in specification["description"]
    assert not [row for row in rows_of(specification) if row.get("label")]


def test_a_line_breaks_where_a_year_or_its_reading_is_missing() -> None:
    rows = [
        {"year": year, "says": said}
        for year, said in ((2015, 1.0), (2016, 2.0), (2018, 3.0), (2019, None), (2020, 4.0))
    ]
    found = [[row["year"] for row in stretch] for stretch in stretches("says", rows)]
    assert found == [[2015, 2016], [2018], [2020]]
    assert list(stretches("says", [])) == []
