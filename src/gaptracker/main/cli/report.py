"""`gaptracker report`: what is written of a release for people."""

import typer

from gaptracker.main.cli.report_pack import pack_command
from gaptracker.main.cli.teaching import help_of

report_app = typer.Typer(no_args_is_help=True, help="Write what people are given of a release.")


@report_app.callback()
def report_group() -> None:
    """Write what people are given of a release."""


report_app.command("pack", help=help_of(pack_command))(pack_command)
