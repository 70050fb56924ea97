"""`gaptracker sensitivity`: which of the method's choices drives the gaps."""

from collections.abc import Iterator, Sequence
from typing import Annotated

import typer
from rich.table import Table

from gaptracker.main.cli.errors import NothingThere
from gaptracker.main.cli.figures import count, number
from gaptracker.main.cli.lookup import named_theme
from gaptracker.main.cli.options import ReleaseOption, TableFormatOption
from gaptracker.main.cli.rows_out import write_csv_records, write_json
from gaptracker.main.cli.stores import open_release
from gaptracker.main.cli.tables import plain_table
from gaptracker.main.cli.terminal import data_console, folded, show, talk
from gaptracker.publish.analysis_rows import FrozenFactor
from gaptracker.release.analysis_tables import ALL_THEMES

ScopeOption = Annotated[
    str | None, typer.Option("--theme", help="One theme; all themes together if left out.")
]
# What each choice is, in words that fit beside the figures.
FACTORS = {
    "aggregation": "how items are averaged",
    "half_life": "how fast words age",
    "indicator": "weights of indicators",
    "instrument": "weights of instruments",
    "measure": "weight of measures",
    "office": "weights of offices",
    "solicited": "solicited words in or out",
    "source_grade": "weights of source grades",
    "spacing": "how far apart rungs lie",
    "specificity": "weights of specificity",
}


def sensitivity_command(
    theme: ScopeOption = None,
    *,
    release: ReleaseOption = None,
    form: TableFormatOption = "table",
) -> None:
    """Show which of the method's choices drives the gaps, strongest first.

    The method is run thousands of times with its choices drawn at random. `alone` is the share
    of the gaps' variance that a choice explains by itself (first-order Sobol index); `in all`
    what it explains together with the others (total index): what would be left if only it were
    open. Both with 90% bootstrap intervals; shares in all sum to more than 100% where choices
    act together.

    Examples:
        gaptracker sensitivity
        gaptracker sensitivity --theme death_penalty
        gaptracker sensitivity --format csv > sensitivity.csv
    """
    frozen = open_release(release)
    scope = named_theme(frozen, theme) if theme else ALL_THEMES
    rows = sorted(frozen.factors.where(scope=scope).rows(), key=lambda row: -row.total)
    if not rows:
        raise NothingThere(
            f"release {frozen.id} has no sensitivity of {scope}: no actor has a gap of grade C or "
            "better that a choice could move; `gaptracker gaps ACTOR` shows where there are any"
        )
    match form:
        case "csv":
            write_csv_records(rows, FrozenFactor)
        case "json":
            write_json(rows)
        case "table":
            width = data_console().width
            show(f"What drives the gaps: {scope.replace('_', ' ')} · release {frozen.id}")
            show(_table(rows))
            for line in _sentences(rows):
                show(folded(line, width=width, hang=2))
    talk(frozen.manifest.notice)


def _table(rows: Sequence[FrozenFactor]) -> Table:
    heads = ("choice", "", "alone", "90%", "in all", "90% ")
    table = plain_table(*heads, numbers=heads[2:])
    for row in rows:
        table.add_row(
            row.factor,
            FACTORS.get(row.factor, ""),
            _share(row.first),
            f"{_share(row.first_low)}..{_share(row.first_high)}",
            _share(row.total),
            f"{_share(row.total_low)}..{_share(row.total_high)}",
        )
    return table


def _share(value: float) -> str:
    return f"{number(100 * value, 0)}%"


def _sentences(rows: Sequence[FrozenFactor]) -> Iterator[str]:
    first = rows[0]
    yield (
        f"First of all {FACTORS.get(first.factor, first.factor)}: {_share(first.total)} of what "
        "the gaps differ by from one method to another."
    )
    years = (
        f"{first.first_year}"
        if first.first_year == first.last_year
        else f"{first.first_year} to {first.last_year}"
    )
    yield (
        f"{count(first.cells, 'gap')}: of each actor and theme the newest of grade C or better "
        f"({years}). {first.runs:,} runs of the method."
    )
    yield (
        f"From one method to another a gap moves by {number(first.variance**0.5, 1)} points "
        "(standard deviation)."
    )
    if any(row.first < 0 or row.first > row.total for row in rows):
        yield "Shares are estimates: one below 0%, or higher alone than in all, is so by chance."
