"""What stands in a pack: findings, figures, pairs, how they came about, how to reply."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from gaptracker.domain.vocabulary import Grade, Label
from gaptracker.publish.api.deps import Shape, View
from gaptracker.publish.api.pair_rows import build_pairs
from gaptracker.publish.api.schemas_pairs import Pair
from gaptracker.publish.api.shelf import Standing
from gaptracker.publish.frozen import FrozenRelease
from gaptracker.publish.pages.findings import finding, reading_rows
from gaptracker.publish.rows import FrozenCell
from gaptracker.publish.sentences.probabilities import probability_words
from gaptracker.publish.texts import Texts, texts_of
from gaptracker.publish.vocabulary.words import grade_words, label_words, outcome_words

PART = "pack"
DEMONSTRATED = (Label.WORDS_AHEAD, Label.DEEDS_AHEAD)


@dataclass(frozen=True, slots=True, kw_only=True)
class PackOrder:
    """What a pack is asked for.

    `first` is the first day of the window to answer, `days` how many it has with that one.
    `contact` is how the publisher is reached, None where nobody said.
    """

    actor: str
    language: str
    first: date
    days: int
    contact: str | None = None

    @property
    def last(self) -> date:
        """Return the last day on which a reply is awaited."""
        return self.first + timedelta(days=self.days - 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldFinding:
    """A demonstrated finding: its newest year in words, and the others in which it stands."""

    heading: str
    sentence: str
    also: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldCell:
    """A cell as a row of a table, every figure written out."""

    heading: str
    name: str
    readings: Sequence[tuple[str, str]]
    sentence: str
    evidence: str
    verdict: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldPair:
    """A pair with both records, and what is held of it."""

    heading: str
    pair: Pair
    places: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Pack:
    """A whole pack in one language."""

    order: PackOrder
    view: View
    actor_name: str
    title: str
    window: str
    about: Sequence[str]
    findings: Sequence[ToldFinding]
    cells: Sequence[ToldCell]
    cells_left: str | None
    pairs: Sequence[ToldPair]
    steps: Sequence[str]
    ways: Sequence[str]

    @property
    def texts(self) -> Texts:
        """Return the texts of packs in the pack's language."""
        return texts_of(PART, self.order.language)


def build_pack(release: FrozenRelease, order: PackOrder) -> Pack:
    """Put a pack together.

    Args:
        release: The release that is to be published.
        order: Whose pack, in which language, for which window.

    Raises:
        UnknownName: If the release knows no such actor.
    """
    actor = release.actor(order.actor)
    view = View(
        standing=Standing(current=release, published={}, refused=None),
        release=release,
        shape=Shape(form="html", language=order.language, pinned=True),
    )
    texts = texts_of(PART, order.language)
    name = view.name_of(actor.names)
    cells = release.cells_of(order.actor).rows()
    newest = _newest(release, cells)
    return Pack(
        order=order,
        view=view,
        actor_name=name,
        title=texts.say("What will be said about {actor}", actor=name),
        window=texts.say(
            "Replies are awaited from {first} to {last} ({days}).",
            first=texts.day(order.first),
            last=texts.day(order.last),
            days=texts.count("{number} day", "{number} days", order.days),
        ),
        about=_about(view, texts),
        findings=_findings(view, texts, cells),
        cells=[_cell(view, texts, cell) for cell in newest],
        cells_left=_left(texts, len(release.scored_themes) - len(newest)),
        pairs=_pairs(view, texts, order.actor),
        steps=_steps(view, texts),
        ways=_ways(texts, order),
    )


def _about(view: View, texts: Texts) -> list[str]:
    manifest = view.release.manifest
    told = texts.say(
        "These are the figures of release {release}, from evidence up to {day}, by methodology "
        "{methodology}. They are frozen: what is replied stands beside them, word for word.",
        release=manifest.release,
        day=texts.day(manifest.as_of),
        methodology=manifest.methodology,
    )
    if not manifest.provisional:
        return [told]
    provisional = texts.say(
        "Provisional: some of the positions in this release were coded by a machine and have not "
        "yet been checked by people."
    )
    return [told, provisional]


def _newest(release: FrozenRelease, cells: Iterable[FrozenCell]) -> list[FrozenCell]:
    """Return the newest cell of grade C or better of each theme, in the order of themes."""
    newest = {cell.theme: cell for cell in cells if cell.grade is not Grade.D}
    return [newest[theme] for theme in release.scored_themes if theme in newest]


def _left(texts: Texts, themes: int) -> str | None:
    if not themes:
        return None
    return texts.count(
        "On {number} theme too little is on record for a figure; cells.csv says why, by year.",
        "On {number} themes too little is on record for a figure; cells.csv says why, by year.",
        themes,
    )


def _findings(view: View, texts: Texts, cells: Sequence[FrozenCell]) -> list[ToldFinding]:
    """Return the demonstrated findings, one for each theme and verdict."""
    found: dict[tuple[str, Label], list[FrozenCell]] = {}
    for cell in cells:
        if cell.label in DEMONSTRATED:
            found.setdefault((cell.theme, cell.label), []).append(cell)
    told = []
    for theme in view.release.scored_themes:
        for label in DEMONSTRATED:
            years = found.get((theme, label), [])
            if years:
                told.append(_finding(view, texts, years))
    return told


