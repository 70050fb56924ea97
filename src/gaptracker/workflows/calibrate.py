"""From a file of coded vignettes to the calibration report, or to "not yet calibrated"."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

from gaptracker.domain.calibration import CalibrationReport
from gaptracker.domain.methodology import Methodology
from gaptracker.intake.coded_vignettes import read_codings
from gaptracker.intake.vignette_files import shipped_settings, shipped_vignettes
from gaptracker.scoring.calibration import calibrate
from gaptracker.workflows.calibration_text import report_json, report_markdown


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """A calibration report, and the same as files: JSON unrounded, Markdown for people."""

    report: CalibrationReport
    json: bytes
    markdown: bytes


def calibrate_file(file: Path, methodology: Methodology) -> Calibration:
    """Read a file of coded vignettes and compute what it shows.

    The same file and methodology give the same bytes.

    Args:
        file: CSV, as `read_codings` takes it.
        methodology: One that travels in the package, with its vignettes.

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
        )
    )


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
