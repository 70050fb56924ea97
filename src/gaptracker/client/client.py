"""The client: every call of the intake, each safe to repeat over a bad connection."""

import json
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Self
from urllib.parse import quote, urlencode

from gaptracker.client.answers import (
    AttachmentState,
    Event,
    JobState,
    LineResult,
    Me,
    SubmissionState,
    Validated,
    member,
)
from gaptracker.client.connection import Body, Call, Connection, Reply, Unsure
from gaptracker.client.errors import Document, FileProblem, ProblemRaised
from gaptracker.client.files import CHUNK_BYTES, OutgoingFile, announce
from gaptracker.client.merge import is_applied, is_untouched
from gaptracker.client.retries import Retries, asked_wait
from gaptracker.client.steps import step_key
from gaptracker.custody.receipts import VerifiedReceipt
from gaptracker.custody.receipts import verify_receipt as verify_offline

TIMEOUT_SECONDS = 60.0
POLL_SECONDS = 2.0
LONG_POLL_SECONDS = 30
EVENTS_PER_PAGE = 100
BATCH_TYPES = {
    ".ndjson": "application/x-ndjson",
    ".jsonl": "application/x-ndjson",
    ".csv": "text/csv",
    ".json": "application/json",
}
DRAFT = "draft"
USUAL_RETRIES = Retries()


