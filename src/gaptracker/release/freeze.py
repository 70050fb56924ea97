"""From scored cells and pairs to the files of a release: the same inputs, the same bytes."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from gaptracker.domain.alliances import Alliances
from gaptracker.domain.analysis import ScopeSensitivity
from gaptracker.domain.evidence import Evidence
from gaptracker.domain.federation import AcrossActors
from gaptracker.domain.methodology import Methodology
from gaptracker.domain.records import Coding
from gaptracker.domain.results import CheckResult, Manifest
from gaptracker.domain.vocabulary import ReleaseState
from gaptracker.release.alliance_tables import alliance_frames
from gaptracker.release.analysis_tables import METHOD_BANDS, SENSITIVITY, sensitivity_rows
from gaptracker.release.cell_tables import GAPS, SCORED_LAYOUTS
from gaptracker.release.checks import Check, failures, run_checks
from gaptracker.release.columns import TableDraft, table_of
from gaptracker.release.counts import count_rows
from gaptracker.release.documents import (
    ACTORS_FILE,
    MANIFEST_FILE,
    METHODOLOGY_FILE,
    write_actors,
    write_methodology,
)
from gaptracker.release.federation_tables import across_frames
from gaptracker.release.heading import Heading, parquet_metadata
from gaptracker.release.inputs import Inputs
from gaptracker.release.manifest import (
    FINAL_NOTICE,
    NOT_CALIBRATED,
    PROVISIONAL_NOTICE,
    CalibrationNote,
    Provenance,
    sha256_of,
    write_manifest,
)
from gaptracker.release.parquet import write_parquet
from gaptracker.release.record_tables import CODINGS, MEASURES, OBSERVATIONS, SOURCES, STATEMENTS
from gaptracker.release.submissions import submission_parts
from gaptracker.release.tables import LAYOUTS, Tables


@dataclass(frozen=True, slots=True, kw_only=True)
class Frozen:
    """A release as bytes, not yet stored.

    `files` maps a file's name to its bytes, the manifest among them; `content_sha256` is over
    the manifest's bytes, which name the SHA-256 of every other file. `gaps` is the table of
    cells, for comparing with another release.
    """

    manifest: Manifest
    files: Mapping[str, bytes]
    content_sha256: str
    gaps: pl.DataFrame


class ReleaseDraft:
    """A release under construction: scored blocks are added in any order, then frozen.

    Nothing but columns is kept of what is added, so that a run of 100,000 cells needs a few
    hundred megabytes.
    """

    def __init__(self, inputs: Inputs, evidence: Evidence, methodology: Methodology) -> None:
        """Begin a release.

        Args:
            inputs: What it is made from, by `describe_inputs`.
            evidence: The evidence that was scored.
            methodology: The rules by which it was scored.
        """
        self.inputs = inputs
        self._release = inputs.release
        self._evidence = evidence
        self._methodology = methodology
        self._scored: dict[str, TableDraft[Any]] = {
            layout.name: TableDraft(layout) for layout in SCORED_LAYOUTS
        }
        self._across = AcrossActors()
        self._alliances = Alliances()
        self._sensitivity = TableDraft(SENSITIVITY)

    def add_rows(self, frames: Mapping[str, pl.DataFrame]) -> None:
        """Add rows of cells, of what they are made of, and of what stands beside them.

        Args:
            frames: Tables by the name of their layout.
        """
        for name, frame in frames.items():
            self._scored[name].add_frame(frame)

    def set_across(self, across: AcrossActors) -> None:
        """Keep what was found across actors: federations, agencies, help abroad."""
        self._across = across

    def set_alliances(self, alliances: Alliances) -> None:
        """Keep what was found of positions and alliances."""
        self._alliances = alliances

    def add_sensitivities(self, scopes: Iterable[ScopeSensitivity]) -> None:
        """Add what drives the gaps, of a theme or of all together."""
        for scope in scopes:
            self._sensitivity.add_all(sensitivity_rows(scope))

    def newest_graded(self) -> dict[tuple[str, str], int]:
        """Return the newest year with grade C or better of each actor and theme added so far."""
        bands = self._scored[METHOD_BANDS.name].frame()
        newest = bands.group_by("actor", "theme").agg(pl.col("year").max())
        return {(actor, theme): year for actor, theme, year in newest.iter_rows()}

    def freeze(
        self,
        codings: Iterable[Coding],
        checks: Iterable[Check],
        calibration: CalibrationNote = NOT_CALIBRATED,
    ) -> Frozen:
        """Check what was added and write it as the files of a release.

        Args:
            codings: All codings that the run used, stored ones and those by rule.
            checks: What must hold.
            calibration: What is known of the coders.

        Returns:
            The release; its manifest's state is `failed` if a floor was not reached.
        """
        tables = self._tables(codings)
        results = run_checks(tables, checks)
        heading = self._heading(tables)
        files = {
            layout.file: write_parquet(tables[layout], parquet_metadata(layout.name, heading))
            for layout in LAYOUTS
        }
        files[ACTORS_FILE] = write_actors(self._evidence)
        files[METHODOLOGY_FILE] = write_methodology(self._methodology)
        files |= calibration.files
        hashes = {name: sha256_of(content) for name, content in files.items()}
        manifest = self._manifest(tables, heading, results=results, hashes=hashes)
        files[MANIFEST_FILE] = write_manifest(manifest, self._provenance(calibration))
        return Frozen(
            manifest=manifest,
            files=files,
            content_sha256=sha256_of(files[MANIFEST_FILE]),
            gaps=tables[GAPS],
        )

    def _tables(self, codings: Iterable[Coding]) -> Tables:
        evidence = self._evidence
        return Tables(
            frames={
                **{name: draft.frame() for name, draft in self._scored.items()},
                SENSITIVITY.name: self._sensitivity.frame(),
                STATEMENTS.name: table_of(STATEMENTS, evidence.statements),
                MEASURES.name: table_of(MEASURES, evidence.measures),
                OBSERVATIONS.name: table_of(OBSERVATIONS, evidence.observations),
                CODINGS.name: table_of(CODINGS, codings),
                SOURCES.name: table_of(SOURCES, evidence.sources.values()),
                **across_frames(
                    self._across,
                    evidence.flows,
                    release=self._release,
                    methodology=self.inputs.methodology,
                ),
                **alliance_frames(self._alliances),
            },
            actors={code: actor.kind for code, actor in evidence.actors.items()},
            years=self.inputs.years,
            methodology=self._methodology,
        )

    def _heading(self, tables: Tables) -> Heading:
        provisional = bool(tables[GAPS]["machine_coded"].any())
        return Heading(
            release=self._release,
            methodology=self.inputs.methodology,
            as_of=self.inputs.as_of,
            provisional=provisional,
            notice=PROVISIONAL_NOTICE if provisional else FINAL_NOTICE,
        )

    def _manifest(
        self,
        tables: Tables,
        heading: Heading,
        *,
        results: tuple[CheckResult, ...],
        hashes: Mapping[str, str],
    ) -> Manifest:
        state = ReleaseState.FAILED if failures(results) else ReleaseState.PUBLISHED
        return Manifest(
            release=self._release,
            state=state,
            methodology=self.inputs.methodology,
            methodology_sha256=self.inputs.methodology_sha256,
            input_sha256=self.inputs.sha256,
            as_of=self.inputs.as_of,
            provisional=heading.provisional,
            first_year=min(self.inputs.years),
            last_year=max(self.inputs.years),
            counts=count_rows(tables),
            checks=results,
            files=hashes,
            notice=heading.notice,
        )

    def _provenance(self, calibration: CalibrationNote) -> Provenance:
        return Provenance(
            evidence_sha256=self.inputs.evidence_sha256,
            software=self.inputs.software,
            random_series=self.inputs.random_series,
            calibration=calibration.sentence,
            submissions=submission_parts(self._evidence),
        )
