"""Submissions and their files: made, sent, changed, handed over, each safe to repeat."""

import uuid
from collections.abc import Mapping, Sequence
from pathlib import Path
from urllib.parse import quote, urlencode

from gaptracker.client.answers import AttachmentState, SubmissionState, Validated
from gaptracker.client.calls import CREATED, Calls, json_bytes, quoted
from gaptracker.client.connection import Call, Reply, Unsure
from gaptracker.client.errors import Document, FileProblem, ProblemRaised
from gaptracker.client.files import OutgoingFile, announce
from gaptracker.client.merge import is_applied, is_untouched
from gaptracker.client.steps import step_key

DRAFT = "draft"


class Sending(Calls):
    """What is done with one submission."""

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
        return _submission(self._get(path_of(submission)))

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
                path=f"{path_of(submission)}/attachments?{urlencode({'ref': ref})}",
                headers={**file.headers(), "Idempotency-Key": quoted(key)},
                body=file.chunks,
            )
        )
        return AttachmentState.read(reply.document(), created=reply.status == CREATED)

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
            f"{path_of(submission)}/transitions",
            json_bytes({"action": action, **(details or {})}),
            idempotency_key=idempotency_key or str(uuid.uuid4()),
        )
        return _submission(reply)

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

    def _patch(self, submission: str, patch: Document, etag: str) -> SubmissionState:
        headers = {"Content-Type": "application/merge-patch+json", "If-Match": etag}
        call = Call(
            method="PATCH", path=path_of(submission), headers=headers, body=json_bytes(patch)
        )
        return _submission(self._connection.send(call))


def path_of(submission: str) -> str:
    """Return the address of a submission."""
    return f"/v1/submissions/{quote(submission, safe='')}"


def _submission(reply: Reply) -> SubmissionState:
    return SubmissionState.read(
        reply.document(), created=reply.status == CREATED, replayed=reply.replayed
    )
