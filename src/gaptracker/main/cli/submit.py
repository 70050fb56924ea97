"""`gaptracker submit`: send evidence from files and folders, however bad the line is."""

import json
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.text import Text

from gaptracker.client.answers import JobState
from gaptracker.client.client import Client
from gaptracker.client.connection import ADDRESS_VARIABLE, KEY_VARIABLE
from gaptracker.client.deliver import Outcome, Wishes, check, deliver
from gaptracker.client.errors import FileProblem, shown
from gaptracker.client.folder import Piece, pieces_of
from gaptracker.domain.errors import InvalidValue
from gaptracker.main.cli.errors import BadSetting, ExitCode
from gaptracker.main.cli.tables import plain_table
from gaptracker.main.cli.terminal import progress, show, talk

OTHERS_CAN_READ = 0o077

FilesArgument = Annotated[
    list[Path], typer.Argument(help="JSON documents, batches, or folders of them.", metavar="FILE…")
]
UrlOption = Annotated[
    str | None,
    typer.Option(help=f"Address of the API; {ADDRESS_VARIABLE} of the environment if left out."),
]
KeyFileOption = Annotated[
    Path | None,
    typer.Option(help=f"File that holds your key; {KEY_VARIABLE} if left out.", metavar="FILE"),
]
AttachOption = Annotated[
    list[Path] | None,
    typer.Option(help="A file that goes with the one document; once for each.", metavar="FILE"),
]
MappingOption = Annotated[
    Path | None,
    typer.Option(help="JSON file that says what a spreadsheet's columns mean.", metavar="FILE"),
]
HandOverOption = Annotated[
    bool,
    typer.Option("--hand-over/--draft", help="Hand over for review, or leave as drafts to edit."),
]
CheckOption = Annotated[
    bool, typer.Option("--check", help="Only have it checked; the server keeps nothing.")
]


def submit_command(  # noqa: PLR0913  one parameter for each option
    files: FilesArgument,
    *,
    url: UrlOption = None,
    key_file: KeyFileOption = None,
    attach: AttachOption = None,
    mapping: MappingOption = None,
    hand_over: HandOverOption = True,
    check_only: CheckOption = False,
) -> None:
    """Send evidence: documents with their attachments, and batches.

    A `.json` file is one submission. Its attachments are the files that it announces, beside it,
    and every file in the folder `NAME.files`. `.ndjson` and `.csv` files are batches of many.

    Run the same command again after whatever went wrong: what has arrived is not sent twice.
    Receipts are kept beside the documents, as `NAME.receipt.json`.

    Examples:
        gaptracker submit evidence/ --url https://gaptracker.example --key-file key.txt
        gaptracker submit decree.json --attach gazette.pdf --draft
        gaptracker submit rows.csv --mapping columns.json
        gaptracker submit evidence/ --check
    """
    pieces = _pieces(files, attach or [], mapping)
    wishes = Wishes(hand_over=hand_over, mapping=_read_mapping(mapping))
    with Client(_address(url), _key(key_file)) as client:
        talk(f"{'checking' if check_only else 'sending to'} {client.address}")
        outcomes = _go_through(pieces, client, wishes, check_only=check_only)
    _tell(outcomes, len(pieces))


def _go_through(
    pieces: tuple[Piece, ...], client: Client, wishes: Wishes, *, check_only: bool
) -> list[Outcome]:
    """Do one file after the other; stop where the next would fare no better."""
    outcomes: list[Outcome] = []
    with progress() as report:
        for number, piece in enumerate(pieces):
            report("files", number, len(pieces))
            if check_only:
                outcomes.append(check(piece, client))
            else:
                name = piece.path.name

                def told(job: JobState, name: str = name) -> None:
                    read = job.counts.get("read", 0)
                    report(f"lines of {name}", read, max(read, job.lines))

                each = Wishes(hand_over=wishes.hand_over, mapping=wishes.mapping, progress=told)
                outcomes.append(deliver(piece, client, each))
            if outcomes[-1].stops:
                break
        report("files", len(outcomes), len(pieces))
    return outcomes


def _tell(outcomes: list[Outcome], wanted: int) -> None:
    """Show what became of each file, and end with a code that says whether all went well.

    Raises:
        Exit: If anything is left to do.
    """
    table = plain_table("file", "outcome", "id")
    for each in outcomes:
        table.add_row(Text(shown(each.path.name)), each.word.value, each.id or "")
    show(table)
    for each in outcomes:
        for line in each.told:
            talk(Text(f"{each.path.name}: {shown(line)}"))
    failed = sum(each.word.is_failure for each in outcomes)
    left = wanted - len(outcomes)
    if failed or left:
        talk(
            f"{failed} of {wanted} files need something done, and {left} were not tried. Mend what "
            "is told above and run the same command again: nothing is sent twice."
        )
        raise typer.Exit(ExitCode.NOT_ALL_SENT)


def _pieces(files: Iterable[Path], attach: list[Path], mapping: Path | None) -> tuple[Piece, ...]:
    try:
        found = pieces_of(files, attach=attach, leave_out=() if mapping is None else (mapping,))
    except FileProblem as error:
        raise InvalidValue(str(error)) from error
    if not found:
        raise InvalidValue("there is nothing to send; expected .json, .ndjson or .csv files")
    return found


def _read_mapping(path: Path | None) -> dict[str, Any] | None:  # `Any`: JSON
    if path is None:
        return None
    try:
        found = json.loads(path.read_text("utf-8-sig"))
    except ValueError as error:
        raise InvalidValue(f"{path} is no JSON: {error}") from error
    if isinstance(found, dict):
        # As `/v1/csv-mappings/template` shows one, with its id and date beside it.
        inner = found.get("mapping")
        return inner if isinstance(inner, dict) else found
    raise InvalidValue(f"{path}: expected a mapping, as docs/organisations.md shows one")


def _address(url: str | None) -> str:
    found = url or os.environ.get(ADDRESS_VARIABLE)
    if not found:
        raise BadSetting(f"where to? Give --url, or set {ADDRESS_VARIABLE}")
    return found


def _key(key_file: Path | None) -> str | None:
    if key_file is None:
        if not os.environ.get(KEY_VARIABLE):
            raise BadSetting(f"with which key? Give --key-file, or set {KEY_VARIABLE}")
        return None
    if os.name == "posix" and key_file.stat().st_mode & OTHERS_CAN_READ:
        talk(f"others on this machine can read {key_file}; `chmod 600 {key_file}` ends that")
    return key_file.read_text("utf-8-sig").strip()
