"""From rows of a release's evidence back to domain values."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import polars as pl

from gaptracker.domain.records import Flow, Measure, Observation, Statement
from gaptracker.domain.sources import Source
from gaptracker.domain.time import PartialDate, Period
from gaptracker.domain.vocabulary import (
    Instrument,
    Layer,
    MeasureKind,
    Mode,
    ObservationStatus,
    Office,
    Specificity,
    Withheld,
)
from gaptracker.publish.documents import partial_date
from gaptracker.publish.rows import ShownObservation

Record = TypeVar("Record")
# A row's values have the types of its columns, which only the release's layout knows.
RowValues = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordTable(Generic[Record]):
    """Records of one kind, found by id; `frame` is sorted by id."""

    frame: pl.DataFrame
    build: Callable[[RowValues], Record]

    def __len__(self) -> int:
        """Return the number of records."""
        return self.frame.height

    def get(self, name: str) -> Record | None:
        """Return the record of an id, None if there is none."""
        place = int(self.frame["id"].search_sorted(name))
        if place >= self.frame.height or self.frame["id"][place] != name:
            return None
        return self.build(self.frame.row(place, named=True))

    def of_actor(self, actor: str) -> tuple[Record, ...]:
        """Return an actor's records, in order of their ids."""
        rows = self.frame.filter(pl.col("actor") == actor).iter_rows(named=True)
        return tuple(self.build(row) for row in rows)


def statement_of(row: RowValues) -> Statement:
    """Build a statement from its row."""
    return Statement(
        **{
            **row,
            "said_on": PartialDate.parse(row["said_on"]),
            "mode": Mode(row["mode"]),
            "instrument": Instrument(row["instrument"]),
            "office": Office(row["office"]),
            "due_on": partial_date(row["due_on"]),
            "withdrawn_on": partial_date(row["withdrawn_on"]),
            "specificity": Specificity(row["specificity"]) if row["specificity"] else None,
        }
    )


def measure_of(row: RowValues) -> Measure:
    """Build a measure from its row."""
    fields = {name: value for name, value in row.items() if not name.startswith("in_force_")}
    return Measure(
        **{
            **fields,
            "layer": Layer(row["layer"]),
            "kind": MeasureKind(row["kind"]),
            "in_force": Period(
                start=partial_date(row["in_force_from"]), end=partial_date(row["in_force_to"])
            ),
        }
    )


def observation_of(row: RowValues) -> Observation:
    """Build an observation from its frozen row, with all that counts."""
    return Observation(
        **{
            **row,
            "period": PartialDate.parse(row["period"]),
            "status": ObservationStatus(row["status"]),
        }
    )


def shown_observation_of(row: RowValues) -> ShownObservation:
    """Build an observation as readers are shown it, from its row with why it is withheld."""
    return ShownObservation(
        **{
            **row,
            "period": PartialDate.parse(row["period"]),
            "status": ObservationStatus(row["status"]),
            "withheld": Withheld(row["withheld"]) if row["withheld"] else None,
        }
    )


def flow_of(row: RowValues) -> Flow:
    """Build a flow from its row."""
    fields = {name: value for name, value in row.items() if not name.startswith("period_")}
    period = Period(
        start=PartialDate.parse(row["period_from"]), end=PartialDate.parse(row["period_to"])
    )
    return Flow(**{**fields, "period": period})


def source_of(row: RowValues) -> Source:
    """Build a source from its row."""
    return Source(**{**row, "published_on": partial_date(row["published_on"])})