class Client:
    """Sends evidence to a GapTracker, and asks what became of it.

    Whatever is sent under one idempotency key is done once, however often the line breaks. Use it
    as a block, or close it.

    Examples:
        >>> Client("https://gaptracker.example", "gtk_" + "a" * 43)
        Client('https://gaptracker.example', key hidden)
    """

    def __init__(
        self,
        base_url: str,
        key: str | None = None,
        *,
        timeout: float = TIMEOUT_SECONDS,
        retries: Retries = USUAL_RETRIES,
        proxy: str | None = None,
    ) -> None:
        """Connect to nothing yet.

        Args:
            base_url: As `https://gaptracker.example`; plain http for this machine and .onion only.
            key: As `key issue` printed it; `GAPTRACKER_API_KEY` of the environment if None.
            timeout: Seconds without a byte after which an attempt is given up.
            retries: How stubborn to be.
            proxy: An HTTP proxy, as Tor's `HTTPTunnelPort`; the environment's if None.

        Raises:
            InvalidValue: If the address is not safe, or the key is none.
        """
        self._connection = Connection(base_url, key, timeout=timeout, retries=retries, proxy=proxy)
        self._retries = retries

    def __repr__(self) -> str:
        """Show the address, never the key."""
        return f"{type(self).__name__}({self._connection.base_url!r}, key hidden)"

    def __enter__(self) -> Self:
        """Use as a block that closes."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close."""
        self.close()

    def close(self) -> None:
        """Close what is open."""
        self._connection.close()

    @property
    def address(self) -> str:
        """The address of the server, without `/v1`."""
        return self._connection.base_url

    def me(self) -> Me:
        """Return whose key this is, what it may do and how much may be sent."""
        return Me.read(self._get("/v1/me").document())

    def validate(self, document: Document) -> Validated:
        """Check a submission; the server keeps nothing of it.

        Raises:
            ProblemRaised: `validation-failed`, with everything that is wrong in `errors`.
        """
        reply = self._post("/v1/submissions:validate", json_bytes(document))
        return Validated.read(reply.document())

    def create(self, document: Document, *, idempotency_key: str | None = None) -> SubmissionState:
        """Create a submission as the document says; a draft, unless its `submit` is true.

        Args:
            document: The submission.
            idempotency_key: One of your own, to be kept before sending and used again after a
                crash; a new one if None.
        """
        key = idempotency_key or str(uuid.uuid4())
        return self.create_from_bytes(json_bytes(document), idempotency_key=key)

    def create_from_bytes(self, body: bytes, *, idempotency_key: str) -> SubmissionState:
        """Create a submission from JSON text as it stands."""
        reply = self._post("/v1/submissions", body, idempotency_key=idempotency_key)
        return _submission(reply)

    def submit(
        self,
        document: Document,
        *,
        attachments: Sequence[Path] = (),
        hand_over: bool = True,
        idempotency_key: str | None = None,
    ) -> SubmissionState:
        """Create a submission, send its files and hand it over for review.

        Args:
            document: The submission. Its `submit` is set by `hand_over`.
            attachments: Files; those that `attachments_expected` does not announce are added to it.
            hand_over: False leaves it a draft, which can be edited.
            idempotency_key: As for `create`; all steps are derived from it.

        Raises:
            FileProblem: Before anything is sent, if a file is not what is announced.
        """
        announced, files = announce(dict(document), attachments)
        key = idempotency_key or str(uuid.uuid4())
        body = json_bytes({**announced, "submit": hand_over and not files})
        found = self.create_from_bytes(body, idempotency_key=key)
        return self.finish(found, files, hand_over=hand_over, idempotency_key=key)

    def finish(
        self,
        found: SubmissionState,
        files: Mapping[str, OutgoingFile],
        *,
        hand_over: bool,
        idempotency_key: str,
    ) -> SubmissionState:
        """Bring a created submission to its end: files that are missing, then handing over."""
        if found.replayed or not found.created:
            found = self.get(found.id)
        for ref in found.missing:
            if ref in files:
                self.send_file(found.id, files[ref], ref=ref)
        if found.state == DRAFT and hand_over:
            key = step_key(idempotency_key, "submit")
            return self.transition(found.id, "submit", idempotency_key=key)
        return self.get(found.id) if files else found

    def get(self, submission: str) -> SubmissionState:
        """Return a submission as it is now."""
        return _submission(self._get(_path(submission)))

    def edit(self, submission: str, patch: Document, *, etag: str | None = None) -> SubmissionState:
        """Change a draft, or what was asked about, by a merge patch (RFC 7396).

        With an `etag` the patch applies to exactly what you read. Without one it applies to what
        is there now; if somebody changes the submission at the same moment, it is sent once more
        only where that change left alone every place that the patch sets.

        Raises:
            ProblemRaised: `precondition-failed`, if it would overwrite somebody's change.
        """
        before = self.get(submission)
        try:
            return self._patch(submission, patch, etag or before.etag)
        except ProblemRaised as error:
            if error.code != "precondition-failed":
                raise
            now = self.get(submission)
            if before.content is None or now.content is None:
                raise
            # The answer to our own first attempt may have been lost on the way.
            if isinstance(error, Unsure) and is_applied(patch, now.content):
                return now
            if etag is not None or not is_untouched(patch, before.content, now.content):
                raise
            return self._patch(submission, patch, now.etag)

    def attach(
        self, submission: str, path: Path | str, *, ref: str | None = None
    ) -> AttachmentState:
        """Send a file, streamed from disk; sending it again is safe and changes nothing.

        Args:
            submission: Id.
            path: The file.
            ref: Its reference in `attachments_expected`; found by the file's digest if None.
        """
        file = OutgoingFile.read(Path(path))
        return self.send_file(submission, file, ref=ref or self._ref_of(submission, file))

    def send_file(self, submission: str, file: OutgoingFile, *, ref: str) -> AttachmentState:
        """Send a file that is measured already."""
        key = step_key(submission, ref, file.sha256)
        reply = self._connection.send(
            Call(
                method="POST",
                path=f"{_path(submission)}/attachments?{urlencode({'ref': ref})}",
                headers={**file.headers(), "Idempotency-Key": _quoted(key)},
                body=file.chunks,
            )
        )
        return AttachmentState.read(reply.document(), created=reply.status == CREATED)

    def batch(
        self,
        path: Path | str,
        *,
        mode: str = "partial",
        mapping: str | None = None,
        idempotency_key: str | None = None,
    ) -> JobState:
        """Send many submissions in one file: NDJSON, CSV or a JSON array, told by its ending.

        Args:
            path: The file.
            mode: `partial`, each line for itself, or `atomic`, all or none.
            mapping: Id of what the columns of a CSV mean, as `add_mapping` gives.
            idempotency_key: As for `create`.
        """
        file = Path(path)
        media_type = BATCH_TYPES.get(file.suffix.lower())
        if media_type is None:
            raise FileProblem(f"{file.name}: expected an ending of {' '.join(BATCH_TYPES)}")
        query = {"mode": mode} | ({} if mapping is None else {"mapping": mapping})
        reply = self._post(
            f"/v1/submissions:batch?{urlencode(query)}",
            _stream_of(file),
            idempotency_key=idempotency_key or str(uuid.uuid4()),
            headers={"Content-Type": media_type, "Content-Length": str(file.stat().st_size)},
        )
        return _job(reply)

    def job(self, job: str) -> JobState:
        """Return how far a job is."""
        return _job(self._get(f"/v1/jobs/{quote(job, safe='')}"))

    def wait(self, job: str, *, progress: Callable[[JobState], object] | None = None) -> JobState:
        """Wait until a job is finished, as long as it takes, asking no oftener than it wants.

        Args:
            job: Id.
            progress: Is told of every state that was seen.
        """
        while True:
            found = self.job(job)
            if progress is not None:
                progress(found)
            if found.is_finished:
                return found
            self._retries.sleep(found.wait_seconds or POLL_SECONDS)

    def results(self, job: str) -> Iterator[LineResult]:
        """Give what became of each line of a batch, in order."""
        reply = self._get(f"/v1/jobs/{quote(job, safe='')}/results")
        for line in reply.body.splitlines():
            if line.strip():
                yield LineResult.read(json.loads(line))

    def events(
        self, after: str | None = None, *, types: Iterable[str] = (), follow: bool = True
    ) -> Iterator[Event]:
        """Give what happened, complete and in order, and wait for more.

        Args:
            after: The id of the last event that you have dealt with; all from the first if None.
            types: Only these, as `submission.accepted`.
            follow: False ends when there is no more for now.
        """
        asked = {"types": ",".join(types)} if (types := tuple(types)) else {}
        while True:
            query = {**asked, "limit": str(EVENTS_PER_PAGE)}
            query |= {"after": after} if after else {}
            query |= {"wait": str(LONG_POLL_SECONDS)} if follow else {}
            page = self._get(f"/v1/events?{urlencode(query)}").document()
            found = [Event.read(each) for each in member(page, "data", list)]
            yield from found
            if found:
                after = found[-1].id
            elif not follow:
                return

    def receipt(self, submission: str) -> dict[str, Any]:  # `Any`: JSON
        """Return the receipt: keep it as it is, it is as confidential as what it is about."""
        return self._get(f"{_path(submission)}/receipt").document()

    def withdraw(self, submission: str, *, idempotency_key: str | None = None) -> SubmissionState:
        """Take a submission back; of a published one this asks an editor to confirm."""
        return self.transition(submission, "withdraw", idempotency_key=idempotency_key)

    def transition(
        self,
        submission: str,
        action: str,
        *,
        details: Document | None = None,
        idempotency_key: str | None = None,
    ) -> SubmissionState:
        """Do an action: `submit`, `resubmit`, `appeal`, `withdraw`, or one of a reviewer's.

        Args:
            submission: Id.
            action: One of its `allowed_actions`.
            details: What goes with it, as `{"comment": "…"}`.
            idempotency_key: As for `create`.
        """
        reply = self._post(
            f"{_path(submission)}/transitions",
            json_bytes({"action": action, **(details or {})}),
            idempotency_key=idempotency_key or str(uuid.uuid4()),
        )
        return _submission(reply)

    @staticmethod
    def verify_receipt(
        receipt: Document, *, key: str, content: Document | None = None
    ) -> VerifiedReceipt:
        """Check a receipt alone and offline.

        Args:
            receipt: As `receipt` gave it.
            key: The verifier key of the log, from a place that is trusted, not from the sender.
            content: The submission's content, to show that the receipt is about it.

        Raises:
            ReceiptInvalid: If anything does not hold.
            KeyUnreadable: If the key is none.
        """
        return verify_offline(receipt, verifier_key=key, content=content)

    def _ref_of(self, submission: str, file: OutgoingFile) -> str:
        content = self.get(submission).content or {}
        for entry in content.get("attachments_expected", ()):
            if entry.get("sha256") == file.sha256:
                return str(entry["ref"])
        msg = (
            f"{file.path.name}: the submission announces no file with its digest; add it to "
            "attachments_expected first"
        )
        raise FileProblem(msg)

    def _get(self, path: str) -> Reply:
        return self._connection.send(Call(method="GET", path=path))

    def _post(
        self,
        path: str,
        body: Body,
        *,
        idempotency_key: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Reply:
        sent = {"Content-Type": "application/json", **(headers or {})}
        if idempotency_key is not None:
            sent["Idempotency-Key"] = _quoted(idempotency_key)
        return self._connection.send(Call(method="POST", path=path, headers=sent, body=body))

    def _patch(self, submission: str, patch: Document, etag: str) -> SubmissionState:
        headers = {"Content-Type": "application/merge-patch+json", "If-Match": etag}
        call = Call(method="PATCH", path=_path(submission), headers=headers, body=json_bytes(patch))
        return _submission(self._connection.send(call))


CREATED = 201


def json_bytes(document: Document) -> bytes:
    """Write a document for sending.

    Raises:
        ValueError: If it holds a number that JSON has not (NaN, infinity).
    """
    return json.dumps(document, ensure_ascii=True, allow_nan=False).encode()


def _submission(reply: Reply) -> SubmissionState:
    return SubmissionState.read(
        reply.document(), created=reply.status == CREATED, replayed=reply.replayed
    )


def _job(reply: Reply) -> JobState:
    return JobState.read(reply.document(), wait_seconds=asked_wait(reply.headers))


def _path(submission: str) -> str:
    return f"/v1/submissions/{quote(submission, safe='')}"


def _quoted(key: str) -> str:
    return f'"{key}"'


def _stream_of(path: Path) -> Callable[[], Iterator[bytes]]:
    def chunks() -> Iterator[bytes]:
        with path.open("rb") as file:
            while chunk := file.read(CHUNK_BYTES):
                yield chunk

    return chunks
