"""`gaptracker statements`: files of statements that people made, imported as a sync is."""

from pathlib import Path
from typing import Annotated, Literal

import typer

from gaptracker.domain.errors import InvalidValue
from gaptracker.domain.syncing import RunState, SourceId
from gaptracker.intake.connectors.statement_file import StatementFile
from gaptracker.intake.statement_form import csv_template, jsonl_template
from gaptracker.main.cli.figures import count
from gaptracker.main.cli.rows_out import write_json
from gaptracker.main.cli.sources import (
    DIGITS_OF_PROGRAM,
    SHOWN_RUNS,
    DryOption,
    FormatOption,
    SourcesNotSynced,
    desk_for,
    read_records,
    runs_table,
    tell,
)
from gaptracker.main.cli.teaching import help_of
from gaptracker.main.cli.terminal import show, talk, write
from gaptracker.workflows.program import reader_sha256
from gaptracker.workflows.sync_source import SyncPlan, sync_source

FileArgument = Annotated[
    Path,
    typer.Argument(help="A .csv or .jsonl file, also gzipped.", metavar="FILE"),
]
SkipOption = Annotated[
    bool, typer.Option("--skip-bad-rows", help="Leave out rows that cannot be used.")
]
TemplateOption = Annotated[
    Literal["csv", "jsonl"], typer.Option("--format", help="A table, or JSON lines.")
]

statements_app = typer.Typer(
    no_args_is_help=True, help="Statements from files that people made: import, form, runs."
)


def import_command(
    file: FileArgument,
    *,
    dry_run: DryOption = False,
    skip_bad_rows: SkipOption = False,
    form: FormatOption = "table",
) -> None:
    """Import statements from a file, all of it in one transaction or nothing.

    The file is kept as it came before it is read. A row that cannot be used is told with its line,
    and one is enough to stop the import. A row of one short paragraph is a statement, which counts
    once people have coded it; a longer text is cut, and its paragraphs on drug policy become
    proposals for coders. The same file again changes nothing; what another file brought stays.

    Examples:
        gaptracker statements import statements.csv --dry-run
        gaptracker statements import speeches.jsonl.gz --skip-bad-rows
    """
    if not file.is_file():
        raise InvalidValue(f"{file}: no such file; expected a .csv or .jsonl of statements")
    connector = StatementFile(file, skip_bad_rows=skip_bad_rows)
    plan = SyncPlan(
        offline=file.parent,
        dry=dry_run,
        program=reader_sha256()[:DIGITS_OF_PROGRAM],
    )
    with desk_for(connector) as desk:
        run = sync_source(connector, desk, plan)
    if form == "json":
        write_json(run)
    else:
        show(runs_table([run]))
        tell(run)
    if run.state in {RunState.FAILED, RunState.STOPPED}:
        raise SourcesNotSynced(f"nothing of {file.name} was applied ({run.state.value})")
    if run.counts.proposals:
        talk(
            f"{count(run.counts.proposals, 'new proposal')} for coders; "
            "`gaptracker proposals list` shows them."
        )


def template_command(form: TemplateOption = "csv") -> None:
    """Write the form of a file of statements, with one invented row.

    Examples:
        gaptracker statements template > statements.csv
        gaptracker statements template --format jsonl
    """
    write(csv_template().replace("\r\n", "\n") if form == "csv" else jsonl_template())


def runs_command(form: FormatOption = "table") -> None:
    """Show the last imports, and what the newest met.

    Examples:
        gaptracker statements runs
        gaptracker statements runs --format json
    """
    with read_records() as work:
        runs = work.syncs.load_runs(SourceId.STATEMENTS, SHOWN_RUNS)
    if form == "json":
        write_json(list(runs))
        return
    if not runs:
        talk("nothing was ever imported.")
        return
    show(runs_table(runs))
    tell(runs[0])


statements_app.command("import", help=help_of(import_command))(import_command)
statements_app.command("template", help=help_of(template_command))(template_command)
statements_app.command("runs", help=help_of(runs_command))(runs_command)
