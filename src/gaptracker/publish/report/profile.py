"""The figures of an edition side by side: an actor's themes, or all actors."""

from collections import Counter

from gaptracker.domain.vocabulary import Grade, Label
from gaptracker.publish.charts.asked import Asked
from gaptracker.publish.charts.catalogue import CHARTS
from gaptracker.publish.charts.cells import verdict
from gaptracker.publish.report.edition import GRADED, Edition
from gaptracker.publish.report.findings import DEMONSTRATED, LIKELY, points, signed
from gaptracker.publish.report.model import (
    Block,
    Column,
    Paragraph,
    Picture,
    Section,
    TableBlock,
)
from gaptracker.publish.report.spans import Condition, Line, text, year
from gaptracker.publish.rows import FrozenCell

NOTHING: Line = (text("–"),)


def profile(edition: Edition, actor: str) -> Section:
    """Return one actor's themes: a picture, and a table of every theme."""
    say = edition.speaker.say
    blocks: list[Block] = [Paragraph(line=_how_to_read(edition))]
    if edition.graded:
        blocks.append(picture(edition, "profile", actor=actor, year=edition.year))
    blocks.append(_themes_table(edition))
    return Section(
        id="profile",
        title=say("Profile of {actor}", actor=edition.actor_name(actor)),
        blocks=tuple(blocks),
    )


def overview(edition: Edition) -> Section:
    """Return all actors with enough evidence: of how many themes what may be said."""
    say = edition.speaker.say
    blocks: list[Block] = [Paragraph(line=_how_to_read(edition))]
    if edition.graded:
        blocks.append(_actors_table(edition))
    return Section(id="overview", title=say("All actors"), blocks=tuple(blocks))


def maps(edition: Edition) -> Section:
    """Return a map for each theme on which somebody has enough evidence."""
    say = edition.speaker.say
    seen = {cell.theme for cell in edition.graded}
    themes = [theme for theme in edition.themes if theme in seen]
    return Section(
        id="themes",
        title=say("Theme by theme"),
        blocks=(),
        parts=tuple(
            Section(
                id=f"theme-{theme}",
                title=(edition.theme_name(theme),),
                blocks=(
                    picture(edition, "map", theme=theme, year=edition.year),
                    *_apart(edition, theme),
                ),
            )
            for theme in themes
        ),
    )


# `object`, because a chart takes texts and numbers.
def picture(edition: Edition, chart: str, **named: str | int) -> Picture:
    """Return a chart of the release, its words found but not yet drawn."""
    asked = Asked(language=edition.language, **named)  # type: ignore[arg-type]
    known = CHARTS[chart]
    return Picture(
        chart=chart,
        asked=asked,
        title=known.title(edition.release, asked),
        alt=known.alt(edition.release, asked),
    )


def _apart(edition: Edition, theme: str) -> list[Block]:
    """Say of whom words and deeds cannot be told apart on a theme."""
    found = [cell for cell in edition.labelled(Label.INDETERMINATE) if cell.theme == theme]
    if not found:
        return []
    line = edition.speaker.count(
        "For {actors} actor words and deeds cannot be told apart: {names}.",
        "For {actors} actors words and deeds cannot be told apart: {names}.",
        len(found),
        actors=edition.figures.count(
            len(found),
            "gaps",
            (
                ("year", edition.year),
                ("theme", theme),
                ("label", Label.INDETERMINATE.value),
                ("grade", GRADED),
            ),
        ),
        names=edition.speaker.all_of([edition.actor_name(cell.actor) for cell in found]),
    )
    return [Paragraph(line=line)]


def _how_to_read(edition: Edition) -> Line:
    return edition.speaker.say(
        "All points are places on the ladder of a theme, from nought at its lowest rung to {top} "
        "at its highest. The gap is what is said minus what is done: with a plus, words are "
        "ahead of deeds; with a minus, deeds are ahead of words. In brackets stand {level} "
        "intervals; they are not cut at the ends of the ladder, so that an end may lie beyond it.",
        top=edition.figures.rule("full_scale_points"),
        level=edition.figures.interval_share(),
    )


