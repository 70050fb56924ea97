"""The scale of points, 0 to 100, as pictures show it."""

from typing import Any

from gaptracker.publish.charts.picture import PART, Canvas, Spec
from gaptracker.publish.frozen import FrozenRelease
from gaptracker.publish.texts import texts_of

# Intervals are not cut at the ends of the scale; a little of what lies beyond is shown.
LOW_END, HIGH_END = -6.0, 106.0
POINTS: dict[str, Any] = {"domain": [LOW_END, HIGH_END], "nice": False, "zero": False}
TICKS = [0, 25, 50, 75, 100]


def points_axis(title: str | None, *, grid: bool = True, **more: object) -> Spec:
    """Return the axis of a reading: a tick for each rung."""
    return {
        "title": title,
        "values": TICKS,
        "format": "d",
        "grid": grid,
        "tickSize": 4,
        "titlePadding": 6,
        **more,
    }


def to_pixels(canvas: Canvas, x: float, y: float) -> tuple[float, float]:
    """Return where a point with readings on both axes stands, in pixels of the plot."""
    span = HIGH_END - LOW_END
    return (x - LOW_END) / span * canvas.width, (HIGH_END - y) / span * canvas.height


def to_points(canvas: Canvas, x: float, y: float) -> tuple[float, float]:
    """Return the readings that stand at a pixel of the plot."""
    span = HIGH_END - LOW_END
    return LOW_END + x / canvas.width * span, HIGH_END - y / canvas.height * span


def scale_note(release: FrozenRelease, theme: str | None, language: str) -> str:
    """Return what the ends of the scale mean; a descriptive ladder has no better end."""
    say = texts_of(PART, language).say
    if theme is not None and release.themes[theme].descriptive:
        return say(
            "Points: 0 is prohibition, 100 a regulated market; neither end is called better."
        )
    return say("Points: 0 is the most coercive, 100 full alignment with human rights guidance.")
