"""What a feed tells of releases: one entry for each, its demonstrated changes and corrections."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time
from enum import StrEnum
from uuid import NAMESPACE_URL, uuid5

from gaptracker.domain.actors import Actor
from gaptracker.domain.methodology import Theme
from gaptracker.domain.vocabulary import Grade, Label
from gaptracker.publish.api.deps import address, path_part
from gaptracker.publish.api.shelf import Published
from gaptracker.publish.sentences.probabilities import probability_words
from gaptracker.publish.texts import Texts, texts_of
from gaptracker.publish.vocabulary.words import cause_words, grade_words, label_words
from gaptracker.release.difference import CellFigures
from gaptracker.workflows.release_changes import (
    CorrectedEvidence,
    DemonstratedChange,
    ReleaseChanges,
)

PART = "feeds"
# Stands among topics for every actor, or for every theme.
ANY = "*"


class EntryKind(StrEnum):
    """What an entry is about; an erratum of a release is a correction, too."""

    RELEASE = "release"
    CHANGE = "change"
    CORRECTION = "correction"
    REPLY = "reply"
    REPORT = "report"


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedFile:
    """A file that an entry tells of; `url` is None where it has no public address."""

    name: str
    sha256: str
    size_bytes: int
    media_type: str
    url: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedEntry:
    """One thing to tell; `id` is the same on every server and in every language.

    `page` is an address on this server, without its host. `actor` and `theme` are None for a
    release, which is about all of them. `topics` holds actors with themes where an entry is about
    several.
    """

    id: str
    kind: EntryKind
    title: str
    summary: str
    page: str
    at: datetime
    release: str
    actor: str | None
    theme: str | None
    topics: frozenset[tuple[str, str]] = frozenset()
    files: tuple[FeedFile, ...] = ()

    def is_about(self, actors: frozenset[str] | None, themes: frozenset[str] | None) -> bool:
        """Say whether it is about one of some actors and one of some themes; None for any."""
        return any(
            (actors is None or actor == ANY or actor in actors)
            and (themes is None or theme == ANY or theme in themes)
            for actor, theme in self.topics or {(self.actor, self.theme)}
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A published release, and what it changed; None where that was not written down."""

    published: Published
    changes: ReleaseChanges | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """The names by which actors and themes are called, and the language they are told in.

    `threshold` is the probability from which a change is demonstrated.
    """

    actors: Mapping[str, Actor]
    themes: Mapping[str, Theme]
    language: str
    threshold: float

    @property
    def texts(self) -> Texts:
        """Return the feeds' texts."""
        return texts_of(PART, self.language)

    def actor_name(self, code: str) -> str:
        """Return an actor's name, its code where it is an older release's."""
        return self._name(self.actors[code].names if code in self.actors else {}, code)

    def theme_name(self, name: str) -> str:
        """Return a theme's name, its id where it is an older release's."""
        return self._name(self.themes[name].name if name in self.themes else {}, name)

    def topic(self, actor: str, theme: str) -> str:
        """Return an actor and theme by their names."""
        return f"{self.actor_name(actor)}, {self.theme_name(theme)}"

    def _name(self, names: Mapping[str, str], otherwise: str) -> str:
        return names.get(self.language) or names.get("en") or otherwise


def entries_of(told: Sequence[Told], known: Known) -> Iterator[FeedEntry]:
    """Yield every entry, the newest release first; of one release, itself first."""
    for each in told:
        yield _release(each.published, known)
        if each.changes is not None:
            for change in each.changes.demonstrated:
                yield _change(each, change, known)
            for corrected in each.changes.corrected:
                yield _correction(each, corrected, known)


def _release(published: Published, known: Known) -> FeedEntry:
    manifest, say = published.manifest, known.texts.say
    day = known.texts.day(manifest.as_of)
    summary = say(
        "{cells} cells with a figure, from evidence up to {day}, by methodology {methodology}.",
        cells=known.texts.number(manifest.counts["cells_with_gap"]),
        day=day,
        methodology=manifest.methodology,
    )
    return FeedEntry(
        id=_id(published, EntryKind.RELEASE),
        kind=EntryKind.RELEASE,
        title=say("Release {release}", release=manifest.release),
        summary=" ".join((summary, *provisional_words(published, known))),
        page=f"/releases/{path_part(manifest.release)}",
        at=_moment(published),
        release=manifest.release,
        actor=None,
        theme=None,
    )


