"""What was said beside what was done, each with its source."""

from collections.abc import Sequence

import polars as pl

from gaptracker.domain.errors import ReleaseCorrupt
from gaptracker.domain.records import Statement
from gaptracker.domain.vocabulary import Outcome, Reading, Relation
from gaptracker.publish.pages.words import office_words, relation_words
from gaptracker.publish.report.answers import errata_blocks, replies_to, reply_blocks, signature
from gaptracker.publish.report.deeds import (
    RECORD_LANGUAGE,
    deed_lines,
    joined,
    law_blocks,
    machine_coded,
    placed_by_machine,
    source_line,
)
from gaptracker.publish.report.edition import Edition
from gaptracker.publish.report.findings import DEMONSTRATED, finding
from gaptracker.publish.report.model import Block, Paragraph, SaidDid, Section, Tone
from gaptracker.publish.report.profile import picture, with_interval
from gaptracker.publish.report.spans import (
    Condition,
    Line,
    Ref,
    Span,
    code,
    day,
    name,
    quote,
    recorded,
    text,
)
from gaptracker.publish.rows import FrozenCell, FrozenPair
from gaptracker.publish.vocabulary.words import outcome_words

PAIRS_A_THEME = 3
MOST_IN_ALL = 24


def theme_by_theme(edition: Edition, actor: str) -> Section:
    """Return, for each theme with enough evidence, finding, picture and strongest pairs."""
    say = edition.speaker.say
    blocks: list[Block] = [Paragraph(line=_chosen(edition))] if edition.graded else []
    if not edition.graded:
        blocks.append(Paragraph(line=say("No theme has enough evidence: no pair is shown.")))
    return Section(
        id="themes",
        title=say("What was said, and what was done"),
        blocks=tuple(blocks),
        parts=tuple(_theme(edition, actor, cell) for cell in edition.graded),
    )


def strongest(edition: Edition) -> Section:
    """Return one pair for each demonstrated gap, the widest gaps first."""
    say = edition.speaker.say
    shown = sorted(edition.labelled(*DEMONSTRATED), key=lambda cell: -abs(cell.gap or 0.0))
    blocks: list[Block] = [Paragraph(line=_chosen(edition))]
    if not shown:
        blocks = [Paragraph(line=say("No gap is demonstrated in this year: no pair is shown."))]
    if len(shown) > MOST_IN_ALL:
        blocks.append(
            Paragraph(
                line=say(
                    "Shown are the widest demonstrated gaps; the reports on single actors show "
                    "the pairs of every theme."
                )
            )
        )
    for cell in shown[:MOST_IN_ALL]:
        blocks += _pairs_of(edition, cell, 1)
    return Section(id="pairs", title=say("What was said, and what was done"), blocks=tuple(blocks))


def _chosen(edition: Edition) -> Line:
    return edition.speaker.say(
        "Shown are pairs that weigh most in each gap, in whichever direction, each statement "
        "once. One pair proves no gap: the figure rests on all pairs of the theme together."
    )


def _theme(edition: Edition, actor: str, cell: FrozenCell) -> Section:
    theme = edition.release.themes[cell.theme]
    rungs = sorted(theme.rungs, key=lambda rung: rung.rung)
    titles = [edition.worded(rung.title) for rung in rungs]
    question = edition.worded(theme.question)
    ladder = edition.speaker.say(
        "{question} The ladder runs from {lowest} to {highest}.",
        question=name(question),
        lowest=quote(titles[0], edition.language),
        highest=quote(titles[-1], edition.language),
    )
    blocks: list[Block] = [
        Paragraph(line=ladder, tone=Tone.NOTE),
        Paragraph(line=(*finding(edition, cell), text(" "), *_cell_id(edition, cell))),
        *errata_blocks(edition, actor, cell.theme),
        Paragraph(line=_readings(edition, cell)),
        *law_blocks(edition, cell),
        picture(edition, "over_years", actor=actor, theme=cell.theme),
        Paragraph(line=_outcomes(edition, cell)),
        *_pairs_of(edition, cell, PAIRS_A_THEME),
        *reply_blocks(edition, replies_to(edition, actor, cell.theme)),
    ]
    return Section(
        id=f"theme-{cell.theme}", title=(edition.theme_name(cell.theme),), blocks=tuple(blocks)
    )


def _readings(edition: Edition, cell: FrozenCell) -> Line:
    """Say where words, law and practice stand, as far as they are known."""
    say = edition.speaker.say
    spans: list[Span] = []
    if cell.says is not None:
        spans += say("What is said stands at {points} points.", points=_at(edition, cell, "says"))
    if cell.law is not None:
        spans += (
            text(" "),
            *say("The law stands at {points} points.", points=_at(edition, cell, "law")),
        )
    if cell.does is not None:
        at = _at(edition, cell, "does")
        spans += (text(" "), *say("Practice stands at {points} points.", points=at))
    if cell.newest_deed_on is not None:
        newest = day(edition.speaker.texts, cell.newest_deed_on)
        spans += (text(" "), *say("The newest deed that counts holds as of {day}.", day=newest))
    return tuple(spans)


def _at(edition: Edition, cell: FrozenCell, column: str) -> Line:
    return with_interval(edition, cell, column)


