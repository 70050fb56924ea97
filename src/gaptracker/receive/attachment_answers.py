"""From attachments and what was made of them to what the API answers."""

from typing import Any

from gaptracker.domain.submissions import Derivative
from gaptracker.intake.file_types import ACCEPTED
from gaptracker.receive.attachment_schemas import AttachmentAnswer, DerivativeMark, PublicFileMark
from gaptracker.workflows.read_attachments import AttachmentView

BINARY = {"type": "string", "contentMediaType": "application/octet-stream"}
ENDINGS = {
    "application/pdf": ".pdf",
    "image/png": ".png",
    "image/jpeg": ".jpg",
    "image/webp": ".webp",
    "text/plain": ".txt",
    "text/csv": ".csv",
}


def attachment_answer(view: AttachmentView) -> AttachmentAnswer:
    """Return an attachment as its caller sees it.

    Who does not see the original learns neither its name, which may be a person's, nor its digest,
    by which they could test guesses.
    """
    kept, address = view.attachment, f"/v1/attachments/{view.attachment.id}"
    links = {"self": address, "submission": f"/v1/submissions/{kept.submission}"}
    if view.whole:
        links["content"] = f"{address}/content"
    return AttachmentAnswer(
        id=kept.id,
        ref=kept.ref,
        filename=kept.filename if view.whole else None,
        sha256=kept.sha256 if view.whole else None,
        size=kept.size_bytes,
        media_type_declared=kept.media_type_declared,
        media_type_detected=kept.media_type_detected,
        state=kept.state,
        problem=kept.problem,
        flags=kept.flags.split(),
        no_copy=kept.no_copy,
        derivatives=[derivative_mark(each) for each in view.derivatives],
        links=links,
    )


def derivative_mark(made: Derivative) -> DerivativeMark:
    """Return what is known of something made from an attachment."""
    return DerivativeMark(
        id=made.id,
        kind=made.kind,
        tool=made.tool,
        size=made.size_bytes,
        media_type=made.media_type,
        by_person=made.created_by is not None,
        links={"content": f"/v1/derivatives/{made.id}/content"},
    )


def public_file_mark(submission: str, made: Derivative) -> PublicFileMark:
    """Return a public file of published evidence."""
    return PublicFileMark(
        id=made.id,
        kind=made.kind,
        sha256=made.sha256,
        size=made.size_bytes,
        media_type=made.media_type,
        links={"content": f"/v1/evidence/{submission}/attachments/{made.id}"},
    )


def derivative_name(made: Derivative) -> str:
    """Return a name to save a copy as; the original's may be a person's."""
    return f"{made.id}{ENDINGS.get(made.media_type, '')}"


# `Any` because OpenAPI is JSON of every shape.
def file_description() -> dict[int | str, Any]:
    """Describe answers that are a file, a part of one, or a word that it is unchanged."""
    types = sorted({*ACCEPTED, BINARY["contentMediaType"]})
    content = {each: {"schema": BINARY} for each in types}
    return {
        200: {"description": "The file, under the type that was detected.", "content": content},
        206: {"description": "The part that `Range` asked for.", "content": content},
        304: {"description": "The file is the one that `If-None-Match` names."},
    }
