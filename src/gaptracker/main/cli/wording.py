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
    Outcome.NOT_KEPT: "pledge not kept",
    Outcome.TOO_EARLY: "too early to say",
    Outcome.WITHDRAWN: "pledge withdrawn",
    Outcome.SUPERSEDED: "pledge superseded",
    Outcome.NO_EVIDENCE: "no deed known",
}

REASONS: dict[Reason, str] = {
    Reason.SILENT: "it had the chance to speak on this and did not",
    Reason.NO_STATEMENT: "no statement is known",
    Reason.NO_DATA: "no deed is known",
    Reason.OPAQUE: "the government withholds the figure",
    Reason.NO_STATEMENT_AND_NO_DATA: "neither a statement nor a deed is known",
    Reason.NO_LAW_DATA: "no law is known",
    Reason.NO_PRACTICE_DATA: "no practice is known",
}

# For the column in which a label would stand: as narrow as the longest of those.
SHORT_REASONS: dict[Reason, str] = {
    Reason.SILENT: "none: silent",
    Reason.NO_STATEMENT: "none: no words",
    Reason.NO_DATA: "none: no deeds",
    Reason.OPAQUE: "none: withheld",
    Reason.NO_STATEMENT_AND_NO_DATA: "none: nothing known",
    Reason.NO_LAW_DATA: "none: no law",
    Reason.NO_PRACTICE_DATA: "none: no practice",
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
        'no deed is known (no_data)'
    """
    return "no reason given" if reason is None else f"{REASONS[Reason(reason)]} ({reason})"


def verdict_in_words(label: str, reason: str | None) -> str:
    """Return a label for a narrow column, or why there is no gap to label.

    Examples:
        >>> verdict_in_words("insufficient_evidence", "opaque")
        'none: withheld'
    """
    return label_in_words(label) if reason is None else SHORT_REASONS[Reason(reason)]
