"""Replies and corrections: what others answered, and what was put right."""

from collections.abc import Sequence

from gaptracker.publish.report.beside import Correction, Reply
from gaptracker.publish.report.changed import corrected_lines
from gaptracker.publish.report.edition import Edition
from gaptracker.publish.report.model import Block, Paragraph, Points, Section
from gaptracker.publish.report.spans import Line, Span, code, day, link, name, quote, text, year


def replies_to(edition: Edition, actor: str, theme: str) -> list[Reply]:
    """Return the replies about one theme of an actor; those about a pair stand beside it."""
    return [
        each
        for each in edition.settings.beside.replies_of(actor)
        if each.theme == theme and each.pair is None
    ]


def reply_blocks(edition: Edition, replies: Sequence[Reply]) -> list[Block]:
    """Return replies, each whole."""
    return [Paragraph(line=_reply(edition, each)) for each in replies]


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
    found = edition.settings.beside.corrections_of(edition.actor)
    blocks: list[Block] = []
    if found:
        blocks.append(
            Paragraph(
                line=say("Corrected since the release was frozen, whose bytes stay as they were:")
            )
        )
        blocks.append(Points(lines=tuple(_correction(edition, each) for each in found)))
    else:
        blocks.append(
            Paragraph(
                line=say("No correction of this release has been recorded since it was frozen.")
            )
        )
    if lines := corrected_lines(edition):
        blocks.append(Paragraph(line=say("Corrected in this release against the one before:")))
        blocks.append(Points(lines=tuple(lines)))
    return Section(id="corrections", title=say("Corrections"), blocks=tuple(blocks))


def _reply(edition: Edition, reply: Reply) -> Line:
    say = edition.speaker.say
    head = say(
        "{by}, on {day}, about {topic}:",
        by=name(reply.by),
        day=day(edition.speaker.texts, reply.on),
        topic=_topic(edition, (reply.actor, reply.theme, reply.year, reply.pair)),
    )
    line: Line = (*head, text(" "), quote(reply.text, reply.language))
    if reply.url:
        source = say("Source: {source}.", source=link(reply.url, reply.url))
        line = (*line, text(" "), *source)
    return line


def _correction(edition: Edition, correction: Correction) -> Line:
    return edition.speaker.say(
        "{day}, {topic}: {what} Why: {why}",
        day=day(edition.speaker.texts, correction.on),
        topic=_topic(
            edition, (correction.actor, correction.theme, correction.year, correction.pair)
        ),
        what=quote(correction.what, correction.language),
        why=quote(correction.why, correction.language),
    )


def _topic(edition: Edition, named: tuple[str | None, str | None, int | None, str | None]) -> Line:
    actor, theme, in_year, pair = named
    if actor is None:
        return edition.speaker.say("the whole release")
    parts: list[Span] = [edition.actor_name(actor)]
    if theme is not None:
        parts += [text(", "), edition.theme_name(theme)]
    if in_year is not None:
        parts += [text(", "), year(in_year)]
    if pair is not None:
        parts += [text(", "), code(pair)]
    return tuple(parts)
