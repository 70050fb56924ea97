"""A file on its way in: hashed and stored while it arrives, looked at, and only then a transaction.

Nothing of it is ever in memory as a whole, and a sender that stands still holds neither a thread
nor the database. What is refused here was never kept.
"""

import contextlib
import hashlib
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Query, Request
from fastapi.concurrency import run_in_threadpool

from gaptracker.domain.errors import GapTrackerError
from gaptracker.domain.refusals import RefusalCode, Refused
from gaptracker.intake.closed_file import open_closed
from gaptracker.intake.digests import MalformedDigest, digests_agree, parse_repr_digest
from gaptracker.intake.file_types import ACCEPTED, accepted_type
from gaptracker.intake.filenames import filename_of
from gaptracker.intake.submission_fields import Ref
from gaptracker.receive.bodies import check_declared_length, media_type_of, pieces_of, too_large
from gaptracker.receive.callers import (
    CallerParameter,
    DeskParameter,
    PresentParameter,
    WorkParameter,
)
from gaptracker.receive.desk import Desk
from gaptracker.receive.errands import SubmissionId
from gaptracker.receive.form_file import FORM, FORM_BYTES, FormFile
from gaptracker.receive.idempotency import StreamedBody, key_of
from gaptracker.records.blob_errors import BlobTooLarge
from gaptracker.records.blob_store import Incoming
from gaptracker.workflows.attach_files import (
    ArrivedFile,
    AttachmentLimits,
    check_before_arrival,
)
from gaptracker.workflows.errand import Errand
from gaptracker.workflows.look_at_attachments import discard_unused

# So much is collected before a thread writes it.
BATCH_BYTES = 256 * 1024

