"""What every page is built from: the view, the site, and whether a newer release exists."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from html import escape

from gaptracker.publish.addresses import CITE_PATH, address
from gaptracker.publish.api.deps import View
from gaptracker.publish.citations.styles import STYLES, write_text
from gaptracker.publish.citations.works import Work
from gaptracker.publish.frozen import FrozenRelease
from gaptracker.publish.pages.frame import Newer, Place
from gaptracker.publish.pages.words import PART
from gaptracker.publish.texts import Texts, texts_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A request for a page.

    `place` is the page's own; `release` the id that its address names, None for the newest.
    """

    view: View
    place: Place
    release: str | None

    @property
    def language(self) -> str:
        """Return the language of the page."""
        return self.view.language

    @property
    def texts(self) -> Texts:
        """Return the texts of pages in the page's language."""
        return texts_of(PART, self.language)

    @property
    def site(self) -> str:
        """Return the address of the site."""
        return self.place.site

    def actor_name(self, code: str) -> str:
        """Return an actor's name in the page's language."""
        return self.view.name_of(self.view.release.actors[code].names)

    def theme_name(self, theme: str) -> str:
        """Return a theme's name in the page's language."""
        return self.view.name_of(self.view.release.themes[theme].name)

    def pinned(self, path: str, **parameters: object) -> str:
        """Return an address of ours that is pinned to the page's release and language."""
        given = {**parameters, "release": self.view.release.id, "lang": self.language}
        return address(path, given)

    def newer(
        self, figure: Callable[[FrozenRelease], str | None], *, path: str | None = None
    ) -> Newer | None:
        """Return the newest release if it is newer than the page's.

        Args:
            figure: Says what the newest release has in place of the page's figure.
            path: The page that shows it; this page's own if left out.
        """
        current = self.view.standing.current
        if current is None or current.entry.number <= self.view.release.entry.number:
            return None
        return Newer(
            release=current.id,
            link=replace(self.place, path=path or self.place.path).at(
                release=None, lang=self.language
            ),
            figure=figure(current),
        )


def citations_of(work: Work) -> Mapping[str, str]:
    """Return a work's citation in each style."""
    return {name: write(work).rstrip("\n") for name, write in STYLES.items()}


def short_citation(work: Work) -> str:
    """Return a work's citation as text without its address, which stands beside it as a link."""
    return write_text(work).rstrip().removesuffix(work.url).rstrip()


def cite_link(asked: Asked, **named: object) -> str:
    """Return where the citation is given as a file, without the style."""
    return asked.pinned(CITE_PATH, **named)


def iframe(src: str, title: str, *, height: int, width: int | str = "100%") -> str:
    """Return the code that shows an embed in another's page; it takes no script and no style.

    Examples:
        >>> iframe("https://example.org/embed/map?year=2022", 'A "map"', height=400)
        '<iframe src="https://example.org/embed/map?year=2022" title="A &quot;map&quot;" \
width="100%" height="400" loading="lazy" frameborder="0"></iframe>'
    """
    attributes = {"src": src, "title": title, "width": width, "height": height}
    written = " ".join(f'{name}="{escape(str(value))}"' for name, value in attributes.items())
    return f'<iframe {written} loading="lazy" frameborder="0"></iframe>'
