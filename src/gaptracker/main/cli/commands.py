"""All commands of `gaptracker`, put together."""

import sys
from collections.abc import Callable
from io import TextIOWrapper
from typing import Annotated

import typer

import gaptracker
from gaptracker.main.cli.calculate import calculate_command
from gaptracker.main.cli.calibrate import calibrate_command
from gaptracker.main.cli.database import database_app, load_reference_command
from gaptracker.main.cli.demo import demo_command
from gaptracker.main.cli.errors import TellingGroup
from gaptracker.main.cli.explain import explain_command
from gaptracker.main.cli.gaps import gaps_command
from gaptracker.main.cli.pairs import pairs_command
from gaptracker.main.cli.release import release_app
from gaptracker.main.cli.score import score_command
from gaptracker.main.cli.serve import serve_command
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
BEGIN, READ = "Begin here", "Read a release"
CHECK, MAKE = "Check the arithmetic", "Make a release"


def _add(name: str, panel: str, command: Callable[..., None]) -> None:
    """Add a command whose help is its docstring."""
    app.command(name, help=help_of(command), rich_help_panel=panel)(command)


_add("demo", BEGIN, demo_command)
_add("serve", BEGIN, serve_command)
_add("gaps", READ, gaps_command)
_add("pairs", READ, pairs_command)
_add("explain", READ, explain_command)
_add("calculate", CHECK, calculate_command)
_add("calibrate", CHECK, calibrate_command)
app.add_typer(database_app, name="db", rich_help_panel=MAKE)
_add("load-reference", MAKE, load_reference_command)
_add("score", MAKE, score_command)
app.add_typer(release_app, name="release", rich_help_panel=MAKE)


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


def root(version: VersionOption = False) -> None:
    """Measure the gap between what governments say about drugs and what they do.

    A release holds the figures, frozen, each with the statements and deeds it was made of.
    `gaptracker demo` makes a first one from the data in the package; `gaps` shows an actor's
    figures, `explain` how one was made, and `calculate` lets you check the arithmetic.

    Data go to standard output, everything else to standard error.

    Examples:
        gaptracker demo --no-serve
        gaptracker gaps MEX
        gaptracker explain MEX death_penalty 2022
    """


app.callback(help=help_of(root))(root)


def main() -> None:
    """Run the command line; the entry point of `gaptracker`."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            # An old terminal prints `?` for a letter it has not, instead of nothing at all.
            stream.reconfigure(errors="replace")
    app(prog_name="gaptracker")
