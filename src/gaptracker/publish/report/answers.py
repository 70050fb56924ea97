"""Replies, errata and corrections: what others answered, and what was put right."""

from collections.abc import Sequence

from gaptracker.domain.annotations import CellRef, DecidedReply, Erratum
from gaptracker.publish.report.changed import corrected_lines
from gaptracker.publish.report.edition import Edition
from gaptracker.publish.report.model import Block, Paragraph, Points, Section
from gaptracker.publish.report.spans import (
    Line,
    Span,
    code,
    day,
    link,
    name,
    quote,
    recorded,
    text,
    year,
)
from gaptracker.publish.vocabulary.words import reply_outcome_words


def replies_to(edition: Edition, actor: str, theme: str) -> list[DecidedReply]:
    """Return the replies about one theme of an actor; those about a pair stand beside it."""
    return [
        each
        for each in edition.settings.beside.replies_of(actor)
        if not each.reply.pairs and any(cell.theme == theme for cell in each.reply.cells)
    ]


def reply_blocks(edition: Edition, replies: Sequence[DecidedReply]) -> list[Block]:
    """Return replies, each whole."""
    return [Paragraph(line=_reply(edition, each)) for each in replies]


def errata_blocks(edition: Edition, actor: str, theme: str) -> list[Block]:
    """Return the errata about one theme of an actor in the year that is told."""
    found = [
        each
        for each in edition.settings.beside.errata_of(actor)
        if not each.is_of_all and each.touches(actor, theme, edition.year)
    ]
    return _errata(edition, found)


def _errata(edition: Edition, found: Sequence[Erratum]) -> list[Block]:
    if not found:
        return []
    head = edition.speaker.say(
        "Corrected since the release was frozen, whose bytes stay as they were:"
    )
    lines = tuple(_erratum(edition, each) for each in found)
    return [Paragraph(line=head), Points(lines=lines)]


def replies(edition: Edition) -> Section:
    """Return every reply, whole, or that there is none."""
    say = edition.speaker.say
    found = edition.settings.beside.replies_of(edition.actor)
    blocks: list[Block] = reply_blocks(edition, found)
    if not found:
        none = say(
            "No reply has been recorded. Whoever is assessed here may answer at any time; the "
            "answer is printed whole, beside what it answers, in the next report."
        )
        blocks = [Paragraph(line=none)]
    return Section(id="replies", title=say("Replies"), blocks=tuple(blocks))


def corrections(edition: Edition) -> Section:
    """Return what was put right after the freeze, and evidence corrected in this release."""
    say = edition.speaker.say
    blocks = _errata(edition, edition.settings.beside.errata_of(edition.actor))
    if not blocks:
        none = say("No correction of this release has been recorded since it was frozen.")
        blocks = [Paragraph(line=none)]
    if lines := corrected_lines(edition):
        blocks.append(Paragraph(line=say("Corrected in this release against the one before:")))
        blocks.append(Points(lines=tuple(lines)))
    return Section(id="corrections", title=say("Corrections"), blocks=tuple(blocks))


def _reply(edition: Edition, decided: DecidedReply) -> Line:
    say, reply = edition.speaker.say, decided.reply
    line: Line = (
        *say(
            "{by}, on {day}, about {topic}:",
            by=signature(decided),
            day=day(edition.speaker.texts, reply.received_on),
            topic=_topics(edition, reply.cells, reply.pairs) or (edition.actor_name(reply.actor),),
        ),
        text(" "),
        quote(reply.text, reply.language),
    )
    if reply.release != edition.release.id:
        line = (*line, text(" "), *say("To release {release}.", release=code(reply.release)))
    if reply.link:
        source = say("Source: {source}.", source=link(reply.link, reply.link))
        line = (*line, text(" "), *source)
    return (*line, text(" "), *_decision(edition, decided))


def signature(decided: DecidedReply) -> Line:
    """Return who replied, and in which office."""
    return (name(decided.reply.who), text(", "), name(decided.reply.office))


def _decision(edition: Edition, decided: DecidedReply) -> Line:
    say, decision = edition.speaker.say, decided.decision
    if decision is None:
        return say("It is being looked at.")
    return say(
        "Decided on {day}: {outcome}. Why: {why}",
        day=day(edition.speaker.texts, decision.decided_at.date()),
        outcome=text(reply_outcome_words(decided.outcome, edition.speaker.texts.language)),
        why=recorded(decision.because, None),
    )


def _erratum(edition: Edition, erratum: Erratum) -> Line:
    return edition.speaker.say(
        "{day}, {topic}. It says: {said} Right is: {right} Why: {why}",
        day=day(edition.speaker.texts, erratum.published_at.date()),
        topic=_topics(edition, erratum.cells, (*erratum.pairs, *erratum.records))
        or edition.speaker.say("the whole release"),
        said=quote(erratum.said, erratum.language),
        right=quote(erratum.right, erratum.language),
        why=quote(erratum.because, erratum.language),
    )


def _topics(edition: Edition, cells: Sequence[CellRef], ids: Sequence[str]) -> Line:
    """Return the edition's cells and the pairs and records that are named; nothing if none is."""
    topics: list[Line] = [
        (
            edition.actor_name(cell.actor),
            *(text(", "), edition.theme_name(cell.theme)),
            *(text(", "), year(cell.year)),
        )
        for cell in cells
        if edition.actor in (None, cell.actor)
    ]
    topics += [(code(each),) for each in ids]
    spans: list[Span] = []
    for topic in topics:
        spans += [text("; "), *topic] if spans else topic
    return tuple(spans)
