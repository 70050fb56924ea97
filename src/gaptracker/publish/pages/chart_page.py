"""The page of a chart, and its embed: the picture first, interaction where a reader asks."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from markupsafe import Markup

from gaptracker.publish.addresses import CHARTS_PAGE, EMBEDS, picture
from gaptracker.publish.charts.asked import Asked as Question
from gaptracker.publish.charts.asked import Size
from gaptracker.publish.charts.catalogue import Chart
from gaptracker.publish.citations.works import Edition, Work, work_of_chart
from gaptracker.publish.pages.asked import Asked, citations_of, iframe, short_citation
from gaptracker.publish.pages.beside import EMBEDDED_LINES, MOST_LINES, Line, beside_lines
from gaptracker.publish.pages.cards import card_of, oembed_address
from gaptracker.publish.pages.frame import Frame
from gaptracker.publish.pages.linked_data import Publication, dataset
from gaptracker.publish.pages.rendering import render
from gaptracker.publish.pages.static_files import STATIC_PATH, static_file

# The lines under an embedded picture: release, notices, citation, the way back.
ROOM_FOR_LINES = 190
PAGE_WIDTH = 720
NARROW_BELOW = 640
# The narrow picture is laid out for 320 pixels; the style lets it grow to this.
NARROW_WIDTH, NARROW_GROWN = 320, 360
NAMED_PARTS = re.compile(r'(\bid="|url\(#|href="#)')
TAG = re.compile(r"<[^>]*>")
TOLD = re.compile(r' (?:role|aria-[a-z]+)="[^"]*"')


@dataclass(frozen=True, slots=True, kw_only=True)
class ChartAsked:
    """A request for a chart's page or embed: which chart, and the question it answers."""

    page: Asked
    chart: Chart
    question: Question

    @property
    def named(self) -> dict[str, object]:
        """Return what the chart is asked for, as an address holds it."""
        given: dict[str, object] = dict(self.question.parameters())
        return {name: value for name, value in given.items() if name in self.chart.parameters}

    @property
    def title(self) -> str:
        """Return the picture's title."""
        return self.chart.title(self.page.view.release, self.question)

    @property
    def alt(self) -> str:
        """Return what the picture shows, in words."""
        return self.chart.alt(self.page.view.release, self.question)


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """A field of the form that asks for another picture; `options` is empty for free text."""

    name: str
    label: str
    value: str
    options: Sequence[tuple[str, str]]


def build_chart_page(asked: ChartAsked, wide: bytes, narrow: bytes, vega: str) -> bytes:
    """Return a chart's page.

    Args:
        asked: The request.
        wide: The picture for wide screens, as SVG.
        narrow: The same, laid out for narrow ones.
        vega: The file name of Vega's own script.
    """
    page, chart = asked.page, asked.chart
    release, named = page.view.release, asked.named
    publication = Publication(manifest=release.manifest, site=page.site, language=page.language)
    frame = Frame(
        title=asked.title,
        description=asked.alt,
        place=page.place,
        manifest=release.manifest,
        newer=page.newer(lambda _: None),
        card=card_of(page, chart.id, named, alt=asked.alt),
        oembed=oembed_address(page),
        linked_data=(dataset(publication, ()),),
        scripts=(static_file("charts.js").address,),
    )
    drawn = {**named, "lang": page.language, "release": release.id}
    embed = page.site + page.pinned(f"{EMBEDS}/{chart.id}", **named)
    return render(
        "chart.html",
        page.language,
        frame=frame,
        name=chart.name_in(page.language),
        alt=asked.alt,
        wide=inline(wide, "wide"),
        narrow=inline(narrow, "narrow"),
        vega=f"{STATIC_PATH}/{vega}",
        beside_lines=_beside_lines(asked, MOST_LINES),
        spec_wide=picture(chart.id, "json", **drawn, size=Size.PAGE.value),
        spec_narrow=picture(chart.id, "json", **drawn, size=Size.EMBED.value),
        files=[(form.upper(), picture(chart.id, form, **drawn)) for form in ("svg", "png", "json")],
        choices=choices_of(asked),
        pinned_release=page.release,
        action=page.place.path,
        citations=citations_of(_work(asked)),
        embed_code=iframe(embed, asked.title, height=embed_height(asked, None)),
        embed_link=embed,
    )


