"""Hypothesis strategies: evidence of every kind the scoring reads, in no tidy order.

Most fields of an item come from one draw out of all their combinations: many small draws would
take Hypothesis far longer than scoring takes.
"""

from datetime import date
from itertools import product
from typing import TypeVar

from hypothesis import strategies as st

from gaptracker.domain.evidence import Evidence
from gaptracker.domain.records import Coding, Measure, Observation, Statement
from gaptracker.domain.time import PartialDate, Period
from gaptracker.domain.vocabulary import (
    CoderKind,
    Instrument,
    Layer,
    MeasureKind,
    Mode,
    Office,
    OpportunityOutcome,
    Specificity,
)
from gaptracker.scoring.calculate import Weighted
from tests.core.builders import (
    coding,
    evidence,
    measure,
    observation,
    opportunity,
    source,
    statement,
)
from tests.core.rules import INDICATORS

Drawn = TypeVar("Drawn")

YEARS = (2019, 2022)
LAST_DAY = date(2022, 12, 31)
PERSON, MACHINE = CoderKind.PERSON, CoderKind.MACHINE

# Two reports of one origin, two of origins of their own; one is the record of the act itself.
SOURCES = (
    source("yearbook", group="observer", grade=2),
    source("blog", group="observer", grade=4),
    source("record", record=True),
    source("journal", grade=3),
)
SOURCE_IDS = tuple(entry.id for entry in SOURCES)

# Years, months and days as sources write them, with leap days and both ends of a year.
DAYS = ("", "-01-01", "-02", "-06-30", "-07", "-12-30", "-12-31")
DATES = (*(f"{year}{day}" for year in range(2010, 2023) for day in DAYS), "2016-02-29")
PERIODS = tuple(
    Period(
        start=PartialDate.parse(start) if start else None,
        end=PartialDate.parse(end) if end else None,
    )
    for start, end in product(
        (None, "2012", "2018-07", "2019-06-30", "2022-02-28"),
        (None, "2022", "2022-06-29", "2022-03-31"),
    )
)

rungs = st.integers(0, 4)
points = st.floats(0, 100)
weighted = st.builds(Weighted, points=points, weight=st.floats(0.01, 10))

dates = st.sampled_from(DATES)
withdrawals = st.sampled_from([*[None] * 6 * len(DATES), *DATES])
ways_of_speaking = st.sampled_from(list(product(Mode, Instrument, Office)))
places_in_the_record = st.sampled_from(
    list(
        product(
            SOURCE_IDS,
            ("one document", "another"),
            (None, None, "a common act"),
            (None, None, "a text that returns"),
        )
    )
)
ways_of_acting = st.sampled_from(list(product(Layer, MeasureKind, SOURCE_IDS, PERIODS)))
ways_of_counting = st.sampled_from(
    list(product([entry.id for entry in INDICATORS], range(2013, 2023), SOURCE_IDS))
)
# Who codes an item, and how far each lies above the first; none is a coding by rule.
ways_of_coding = st.sampled_from(
    list(
        product(
            range(5),
            Specificity,
            (
                (),
                ((PERSON, 0),),
                ((MACHINE, 0),),
                ((PERSON, 0), (MACHINE, 1)),
                ((MACHINE, 1), (PERSON, 0), (PERSON, 1)),
            ),
        )
    )
)
values = st.sampled_from([None, 0.0, 100.0]) | points
chances = st.sampled_from(list(product(DATES, OpportunityOutcome)))


def several(parts: st.SearchStrategy[Drawn], least: int = 0) -> st.SearchStrategy[list[Drawn]]:
    return st.lists(parts, min_size=least, max_size=5)


def _statement(draw: st.DrawFn, name: str) -> Statement:
    mode, instrument, office = draw(ways_of_speaking)
    found_in, document, act, series = draw(places_in_the_record)
    withdrawn = draw(withdrawals)
    return statement(
        name,
        draw(dates),
        mode=mode,
        instrument=instrument,
        office=office,
        source=found_in,
        document=document,
        act=act or f"act of {name}",
        series=series,
        withdrawn_on=PartialDate.parse(withdrawn) if withdrawn else None,
    )


def _measure(draw: st.DrawFn, name: str) -> Measure:
    layer, kind, found_in, in_force = draw(ways_of_acting)
    return measure(name, layer=layer, kind=kind, source=found_in, in_force=in_force)


def _observation(draw: st.DrawFn, name: str) -> Observation:
    indicator, year, found_in = draw(ways_of_counting)
    return observation(name, draw(values), str(year), indicator=indicator, source=found_in)


def _codings(draw: st.DrawFn, item: Statement | Measure) -> list[Coding]:
    rung, specificity, coders = draw(ways_of_coding)
    if not coders:
        return [coding(item, rung, specificity=specificity)]
    return [
        coding(
            item,
            min(rung + above, 4),
            coder=f"coder {number}",
            coder_kind=kind,
            specificity=specificity,
        )
        for number, (kind, above) in enumerate(coders)
    ]


@st.composite
def worlds(draw: st.DrawFn) -> Evidence:
    """All the evidence on one actor."""
    said, acts, figures, heard = draw(sizes)
    items: list[Statement | Measure] = [
        *(_statement(draw, f"said {n}") for n in range(said)),
        *(_measure(draw, f"act {n}") for n in range(acts)),
    ]
    sessions = [draw(chances) for _ in range(heard)]
    return evidence(
        coded=[(item, 0) for item in items],
        codings=[entry for item in items for entry in _codings(draw, item)],
        observations=[_observation(draw, f"value {n}") for n in range(figures)],
        opportunities=[
            opportunity(f"chance {n}", held_on, outcome)
            for n, (held_on, outcome) in enumerate(sessions)
        ],
        sources=SOURCES,
        as_of=LAST_DAY,
    )


# How many statements, measures, observations and opportunities a world holds.
sizes = st.sampled_from(list(product((0, 1, 3, 4, 5, 6), range(4), (0, 2, 4, 5, 6), range(3))))
