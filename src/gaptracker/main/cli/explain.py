"""`gaptracker explain`: one cell, figure by figure, as a reader would check it by hand."""

import json
from typing import Annotated, Literal

import typer

from gaptracker.main.cli.explanation.derive import derive
from gaptracker.main.cli.explanation.text import render
from gaptracker.main.cli.lookup import named_actor, named_theme
from gaptracker.main.cli.options import ActorArgument, ReleaseOption
from gaptracker.main.cli.stores import open_release
from gaptracker.main.cli.terminal import data_console, write
from gaptracker.release.documents import plain

ThemeArgument = Annotated[
    str, typer.Argument(help="Theme's id, as death_penalty.", metavar="THEME")
]
YearArgument = Annotated[int, typer.Argument(help="Year of the cell, as 2022.", metavar="YEAR")]
FormatOption = Annotated[
    Literal["text", "json"],
    typer.Option("--format", help="Text to read, or JSON with unrounded figures."),
]


def explain_command(
    actor: ActorArgument,
    theme: ThemeArgument,
    year: YearArgument,
    *,
    release: ReleaseOption = None,
    form: FormatOption = "text",
) -> None:
    """Show how one figure was made, from each statement and deed to the gap and its grade.

    Each item stands with its words, its source, its rung and why, each factor of its weight,
    and its share; then the sums, to be followed with a pocket calculator. What is read is the
    frozen release; nothing is scored anew.

    Examples:
        gaptracker explain MEX death_penalty 2022
        gaptracker explain JAM cannabis 2021 --format json
    """
    frozen = open_release(release)
    cell = frozen.cell(named_actor(frozen, actor), named_theme(frozen, theme), year)
    derivation = derive(frozen, cell)
    if form == "json":
        write(json.dumps(plain(derivation), indent=2, ensure_ascii=False) + "\n")
    else:
        console = data_console()
        console.print(render(derivation, console), crop=False)
