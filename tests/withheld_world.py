"""A release in which a source's licence keeps its values from readers, and the same one without."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from gaptracker.domain.evidence import Evidence
from tests.api_world import World, open_world
from tests.beside_world import a_reply, an_erratum, lay
from tests.cli_world import WATCH
from tests.example_requests import COLOMBIA
from tests.report_world import finding_evidence

# No other figure of the release has these digits.
VALUE, LOWER, UPPER = 7.31415, 6.27182, 8.16180
DIGITS = ("7.31415", "7,31415", "6.27182", "6,27182", "8.1618", "8,1618", "31415", "27182")
NOTE = "7.31415 after rounding"
KEPT_BACK = "SIPRI terms: Limited Extracts with citation"
ITEM = "years_since_last_execution-MEX-2021"


def withheld_evidence(licence: str = KEPT_BACK) -> Evidence:
    """The evidence of tests of reports, whose counts of executions are under a licence."""
    given = finding_evidence()
    return replace(
        given,
        actors={**given.actors, COLOMBIA.code: COLOMBIA},
        sources={**given.sources, WATCH.id: replace(WATCH, licence=licence)},
        observations=tuple(
            replace(each, value=VALUE, lower=LOWER, upper=UPPER, note=NOTE)
            if each.source == WATCH.id and each.value is not None
            else each
            for each in given.observations
        ),
    )


def open_withheld(folder: Path, licence: str = KEPT_BACK) -> World:
    """An application on two releases of that evidence, with a reply and an erratum beside."""
    world = open_world(folder, evidence=withheld_evidence(licence))
    lay(world.shelf.store, [a_reply(world.newer)], [an_erratum(world.newer)])
    world.shelf.refresh()
    return world


def digits_in(text: str) -> Iterator[str]:
    """Yield what of the values a text tells."""
    yield from (each for each in DIGITS if each in text)
