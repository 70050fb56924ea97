"""A frozen release in memory: verified once, then asked for cells, pairs and their sources."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeVar

import polars as pl

from gaptracker.domain.actors import Actor
from gaptracker.domain.errors import ReleaseCorrupt
from gaptracker.domain.methodology import Methodology, Theme
from gaptracker.domain.records import Coding, Measure, Observation, Statement
from gaptracker.domain.results import Manifest
from gaptracker.domain.sources import Source
from gaptracker.domain.vocabulary import ItemKind
from gaptracker.publish.across import FrozenAcross
from gaptracker.publish.alliance_rows import FrozenAlliances
from gaptracker.publish.analysis_rows import (
    FrozenBand,
    FrozenFactor,
    FrozenGrids,
    FrozenLeftOut,
)
from gaptracker.publish.documents import read_actors, read_methodology
from gaptracker.publish.nearest import require_known, require_year
from gaptracker.publish.records import (
    RecordTable,
    measure_of,
    observation_of,
    shown_observation_of,
    source_of,
    statement_of,
)
from gaptracker.publish.rows import (
    FrozenCell,
    FrozenContribution,
    FrozenPair,
    ShownObservation,
)
from gaptracker.publish.stored_tables import StoredTables, table_of
from gaptracker.publish.tables import SlicedTable, Table
from gaptracker.records.release_store import IndexEntry, ReleaseStore
from gaptracker.release.analysis_tables import (
    COMPARISON_GRIDS,
    LEAVE_OUT,
    METHOD_BANDS,
    SENSITIVITY,
)
from gaptracker.release.cell_tables import CONTRIBUTIONS, GAPS, PAIRS
from gaptracker.release.columns import Layout
from gaptracker.release.documents import ACTORS_FILE, MANIFEST_FILE, METHODOLOGY_FILE
from gaptracker.release.manifest import Provenance, read_manifest
from gaptracker.release.record_tables import CODINGS, MEASURES, OBSERVATIONS, SOURCES, STATEMENTS
from gaptracker.release.tables import LAYOUTS
from gaptracker.release.withholding import Withholding

Row = TypeVar("Row")


# Compared as an object: there is one in memory for each release, and it keys what is made of it.
@dataclass(frozen=True, kw_only=True, eq=False)
class FrozenRelease:
    """One release: who is assessed by which rules, the numbers, and the evidence under them.

    Cells, contributions and pairs are sorted by actor, theme and year.
    """

    entry: IndexEntry
    manifest: Manifest
    provenance: Provenance
    actors: Mapping[str, Actor]
    methodology: Methodology
    frames: Mapping[str, pl.DataFrame]

    @property
    def id(self) -> str:
        """Return the release's id."""
        return self.manifest.release

    @property
    def content_sha256(self) -> str:
        """Return the content hash: the SHA-256 of the manifest, which names all other files'."""
        return self.entry.content_sha256

    @property
    def years(self) -> range:
        """Return the years that the release covers."""
        return range(self.manifest.first_year, self.manifest.last_year + 1)

    @property
    def themes(self) -> Mapping[str, Theme]:
        """Return all themes by id, those of positions only too."""
        return self.methodology.themes

    @cached_property
    def scored_themes(self) -> Mapping[str, Theme]:
        """Return the themes that carry a gap, in their order."""
        return {theme.id: theme for theme in self.methodology.scored_themes()}

    @cached_property
    def cells(self) -> SlicedTable[FrozenCell]:
        """Return all cells."""
        return SlicedTable.of(table_of(self.frames, GAPS, FrozenCell))

    @cached_property
    def contributions(self) -> SlicedTable[FrozenContribution]:
        """Return all contributions as they were counted; `shown_points` is for readers."""
        return SlicedTable.of(table_of(self.frames, CONTRIBUTIONS, FrozenContribution))

    @cached_property
    def pairs(self) -> SlicedTable[FrozenPair]:
        """Return all pairs of all readings, as readers are shown them."""
        found = table_of(self.frames, PAIRS, FrozenPair)
        return SlicedTable.of(found.with_columns(self._withholding.columns(PAIRS.name)))

    @cached_property
    def pair_years(self) -> range:
        """Return the years that pairs may be asked for: those of cells, and all that pairs have."""
        first, last = self.pairs.table.select(
            pl.col("year").min().alias("first"), pl.col("year").max().alias("last")
        ).row(0)
        if first is None:
            return self.years
        return range(min(first, self.years[0]), max(last, self.years[-1]) + 1)

    @cached_property
    def bands(self) -> SlicedTable[FrozenBand]:
        """Return the method bands of all cells of grade C or better."""
        return SlicedTable.of(table_of(self.frames, METHOD_BANDS, FrozenBand))

    @cached_property
    def grids(self) -> SlicedTable[FrozenGrids]:
        """Return the quantiles by which cells of grade C or better are compared."""
        return SlicedTable.of(table_of(self.frames, COMPARISON_GRIDS, FrozenGrids))

    @cached_property
    def left_out(self) -> SlicedTable[FrozenLeftOut]:
        """Return all cells of grade C or better without each of their source groups."""
        return SlicedTable.of(table_of(self.frames, LEAVE_OUT, FrozenLeftOut))

    @cached_property
    def factors(self) -> Table[FrozenFactor]:
        """Return what drives the gaps: a row for each choice and scope."""
        return table_of(self.frames, SENSITIVITY, FrozenFactor)

    @cached_property
    def statements(self) -> RecordTable[Statement]:
        """Return all statements, found by id."""
        return RecordTable(frame=self.frames[STATEMENTS.name], build=statement_of)

    @cached_property
    def measures(self) -> RecordTable[Measure]:
        """Return all measures, found by id."""
        return RecordTable(frame=self.frames[MEASURES.name], build=measure_of)

    @cached_property
    def observations(self) -> RecordTable[ShownObservation]:
        """Return all observations as readers are shown them, found by id."""
        columns = self._withholding.columns(OBSERVATIONS.name)
        return RecordTable(
            frame=self.frames[OBSERVATIONS.name].with_columns(columns), build=shown_observation_of
        )

    @cached_property
    def counted_observations(self) -> RecordTable[Observation]:
        """Return all observations as they were counted: for scoring and for who owns the data.

        Nothing that readers get may be made of them: some values are under a licence that keeps
        them from readers.
        """
        return RecordTable(frame=self.frames[OBSERVATIONS.name], build=observation_of)

    @cached_property
    def sources(self) -> Mapping[str, Source]:
        """Return all sources by id."""
        rows = self.frames[SOURCES.name].iter_rows(named=True)
        return {row["id"]: source_of(row) for row in rows}

    @cached_property
    def across(self) -> FrozenAcross:
        """Return what was found across actors: federations, agencies, help abroad."""
        return FrozenAcross(frames=self.frames)

    @cached_property
    def alliances(self) -> FrozenAlliances:
        """Return what was found of positions and alliances."""
        return FrozenAlliances(frames=self.frames)

    def actor(self, code: str) -> Actor:
        """Return an actor.

        Raises:
            UnknownName: If none has this code; it names those with a code or name like it.
        """
        known = {actor.code: tuple(actor.names.values()) for actor in self.actors.values()}
        return self.actors[require_known("actor", code, known)]

    def theme(self, name: str) -> Theme:
        """Return a theme that carries a gap.

        Raises:
            UnknownName: If none has this id; it names those with an id or name like it.
        """
        known = {theme.id: tuple(theme.name.values()) for theme in self.scored_themes.values()}
        return self.scored_themes[require_known("theme", name, known)]

    def cell(self, actor: str, theme: str, year: int) -> FrozenCell:
        """Return one cell; every actor, theme and year has one.

        Raises:
            UnknownName: If the actor, theme or year is unknown.
        """
        found = self.cells_of(actor, theme, year).only()
        if found is None:
            raise ReleaseCorrupt(
                f"{self.id}: no cell for {actor}, {theme}, {year}; expected one for each actor, "
                "theme and year. Cut the release again"
            )
        return found

    def cells_of(
        self, actor: str | None = None, theme: str | None = None, year: int | None = None
    ) -> Table[FrozenCell]:
        """Return the cells of an actor, theme and year; what is left out asks for all.

        Raises:
            UnknownName: If the actor, theme or year is unknown.
        """
        self._require_year(year)
        return self._of(self.cells, actor, theme, year)

    def pairs_of(
        self, actor: str | None = None, theme: str | None = None, year: int | None = None
    ) -> Table[FrozenPair]:
        """Return the pairs of an actor, theme and year; what is left out asks for all.

        A pair's year is that of its cell or, over time, that in which its answer fell or falls
        due: it may lie outside the years that have cells, and no pair is then an answer, too.

        Raises:
            UnknownName: If the actor or theme is unknown.
        """
        return self._of(self.pairs, actor, theme, year)

    def pairs_called(self, name: str) -> Table[FrozenPair]:
        """Return the pair of an id in every year that holds it; none if it is unknown."""
        return self.pairs.table.where(id=name)

    def contributions_of(self, actor: str, theme: str, year: int) -> Table[FrozenContribution]:
        """Return what a cell is made of, items that count nothing now too.

        Raises:
            UnknownName: If the actor, theme or year is unknown.
        """
        self._require_year(year)
        return self._of(self.contributions, actor, theme, year)

    def band_of(self, cell: FrozenCell) -> FrozenBand | None:
        """Return the method band of a cell; None below grade C."""
        return self.bands.of_cell(cell.actor, cell.theme, cell.year).only()

    def grids_of(self, cell: FrozenCell) -> FrozenGrids | None:
        """Return the quantiles by which a cell is compared; None below grade C."""
        return self.grids.of_cell(cell.actor, cell.theme, cell.year).only()

    def left_out_of(self, cell: FrozenCell) -> list[FrozenLeftOut]:
        """Return a cell without each of its source groups; nothing below grade C."""
        return self.left_out.of_cell(cell.actor, cell.theme, cell.year).rows()

    def codings_of(self, item: str) -> tuple[Coding, ...]:
        """Return all codings of a statement or measure, on every theme."""
        table = Table(frame=self.frames[CODINGS.name], row_type=Coding)
        return tuple(table.where(item=item).rows())

    def deed(self, name: str) -> Measure | ShownObservation | None:
        """Return the measure or observation of an id as shown, None if there is neither."""
        return self.measures.get(name) or self.observations.get(name)

    def shown_points(self, part: FrozenContribution) -> float:
        """Return an item's points as readers are shown them: whole if its value is withheld."""
        seen = part.item_kind is ItemKind.OBSERVATION
        withheld = seen and part.source in self._withholding.sources
        return float(round(part.points)) if withheld else part.points

    @cached_property
    def _withholding(self) -> Withholding:
        return Withholding.of(self.frames[OBSERVATIONS.name], self.frames[SOURCES.name])

    def _require_year(self, year: int | None) -> None:
        if year is not None:
            require_year(year, self.years)

    def _of(
        self, table: SlicedTable[Row], actor: str | None, theme: str | None, year: int | None
    ) -> Table[Row]:
        if actor is not None:
            self.actor(actor)
        if theme is not None:
            self.theme(theme)
        if actor is not None and theme is not None:
            return table.of_cell(actor, theme, year)
        return table.table.where(actor=actor, theme=theme, year=year)


