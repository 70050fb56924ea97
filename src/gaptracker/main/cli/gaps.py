"""`gaptracker gaps`: an actor's cells."""

from collections.abc import Sequence
from typing import Annotated

import typer

from gaptracker.domain.vocabulary import Grade
from gaptracker.main.cli.figures import count
from gaptracker.main.cli.lookup import chosen_years
from gaptracker.main.cli.options import (
    ActorArgument,
    ReleaseOption,
    TableFormatOption,
    ThemeOption,
    YearsOption,
)
from gaptracker.main.cli.readers import UrlOption, open_reader
from gaptracker.main.cli.rows_out import write_csv_rows, write_json_rows
from gaptracker.main.cli.tables import LEGEND, gaps_table
from gaptracker.main.cli.terminal import show, talk
from gaptracker.publish.rows import FrozenCell
from gaptracker.release.cell_tables import GAPS

MinGradeOption = Annotated[
    Grade,
    typer.Option(
        help="Weakest grade shown. D shows too: too little evidence, or no gap at all.",
        case_sensitive=False,
    ),
]


def gaps_command(  # noqa: PLR0913  one parameter for each option
    actor: ActorArgument,
    theme: ThemeOption = None,
    *,
    year: YearsOption = None,
    min_grade: MinGradeOption = Grade.C,
    release: ReleaseOption = None,
    url: UrlOption = None,
    form: TableFormatOption = "table",
) -> None:
    """Show what an actor says and does, theme by theme, and the gap with its interval.

    The newest year is shown unless --year asks for others. Every figure can be followed with
    `gaptracker explain`.

    Examples:
        gaptracker gaps MEX
        gaptracker gaps MEX --theme death_penalty --year 2007-2022
        gaptracker gaps COL --year all --min-grade D --format csv > colombia.csv
        gaptracker gaps MEX --url https://gaptracker.example
    """
    with open_reader(url, release) as read:
        code = read.named_actor(actor)
        asked = read.named_theme(theme) if theme else None
        rows = read.cells(code, asked, chosen_years(read, year))
    cells = _in_order(read.themes, [cell for cell in rows if cell.grade <= min_grade])
    match form:
        case "csv":
            write_csv_rows(cells, GAPS)
        case "json":
            write_json_rows(cells)
        case "table":
            show(f"{code} {read.name_of(code)} · release {read.id}")
            if cells:
                show(gaps_table(cells))
                talk(LEGEND)
            talk(read.notice)
    hidden = len(rows) - len(cells)
    if hidden:
        talk(f"{count(hidden, 'cell')} of a weaker grade left out; --min-grade D shows them.")


def _in_order(themes: Sequence[str], cells: list[FrozenCell]) -> list[FrozenCell]:
    """Sort cells by the themes' order, then by year."""
    order = {name: place for place, name in enumerate(themes)}
    return sorted(cells, key=lambda cell: (order[cell.theme], cell.year))
