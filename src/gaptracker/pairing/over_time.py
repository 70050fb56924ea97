"""Did practice follow the words? Pairs of a statement and what came after it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from gaptracker.domain.results import Pair
from gaptracker.domain.time import add_months
from gaptracker.domain.vocabulary import Lag, Mode, Outcome, Reading
from gaptracker.pairing.history import (
    ActorHistory,
    DeedHistory,
    DeedState,
    IndicatorHistory,
    Words,
)
from gaptracker.pairing.identity import heir_of, pair_id


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeRules:
    """Lags in months, the change in points that counts, and the data's last day."""

    lag_months: Mapping[Lag, int]
    moved_points: float
    as_of: date


def pairs_over_time(history: ActorHistory, rules: TimeRules) -> Iterator[Pair]:
    """Hold every statement against each deed of its actor, a lag later.

    Reading `followed` asks for the state at said + lag, `moved` for the change until then,
    `pledge` for the state on the day the pledge falls due. Before that day the outcome is
    `too_early`. A deed older than the statement is no breach of it, unless the statement
    claims something of the present. A pledge that no known deed answers is paired with the
    absence.

    Args:
        history: One actor's words and deeds on one theme.
        rules: Lags and thresholds.

    Yields:
        Pairs whose `year` is that of the day the answer fell or falls due.

    References:
        Methodology 1.0.0, section 6.
    """
    for words in history.words:
        answered = False
        for deed in history.deeds:
            for pair in _pairs(history, words, deed, rules):
                answered = answered or pair.reading is Reading.PLEDGE
                yield pair
        if words.due_on is not None and not answered:
            yield _unanswered(history, words, words.due_on, rules)


def _unanswered(history: ActorHistory, words: Words, due: date, rules: TimeRules) -> Pair:
    """Pair a pledge with the absence of any deed that could answer it."""
    outcome = _ended_early(words, due)
    if outcome is None:
        outcome = Outcome.TOO_EARLY if due > rules.as_of else Outcome.NO_EVIDENCE
    return _pair(history, words, Reading.PLEDGE, _Answer(None, due, None, None, outcome))


def _pairs(
    history: ActorHistory, words: Words, deed: DeedHistory, rules: TimeRules
) -> Iterator[Pair]:
    readings = [(Reading.FOLLOWED, add_months(words.said_on, rules.lag_months[deed.lag]))]
    if words.due_on is not None:
        readings = [(Reading.PLEDGE, words.due_on)]
    for reading, due in readings:
        before, after = deed.at(words.said_on), deed.at(due)
        usable = after is not None and _bears_on(words, after)
        early = due > rules.as_of and isinstance(deed, IndicatorHistory)
        if early or (usable and due <= rules.as_of):
            state = None if early else after
            outcome = _outcome(reading, words, before, state, rules)
            answer = _Answer(_key(deed), due, before, state, outcome)
            yield _pair(history, words, reading, answer)
        moved = isinstance(deed, IndicatorHistory) and before is not None
        if moved and usable and due <= rules.as_of and before != after:
            outcome = _movement(words, before, after, rules)
            answer = _Answer(_key(deed), due, before, after, outcome)
            yield _pair(history, words, Reading.MOVED, answer)


@dataclass(frozen=True, slots=True)
class _Answer:
    """What a reading found: of what, when due, the deed before and then, the outcome."""

    of: str | None
    due: date
    before: DeedState | None
    after: DeedState | None
    outcome: Outcome


def _key(deed: DeedHistory) -> str:
    """Return the name under which a deed is awaited before its state is known."""
    return deed.indicator if isinstance(deed, IndicatorHistory) else deed.measure.id


def _bears_on(words: Words, state: DeedState) -> bool:
    """Say whether a deed can be held against words: it is younger, or they were a claim."""
    return words.statement.mode is Mode.CLAIM or state.since > words.said_on


def _outcome(
    reading: Reading,
    words: Words,
    before: DeedState | None,
    state: DeedState | None,
    rules: TimeRules,
) -> Outcome:
    if reading is Reading.PLEDGE:
        return _pledge_outcome(words, before, state, rules)
    if state is None:
        return Outcome.TOO_EARLY
    missing = words.points - state.points
    if abs(missing) <= rules.moved_points:
        return Outcome.FOLLOWED
    return Outcome.NOT_FOLLOWED if missing > 0 else Outcome.BEHIND


def _pledge_outcome(
    words: Words, before: DeedState | None, state: DeedState | None, rules: TimeRules
) -> Outcome:
    ended = _ended_early(words, words.due_on or rules.as_of)
    if ended is not None:
        return ended
    if state is None:
        return Outcome.TOO_EARLY
    if state.points >= words.points - rules.moved_points:
        return Outcome.KEPT
    gained = state.points - before.points if before else 0.0
    return Outcome.PARTLY_KEPT if gained > rules.moved_points else Outcome.NOT_KEPT


def _ended_early(words: Words, due: date) -> Outcome | None:
    """Say whether a pledge was withdrawn or superseded before it fell due."""
    withdrawn = words.statement.withdrawn_on
    if withdrawn is not None and withdrawn.latest() <= due:
        return Outcome.WITHDRAWN
    if words.superseded_on is not None and words.superseded_on <= due:
        return Outcome.SUPERSEDED
    return None


def _movement(
    words: Words, before: DeedState | None, after: DeedState | None, rules: TimeRules
) -> Outcome:
    """Say whether a deed moved towards the words, away from them, or neither."""
    if before is None or after is None:
        return Outcome.NO_EVIDENCE
    nearer = abs(before.points - words.points) - abs(after.points - words.points)
    if nearer > rules.moved_points:
        return Outcome.FOLLOWED
    return Outcome.REVERSED if nearer < -rules.moved_points else Outcome.UNCHANGED


def _pair(history: ActorHistory, words: Words, reading: Reading, answer: _Answer) -> Pair:
    state = answer.after
    return Pair(
        id=pair_id(
            words.statement.id,
            state.item if state else answer.of,
            history.theme,
            reading,
            heir=heir_of(words.relation, history.actor),
        ),
        actor=history.actor,
        theme=history.theme,
        year=answer.due.year,
        reading=reading,
        relation=words.relation,
        statement=words.statement.id,
        deed=state.item if state else None,
        deed_kind=state.kind if state else None,
        statement_points=words.points,
        deed_points=state.points if state else None,
        deed_points_before=answer.before.points if answer.before else None,
        statement_share=0.0,
        deed_share=0.0,
        contribution_points=None,
        due_on=answer.due,
        outcome=answer.outcome,
    )
