"""Alliances: who stands near whom in words and in deeds, and who speaks alike and acts apart."""

import polars as pl

from gaptracker.domain.vocabulary import Side, Standing
from gaptracker.publish.alliance_rows import FrozenAlikeApart, FrozenSimilarity
from gaptracker.publish.report.edition import Edition
from gaptracker.publish.report.model import Block, Paragraph, Points, Section
from gaptracker.publish.report.profile import picture
from gaptracker.publish.report.spans import Line, Ref, Span, text, year

NEAREST = 5
MOST_PAIRS = 30
LEAST_THEMES = 2


def alliances(edition: Edition) -> Section:
    """Return groups and pictures of all actors, or those nearest to one."""
    say = edition.speaker.say
    what = say(
        "Two actors are alike in words, or in deeds, as far as their places on the ladders of the"
        " themes on which both are on record lie near each other; one means the same place "
        "everywhere. Likeness says nothing of agreements between them. Uncertainty mostly lowers "
        "it, so that a likeness may lie at the upper end of its interval, or above it. It asks "
        "for words alone, or for deeds alone, and so counts themes too on which there is not "
        "enough of both for a gap. An order in a list is no ranking: where intervals overlap, it "
        "cannot be told."
    )
    blocks: list[Block] = [Paragraph(line=what)]
    if edition.actor is None:
        blocks += _of_all(edition)
    else:
        blocks += _of_one(edition, edition.actor)
    return Section(id="alliances", title=say("Alliances"), blocks=tuple(blocks))


def _of_all(edition: Edition) -> list[Block]:
    blocks: list[Block] = []
    for side in Side:
        in_year = _year_of(edition, side)
        if in_year is None:
            continue
        lines = _groups(edition, side, in_year)
        if not lines:
            continue
        blocks.append(picture(edition, "alliance_network", side=side.value, year=in_year))
        blocks.append(Points(lines=tuple(lines)))
    return [*blocks, *_apart(edition)] or [_none(edition)]


def _of_one(edition: Edition, actor: str) -> list[Block]:
    blocks: list[Block] = []
    for side in Side:
        in_year = _year_of(edition, side)
        found = [] if in_year is None else _nearest(edition, actor, (side, in_year))
        if found and in_year is not None:
            head = _head(edition, side, in_year)
            lines = tuple(_near(edition, actor, each) for each in found)
            blocks += [Paragraph(line=head), Points(lines=lines)]
    return [*blocks, *_apart(edition)] or [_none(edition)]


def _none(edition: Edition) -> Paragraph:
    line = edition.speaker.say("Too little is on record here to say who stands near whom.")
    return Paragraph(line=line)


def _year_of(edition: Edition, side: Side) -> int | None:
    """Return the newest year, up to the edition's, in which likeness is known on a side."""
    found = edition.release.alliances.similarities.where(side=side.value)
    years = found.matching(pl.col("year") <= edition.year).select(pl.col("year").max()).item()
    return None if years is None else int(years)


def _nearest(edition: Edition, actor: str, asked: tuple[Side, int]) -> list[FrozenSimilarity]:
    side, in_year = asked
    found = edition.release.alliances.similarities.where(side=side.value, year=in_year)
    mine = (pl.col("actor_a") == actor) | (pl.col("actor_b") == actor)
    rows = found.matching(mine & (pl.col("n_themes") >= LEAST_THEMES)).rows()
    rows.sort(key=lambda each: (-each.similarity, each.actor_a, each.actor_b))
    return rows[:NEAREST]


def _head(edition: Edition, side: Side, in_year: int) -> Line:
    say = edition.speaker.say
    match side:
        case Side.WORDS:
            return say(
                "Nearest in words, {year}, of those on record on the same themes, two or more:",
                year=year(in_year),
            )
        case Side.DEEDS:
            return say(
                "Nearest in deeds, {year}, of those on record on the same themes, two or more:",
                year=year(in_year),
            )


