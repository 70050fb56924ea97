"""What a feed tells of replies and errata: one entry each, told again when a reply is decided."""

from collections.abc import Collection, Iterator
from uuid import NAMESPACE_URL, uuid5

from gaptracker.domain.annotations import CellRef, DecidedReply, Erratum
from gaptracker.publish.addresses import REPLIES_PAGE
from gaptracker.publish.beside import Beside
from gaptracker.publish.feeds.entries import ANY, EntryKind, FeedEntry, Known
from gaptracker.publish.texts import closed
from gaptracker.publish.vocabulary.words import reply_outcome_words

# A feed leads to the whole text; it is no place for a hundred pages of it.
FIRST_CHARACTERS = 400


def beside_entries(beside: Beside, known: Known) -> Iterator[FeedEntry]:
    """Yield an entry for each reply and erratum."""
    for decided in beside.annotations.replies:
        yield _reply(decided, known)
    for erratum in beside.annotations.errata:
        yield _erratum(erratum, known)


def _reply(found: DecidedReply, known: Known) -> FeedEntry:
    say, reply, decision = known.texts.say, found.reply, found.decision
    outcome = reply_outcome_words(found.outcome, known.language)
    summary = [
        say(
            "{who}, {office}, received on {day}:",
            who=reply.who,
            office=reply.office,
            day=known.texts.day(reply.received_on),
        ),
        _shortened(reply.text),
    ]
    if decision is None:
        summary.append(say("Decision: {outcome}.", outcome=outcome))
    else:
        told = say(
            "Decision of {day}: {outcome}.",
            day=known.texts.day(decision.decided_at.date()),
            outcome=outcome,
        )
        summary += [told, _shortened(decision.because)]
    return FeedEntry(
        id=uuid5(NAMESPACE_URL, f"{EntryKind.REPLY}/{reply.id}").urn,
        kind=EntryKind.REPLY,
        title=say(
            "{actor} replied to release {release}",
            actor=known.actor_name(reply.actor),
            release=reply.release,
        ),
        summary=" ".join(summary),
        page=f"{REPLIES_PAGE}#{reply.id}",
        at=decision.decided_at if decision else reply.recorded_at,
        release=reply.release,
        actor=reply.actor,
        theme=_only({cell.theme for cell in reply.cells}),
        topics=_topics(reply.cells) or frozenset({(reply.actor, ANY)}),
    )


def _erratum(erratum: Erratum, known: Known) -> FeedEntry:
    say = known.texts.say
    actor = _only({cell.actor for cell in erratum.cells})
    title = say("Erratum to release {release}", release=erratum.release)
    if actor:
        title = say(
            "Erratum to release {release}: {actor}",
            release=erratum.release,
            actor=known.actor_name(actor),
        )
    summary = (
        say("The release says: {said}", said=_shortened(erratum.said)),
        say("Right is: {right}", right=_shortened(erratum.right)),
        say("Why: {because}", because=_shortened(erratum.because)),
    )
    return FeedEntry(
        id=uuid5(NAMESPACE_URL, f"erratum/{erratum.id}").urn,
        kind=EntryKind.CORRECTION,
        title=title,
        summary=" ".join(summary),
        page=f"{REPLIES_PAGE}#{erratum.id}",
        at=erratum.published_at,
        release=erratum.release,
        actor=actor,
        theme=_only({cell.theme for cell in erratum.cells}),
        topics=_topics(erratum.cells) or frozenset({(ANY, ANY)}),
    )


def _topics(cells: Collection[CellRef]) -> frozenset[tuple[str, str]]:
    return frozenset((cell.actor, cell.theme) for cell in cells)


def _only(names: Collection[str]) -> str | None:
    """Return the one name there is, None if there are several or none."""
    return next(iter(names)) if len(names) == 1 else None


def _shortened(text: str) -> str:
    """Return the first words of a text on one line, ending every direction that it begins."""
    line = " ".join(text.split())
    if len(line) > FIRST_CHARACTERS:
        line = line[:FIRST_CHARACTERS].rsplit(" ", 1)[0] + " …"
    return f"“{closed(line)}”"
