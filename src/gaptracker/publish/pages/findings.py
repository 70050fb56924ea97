"""What a cell says, in sentences and in rows."""

from dataclasses import dataclass

from gaptracker.domain.vocabulary import Grade, Reason
from gaptracker.publish.pages.words import PART
from gaptracker.publish.rows import FrozenCell
from gaptracker.publish.texts import Texts, texts_of
from gaptracker.publish.vocabulary.words import label_words, reason_words


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingRow:
    """One reading of a cell in the reader's words; `why` says why a missing one is missing."""

    name: str
    meaning: str
    points: str | None
    interval: str | None
    why: str | None
    whole: bool = False


def finding(cell: FrozenCell, language: str) -> str:
    """Return the sentence that a cell amounts to: gap, interval and label, or why there is none."""
    texts = texts_of(PART, language)
    label = label_words(cell.label, language)
    if cell.gap is None or cell.gap_low is None or cell.gap_high is None:
        if cell.reason is None:
            return texts.say("No gap is given here.")
        why = reason_words(cell.reason, language)
        return texts.say("No gap is given: {why}.", why=why)
    values = {
        "gap": texts.signed(cell.gap),
        "low": texts.signed(cell.gap_low),
        "high": texts.signed(cell.gap_high),
        "label": label,
    }
    if cell.grade is Grade.D:
        return texts.say(
            "Not enough evidence to print a gap. What is on record here would give {gap} "
            "points (90% interval {low} to {high}).",
            **{name: values[name] for name in ("gap", "low", "high")},
        )
    return texts.say("Gap {gap} points (90% interval {low} to {high}): {label}.", **values)


def reading_rows(cell: FrozenCell, language: str) -> list[ReadingRow]:
    """Return says, law, does, practice and gap as rows of a table."""
    texts = texts_of(PART, language)
    say = texts.say
    # Where neither law nor practice is known, the reading of practice lacks for the same reason.
    practice_reason = cell.does_reason if cell.practice is None else None
    return [
        _row(
            texts,
            (say("Says"), say("what it says, weighted")),
            (cell.says, cell.says_low, cell.says_high),
            cell.says_reason,
        ),
        _row(
            texts,
            (say("Law"), say("what its law provides")),
            (cell.law, cell.law_low, cell.law_high),
            cell.law_reason,
        ),
        _row(
            texts,
            (say("Does"), say("what it does in practice")),
            (cell.does, cell.does_low, cell.does_high),
            cell.does_reason,
        ),
        _row(
            texts,
            (
                say("Practice"),
                say("law stands in, since no practice is on record here")
                if cell.law_only
                else say("what the words are held against"),
            ),
            (cell.practice, cell.practice_low, cell.practice_high),
            practice_reason,
        ),
        _gap_row(texts, cell),
    ]


def _gap_row(texts: Texts, cell: FrozenCell) -> ReadingRow:
    name, meaning = texts.say("Gap"), texts.say("says minus practice; plus: words ahead of deeds")
    reason = reason_words(cell.reason, texts.language) if cell.reason else None
    if cell.gap is None or cell.gap_low is None or cell.gap_high is None:
        return ReadingRow(
            name=name, meaning=meaning, points=None, interval=None, why=reason, whole=True
        )
    interval = texts.say(
        "{low} to {high}", low=texts.signed(cell.gap_low), high=texts.signed(cell.gap_high)
    )
    return ReadingRow(
        name=name,
        meaning=meaning,
        points=texts.signed(cell.gap),
        interval=interval,
        why=None,
        whole=True,
    )


def _row(
    texts: Texts,
    words: tuple[str, str],
    values: tuple[float | None, float | None, float | None],
    reason: Reason | None,
) -> ReadingRow:
    name, meaning = words
    middle, low, high = values
    if middle is None or low is None or high is None:
        why = reason_words(reason, texts.language) if reason else None
        return ReadingRow(name=name, meaning=meaning, points=None, interval=None, why=why)
    return ReadingRow(
        name=name,
        meaning=meaning,
        points=texts.number(middle),
        interval=texts.say("{low} to {high}", low=texts.number(low), high=texts.number(high)),
        why=None,
    )