def load_release(store: ReleaseStore, release: str | None = None) -> FrozenRelease:
    """Read a release from the store and verify every byte of it.

    Small tables are held in memory, large ones in files that nobody else can reach: what is
    given out later is what was verified now.

    Args:
        store: Where releases are kept.
        release: Its id; None for the current one.

    Raises:
        UnknownName: If no release of that id, or none at all, was published.
        ReleaseCorrupt: If a byte differs from what was frozen; nothing is loaded then.
    """
    entry = store.find(release)
    tables, documents = StoredTables(), {}
    layouts = {layout.file: layout for layout in LAYOUTS}
    # A file at a time: together they may be larger than all that is held in the end.
    for name, content in store.verified(entry):
        if name in layouts:
            _add_table(tables, layouts.pop(name), content, entry)
        else:
            documents[name] = content
    for file in layouts:
        raise ReleaseCorrupt(
            f"release {entry.id} has no {file}; it was frozen by another version: "
            "read it with that version, or cut the release anew"
        )
    manifest, provenance = read_manifest(documents[MANIFEST_FILE], entry.id)
    return FrozenRelease(
        entry=entry,
        manifest=manifest,
        provenance=provenance,
        actors=read_actors(documents[ACTORS_FILE]),
        methodology=read_methodology(documents[METHODOLOGY_FILE]),
        frames=tables,
    )


def _add_table(
    tables: StoredTables, layout: Layout[Any], content: bytes, entry: IndexEntry
) -> None:
    """Add one table, whose columns have to be those that this program writes."""
    schema = tables.add(layout.name, content)
    if schema != layout.schema:
        differing = sorted(set(schema.items()) ^ set(layout.schema.items()), key=str)
        odd = ", ".join(f"{name} {kind}" for name, kind in differing)
        raise ReleaseCorrupt(
            f"release {entry.id}, {layout.file}: its columns are not those this program "
            f"reads ({odd}); it was frozen by another version: read it with that version, or cut "
            "the release anew"
        )
