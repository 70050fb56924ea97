"""`gaptracker calibrate`: what coded vignettes show of the coders."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal

import typer
from rich.table import Table

from gaptracker.domain.calibration import (
    CalibrationReport,
    KindCalibration,
    ReliabilityFigure,
)
from gaptracker.domain.results import Interval
from gaptracker.main.cli.figures import NOTHING, gap, number
from gaptracker.main.cli.methodologies import newest_methodology
from gaptracker.main.cli.tables import plain_table
from gaptracker.main.cli.terminal import show, talk, write
from gaptracker.workflows.calibrate import calibrate_file
from gaptracker.workflows.calibration_text import alpha_in_words, verdict_in_words
from gaptracker.workflows.coding_sheets import coding_sheets

FileArgument = Annotated[
    Path | None,
    typer.Argument(
        help="CSV of coded vignettes: coder, coder_kind, vignette, side, rung.",
        metavar="FILE",
        exists=True,
        dir_okay=False,
        readable=True,
    ),
]
OutOption = Annotated[
    Path | None,
    typer.Option(
        "--out",
        help="Folder for calibration.json and calibration.md; made if it is not there.",
        metavar="DIR",
        file_okay=False,
    ),
]
SheetsOption = Annotated[
    Path | None,
    typer.Option(
        "--sheets",
        help="Write two empty coding sheets into this folder, and stop.",
        metavar="DIR",
        file_okay=False,
    ),
]
FormatOption = Annotated[
    Literal["table", "json"],
    typer.Option("--format", help="A table to read, or JSON with unrounded figures."),
]


def calibrate_command(
    file: FileArgument = None,
    *,
    out: OutOption = None,
    sheets: SheetsOption = None,
    form: FormatOption = "table",
) -> None:
    """Show how well coders agree, and whether they code words and deeds alike.

    Each vignette is a fictional country whose words and deed stand on one rung. Coders put
    them on rungs without knowing which; whatever gap they see is their own. Codings by
    machines are shown apart and calibrate nothing.

    Examples:
        gaptracker calibrate --sheets sheets
        gaptracker calibrate coded.csv --out calibration
        gaptracker calibrate coded.csv --format json
    """
    if (file is None) == (sheets is None):
        raise typer.BadParameter("give either FILE with codings, or --sheets DIR for empty ones")
    methodology = newest_methodology()
    if sheets is not None:
        _write_files(sheets, coding_sheets(methodology))
    if file is None:
        return
    found = calibrate_file(file, methodology)
    if out is not None:
        _write_files(out, found.files)
    if form == "json":
        write(found.json.decode("utf-8"))
    else:
        _show(found.report)


def _write_files(folder: Path, contents: Mapping[str, bytes]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in contents.items():
        folder.joinpath(name).write_bytes(content)
        talk(f"written: {folder / name}")


def _show(report: CalibrationReport) -> None:
    show(f"{report.sentence[:1].upper()}{report.sentence[1:]}.")
    if report.people.coders:
        show("\nPEOPLE")
        _show_kind(report.people)
    if report.machines.coders:
        show("\nMACHINES (apart: they calibrate nothing)")
        _show_kind(report.machines)
    limit = number(report.limit_points, 1)
    talk(
        "agreement: Krippendorff's ordinal alpha with its 90% bootstrap interval. bias: points by "
        "which words are coded above deeds that stand on the same rung, with its 90% interval; "
        f"coded alike if that lies wholly between −{limit} and +{limit}."
    )


def _show_kind(part: KindCalibration) -> None:
    for table in (_agreement_table(part), _bias_table(part), _coder_table(part)):
        show(table)
        show("")


def _agreement_table(part: KindCalibration) -> Table:
    figures = ("words", "90%", "deeds", "90% ")
    table = plain_table("agreement", *figures[:2], "", *figures[2:], "", numbers=figures)
    for theme in part.themes:
        table.add_row(theme.theme, *_alpha_cells(theme.words), *_alpha_cells(theme.deeds))
    return table


def _alpha_cells(figure: ReliabilityFigure) -> tuple[str, str, str]:
    """Return alpha, its interval and its standing, or why there is none."""
    if figure.alpha is None:
        return NOTHING, NOTHING, alpha_in_words(figure)
    standing = figure.standing.value if figure.standing else ""
    return number(figure.alpha, 2), _dots(figure.interval, 2), standing


def _bias_table(part: KindCalibration) -> Table:
    figures = ("pairs", "bias", "90%")
    table = plain_table("words against deeds", *figures, "verdict", numbers=figures)
    for theme in part.themes:
        table.add_row(
            theme.theme,
            str(theme.bias.pairs),
            gap(theme.bias.points),
            _dots(theme.bias.interval, 1),
            verdict_in_words(theme.bias.verdict, part.kind),
        )
    return table


def _dots(interval: Interval | None, digits: int) -> str:
    if interval is None:
        return NOTHING
    return f"{number(interval.low, digits)}..{number(interval.high, digits)}"


def _coder_table(part: KindCalibration) -> Table:
    numbers = ("items", "right", "error on words", "error on deeds")
    table = plain_table("coder", *numbers, numbers=numbers)
    for coder in part.coders:
        errors = (gap(points) for points in (coder.words_error_points, coder.deeds_error_points))
        table.add_row(coder.coder, str(coder.items), f"{100 * coder.right_share:.0f}%", *errors)
    return table
