"""`gaptracker log`: verify the whole log, and sign its head."""

from pathlib import Path
from typing import Annotated

import typer

from gaptracker.custody.checkpoints import Checkpoint, verify_checkpoint
from gaptracker.custody.signed_notes import LogKey, VerifierKey
from gaptracker.main.cli.errors import BadSetting
from gaptracker.main.cli.principals import records
from gaptracker.main.cli.stores import settings_in_force
from gaptracker.main.cli.teaching import help_of
from gaptracker.main.cli.terminal import Stopwatch, progress, talk, write
from gaptracker.main.intake import present
from gaptracker.records.key_files import log_key_of
from gaptracker.workflows.read_log import sign_head
from gaptracker.workflows.verify_log import verify_log

CheckpointOption = Annotated[
    Path | None,
    typer.Option(
        "--checkpoint",
        help="A checkpoint that was kept earlier; the log must have grown out of it.",
        metavar="FILE",
        dir_okay=False,
    ),
]
KeyOption = Annotated[
    str | None,
    typer.Option(
        "--key",
        help="The log's verifier key, one line; that of this installation if left out.",
        metavar="VERIFIERKEY",
    ),
]

log_app = typer.Typer(no_args_is_help=True, help="The tamper-evident log: verify it, sign it.")


def verify_command(checkpoint: CheckpointOption = None, key: KeyOption = None) -> None:
    """Verify every entry, hash and node of the log, and that it grew out of an earlier head.

    Ends with code 10 at the first difference and names its position. Whoever can write to the
    database and has the log's key can make another log that holds in itself: only a checkpoint
    that was kept elsewhere shows that.

    Examples:
        gaptracker log verify
        gaptracker log verify --checkpoint last-year.txt
    """
    verifier = _verifier(key)
    earlier = None if checkpoint is None else _earlier(checkpoint, verifier)
    watch = Stopwatch()
    with progress() as report, records(read_only=True) as work:
        found = verify_log(work, report, verifier=verifier, earlier=earlier)
    talk(f"{found.checkpoint_count:,} checkpoints handed out by this log agree with it; {watch}.")
    if found.earlier is not None:
        talk(f"it begins with the {found.earlier.size:,} entries of the checkpoint given.")
    write(f"the log holds: {found.size:,} entries, root {found.root.hex()}\n")


def checkpoint_command() -> None:
    """Print the log's head, signed; keep it where nobody who runs this program can change it.

    Examples:
        gaptracker log checkpoint > checkpoint.txt
    """
    settings = settings_in_force()
    with records() as work:
        key = log_key_of(settings.resolved_log_key_file, settings.log_name)
        head = sign_head(work, key)
        work.log.keep_checkpoint(head.size, head.text, at=present().now)
        work.commit()
    write(head.text)


def _verifier(given: str | None) -> VerifierKey | None:
    """Return the key that was given, else that of this installation if it has one."""
    if given is not None:
        return VerifierKey.parse(given)
    file = settings_in_force().resolved_log_key_file
    # Read, never made: a new key would have signed nothing.
    return LogKey.parse(file.read_text("utf-8")).verifier if file.is_file() else None


def _earlier(file: Path, verifier: VerifierKey | None) -> Checkpoint:
    if verifier is None:
        raise BadSetting(
            "a checkpoint came and no key to check its signature with; give --key, or set "
            "GAPTRACKER_LOG_KEY_FILE"
        )
    return verify_checkpoint(file.read_text("utf-8"), verifier)


log_app.command("verify", help=help_of(verify_command))(verify_command)
log_app.command("checkpoint", help=help_of(checkpoint_command))(checkpoint_command)
