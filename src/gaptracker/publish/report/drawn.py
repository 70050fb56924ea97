"""The pictures of a report, drawn: for a page and paper, and for a narrow screen."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from gaptracker.publish.charts.asked import Size
from gaptracker.publish.charts.catalogue import CHARTS
from gaptracker.publish.charts.draw import Job, Painter
from gaptracker.publish.frozen import FrozenRelease
from gaptracker.publish.report.model import Picture
from gaptracker.publish.report.settings import Form


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawnPicture:
    """One chart as SVG; the narrow one is laid out anew, empty where no page is asked for."""

    svg: bytes
    narrow_svg: bytes


def draw_pictures(
    release: FrozenRelease,
    pictures: Iterable[Picture],
    forms: Iterable[Form],
    painter: Painter,
    done: Callable[[], None],
) -> dict[Picture, DrawnPicture]:
    """Draw pictures, one after the other.

    Args:
        release: Whose figures are shown.
        pictures: What is drawn.
        forms: For which forms of the report.
        painter: Draws.
        done: Told of each picture that is drawn.

    Raises:
        DrawingFailed: If one cannot be drawn.
    """
    asked = set(forms)
    if not asked & {Form.HTML, Form.PDF}:
        return {}
    found: dict[Picture, DrawnPicture] = {}
    for picture in pictures:
        wide = _draw(release, picture, painter, Size.PAGE)
        narrow = _draw(release, picture, painter, Size.EMBED) if Form.HTML in asked else b""
        found[picture] = DrawnPicture(svg=wide, narrow_svg=narrow)
        done()
    return found


def _draw(release: FrozenRelease, picture: Picture, painter: Painter, size: Size) -> bytes:
    asked = replace(picture.asked, size=size)
    specification = CHARTS[picture.chart].build(release, asked)
    return painter.draw(Job.of(specification, asked, "svg"))
