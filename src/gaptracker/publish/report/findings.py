"""What each cell amounts to, in one sentence: gap, interval, probability, grade, in words."""

from gaptracker.domain.vocabulary import Grade, Label
from gaptracker.publish.report.edition import Edition
from gaptracker.publish.report.spans import Line, Span, text, year
from gaptracker.publish.rows import FrozenCell
from gaptracker.publish.vocabulary.words import grade_words, reason_words

DEMONSTRATED = (Label.WORDS_AHEAD, Label.DEEDS_AHEAD)
LIKELY = (Label.WORDS_AHEAD_LIKELY, Label.DEEDS_AHEAD_LIKELY)
SPACE = text(" ")
# The probability that each label rests on, by its column.
PROBABILITIES = {
    Label.WORDS_AHEAD: "p_words_ahead",
    Label.WORDS_AHEAD_LIKELY: "p_words_ahead",
    Label.DEEDS_AHEAD: "p_deeds_ahead",
    Label.DEEDS_AHEAD_LIKELY: "p_deeds_ahead",
    Label.NO_DEMONSTRABLE_GAP: "p_close",
}


def finding(edition: Edition, cell: FrozenCell) -> Line:
    """Return what may be said of a cell, whatever its grade."""
    sentence = _finding(edition, cell)
    if cell.grade is Grade.D:
        return sentence
    grade = edition.speaker.say(
        "Evidence grade {grade}.", grade=text(grade_words(cell.grade, edition.language))
    )
    return (*sentence, SPACE, *grade, *_cautions(edition, cell))


def _finding(edition: Edition, cell: FrozenCell) -> Line:
    say = edition.speaker.say
    topic = dated_topic(edition, cell)
    if cell.gap is None or cell.gap_low is None or cell.gap_high is None:
        return say(
            "{topic}: no gap is given, since {reason}.", topic=topic, reason=why(edition, cell)
        )
    if cell.grade is Grade.D:
        return say("{topic}: there is not enough evidence to print a gap.", topic=topic)
    if cell.label is Label.MIXED_MESSAGE:
        return _mixed(edition, cell, topic)
    if cell.label is Label.INDETERMINATE:
        apart = say("{topic}: words and deeds cannot be told apart.", topic=topic)
        return (*apart, SPACE, *_estimate(edition, cell), SPACE, *_undecided(edition, cell))
    return (
        *_verdict(edition, cell, topic),
        SPACE,
        *_gap(edition, cell),
        SPACE,
        *_odds(edition, cell),
    )


def _verdict(edition: Edition, cell: FrozenCell, topic: Line) -> Line:
    say = edition.speaker.say
    match cell.label:
        case Label.WORDS_AHEAD:
            return say("{topic}: words are ahead of deeds.", topic=topic)
        case Label.WORDS_AHEAD_LIKELY:
            return say("{topic}: words are likely ahead of deeds.", topic=topic)
        case Label.DEEDS_AHEAD:
            return say("{topic}: deeds are ahead of words.", topic=topic)
        case Label.DEEDS_AHEAD_LIKELY:
            return say("{topic}: deeds are likely ahead of words.", topic=topic)
        case _:
            return say("{topic}: no gap can be demonstrated.", topic=topic)


def _gap(edition: Edition, cell: FrozenCell) -> Line:
    figures = edition.figures
    return edition.speaker.say(
        "The gap is {gap} points ({level} interval {low} to {high}).",
        gap=signed(edition, cell, "gap"),
        level=figures.interval_share(),
        low=signed(edition, cell, "gap_low"),
        high=signed(edition, cell, "gap_high"),
    )


def _estimate(edition: Edition, cell: FrozenCell) -> Line:
    figures = edition.figures
    return edition.speaker.say(
        "The best estimate of the gap is {gap} points ({level} interval {low} to {high}); it is no "
        "finding, and not to be quoted as one.",
        gap=signed(edition, cell, "gap"),
        level=figures.interval_share(),
        low=signed(edition, cell, "gap_low"),
        high=signed(edition, cell, "gap_high"),
    )