def build_chart_embed(asked: ChartAsked) -> bytes:
    """Return a chart's embed: the picture and the lines under it, no script."""
    page, named = asked.page, asked.named
    release = page.view.release
    frame = Frame(
        title=asked.title,
        description=asked.alt,
        place=page.place,
        manifest=release.manifest,
        newer=page.newer(lambda _: None, path=f"{CHARTS_PAGE}/{asked.chart.id}"),
    )
    drawn = {**named, "lang": page.language, "release": release.id}
    return render(
        "embed_chart.html",
        page.language,
        frame=frame,
        alt=asked.alt,
        wide=picture(asked.chart.id, "svg", **drawn, size=Size.PAGE.value),
        narrow=picture(asked.chart.id, "svg", **drawn, size=Size.EMBED.value),
        narrow_below=NARROW_BELOW,
        citation=short_citation(_work(asked)),
        picture_says_it=True,
        beside_lines=_beside_lines(asked, EMBEDDED_LINES),
        back=page.pinned(f"{CHARTS_PAGE}/{asked.chart.id}", **named),
    )


def _beside_lines(asked: ChartAsked, most: int) -> list[Line]:
    """Return who replied to what the picture shows of one actor, and which errata there are.

    The picture itself never changes; a picture of many actors would drown in them.
    """
    named = asked.named
    if "actor" not in named:
        return []
    theme, year = named.get("theme"), named.get("year")
    said = asked.page.view.standing.beside.of(
        str(named["actor"]),
        str(theme) if theme is not None else None,
        int(str(year)) if year is not None else None,
    )
    return beside_lines(asked.page.view, said, most=most)


def _work(asked: ChartAsked) -> Work:
    page = asked.page
    manifest = page.view.release.manifest
    return work_of_chart(
        Edition(manifest=manifest, site=page.site, language=page.language),
        chart=asked.chart.id,
        title=asked.title,
        path=f"{CHARTS_PAGE}/{asked.chart.id}",
        named=asked.named,
    )


def embed_height(asked: ChartAsked, width: int | None) -> int:
    """Return how high an embed has to be for all of it to be seen.

    Args:
        asked: The chart and its question.
        width: How wide it is shown, in pixels; None if that is not known, as for `width="100%"`.
    """
    narrow, wide = _drawn_height(asked, Size.EMBED), _drawn_height(asked, Size.PAGE)
    grown = narrow * NARROW_GROWN / NARROW_WIDTH
    if width is None:
        return round(max(grown, wide)) + ROOM_FOR_LINES
    if width < NARROW_BELOW:
        return round(grown) + ROOM_FOR_LINES
    return round(wide * min(width / PAGE_WIDTH, 1)) + ROOM_FOR_LINES


def _drawn_height(asked: ChartAsked, size: Size) -> int:
    """Return how high a picture is: its plot, and what stands above and below."""
    question = replace(asked.question, size=size)
    specification = asked.chart.build(asked.page.view.release, question)
    around = specification["padding"]
    return int(around["top"] + specification["height"] + around["bottom"])


def inline(svg: bytes, prefix: str) -> Markup:
    """Return a drawn picture as it may stand inside a page.

    Args:
        svg: What the painter drew, from our own specification; its texts are escaped.
        prefix: What the names inside it begin with, since a page may hold two pictures.

    Returns:
        The SVG without the attribute `style`, which no policy of ours allows, and without roles
        and names of its parts: it is one picture with one text, and parts without a name of their
        own would be read out as nothing.
    """
    text = svg.decode("utf-8").replace(' style="italic"', ' font-style="italic"')
    opening, end, rest = text.partition(">")
    text = opening + end + TAG.sub(lambda tag: TOLD.sub("", tag[0]), rest)
    return Markup(NAMED_PARTS.sub(rf"\g<1>{prefix}-", text))  # noqa: S704  Vega escaped its texts


def choices_of(asked: ChartAsked) -> list[Choice]:
    """Return the fields by which a reader asks for another picture of the chart."""
    page = asked.page
    release, say = page.view.release, page.texts.say
    actors = sorted(
        ((code, page.actor_name(code)) for code in release.actors), key=lambda each: each[1]
    )
    themes = [
        (name, page.theme_name(name))
        for name in (release.themes if asked.chart.any_theme else release.scored_themes)
    ]
    fields = {
        "actor": (say("Actor"), actors),
        "actors": (say("Actors, by their codes, separated by commas"), []),
        "side": (say("Side"), [("words", say("Words")), ("deeds", say("Deeds"))]),
        "theme": (say("Theme"), themes),
        "year": (say("Year"), [(str(year), str(year)) for year in reversed(release.years)]),
    }
    named = asked.named
    return [
        Choice(name=name, label=label, value=str(named[name]), options=options)
        for name, (label, options) in fields.items()
        if name in asked.chart.parameters
    ]
