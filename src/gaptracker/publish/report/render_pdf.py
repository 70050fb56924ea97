"""A report as PDF: tagged, with bookmarks, page numbers and fonts inside.

Texts reach Typst as JSON and are never read as markup; pictures as files of one folder. Only the
fonts that the library brings are used, so that no machine's own change the bytes.
"""

import json
import re
import warnings
from collections.abc import Mapping
from importlib import resources
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import typst

from gaptracker.domain.errors import GapTrackerError
from gaptracker.publish.report.drawn import DrawnPicture
from gaptracker.publish.report.letters import FONT, LACKING, STANDARD, let_go, replaced
from gaptracker.publish.report.model import (
    Block,
    Paragraph,
    Picture,
    Points,
    ReportModel,
    SaidDid,
    Section,
    TableBlock,
)
from gaptracker.publish.report.spans import Kind, Line, Span, name, plain
from gaptracker.publish.report.speaker import speaker_of

TEMPLATE, DATA = "report.typ", "report.json"
FAMILY = re.compile('font-family="[^"]*"')
# A pair with fewer letters is not broken across pages; about half a page.
MOST_ON_A_PAGE = 2000

# `Any` because the document is JSON of every shape.
Plain = dict[str, Any]


class PdfFailed(GapTrackerError):
    """A report could not be set as PDF."""


def render_pdf(model: ReportModel, pictures: Mapping[Picture, DrawnPicture]) -> bytes:
    """Return a report as PDF; the same report gives the same bytes.

    Args:
        model: The report.
        pictures: Each picture of it, drawn.

    Raises:
        PdfFailed: If it cannot be set; says why.
    """
    with TemporaryDirectory(prefix="gaptracker-report-") as folder:
        root = Path(folder)
        numbers: dict[Picture, str] = {}
        for number, (picture, drawn) in enumerate(pictures.items()):
            numbers[picture] = f"picture-{number}.svg"
            (root / numbers[picture]).write_bytes(_on_paper(drawn.svg))
        document = _with_letters(_document(model, numbers), model.language)
        (root / DATA).write_text(json.dumps(document, ensure_ascii=False), encoding="utf-8")
        (root / TEMPLATE).write_bytes(_template())
        try:
            return _set(root)
        finally:
            let_go()


def _on_paper(svg: bytes) -> bytes:
    """Return a picture in the report's own font, which is narrower than the one it was laid for."""
    letters = FAMILY.sub(f'font-family="{FONT}"', svg.decode("utf-8"))
    return replaced(letters).encode("utf-8")


def _set(root: Path) -> bytes:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", typst.TypstWarning)
        try:
            body = typst.compile(
                root / TEMPLATE,
                root=root,
                ignore_system_fonts=True,
                format="pdf",
                timestamp=0,
                pdf_standards=STANDARD,
            )
        except RuntimeError as error:
            raise PdfFailed(
                f"the PDF could not be set ({error}); report this with the release's id"
            ) from error
    if not isinstance(body, bytes):
        raise PdfFailed("the PDF could not be set: its library gave no bytes; update typst")
    return body


def _with_letters(document: Plain, language: str) -> Plain:
    """Show letters that the fonts lack as squares, and say so."""
    whole = _replaced(document)
    if whole == document:
        return document
    speaker = speaker_of(language)
    note = speaker.say(
        "A {sign} stands for a letter that the fonts of this PDF lack; the HTML has it.",
        sign=name(LACKING),
    )
    return {**whole, "about": [*whole["about"], _line(note)]}


# `Any` because the document is JSON of every shape.
def _replaced(part: Any) -> Any:  # noqa: ANN401
    match part:
        case str():
            return replaced(part)
        case list():
            return [_replaced(each) for each in part]
        case dict():
            return {key: _replaced(each) for key, each in part.items()}
        case _:
            return part


def _document(model: ReportModel, numbers: Mapping[Picture, str]) -> Plain:
    say = speaker_of(model.language).texts.say
    return {
        "language": model.language,
        "title": _line(model.title),
        "plain_title": f"{plain(model.title)}, {model.period}",
        "subtitle": _line(model.subtitle),
        "author": model.author,
        "day": [model.dated.year, model.dated.month, model.dated.day],
        "release": model.release,
        "period": model.period,
        "mark": model.mark,
        "about": [_line(each) for each in model.about],
        "notice": _line(model.notice) if model.notice else None,
        "contents": model.contents,
        "words": {"said": say("Said"), "did": say("Did"), "page": say("Page")},
        "sections": [_section(each, numbers) for each in model.sections],
    }


def _section(section: Section, numbers: Mapping[Picture, str]) -> Plain:
    return {
        "id": section.id,
        "title": _line(section.title),
        "blocks": [_block(each, numbers) for each in section.blocks],
        "parts": [_section(each, numbers) for each in section.parts],
    }


def _block(block: Block, numbers: Mapping[Picture, str]) -> Plain:
    match block:
        case Paragraph(line=line, tone=tone):
            return {
                "kind": "paragraph",
                "line": _line(line),
                "tone": tone.value,
                "introduces": plain(line).endswith(":"),
            }
        case Points(lines=lines):
            return {"kind": "points", "lines": [_line(each) for each in lines]}
        case TableBlock():
            return {
                "kind": "table",
                "caption": _line(block.caption),
                "headings": [column.heading for column in block.columns],
                "numeric": [column.numeric for column in block.columns],
                "rows": [[_line(cell) for cell in row] for row in block.rows],
            }
        case Picture(title=title, alt=alt):
            return {"kind": "picture", "file": numbers[block], "title": title, "alt": alt}
        case SaidDid():
            return {
                "kind": "pair",
                "whole": _letters(block) < MOST_ON_A_PAGE,
                "verdict": _line(block.verdict),
                "said": [_line(each) for each in block.said if each],
                "did": [_line(each) for each in block.did if each],
                "notes": [_line(each) for each in block.notes if each],
            }


def _letters(pair: SaidDid) -> int:
    return sum(len(plain(line)) for line in (*pair.said, *pair.did, *pair.notes))


def _line(line: Line) -> list[list[str]]:
    return [_span(span) for span in line]


def _span(span: Span) -> list[str]:
    if span.kind is Kind.LINK:
        return [span.kind.value, span.text, span.target or ""]
    if span.kind is Kind.QUOTE:
        return [span.kind.value, span.text, (span.language or "").partition("-")[0]]
    return [span.kind.value, span.text]


def _template() -> bytes:
    place = resources.files("gaptracker.publish.report") / "templates" / TEMPLATE
    return place.read_bytes()
