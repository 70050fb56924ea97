"""Finds paragraphs on drug policy in speeches, and proposes themes by the words that led to them.

What it proposes is a machine's and is for coders to look at: it is no coding, and no reading of
what was said. No score is ever made of it.
"""

import re
import tomllib
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
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
    """A term and how it is looked for: its plain beginning first, which is quick."""

    term: Term
    begins: str
    pattern: re.Pattern[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Finder:
    """The lists of terms, ready to search with."""

    version: str
    drugs: Sequence[_Sought]
    excluded: Sequence[_Sought]
    themes: Mapping[str, Sequence[_Sought]]
    alone: frozenset[str]
    beginnings: Sequence[str]

    def search(self, text: str) -> tuple[Candidate, ...]:
        """Return the paragraphs of a text on drug policy or the death penalty, in their order."""
        return tuple(self._candidates(paragraphs(text)))

    def _candidates(self, parts: Sequence[str]) -> Iterator[Candidate]:
        for number, part in enumerate(parts, start=1):
            folded = fold(part)
            if not any(begins in folded for begins in self.beginnings):
                continue
            terms = _found(self.drugs, self._without_excluded(folded))
            themes = {
                theme: found
                for theme, sought in self.themes.items()
                if (terms or theme in self.alone) and (found := _found(sought, folded))
            }
            if terms or themes:
                yield Candidate(
                    paragraph=number, text=part, terms=terms, themes=themes, finder=self.version
                )

    def _without_excluded(self, folded: str) -> str:
        for sought in self.excluded:
            if sought.begins in folded:
                folded = sought.pattern.sub(" ", folded)
        return folded


def _found(list_of: Sequence[_Sought], folded: str) -> tuple[Term, ...]:
    """Return each term that a text has, in the order in which it has them."""
    met = [
        (match.start(), sought.term)
        for sought in list_of
        if sought.begins in folded and (match := sought.pattern.search(folded))
    ]
    return tuple(term for _, term in sorted(met, key=lambda each: each[0]))


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
    drugs = _list_of(lists["drugs"])
    first = [drugs, *(themes[theme] for theme in sorted(alone))]
    beginnings = {sought.begins for each in first for sought in each}
    return Finder(
        version=str(lists["version"]),
        drugs=drugs,
        excluded=_list_of(lists["excluded"]),
        themes=themes,
        alone=alone,
        # What contains another beginning is found with it.
        beginnings=tuple(
            sorted(
                word
                for word in beginnings
                if not any(other != word and other in word for other in beginnings)
            )
        ),
    )


def _list_of(table: Mapping[str, Sequence[str]]) -> tuple[_Sought, ...]:
    """Return terms ready to be sought; one that several languages share is the first's."""
    terms: dict[str, Term] = {}
    for language in LANGUAGES:
        for term in table.get(language, ()):
            terms.setdefault(fold(term), Term(language=language, term=term))
    return tuple(
        _Sought(term=term, begins=folded.partition("*")[0], pattern=_pattern(folded))
        for folded, term in terms.items()
    )


def _pattern(folded: str) -> re.Pattern[str]:
    words = r"\w*".join(re.escape(piece) for piece in folded.split("*"))
    return re.compile(rf"\b{words}\b")
