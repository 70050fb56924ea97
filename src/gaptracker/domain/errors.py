"""The project's errors.

GapTrackerError
├── MethodologyError        a methodology file says something impossible
├── ReferenceDataError      a reference file holds a row that cannot be right
├── InvalidValue            a domain value cannot be built from what came
├── UnknownName             no actor, theme, year or release of that name
├── SchemaMismatch          the database is older or newer than this program
├── NothingToScore          a run was asked for without evidence
├── WorkerOfAnotherProgram  a worker would compute by another version
├── WorkersLost             those who were scoring are gone
├── ClusterOutOfReach       no cluster answers at the address given
├── StorageUnavailable      the records cannot be reached, or are full
├── NotAllowed              a member may not do this
├── Conflict                what is asked for clashes with what is there
├── ReleaseCheckFailed      a release did not meet a floor
├── ReleaseCorrupt          the bytes of a release are not those that were frozen
├── KeyUnreadable           a text is no key of the kind asked for, or a damaged one
├── ProofInvalid            hashes do not prove what they are said to prove
├── CheckpointInvalid       a text is not what the log signed
│   ├── CheckpointMalformed it is no signed checkpoint at all
│   ├── SignatureMissing    the log whose key was given has not signed it
│   └── SignatureWrong      the signature under the log's name is not the log's
├── ReceiptInvalid          a receipt does not prove what it says
└── SealUnopened            a sealed copy does not open with this key
"""

from collections.abc import Mapping, Sequence
from typing import Any


class GapTrackerError(Exception):
    """Root of every error this project raises on purpose.

    Each survives the way from a worker process to the one that waits for it, whatever its
    constructor asks for: type, message and fields are sent, and the constructor is not called
    again.
    """

    # `Any` because the fields are those of each class, as pickle's protocol has them.
    def __reduce__(self) -> tuple[Any, ...]:
        """Say how pickle builds the error again; Exception's own way asks for a lone message."""
        return _built_again, (type(self), self.args, vars(self))


class InvalidValue(GapTrackerError, ValueError):
    """A value that cannot exist in the domain."""


class ProblemList(GapTrackerError):
    """An error that collects every problem found, so that one reading mends them all."""

    def __init__(self, subject: str, problems: Sequence[str]) -> None:
        """Name the subject (a folder, a file) and list what is wrong with it."""
        self.subject = subject
        self.problems = tuple(problems)
        count = len(self.problems)
        head = f"{subject}: {count} problem{'s' if count != 1 else ''} found; nothing was loaded"
        super().__init__("\n".join((head, *(f"  - {problem}" for problem in self.problems))))


class MethodologyError(ProblemList):
    """A methodology folder that cannot be used."""


class ReferenceDataError(ProblemList):
    """A reference folder that cannot be used."""


class UnknownName(GapTrackerError, LookupError):
    """A name that nothing carries."""

    def __init__(
        self, kind: str, given: str, nearest: Sequence[str] = (), *, expected: str = ""
    ) -> None:
        """Say what kind of name came, and the nearest known ones.

        Args:
            kind: What sort of name it is: `actor`, `theme`, `weight`.
            given: What came.
            nearest: Known names that may have been meant.
            expected: What there is, told where none is near: `one of equal, wide_below`.
        """
        self.kind = kind
        self.given = given
        self.nearest = tuple(nearest)
        self.expected = expected
        hint = f"; expected {expected}" if expected else ""
        if self.nearest:
            hint = f"; did you mean {' or '.join(self.nearest)}?"
        super().__init__(f"no {kind} is called {given!r}{hint}")


class SchemaMismatch(GapTrackerError):
    """The database's schema is not the one this program works with."""


class NothingToScore(GapTrackerError):
    """There is no evidence to score."""


class WorkerOfAnotherProgram(GapTrackerError):
    """A worker runs another version than the program that asks it to score."""


class WorkersLost(GapTrackerError):
    """The workers of an engine ended before the run did."""


class ClusterOutOfReach(GapTrackerError):
    """A cluster does not answer, or has nobody who could score."""


class StorageUnavailable(GapTrackerError):
    """The database does not answer, is locked or has no room; nothing was kept."""


class NotAllowed(GapTrackerError):
    """A member asked for what their roles, or the rules, do not allow."""


class Conflict(GapTrackerError):
    """What is asked for clashes with what is there already."""


class ReleaseCheckFailed(GapTrackerError):
    """A release did not pass its checks and was archived as failed."""


class ReleaseCorrupt(GapTrackerError):
    """A frozen file differs from what its manifest says."""


class KeyUnreadable(GapTrackerError, ValueError):
    """A text is not the key it should be. The message never holds the text."""


class ProofInvalid(GapTrackerError):
    """A proof of the log does not lead where it should."""


class CheckpointInvalid(GapTrackerError):
    """A checkpoint that must not be believed."""


class CheckpointMalformed(CheckpointInvalid):
    """A text that is no signed checkpoint."""


class SignatureMissing(CheckpointInvalid):
    """A checkpoint that the log in question has not signed."""


class SignatureWrong(CheckpointInvalid):
    """A signature that is not by the key whose name it bears."""


class ReceiptInvalid(GapTrackerError):
    """A receipt that proves nothing, or something else than it says."""

    def __init__(self, check: str, message: str) -> None:
        """Say which check failed, in one word that a program can read, and why.

        Args:
            check: `shape`, `entry`, `content`, `commitment`, `checkpoint` or `inclusion`.
            message: What came and what was expected.
        """
        self.check = check
        super().__init__(f"the receipt is not valid ({check}): {message}")


class LogTampered(GapTrackerError):
    """The log is not the one it was: something in its past was changed, cut off or added."""

    def __init__(self, position: int, message: str) -> None:
        """Say where the first difference is.

        Args:
            position: Of the entry, from 0; for what is beyond the last one, the log's size.
            message: What was found and what was expected.
        """
        self.position = position
        super().__init__(f"the log is not what it was, at position {position}: {message}")


class SealUnopened(GapTrackerError):
    """A sealed copy that is for another key, or damaged."""


# `Any` as above.
def _built_again(
    kind: type[GapTrackerError], arguments: tuple[Any, ...], fields: Mapping[str, Any]
) -> GapTrackerError:
    """Return an error as it was before it was pickled."""
    error = kind.__new__(kind, *arguments)
    vars(error).update(fields)
    return error
