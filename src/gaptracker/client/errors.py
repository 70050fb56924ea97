"""What can go wrong between a client and the intake; each says what to do next."""

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from gaptracker.domain.errors import GapTrackerError

MOST_SHOWN = 20
LONGEST_SHOWN = 600
SPACES = "\n\t "

# `Any` because what a server answers is JSON of every shape.
Document = Mapping[str, Any]


class ClientError(GapTrackerError):
    """Root of what the client raises of its own."""


class BadConnection(ClientError):
    """Nothing that can be relied on came back; what was sent may have arrived.

    Sending it again with the same idempotency key is safe, and so is running the command again.
    """


class NotTrusted(ClientError):
    """The server did not prove who it is; nothing was sent to it."""


class UnexpectedAnswer(ClientError):
    """Something answered that is not this API, or one of another version."""


class FileProblem(ClientError):
    """A file on this side that cannot be sent as it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldFault:
    """One thing that is wrong with what was sent.

    Attributes:
        pointer: Where in the document, as `#/items/0/actor`; of a parameter, its name.
        nearest: Known names near to what came, the nearest first.
    """

    pointer: str
    code: str
    detail: str
    expected: str | None = None
    nearest: tuple[str, ...] = ()

    def __str__(self) -> str:
        """Write it as one line."""
        place = f"{self.pointer}: " if self.pointer else ""
        expected = f" (expected {self.expected})" if self.expected else ""
        return shown(f"{place}{self.detail}{expected}")


class ProblemRaised(ClientError):
    """The server refused, and said why in a problem document (RFC 9457)."""

    def __init__(self, document: Document, status: int) -> None:
        """Read a problem document.

        Args:
            document: As it came.
            status: Of the answer; 0 if it stood inside another answer.
        """
        self.status = status
        self.document = document
        self.code = text_of(document, "code") or "unknown"
        self.detail = text_of(document, "detail") or text_of(document, "title") or "no reason given"
        self.errors = faults_of(document.get("errors"))
        super().__init__("\n".join(self._lines()))

    def _lines(self) -> list[str]:
        mark = f"({self.code}, {self.status})" if self.status else f"({self.code})"
        if len(self.errors) == 1 and self.errors[0].detail == self.detail:
            lines = [f"{self.errors[0]} {mark}"]
        else:
            lines = [f"{shown(self.detail)} {mark}"]
            lines += [f"  - {fault}" for fault in self.errors[:MOST_SHOWN]]
        if len(self.errors) > MOST_SHOWN:
            lines.append(f"  - and {len(self.errors) - MOST_SHOWN} more")
        actions = self.document.get("allowed_actions")
        if isinstance(actions, list):
            told = ", ".join(shown(str(each)) for each in actions) or "nothing"
            lines.append(f"  What can be done now: {told}")
        return lines


def faults_of(found: object) -> tuple[FieldFault, ...]:
    """Read the list `errors` of a problem document, or of a dry run; passes over other shapes."""
    if not isinstance(found, Sequence) or isinstance(found, str):
        return ()
    return tuple(
        FieldFault(
            pointer=text_of(each, "pointer") or text_of(each, "parameter") or "",
            code=text_of(each, "code") or "",
            detail=text_of(each, "detail") or "",
            expected=text_of(each, "expected"),
            nearest=_texts(each.get("nearest")),
        )
        for each in found
        if isinstance(each, Mapping)
    )


def _texts(found: object) -> tuple[str, ...]:
    listed = found if isinstance(found, list) else []
    return tuple(each for each in listed if isinstance(each, str))


def text_of(document: Document, name: str) -> str | None:
    """Return a member if it is text that is not empty."""
    value = document.get(name)
    return value if isinstance(value, str) and value else None


def shown(text: str) -> str:
    """Return text of a server as it can be printed: cut, and nothing that steers a terminal.

    Examples:
        >>> shown("all well" + chr(27) + "[2J")
        'all well·[2J'
    """
    visible = (
        "·" if unicodedata.category(each) in {"Cc", "Cf"} and each not in SPACES else each
        for each in text[:LONGEST_SHOWN]
    )
    return "".join(visible)
