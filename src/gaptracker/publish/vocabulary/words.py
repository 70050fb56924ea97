"""The project's closed lists in the reader's language, for charts, pages and feeds.

The command line has its own English words (`main/cli/wording.py`), cut to narrow columns.
"""

from gaptracker.domain.annotations import ReplyOutcome
from gaptracker.domain.vocabulary import Grade, Label, Outcome, Reading, Reason
from gaptracker.publish.texts import texts_of

PART = "vocabulary"


def label_words(label: Label, language: str) -> str:
    """Return a label in words."""
    say = texts_of(PART, language).say
    words = {
        Label.MIXED_MESSAGE: say("mixed message"),
        Label.WORDS_AHEAD: say("words ahead of deeds"),
        Label.WORDS_AHEAD_LIKELY: say("words likely ahead of deeds"),
        Label.DEEDS_AHEAD: say("deeds ahead of words"),
        Label.DEEDS_AHEAD_LIKELY: say("deeds likely ahead of words"),
        Label.NO_DEMONSTRABLE_GAP: say("no demonstrable gap"),
        Label.INDETERMINATE: say("cannot be told apart"),
        Label.INSUFFICIENT_EVIDENCE: say("not enough evidence"),
    }
    return words[label]


def grade_words(grade: Grade, language: str) -> str:
    """Return what a grade says of the evidence."""
    say = texts_of(PART, language).say
    words = {
        Grade.A: say("A: strong evidence"),
        Grade.B: say("B: good evidence"),
        Grade.C: say("C: limited evidence"),
        Grade.D: say("D: not enough evidence"),
    }
    return words[grade]


def reading_words(reading: Reading, language: str) -> str:
    """Return what a pairing asks."""
    say = texts_of(PART, language).say
    words = {
        Reading.NOW: say("how far apart words and deeds are"),
        Reading.FOLLOWED: say("whether practice followed the words"),
        Reading.MOVED: say("whether practice moved after the words"),
        Reading.PLEDGE: say("whether a pledge was kept"),
    }
    return words[reading]


def outcome_words(outcome: Outcome, language: str) -> str:
    """Return what a pairing found."""
    say = texts_of(PART, language).say
    words = {
        Outcome.AHEAD: say("words ahead of this deed"),
        Outcome.BEHIND: say("deed ahead of these words"),
        Outcome.ALIKE: say("words and deed alike"),
        Outcome.FOLLOWED: say("followed"),
        Outcome.NOT_FOLLOWED: say("not followed"),
        Outcome.UNCHANGED: say("unchanged"),
        Outcome.REVERSED: say("reversed"),
        Outcome.KEPT: say("pledge kept"),
        Outcome.PARTLY_KEPT: say("pledge partly kept"),
        Outcome.NOT_KEPT: say("pledge not kept by this deed"),
        Outcome.TOO_EARLY: say("too early to say"),
        Outcome.WITHDRAWN: say("pledge withdrawn"),
        Outcome.SUPERSEDED: say("pledge superseded"),
        Outcome.NO_EVIDENCE: say("no deed on record"),
    }
    return words[outcome]


def reason_words(reason: Reason, language: str) -> str:
    """Return why a number is missing."""
    say = texts_of(PART, language).say
    words = {
        Reason.SILENT: say(
            "it had a chance to speak on this, and no words of it are on record here"
        ),
        Reason.NO_STATEMENT: say("no statement is on record here"),
        Reason.NO_DATA: say("no deed is on record here"),
        Reason.OPAQUE: say("the government withholds the figure"),
        Reason.NO_STATEMENT_AND_NO_DATA: say("neither a statement nor a deed is on record here"),
        Reason.NO_LAW_DATA: say("no law is on record here"),
        Reason.NO_PRACTICE_DATA: say("no practice is on record here"),
    }
    return words[reason]


def reply_outcome_words(outcome: ReplyOutcome, language: str) -> str:
    """Return what was decided on a reply."""
    say = texts_of(PART, language).say
    words = {
        ReplyOutcome.PENDING: say("pending"),
        ReplyOutcome.ACCEPTED: say("accepted"),
        ReplyOutcome.PARTLY: say("accepted in part"),
        ReplyOutcome.DECLINED: say("declined"),
    }
    return words[outcome]


def cause_words(cause: str, language: str) -> str:
    """Return why a figure moved from one release to the next.

    Args:
        cause: A `ChangeCause` by its name.
        language: The reader's.
    """
    say = texts_of(PART, language).say
    words = {
        "evidence_entered": say("new evidence"),
        "evidence_left": say("evidence withdrawn"),
        "evidence_changed": say("evidence corrected"),
        "methodology": say("another methodology"),
        "coders": say("what is known of the coders"),
        "as_of": say("a later day of the data"),
        "program": say("another version of the program"),
        "surroundings": say("other chances to speak, memberships or competences"),
    }
    return words[cause]
