"""A pack as Markdown, in which no text from outside becomes markup."""

import re
from collections.abc import Iterator, Sequence

from gaptracker.domain.time import PartialDate
from gaptracker.publish.api.schemas_pairs import Did, Said, SourceBrief
from gaptracker.publish.pack.contents import Pack, ToldCell, ToldPair
from gaptracker.publish.pages.rendering import web_address
from gaptracker.publish.texts import Texts, closed

# Whatever begins or ends markup inside a line of CommonMark, or the HTML that it lets through.
MARKUP = re.compile(r"([\\`*_\[\]<>#|~&$^])")
# What makes a list, a heading or a rule of a line that it begins.
BEGINNING = re.compile(r"^(?:([-+=])|(\d+)([.)]))")
# An address between angle brackets ends with the first of these.
NO_ADDRESS = str.maketrans({"<": "%3C", ">": "%3E", " ": "%20", "\\": "%5C"})


def plain(text: str) -> str:
    r"""Return a text on one line that Markdown shows as it is.

    Examples:
        >>> print(plain("<b>*a*</b>\n# b"))
        \<b\>\*a\*\</b\> \# b
        >>> print(plain("1. a - b"), plain("- a"))
        1\. a - b \- a
    """
    line = MARKUP.sub(r"\\\1", closed(" ".join(text.split())))
    return BEGINNING.sub(lambda found: f"{found[2] or ''}\\{found[1] or found[3]}", line)


def write_markdown(pack: Pack) -> bytes:
    """Write a pack as Markdown (CommonMark with tables)."""
    return ("\n".join(_lines(pack)) + "\n").encode("utf-8")


def _lines(pack: Pack) -> Iterator[str]:
    say = pack.texts.say
    yield from (f"# {plain(pack.title)}", "", f"**{plain(pack.window)}**", "")
    for line in pack.about:
        yield from (plain(line), "")
    yield from (f"## {say('Demonstrated findings')}", "")
    for each in pack.findings:
        yield from (f"### {plain(each.heading)}", "", plain(each.sentence), "")
        if each.also:
            yield from (plain(each.also), "")
    if not pack.findings:
        nothing = say(
            "No gap is demonstrated: the evidence does not tell words and deeds apart with the "
            "probability that is asked for."
        )
        yield from (nothing, "")
    yield from (f"## {say('The newest figure of each theme')}", "")
    for cell in pack.cells:
        yield from _cell(cell, pack.texts)
    if not pack.cells:
        yield from (say("No figure: too little of this actor is on record here."), "")
    if pack.cells_left:
        yield from (plain(pack.cells_left), "")
    yield from (f"{say('Every year and every theme:')} `cells.csv`", "")
    yield from _numbered(say("How it was computed"), pack.steps)
    yield from _numbered(say("How to reply"), (pack.window, *pack.ways))
    yield from (f"## {say('Said and did, with both sources')}", "")
    for told in pack.pairs:
        yield from _pair(told, pack.texts)
    if not pack.pairs:
        yield from (say("No pair of words and deeds is on record here."), "")
    yield f"{say('The same as a table, in every year:')} `pairs.csv`"


def _numbered(heading: str, lines: Sequence[str]) -> Iterator[str]:
    yield from (f"## {heading}", "")
    yield from (f"{number}. {plain(line)}" for number, line in enumerate(lines, start=1))
    yield ""


def _cell(cell: ToldCell, texts: Texts) -> Iterator[str]:
    yield from (f"### {plain(cell.heading)}", "", f"**{plain(cell.sentence)}**", "")
    yield f"| {texts.say('Reading')} | {texts.say('Points, with 90% interval')} |"
    yield "|---|---:|"
    yield from (f"| {plain(name)} | {plain(points)} |" for name, points in cell.readings)
    yield from ("", f"{plain(cell.evidence)} {texts.say('Name in a reply:')} `{cell.name}`", "")


def _pair(told: ToldPair, texts: Texts) -> Iterator[str]:
    pair, say = told.pair, texts.say
    said, did, name = say("Said"), say("Did"), say("Name in a reply:")
    deed = _did(pair.deed, texts) if pair.deed else say("No deed is on record here.")
    yield from (f"### {plain(told.heading)}", "")
    yield f"- **{said}**: {_said(pair.statement, texts)}"
    yield f"- **{did}**: {deed}"
    yield from (f"- {plain(told.places)}. {name} `{pair.id}`", "")


def _said(said: Said, texts: Texts) -> str:
    words = [f"“{plain(said.excerpt)}”"] if said.excerpt else []
    if said.paraphrase:
        words.append(plain(said.paraphrase))
    when = texts.partial_day(PartialDate.parse(said.said_on))
    where = [said.actor_name, said.speaker, said.forum, when, said.locator]
    return " ".join((*words, f"({_joined(*where)}).", _source(said.source)))


def _did(did: Did, texts: Texts) -> str:
    found = did.category or ""
    if did.value is not None:
        digits = 0 if did.value == round(did.value) else 1
        found = f"{texts.number(did.value, digits)} {did.unit or ''}".strip()
    elif did.withheld is not None:
        found = texts.say("withheld: licence; see the source")
    title = f"{did.title}: {found}" if found else did.title
    when = texts.partial_day(PartialDate.parse(did.dated)) if did.dated else None
    where = _joined(did.issuer, when, did.locator)
    known = f" ({where})" if where else ""
    return f"{plain(title)}{known}. {_source(did.source)}"


def _joined(*parts: str | None) -> str:
    """Return what there is of some texts, none of which turns the direction of the next."""
    return ", ".join(plain(part) for part in parts if part)


def _source(source: SourceBrief) -> str:
    title, url = plain(source.title), web_address(source.url)
    named = f"[{title}](<{url.translate(NO_ADDRESS)}>)" if url else title
    return f"{named}, {plain(source.publisher)}"
