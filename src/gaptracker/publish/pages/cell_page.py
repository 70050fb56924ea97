"""The page of one cell: the figure, how sure it is, and the evidence under it."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from gaptracker.domain.errors import UnknownName
from gaptracker.domain.vocabulary import Reading, Side
from gaptracker.publish.addresses import CHARTS_PAGE, picture
from gaptracker.publish.api.cited import cited_cell
from gaptracker.publish.api.pair_rows import build_pairs
from gaptracker.publish.api.schemas_pairs import Pair
from gaptracker.publish.frozen import FrozenRelease
from gaptracker.publish.pages.asked import Asked, citations_of, cite_link, iframe
from gaptracker.publish.pages.beside import beside_lines, shown_beside
from gaptracker.publish.pages.cards import card_of, oembed_address
from gaptracker.publish.pages.findings import finding, reading_rows
from gaptracker.publish.pages.frame import Frame
from gaptracker.publish.pages.linked_data import Publication, dataset
from gaptracker.publish.pages.rendering import render
from gaptracker.publish.rows import FrozenCell, FrozenContribution
from gaptracker.publish.sentences.probabilities import probability_words

CHART = "over_years"
EMBED_HEIGHT = 560
# The heaviest come first; the rest is a click away as a table.
PAIRS_SHOWN = 10
ITEMS_SHOWN = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Pictures:
    """A chart's picture at the addresses for wide and narrow screens."""

    wide: str
    narrow: str
    alt: str
    page: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """The items of one side of a cell, the weightiest first; `more` counts those left out."""

    side: Side
    items: Sequence[FrozenContribution]
    more: int


def build_cell_page(asked: Asked, cell: FrozenCell) -> bytes:
    """Return the page of a cell."""
    texts, view = asked.texts, asked.view
    actor, theme = asked.actor_name(cell.actor), asked.theme_name(cell.theme)
    title = texts.say("{actor}: {theme}, {year}", actor=actor, theme=theme, year=cell.year)
    said = finding(cell, asked.language)
    rules, labels = view.release.themes[cell.theme], view.release.methodology.labels
    work = cited_cell(view, cell, asked.site)
    named = {"actor": cell.actor, "theme": cell.theme}
    chart = chart_pictures(
        asked, CHART, named, alt=texts.say("{title}, over the years", title=title)
    )
    shown = _pairs(asked, cell)
    beside = view.standing.beside.of(cell.actor, cell.theme, cell.year)
    frame = Frame(
        title=title,
        description=said,
        place=asked.place,
        manifest=view.release.manifest,
        newer=asked.newer(lambda release: _there(release, cell, asked)),
        card=card_of(asked, CHART, named, alt=f"{title}. {said}"),
        oembed=oembed_address(asked),
        follow=named,
        linked_data=(
            dataset(
                Publication(
                    manifest=view.release.manifest, site=asked.site, language=asked.language
                ),
                (),
            ),
        ),
    )
    embed = asked.site + asked.pinned(f"/embed/{CHART}", **named)
    return render(
        "cell.html",
        asked.language,
        frame=frame,
        cell=cell,
        finding=said,
        question=view.name_of(rules.question),
        ladder=[view.name_of(rung.title) for rung in rules.rungs],
        descriptive=rules.descriptive,
        rows=reading_rows(cell, asked.language),
        likelihood=partial(
            probability_words,
            thresholds=(labels.demonstrated, labels.likely),
            language=asked.language,
        ),
        demonstrable_points=texts.number(labels.demonstrable_points, 1),
        chart=chart,
        beside=shown_beside(view, beside),
        beside_lines=beside_lines(view, beside, page=""),
        pairs=shown,
        pairs_total=len(view.release.pairs_of(cell.actor, cell.theme, cell.year)),
        parts_of=_parts(view.release, cell),
        sources=view.release.sources,
        citations=citations_of(work),
        cite_link=cite_link(asked, **named, year=cell.year),
        embed_code=iframe(embed, title, height=EMBED_HEIGHT),
        csv=asked.pinned("/v1/gaps.csv", **named, year=cell.year, min_grade="D"),
        json=asked.pinned("/v1/gaps", **named, year=cell.year, min_grade="D"),
        pairs_csv=asked.pinned("/v1/pairs.csv", **named, year=cell.year),
        pairs_json=asked.pinned("/v1/pairs", **named, year=cell.year),
        pair_page=lambda pair: asked.pinned(f"/pairs/{pair.id}"),
    )


def chart_pictures(asked: Asked, chart: str, named: dict[str, str], *, alt: str) -> Pictures:
    """Return where a chart's picture is, for wide and narrow screens."""
    given = {**named, "lang": asked.language, "release": asked.view.release.id}
    return Pictures(
        wide=picture(chart, "svg", **given, size="page"),
        narrow=picture(chart, "svg", **given, size="embed"),
        alt=alt,
        page=asked.pinned(f"{CHARTS_PAGE}/{chart}", **named),
    )


def _there(release: FrozenRelease, cell: FrozenCell, asked: Asked) -> str | None:
    """Return what a newer release says in a cell's place; None where it has no such cell."""
    try:
        return finding(release.cell(cell.actor, cell.theme, cell.year), asked.language)
    except UnknownName:
        return None


def _pairs(asked: Asked, cell: FrozenCell) -> list[Pair]:
    """Return the pairs that move the gap the most, then those over time."""
    found = asked.view.release.pairs_of(cell.actor, cell.theme, cell.year).rows()
    now = sorted(
        (each for each in found if each.reading is Reading.NOW),
        key=lambda each: (-abs(each.contribution_points or 0.0), each.id),
    )
    over_time = [each for each in found if each.reading is not Reading.NOW]
    kept = [each.id for each in (*now, *over_time)][:PAIRS_SHOWN]
    frame = asked.view.release.pairs_of(cell.actor, cell.theme, cell.year).frame
    built = {each.id: each for each in build_pairs(asked.view, frame) if each.id in set(kept)}
    return [built[name] for name in kept]


def _parts(release: FrozenRelease, cell: FrozenCell) -> list[Part]:
    """Return what the cell is made of, side by side; items that count nothing now are left out."""
    rows = release.contributions_of(cell.actor, cell.theme, cell.year).rows()
    parts = []
    for side in Side:
        counting = sorted(
            (each for each in rows if each.side is side and each.share > 0),
            key=lambda each: (-each.share, each.item),
        )
        shown = counting[:ITEMS_SHOWN]
        parts.append(Part(side=side, items=shown, more=len(counting) - len(shown)))
    return parts
