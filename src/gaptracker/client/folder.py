"""What is to be sent from files and folders: documents with their attachments, and batches."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import Any

from gaptracker.client.errors import FileProblem
from gaptracker.client.files import EXPECTED

RECEIPT_ENDING = ".receipt.json"
FILES_ENDING = ".files"
DOCUMENT_ENDING = ".json"
BATCH_ENDINGS = frozenset({".ndjson", ".jsonl", ".csv"})
LARGEST_DOCUMENT = 8 * 1024 * 1024

# `Any` because a submission is JSON of every shape; the server checks it.
Json = dict[str, Any]


class Sort(StrEnum):
    """What a file is to the intake."""

    DOCUMENT = "document"
    BATCH = "batch"


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """One file to be sent on its own.

    Attributes:
        attachments: The files that go with a document.
    """

    path: Path
    sort: Sort
    attachments: tuple[Path, ...] = ()


def pieces_of(
    paths: Iterable[Path], *, attach: Sequence[Path] = (), leave_out: Iterable[Path] = ()
) -> tuple[Piece, ...]:
    """Return what is to be sent, in order.

    A folder stands for the documents and batches that lie in it directly. A document's attachments
    are the files that it announces, beside it or in the folder `NAME.files`, and whatever else is
    in that folder.

    Args:
        paths: Files and folders.
        attach: Further files for the one document there is.
        leave_out: Files of a folder that are something else, as a mapping.

    Raises:
        FileProblem: If there is nothing to send, or something cannot be sent.
    """
    passed_over = {path.resolve() for path in leave_out}
    found = list(dict.fromkeys(_files(paths, passed_over)))
    documents = [path for path in found if path.suffix.lower() == DOCUMENT_ENDING]
    pieces = {path: _document(path) for path in documents}
    claimed = {each.resolve() for piece in pieces.values() for each in piece.attachments}
    given = {path.resolve() for path in paths}
    for path in found:
        named = path.resolve() in given
        if path not in pieces and (named or path.resolve() not in claimed):
            pieces[path] = Piece(path=path, sort=Sort.BATCH)
    sent = tuple(pieces[path] for path in found if path in pieces)
    return _with_attachments(sent, tuple(attach)) if attach else sent


def read_document(path: Path) -> Json | list[Any]:
    """Read a JSON document without changing anything in silence.

    Raises:
        FileProblem: If it is no JSON, has a member twice, or a number that would be rounded.
    """
    try:
        if path.stat().st_size > LARGEST_DOCUMENT:
            raise FileProblem(f"{path.name}: too large for one submission; send a batch as .ndjson")
        found = json.loads(
            path.read_text("utf-8-sig"),
            object_pairs_hook=_once,
            parse_float=_exact,
            parse_constant=_no_number,
        )
    except (ValueError, RecursionError) as error:
        raise FileProblem(f"{path.name}: is no JSON that can be sent ({error})") from error
    except OSError as error:
        raise FileProblem(f"{path.name}: cannot be read ({error.strerror})") from error
    if isinstance(found, dict | list):
        return found
    raise FileProblem(f"{path.name}: expected a submission, or a list of submissions")


def receipt_path(path: Path) -> Path:
    """Return where the receipt of a document is kept: beside it, as `NAME.receipt.json`."""
    return path.with_name(path.stem + RECEIPT_ENDING)


def _files(paths: Iterable[Path], passed_over: set[Path]) -> Iterator[Path]:
    for path in paths:
        if path.is_dir():
            yield from (
                each
                for each in sorted(path.iterdir())
                if _is_sent(each) and each.resolve() not in passed_over
            )
        elif not path.is_file():
            raise FileProblem(f"{path}: there is no such file")
        elif _is_sent(path):
            yield path
        else:
            endings = " ".join(sorted({DOCUMENT_ENDING, *BATCH_ENDINGS}))
            raise FileProblem(
                f"{path.name}: expected one of {endings}; a file that belongs to a submission is "
                "announced in it, or given with --attach"
            )


def _is_sent(path: Path) -> bool:
    ending = path.suffix.lower()
    hidden = path.name.startswith(".") or path.name.endswith(RECEIPT_ENDING)
    return ending in {DOCUMENT_ENDING, *BATCH_ENDINGS} and not hidden and path.is_file()


def _document(path: Path) -> Piece:
    try:
        found = read_document(path)
    except FileProblem:
        # Told when its turn comes, beside the others' outcomes.
        return Piece(path=path, sort=Sort.DOCUMENT)
    if isinstance(found, list):
        return Piece(path=path, sort=Sort.BATCH)
    return Piece(path=path, sort=Sort.DOCUMENT, attachments=tuple(_attachments(path, found)))


def _attachments(path: Path, document: Json) -> Iterator[Path]:
    own = path.with_name(path.stem + FILES_ENDING)
    inside = {
        each.name: each
        for each in (sorted(own.iterdir()) if own.is_dir() else ())
        if each.is_file() and not each.name.startswith(".")
    }
    announced = document.get(EXPECTED, [])
    for entry in announced if isinstance(announced, list) else ():
        name = entry.get("filename") if isinstance(entry, Mapping) else None
        # A document from elsewhere must not name a file outside its own folder.
        if not isinstance(name, str) or Path(name).name != name or name in inside:
            continue
        beside = path.with_name(name)
        if beside.is_file():
            yield beside
    yield from inside.values()


def _with_attachments(pieces: tuple[Piece, ...], attach: tuple[Path, ...]) -> tuple[Piece, ...]:
    if len(pieces) != 1 or pieces[0].sort is not Sort.DOCUMENT:
        raise FileProblem("--attach goes with exactly one JSON document")
    (only,) = pieces
    more = tuple(each for each in attach if each not in only.attachments)
    return (Piece(path=only.path, sort=only.sort, attachments=(*only.attachments, *more)),)


def _once(pairs: list[tuple[str, Any]]) -> Json:
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        msg = f"the member {twice!r} is there twice"
        raise ValueError(msg)
    return found


def _exact(text: str) -> float:
    number = float(text)
    if Decimal(repr(number)) != Decimal(text):
        msg = f"the number {text} would be rounded; write it as text, in quotation marks"
        raise ValueError(msg)
    return number


def _no_number(text: str) -> float:
    msg = f"{text} is no number"
    raise ValueError(msg)
