"""Finds paragraphs on drug policy in speeches, and proposes themes by the words that led to them.

What it proposes is a machine's and is for coders to look at: it is no coding, and no reading of
what was said. No score is ever made of it.
"""

import re
import tomllib
import unicodedata
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from statistics import median

LANGUAGES = ("en", "es", "pt", "fr")
# A text of shorter lines is broken at the edge of a page, not at the end of paragraphs.
SHORTEST_PARAGRAPH_LINE = 100
# A line that ends so far from the edge ends a paragraph.
SHORT_LINE_SHARE = 0.75
FEWEST_BLANK_LINES = 3
_BLANK_LINE = re.compile(r"\n[ \t\u00a0]*\n")
_NUMBERED = re.compile(r"^\s*\d{1,3}\.\s")
_ENDS = re.compile(r"[.!?:][\"')\u201d\u2019]*$")
_WORD = re.compile(r"\w+")
_FIRST_WORD = re.compile(r"(\w+)(\*?)")
_APOSTROPHES = str.maketrans({"\u2019": "'", "\u2018": "'", "\u2010": " ", "\u2011": " "})


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """A term that was found, in the language whose list has it."""

    language: str
    term: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A paragraph for coders: where it stands, why it was found, which themes are proposed.

    `terms` led to the paragraph; `themes` names for each proposed theme the terms that did.
    `finder` is the version of the lists: another one may find another paragraph.
    """

    paragraph: int
    text: str
    terms: Sequence[Term]
    themes: Mapping[str, Sequence[Term]]
    finder: str

    @property
    def is_on_drugs(self) -> bool:
        """Say whether it speaks of drugs, and not of the death penalty alone."""
        return bool(self.terms)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sought:
    """A term, how it is looked for, and its place in the list."""

    term: Term
    pattern: re.Pattern[str]
    place: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Terms:
    """A list of terms by their first words, so that only those are tried that a text could hold.

    `begun` has those whose first word may end in any way, by its first `shortest` letters.
    """

    listed: Sequence[_Sought]
    whole: Mapping[str, Sequence[_Sought]]
    begun: Mapping[str, Sequence[_Sought]]
    shortest: int

    def __iter__(self) -> Iterator[_Sought]:
        return iter(self.listed)

    def likely(self, words: Collection[str]) -> Iterator[_Sought]:
        """Yield the terms whose first word may be among a text's."""
        for word in words:
            yield from self.whole.get(word, ())
        for start in {word[: self.shortest] for word in words}:
            yield from self.begun.get(start, ())


@dataclass(frozen=True, slots=True, kw_only=True)
class Finder:
    """The lists of terms, ready to search with."""

    version: str
    drugs: _Terms
    excluded: _Terms
    themes: Mapping[str, _Terms]
    alone: frozenset[str]

    def search(self, text: str) -> tuple[Candidate, ...]:
        """Return the paragraphs of a text on drug policy or the death penalty, in their order."""
        return tuple(self._candidates(paragraphs(text)))

    def _candidates(self, parts: Sequence[str]) -> Iterator[Candidate]:
        for number, part in enumerate(parts, start=1):
            folded = fold(part)
            words = frozenset(_WORD.findall(folded))
            terms = self._drug_terms(folded, words)
            themes = {
                theme: found
                for theme, sought in self.themes.items()
                if (terms or theme in self.alone) and (found := _found(sought, folded, words))
            }
            if terms or themes:
                yield Candidate(
                    paragraph=number, text=part, terms=terms, themes=themes, finder=self.version
                )

    def _drug_terms(self, folded: str, words: Collection[str]) -> tuple[Term, ...]:
        found = _found(self.drugs, folded, words)
        if not found:
            return ()
        for sought in sorted(self.excluded.likely(words), key=lambda each: each.place):
            folded = sought.pattern.sub(" ", folded)
        return _found(self.drugs, folded, words)


