"""How a page shows itself elsewhere: the picture of a card, and where oEmbed describes it."""

from collections.abc import Mapping

from gaptracker.publish.addresses import OEMBED_PATH, address, picture
from gaptracker.publish.pages.asked import Asked
from gaptracker.publish.pages.frame import Card


def card_of(asked: Asked, chart: str, named: Mapping[str, object], *, alt: str) -> Card:
    """Return the picture that others show beside a link to the page."""
    given = {**named, "lang": asked.language, "release": asked.view.release.id}
    return Card(image=asked.site + picture(chart, "png", **given, size="card"), alt=alt)


def oembed_address(asked: Asked) -> str:
    """Return the absolute address at which oEmbed describes the page, without its format."""
    own = asked.place.at(release=asked.view.release.id, lang=asked.language)
    return asked.site + address(OEMBED_PATH, {"url": asked.site + own})
