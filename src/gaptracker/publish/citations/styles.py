"""The styles of citations: a sentence, BibTeX, CSL-JSON."""

import json
import re
from collections.abc import Callable, Mapping

from gaptracker.publish.citations.works import PART, Work
from gaptracker.publish.texts import texts_of

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
# What TeX reads as a command, written so that it is printed.
TEX = {
    "\\": r"\textbackslash{}",
    # BibTeX counts braces and takes no notice of a backslash before one.
    "{": r"\textbraceleft{}",
    "}": r"\textbraceright{}",
    "$": r"\$",
    "&": r"\&",
    "#": r"\#",
    "_": r"\_",
    "%": r"\%",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    '"': r"\textquotedbl{}",
}
UNPRINTED = re.compile(r"[\x00-\x1f\x7f]+")


def write_text(work: Work) -> str:
    """Write a citation as one line of text in the work's language."""
    texts = texts_of(PART, work.language)
    finding = f" {work.finding}." if work.finding else ""
    facts: dict[str, object] = {
        "author": work.author,
        "year": work.published_on.year,
        "title": work.title,
        "finding": finding,
        "version": work.version,
        "day": texts.day(work.published_on),
        "methodology": work.methodology,
        "url": work.url,
    }
    if work.provisional:
        line = texts.say(
            "{author} ({year}). {title}.{finding} Release {version} of {day}, methodology "
            "{methodology}, provisional. {url}",
            **facts,
        )
    else:
        line = texts.say(
            "{author} ({year}). {title}.{finding} Release {version} of {day}, methodology "
            "{methodology}. {url}",
            **facts,
        )
    return f"{line}\n"


def write_bibtex(work: Work) -> str:
    """Write a citation as one BibTeX entry of type `misc`, which every style knows.

    The address stands as it is, since it is percent-encoded and styles print it verbatim.
    """
    fields = {
        "author": f"{{{tex(work.author)}}}",
        "title": f"{{{tex(work.title)}}}",
        "year": str(work.published_on.year),
        "month": MONTHS[work.published_on.month - 1],
        "version": tex(work.version),
        "howpublished": tex(_release_words(work)),
        "note": tex(_note(work)),
        "url": work.url,
        "language": {"en": "english", "es": "spanish", "pt": "portuguese"}[work.language],
    }
    lines = [
        f"  {name} = {text if name == 'month' else '{' + text + '}'}"
        for name, text in fields.items()
    ]
    return f"@misc{{{work.key},\n" + ",\n".join(lines) + "\n}\n"


def write_csl(work: Work) -> str:
    """Write a citation as CSL-JSON: a list of one item of type `dataset`."""
    day = work.published_on
    item = {
        "id": work.key,
        "type": "dataset",
        "title": work.title,
        "author": [{"literal": work.author}],
        "publisher": work.author,
        "issued": {"date-parts": [[day.year, day.month, day.day]]},
        "version": work.version,
        "note": _note(work),
        "URL": work.url,
        "language": work.language,
    }
    return json.dumps([item], ensure_ascii=False, indent=2) + "\n"


def tex(text: str) -> str:
    r"""Return a text as TeX prints it.

    Examples:
        >>> print(tex("50% of {A & B"))
        50\% of \textbraceleft{}A \& B
    """
    return "".join(TEX.get(letter, letter) for letter in UNPRINTED.sub(" ", text))


STYLES: Mapping[str, Callable[[Work], str]] = {
    "text": write_text,
    "bibtex": write_bibtex,
    "csl": write_csl,
}


def _release_words(work: Work) -> str:
    return texts_of(PART, work.language).say("Data set, release {version}", version=work.version)


def _note(work: Work) -> str:
    """Return what the other fields have no place for."""
    texts = texts_of(PART, work.language)
    rules = texts.say("Methodology {methodology}", methodology=work.methodology)
    parts = [work.finding, rules, texts.say("Provisional") if work.provisional else ""]
    return ". ".join(part for part in parts if part)
