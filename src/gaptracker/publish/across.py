"""The readings across actors of a frozen release: federations, agencies, help abroad."""

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from gaptracker.domain.records import Flow
from gaptracker.publish.federation_rows import (
    FrozenAbroad,
    FrozenAbroadFlow,
    FrozenCoherence,
    FrozenFederation,
    FrozenUnit,
)
from gaptracker.publish.records import RecordTable, flow_of
from gaptracker.publish.stored_tables import table_of
from gaptracker.publish.tables import Table
from gaptracker.release.federation_tables import (
    ABROAD,
    ABROAD_FLOWS,
    COHERENCE,
    FEDERATION_UNITS,
    FEDERATIONS,
    FLOWS,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class FrozenAcross:
    """What a release holds across actors; small tables, asked by their columns."""

    frames: Mapping[str, pl.DataFrame]

    @property
    def federations(self) -> Table[FrozenFederation]:
        """Return all federal readings."""
        return table_of(self.frames, FEDERATIONS, FrozenFederation)

    @property
    def units(self) -> Table[FrozenUnit]:
        """Return the units of all federal readings."""
        return table_of(self.frames, FEDERATION_UNITS, FrozenUnit)

    @property
    def coherence(self) -> Table[FrozenCoherence]:
        """Return how far the agencies lie apart, by theme and year."""
        return table_of(self.frames, COHERENCE, FrozenCoherence)

    @property
    def abroad(self) -> Table[FrozenAbroad]:
        """Return all donors' readings."""
        return table_of(self.frames, ABROAD, FrozenAbroad)

    @property
    def abroad_flows(self) -> Table[FrozenAbroadFlow]:
        """Return the parts of all donors' readings."""
        return table_of(self.frames, ABROAD_FLOWS, FrozenAbroadFlow)

    @property
    def flows(self) -> RecordTable[Flow]:
        """Return all flows, found by id."""
        return RecordTable(frame=self.frames[FLOWS.name], build=flow_of)

    def federation(self, actor: str, theme: str, year: int) -> FrozenFederation | None:
        """Return one federal reading, None where the actor is no federation on the theme."""
        return self.federations.where(actor=actor, theme=theme, year=year).only()
