"""What is known of coders reaches the figures: coded vignettes and gold items into a release."""

import json
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest

from gaptracker.domain.evidence import Evidence
from gaptracker.domain.records import Coding
from gaptracker.domain.vocabulary import CoderKind, ItemKind, Specificity
from gaptracker.intake.gold_items import GoldRefused, read_gold
from gaptracker.records.release_store import ReleaseStore
from gaptracker.release.checks import INVARIANTS
from gaptracker.workflows.calibrate import (
    Calibration,
    calibrate_file,
    gold_codings,
    uncoded_calibration,
)
from gaptracker.workflows.cut_release import CutOutcome, CutPlan, cut_release
from tests.cli_world import EVIDENCE, SPEECH, THEME, YEARS
from tests.test_calibrate import METHODOLOGY, VIGNETTES, as_csv, coded

ON_THEME = [name for name, vignette in VIGNETTES.items() if vignette.theme == THEME]


def one_rung_too_high(true_rung: int, _: object) -> int:
    return min(true_rung + 1, 4)


@pytest.fixture
def store(tmp_path: Path) -> ReleaseStore:
    return ReleaseStore(str(tmp_path / "releases"))


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """One person codes as it was meant, another always a rung too high."""
    path = tmp_path / "coded.csv"
    rows = [
        *coded("ana", names=ON_THEME),
        *coded("ben", names=ON_THEME, place=one_rung_too_high),
    ]
    path.write_bytes(as_csv(rows))
    return path


def coded_by(coder: str, rung: int = 3) -> Evidence:
    """The small evidence, with the speech coded by one person alone."""
    coding = Coding(
        item=SPEECH.id,
        item_kind=ItemKind.STATEMENT,
        theme=THEME,
        coder=coder,
        coder_kind=CoderKind.PERSON,
        rung=rung,
        specificity=Specificity.GENERAL,
        rationale="read",
    )
    kept = tuple(each for each in EVIDENCE.codings if each.item != SPEECH.id)
    return replace(EVIDENCE, codings=(*kept, coding))


def cut(store: ReleaseStore, evidence: Evidence, calibration: Calibration) -> CutOutcome:
    plan = CutPlan(checks=INVARIANTS, years=YEARS, calibration=calibration)
    return cut_release(evidence, METHODOLOGY, store, plan)


def speech_points(store: ReleaseStore, outcome: CutOutcome) -> float:
    rows = pl.read_parquet(store.read(outcome.entry).files["contributions.parquet"])
    points = rows.filter(pl.col("item") == SPEECH.id)["points"].unique()
    assert len(points) == 1
    return float(points[0])


def test_a_release_without_codings_says_that_it_is_not_calibrated(store: ReleaseStore) -> None:
    outcome = cut(store, coded_by("ana"), uncoded_calibration(METHODOLOGY))
    _, provenance = store.manifest(outcome.entry)
    assert provenance.calibration.startswith("Not yet calibrated")
    report = json.loads(store.read(outcome.entry).files["calibration.json"])
    assert report["sentence"] == "not yet calibrated: nobody has coded the vignettes"


def test_a_coder_who_reads_too_high_is_corrected_and_a_careful_one_is_not(
    store: ReleaseStore, file: Path
) -> None:
    known = calibrate_file(file, METHODOLOGY)
    unknown = uncoded_calibration(METHODOLOGY)
    by_default = speech_points(store, cut(store, coded_by("ben"), unknown))
    by_ben = speech_points(store, cut(store, coded_by("ben"), known))
    by_ana = speech_points(store, cut(store, coded_by("ana"), known))

    # By default a code of 3 comes from rung 2, 3 or 4 as 0.1 to 0.8 to 0.2.
    assert by_default == pytest.approx((0.1 * 50 + 0.8 * 75 + 0.2 * 100) / 1.1)
    # A 3 from somebody known to code a rung too high stands for rung 2 more often.
    chances = [row[3] for row in known.report.confusions["ben"]]
    expected = sum(25.0 * rung * chance for rung, chance in enumerate(chances)) / sum(chances)
    assert by_ben == pytest.approx(expected)
    assert by_ben < by_default - 5
    assert by_ana == pytest.approx(by_default, abs=2)


def test_a_calibrated_release_says_on_which_themes_and_holds_the_report(
    store: ReleaseStore, file: Path
) -> None:
    known = calibrate_file(file, METHODOLOGY)
    outcome = cut(store, coded_by("ana"), known)
    manifest, provenance = store.manifest(outcome.entry)
    assert provenance.calibration.startswith(f"Calibrated by people on 1 of 12 themes ({THEME})")
    stored = store.read(outcome.entry).files
    assert stored["calibration.json"] == known.json
    assert stored["calibration.md"] == known.markdown
    assert {"calibration.json", "calibration.md"} <= set(manifest.files)


def test_only_cells_that_hold_the_coders_items_are_scored_anew(
    store: ReleaseStore, file: Path
) -> None:
    first = cut(store, coded_by("ben"), uncoded_calibration(METHODOLOGY))
    second = cut(store, coded_by("ben"), calibrate_file(file, METHODOLOGY))
    assert first.reused_cells == 0
    assert second.entry.id != first.entry.id
    assert 0 < second.scored_cells < first.scored_cells
    assert second.scored_cells + second.reused_cells == first.scored_cells


def test_gold_items_count_in_a_coders_matrix(tmp_path: Path, file: Path) -> None:
    gold = tmp_path / "gold.csv"
    gold.write_text(f"item,theme,rung\n{SPEECH.id},{THEME},1\n", encoding="utf-8")
    evidence = coded_by("ana")

    without = calibrate_file(file, METHODOLOGY).report
    with_gold = calibrate_file(file, METHODOLOGY, gold_codings(gold, evidence, METHODOLOGY)).report

    # Ana coded on rung 3 what people agreed stands on rung 1.
    assert with_gold.confusions["ana"][1][3] > without.confusions["ana"][1][3]
    assert with_gold.confusions["ben"] == without.confusions["ben"]
    assert with_gold.people.themes == without.people.themes


def test_a_file_of_gold_items_is_taken_whole_or_refused_with_every_line() -> None:
    content = b"item,theme,rung,note\na,t,2,\na,t,3,\nb,t,5,\nc,u,,\n"
    with pytest.raises(GoldRefused) as raised:
        read_gold(content, {"a", "b"}, {"t"}, name="gold.csv")
    told = str(raised.value)
    assert "line 3: a on t comes twice; keep one" in told
    assert "line 4: rung: came '5'; expected 0 or 1 or 2 or 3 or 4" in told
    assert "line 5: item: none is called 'c'" in told
    assert "line 5: theme: none is called 'u'" in told
    assert "line 5: rung: came ''" in told
    assert read_gold(b"item,theme,rung\na,t,2\n", {"a"}, {"t"}, name="g") == {("a", "t"): 2}