def _odds(edition: Edition, cell: FrozenCell) -> Line:
    """Say how probable it is that the gap lies where its label says."""
    say = edition.speaker.say
    column = PROBABILITIES[cell.label]
    values = {
        "share": probability(edition, cell, column),
        "margin": edition.figures.rule("labels.demonstrable_points"),
    }
    match column:
        case "p_words_ahead":
            return say(
                "The probability that words are ahead by more than {margin} points is {share}.",
                **values,
            )
        case "p_deeds_ahead":
            return say(
                "The probability that deeds are ahead by more than {margin} points is {share}.",
                **values,
            )
        case _:
            return say(
                "The probability that words and deeds lie within {margin} points of each other is "
                "{share}.",
                **values,
            )


def _undecided(edition: Edition, cell: FrozenCell) -> Line:
    return edition.speaker.say(
        "The probability that words are ahead by more than {margin} points is {ahead}, that deeds "
        "are {behind}; {asked} is asked for before either is called likely.",
        margin=edition.figures.rule("labels.demonstrable_points"),
        ahead=probability(edition, cell, "p_words_ahead"),
        behind=probability(edition, cell, "p_deeds_ahead"),
        asked=edition.figures.rule_share("labels.likely"),
    )


def _mixed(edition: Edition, cell: FrozenCell, topic: Line) -> Line:
    return edition.speaker.say(
        "{topic}: the words contradict one another by {spread} points, so that no gap to deeds is "
        "claimed.",
        topic=topic,
        spread=spread(edition, cell),
    )


def _cautions(edition: Edition, cell: FrozenCell) -> Line:
    """Return what else a reader of the figure alone would have to know."""
    say = edition.speaker.say
    found: list[Span] = []
    if cell.machine_coded:
        found += (
            SPACE,
            *say("It rests in part on codings by a machine, not yet checked by people."),
        )
    if cell.law_only:
        found += (SPACE, *say("No practice is on record here: the law stands for it."))
    return tuple(found)


def dated_topic(edition: Edition, cell: FrozenCell) -> Line:
    """Return what a cell is about with its year: a sentence is quoted alone."""
    return (edition.cell_topic(cell), text(", "), year(cell.year))


def ahead_means(edition: Edition) -> Line:
    """Return what the two directions of a gap mean, and what they do not."""
    return edition.speaker.say(
        "“Deeds ahead of words” means that what is done stands higher on the ladder than what is "
        "said: it is no praise. “Words ahead of deeds” is no proof of bad faith."
    )


def why(edition: Edition, cell: FrozenCell) -> Span:
    """Return why a cell has no gap."""
    say = edition.speaker.texts.say
    if cell.reason is None:
        return text(say("the evidence is too thin"))
    return text(reason_words(cell.reason, edition.language))


def spread(edition: Edition, cell: FrozenCell) -> Span:
    """Write how far the words lie apart among themselves."""
    column = "mixed_message_points"
    return edition.figures.points(
        cell.mixed_message_points or 0.0, edition.figures.of_cell(cell, column)
    )


def signed(edition: Edition, cell: FrozenCell, column: str) -> Span:
    """Write a column of a cell as a gap; a dash where it is missing."""
    value = getattr(cell, column)
    if value is None:
        return text("–")
    return edition.figures.signed(value, edition.figures.of_cell(cell, column))


def points(edition: Edition, cell: FrozenCell, column: str) -> Span:
    """Write a column of a cell as a place on the ladder; a dash where it is missing."""
    value = getattr(cell, column)
    if value is None:
        return text("–")
    return edition.figures.points(value, edition.figures.of_cell(cell, column))


def probability(edition: Edition, cell: FrozenCell, column: str) -> Span:
    """Write a column of a cell as a probability; a dash where it is missing."""
    value = getattr(cell, column)
    if value is None:
        return text("–")
    return edition.figures.probability(value, edition.figures.of_cell(cell, column))
