"""Every text that charts, pages and feeds show is there in three languages."""

import string
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir

from gaptracker.publish import texts as texts_module
from gaptracker.publish.texts import LANGUAGES, MINUS, closed, read_catalogue, texts_of

PUBLISH = Path(texts_module.__file__).parent
# Where each part's texts are written; Babel reads `say` and `count` out of them.
PARTS = {
    name: PUBLISH / name
    for name in (
        "vocabulary",
        "charts",
        "citations",
        "pages",
        "feeds",
        "sentences",
        "pack",
        "report_mail",
    )
} | {"reports": PUBLISH / "report"}
KEYWORDS = {"say": None, "count": (1, 2)}
TRANSLATED = [language for language in LANGUAGES if language != "en"]


def _written(part: str) -> Iterator[str]:
    """Yield each English text that a part's code or templates say."""
    methods = [("**.py", "python"), ("**.html", "jinja2.ext:babel_extract")]
    found = extract_from_dir(
        PARTS[part], method_map=methods, keywords=KEYWORDS, options_map={"**.html": {}}
    )
    for _file, _line, message, _comments, _context in found:
        yield message if isinstance(message, str) else message[0]


def _fields(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


@pytest.mark.parametrize("language", TRANSLATED)
@pytest.mark.parametrize("part", PARTS)
def test_every_text_is_translated_with_the_same_fields(part: str, language: str) -> None:
    catalogue = {
        message.id if isinstance(message.id, str) else message.id[0]: message
        for message in read_catalogue(part, language)
        if message.id
    }
    written = set(_written(part))
    assert written, f"no text was found in {part}"
    assert written - set(catalogue) == set()
    assert set(catalogue) - written == set(), "translations that nothing says"
    for message in catalogue.values():
        assert not message.fuzzy
        originals = (message.id,) if isinstance(message.id, str) else message.id
        strings = (message.string,) if isinstance(message.string, str) else message.string or ()
        for text in strings:
            assert text, f"{message.id!r} is not translated"
            assert _fields(text) == _fields(originals[-1]), message.id


def test_a_number_is_written_as_its_language_does() -> None:
    assert texts_of("none", "en").number(1234.5, 1) == "1,234.5"
    assert texts_of("vocabulary", "es").number(-56.25, 1) == f"{MINUS}56,2"
    assert texts_of("vocabulary", "pt").day(date(2026, 8, 16)) == "16 de agosto de 2026"
    assert texts_of("none", "en").signed(-3.26, 1) == f"{MINUS}3.3"
    assert texts_of("none", "en").signed(-0.04, 1) == "0.0"
    assert texts_of("none", "en").signed(56.2) == "+56"
    assert texts_of("none", "en").day(date(2026, 8, 16)) == "16 August 2026"
    assert texts_of("none", "en").all_of(["a", "b", "c"]) == "a, b and c"


@pytest.mark.parametrize(
    ("given", "added"),
    [
        ("México", ""),
        ("\u0625\u064a\u0631\u0627\u0646, Iran", ""),
        ("a\u202eb", "\u202c"),
        ("a\u202eb\u202c", ""),
        ("\u2067\u202ea", "\u202c\u2069"),
        ("\u2067\u202ea\u2069", ""),
        ("\u202c\u2069a", ""),
    ],
)
def test_a_name_ends_the_direction_that_it_begins(given: str, added: str) -> None:
    assert closed(given) == given + added
    assert texts_of("charts", "en").say("{name}, {year}: words and deeds", name=given, year=1) == (
        f"{given}{added}, 1: words and deeds"
    )