def _near(edition: Edition, actor: str, found: FrozenSimilarity) -> Line:
    other = found.actor_b if found.actor_a == actor else found.actor_a
    figures = edition.figures

    def ref(column: str) -> Ref:
        where = (
            ("side", found.side.value),
            ("year", found.year),
            ("actor_a", found.actor_a),
            ("actor_b", found.actor_b),
        )
        return figures.ref("similarities", where, column)

    return edition.speaker.say(
        "{actor}: likeness {likeness} ({level} interval {low} to {high}), on {themes} themes; the "
        "probability that the two stand on average no more than one rung apart is {share}.",
        actor=edition.actor_name(other),
        likeness=figures.likeness(found.similarity, ref("similarity")),
        level=figures.interval_share(),
        low=figures.likeness(found.similarity_low, ref("similarity_low")),
        high=figures.likeness(found.similarity_high, ref("similarity_high")),
        themes=figures.whole(found.n_themes, ref("n_themes")),
        share=figures.probability(found.p_alike, ref("p_alike")),
    )


def _groups(edition: Edition, side: Side, in_year: int) -> list[Line]:
    members = edition.release.alliances.communities.where(side=side.value, year=in_year).rows()
    by_group: dict[str, list[str]] = {}
    for each in members:
        by_group.setdefault(each.community, []).append(each.actor)
    lines = []
    for group, actors in sorted(by_group.items(), key=lambda item: (-len(item[1]), item[0])):
        if len(actors) > 1:
            where = (("side", side.value), ("year", in_year), ("community", group))
            number = edition.figures.count(len(actors), "communities", where)
            lines.append(_group(edition, side, number, _names(edition, actors)))
    return lines


def _names(edition: Edition, actors: list[str]) -> Line:
    ordered = sorted(actors, key=lambda actor: (edition.named(actor), actor))
    return edition.speaker.all_of([edition.actor_name(each) for each in ordered])


def _group(edition: Edition, side: Side, number: Span, names: Line) -> Line:
    say = edition.speaker.say
    match side:
        case Side.WORDS:
            return say(
                "{number_alike} actors stand together in words: {names}.",
                number_alike=number,
                names=names,
            )
        case Side.DEEDS:
            return say(
                "{number_alike} actors stand together in deeds: {names}.",
                number_alike=number,
                names=names,
            )


def _apart(edition: Edition) -> list[Block]:
    """Name who speaks alike and acts apart in the newest year that knows of any."""
    table = edition.release.alliances.alike_apart.matching(pl.col("year") <= edition.year)
    in_year = table.select(pl.col("year").max()).item()
    if in_year is None:
        return []
    found = table.where(year=int(in_year))
    if edition.actor is not None:
        mine = (pl.col("actor_a") == edition.actor) | (pl.col("actor_b") == edition.actor)
        found = found.matching(mine)
    rows = found.rows()
    rows.sort(
        key=lambda each: (-min(each.p_words_alike, each.p_deeds_apart), each.actor_a, each.actor_b)
    )
    if not rows:
        return []
    head = edition.speaker.say("They speak alike and act apart, {year}:", year=year(int(in_year)))
    lines = tuple(_alike_apart(edition, each) for each in rows[:MOST_PAIRS])
    return [Paragraph(line=head), Points(lines=lines)]


def _alike_apart(edition: Edition, found: FrozenAlikeApart) -> Line:
    figures = edition.figures

    def ref(column: str) -> Ref:
        where = (("year", found.year), ("actor_a", found.actor_a), ("actor_b", found.actor_b))
        return figures.ref("alike_apart", where, column)

    line = edition.speaker.say(
        "{first} and {second}: the probability that their words are no more than one rung apart is "
        "{alike}, that their deeds are more than one rung apart {apart}.",
        first=edition.actor_name(found.actor_a),
        second=edition.actor_name(found.actor_b),
        alike=figures.probability(found.p_words_alike, ref("p_words_alike")),
        apart=figures.probability(found.p_deeds_apart, ref("p_deeds_apart")),
    )
    match found.standing:
        case Standing.DEMONSTRATED:
            standing = edition.speaker.say("Demonstrated.")
        case Standing.LIKELY:
            standing = edition.speaker.say("Likely, not demonstrated.")
    return (*line, text(" "), *standing)
