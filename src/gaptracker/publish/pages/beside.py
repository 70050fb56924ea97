"""Replies and errata as pages show them: beside the figure, each with its day and its release."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from gaptracker.domain.annotations import CellRef, DecidedReply, Erratum
from gaptracker.publish.addresses import REPLIES_PAGE, address, cell_page, pair_page
from gaptracker.publish.api.deps import View
from gaptracker.publish.beside import SaidBeside
from gaptracker.publish.pages.words import PART
from gaptracker.publish.texts import closed, texts_of
from gaptracker.publish.vocabulary.words import reply_outcome_words

# A longer reply is folded until a reader opens it.
FOLDED_ABOVE = 1_500
# The first few cells and pairs are named one by one.
MOST_NAMED = 12
MOST_LINES = 5
# An embed is as high as the page around it lets it be.
EMBEDDED_LINES = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A sentence with the address of what it tells of."""

    text: str
    href: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownReply:
    """A reply in the reader's language but for its own words; `about` is empty for everything."""

    id: str
    heading: str
    signed: str
    outcome: str
    because: str | None
    paragraphs: Sequence[str]
    folded: bool
    language: str
    link: str | None
    attachment_sha256: str | None
    about: Sequence[Line]
    more: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownErratum:
    """An erratum in the reader's language but for its own words."""

    id: str
    heading: str
    said: str
    right: str
    because: str
    language: str
    about: Sequence[Line]
    more: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownBeside:
    """What stands beside a figure."""

    replies: Sequence[ShownReply]
    errata: Sequence[ShownErratum]


def shown_beside(view: View, said: SaidBeside) -> ShownBeside:
    """Return replies and errata as a view's language has them, the newest first."""
    return ShownBeside(
        replies=[_reply(view, each) for each in said.replies],
        errata=[_erratum(view, each) for each in said.errata],
    )


def beside_lines(
    view: View, said: SaidBeside, *, page: str | None = None, most: int = MOST_LINES
) -> list[Line]:
    """Return a line for each erratum and reply, for where there is no room for their texts.

    Args:
        view: The release, whose names are used, and the language.
        said: What there is to tell of.
        page: Where they stand whole, without an anchor; the page of all of them if None.
        most: Most lines; a last one says that there is more.
    """
    texts = texts_of(PART, view.language)
    everything = address(REPLIES_PAGE, {"lang": view.language})
    whole = everything if page is None else page
    lines = [
        Line(
            text=texts.say(
                "An erratum of {day} corrects release {release}.",
                day=texts.day(each.published_at.date()),
                release=each.release,
            ),
            href=f"{whole}#{each.id}",
        )
        for each in said.errata
    ]
    for each in said.replies:
        told = texts.say(
            "{actor} replied on {day}; decision: {outcome}.",
            actor=_actor_name(view, each.reply.actor),
            day=texts.day(each.reply.received_on),
            outcome=reply_outcome_words(each.outcome, view.language),
        )
        lines.append(Line(text=told, href=f"{whole}#{each.reply.id}"))
    if len(lines) > most:
        more = texts.say("All replies and errata")
        return [*lines[:most], Line(text=more, href=everything)]
    return lines


def _reply(view: View, found: DecidedReply) -> ShownReply:
    texts, reply = texts_of(PART, view.language), found.reply
    decision = found.decision
    outcome = reply_outcome_words(found.outcome, view.language)
    if decision is None:
        told = texts.say("Decision: {outcome}.", outcome=outcome)
    else:
        told = texts.say(
            "Decision of {day}: {outcome}.",
            day=texts.day(decision.decided_at.date()),
            outcome=outcome,
        )
    about = [*_cells(view, reply.cells, reply.release), *_pairs(view, reply.pairs, reply.release)]
    return ShownReply(
        id=reply.id,
        heading=texts.say(
            "{actor} replied on {day}, to release {release}",
            actor=_actor_name(view, reply.actor),
            day=texts.day(reply.received_on),
            release=reply.release,
        ),
        signed=f"{closed(reply.who)}, {closed(reply.office)}",
        outcome=told,
        because=decision.because if decision else None,
        paragraphs=_paragraphs(reply.text),
        folded=len(reply.text) > FOLDED_ABOVE,
        language=reply.language,
        link=reply.link,
        attachment_sha256=reply.attachment_sha256,
        about=about[:MOST_NAMED],
        more=max(len(about) - MOST_NAMED, 0),
    )


def _erratum(view: View, erratum: Erratum) -> ShownErratum:
    texts = texts_of(PART, view.language)
    about = [
        *_cells(view, erratum.cells, erratum.release),
        *_pairs(view, erratum.pairs, erratum.release),
    ]
    return ShownErratum(
        id=erratum.id,
        heading=texts.say(
            "Erratum of {day} to release {release}",
            day=texts.day(erratum.published_at.date()),
            release=erratum.release,
        ),
        said=erratum.said,
        right=erratum.right,
        because=erratum.because,
        language=erratum.language,
        about=about[:MOST_NAMED],
        more=max(len(about) - MOST_NAMED, 0),
    )


def _cells(view: View, cells: Sequence[CellRef], release: str) -> Iterator[Line]:
    """Name cells, pinned to the release that was spoken of."""
    texts = texts_of(PART, view.language)
    for cell in cells:
        text = texts.say(
            "{actor}: {theme}, {year}",
            actor=_actor_name(view, cell.actor),
            theme=_theme_name(view, cell.theme),
            year=cell.year,
        )
        named = {"release": release, "lang": view.language}
        yield Line(text=text, href=cell_page(cell.actor, cell.theme, cell.year, **named))


def _pairs(view: View, pairs: Sequence[str], release: str) -> Iterator[Line]:
    for pair in pairs:
        yield Line(text=pair, href=pair_page(pair, release=release, lang=view.language))


def _actor_name(view: View, code: str) -> str:
    """Return an actor's name, the code of one that is an older release's."""
    actor = view.release.actors.get(code)
    return view.name_of(actor.names) if actor else code


def _theme_name(view: View, theme: str) -> str:
    found = view.release.themes.get(theme)
    return view.name_of(found.name) if found else theme


def _paragraphs(text: str) -> list[str]:
    return [each.strip() for each in text.splitlines() if each.strip()]
