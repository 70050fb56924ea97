"""What pairing over time reads: words with their date, deeds with their states."""

from dataclasses import dataclass
from datetime import date

from gaptracker.domain.records import Measure, Statement
from gaptracker.domain.time import old_after
from gaptracker.domain.vocabulary import ItemKind, Lag, Relation


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """A statement with its place on the ladder, and the day a pledge falls due.

    `relation` joins the speaker to the actor whose history this is.
    """

    statement: Statement
    said_on: date
    points: float
    due_on: date | None
    superseded_on: date | None
    relation: Relation = Relation.SAME_ACTOR


@dataclass(frozen=True, slots=True, kw_only=True)
class DeedState:
    """A deed's place on the ladder, since the day it was known or may have begun.

    Of an observation that is the last day of its period, of a measure the first on which it
    may have been in force.
    """

    item: str
    kind: ItemKind
    points: float
    since: date


@dataclass(frozen=True, slots=True, kw_only=True)
class IndicatorHistory:
    """An indicator's values for one actor, oldest first, on the ladder.

    `withheld_on` are the ends of the periods for which the government keeps the figure
    secret: from such a day the last known value stands for nothing.
    """

    indicator: str
    lag: Lag
    maximum_age_years: float
    states: tuple[DeedState, ...]
    withheld_on: tuple[date, ...] = ()

    def at(self, day: date) -> DeedState | None:
        """Return the newest value known on a day, None if there is none young enough."""
        known = [state for state in self.states if state.since <= day]
        if not known or old_after(known[-1].since, self.maximum_age_years) < day:
            return None
        if any(known[-1].since < withheld <= day for withheld in self.withheld_on):
            return None
        return known[-1]


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasureHistory:
    """A measure with its place on the ladder."""

    measure: Measure
    points: float

    @property
    def lag(self) -> Lag:
        """Return how long the measure is given to follow words."""
        return self.measure.lag

    def at(self, day: date) -> DeedState | None:
        """Return the measure if it is in force on a day."""
        if not self.measure.in_force.covers(day):
            return None
        start = self.measure.in_force.start
        return DeedState(
            item=self.measure.id,
            kind=ItemKind.MEASURE,
            points=self.points,
            # A measure "of 2016" may be older than words of that June: it breaks no promise.
            since=start.earliest() if start else date.min,
        )


DeedHistory = IndicatorHistory | MeasureHistory


@dataclass(frozen=True, slots=True, kw_only=True)
class ActorHistory:
    """All the words and deeds of one actor on one theme, over time."""

    actor: str
    theme: str
    words: tuple[Words, ...]
    deeds: tuple[DeedHistory, ...]
