"""A release in which a source's licence keeps its values from readers, and the same one without."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from gaptracker.domain.evidence import Evidence
from gaptracker.publish.api.shelf import Shelf
from tests.api_world import World, client_of, open_store
from tests.cli_world import WATCH, cut
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
        sources={**given.sources, WATCH.id: replace(WATCH, licence=licence)},
        observations=tuple(
            replace(each, value=VALUE, lower=LOWER, upper=UPPER, note=NOTE)
            if each.source == WATCH.id and each.value is not None
            else each
            for each in given.observations
        ),
    )


def open_withheld(folder: Path, licence: str = KEPT_BACK) -> World:
    """An application on one release of that evidence."""
    name = cut(folder, evidence=withheld_evidence(licence)).entry.id
    shelf = Shelf(open_store(folder))
    shelf.refresh()
    return World(client=client_of(shelf), shelf=shelf, folder=folder, older=name, newer=name)


def digits_in(text: str) -> Iterator[str]:
    """Yield what of the values a text tells."""
    yield from (each for each in DIGITS if each in text)
