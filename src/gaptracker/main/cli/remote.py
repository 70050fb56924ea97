"""Figures of a server, for the commands that read a release; no key is ever sent."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, TypeVar

import msgspec

from gaptracker.client import Client, Names, Pair, ProblemRaised, Release, Retries
from gaptracker.client.errors import ClientError, shown
from gaptracker.domain.vocabulary import Reading
from gaptracker.main.cli.errors import NotKnownThere, OutOfReach, RefusedThere
from gaptracker.main.cli.figures import short
from gaptracker.main.cli.listed_runs import ListedRun
from gaptracker.main.cli.pair_blocks import WITHHELD_TEXT, PairTexts, deed_text, said_text
from gaptracker.publish.nearest import require_known
from gaptracker.publish.rows import FrozenCell, FrozenPair

NO_KEY = ""
# A person waits at the keyboard: some seconds for a bad line, not minutes.
PATIENCE = Retries(attempts=4, patience_seconds=30.0)
UNKNOWN = ".unknown"

Row = TypeVar("Row")


@contextmanager
def asking(url: str) -> Iterator[Client]:
    """Open a client without a key, whose errors are told as commands tell theirs.

    Raises:
        NotKnownThere: If the server knows nothing by a name; the message has the nearest.
        RefusedThere: If it refuses for another reason.
        OutOfReach: If it does not answer, or something else does.
    """
    try:
        with Client(url, NO_KEY, retries=PATIENCE) as client:
            yield client
    except ProblemRaised as error:
        told = shown("\n".join(fault.detail for fault in error.errors) or error.detail)
        unknown = any(fault.code.endswith(UNKNOWN) for fault in error.errors)
        raise (NotKnownThere if unknown else RefusedThere)(told) from error
    except ClientError as error:
        raise OutOfReach(str(error)) from error


@contextmanager
def reading_there(url: str, release: str | None) -> Iterator["ReleaseThere"]:
    """Open a release of a server: the one that is asked for, or else its newest for good.

    Raises:
        UnknownName: If there is no such release; it carries the nearest.
    """
    with asking(url) as client:
        yield ReleaseThere(client, found_release(client, release))


def runs_there(url: str) -> list[ListedRun]:
    """Return the releases of a server, the newest first; failed runs are not published.

    Raises:
        OutOfReach: If the server does not answer, or something else answers.
    """
    with asking(url) as client:
        listed = client.releases()
        details = [client.release(each.id) for each in listed]
        return [
            ListedRun(
                release=each.id,
                number=each.number,
                state=each.state,
                current=each.id == listed.release,
                content_sha256=each.content_sha256,
                evidence_sha256=each.provenance.get("evidence_sha256"),
                previous=None,
                warnings=tuple(check.name for check in each.compared if not check.passed),
            )
            for each in details
        ]


def found_release(client: Client, release: str | None) -> Release:
    """Return a release of a server; the current one if None.

    Raises:
        UnknownName: If there is none of this id; it carries the nearest.
    """
    listed = client.releases()
    known = {each.id: each for each in listed}
    return known[require_known("release", release or listed.release, dict.fromkeys(known, ()))]


class ReleaseThere:
    """A release of a server; all that is asked of it is of this one release."""

    def __init__(self, client: Client, release: Release) -> None:
        """Ask for what the release covers: its actors and themes."""
        self._client = client
        self.id = release.id
        self.years = range(release.first_year, release.last_year + 1)
        actors, themes = client.actors(release=self.id), client.themes(release=self.id)
        self.notice = actors.meta.notice
        self._actors = {each.code: each.names for each in actors}
        self._themes = {each.id: each.names for each in themes if each.has_deeds}
        self.themes = tuple(self._themes)
        self._texts: dict[tuple[str, int], PairTexts] = {}

    def named_actor(self, given: str) -> str:
        """Return the code of an actor as a person typed it."""
        upper = given.strip().upper()
        known = {code: _spellings(names) for code, names in self._actors.items()}
        return require_known("actor", upper if upper in known else given, known)

    def named_theme(self, given: str) -> str:
        """Return the id of a theme as a person typed it."""
        name = given.strip().lower().replace("-", "_")
        known = {theme: _spellings(names) for theme, names in self._themes.items()}
        return require_known("theme", name if name in known else given, known)

    def name_of(self, actor: str) -> str:
        """Return an actor's name in English."""
        return self._actors[actor].en

    def cells(self, actor: str, theme: str | None, years: range) -> list[FrozenCell]:
        """Return an actor's cells of every grade, of one theme or all."""
        found = self._client.gaps(
            actor=actor, theme=theme, year=years, min_grade="D", release=self.id
        )
        return [row_of(each, FrozenCell) for each in found.to_dicts()]

    def pairs(
        self, actor: str, theme: str | None, years: range, *, reading: Reading | None
    ) -> list[FrozenPair]:
        """Return an actor's pairs, of one theme or all and one reading or all."""
        found = self._client.pairs(
            actor=actor,
            theme=theme,
            year=years,
            reading=reading.value if reading else None,
            release=self.id,
        )
        self._texts |= {(each.id, each.year): _texts_of(each) for each in found}
        return [row_of(_flat(each), FrozenPair) for each in found.to_dicts()]

    def texts_of(self, pair: FrozenPair) -> PairTexts:
        """Return what was said and done in words."""
        return self._texts[pair.id, pair.year]


def _spellings(names: Names) -> tuple[str, ...]:
    return tuple(each for each in (names.en, names.es, names.pt) if each)


# `Any`: JSON, whose members are checked here.
def row_of(document: Mapping[str, Any], kind: type[Row]) -> Row:
    """Read what the API gave as the value that this program has for it.

    Raises:
        OutOfReach: If it has members that this program does not know the meaning of.
    """
    try:
        return msgspec.convert(document, type=kind)
    except msgspec.ValidationError as error:
        raise OutOfReach(
            f"the server gives figures that this version cannot read ({error}); update gaptracker"
        ) from error


def _flat(pair: Mapping[str, Any]) -> dict[str, Any]:
    """Return a pair with the ids of its records in place of the records."""
    deed = pair["deed"]
    return {
        **pair,
        "statement": pair["statement"]["id"],
        "deed": deed and deed["id"],
        "deed_kind": deed and deed["kind"],
    }


def _texts_of(pair: Pair) -> PairTexts:
    said, did = pair.statement, pair.deed
    words = said_text(
        by=None if said.actor == pair.actor else said.actor,
        said_on=said.said_on,
        forum=said.forum,
        words=said.paraphrase or said.excerpt,
    )
    if did is None:
        return PairTexts(said=words, did=None)
    if did.kind == "measure":
        return PairTexts(said=words, did=deed_text(did.title, since=did.dated))
    value = did.category if did.value is None else short(did.value)
    if did.withheld is not None:
        value = WITHHELD_TEXT
    return PairTexts(said=words, did=deed_text(did.title, period=did.dated, value=value))
