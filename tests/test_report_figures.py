"""Every figure of a report is one of the release, in every edition, language and form."""

import re
from dataclasses import replace

import pytest

from gaptracker.domain.vocabulary import Grade
from gaptracker.publish.frozen import FrozenRelease
from gaptracker.publish.report.build import build_report
from gaptracker.publish.report.findings import DEMONSTRATED
from gaptracker.publish.report.looked_up import value_at
from gaptracker.publish.report.model import (
    Block,
    Paragraph,
    Picture,
    Points,
    ReportModel,
    SaidDid,
    Section,
    TableBlock,
    lines_of,
)
from gaptracker.publish.report.render_html import render_html
from gaptracker.publish.report.render_markdown import render_markdown
from gaptracker.publish.report.spans import Kind, Line, Ref, Span, plain
from gaptracker.publish.texts import LANGUAGES
from tests.report_world import (
    Words,
    allied_release,
    changes_of_mexico,
    every_model,
    everything_beside,
    order,
    undrawn,
    written_release,
)

DIGIT = re.compile(r"\d")
MASK = "#"


@pytest.fixture(scope="module")
def named(tmp_path_factory: pytest.TempPathFactory) -> FrozenRelease:
    return written_release(tmp_path_factory.mktemp("named"))


@pytest.fixture(scope="module")
def allied(tmp_path_factory: pytest.TempPathFactory) -> FrozenRelease:
    return allied_release(tmp_path_factory.mktemp("allied"))


def models_of(release: FrozenRelease) -> list[ReportModel]:
    return list(every_model(release, order(beside=everything_beside(release))))


@pytest.mark.parametrize("which", ["named", "allied"])
def test_every_figure_is_found_again_where_it_says_it_stands(
    which: str, request: pytest.FixtureRequest
) -> None:
    release: FrozenRelease = request.getfixturevalue(which)
    changes = changes_of_mexico(release)
    seen = 0
    known: dict[Ref, float | None] = {}
    for model in models_of(release):
        for span in model.figures():
            assert span.ref is not None, span
            if span.ref not in known:
                known[span.ref] = value_at(release, span.ref, changes)
            assert span.value == pytest.approx(known[span.ref], abs=1e-12), span
            seen += 1
    assert seen > 100 * len(LANGUAGES)


def test_a_figure_that_stands_nowhere_is_not_found(named: FrozenRelease) -> None:
    model = build_report(named, order(), language="en", actor="MEX")
    ref = next(span.ref for span in model.figures() if span.ref and span.ref.table == "gaps")
    where = (("actor", "NOBODY"), *ref.where[1:])
    assert value_at(named, replace(ref, where=where, column="gap")) is None
    assert value_at(named, replace(ref, where=where, column="")) == 0
    assert value_at(named, replace(ref, release="another")) is None


@pytest.mark.parametrize("which", ["named", "allied"])
def test_no_figure_stands_in_the_page_but_those_of_the_model(
    which: str, request: pytest.FixtureRequest
) -> None:
    release: FrozenRelease = request.getfixturevalue(which)
    for model in models_of(release):
        words = Words()
        words.feed(render_html(model, undrawn(model)).decode("utf-8"))
        assert not DIGIT.search("".join(words.own)), (model.actor, model.language)
        held = {(span.value, span.text) for span in model.figures()}
        assert set(words.figures) == held
        assert held


@pytest.mark.parametrize("which", ["named", "allied"])
def test_no_figure_stands_in_markdown_but_those_of_the_model(
    which: str, request: pytest.FixtureRequest
) -> None:
    release: FrozenRelease = request.getfixturevalue(which)
    for model in models_of(release):
        masked = render_markdown(_masked(model)).decode("utf-8")
        assert not DIGIT.search(masked), (model.actor, model.language)
        whole = render_markdown(model).decode("utf-8")
        assert all(span.text.split("%")[0] in whole for span in model.figures())


def test_words_of_our_own_hold_no_figure(named: FrozenRelease) -> None:
    for model in models_of(named):
        for line in model.lines():
            own = "".join(span.text for span in line if span.kind is Kind.TEXT)
            assert not DIGIT.search(own), plain(line)


def test_every_language_tells_the_same_figures(named: FrozenRelease) -> None:
    for actor in (None, *named.actors):
        told = {
            language: sorted(
                (span.ref, span.value)
                for span in build_report(named, order(), language=language, actor=actor).figures()
                if span.ref is not None
            )
            for language in LANGUAGES
        }
        assert told["en"] == told["es"] == told["pt"]


def test_gaps_of_many_actors_stand_by_name_since_an_order_by_width_would_rank_them(
    named: FrozenRelease,
) -> None:
    # Of two states with a demonstrated gap each, the one whose name is second has the wider.
    cells = named.cells_of(None, "death_penalty", 2022).rows()
    found = [each for each in cells if each.label in DEMONSTRATED and each.grade is not Grade.D]
    widths = {named.actors[each.actor].names["en"]: abs(each.gap or 0.0) for each in found}
    names = sorted(widths)
    assert sorted(names, key=lambda each: -widths[each]) != names
    listed = next(
        block
        for block in build_report(named, order(), language="en").sections[0].blocks
        if isinstance(block, Points) and " ahead of " in plain(block.lines[0])
    )
    assert [plain(line).partition(",")[0] for line in listed.lines] == names


def test_an_interval_and_a_probability_stand_beside_each_demonstrated_gap(
    named: FrozenRelease,
) -> None:
    model = build_report(named, order(), language="en")
    summary = model.sections[0]
    findings = [
        line
        for block in summary.blocks
        if isinstance(block, Points)
        for line in block.lines
        if " ahead of " in plain(line)
    ]
    assert findings
    for line in findings:
        columns = {span.ref.column for span in line if span.ref is not None}
        assert {"gap", "gap_low", "gap_high"} <= columns
        assert columns & {"p_words_ahead", "p_deeds_ahead"}
        assert "Evidence grade " in plain(line)


def _masked(model: ReportModel) -> ReportModel:
    """Return a report of which all that is no text of our own is masked."""
    return replace(
        model,
        title=_mask(model.title),
        about=tuple(map(_mask, model.about)),
        notice=_mask(model.notice) if model.notice else None,
        sections=tuple(map(_masked_section, model.sections)),
    )


def _masked_section(section: Section) -> Section:
    return replace(
        section,
        title=_mask(section.title),
        blocks=tuple(map(_masked_block, section.blocks)),
        parts=tuple(map(_masked_section, section.parts)),
    )


def _masked_block(block: Block) -> Block:
    match block:
        case Paragraph():
            return replace(block, line=_mask(block.line))
        case Points():
            return replace(block, lines=tuple(map(_mask, block.lines)))
        case TableBlock():
            rows = tuple(tuple(map(_mask, row)) for row in block.rows)
            return replace(block, caption=_mask(block.caption), rows=rows)
        case SaidDid():
            return replace(
                block,
                verdict=_mask(block.verdict),
                said=tuple(map(_mask, block.said)),
                did=tuple(map(_mask, block.did)),
                notes=tuple(map(_mask, block.notes)),
            )
        case Picture():
            assert list(lines_of(block)) == []
            return replace(block, title=MASK, alt=MASK)


def _mask(line: Line) -> Line:
    return tuple(
        span if span.kind is Kind.TEXT else Span(kind=Kind.NAME, text=MASK) for span in line
    )
