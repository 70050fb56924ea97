"""Cut a release: score the evidence, pair and analyse it, freeze it, check it, keep it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import chain
from pathlib import Path
from tempfile import TemporaryDirectory

import polars as pl

from gaptracker.domain.errors import NothingToScore, ReleaseCheckFailed, ReleaseCorrupt, UnknownName
from gaptracker.domain.evidence import Evidence
from gaptracker.domain.methodology import Methodology
from gaptracker.domain.records import Coding
from gaptracker.domain.results import CheckResult
from gaptracker.domain.vocabulary import ReleaseState
from gaptracker.records.release_store import IndexEntry, KeptWith, ReleaseStore
from gaptracker.release.cell_tables import GAPS, SCORED_LAYOUTS
from gaptracker.release.checks import Check, failures, warnings
from gaptracker.release.comparison import compare_releases
from gaptracker.release.freeze import Frozen, ReleaseDraft
from gaptracker.release.inputs import Inputs, Software, describe_inputs
from gaptracker.release.manifest import NOT_CALIBRATED, sha256_of
from gaptracker.release.thresholds import REFERENCE_CHECKS
from gaptracker.scoring.across import read_across
from gaptracker.scoring.alliances import read_alliances
from gaptracker.scoring.choice_sensitivity import release_sensitivity
from gaptracker.scoring.dossier import build_dossiers
from gaptracker.scoring.run import scored_years
from gaptracker.scoring.rungs import rule_codings
from gaptracker.workflows.calibrate import Calibration
from gaptracker.workflows.diff_releases import NamedFiles, difference_of
from gaptracker.workflows.engines import Engine
from gaptracker.workflows.engines.local import LocalEngine
from gaptracker.workflows.program import describe_program
from gaptracker.workflows.release_changes import changes_of, write_changes
from gaptracker.workflows.reuse import Reuse
from gaptracker.workflows.score_evidence import blocks_of, run_of, tasks_of
from gaptracker.workflows.write_downloads import write_downloads

# Told the cells done so far and how many there are.
Progress = Callable[[int, int], None]


def no_progress(done: int, total: int) -> None:
    """Tell nobody."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CutPlan:
    """How a release is cut; the defaults are those of the reference run.

    `years` are scored, by default 2000 to the year of the data's as-of date. `calibration` is what
    is known of the coders; without it all have the default matrix. With `again` the
    cells are scored even if the release is there already, and nothing is taken over from an
    earlier one: to prove that the bytes are the same, or to write them anew where they were
    damaged. `workers` is how many processes write workbooks. `moment` is when it is cut, which
    feeds tell and no figure depends on.
    """

    engine: Engine = field(default_factory=lambda: LocalEngine(workers=1))
    checks: tuple[Check, ...] = REFERENCE_CHECKS
    years: tuple[int, ...] | None = None
    calibration: Calibration | None = None
    software: Software = field(default_factory=describe_program)
    again: bool = False
    workers: int = 1
    moment: datetime | None = None
    progress: Progress = no_progress


@dataclass(frozen=True, slots=True, kw_only=True)
class CutOutcome:
    """The release that is now current, whether it was cut just now, and what it warns of.

    `scored_cells` were computed, `reused_cells` taken over from the release before.
    """

    entry: IndexEntry
    created: bool
    warnings: tuple[CheckResult, ...]
    scored_cells: int = 0
    reused_cells: int = 0


def cut_release(
    evidence: Evidence, methodology: Methodology, store: ReleaseStore, plan: CutPlan | None = None
) -> CutOutcome:
    """Cut a release from evidence and rules, and make it the current one.

    The same inputs make the same release: if it is kept already, it is verified and nothing is
    scored. A run that does not reach a floor is archived as failed, and the current release
    stays.

    Args:
        evidence: All the evidence.
        methodology: The rules.
        store: Where releases are kept.
        plan: Engine, checks and years; the reference run's if left out.

    Raises:
        NothingToScore: If the data's as-of date lies before the first year.
        ReleaseCheckFailed: If a floor was not reached; the message names each.
        ReleaseCorrupt: If the release is kept already and was changed.
    """
    plan = plan or CutPlan()
    years = plan.years if plan.years is not None else tuple(scored_years(evidence))
    if not years:
        raise NothingToScore(
            f"the evidence speaks up to {evidence.as_of}, before the first year that is scored; "
            "load newer evidence"
        )
    calibration = plan.calibration
    inputs = describe_inputs(
        evidence,
        methodology,
        years=years,
        software=plan.software,
        calibration_sha256=sha256_of(calibration.json) if calibration else None,
    )
    if not plan.again and _is_published(store, inputs.release):
        kept = store.reinstate(inputs.release)
        return CutOutcome(entry=kept, created=False, warnings=_kept_warnings(store, kept))
    earlier = None if plan.again else _rows_by_same_program(store, inputs)
    reuse = Reuse(earlier, evidence.as_of)
    frozen = freeze_run(evidence, methodology, inputs, plan, reuse)
    compared = _compare(frozen, store, methodology)
    before = len(store.entries())
    entry = _keep(store, frozen, compared, plan)
    _require_passed(frozen, entry)
    return CutOutcome(
        entry=entry,
        created=len(store.entries()) > before,
        warnings=warnings((*frozen.manifest.checks, *compared)),
        scored_cells=frozen.gaps.height - reuse.cells,
        reused_cells=reuse.cells,
    )


