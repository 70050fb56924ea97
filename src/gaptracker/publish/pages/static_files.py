"""The site's own style and script, under names that hold a hash of their bytes."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources

STATIC_PATH = "/static"
HASH_DIGITS = 12
NAMES = ("style.css", "charts.js", "icon.svg")
MEDIA_TYPES = {
    "css": "text/css; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "svg": "image/svg+xml",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class StaticFile:
    """A file whose address changes with its bytes, so that it may be kept for ever."""

    name: str
    content: bytes

    @property
    def hashed_name(self) -> str:
        """Return the name that its address ends in, as `style.0123456789ab.css`."""
        stem, _, ending = self.name.rpartition(".")
        return f"{stem}.{hashlib.sha256(self.content).hexdigest()[:HASH_DIGITS]}.{ending}"

    @property
    def address(self) -> str:
        """Return its address."""
        return f"{STATIC_PATH}/{self.hashed_name}"

    @property
    def media_type(self) -> str:
        """Return its media type."""
        return MEDIA_TYPES[self.name.rpartition(".")[2]]


@cache
def static_file(name: str) -> StaticFile:
    """Return one of the files that come with the package."""
    place = resources.files("gaptracker.publish.pages") / "static" / name
    return StaticFile(name=name, content=place.read_bytes())


@cache
def static_files() -> Mapping[str, StaticFile]:
    """Return all files by the names that their addresses end in."""
    return {each.hashed_name: each for each in map(static_file, NAMES)}
