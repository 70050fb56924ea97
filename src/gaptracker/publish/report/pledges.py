"""Pledges that fall due: what was promised by when, and what became of it."""

from datetime import date

import polars as pl

from gaptracker.domain.vocabulary import Outcome, Reading
from gaptracker.publish.report.edition import Edition
from gaptracker.publish.report.model import Block, Column, Paragraph, Section, TableBlock
from gaptracker.publish.report.spans import Condition, Line, day, name, recorded, text
from gaptracker.publish.rows import FrozenPair
from gaptracker.publish.vocabulary.words import outcome_words

MOST_ROWS = 40
LANGUAGE_OF_RECORDS = "en"
TOLD = (Outcome.KEPT, Outcome.PARTLY_KEPT, Outcome.NOT_KEPT)


def pledges(edition: Edition) -> Section:
    """Return pledges due in the year or later, and what became of those before."""
    say = edition.speaker.say
    found = edition.release.pairs.table.matching(_condition(edition))
    due = _once(found.matching(pl.col("year") >= edition.year).rows())
    blocks: list[Block] = []
    if due:
        blocks.append(Paragraph(line=_what(edition)))
        if len(due) > MOST_ROWS:
            blocks.append(Paragraph(line=say("The table holds those that fall due first.")))
        blocks.append(_table(edition, due[:MOST_ROWS]))
    else:
        none = say("This release holds no pledge that falls due in this year or later.")
        blocks.append(Paragraph(line=none))
    if line := _before(edition):
        blocks.append(Paragraph(line=line))
    return Section(id="pledges", title=say("Pledges due"), blocks=tuple(blocks))


def _once(pairs: list[FrozenPair]) -> list[FrozenPair]:
    """Return pairs by the day they fall due; of a pledge without a deed on record, one."""
    pairs.sort(key=lambda pair: (pair.due_on or date.max, pair.actor, pair.statement, pair.id))
    kept = {(pair.statement, pair.deed, pair.theme): pair for pair in reversed(pairs)}
    return list(reversed(kept.values()))


def _what(edition: Edition) -> Line:
    return edition.speaker.say(
        "Each pledge is held against the deeds on record on its day. “Not kept by this deed” means "
        "that the deed named does not reach it: one that is not on record here may."
    )


def _condition(edition: Edition) -> pl.Expr:
    wanted = (pl.col("reading") == Reading.PLEDGE.value) & pl.col("theme").is_in(edition.themes)
    return wanted & (pl.col("actor") == edition.actor) if edition.actor else wanted


def _table(edition: Edition, due: list[FrozenPair]) -> TableBlock:
    say = edition.speaker.texts.say
    return TableBlock(
        id="pledges",
        caption=edition.speaker.say("Pledges that fall due"),
        columns=(
            Column(id="topic", heading=say("Pledge")),
            Column(id="due_on", heading=say("Due")),
            Column(id="deed", heading=say("Held against")),
            Column(id="outcome", heading=say("Outcome")),
        ),
        rows=tuple(_row(edition, pair) for pair in due),
        key_columns=("pair", "year"),
        keys=tuple((pair.id, str(pair.year)) for pair in due),
    )


def _row(edition: Edition, pair: FrozenPair) -> tuple[Line, ...]:
    statement = edition.release.statements.get(pair.statement)
    topic = edition.themed(pair.theme)
    if edition.actor is None:
        topic = f"{edition.named(pair.actor)}, {topic}"
    words: Line = (name(topic),)
    if statement is not None:
        said = edition.speaker.say(
            "{topic}, {day}: {words}",
            topic=name(topic),
            day=day(edition.speaker.texts, statement.said_on),
            words=recorded(statement.paraphrase, LANGUAGE_OF_RECORDS),
        )
        words = said
    due: Line = (day(edition.speaker.texts, pair.due_on),) if pair.due_on else (text("–"),)
    outcome = outcome_words(pair.outcome, edition.language)
    return words, due, (name(_deed_title(edition, pair.deed)),), (text(outcome),)


def _deed_title(edition: Edition, deed: str | None) -> str:
    if deed is None:
        return "–"
    measure = edition.release.measures.get(deed)
    if measure is not None:
        return measure.title
    observation = edition.release.observations.get(deed)
    if observation is None:
        return deed
    indicator = edition.release.methodology.indicator(observation.indicator)
    return f"{edition.worded(indicator.name, indicator.id)}, {observation.period}"


def _before(edition: Edition) -> Line:
    """Say what became of pledges that fell due before the year."""
    found = edition.release.pairs.table.matching(
        _condition(edition) & (pl.col("year") < edition.year)
    ).column("outcome")
    if not len(found):
        return ()
    counts = [int((found == outcome.value).sum()) for outcome in TOLD]
    kept, partly, broken = (
        edition.figures.count(number, "pairs", _where(edition, found.name, outcome))
        for number, outcome in zip(counts, TOLD, strict=True)
    )
    return edition.speaker.say(
        "Of the pairs of a pledge and a deed that fell due before, {kept} show it kept, {partly} "
        "partly kept; in {broken} the deed does not reach it.",
        kept=kept,
        partly=partly,
        broken=broken,
    )


def _where(edition: Edition, column: str, outcome: Outcome) -> tuple[Condition, ...]:
    own: tuple[Condition, ...] = (("actor", edition.actor),) if edition.actor else ()
    years = tuple(str(each) for each in range(edition.release.pair_years[0], edition.year))
    return (
        *own,
        ("reading", Reading.PLEDGE.value),
        ("theme", edition.themes),
        ("year", years),
        (column, outcome.value),
    )