def _themes_table(edition: Edition) -> TableBlock:
    say = edition.speaker.texts.say
    columns = (
        Column(id="theme", heading=say("Theme")),
        Column(id="says", heading=say("Says"), numeric=True),
        Column(id="does", heading=say("Does"), numeric=True),
        Column(id="gap", heading=say("Gap"), numeric=True),
        Column(id="grade", heading=say("Grade")),
        Column(id="label", heading=say("Finding")),
    )
    return TableBlock(
        id="themes",
        caption=edition.speaker.say("Figures of {year}, theme by theme", year=year(edition.year)),
        columns=columns,
        rows=tuple(_theme_row(edition, cell) for cell in edition.cells),
        key_columns=("actor", "theme", "year"),
        keys=tuple((cell.actor, cell.theme, str(cell.year)) for cell in edition.cells),
    )


def _theme_row(edition: Edition, cell: FrozenCell) -> tuple[Line, ...]:
    topic: Line = (edition.cell_topic(cell),)
    label: Line = (text(verdict(cell.label, edition.language)),)
    if cell.grade is Grade.D:
        newest = _newest_graded(edition, cell)
        if newest is not None:
            say = edition.speaker.say
            label = (*label, text("; "), *say("enough in {year}", year=year(newest)))
        return (topic, NOTHING, NOTHING, NOTHING, (text(cell.grade.value),), label)
    return (
        topic,
        with_interval(edition, cell, "says"),
        with_interval(edition, cell, "practice"),
        with_interval(edition, cell, "gap"),
        (text(cell.grade.value),),
        label,
    )


def with_interval(edition: Edition, cell: FrozenCell, column: str) -> Line:
    """Write a figure of a cell with its interval."""
    if getattr(cell, column) is None:
        return NOTHING
    write = signed if column == "gap" else points
    return edition.speaker.say(
        "{points} ({low} to {high})",
        points=write(edition, cell, column),
        low=write(edition, cell, f"{column}_low"),
        high=write(edition, cell, f"{column}_high"),
    )


def _newest_graded(edition: Edition, cell: FrozenCell) -> int | None:
    rows = edition.release.bands.of_cell(cell.actor, cell.theme).column("year").to_list()
    return max((each for each in rows if each < edition.year), default=None)


def _actors_table(edition: Edition) -> TableBlock:
    say = edition.speaker.texts.say
    counted: dict[str, Counter[Label]] = {}
    for cell in edition.graded:
        counted.setdefault(cell.actor, Counter())[cell.label] += 1
    columns = (
        Column(id="actor", heading=say("Actor")),
        Column(id="themes", heading=say("Themes with enough evidence"), numeric=True),
        Column(id="words_ahead", heading=say("Words ahead, demonstrated"), numeric=True),
        Column(id="deeds_ahead", heading=say("Deeds ahead, demonstrated"), numeric=True),
        Column(id="likely", heading=say("Likely either way"), numeric=True),
        Column(id="mixed_message", heading=say("Mixed messages"), numeric=True),
        Column(id="indeterminate", heading=say("Cannot be told apart"), numeric=True),
    )
    return TableBlock(
        id="actors",
        caption=edition.speaker.say(
            "On how many themes what may be said of each actor, {year}", year=year(edition.year)
        ),
        columns=columns,
        rows=tuple(_actor_row(edition, actor, found) for actor, found in counted.items()),
        key_columns=("actor", "year"),
        keys=tuple((actor, str(edition.year)) for actor in counted),
    )


def _actor_row(edition: Edition, actor: str, found: Counter[Label]) -> tuple[Line, ...]:
    def written(*labels: Label) -> Line:
        number = sum(found[label] for label in labels) if labels else found.total()
        if not number:
            return NOTHING
        wanted: list[Condition] = [("actor", actor), ("grade", GRADED)]
        if labels:
            wanted.append(("label", tuple(label.value for label in labels)))
        where = edition.of_year(*wanted)
        return (edition.figures.count(number, "gaps", where),)

    return (
        (edition.actor_name(actor),),
        written(),
        written(DEMONSTRATED[0]),
        written(DEMONSTRATED[1]),
        written(*LIKELY),
        written(Label.MIXED_MESSAGE),
        written(Label.INDETERMINATE, Label.NO_DEMONSTRABLE_GAP),
    )
