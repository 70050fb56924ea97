"""The pictures of a report, drawn: for a page, for a narrow screen, and for paper."""

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
    """One chart in the forms that a report asks for; empty where a form was not asked for."""

    svg: bytes = b""
    narrow_svg: bytes = b""
    png: bytes = b""


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
    found: dict[Picture, DrawnPicture] = {}
    for picture in pictures:
        drawn = DrawnPicture()
        if Form.HTML in asked:
            drawn = replace(
                drawn,
                svg=_draw(release, picture, painter, (Size.PAGE, "svg")),
                narrow_svg=_draw(release, picture, painter, (Size.EMBED, "svg")),
            )
        if Form.PDF in asked:
            drawn = replace(drawn, png=_draw(release, picture, painter, (Size.PAGE, "png")))
        found[picture] = drawn
        done()
    return found


def _draw(
    release: FrozenRelease, picture: Picture, painter: Painter, how: tuple[Size, str]
) -> bytes:
    size, form = how
    asked = replace(picture.asked, size=size)
    specification = CHARTS[picture.chart].build(release, asked)
    return painter.draw(Job.of(specification, asked, form))
