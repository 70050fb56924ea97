"""Texts speak of the tracker's record, never of what is so in the world because it is not here."""

import re
from collections.abc import Iterator

import pytest

from gaptracker.domain.vocabulary import Outcome, Reason
from gaptracker.main.cli.abroad_text import ABROAD_REASONS
from gaptracker.main.cli.federation_text import FEDERAL_REASONS
from gaptracker.main.cli.wording import OUTCOMES, REASONS, SHORT_REASONS
from gaptracker.publish.texts import LANGUAGES, read_catalogue
from gaptracker.publish.vocabulary.words import outcome_words, reason_words

PARTS = (
    "charts",
    "citations",
    "feeds",
    "pack",
    "pages",
    "report_mail",
    "reports",
    "sentences",
    "vocabulary",
)
# What would say that nobody knows of a thing, where it is only not on record here.
OVERCLAIMS = {
    "en": r"\b(un)?known\b",
    "es": r"\b(conoce|conocid[oa]s?|sabe)\b",
    "pt": r"\b(conhece|conhecid[oa]s?|sabe)\b",
}
# What may: what the tracker itself knows of its coders, of a release that it could not read, and
# that it does not know a thing to be absent.
MAY = (
    "what is known of the coders",
    "Not read, and what they say is not known: {releases}.",
    (
        "What is not recorded here is not known to be absent: a missing statement or deed is never "
        "counted as nought."
    ),
)
# Reasons that are themselves on record: a measure says so.
ON_RECORD = re.compile("on record|unrecorded|withheld|withholds")


def _said(part: str, language: str) -> Iterator[tuple[str, str]]:
    """Yield each English text of a part with what is said of it in a language."""
    for message in read_catalogue(part, "es" if language == "en" else language):
        key = message.id
        forms = (key,) if isinstance(key, str) else tuple(key or ())
        said = message.string
        strings = (said,) if isinstance(said, str) else tuple(said or ())
        for each in forms if language == "en" else strings:
            if key:
                yield forms[0], re.sub(r"\{\w+\}", "", str(each))


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_text_says_that_a_thing_is_unknown_where_it_is_not_on_record(language: str) -> None:
    claims = [
        text
        for part in PARTS
        for english, text in _said(part, language)
        if english not in MAY and re.search(OVERCLAIMS[language], text)
    ]
    assert claims == []


@pytest.mark.parametrize("reason", [each for each in Reason if each is not Reason.OPAQUE])
def test_why_a_number_is_missing_speaks_of_the_record(reason: Reason) -> None:
    assert "on record here" in reason_words(reason, "en")
    assert re.search(r"aquí no consta", reason_words(reason, "es"))
    assert re.search(r"aqui não consta", reason_words(reason, "pt"))


def test_a_pledge_that_one_deed_does_not_reach_is_not_said_to_be_broken() -> None:
    for language, deed in {"en": "this deed", "es": "este hecho", "pt": "este ato"}.items():
        assert deed in outcome_words(Outcome.NOT_KEPT, language)
    assert "this deed" in OUTCOMES[Outcome.NOT_KEPT]


def test_the_command_line_says_what_the_pages_say() -> None:
    assert {each: reason_words(each, "en") for each in Reason} == REASONS
    for outcome in (Outcome.NOT_KEPT, Outcome.NO_EVIDENCE):
        assert outcome_words(outcome, "en") == OUTCOMES[outcome]


@pytest.mark.parametrize("words", [*REASONS.values(), *SHORT_REASONS.values()], ids=str)
def test_a_reason_on_the_command_line_speaks_of_the_record(words: str) -> None:
    assert ON_RECORD.search(words)


def test_federations_and_help_abroad_speak_of_the_record() -> None:
    said = [*FEDERAL_REASONS.values(), *ABROAD_REASONS.values()]
    assert [words for words in said if re.search(OVERCLAIMS["en"], words)] == []
