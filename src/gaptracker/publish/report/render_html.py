"""A report as one HTML file: pictures and styles inside, no script, nothing fetched."""

import base64
import hashlib
from collections.abc import Mapping
from functools import cache
from importlib import resources

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from markupsafe import Markup

from gaptracker.publish.report.drawn import DrawnPicture
from gaptracker.publish.report.model import (
    Block,
    Paragraph,
    Picture,
    Points,
    ReportModel,
    SaidDid,
    TableBlock,
)
from gaptracker.publish.report.spans import plain
from gaptracker.publish.report.speaker import speaker_of

TEMPLATE, STYLE = "report.html", "report.css"
# Only what stands in the file itself: styles by their hash, pictures by their bytes.
POLICY = (
    "default-src 'none'; style-src 'sha256-{digest}'; img-src data:; base-uri 'none'; "
    "form-action 'none'"
)


def render_html(model: ReportModel, pictures: Mapping[Picture, DrawnPicture]) -> bytes:
    """Return a report as a self-contained page.

    Args:
        model: The report.
        pictures: Each picture of it, drawn.
    """
    style = _style()
    digest = base64.b64encode(hashlib.sha256(style.encode("utf-8")).digest()).decode("ascii")
    return (
        _environment()
        .get_template(TEMPLATE)
        .render(
            model=model,
            say=speaker_of(model.language).texts.say,
            plain=plain,
            kind_of=kind_of,
            image=lambda picture, narrow: _data_address(pictures[picture], narrow=narrow),
            style=Markup(style),  # noqa: S704  our own file
            policy=POLICY.format(digest=digest),
        )
        .encode("utf-8")
    )


def kind_of(block: Block) -> str:
    """Return what a template calls a block."""
    match block:
        case Paragraph():
            return "paragraph"
        case Points():
            return "points"
        case TableBlock():
            return "table"
        case Picture():
            return "picture"
        case SaidDid():
            return "pair"


def _data_address(drawn: DrawnPicture, *, narrow: bool) -> str:
    svg = drawn.narrow_svg if narrow else drawn.svg
    return "data:image/svg+xml;base64," + base64.b64encode(svg).decode("ascii")


@cache
def _style() -> str:
    place = resources.files("gaptracker.publish.report") / "templates" / STYLE
    return place.read_text(encoding="utf-8")


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("gaptracker.publish.report"),
        autoescape=select_autoescape(default=True, default_for_string=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
