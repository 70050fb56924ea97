"""Labels, outcomes and reasons in plain words, for people who read tables."""

from gaptracker.domain.vocabulary import Label, Outcome, Reason

LABELS: dict[Label, str] = {
    Label.MIXED_MESSAGE: "mixed message",
    Label.WORDS_AHEAD: "words ahead",
    Label.WORDS_AHEAD_LIKELY: "words ahead, likely",
    Label.DEEDS_AHEAD: "deeds ahead",
    Label.DEEDS_AHEAD_LIKELY: "deeds ahead, likely",
    Label.NO_DEMONSTRABLE_GAP: "no demonstrable gap",
    Label.INDETERMINATE: "indeterminate",
    Label.INSUFFICIENT_EVIDENCE: "not enough evidence",
}

OUTCOMES: dict[Outcome, str] = {
    Outcome.AHEAD: "words ahead of this deed",
    Outcome.BEHIND: "deed ahead of these words",
    Outcome.ALIKE: "alike",
    Outcome.FOLLOWED: "followed",
    Outcome.NOT_FOLLOWED: "not followed",
    Outcome.UNCHANGED: "unchanged",
    Outcome.REVERSED: "reversed",
    Outcome.KEPT: "pledge kept",
    Outcome.PARTLY_KEPT: "pledge partly kept",
    Outcome.NOT_KEPT: "pledge not kept by this deed",
    Outcome.TOO_EARLY: "too early to say",
    Outcome.WITHDRAWN: "pledge withdrawn",
    Outcome.SUPERSEDED: "pledge superseded",
    Outcome.NO_EVIDENCE: "no deed on record",
}

REASONS: dict[Reason, str] = {
    Reason.SILENT: "it had a chance to speak on this, and no words of it are on record here",
    Reason.NO_STATEMENT: "no statement is on record here",
    Reason.NO_DATA: "no deed is on record here",
    Reason.OPAQUE: "the government withholds the figure",
    Reason.NO_STATEMENT_AND_NO_DATA: "neither a statement nor a deed is on record here",
    Reason.NO_LAW_DATA: "no law is on record here",
    Reason.NO_PRACTICE_DATA: "no practice is on record here",
}

# For the column in which a label would stand: as narrow as the longest of those.
SHORT_REASONS: dict[Reason, str] = {
    Reason.SILENT: "silent on record",
    Reason.NO_STATEMENT: "no words on record",
    Reason.NO_DATA: "no deeds on record",
    Reason.OPAQUE: "figure withheld",
    Reason.NO_STATEMENT_AND_NO_DATA: "nothing on record",
    Reason.NO_LAW_DATA: "no law on record",
    Reason.NO_PRACTICE_DATA: "practice unrecorded",
}


def label_in_words(label: str) -> str:
    """Return a label in plain words.

    Examples:
        >>> label_in_words("words_ahead_likely")
        'words ahead, likely'
    """
    return LABELS[Label(label)]


def reason_in_words(reason: str | None) -> str:
    """Return why a number is missing, with the reason's own name.

    Examples:
        >>> reason_in_words("no_data")
        'no deed is on record here (no_data)'
    """
    return "no reason given" if reason is None else f"{REASONS[Reason(reason)]} ({reason})"


def verdict_in_words(label: str, reason: str | None) -> str:
    """Return a label for a narrow column, or why there is no gap to label.

    Examples:
        >>> verdict_in_words("insufficient_evidence", "opaque")
        'figure withheld'
    """
    return label_in_words(label) if reason is None else SHORT_REASONS[Reason(reason)]