def _found(list_of: _Terms, folded: str, words: Collection[str]) -> tuple[Term, ...]:
    """Return each term that a text has, in the order in which it has them."""
    met = [
        (match.start(), sought.place, sought.term)
        for sought in list_of.likely(words)
        if (match := sought.pattern.search(folded))
    ]
    return tuple(term for _, _, term in sorted(met, key=lambda each: each[:2]))


def paragraphs(text: str) -> tuple[str, ...]:
    r"""Cut a text into its paragraphs.

    Records mark them by blank lines, by one line each, or (older ones) by numbers and short last
    lines in a text that is broken at the page's edge.

    Examples:
        >>> paragraphs("One.\n\nTwo,\nstill two.\n\nThree.\n\nFour.")
        ('One.', 'Two, still two.', 'Three.', 'Four.')
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if len(_BLANK_LINE.findall(text)) >= FEWEST_BLANK_LINES:
        parts = _BLANK_LINE.split(text)
    else:
        lines = [line.strip() for line in text.split("\n") if line.strip()]
        typical = median(map(len, lines)) if lines else 0
        parts = lines if typical >= SHORTEST_PARAGRAPH_LINE else list(_unwrapped(lines, typical))
    return tuple(joined for part in parts if (joined := " ".join(part.split())))


def _unwrapped(lines: Sequence[str], typical: float) -> Iterator[str]:
    held: list[str] = []
    for line in lines:
        ended = held and _ENDS.search(held[-1]) and len(held[-1]) < SHORT_LINE_SHARE * typical
        if held and (ended or _NUMBERED.match(line)):
            yield " ".join(held)
            held = []
        held.append(line)
    if held:
        yield " ".join(held)


def fold(text: str) -> str:
    """Return a text without case, accents and hyphens.

    Examples:
        >>> fold("Estupefacientes: prohibición")
        'estupefacientes: prohibicion'
    """
    if not text.isascii():
        text = unicodedata.normalize("NFD", text.translate(_APOSTROPHES))
        text = "".join(letter for letter in text if not unicodedata.combining(letter))
    return text.replace("-", " ").lower()


@cache
def packaged_finder() -> Finder:
    """Return the finder with the lists that travel in the package."""
    return finder_of((files("gaptracker.intake.terms") / "drug_policy.toml").read_text("utf-8"))


def finder_of(content: str) -> Finder:
    """Read lists of terms.

    Args:
        content: TOML with `version`, `drugs`, `excluded` and `theme`, as the packaged one has.

    Raises:
        KeyError: If one of them is missing.
        tomllib.TOMLDecodeError: If it is no TOML.
    """
    lists = tomllib.loads(content)
    themes = {theme["id"]: _list_of(theme) for theme in lists["theme"]}
    alone = frozenset(theme["id"] for theme in lists["theme"] if theme.get("alone", False))
    return Finder(
        version=str(lists["version"]),
        drugs=_list_of(lists["drugs"]),
        excluded=_list_of(lists["excluded"]),
        themes=themes,
        alone=alone,
    )


def _list_of(table: Mapping[str, Sequence[str]]) -> _Terms:
    """Return terms ready to be sought; one that several languages share is the first's."""
    terms: dict[str, Term] = {}
    for language in LANGUAGES:
        for term in table.get(language, ()):
            terms.setdefault(fold(term), Term(language=language, term=term))
    listed = [
        _Sought(term=term, pattern=_pattern(folded), place=place)
        for place, (folded, term) in enumerate(terms.items())
    ]
    whole: dict[str, list[_Sought]] = defaultdict(list)
    begun: dict[str, list[_Sought]] = defaultdict(list)
    firsts = [_FIRST_WORD.search(folded) for folded in terms]
    shortest = min((len(first[1]) for first in firsts if first and first[2]), default=1)
    for first, sought in zip(firsts, listed, strict=True):
        if first and first[2]:
            begun[first[1][:shortest]].append(sought)
        elif first:
            whole[first[1]].append(sought)
    return _Terms(listed=listed, whole=dict(whole), begun=dict(begun), shortest=shortest)


def _pattern(folded: str) -> re.Pattern[str]:
    words = r"\w*".join(re.escape(piece) for piece in folded.split("*"))
    return re.compile(rf"\b{words}\b")
