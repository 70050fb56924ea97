"""Send one file of a folder, such that a run that was killed at any point can be run again."""

import json
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from gaptracker.client.answers import JobState, LineResult, SubmissionState
from gaptracker.client.calls import json_bytes
from gaptracker.client.client import Client
from gaptracker.client.errors import (
    ClientError,
    Document,
    FileProblem,
    ProblemRaised,
    faults_of,
    text_of,
)
from gaptracker.client.files import EXPECTED, OutgoingFile, announce
from gaptracker.client.folder import Piece, Sort, read_document, receipt_path
from gaptracker.client.sending import DRAFT
from gaptracker.client.sent import OWNER_ONLY, SentFile, SentLog
from gaptracker.domain.errors import ReceiptInvalid

OWN_REF = "auto-{}"
OWN_REF_DIGITS = 24
MOST_TOLD = 20
BATCH_PATIENCE_SECONDS = 120.0

# `Any` because a submission is JSON of every shape; the server checks it.
Json = dict[str, Any]


class Word(StrEnum):
    """What became of a file, in one word."""

    SENT = "sent"
    DRAFT = "draft"
    BEFORE = "sent before"
    VALID = "valid"
    INCOMPLETE = "incomplete"
    PARTLY = "partly"
    WAITING = "waiting"
    FAILED = "failed"

    @property
    def is_failure(self) -> bool:
        """Whether something is left to do."""
        return self in {Word.INCOMPLETE, Word.PARTLY, Word.WAITING, Word.FAILED}


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of a file.

    Attributes:
        id: Of the submission or job.
        told: What to know or to do, a line each.
        stops: Whether the next file would fare the same: the line is down, or the key no good.
    """

    path: Path
    word: Word
    id: str | None = None
    told: tuple[str, ...] = ()
    stops: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """How files are to be sent.

    Attributes:
        hand_over: False leaves drafts.
        mapping: What the columns of spreadsheets mean.
        progress: Is told how far a batch is.
    """

    hand_over: bool = True
    mapping: Document | None = None
    progress: Callable[[JobState], object] | None = None


def check(piece: Piece, client: Client) -> Outcome:
    """Have the server check a document, and send nothing that it would keep.

    A batch is read here line by line; of a spreadsheet only the server knows what it means.
    """
    return _told(piece.path, lambda: _check(piece, client))


def deliver(piece: Piece, client: Client, wishes: Wishes) -> Outcome:
    """Send a file, or go on where an earlier run was interrupted; never send it twice."""
    return _told(piece.path, lambda: _deliver(piece, client, wishes))


def _deliver(piece: Piece, client: Client, wishes: Wishes) -> Outcome:
    log = SentLog(piece.path.parent, client.address)
    if piece.sort is Sort.BATCH:
        return _deliver_batch(piece.path, client, log, wishes)
    return _deliver_document(piece, client, log, wishes)


def _deliver_document(piece: Piece, client: Client, log: SentLog, wishes: Wishes) -> Outcome:
    name = piece.path.name
    known = log.find(name)
    document, files = _prepared(piece, log, known)
    digest = log.digest_of(json_bytes(document))
    if known is not None and known.id is not None:
        if known.digest != digest:
            raise _changed(name, known)
        if known.done and not (wishes.hand_over and known.state == DRAFT):
            return _finished(piece.path, client, log, known, word=Word.BEFORE)
        found = client.get(known.id)
        entry = known
    else:
        body = json_bytes({**document, "submit": wishes.hand_over and not files})
        entry = SentFile(
            key=log.key_of(body), digest=digest, client_ref=str(document["client_ref"])
        )
        log.write_ahead(name, entry)
        found = client.create_from_bytes(body, idempotency_key=entry.key)
        entry = log.change(name, entry, id=found.id, state=found.state)
    found = _completed(found, files, client, entry, wishes)
    entry = log.change(name, entry, state=found.state, done=True)
    return _finished(piece.path, client, log, entry)


def _completed(
    found: SubmissionState,
    files: dict[str, OutgoingFile],
    client: Client,
    entry: SentFile,
    wishes: Wishes,
) -> SubmissionState:
    return client.finish(found, files, hand_over=wishes.hand_over, idempotency_key=entry.key)


def _prepared(
    piece: Piece, log: SentLog, known: SentFile | None
) -> tuple[Json, dict[str, OutgoingFile]]:
    """Return the document as it is sent, with its files announced and a reference of its own."""
    found = read_document(piece.path)
    if not isinstance(found, dict):
        raise FileProblem(f"{piece.path.name}: expected one submission")
    document, files = announce(found, piece.attachments)
    document.pop("submit", None)
    if document.get("client_ref") is None:
        # Keys are forgotten after seven days; by its reference a submission is known for ever.
        own = OWN_REF.format(log.key_of(b"reference", json_bytes(document))[:OWN_REF_DIGITS])
        document["client_ref"] = (
            own if known is None or known.client_ref is None else known.client_ref
        )
    return document, files


def _changed(name: str, known: SentFile) -> FileProblem:
    return FileProblem(
        f"{name}: was sent as {known.id} and has been changed since. Nothing of the change was "
        "sent: edit that submission, or save the change under another name with a client_ref of "
        "its own"
    )


def _finished(
    path: Path, client: Client, log: SentLog, entry: SentFile, *, word: Word | None = None
) -> Outcome:
    """Keep the receipt, checked against the log's key as it was when first seen."""
    kept, told = receipt_path(path), []
    # A draft can still change; what is proved is what was handed over.
    if entry.state != DRAFT and not kept.exists():
        receipt = client.receipt(str(entry.id))
        told += _pinned(client, log)
        client.verify_receipt(receipt, key=str(log.log_key))
        _write_private(kept, json.dumps(receipt, indent=1, ensure_ascii=False) + "\n")
    usual = Word.DRAFT if entry.state == DRAFT else Word.SENT
    return Outcome(path=path, word=word or usual, id=entry.id, told=tuple(told))