def _change(told: Told, change: DemonstratedChange, known: Known) -> FeedEntry:
    say = known.texts.say
    title = say(
        "{topic}, {year}: the gap moved from {old} to {new} points",
        topic=known.topic(change.actor, change.theme),
        year=change.year,
        old=_signed(change.old.gap, known),
        new=_signed(change.new.gap, known),
    )
    summary = [
        say(
            "Now {interval}; {label}; evidence {grade}.",
            interval=_interval(change.new, known),
            label=label_words(Label(change.new.label), known.language),
            grade=grade_words(Grade(change.new.grade), known.language),
        ),
        say(
            "Before: {interval}. The probability that the gap really moved this way is {share}.",
            interval=_interval(change.old, known),
            share=probability_words(
                max(change.p_higher, 1 - change.p_higher), (known.threshold,), known.language
            ),
        ),
        say(
            "Cause: {causes}.",
            causes=known.texts.all_of(
                [cause_words(each, known.language) for each in change.causes]
            ),
        ),
    ]
    if len(change.years) > 1:
        summary.append(say("Years that moved: {years}.", years=", ".join(map(str, change.years))))
    if change.submissions:
        summary.append(
            say("Submissions: {submissions}.", submissions=", ".join(change.submissions))
        )
    summary += provisional_words(told.published, known)
    return FeedEntry(
        id=_id(told.published, EntryKind.CHANGE, change.actor, change.theme),
        kind=EntryKind.CHANGE,
        title=title,
        summary=" ".join(summary),
        page=address(
            f"/cells/{path_part(change.actor)}/{path_part(change.theme)}/{change.year}",
            {"release": told.published.entry.id},
        ),
        at=_moment(told.published),
        release=told.published.entry.id,
        actor=change.actor,
        theme=change.theme,
    )


def _correction(told: Told, corrected: CorrectedEvidence, known: Known) -> FeedEntry:
    texts = known.texts
    summary = [
        texts.count(
            "{number} item of evidence reads otherwise than before and moved a figure: {items}.",
            "{number} items of evidence read otherwise than before and moved a figure: {items}.",
            len(corrected.items),
            items=", ".join(corrected.items),
        ),
        texts.say("Years that moved: {years}.", years=", ".join(map(str, corrected.years))),
        texts.say("The change is larger than its uncertainty.")
        if corrected.demonstrated
        else texts.say("Before and after cannot be told apart."),
        *provisional_words(told.published, known),
    ]
    release = told.published.entry.id
    previous = told.changes.previous if told.changes else None
    return FeedEntry(
        id=_id(told.published, EntryKind.CORRECTION, corrected.actor, corrected.theme),
        kind=EntryKind.CORRECTION,
        title=texts.say(
            "{topic}: evidence was corrected",
            topic=known.topic(corrected.actor, corrected.theme),
        ),
        summary=" ".join(summary),
        page=address(
            f"/v1/releases/{path_part(release)}/diff",
            {"from": previous, "actor": corrected.actor, "theme": corrected.theme},
        ),
        at=_moment(told.published),
        release=release,
        actor=corrected.actor,
        theme=corrected.theme,
    )


def provisional_words(published: Published, known: Known) -> tuple[str, ...]:
    """Return that a release is provisional: an entry is quoted alone, so each says so."""
    if not published.manifest.provisional:
        return ()
    say = known.texts.say
    return (say("Provisional: it rests on machine codings not yet checked by people."),)


def _interval(figures: CellFigures, known: Known) -> str:
    return known.texts.say(
        "{gap} points (90% interval {low} to {high})",
        gap=_signed(figures.gap, known),
        low=_signed(figures.gap_low, known),
        high=_signed(figures.gap_high, known),
    )


def _signed(points: float | None, known: Known) -> str:
    if points is None:
        raise TypeError("a demonstrated change has both gaps and their intervals")
    return known.texts.signed(points, 1)


def _id(published: Published, *parts: str) -> str:
    name = "/".join((published.entry.content_sha256, *parts))
    return uuid5(NAMESPACE_URL, name).urn


def _moment(published: Published) -> datetime:
    """Return when a release was kept; older ones only know the last day of their evidence."""
    kept = published.entry.kept_at
    if kept is not None:
        return datetime.fromisoformat(kept)
    return datetime.combine(published.manifest.as_of, time(), UTC)
