"""All commands of `gaptracker`, put together."""

import sys
from io import TextIOWrapper
from typing import Annotated

import typer

import gaptracker
from gaptracker.main.cli.calculate import calculate_command
from gaptracker.main.cli.database import database_app, load_reference_command
from gaptracker.main.cli.errors import TellingGroup
from gaptracker.main.cli.explain import explain_command
from gaptracker.main.cli.gaps import gaps_command
from gaptracker.main.cli.pairs import pairs_command
from gaptracker.main.cli.release import release_app
from gaptracker.main.cli.score import score_command
from gaptracker.main.cli.teaching import help_of
from gaptracker.main.cli.terminal import write

app = typer.Typer(
    name="gaptracker",
    cls=TellingGroup,
    no_args_is_help=True,
    rich_markup_mode="rich",
    # A traceback of our own faults is for a bug report: plain, and without local values, which
    # may hold what a person sent.
    pretty_exceptions_enable=False,
)
app.add_typer(database_app, name="db")
app.command("load-reference", help=help_of(load_reference_command))(load_reference_command)
app.command("score", help=help_of(score_command))(score_command)
app.add_typer(release_app, name="release")
app.command("gaps", help=help_of(gaps_command))(gaps_command)
app.command("pairs", help=help_of(pairs_command))(pairs_command)
app.command("explain", help=help_of(explain_command))(explain_command)
app.command("calculate", help=help_of(calculate_command))(calculate_command)


def _show_version(asked: bool) -> None:
    if asked:
        write(f"gaptracker {gaptracker.__version__}\n")
        raise typer.Exit


VersionOption = Annotated[
    bool,
    typer.Option(
        "--version", help="Print the program's version.", callback=_show_version, is_eager=True
    ),
]


@app.callback()
def root(version: VersionOption = False) -> None:
    """Measure the gap between what governments say about drugs and what they do."""


def main() -> None:
    """Run the command line; the entry point of `gaptracker`."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            # An old terminal prints `?` for a letter it has not, instead of nothing at all.
            stream.reconfigure(errors="replace")
    app(prog_name="gaptracker")
