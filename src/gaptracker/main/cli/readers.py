"""What commands read, whether it lies in the release store here or on a server elsewhere."""

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from typing import Annotated, Protocol

import typer

from gaptracker.domain.records import Measure
from gaptracker.domain.vocabulary import Reading
from gaptracker.main.cli.figures import short
from gaptracker.main.cli.lookup import named_actor, named_theme
from gaptracker.main.cli.pair_blocks import WITHHELD_TEXT, PairTexts, deed_text, said_text
from gaptracker.main.cli.stores import open_release
from gaptracker.publish.frozen import FrozenRelease
from gaptracker.publish.rows import FrozenCell, FrozenPair, ShownObservation

UrlOption = Annotated[
    str | None,
    typer.Option(
        "--url",
        help="Address of a server to read from, as https://gaptracker.example; the release store "
        "of this machine if left out.",
        metavar="URL",
    ),
]


class Reader(Protocol):
    """One release, as commands read it."""

    @property
    def id(self) -> str:
        """The release's id."""

    @property
    def notice(self) -> str:
        """What a reader of it has to know."""

    @property
    def years(self) -> range:
        """The years that it covers."""

    @property
    def themes(self) -> Sequence[str]:
        """The themes that carry a gap, in their order."""

    def named_actor(self, given: str) -> str:
        """Return the code of an actor as a person typed it.

        Raises:
            UnknownName: If there is none; it carries the nearest.
        """

    def named_theme(self, given: str) -> str:
        """Return the id of a theme as a person typed it.

        Raises:
            UnknownName: If there is none; it carries the nearest.
        """

    def name_of(self, actor: str) -> str:
        """Return an actor's name in English."""

    def cells(self, actor: str, theme: str | None, years: range) -> list[FrozenCell]:
        """Return an actor's cells of every grade, of one theme or all."""

    def pairs(
        self, actor: str, theme: str | None, years: range, *, reading: Reading | None
    ) -> list[FrozenPair]:
        """Return an actor's pairs, of one theme or all and one reading or all."""

    def texts_of(self, pair: FrozenPair) -> PairTexts:
        """Return what was said and done in words."""


class ReleaseHere:
    """A release of the store on this machine."""

    def __init__(self, release: FrozenRelease) -> None:
        """Read from a release that is loaded."""
        self._release = release
        self.id = release.id
        self.notice = release.manifest.notice
        self.years = release.years
        self.themes = tuple(release.scored_themes)

    def named_actor(self, given: str) -> str:
        """Return the code of an actor as a person typed it."""
        return named_actor(self._release, given)

    def named_theme(self, given: str) -> str:
        """Return the id of a theme as a person typed it."""
        return named_theme(self._release, given)

    def name_of(self, actor: str) -> str:
        """Return an actor's name in English."""
        return self._release.actor(actor).names["en"]

    def cells(self, actor: str, theme: str | None, years: range) -> list[FrozenCell]:
        """Return an actor's cells of every grade, of one theme or all."""
        return [each for each in self._release.cells_of(actor, theme).rows() if each.year in years]

    def pairs(
        self, actor: str, theme: str | None, years: range, *, reading: Reading | None
    ) -> list[FrozenPair]:
        """Return an actor's pairs, of one theme or all and one reading or all."""
        found = self._release.pairs_of(actor, theme)
        rows = found.where(reading=reading.value if reading else None).rows()
        return [each for each in rows if each.year in years]

    def texts_of(self, pair: FrozenPair) -> PairTexts:
        """Return what was said and done in words."""
        return texts_of(self._release, pair)


def texts_of(release: FrozenRelease, pair: FrozenPair) -> PairTexts:
    """Return what a pair's sides are in words, from a release's records."""
    statement = release.statements.get(pair.statement)
    said = pair.statement
    if statement is not None:
        by = None if statement.actor == pair.actor else statement.actor
        said = said_text(
            by=by,
            said_on=str(statement.said_on),
            forum=statement.forum,
            words=statement.paraphrase or statement.excerpt,
        )
    return PairTexts(said=said, did=pair.deed and _did(release, pair.deed))


def _did(release: FrozenRelease, name: str) -> str:
    match release.deed(name):
        case Measure(title=title, in_force=period):
            return deed_text(title, since=str(period.start) if period.start else None)
        case ShownObservation() as observation:
            indicator = release.methodology.indicator(observation.indicator)
            value = observation.category
            if observation.value is not None:
                value = short(observation.value)
            if observation.withheld is not None:
                value = WITHHELD_TEXT
            return deed_text(indicator.name["en"], period=str(observation.period), value=value)
        case None:
            return name


def open_reader(url: str | None, release: str | None) -> AbstractContextManager[Reader]:
    """Open a release for a command: here, or on a server.

    Args:
        url: The server's address; None for the release store of this machine.
        release: The release's id; the current one if None.

    Raises:
        UnknownName: If there is no such release.
        OutOfReach: If the server does not answer, or something else answers.
    """
    if url is None:
        return _reading_here(release)
    # httpx takes a tenth of a second to import, which readers of this machine's store need not.
    from gaptracker.main.cli.remote import reading_there  # noqa: PLC0415

    return reading_there(url, release)


@contextmanager
def _reading_here(release: str | None) -> Iterator[Reader]:
    yield ReleaseHere(open_release(release))
