"""A feed as bytes: Atom (RFC 4287) and JSON Feed 1.1."""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from xml.etree import ElementTree as ET

from gaptracker.publish.addresses import RELEASES_PAGE
from gaptracker.publish.api.release_names import LATEST
from gaptracker.publish.feeds.entries import FeedEntry

ATOM = "http://www.w3.org/2005/Atom"
ATOM_MEDIA_TYPE = "application/atom+xml; charset=utf-8"
JSON_FEED_VERSION = "https://jsonfeed.org/version/1.1"
JSON_FEED_MEDIA_TYPE = "application/feed+json; charset=utf-8"
AUTHOR = "GapTracker"
# Where somebody is led who opens the feed itself: a page, and no table for programs.
NEWEST_PAGE = f"{RELEASES_PAGE}/{LATEST}"
# XML 1.0 has no place for these, whatever is written for them.
NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """A feed of one question; `site`, without a slash at its end, is put before every page.

    `query` is what stands behind `?` in the feed's own addresses, empty for all entries.
    """

    id: str
    title: str
    language: str
    site: str
    query: str
    entries: Sequence[FeedEntry]

    def address(self, name: str) -> str:
        """Return the feed's own address in one of its forms."""
        return f"{self.site}/{name}" + (f"?{self.query}" if self.query else "")


def write_atom(feed: Feed) -> bytes:
    """Write a feed as Atom; one without entries was last updated at the beginning of time."""
    root = ET.Element("feed", {"xmlns": ATOM, "xml:lang": feed.language})
    _text(root, "id", feed.id)
    _text(root, "title", feed.title)
    moments = [entry.at for entry in feed.entries]
    _text(root, "updated", _written(max(moments, default=datetime.fromtimestamp(0, UTC))))
    _text(ET.SubElement(root, "author"), "name", AUTHOR)
    own = {"rel": "self", "type": "application/atom+xml", "href": feed.address("feed.atom")}
    ET.SubElement(root, "link", own)
    ET.SubElement(root, "link", {"rel": "alternate", "href": feed.site + NEWEST_PAGE})
    for entry in feed.entries:
        _entry(root, entry, feed.site)
    written: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return written


def write_json_feed(feed: Feed) -> bytes:
    """Write a feed as JSON Feed; what it has no member for stands under `_gaptracker`."""
    document = {
        "version": JSON_FEED_VERSION,
        "title": feed.title,
        "home_page_url": feed.site + NEWEST_PAGE,
        "feed_url": feed.address("feed.json"),
        "language": feed.language,
        "authors": [{"name": AUTHOR}],
        "items": [_item(entry, feed.site) for entry in feed.entries],
    }
    return json.dumps(document, ensure_ascii=False, indent=1).encode("utf-8")


def _item(entry: FeedEntry, site: str) -> dict[str, object]:
    item: dict[str, object] = {
        "id": entry.id,
        "url": f"{site}{entry.page}",
        "title": entry.title,
        "content_text": entry.summary,
        "date_published": _written(entry.at),
        "tags": _tags(entry),
    }
    own: dict[str, object] = {
        "about": f"{site}/docs",
        "kind": entry.kind.value,
        "release": entry.release,
        "actor": entry.actor,
        "theme": entry.theme,
    }
    if entry.files:
        own["files"] = [
            {"name": file.name, "sha256": file.sha256, "url": file.url} for file in entry.files
        ]
    attached = [
        {"url": file.url, "mime_type": file.media_type, "size_in_bytes": file.size_bytes}
        for file in entry.files
        if file.url is not None
    ]
    if attached:
        item["attachments"] = attached
    return {**item, "_gaptracker": own}


def _entry(root: ET.Element, entry: FeedEntry, site: str) -> None:
    element = ET.SubElement(root, "entry")
    _text(element, "id", entry.id)
    _text(element, "title", entry.title)
    _text(element, "updated", _written(entry.at))
    ET.SubElement(element, "link", {"rel": "alternate", "href": f"{site}{entry.page}"})
    for file in entry.files:
        if file.url is not None:
            enclosed = {"href": file.url, "type": file.media_type, "length": str(file.size_bytes)}
            ET.SubElement(element, "link", {"rel": "enclosure", **enclosed})
    for tag in _tags(entry):
        ET.SubElement(element, "category", {"term": NOT_XML.sub("\ufffd", tag)})
    _text(element, "summary", entry.summary)


def _text(parent: ET.Element, name: str, text: str) -> None:
    ET.SubElement(parent, name).text = NOT_XML.sub("\ufffd", text)


def _tags(entry: FeedEntry) -> list[str]:
    return [entry.kind.value, *(part for part in (entry.actor, entry.theme) if part)]


def _written(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
