"""Words, numbers and days in the reader's language: gettext catalogues, figures by CLDR."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from importlib import resources

from babel import Locale
from babel.dates import format_date, format_skeleton
from babel.lists import format_list
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po
from babel.numbers import format_decimal, format_percent

from gaptracker.domain.errors import UnknownName
from gaptracker.domain.time import PartialDate

SOURCE_LANGUAGE = "en"
LANGUAGES = (SOURCE_LANGUAGE, "es", "pt")
# Signs that begin and end another writing direction; each beginning with its end.
POP_EMBEDDING, POP_ISOLATE = "\u202c", "\u2069"
BEGINNINGS = {
    **dict.fromkeys("\u202a\u202b\u202d\u202e", POP_EMBEDDING),
    **dict.fromkeys("\u2066\u2067\u2068", POP_ISOLATE),
}
DIRECTED = re.compile("[\u202a-\u202e\u2066-\u2069]")
MINUS = "\N{MINUS SIGN}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Texts:
    """The texts of one part of the project in one language.

    The English text is the key; its translations are in `locale/`, one file for each part and
    language: the words of the vocabulary, charts, pages, feeds.
    """

    language: str
    translations: Mapping[str, str]
    plurals: Mapping[str, tuple[str, ...]]

    def say(self, text: str, /, **values: object) -> str:
        """Return a text in this language, `{name}` in it replaced by `values`.

        Raises:
            KeyError: If it has no translation: a half translated page is a defect.
        """
        found = text if self.language == SOURCE_LANGUAGE else self.translations[text]
        return found.format(**_closed_all(values)) if values else found

    def count(self, one: str, many: str, number: int, /, **values: object) -> str:
        """Return a text that counts: `{number}` in it is the number.

        Raises:
            KeyError: If it has no translation.
        """
        form = Locale.parse(self.language).plural_form(number)
        forms = (one, many) if self.language == SOURCE_LANGUAGE else self.plurals[one]
        # CLDR has a third form, for millions, in Spanish and Portuguese; their text is the plural.
        found = forms[0] if form == "one" else forms[-1]
        return found.format(number=self.number(number), **_closed_all(values))

    def number(self, value: float, digits: int = 0) -> str:
        """Write a number with this many decimals, a true minus sign and the language's marks."""
        pattern = "#,##0" + ("." + "0" * digits if digits else "")
        written = format_decimal(value, format=pattern, locale=self.language)
        plain = format_decimal(0, format=pattern, locale=self.language)
        written = written.replace("-", MINUS)
        return plain if written == MINUS + plain else written

    def signed(self, value: float, digits: int = 0) -> str:
        """Write a number with its sign, plus too; zero has none."""
        written = self.number(value, digits)
        positive = not written.startswith(MINUS) and written != self.number(0, digits)
        return f"+{written}" if positive else written

    def percent(self, share: float, digits: int = 0) -> str:
        """Write a share from 0 to 1 in per cent."""
        pattern = "#,##0" + ("." + "0" * digits if digits else "") + "%"
        if self.language == "es":
            pattern = pattern.replace("%", "\N{NO-BREAK SPACE}%")
        return format_percent(share, format=pattern, locale=self.language)

    def day(self, value: date) -> str:
        """Write a day out, as `16 August 2026`."""
        # The bare language means the United States, whose order of days is nobody else's here.
        place = "en_GB" if self.language == SOURCE_LANGUAGE else self.language
        return format_date(value, format="long", locale=place)

    def partial_day(self, value: PartialDate) -> str:
        """Write a date as precisely as it is known: `2026`, `August 2026`, `16 August 2026`."""
        if value.month is None:
            return str(value.year)
        if value.day is None:
            return format_skeleton("yMMMM", value.earliest(), locale=self.language)
        return self.day(value.earliest())

    def all_of(self, items: list[str]) -> str:
        """Join items as a sentence does: `a, b and c`."""
        place = "en_GB" if self.language == SOURCE_LANGUAGE else self.language
        return format_list(items, locale=place)


def closed(text: str) -> str:
    r"""Return a text that cannot turn the direction of what follows it.

    A name may hold an override of writing direction (Unicode, annex 9) and never end it; the year
    after it would then be read backwards. What was begun is ended here.

    Examples:
        >>> closed("a\u202eb") == "a\u202eb\u202c"
        True
        >>> closed("México")
        'México'
    """
    if not DIRECTED.search(text):
        return text
    open_ends: list[str] = []
    for sign in DIRECTED.findall(text):
        if sign in BEGINNINGS:
            open_ends.append(BEGINNINGS[sign])
        elif sign in open_ends:
            # An isolate's end also ends the embeddings inside it.
            while open_ends.pop() != sign:
                pass
    return text + "".join(reversed(open_ends))


def _closed_all(values: Mapping[str, object]) -> dict[str, object]:
    return {
        name: closed(value) if isinstance(value, str) else value for name, value in values.items()
    }


@lru_cache(maxsize=32)
def texts_of(part: str, language: str) -> Texts:
    """Return the texts of a part of the project.

    Args:
        part: `vocabulary`, `sentences`, `charts`, `pages`, `feeds` or `reports`: a file name under
            `locale/`.
        language: `en`, `es` or `pt`.

    Raises:
        UnknownName: If there is no such language.
    """
    if language not in LANGUAGES:
        raise UnknownName("language", language, LANGUAGES)
    translations: dict[str, str] = {}
    plurals: dict[str, tuple[str, ...]] = {}
    if language != SOURCE_LANGUAGE:
        for message in read_catalogue(part, language):
            if isinstance(message.string, str):
                translations[str(message.id)] = message.string
            else:
                plurals[message.id[0]] = tuple(message.string or ())
    return Texts(language=language, translations=translations, plurals=plurals)


def read_catalogue(part: str, language: str) -> Catalog:
    """Read the translations of a part of the project."""
    place = resources.files("gaptracker.publish") / "locale" / language / "LC_MESSAGES"
    with (place / f"{part}.po").open("rb") as file:
        return read_po(file, locale=language, abort_invalid=True)
