"""Sentences of a report: templates in the reader's language, filled with figures and names."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from gaptracker.publish.report.spans import Line, Span, text
from gaptracker.publish.texts import Texts, texts_of

PART = "reports"
# Letters of a private area mark the places of spans while a sentence is put together.
BEGIN, END = "\ue000", "\ue001"
PLACE = re.compile(f"{BEGIN}([0-9]+){END}")

Value = Span | Line


@dataclass(frozen=True, slots=True, kw_only=True)
class Speaker:
    """Speaks one language."""

    texts: Texts

    @property
    def language(self) -> str:
        """Return the language: `en`, `es` or `pt`."""
        return self.texts.language

    def say(self, words: str, /, **values: Value) -> Line:
        """Return a sentence, `{name}` in it replaced by what it stands for.

        Raises:
            KeyError: If it has no translation.
        """
        kept = _Kept()
        return kept.split(self.texts.say(words, **kept.marks(values)))

    def count(self, one: str, many: str, number: int, /, **values: Value) -> Line:
        """Return a sentence that counts; the number itself is among the values, as a figure.

        Raises:
            KeyError: If it has no translation.
        """
        kept = _Kept()
        return kept.split(self.texts.count(one, many, number, **kept.marks(values)))

    def all_of(self, items: Sequence[Value]) -> Line:
        """Join items as a sentence does: `a, b and c`."""
        kept = _Kept()
        return kept.split(self.texts.all_of([kept.mark(item) for item in items]))


class _Kept:
    """Values whose places are marked in a text."""

    def __init__(self) -> None:
        self._lines: list[Line] = []

    def mark(self, value: Value) -> str:
        self._lines.append((value,) if isinstance(value, Span) else value)
        return f"{BEGIN}{len(self._lines) - 1}{END}"

    def marks(self, values: dict[str, Value]) -> dict[str, object]:
        return {name: self.mark(value) for name, value in values.items()}

    def split(self, written: str) -> Line:
        spans: list[Span] = []
        for place, part in enumerate(PLACE.split(written)):
            if place % 2:
                spans.extend(self._lines[int(part)])
            elif part:
                spans.append(text(part))
        return tuple(spans)


def speaker_of(language: str) -> Speaker:
    """Return who speaks a language.

    Raises:
        UnknownName: If there is no such language.
    """
    return Speaker(texts=texts_of(PART, language))