def _keep(
    store: ReleaseStore, frozen: Frozen, compared: tuple[CheckResult, ...], plan: CutPlan
) -> IndexEntry:
    """Keep a run; of one that passed its checks, with all that people take away and are told."""
    at = plan.moment.isoformat(timespec="seconds") if plan.moment else None
    if frozen.manifest.state is not ReleaseState.PUBLISHED:
        return store.keep(frozen, compared, KeptWith(at=at))
    with TemporaryDirectory(prefix="gaptracker-") as folder:
        staged = write_downloads(frozen.manifest, frozen.files, Path(folder), workers=plan.workers)
        changes = _changes(frozen, store)
        return store.keep(frozen, compared, KeptWith(at=at, downloads=staged, changes=changes))


def _changes(frozen: Frozen, store: ReleaseStore) -> bytes | None:
    """Return what a run changes against the current release; None if there is none to hold it to.

    A release of an older version of the program cannot be compared: nothing is told then.
    """
    try:
        current = store.find()
    except UnknownName:
        return None
    if current.id == frozen.manifest.release:
        return None
    kept = store.read(current)
    try:
        difference = difference_of(
            NamedFiles(release=current.id, files=kept.files),
            NamedFiles(release=frozen.manifest.release, files=frozen.files),
        )
    except ReleaseCorrupt:
        return None
    return write_changes(changes_of(difference))


def freeze_run(
    evidence: Evidence,
    methodology: Methodology,
    inputs: Inputs,
    plan: CutPlan,
    reuse: Reuse | None = None,
) -> Frozen:
    """Score, pair, analyse and freeze, without keeping anything.

    Args:
        evidence: All the evidence.
        methodology: The rules.
        inputs: What the release is made from.
        plan: Engine and checks.
        reuse: Takes over what an earlier release holds already; nothing if None.
    """
    reuse = reuse or Reuse(None, evidence.as_of)
    draft = ReleaseDraft(inputs, evidence, methodology)
    total = len(evidence.actors) * len(methodology.scored_themes()) * len(inputs.years)
    run = run_of(evidence, methodology, release=inputs.release, program=inputs.software)
    calibration = plan.calibration
    confusions = calibration.report.confusions if calibration else None
    dossiers = build_dossiers(evidence, methodology, confusions)
    moved = reuse.moved(tasks_of(evidence, methodology, inputs.years, known=dossiers))
    scored = 0
    for block in plan.engine.score(blocks_of(moved), run):
        draft.add_rows(block.frames)
        scored += block.cells
        plan.progress(scored + reuse.cells, total)
    draft.add_rows(reuse.rows(inputs.release, run.actor_names))
    draft.set_across(read_across(evidence, dossiers, methodology, inputs.years))
    draft.set_alliances(read_alliances(dossiers, evidence.as_of, methodology, inputs.years))
    graded = draft.newest_graded()
    draft.add_sensitivities(
        release_sensitivity(dossiers, graded, as_of=evidence.as_of, methodology=methodology)
    )
    note = calibration.note if calibration else NOT_CALIBRATED
    return draft.freeze(_codings(evidence, methodology), plan.checks, note)


def _rows_by_same_program(store: ReleaseStore, inputs: Inputs) -> dict[str, pl.DataFrame] | None:
    """Return the tables of the current release, if the same program made it by the same rules."""
    try:
        entry = store.find()
    except UnknownName:
        return None
    manifest, provenance = store.manifest(entry)
    same_rules = manifest.methodology_sha256 == inputs.methodology_sha256
    if not same_rules or provenance.software != inputs.software:
        return None
    files = store.read(entry).files
    return {layout.name: pl.read_parquet(files[layout.file]) for layout in SCORED_LAYOUTS}


def _codings(evidence: Evidence, methodology: Methodology) -> Iterator[Coding]:
    """Yield the stored codings and those that the codebook gives."""
    by_rule = (rule_codings(statement, methodology.codebook) for statement in evidence.statements)
    return chain(evidence.codings, chain.from_iterable(by_rule))


def _is_published(store: ReleaseStore, release: str) -> bool:
    return any(
        entry.id == release and entry.state is ReleaseState.PUBLISHED for entry in store.entries()
    )


def _kept_warnings(store: ReleaseStore, entry: IndexEntry) -> tuple[CheckResult, ...]:
    manifest, _ = store.manifest(entry)
    return warnings((*manifest.checks, *entry.compared))


def _compare(
    frozen: Frozen, store: ReleaseStore, methodology: Methodology
) -> tuple[CheckResult, ...]:
    """Hold a run against the current release; there is nothing to compare without one."""
    try:
        current = store.find()
    except UnknownName:
        return ()
    if current.id == frozen.manifest.release:
        return ()
    previous = pl.read_parquet(store.read(current).files[GAPS.file])
    return compare_releases(frozen.gaps, previous, methodology.labels.demonstrable_points)


def _require_passed(frozen: Frozen, entry: IndexEntry) -> None:
    failed = failures(frozen.manifest.checks)
    if failed:
        head = (
            f"run {entry.id} did not pass {len(failed)} of its checks; it was archived in "
            f"{entry.folder} and the current release stays"
        )
        lines = (
            f"  - {each.name}: found {each.found:g}, expected at least {each.bound:g} "
            f"({each.reason})"
            for each in failed
        )
        raise ReleaseCheckFailed("\n".join((head, *lines)))