def _pinned(client: Client, log: SentLog) -> list[str]:
    """Keep the log's key at first sight; a server that shows another one later is found out."""
    shown_now = client.log_key()
    if log.log_key is None:
        log.pin_log_key(shown_now)
        return [f"the log's key is {shown_now}: compare it with the one that the operator gave you"]
    if log.log_key != shown_now:
        raise ReceiptInvalid(
            "checkpoint",
            f"the server shows another log key than before ({shown_now}; kept: {log.log_key}). "
            "Ask the operator why, on another way than this server",
        )
    return []


def _deliver_batch(path: Path, client: Client, log: SentLog, wishes: Wishes) -> Outcome:
    mapping = _mapping_for(path, wishes)
    content = path.read_bytes()
    parts = (content, b"" if mapping is None else json_bytes(mapping))
    digest = log.digest_of(*parts)
    known = log.find(path.name)
    if known is not None and known.id is not None and known.digest != digest:
        raise _changed(path.name, known)
    if known is not None and known.done:
        return Outcome(path=path, word=Word.BEFORE, id=known.id)
    if known is None or known.id is None:
        known = log.write_ahead(path.name, SentFile(key=log.key_of(*parts), digest=digest))
        job = client.batch(path, mapping=mapping, idempotency_key=known.key)
        known = log.change(path.name, known, id=job.id, state=job.state)
    finished = client.wait(
        str(known.id), progress=wishes.progress, patience_seconds=BATCH_PATIENCE_SECONDS
    )
    if not finished.is_finished:
        told = "it has arrived and waits on the server; run the same command later for its results"
        return Outcome(path=path, word=Word.WAITING, id=known.id, told=(told,))
    log.change(path.name, known, state=finished.state, done=True)
    return _outcome_of(path, finished, client)