def _finding(view: View, texts: Texts, years: Sequence[FrozenCell]) -> ToldFinding:
    newest = max(years, key=lambda cell: cell.year)
    also = [str(cell.year) for cell in years if cell is not newest]
    return ToldFinding(
        heading=_topic(view, texts, newest),
        sentence=f"{finding(newest, view.language)} {_odds(view, texts, newest)}",
        also=texts.say("The same verdict: {years}.", years=", ".join(also)) if also else None,
    )


def _odds(view: View, texts: Texts, cell: FrozenCell) -> str:
    ahead = cell.label is Label.WORDS_AHEAD
    likelihood = cell.p_words_ahead if ahead else cell.p_deeds_ahead
    if likelihood is None:
        raise TypeError(f"a demonstrated gap of {cell.actor} {cell.theme} has no probability")
    labels = view.release.methodology.labels
    return texts.say(
        "Its probability is {share}; {threshold} is asked for. {grade}.",
        share=probability_words(likelihood, (labels.demonstrated, labels.likely), view.language),
        threshold=texts.percent(labels.demonstrated),
        grade=grade_words(cell.grade, view.language),
    )


def _cell(view: View, texts: Texts, cell: FrozenCell) -> ToldCell:
    rows = [
        (row.name, f"{row.points} ({row.interval})" if row.points else row.why or "")
        for row in reading_rows(cell, view.language)
    ]
    evidence = texts.say(
        "{grade}: {statements} and {deeds}.",
        grade=grade_words(cell.grade, view.language),
        statements=texts.count("{number} statement", "{number} statements", cell.n_statements),
        deeds=texts.count(
            "{number} law, act or figure", "{number} laws, acts or figures", cell.n_deeds
        ),
    )
    return ToldCell(
        heading=_topic(view, texts, cell),
        name=f"{cell.theme}/{cell.year}",
        readings=rows,
        sentence=finding(cell, view.language),
        evidence=evidence,
        verdict=label_words(cell.label, view.language),
    )


def _topic(view: View, texts: Texts, cell: FrozenCell) -> str:
    theme = view.name_of(view.release.themes[cell.theme].name)
    return texts.say("{theme}, {year}", theme=theme, year=cell.year)


def _pairs(view: View, texts: Texts, actor: str) -> list[ToldPair]:
    """Return each pair once, in its newest year; by theme, the weightiest first."""
    frame = view.release.pairs_of(actor).frame
    frame = frame.sort("year", descending=True, maintain_order=True)
    built = build_pairs(view, frame.unique("id", keep="first", maintain_order=True))
    order = {theme: place for place, theme in enumerate(view.release.themes)}
    built.sort(key=lambda pair: (order[pair.theme], -abs(pair.contribution_points or 0.0), pair.id))
    return [_pair(view, texts, pair) for pair in built]


def _pair(view: View, texts: Texts, pair: Pair) -> ToldPair:
    theme = view.name_of(view.release.themes[pair.theme].name)
    places = [texts.say("Words at {points} of 100", points=texts.number(pair.statement_points))]
    if pair.deed_points is not None:
        places.append(texts.say("deed at {points}", points=texts.number(pair.deed_points)))
    if pair.contribution_points is not None:
        part = texts.signed(pair.contribution_points, 1)
        places.append(texts.say("part of the gap {points} points", points=part))
    return ToldPair(
        heading=texts.say(
            "{theme}, {year}: {outcome}",
            theme=theme,
            year=pair.year,
            outcome=outcome_words(pair.outcome, view.language),
        ),
        pair=pair,
        places=", ".join(places),
    )


def _steps(view: View, texts: Texts) -> list[str]:
    labels = view.release.methodology.labels
    say = texts.say
    return [
        say(
            "Each statement and each deed is placed on the same ladder of five rungs, from 0 to "
            "100 points."
        ),
        say(
            "“Says” is the weighted mean of the statements: newer, higher and more binding words "
            "weigh more. “Law” and “Does” are those of laws and of practice."
        ),
        say("The gap is what is said minus practice: above zero, words are ahead of deeds."),
        say(
            "Each figure has a 90% interval, from errors of coding, sources and method. A verdict "
            "is demonstrated where its probability is at least {share}.",
            share=texts.percent(labels.demonstrated),
        ),
        say(
            "Evidence is graded from A to D; no gap is printed at D. What is missing is never "
            "counted as zero."
        ),
        say(
            "All rules are in methodology {version}; every weight and every item of a figure can "
            "be asked for.",
            version=view.release.manifest.methodology,
        ),
    ]


def _ways(texts: Texts, order: PackOrder) -> list[str]:
    say = texts.say
    back = (
        say("Send it to {contact}.", contact=order.contact)
        if order.contact
        else say("Send it to whoever sent you this pack.")
    )
    return [
        say(
            "Fill in reply.toml, which comes with this pack, in any language: who replies, in "
            "which office, and the text, 100,000 characters at most."
        ),
        say(
            "Name the cells or pairs that it is about, as they are called here; a reply that names "
            "none is about everything."
        ),
        back,
        say(
            "The reply is published whole, under the name that signs it, beside the figures, with "
            "what is decided on it and why. It cannot be changed later."
        ),
        say("Documents may be named by their address, or come along: their SHA-256 is published."),
    ]
