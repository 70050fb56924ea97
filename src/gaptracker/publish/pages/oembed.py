"""The oEmbed 1.0 answer of type `rich`: an iframe and what others need to show it."""

import json
from dataclasses import dataclass
from xml.sax.saxutils import escape

from gaptracker.publish.pages.asked import iframe
from gaptracker.publish.pages.frame import Card
from gaptracker.release.heading import PUBLISHER

VERSION = "1.0"
# How long a site may keep the answer; what it shows is pinned and stays right for longer.
CACHE_SECONDS = 86_400


@dataclass(frozen=True, slots=True, kw_only=True)
class Embeddable:
    """Something that others can show; sizes are pixels.

    `src` is the absolute address of its embed, `card` its picture where it has one.
    """

    title: str
    src: str
    site: str
    width: int
    height: int
    card: Card | None


def oembed_members(each: Embeddable, *, most_width: int, most_height: int) -> dict[str, object]:
    """Return the members of the answer.

    Args:
        each: What is shown.
        most_width: The widest that the asking site takes.
        most_height: The highest.
    """
    width, height = min(each.width, most_width), min(each.height, most_height)
    members: dict[str, object] = {
        "version": VERSION,
        "type": "rich",
        "title": each.title,
        "author_name": PUBLISHER,
        "author_url": each.site,
        "provider_name": PUBLISHER,
        "provider_url": each.site,
        "cache_age": CACHE_SECONDS,
        "html": iframe(each.src, each.title, width=width, height=height),
        "width": width,
        "height": height,
    }
    card = each.card
    # A thumbnail has to keep to the limits, too.
    if card is not None and card.width <= most_width and card.height <= most_height:
        members |= {
            "thumbnail_url": card.image,
            "thumbnail_width": card.width,
            "thumbnail_height": card.height,
        }
    return members


def write_json(members: dict[str, object]) -> bytes:
    """Write the answer as JSON."""
    return json.dumps(members, ensure_ascii=False).encode("utf-8")


def write_xml(members: dict[str, object]) -> bytes:
    """Write the answer as XML; signs that XML has no place for are left out."""
    lines = "".join(
        f"<{name}>{escape(_allowed(str(value)))}</{name}>" for name, value in members.items()
    )
    head = '<?xml version="1.0" encoding="utf-8" standalone="yes"?>\n'
    return f"{head}<oembed>{lines}</oembed>\n".encode()


def _allowed(text: str) -> str:
    return "".join(letter for letter in text if letter >= " " or letter in "\t\n\r")
