"""All commands of `gaptracker`, put together; a module is imported when its command is typed."""

import contextlib
import gc
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from io import TextIOWrapper
from typing import Annotated

import typer

import gaptracker
from gaptracker.main.cli.errors import TellingGroup
from gaptracker.main.cli.teaching import help_of
from gaptracker.main.cli.terminal import write

BEGIN, READ = "Begin here", "Read a release"
CHECK, MAKE = "Check the arithmetic", "Make a release"
TAKE = "Take evidence in"
REPEAT = "Let it run by itself"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a command is written (a module beside this one, a name in it), and its panel."""

    module: str
    name: str
    panel: str


# In the order of the help. Together the modules take more than a second to import, most of it for
# the web and the database, which a reader of one figure does not need.
COMMANDS = {
    "demo": Place("demo", "demo_command", BEGIN),
    "serve": Place("serve", "serve_command", BEGIN),
    "gaps": Place("gaps", "gaps_command", READ),
    "pairs": Place("pairs", "pairs_command", READ),
    "explain": Place("explain", "explain_command", READ),
    "compare": Place("compare", "compare_command", READ),
    "profile": Place("profile", "profile_command", READ),
    "alliances": Place("alliances", "alliances_command", READ),
    "sensitivity": Place("sensitivity", "sensitivity_command", READ),
    "federation": Place("federation", "federation_command", READ),
    "coherence": Place("federation", "coherence_command", READ),
    "abroad": Place("federation", "abroad_command", READ),
    "report": Place("report", "report_app", READ),
    "what-if": Place("what_if", "what_if_command", CHECK),
    "calculate": Place("calculate", "calculate_command", CHECK),
    "calibrate": Place("calibrate", "calibrate_command", CHECK),
    "db": Place("database", "database_app", MAKE),
    "load-reference": Place("database", "load_reference_command", MAKE),
    "sync": Place("sources", "sync_command", MAKE),
    "sources": Place("sources", "sources_app", MAKE),
    "statements": Place("statements", "statements_app", MAKE),
    "proposals": Place("proposals", "proposals_app", MAKE),
    "coding": Place("coding", "coding_app", MAKE),
    "score": Place("score", "score_command", MAKE),
    "release": Place("release", "release_app", MAKE),
    "reply": Place("replies", "reply_app", MAKE),
    "correction": Place("corrections", "correction_app", MAKE),
    "scheduler": Place("scheduler", "scheduler_command", REPEAT),
    "jobs": Place("jobs", "jobs_app", REPEAT),
    "submit": Place("submit", "submit_command", TAKE),
    "org": Place("principals", "org_app", TAKE),
    "key": Place("principals", "key_app", TAKE),
    "work": Place("work", "work_command", TAKE),
    "custodian": Place("custodians", "custodian_app", TAKE),
    "intake": Place("intake", "intake_app", TAKE),
    "log": Place("log", "log_app", TAKE),
    "receipt": Place("receipts", "receipt_app", TAKE),
}


def build_app(only: str | None = None) -> typer.Typer:
    """Put the command line together.

    Args:
        only: The one command that is wanted; all if None.
    """
    app = typer.Typer(
        name="gaptracker",
        cls=TellingGroup,
        no_args_is_help=True,
        rich_markup_mode="rich",
        # A traceback of our own faults is for a bug report: plain, and without local values,
        # which may hold what a person sent.
        pretty_exceptions_enable=False,
    )
    app.callback(help=help_of(root))(root)
    for name, place in COMMANDS.items():
        if only is None or name == only:
            _add(app, name, place)
    return app


def _add(app: typer.Typer, name: str, place: Place) -> None:
    """Add a command whose help is its docstring, or a group of commands."""
    found = getattr(import_module(f"gaptracker.main.cli.{place.module}"), place.name)
    if isinstance(found, typer.Typer):
        app.add_typer(found, name=name, rich_help_panel=place.panel)
    else:
        app.command(name, help=help_of(found), rich_help_panel=place.panel)(found)


@contextlib.contextmanager
def _uncollected() -> Iterator[None]:
    """Let what is imported be passed over when rubbish is collected, now and later.

    Modules stay as long as the program runs. There are hundreds of thousands of objects in those
    of the web and the database, and to look through them time and again is a fifth of their import.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


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


def main() -> None:
    """Run the command line; the entry point of `gaptracker`."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            # An old terminal prints `?` for a letter it has not, instead of nothing at all.
            stream.reconfigure(errors="replace")
    typed = sys.argv[1] if len(sys.argv) > 1 else None
    only = typed if typed in {*COMMANDS, "--version"} else None
    with _uncollected():
        app = build_app(only)
    app(prog_name="gaptracker")
