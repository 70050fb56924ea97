"""What a submission may refer to: actors, themes, indicators and records its caller read."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from string import ascii_uppercase, digits

from gaptracker.domain.actors import Actor
from gaptracker.domain.methodology import Goalposts, Methodology
from gaptracker.domain.vocabulary import Scale
from gaptracker.intake.submission_terms import RecordKind

LONGEST_GUESSED = 8
LETTERS = ascii_uppercase + digits + "-"


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownIndicator:
    """What an indicator's figures may be: its categories, or numbers from `lowest` upwards."""

    categories: frozenset[str] | None = None
    lowest: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """Everything that names in a submission are held against.

    `actors` holds codes, `codes_by_name` maps a folded name in any language to its code;
    `records` maps the id of one of our records to its kind. `today` is the last day of which
    anybody can tell what was said or seen.
    """

    actors: frozenset[str]
    codes_by_name: Mapping[str, str]
    themes: frozenset[str]
    indicators: Mapping[str, KnownIndicator]
    records: Mapping[str, RecordKind]
    today: date

    def nearest_actor(self, came: str) -> str | None:
        """Return the code that was probably meant: by name, or one letter away.

        Of several, the one that shares the longest beginning. Looked up and not compared with
        each code, so that ten thousand wrong lines cost little more than ten thousand right ones.
        """
        named = self.codes_by_name.get(came.strip().casefold())
        if named or len(came) > LONGEST_GUESSED:
            return named
        code = came.upper()
        near = {each for each in _one_letter_away(code) if each in self.actors}
        return min(near, key=lambda each: (-_shared(each, code), each), default=None)


def known_of(
    methodology: Methodology,
    actors: Iterable[Actor],
    records: Mapping[str, RecordKind],
    *,
    today: date,
) -> Known:
    """Return what is known under a methodology, with the actors and records of the database."""
    listed = tuple(actors)
    return Known(
        actors=frozenset(each.code for each in listed),
        codes_by_name={
            name.casefold(): each.code for each in listed for name in each.names.values()
        },
        themes=frozenset(methodology.themes),
        indicators={
            name: _known_indicator(each.goalposts) for name, each in methodology.indicators.items()
        },
        records=records,
        today=today,
    )


def _known_indicator(goalposts: Goalposts) -> KnownIndicator:
    if goalposts.categories is not None:
        return KnownIndicator(categories=frozenset(goalposts.categories))
    if goalposts.steps:
        return KnownIndicator(lowest=goalposts.steps[0][0])
    return KnownIndicator(lowest=0.0 if goalposts.scale is Scale.LOG1P else None)


def _one_letter_away(code: str) -> Iterator[str]:
    yield code
    for place in range(len(code) + 1):
        head, tail = code[:place], code[place:]
        yield head + tail[1:]
        yield head + tail[1:2] + tail[:1] + tail[2:]
        for letter in LETTERS:
            yield head + letter + tail[1:]
            yield head + letter + tail


def _shared(one: str, other: str) -> int:
    """Return how many letters two codes share at their beginning."""
    return next(
        (place for place, (a, b) in enumerate(zip(one, other, strict=False)) if a != b),
        min(len(one), len(other)),
    )