def _outcomes(edition: Edition, cell: FrozenCell) -> Line:
    """Say of how many pairs of a theme words are ahead, deeds are ahead, and neither is."""
    found = edition.release.pairs_of(cell.actor, cell.theme, cell.year)
    outcomes = found.where(reading=Reading.NOW.value).column("outcome")
    own: tuple[Condition, ...] = (
        ("actor", cell.actor),
        ("theme", cell.theme),
        ("year", cell.year),
        ("reading", Reading.NOW.value),
    )

    def number(*wanted: Outcome) -> Span:
        names = tuple(each.value for each in wanted)
        held = outcomes.is_in(names).sum() if names else len(outcomes)
        where = (*own, ("outcome", names)) if names else own
        return edition.figures.count(int(held), "pairs", where)

    return edition.speaker.say(
        "Of {all} pairs on this theme the words are ahead in {ahead}, the deed is ahead in "
        "{behind}, and both are alike in {alike}.",
        all=number(),
        ahead=number(Outcome.AHEAD),
        behind=number(Outcome.BEHIND),
        alike=number(Outcome.ALIKE),
    )


def _cell_id(edition: Edition, cell: FrozenCell) -> Line:
    """Name the cell as whoever contests or cites it has to."""
    found = code(f"{cell.actor}/{cell.theme}/{cell.year}")
    return edition.speaker.say("Cell {cell}.", cell=found)


def _pairs_of(edition: Edition, cell: FrozenCell, most: int) -> list[Block]:
    """Return the pairs that weigh most in a gap."""
    found = edition.release.pairs_of(cell.actor, cell.theme, cell.year)
    rows = (
        found.where(reading=Reading.NOW.value)
        .matching(pl.col("contribution_points").is_not_null())
        .rows()
    )
    rows.sort(key=lambda pair: (-abs(pair.contribution_points or 0.0), pair.id))
    chosen = _chosen_of(rows, most)
    machine = machine_coded(edition, cell) if chosen else frozenset()
    return [_card(edition, pair, machine) for pair in chosen]


def _chosen_of(pairs: Sequence[FrozenPair], most: int) -> list[FrozenPair]:
    """Return the first pairs, each statement and deed once; where these are few, deeds twice."""
    chosen: list[FrozenPair] = []
    for again in (False, True):
        for pair in pairs:
            said = {each.statement for each in chosen}
            done = {each.deed for each in chosen}
            known = pair.statement in said or (not again and pair.deed in done)
            if len(chosen) < most and not known:
                chosen.append(pair)
    return chosen


def _card(edition: Edition, pair: FrozenPair, machine: frozenset[str]) -> SaidDid:
    statement = edition.release.statements.get(pair.statement)
    if not isinstance(statement, Statement) or pair.deed is None:
        raise ReleaseCorrupt(
            f"{edition.release.id}: pair {pair.id} lacks a side; cut the release again"
        )
    return SaidDid(
        id=pair.id,
        verdict=_verdict(edition, pair),
        said=_said(edition, pair, statement),
        did=deed_lines(edition, pair.deed),
        notes=tuple(_notes(edition, pair, machine)),
    )


def _verdict(edition: Edition, pair: FrozenPair) -> Line:
    figures = edition.figures
    if pair.deed_points is None or pair.contribution_points is None:
        return (text(outcome_words(pair.outcome, edition.language)),)
    topic = edition.themed(pair.theme)
    if edition.actor is None:
        topic = f"{edition.named(pair.actor)}, {topic}"
    return edition.speaker.say(
        "{topic}: {outcome}. The words stand at {said} points, the deed at {done}; the pair's part "
        "in the gap is {part} points.",
        topic=name(topic),
        outcome=text(outcome_words(pair.outcome, edition.language)),
        said=figures.points(pair.statement_points, pair_ref(edition, pair, "statement_points")),
        done=figures.points(pair.deed_points, pair_ref(edition, pair, "deed_points")),
        part=_tenths(edition, pair),
    )


def _tenths(edition: Edition, pair: FrozenPair) -> Span:
    value = pair.contribution_points or 0.0
    return edition.figures.signed_tenths(value, pair_ref(edition, pair, "contribution_points"))


def pair_ref(edition: Edition, pair: FrozenPair, column: str) -> Ref:
    """Return where a figure of a pair stands."""
    return edition.figures.ref(
        "pairs",
        (("id", pair.id), ("year", pair.year), ("reading", pair.reading.value)),
        column,
    )


def _said(edition: Edition, pair: FrozenPair, statement: Statement) -> tuple[Line, ...]:
    say = edition.speaker.say
    who = statement.speaker or edition.named(statement.actor)
    office = office_words(statement.office, edition.language)
    head = [name(who), *([text(office)] if office and statement.speaker else [])]
    head += [name(statement.forum), day(edition.speaker.texts, statement.said_on)]
    lines: list[Line] = [joined(head)]
    if statement.excerpt:
        lines.append((quote(statement.excerpt, statement.language),))
    if statement.paraphrase:
        lines.append(
            say("In our words: {words}", words=recorded(statement.paraphrase, RECORD_LANGUAGE))
        )
    whose = relation_words(pair.relation, edition.language)
    if pair.relation is not Relation.SAME_ACTOR and whose:
        lines.append((text(whose),))
    return (*lines, source_line(edition, statement.source, statement.locator))


def _notes(edition: Edition, pair: FrozenPair, machine: frozenset[str]) -> list[Line]:
    say = edition.speaker.say
    lines = [say("Pair {pair}", pair=edition.pair_link(pair))]
    if pair.statement in machine:
        lines.append(
            say("The words were placed on the ladder by a machine, not yet checked by people.")
        )
    if pair.deed in machine:
        lines.append(placed_by_machine(edition))
    lines.extend(
        say(
            "{by} answered on {day}: {words}",
            by=signature(decided),
            day=day(edition.speaker.texts, decided.reply.received_on),
            words=quote(decided.reply.text, decided.reply.language),
        )
        for decided in edition.settings.beside.replies
        if pair.id in decided.reply.pairs
    )
    return lines
