"""`gaptracker receipt verify`: alone, offline, without a database."""

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from gaptracker.custody.receipts import verify_receipt
from gaptracker.domain.errors import InvalidValue
from gaptracker.main.cli.teaching import help_of
from gaptracker.main.cli.terminal import talk, write

FileArgument = Annotated[
    Path, typer.Argument(help="The receipt, as the API gave it.", metavar="FILE", dir_okay=False)
]
KeyOption = Annotated[
    str,
    typer.Option(
        "--key",
        help="The log's verifier key, one line, from elsewhere than the receipt.",
        metavar="VERIFIERKEY",
    ),
]
ContentOption = Annotated[
    Path | None,
    typer.Option(
        "--content",
        help="The content that the receipt is for: JSON, or the submission as the API gave it.",
        metavar="FILE",
        dir_okay=False,
    ),
]

receipt_app = typer.Typer(no_args_is_help=True, help="Receipts of submissions.")


def verify_command(file: FileArgument, key: KeyOption, content: ContentOption = None) -> None:
    """Check everything that a receipt says, offline; ends with code 10 if anything does not hold.

    Examples:
        gaptracker receipt verify receipt.json --key gaptracker.example/log+00000000+AQ==
    """
    given = None if content is None else _content_of(_read(content))
    found = verify_receipt(_read(file), verifier_key=key, content=given)
    if not found.content_checked:
        talk("without --content only the digest is proved, not what it is of.")
    write(
        f"the receipt holds: revision {found.particulars.revision} of "
        f"{found.particulars.submission}, {found.particulars.state}, is entry {found.leaf_index} "
        f"of {found.checkpoint.size} in the log {found.checkpoint.origin} since {found.entry.day}\n"
    )


# `Any` because content is JSON.
def _read(file: Path) -> dict[str, Any]:
    try:
        found = json.loads(file.read_text("utf-8"))
    except (ValueError, RecursionError) as error:
        raise InvalidValue(f"{file} is no JSON: copy it again as it came") from error
    if not isinstance(found, dict):
        raise InvalidValue(f"{file} holds no JSON object: copy it again as it came")
    return found


def _content_of(document: dict[str, Any]) -> dict[str, Any]:
    """Return content, also out of the answer that it was a part of."""
    inner = document.get("content")
    return inner if isinstance(inner, dict) and "content_sha256" in document else document


receipt_app.command("verify", help=help_of(verify_command))(verify_command)
