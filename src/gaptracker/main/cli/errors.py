"""Exit codes, and how an error is told."""

import errno
import sys
from enum import IntEnum
from typing import Any

import typer
from rich.text import Text
from typer.core import TyperGroup

from gaptracker.domain.errors import (
    CheckpointInvalid,
    ClusterOutOfReach,
    Conflict,
    GapTrackerError,
    InvalidValue,
    KeyUnreadable,
    LogTampered,
    NotAllowed,
    NothingToScore,
    ProblemList,
    ProofInvalid,
    ReceiptInvalid,
    ReleaseCheckFailed,
    ReleaseCorrupt,
    SchemaMismatch,
    SealUnopened,
    StorageUnavailable,
    UnknownName,
    WorkerOfAnotherProgram,
    WorkersLost,
)
from gaptracker.main.cli.terminal import talk


class ExitCode(IntEnum):
    """What the shell is told. Documented in `docs/cli.md`; a number never changes its meaning."""

    OK = 0
    UNEXPECTED = 1
    USAGE = 2
    UNKNOWN_NAME = 3
    BAD_INPUT = 4
    SCHEMA_MISMATCH = 5
    RELEASE_FAILED = 6
    RELEASE_CORRUPT = 7
    NOTHING_THERE = 8
    OUT_OF_REACH = 9
    PROOF_FAILED = 10
    NOT_ALL_SENT = 11
    INTERRUPTED = 130


class NothingThere(GapTrackerError):
    """What a command reads has not been made yet; the message says by which command it is."""


class BadSetting(GapTrackerError):
    """A setting in the environment or in `.env` has a value that it cannot have."""


class OutOfReach(GapTrackerError):
    """Something outside the program (an address, a file) cannot be used."""


class NotKnownThere(GapTrackerError):
    """A server knows nothing by a name; the message says so in its words, with the nearest."""


class RefusedThere(GapTrackerError):
    """A server refuses what a command asks of it; the message is the server's."""


# The first that fits; every error of the project is one of these or is unexpected.
CODES: tuple[tuple[type[GapTrackerError], ExitCode], ...] = (
    (UnknownName, ExitCode.UNKNOWN_NAME),
    (NotKnownThere, ExitCode.UNKNOWN_NAME),
    (RefusedThere, ExitCode.BAD_INPUT),
    (ProblemList, ExitCode.BAD_INPUT),
    (InvalidValue, ExitCode.BAD_INPUT),
    (SchemaMismatch, ExitCode.SCHEMA_MISMATCH),
    (ReleaseCheckFailed, ExitCode.RELEASE_FAILED),
    (ReleaseCorrupt, ExitCode.RELEASE_CORRUPT),
    (LogTampered, ExitCode.PROOF_FAILED),
    (ReceiptInvalid, ExitCode.PROOF_FAILED),
    (CheckpointInvalid, ExitCode.PROOF_FAILED),
    (ProofInvalid, ExitCode.PROOF_FAILED),
    (SealUnopened, ExitCode.PROOF_FAILED),
    (KeyUnreadable, ExitCode.BAD_INPUT),
    (Conflict, ExitCode.BAD_INPUT),
    (NotAllowed, ExitCode.BAD_INPUT),
    (StorageUnavailable, ExitCode.OUT_OF_REACH),
    (NothingToScore, ExitCode.NOTHING_THERE),
    (NothingThere, ExitCode.NOTHING_THERE),
    (BadSetting, ExitCode.USAGE),
    (OutOfReach, ExitCode.OUT_OF_REACH),
    (ClusterOutOfReach, ExitCode.OUT_OF_REACH),
    (WorkersLost, ExitCode.OUT_OF_REACH),
    (WorkerOfAnotherProgram, ExitCode.OUT_OF_REACH),
)


def exit_code(error: GapTrackerError) -> ExitCode:
    """Return the code with which an error of the project ends a command.

    A database that does not answer says nothing of its schema: it is out of reach.

    Examples:
        >>> exit_code(UnknownName("actor", "MEXX", ["MEX"])).value
        3
    """
    if _is_of_database(error.__cause__):
        return ExitCode.OUT_OF_REACH
    return next((code for kind, code in CODES if isinstance(error, kind)), ExitCode.UNEXPECTED)


def tell(message: str) -> None:
    """Write an error to standard error, as a sentence."""
    talk(Text.assemble(("Error: ", "bold red"), _sentence(message)))


class TellingGroup(TyperGroup):
    """The root of all commands: turns errors into one message and an exit code."""

    # `Any` because the command's own return value passes through.
    def invoke(self, ctx: typer.Context) -> Any:  # type: ignore[override]  # noqa: ANN401
        """Run a command and end with the code of whatever error it raises."""
        try:
            return super().invoke(ctx)
        except GapTrackerError as error:
            tell(str(error))
            raise typer.Exit(exit_code(error)) from error
        except OSError as error:
            if error.errno == errno.EPIPE:  # the reader has gone, as with `| head`
                raise
            tell(f"a file or an address cannot be used: {error}.")
            raise typer.Exit(ExitCode.OUT_OF_REACH) from error
        except Exception as error:
            if not _is_of_database(error):
                raise
            # The driver's message; SQLAlchemy's own adds the query and a link.
            cause = getattr(error, "orig", None) or error
            tell(f"the database cannot be used: {cause}. Look at GAPTRACKER_DATABASE_URL.")
            raise typer.Exit(ExitCode.OUT_OF_REACH) from error


def _is_of_database(error: BaseException | None) -> bool:
    """Say whether an error is SQLAlchemy's, which commands without a database never import."""
    module = sys.modules.get("sqlalchemy.exc")
    return module is not None and isinstance(error, module.SQLAlchemyError)


def _sentence(message: str) -> str:
    """Begin with a capital, unless the first word is a name or a path."""
    first = message.split(" ", 1)[0]
    return message[:1].upper() + message[1:] if first.isalpha() and first.islower() else message
