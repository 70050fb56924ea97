"""`gaptracker compare`: which of two figures is the higher, if that can be told."""

from typing import Annotated

import typer

from gaptracker.main.cli.compare_asked import AskedComparison, asked_comparison
from gaptracker.main.cli.compare_here import comparison_here
from gaptracker.main.cli.compare_text import Comparison, tell_comparison
from gaptracker.main.cli.options import TableFormatOption
from gaptracker.main.cli.readers import UrlOption
from gaptracker.publish.comparing import FigureName

ActorsArgument = Annotated[
    list[str], typer.Argument(help="Actors' codes, as MEX COL.", metavar="ACTOR...")
]
ComparedThemeOption = Annotated[str, typer.Option(help="The theme, as death_penalty.")]
ComparedYearsOption = Annotated[
    str | None,
    typer.Option(
        "--years",
        "--year",
        help="The year in which actors are compared, the newest in which all can be if left out; "
        "or two or more years of one actor, as 2016,2024.",
        metavar="YEAR,…",
    ),
]
ComparedReleasesOption = Annotated[
    str | None,
    typer.Option(
        "--releases",
        "--release",
        help="Release to read, the current one if left out; or two or more in which one actor's "
        "figure is compared.",
        metavar="ID,…",
    ),
]
FigureOption = Annotated[
    FigureName, typer.Option(help="What is compared: the gap, the words, or the practice.")
]


def compare_command(  # noqa: PLR0913  one parameter for each option
    actors: ActorsArgument,
    theme: ComparedThemeOption,
    *,
    years: ComparedYearsOption = None,
    releases: ComparedReleasesOption = None,
    figure: FigureOption = "gap",
    url: UrlOption = None,
    form: TableFormatOption = "table",
) -> None:
    """Tell which figure is the higher: of actors, of years, or of releases.

    A difference is printed only if its order has a probability of 0.90 or more; otherwise the
    figures cannot be told apart. Three actors or more are put into tiers: everything in a higher
    tier is told apart from everything in a lower one. Cells of grade D enter no comparison.

    Examples:
        gaptracker compare MEX COL --theme human_rights
        gaptracker compare JAM IDN PAK EGY --theme death_penalty --year 2022
        gaptracker compare MEX --theme human_rights --years 2016,2024
        gaptracker compare NOR MEX --theme death_penalty --figure practice --format json
        gaptracker compare MEX COL --theme human_rights --url https://gaptracker.example
    """
    asked = asked_comparison(actors, theme, years=years, releases=releases, figure=figure)
    tell_comparison(comparison_here(asked) if url is None else _there(url, asked), form)


def _there(url: str, asked: AskedComparison) -> Comparison:
    from gaptracker.main.cli.compare_there import comparison_there  # noqa: PLC0415  httpx, too

    return comparison_there(url, asked)