RefParameter = Annotated[
    Ref, Query(description="The file's reference, as in `attachments_expected`.")
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """A file that is stored, and the digest of the body that brought it."""

    file: ArrivedFile
    body: StreamedBody


def attachment_limits(desk: Desk) -> AttachmentLimits:
    """Return the limits that workflows ask about."""
    return AttachmentLimits(
        per_submission=desk.limits.attachments_per_submission,
        organisation_bytes=desk.limits.organisation_bytes,
    )


def the_way_is_free(
    request: Request,
    submission_id: SubmissionId,
    ref: RefParameter,
    caller: CallerParameter,
    desk: DeskParameter,
    present: PresentParameter,
) -> None:
    """Refuse before the body is read what can be refused; what was answered before is not asked."""
    key = key_of(request, caller)
    if media_type_of(request) != FORM:
        _accepted(request.headers.get("content-type", ""))
    with desk.open_work(True) as work:
        if work.idempotency.find(key) is None:
            errand = Errand(principal=caller, work=work, present=present)
            check_before_arrival(submission_id, ref, errand, attachment_limits(desk))


async def the_upload(
    request: Request,
    ref: RefParameter,
    desk: DeskParameter,
    _free: Annotated[None, Depends(the_way_is_free)],
) -> AsyncIterator[Upload]:
    """Give a route the file that its request brings, stored and looked at.

    Raises:
        Refused: `too-large`, `digest-mismatch`, `unsupported-media-type`, `media-type-mismatch`,
            `unsafe-file`, `validation-failed` (a form that is none) or `unavailable`.
    """
    limit = desk.limits.attachment_bytes
    is_form = media_type_of(request) == FORM
    check_declared_length(request, limit + FORM_BYTES if is_form else limit)
    # Opened and removed on the loop itself, which takes no time: whatever ends this request, no
    # thread has to be waited for before what came of a file is gone.
    with desk.blobs.incoming(limit_bytes=limit) as incoming:
        headers, body = await _arrive(request, incoming, limit if is_form else None)
        async with desk.looking:
            upload = await run_in_threadpool(_look_and_keep, desk, incoming, ref, headers, body)
        try:
            yield upload
        except BaseException:
            # What was refused in the end must not fill the disk.
            async with desk.writers:
                await run_in_threadpool(discard_blobs, desk, [upload.file.blob])
            raise


UploadParameter = Annotated[Upload, Depends(the_upload, scope="function")]


async def the_upload_errand(
    caller: CallerParameter,
    _upload: UploadParameter,
    work: WorkParameter,
    present: PresentParameter,
) -> Errand:
    """Give the route its transaction, which begins when the whole file is stored."""
    return Errand(principal=caller, work=work, present=present)


UploadErrand = Annotated[Errand, Depends(the_upload_errand)]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Headers:
    """What is said of a file: its type, name and digests, in the request or in its part."""

    declared: str
    disposition: str
    digests: tuple[str, ...]


async def _arrive(
    request: Request, incoming: Incoming, form_limit: int | None
) -> tuple[_Headers, StreamedBody | None]:
    """Write what arrives; return what is said of it, and the digest of a form as a whole."""
    writer = _Writer(incoming)
    if form_limit is None:
        async for piece in pieces_of(request):
            await writer.add(piece)
        await writer.flush()
        return _headers_of(request.headers, request.headers.getlist("repr-digest")), None
    form, whole, size = FormFile(request.headers["content-type"]), hashlib.sha256(), 0
    async for piece in pieces_of(request):
        size += len(piece)
        if size > form_limit + FORM_BYTES:
            raise too_large(form_limit)
        whole.update(piece)
        for part in form.feed(piece):
            await writer.add(part)
    form.finish()
    await writer.flush()
    body = StreamedBody(sha256=whole.hexdigest())
    _check_form_digest(request.headers.getlist("repr-digest"), body)
    digest = form.headers.get("repr-digest")
    return _headers_of(form.headers, [] if digest is None else [digest]), body


class _Writer:
    """Collects small pieces, so that a thread is asked for a few large ones."""

    def __init__(self, incoming: Incoming) -> None:
        self._incoming = incoming
        self._held = bytearray()

    async def add(self, piece: bytes) -> None:
        self._held += piece
        if len(self._held) >= BATCH_BYTES:
            await self.flush()

    async def flush(self) -> None:
        held, self._held = bytes(self._held), bytearray()
        try:
            await run_in_threadpool(self._incoming.write, held)
        except BlobTooLarge as error:
            raise too_large(error.limit_bytes) from error


def _headers_of(headers: Mapping[str, str], digests: Sequence[str]) -> _Headers:
    return _Headers(
        declared=headers.get("content-type", ""),
        disposition=headers.get("content-disposition", ""),
        digests=tuple(digests),
    )


def _look_and_keep(
    desk: Desk, incoming: Incoming, ref: str, headers: _Headers, body: StreamedBody | None
) -> Upload:
    """Check digest and content, then keep the bytes; in a thread of its own."""
    declared = _accepted(headers.declared)
    _check_digest(headers.digests, incoming)
    filename = filename_of(headers.disposition)
    file = keep_file(desk, incoming, ref=ref, filename=filename, declared=declared)
    return Upload(file=file, body=body or StreamedBody(sha256=file.sha256))


def keep_file(
    desk: Desk, incoming: Incoming, *, ref: str, filename: str | None, declared: str
) -> ArrivedFile:
    """Look at what has arrived whole, and keep its bytes.

    Raises:
        Refused: `unsupported-media-type`, `media-type-mismatch` or `unsafe-file`; then nothing is
            kept.
        StorageFull: If there is no room.
    """
    found = desk.sandbox.detect_soon(
        incoming.file, declared, incoming.key, patience_seconds=desk.limits.look_seconds
    )
    if found is not None and found.problems:
        raise Refused(RefusalCode(found.problems[0]), found.detail)
    kept = incoming.keep()
    return ArrivedFile(
        ref=ref,
        filename=filename,
        sha256=kept.sha256,
        blob=desk.blobs.name_of(kept.sha256),
        size_bytes=kept.size,
        declared=declared,
        found=found,
        is_kept=lambda: desk.blobs.is_kept(kept.sha256),
    )


def discard_blobs(desk: Desk, blobs: Iterable[str]) -> None:
    """Erase bytes that were refused or removed, unless another attachment needs them."""
    # If it fails, the worker clears them away within a day or so.
    with contextlib.suppress(GapTrackerError), desk.open_work(False) as work:
        for blob in sorted(blobs):
            discard_unused(blob, desk.blobs, work)
        work.commit()


def _accepted(declared: str) -> str:
    """Return the declared type under the name it has here.

    Raises:
        Refused: `unsupported-media-type`.
    """
    found = accepted_type(declared)
    if found is None:
        raise Refused(
            RefusalCode.UNSUPPORTED_MEDIA_TYPE,
            f"Content-Type is {declared[:100] or 'missing'}; expected one of "
            f"{', '.join(sorted(ACCEPTED))}",
            headers={"Accept": ", ".join(sorted(ACCEPTED))},
        )
    return found


def _check_digest(headers: Sequence[str], incoming: Incoming) -> None:
    """Compare what arrived with what its sender said of it, if anything."""
    if not headers:
        return
    expected = _expected(headers)
    plain = incoming.file if incoming.key is None else open_closed(incoming.file, incoming.key)
    if not digests_agree(expected, incoming.sha256, plain):
        raise _mismatch(incoming.sha256)


def _check_form_digest(headers: Sequence[str], body: StreamedBody) -> None:
    """Compare a form with the digest of the whole of it; one of its file stands in its part."""
    if not headers:
        return
    digest = _expected(headers).get("sha-256")
    if digest is None or digest.hex() != body.sha256:
        raise _mismatch(body.sha256)


def _expected(headers: Sequence[str]) -> Mapping[str, bytes]:
    try:
        return parse_repr_digest(", ".join(headers))
    except MalformedDigest as error:
        raise Refused(RefusalCode.DIGEST_MISMATCH, str(error)) from error


def _mismatch(sha256: str) -> Refused:
    return Refused(
        RefusalCode.DIGEST_MISMATCH,
        f"Repr-Digest names other bytes than arrived, whose SHA-256 is {sha256}; nothing was kept: "
        "send the file again",
    )
