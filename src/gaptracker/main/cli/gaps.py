"""`gaptracker gaps`: an actor's cells."""

from typing import Annotated

import typer

from gaptracker.domain.vocabulary import Grade
from gaptracker.main.cli.figures import count
from gaptracker.main.cli.lookup import chosen_years, named_actor, named_theme
from gaptracker.main.cli.options import (
    ActorArgument,
    ReleaseOption,
    TableFormatOption,
    ThemeOption,
    YearsOption,
)
from gaptracker.main.cli.rows_out import write_csv_rows, write_json_rows
from gaptracker.main.cli.stores import open_release
from gaptracker.main.cli.tables import LEGEND, gaps_table
from gaptracker.main.cli.terminal import show, talk
from gaptracker.publish.frozen import FrozenRelease
from gaptracker.publish.rows import FrozenCell
from gaptracker.release.cell_tables import GAPS

MinGradeOption = Annotated[
    Grade,
    typer.Option(
        help="Weakest grade shown. D shows too: too little evidence, or no gap at all.",
        case_sensitive=False,
    ),
]


def gaps_command(
    actor: ActorArgument,
    theme: ThemeOption = None,
    *,
    year: YearsOption = None,
    min_grade: MinGradeOption = Grade.C,
    release: ReleaseOption = None,
    form: TableFormatOption = "table",
) -> None:
    """Show what an actor says and does, theme by theme, and the gap with its interval.

    The newest year is shown unless --year asks for others. Every figure can be followed with
    `gaptracker explain`.

    Examples:
        gaptracker gaps MEX
        gaptracker gaps MEX --theme death_penalty --year 2007-2022
        gaptracker gaps COL --year all --min-grade D --format csv > colombia.csv
    """
    frozen = open_release(release)
    code = named_actor(frozen, actor)
    asked = named_theme(frozen, theme) if theme else None
    years = chosen_years(frozen, year)
    rows = [cell for cell in frozen.cells_of(code, asked).rows() if cell.year in years]
    cells = _in_order(frozen, [cell for cell in rows if cell.grade <= min_grade])
    match form:
        case "csv":
            write_csv_rows(cells, GAPS)
        case "json":
            write_json_rows(cells)
        case "table":
            show(f"{code} {frozen.actor(code).names['en']} · release {frozen.id}")
            if cells:
                show(gaps_table(cells))
                talk(LEGEND)
            talk(frozen.manifest.notice)
    hidden = len(rows) - len(cells)
    if hidden:
        talk(f"{count(hidden, 'cell')} of a weaker grade left out; --min-grade D shows them.")


def _in_order(release: FrozenRelease, cells: list[FrozenCell]) -> list[FrozenCell]:
    """Sort cells by the themes' order, then by year."""
    order = {name: place for place, name in enumerate(release.scored_themes)}
    return sorted(cells, key=lambda cell: (order[cell.theme], cell.year))
