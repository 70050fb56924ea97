"""From a file of coded vignettes to the calibration report, or to "not yet calibrated"."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from gaptracker.domain.calibration import CalibrationReport, CheckedCoding
from gaptracker.domain.evidence import Evidence
from gaptracker.domain.methodology import Methodology
from gaptracker.intake.coded_vignettes import read_codings
from gaptracker.intake.gold_items import read_gold
from gaptracker.intake.vignette_files import shipped_settings, shipped_vignettes
from gaptracker.release.manifest import NOT_CALIBRATED, CalibrationNote
from gaptracker.scoring.calibration import calibrate
from gaptracker.scoring.coders import check_gold
from gaptracker.workflows.calibration_text import report_json, report_markdown

JSON_FILE, MARKDOWN_FILE = "calibration.json", "calibration.md"


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """A calibration report, and the same as files: JSON unrounded, Markdown for people."""

    report: CalibrationReport
    json: bytes
    markdown: bytes

    @property
    def files(self) -> dict[str, bytes]:
        """Return both files by name."""
        return {JSON_FILE: self.json, MARKDOWN_FILE: self.markdown}

    @property
    def note(self) -> CalibrationNote:
        """Return what a release says of its coders."""
        if not self.report.confusions:
            return replace(NOT_CALIBRATED, files=self.files)
        sentence = self.report.sentence
        return CalibrationNote(sentence=f"{sentence[:1].upper()}{sentence[1:]}.", files=self.files)


def calibrate_file(
    file: Path, methodology: Methodology, gold: Sequence[CheckedCoding] = ()
) -> Calibration:
    """Read a file of coded vignettes and compute what it shows.

    The same file, gold codings and methodology give the same bytes.

    Args:
        file: CSV, as `read_codings` takes it.
        methodology: One that travels in the package, with its vignettes.
        gold: Codings of real items whose rung people agreed on, by `gold_codings`.

    Raises:
        CodingsRefused: If the file cannot be used; every problem is named with its line.
        MethodologyError: If the package's vignettes are wrong.
        OSError: If the file cannot be read.
    """
    vignettes = shipped_vignettes(methodology)
    content = file.read_bytes()
    return _written(
        calibrate(
            read_codings(content, vignettes, name=file.name),
            vignettes,
            methodology=methodology,
            settings=shipped_settings(methodology),
            codings_sha256=hashlib.sha256(content).hexdigest(),
            gold=gold,
        )
    )


def gold_codings(
    file: Path, evidence: Evidence, methodology: Methodology
) -> tuple[CheckedCoding, ...]:
    """Read which rungs people agreed on, and set the codings of those items beside them.

    Args:
        file: CSV with the columns `item, theme, rung`, as `read_gold` takes it.
        evidence: Holds the items and their codings by people and machines.
        methodology: Knows the themes.

    Raises:
        GoldRefused: If the file cannot be used; every problem is named with its line.
        OSError: If the file cannot be read.
    """
    items = {said.id for said in evidence.statements} | {act.id for act in evidence.measures}
    gold = read_gold(file.read_bytes(), items, methodology.themes, name=file.name)
    return check_gold(evidence.codings, gold)


def uncoded_calibration(methodology: Methodology) -> Calibration:
    """Return the report while nobody has coded: "not yet calibrated" on every theme.

    Raises:
        MethodologyError: If the package's vignettes are wrong.
    """
    return _written(
        calibrate(
            (),
            shipped_vignettes(methodology),
            methodology=methodology,
            settings=shipped_settings(methodology),
        )
    )


def _written(report: CalibrationReport) -> Calibration:
    return Calibration(report=report, json=report_json(report), markdown=report_markdown(report))
