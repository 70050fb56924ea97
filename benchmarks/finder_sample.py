"""How well the finder does on the hand-marked sample, and a search for one word beside it.

`benchmarks/data/README.md` has the rule of marking and says where the paragraphs are from.
"""

import csv
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import sqrt
from pathlib import Path

from gaptracker.intake.speech_finder import Candidate, Finder, fold, packaged_finder

SAMPLE = Path(__file__).parent / "data" / "speech_paragraphs.csv"
# Two sides of 2.5 % each.
Z95 = 1.959963984540054
PARTS = ("development", "held_out")
# What somebody would type who looks for such paragraphs without lists.
ONE_WORD = {"en": "drug", "es": "droga", "pt": "droga", "fr": "drogue"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Marked:
    """A paragraph as a person marked it."""

    id: str
    language: str
    origin: str
    kind: str
    part: str
    on_drugs: bool
    themes: frozenset[str]
    text: str
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Rates:
    """Right ones among those found, and found ones among those that are right, as counts."""

    hits: int
    found: int
    marked: int


Interval = tuple[float, float]
# What is asked of a paragraph: whether it is there by the mark, and whether by a search.
Question = Callable[[Marked], tuple[bool, bool]]


def read_sample() -> tuple[Marked, ...]:
    """Read the sample."""
    with SAMPLE.open(encoding="utf-8", newline="") as file:
        return tuple(
            Marked(
                id=row["id"],
                language=row["language"],
                origin=row["origin"],
                kind=row["kind"],
                part=row["part"],
                on_drugs=row["on_drugs"] == "true",
                themes=frozenset(filter(None, row["themes"].split(";"))),
                text=row["text"],
                source=row["source"],
            )
            for row in csv.DictReader(file)
        )


def wilson(hits: int, of: int) -> Interval:
    """Return the 95 % interval of Wilson (1927) for a share; (0, 1) where nothing was counted."""
    if of == 0:
        return (0.0, 1.0)
    share, square = hits / of, Z95 * Z95
    centre = (share + square / (2 * of)) / (1 + square / of)
    half = Z95 * sqrt(share * (1 - share) / of + square / (4 * of * of)) / (1 + square / of)
    return (max(0.0, centre - half), min(1.0, centre + half))


def rates(sample: Iterable[Marked], question: Question) -> Rates:
    """Count what a search gets right in a sample."""
    answers = [question(each) for each in sample]
    return Rates(
        hits=sum(marked and found for marked, found in answers),
        found=sum(found for _, found in answers),
        marked=sum(marked for marked, _ in answers),
    )


def on_drugs(finder: Finder) -> Question:
    """Ask whether a paragraph is on drugs."""
    return lambda each: (each.on_drugs, any(c.is_on_drugs for c in _search(finder, each)))


def for_coders(finder: Finder) -> Question:
    """Ask whether coders should see a paragraph at all: on drugs, or with a theme alone."""
    return lambda each: (each.on_drugs or bool(each.themes), bool(_search(finder, each)))


def theme(finder: Finder, name: str) -> Question:
    """Ask whether a theme is one of a paragraph's."""
    return lambda each: (name in each.themes, any(name in c.themes for c in _search(finder, each)))


def one_word(each: Marked) -> tuple[bool, bool]:
    """Ask a search for one word of each language, as the beginning of words, about drugs."""
    return each.on_drugs, bool(re.search(rf"\b{ONE_WORD[each.language]}", fold(each.text)))


def report(sample: Sequence[Marked]) -> Iterator[str]:
    """Yield the lines of the report."""
    finder = packaged_finder()
    constructed = [each for each in sample if each.origin == "constructed"]
    corpus = [each for each in sample if each.origin == "corpus"]
    yield f"finder, lists {finder.version}; {len(sample)} paragraphs marked by hand"
    yield f"{'':46}{'precision':>24}{'recall':>24}"
    yield f"constructed by the authors ({len(constructed)}), not drawn from speeches"
    for name, part in _parts(constructed).items():
        yield _line(f"  on drugs, {name}", rates(part, on_drugs(finder)))
        yield _line("    one word (drug, droga, drogue)", rates(part, one_word))
    yield _line("  for coders, all", rates(constructed, for_coders(finder)))
    for kind in ("plain", "hard_positive", "hard_negative", "negative"):
        chosen = [each for each in constructed if each.kind == kind]
        found = rates(chosen, on_drugs(finder)).found
        peer = rates(chosen, one_word).found
        yield f"  {kind}: finder takes {found} of {len(chosen)} as on drugs, one word {peer}"
    for name in finder.themes:
        asked = theme(finder, name)
        yield _line(f"  theme {name}", rates(constructed, asked))
        yield f"    found of those marked: {', '.join(_by_language(constructed, asked))}"
    yield f"drawn from speeches by another search for words ({len(corpus)}): no recall by these"
    yield _line("  on drugs, en", rates(corpus, on_drugs(finder)))
    yield _line("    one word (drug)", rates(corpus, one_word))
    yield _line("  for coders, en", rates(corpus, for_coders(finder)))


def _by_language(sample: Sequence[Marked], question: Question) -> Iterator[str]:
    for language in sorted(ONE_WORD):
        counted = rates([each for each in sample if each.language == language], question)
        wrong = counted.found - counted.hits
        yield f"{language} {counted.hits}/{counted.marked}" + (f" and {wrong} wrong" * bool(wrong))


def _search(finder: Finder, each: Marked) -> tuple[Candidate, ...]:
    return finder.search(each.text)


def _parts(sample: Sequence[Marked]) -> Mapping[str, Sequence[Marked]]:
    languages = {
        name: [each for each in sample if each.language == name] for name in sorted(ONE_WORD)
    }
    parts = {name: [each for each in sample if each.part == name] for name in PARTS}
    return {"all": sample, **parts, **languages}


def _line(name: str, counted: Rates) -> str:
    precision = _share(counted.hits, counted.found)
    return f"{name:46}{precision:>24}{_share(counted.hits, counted.marked):>24}"


def _share(hits: int, of: int) -> str:
    low, high = wilson(hits, of)
    return f"{hits}/{of} {hits / of:.2f} ({low:.2f}-{high:.2f})" if of else "none"
