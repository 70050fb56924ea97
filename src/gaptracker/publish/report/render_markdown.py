"""A report as Markdown (CommonMark with tables), in which no text of a release is markup."""

import re
from collections.abc import Iterator

from gaptracker.publish.report.model import (
    Block,
    Paragraph,
    Picture,
    Points,
    ReportModel,
    SaidDid,
    Section,
    TableBlock,
    Tone,
)
from gaptracker.publish.report.spans import Kind, Line, Span
from gaptracker.publish.report.speaker import speaker_of

# What is markup or HTML wherever it stands; CommonMark takes a backslash before each.
SPECIAL = re.compile(r"([\\`*_\[\]|<>~^$&])")
# What is markup at the beginning of a line only: headings, lists, rules, underlines.
AT_BEGINNING = re.compile(r"^\s*([#+=:-]|\d+(?=[.)]))")
LINE_END = re.compile(r"\s*[\r\n\u2028\u2029\u0085\v\f]+\s*")
BREAK = "\\\n"
IN_TARGET = {ord("<"): "%3C", ord(">"): "%3E", ord("\\"): "%5C"}


def render_markdown(model: ReportModel) -> bytes:
    """Return a report as Markdown; pictures by what they show, since they are files elsewhere."""
    return ("\n\n".join(_parts(model)) + "\n").encode("utf-8")


def _parts(model: ReportModel) -> Iterator[str]:
    yield f"# {written(model.title)}"
    yield f"*{written(model.subtitle)}*"
    if model.notice:
        yield f"> **{written(model.notice)}**"
    yield BREAK.join(written(line) for line in model.about)
    for section in model.sections:
        yield from _section(section, 2, model)


def _section(section: Section, level: int, model: ReportModel) -> Iterator[str]:
    yield f"{'#' * level} {written(section.title)}"
    for block in section.blocks:
        yield from _block(block, model)
    for part in section.parts:
        yield from _section(part, level + 1, model)


def _block(block: Block, model: ReportModel) -> Iterator[str]:
    match block:
        case Paragraph(line=line, tone=tone):
            if line:
                quoted = tone in (Tone.NOTE, Tone.WARNING)
                yield f"> {written(line)}" if quoted else written(line)
        case Points(lines=lines):
            yield "\n".join(f"* {written(line)}" for line in lines)
        case TableBlock():
            yield _table(block, model)
        case Picture(title=title, alt=alt):
            yield f"*{escaped(title)}.* {escaped(alt)}"
        case SaidDid():
            yield f"**{written(block.verdict)}**"
            say = speaker_of(model.language).texts.say
            for side, lines in ((say("Said"), block.said), (say("Did"), block.did)):
                yield f"*{escaped(side)}*"
                yield "\n".join(f"* {written(line)}" for line in lines if line)
            yield "\n".join(f"{written(line)}\\" for line in block.notes).removesuffix("\\")


def _table(table: TableBlock, model: ReportModel) -> str:
    caption = written(table.caption)
    if model.mark:
        caption += f" ({escaped(model.mark)})"
    head = " | ".join(escaped(column.heading) for column in table.columns)
    rule = " | ".join("---:" if column.numeric else "---" for column in table.columns)
    rows = (" | ".join(written(cell) for cell in row) for row in table.rows)
    return "\n".join((caption, "", f"| {head} |", f"| {rule} |", *(f"| {row} |" for row in rows)))


def written(line: Line) -> str:
    """Return a line as Markdown."""
    whole = "".join(_span(span) for span in line)
    return AT_BEGINNING.sub(_literal, whole)


def _literal(begun: re.Match[str]) -> str:
    """Return what begins a line so that it is no markup: of a number, its dot is what counts."""
    found = begun[1]
    return f"{found}\\" if found.isdigit() else f"\\{found}"


def _span(span: Span) -> str:
    match span.kind:
        case Kind.CODE:
            return f"`{LINE_END.sub(' ', span.text).replace('`', '')}`"
        case Kind.QUOTE:
            return f"“{_lines(span.text)}”"
        case Kind.LINK:
            target = (span.target or "").translate(IN_TARGET)
            return f"[{escaped(span.text)}](<{LINE_END.sub('', target)}>)"
        case _:
            return escaped(span.text)


def _lines(words: str) -> str:
    """Return a quotation, each of its lines on one of its own, and none of them markup."""
    lines = LINE_END.split(words)
    return BREAK.join(
        [escaped(lines[0]), *(AT_BEGINNING.sub(_literal, escaped(each)) for each in lines[1:])]
    )


def escaped(text: str) -> str:
    r"""Return a text in which nothing is markup.

    Examples:
        >>> escaped("a *b* <i>")
        'a \\*b\\* \\<i\\>'
    """
    return SPECIAL.sub(r"\\\1", LINE_END.sub(" ", text))
