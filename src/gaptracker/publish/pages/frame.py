"""What surrounds a page: its head, its cards, its languages, its release."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from gaptracker.domain.results import Manifest
from gaptracker.publish.addresses import address
from gaptracker.publish.texts import LANGUAGES

LANGUAGE_NAMES = {"en": "English", "es": "Español", "pt": "Português"}
LOCALES = {"en": "en_GB", "es": "es_ES", "pt": "pt_BR"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a page stands: its path, and the parameters that decide what is on it.

    `site` is the address of the site without a slash at its end.
    """

    site: str
    path: str
    parameters: Mapping[str, object]
    language: str

    def at(self, **changed: object) -> str:
        """Return the page's own address with some parameters changed; None leaves one out."""
        return address(self.path, {**self.parameters, **changed})

    def in_language(self, language: str) -> str:
        """Return the address of the page in another language."""
        return self.at(lang=language)

    def absolute(self, path: str) -> str:
        """Return an address of ours with the site before it."""
        return self.site + path


@dataclass(frozen=True, slots=True, kw_only=True)
class Newer:
    """A newer release than the one that a page is pinned to.

    `figure` says what it shows in place of this page's figure; None where the page has none.
    """

    release: str
    link: str
    figure: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """The picture that others show beside a link to a page."""

    image: str
    alt: str
    width: int = 1200
    height: int = 630


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """The head and foot of a page.

    `oembed` is the absolute address that oEmbed is asked for; None where a page is not embedded.
    `follow` narrows the feed that the page leads to: to an actor and theme, or to nothing.
    """

    title: str
    description: str
    place: Place
    manifest: Manifest | None
    newer: Newer | None = None
    card: Card | None = None
    oembed: str | None = None
    linked_data: tuple[Mapping[str, object], ...] = ()
    scripts: tuple[str, ...] = ()
    follow: Mapping[str, str] = field(default_factory=dict)

    @property
    def feed(self) -> str:
        """Return the address of the feed that tells what changes on this page."""
        return address("/feed.atom", {**self.follow, "lang": self.place.language})

    @property
    def languages(self) -> tuple[tuple[str, str, str], ...]:
        """Return tag, name and address of the page in each language."""
        return tuple((tag, LANGUAGE_NAMES[tag], self.place.in_language(tag)) for tag in LANGUAGES)

    @property
    def locale(self) -> str:
        """Return the language as Open Graph names it."""
        return LOCALES[self.place.language]

    @property
    def canonical(self) -> str:
        """Return the absolute address under which search engines keep the page."""
        lang = None if self.place.language == "en" else self.place.language
        return self.place.absolute(self.place.at(lang=lang, release=None))

    @property
    def permanent(self) -> str:
        """Return the absolute address that always shows the figures of this release."""
        release = self.manifest.release if self.manifest else None
        lang = None if self.place.language == "en" else self.place.language
        return self.place.absolute(self.place.at(lang=lang, release=release))
