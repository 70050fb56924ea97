"""`gaptracker calculate`: one cell's arithmetic from rungs and weights, without a database."""

import json
from dataclasses import asdict
from typing import Annotated, Any, Literal

import typer
from rich.text import Text

from gaptracker.domain.errors import InvalidValue
from gaptracker.domain.methodology import Methodology
from gaptracker.domain.results import CellScore, Contribution
from gaptracker.domain.vocabulary import Layer, Side
from gaptracker.main.cli.figures import gap, number, points, probability, span
from gaptracker.main.cli.methodologies import newest_methodology
from gaptracker.main.cli.terminal import data_console, folded, show, write
from gaptracker.main.cli.weights import parse_weights
from gaptracker.main.cli.worksheet import (
    Line,
    Worksheet,
    error_sums,
    prior_of,
    sums,
    worksheet,
    worksheet_table,
)
from gaptracker.publish.cell_record import cell_record
from gaptracker.scoring.calculate import calculate

FEWEST_DRAWS, MOST_DRAWS = 100, 5_000_000
NOTATION = (
    "RUNG:WEIGHT,… A number from 0 to 4 is a rung (25 points each), a number with p, or above 4, "
    "is points; the weight is 1 where none is given."
)

SaysOption = Annotated[str, typer.Option(help=f"The words: {NOTATION}", metavar="LIST")]
DoesOption = Annotated[
    str, typer.Option(help="The practice, in the same notation.", metavar="LIST")
]
LawOption = Annotated[str, typer.Option(help="The law, in the same notation.", metavar="LIST")]
DrawsOption = Annotated[
    int | None,
    typer.Option(
        help="Number of random draws behind interval and probabilities; the methodology's if left "
        "out.",
        min=FEWEST_DRAWS,
        max=MOST_DRAWS,
    ),
]
FormatOption = Annotated[
    Literal["text", "json"],
    typer.Option("--format", help="Text to read, or JSON with unrounded figures."),
]


def calculate_command(
    says: SaysOption = "",
    does: DoesOption = "",
    law: LawOption = "",
    draws: DrawsOption = None,
    form: FormatOption = "text",
) -> None:
    """Compute one gap from rungs and weights alone, with every sum written out.

    Needs no database and no release: to check a published figure, to follow the method, or to
    try "what if". Each item is taken as certain and from a source of its own.

    Examples:
        gaptracker calculate --says 3:1,4:0.8,3:0.8,3:0.6 --does 1,1,0
        gaptracker calculate --says 75p:1,25p:1 --does 25p,25p --draws 400000
        gaptracker calculate --says 3 --law 2 --does 1 --format json
    """
    try:
        words, laws, practice = parse_weights(says, law, does)
    except InvalidValue as error:
        raise typer.BadParameter(str(error)) from error
    if not (words or laws or practice):
        raise typer.BadParameter("nothing to compute with; give --says, --does or --law")
    methodology = newest_methodology()
    cell = calculate(says=words, law=laws, does=practice, methodology=methodology, draws=draws)
    sheets = _worksheets(cell, methodology)
    if form == "json":
        record = _record(cell, sheets, draws or methodology.draws.draws, methodology)
        write(json.dumps(record, indent=2) + "\n")
    else:
        _show(cell, sheets, draws or methodology.draws.draws, methodology)


def _worksheets(cell: CellScore, methodology: Methodology) -> dict[str, Worksheet]:
    """Return the sums of each reading that has items, by the reading's name."""
    readings: tuple[tuple[str, str, Side, Layer | None], ...] = (
        ("says", "R", Side.WORDS, None),
        ("law", "L", Side.DEEDS, Layer.LAW),
        ("does", "F", Side.DEEDS, Layer.PRACTICE),
    )
    sheets = {}
    for name, letter, side, layer in readings:
        lines = [
            _line(number, part) for number, part in enumerate(_parts(cell, side, layer), start=1)
        ]
        if lines:
            sheets[name] = worksheet(letter, lines, prior_of(methodology.draws))
    return sheets


def _parts(cell: CellScore, side: Side, layer: Layer | None) -> list[Contribution]:
    return [part for part in cell.contributions if part.side is side and part.layer is layer]


def _line(number: int, part: Contribution) -> Line:
    return Line(mark=str(number), weight=part.weight, points=part.points)


def _show(
    cell: CellScore, sheets: dict[str, Worksheet], draws: int, methodology: Methodology
) -> None:
    width = data_console().width
    titles = {"says": "SAYS (R)", "law": "LAW (L)", "does": "DOES (F)"}
    for name, sheet in sheets.items():
        show(Text(titles[name], style="bold"))
        show(worksheet_table(sheet))
        for line in (*sums(sheet), *error_sums(sheet, prior_of(methodology.draws))):
            show(folded(line, width=width, hang=4))
        show("")
    show(Text("GAP", style="bold"))
    for line in _gap_lines(cell, draws):
        show(folded(line, width=width, hang=4))


def _gap_lines(cell: CellScore, draws: int) -> list[str]:
    """Return what follows from the readings, a line each."""
    lines = [_practice_line(cell)]
    if cell.says is None or cell.practice is None or cell.gap_points is None:
        lines.append(f"G is missing: {cell.gap_reason}")
        return lines
    lines.append(
        f"G = R − P = {number(cell.says.points, 2)} − {number(cell.practice.points, 2)} "
        f"= {gap(cell.gap_points)} points"
    )
    if cell.legislative_points is not None and cell.implementation_points is not None:
        lines.append(
            f"G = (R − L) + (L − F) = {gap(cell.legislative_points)} legislative, "
            f"{gap(cell.implementation_points)} implementation"
        )
    if cell.gap_interval is not None and cell.probabilities is not None:
        odds = cell.probabilities
        lines += [
            f"90% interval {span(cell.gap_interval.low, cell.gap_interval.high)} ({draws:,} draws)",
            (
                f"Pr(G>0) {probability(odds.words_ahead)} · "
                f"Pr(G>12.5) {probability(odds.words_ahead_demonstrably)} · "
                f"Pr(G<−12.5) {probability(odds.deeds_ahead_demonstrably)} · "
                f"Pr(|G|≤12.5) {probability(odds.close)}"
            ),
        ]
    lines.append(f"mixed message A = {points(cell.mixed_message_points)} points (spread of R)")
    lines.append(
        f"grade {cell.grade}, label {cell.label}: if each item came from a source of its own and "
        "none from a record of the act itself"
    )
    return lines


def _practice_line(cell: CellScore) -> str:
    if cell.practice is None:
        return "P is missing: no law and no practice given"
    reading = "L, since no practice is given" if cell.law_only else "F"
    return f"P = {reading} = {points(cell.practice.points)}"


# `Any` because the values are JSON's.
def _record(
    cell: CellScore, sheets: dict[str, Worksheet], draws: int, methodology: Methodology
) -> dict[str, Any]:
    """Return the cell as JSON, named as in a release, with the sums behind it."""
    return {
        "methodology": methodology.version,
        "draws": draws,
        **cell_record(cell),
        "n_eff_says": cell.coverage.effective_statements,
        "n_eff_does": cell.coverage.effective_deeds,
        "law_only": cell.law_only,
        "sums": {name: asdict(sheet) for name, sheet in sheets.items()},
    }
