"""A batch to its lines: newline-delimited JSON or a JSON array, each line read or refused alone."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from gaptracker.domain.errors import GapTrackerError
from gaptracker.intake.strict_json import JsonLimits, MalformedJson, parse_json
from gaptracker.intake.submission_problems import SubmissionInvalid

UTF8_MARK = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True, kw_only=True)
class BulkLimits:
    """What a batch may be at most (intake, section 2.6)."""

    size_bytes: int = 20 * 1024 * 1024
    lines: int = 10_000
    line_bytes: int = 256 * 1024
    elements: int = 100


USUAL_BULK = BulkLimits()


class BulkTooLarge(GapTrackerError, ValueError):
    """A batch over a limit; nothing of it was kept."""


class BulkMalformed(GapTrackerError, ValueError):
    """A batch that cannot be read as a whole: not what its media type says, or a wrong header."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of a batch, counted from 1: a document, or why there is none.

    The document is not validated yet; its shape can be anything.
    """

    number: int
    document: object = None
    problem: MalformedJson | SubmissionInvalid | None = None


def count_lines(chunks: Iterable[bytes], *, limits: BulkLimits = USUAL_BULK) -> int:
    """Return how many lines a batch has, empty ones included, before any is read.

    Raises:
        BulkTooLarge: If it has too many bytes or lines; before the rest is taken from `chunks`.
    """
    size = lines = 0
    ended = True
    for chunk in chunks:
        size += len(chunk)
        lines += chunk.count(b"\n")
        ended = chunk.endswith(b"\n") if chunk else ended
        if size > limits.size_bytes:
            raise BulkTooLarge(
                f"more than {limits.size_bytes} bytes came; send several smaller batches"
            )
        if lines + (not ended) > limits.lines:
            raise BulkTooLarge(f"more than {limits.lines} lines came; send several batches")
    return lines + (not ended)


def ndjson_lines(
    chunks: Iterable[bytes], *, after: int = 0, limits: BulkLimits = USUAL_BULK
) -> Iterator[Line]:
    """Yield the lines of newline-delimited JSON; empty ones are counted and left out.

    Args:
        chunks: The bytes, cut anywhere; a file opened for bytes will do.
        after: The number of the last line that is done already, when a job goes on.
        limits: A longer line is refused alone, without being kept in memory.

    Raises:
        BulkTooLarge: At the line or byte at which the batch is over its limits.
    """
    allowed = JsonLimits(size_bytes=limits.line_bytes)
    for number, text in split_lines(chunks, limits):
        if number <= after or (text is not None and not text.strip(b" \t\r")):
            continue
        if text is None:
            yield Line(number=number, problem=_too_long(limits))
            continue
        try:
            yield Line(number=number, document=parse_json(text, limits=allowed))
        except MalformedJson as problem:
            yield Line(number=number, problem=problem)


def array_lines(body: bytes, *, after: int = 0, limits: BulkLimits = USUAL_BULK) -> Iterator[Line]:
    """Yield the elements of a JSON array, numbered from 1.

    Raises:
        BulkTooLarge: If there are more elements or bytes than may be.
        BulkMalformed: If the JSON is an array of nothing, or no array.
        MalformedJson: If it is no JSON; an array cannot be read in part.
    """
    if len(body) > limits.size_bytes:
        raise BulkTooLarge(f"more than {limits.size_bytes} bytes came; send several batches")
    found = parse_json(
        body, limits=JsonLimits(depth=JsonLimits().depth + 1, size_bytes=limits.size_bytes)
    )
    if not isinstance(found, list) or not found:
        raise BulkMalformed("expected a JSON array with at least one submission")
    if len(found) > limits.elements:
        raise BulkTooLarge(
            f"{len(found)} submissions came in an array; expected {limits.elements} at most: "
            "send them as application/x-ndjson, one on each line"
        )
    for number, document in enumerate(found, start=1):
        if number > after:
            yield Line(number=number, document=document)


def split_lines(chunks: Iterable[bytes], limits: BulkLimits) -> Iterator[tuple[int, bytes | None]]:
    """Yield numbered lines without their ends; None for one that is too long, which is dropped.

    Raises:
        BulkTooLarge: At the line or byte at which there are too many.
    """
    kept, number, size, dropped = bytearray(), 0, 0, False
    for chunk in chunks:
        size += len(chunk)
        if size > limits.size_bytes:
            raise BulkTooLarge(f"more than {limits.size_bytes} bytes came; send several batches")
        *whole, rest = chunk.split(b"\n")
        for piece in whole:
            number = _counted(number, limits)
            long = dropped or len(kept) + len(piece) > limits.line_bytes
            yield number, None if long else bytes(kept) + piece
            kept.clear()
            dropped = False
        if len(kept) + len(rest) > limits.line_bytes:
            kept.clear()
            dropped = True
        elif not dropped:
            kept += rest
    if kept or dropped:
        yield _counted(number, limits), None if dropped else bytes(kept)


def _counted(number: int, limits: BulkLimits) -> int:
    if number >= limits.lines:
        raise BulkTooLarge(f"more than {limits.lines} lines came; send several batches")
    return number + 1


def _too_long(limits: BulkLimits) -> MalformedJson:
    return MalformedJson(
        limits.line_bytes,
        f"the line is longer than {limits.line_bytes} bytes; send it alone, and its files as "
        "attachments",
    )
