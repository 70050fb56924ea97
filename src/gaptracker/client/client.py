"""The client: reading what is published, and every call of the intake, each safe to repeat."""

import json
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

from gaptracker.client.answers import Event, JobState, LineResult, Me, member
from gaptracker.client.calls import json_bytes
from gaptracker.client.connection import Reply
from gaptracker.client.errors import Document, FileProblem
from gaptracker.client.files import CHUNK_BYTES
from gaptracker.client.reading import Reading
from gaptracker.client.retries import asked_wait
from gaptracker.client.sending import Sending, path_of
from gaptracker.client.steps import step_key
from gaptracker.custody.receipts import VerifiedReceipt
from gaptracker.custody.receipts import verify_receipt as verify_offline

POLL_SECONDS = 2.0
LONG_POLL_SECONDS = 30
EVENTS_PER_PAGE = 100
BATCH_TYPES = {
    ".ndjson": "application/x-ndjson",
    ".jsonl": "application/x-ndjson",
    ".csv": "text/csv",
    ".json": "application/json",
}


class Client(Reading, Sending):
    """Reads what a GapTracker publishes; with a key, sends evidence and asks what became of it.

    Whatever is sent under one idempotency key is done once, however often the line breaks. Use it
    as a block, or close it.

    Examples:
        >>> Client("https://gaptracker.example", "").gaps(actor="MEX")
        <Rows of Cell, nothing fetched yet>
        >>> Client("https://gaptracker.example", "gtk_" + "a" * 43)
        Client('https://gaptracker.example', key hidden)
    """

    def me(self) -> Me:
        """Return whose key this is, what it may do and how much may be sent."""
        return Me.read(self._get("/v1/me").document())

    def batch(
        self,
        path: Path | str,
        *,
        mode: str = "partial",
        mapping: str | Document | None = None,
        idempotency_key: str | None = None,
    ) -> JobState:
        """Send many submissions in one file: NDJSON, CSV or a JSON array, told by its ending.

        Args:
            path: The file.
            mode: `partial`, each line for itself, or `atomic`, all or none.
            mapping: What the columns of a CSV mean: the mapping, or its id from `add_mapping`.
            idempotency_key: As for `create`.
        """
        file = Path(path)
        media_type = BATCH_TYPES.get(file.suffix.lower())
        if media_type is None:
            raise FileProblem(f"{file.name}: expected an ending of {' '.join(BATCH_TYPES)}")
        key = idempotency_key or str(uuid.uuid4())
        if isinstance(mapping, Mapping):
            mapping = self.add_mapping(mapping, idempotency_key=step_key(key, "mapping"))
        query = {"mode": mode} | ({} if mapping is None else {"mapping": mapping})
        reply = self._post(
            f"/v1/submissions:batch?{urlencode(query)}",
            _stream_of(file),
            idempotency_key=key,
            headers={"Content-Type": media_type, "Content-Length": str(file.stat().st_size)},
        )
        return _job(reply)

    def add_mapping(self, mapping: Document, *, idempotency_key: str | None = None) -> str:
        """Say what the columns of a spreadsheet mean; returns the mapping's id.

        Args:
            mapping: As `/v1/csv-mappings/template` shows one.
            idempotency_key: As for `create`.
        """
        key = idempotency_key or str(uuid.uuid4())
        reply = self._post("/v1/csv-mappings", json_bytes(mapping), idempotency_key=key)
        return member(reply.document(), "id", str)

    def job(self, job: str) -> JobState:
        """Return how far a job is."""
        return _job(self._get(f"/v1/jobs/{quote(job, safe='')}"))

    def wait(
        self,
        job: str,
        *,
        progress: Callable[[JobState], object] | None = None,
        patience_seconds: float | None = None,
    ) -> JobState:
        """Wait until a job is finished, asking no oftener than the server wants.

        Args:
            job: Id.
            progress: Is told of every state that was seen.
            patience_seconds: Give back an unfinished job when nothing moved for so long; None
                waits for ever.
        """
        found, still = self.job(job), 0.0
        while True:
            if progress is not None:
                progress(found)
            if found.is_finished or (patience_seconds is not None and still >= patience_seconds):
                return found
            seconds = found.wait_seconds or POLL_SECONDS
            self._retries.sleep(seconds)
            before, found = found, self.job(job)
            still = still + seconds if found == before else 0.0

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
        return self._get(f"{path_of(submission)}/receipt").document()

    def log_key(self) -> str:
        """Return the verifier key that the server says its log has.

        Compare it with what you have from elsewhere: a server that lies about its log lies about
        its key, too.
        """
        return self._get("/v1/log/key").body.decode("ascii", "replace").strip()

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


def _job(reply: Reply) -> JobState:
    return JobState.read(reply.document(), wait_seconds=asked_wait(reply.headers))


def _stream_of(path: Path) -> Callable[[], Iterator[bytes]]:
    def chunks() -> Iterator[bytes]:
        with path.open("rb") as file:
            while chunk := file.read(CHUNK_BYTES):
                yield chunk

    return chunks