def _outcome_of(path: Path, job: JobState, client: Client) -> Outcome:
    failed = job.counts.get("failed", 0)
    counted = ", ".join(
        f"{job.counts.get(name, 0)} {name}" for name in ("created", "unchanged", "failed")
    )
    told = [counted]
    if job.problem is not None:
        told.append(str(ProblemRaised(job.problem, status=0)))
    if failed:
        lines = [each for each in client.results(job.id) if each.problem is not None]
        told += [_line(each) for each in lines[:MOST_TOLD]]
        if len(lines) > MOST_TOLD:
            told.append(f"and {len(lines) - MOST_TOLD} lines more")
        told.append("mend these lines, and send them in a file of their own")
    word = {"succeeded": Word.SENT, "partially_succeeded": Word.PARTLY}.get(job.state, Word.FAILED)
    return Outcome(path=path, word=word, id=job.id, told=tuple(told))


def _line(result: LineResult) -> str:
    problem = result.problem or {}
    faults = "; ".join(str(each) for each in faults_of(problem.get("errors"))[:3])
    return f"line {result.line}: {faults or text_of(problem, 'detail') or text_of(problem, 'code')}"


def _mapping_for(path: Path, wishes: Wishes) -> Document | None:
    if path.suffix.lower() != ".csv":
        return None
    if wishes.mapping is None:
        raise FileProblem(
            f"{path.name}: a spreadsheet needs --mapping, which says what its columns mean"
        )
    return wishes.mapping


def _check(piece: Piece, client: Client) -> Outcome:
    if piece.sort is Sort.BATCH:
        return _check_batch(piece.path, client)
    found = read_document(piece.path)
    if not isinstance(found, dict):
        raise FileProblem(f"{piece.path.name}: expected one submission")
    document, files = announce(found, piece.attachments)
    result = client.validate(document)
    here = _places_of(document, files)
    missing = [each for each in result.to_submit if each.pointer not in here]
    told = [f"to hand over: {each}" for each in missing]
    told += [f"to publish: {each}" for each in result.to_publish if each.pointer not in here]
    word = Word.INCOMPLETE if missing else Word.VALID
    return Outcome(path=piece.path, word=word, told=tuple(told))


def _places_of(document: Json, files: Mapping[str, OutgoingFile]) -> frozenset[str]:
    """Return where files are announced that are at hand: that they have not arrived is no fault."""
    return frozenset(
        f"#/{EXPECTED}/{place}"
        for place, each in enumerate(document.get(EXPECTED, ()))
        if each.get("ref") in files
    )


def _check_batch(path: Path, client: Client) -> Outcome:
    if path.suffix.lower() == ".csv":
        told = ("a spreadsheet is checked line by line when it is sent; good lines are kept",)
        return Outcome(path=path, word=Word.VALID, told=told)
    if path.suffix.lower() == ".json":
        found = read_document(path)
        lines = list(enumerate(found, start=1))
    else:
        texts = path.read_text("utf-8-sig").splitlines()
        lines = [(number, json.loads(text)) for number, text in enumerate(texts, 1) if text.strip()]
    faults: list[str] = []
    for number, document in lines:
        try:
            client.validate(document)
        except ProblemRaised as error:
            faults.append(f"line {number}: {error}")
    word = Word.FAILED if faults else Word.VALID
    return Outcome(path=path, word=word, told=tuple(faults[:MOST_TOLD]))


def _told(path: Path, do: Callable[[], Outcome]) -> Outcome:
    """Return what became of a file, whatever went wrong with it."""
    try:
        return do()
    except (ClientError, ReceiptInvalid, OSError, ValueError) as error:
        return Outcome(path=path, word=Word.FAILED, told=tuple(_advice(error)), stops=_stops(error))


def _advice(error: Exception) -> list[str]:
    lines = [str(error)]
    if isinstance(error, ProblemRaised) and error.code == "client-ref-conflict":
        lines.append(
            f"it is at {text_of(error.document, 'location') or 'the server'} already, with other "
            "content: edit that one, or use a new client_ref"
        )
    return lines


def _stops(error: Exception) -> bool:
    if isinstance(error, ProblemRaised):
        return error.code in {"unauthenticated", "insufficient-scope", "rate-limited"}
    return isinstance(error, ClientError) and not isinstance(error, FileProblem)


def _write_private(path: Path, text: str) -> None:
    partial = path.with_name(f".{path.name}.partial")
    partial.unlink(missing_ok=True)
    descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, OWNER_ONLY)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    partial.replace(path)
