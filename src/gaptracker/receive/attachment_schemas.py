"""What the intake answers about files. No member has a default: each is written out."""

from gaptracker.domain.submissions import AttachmentState, DerivativeKind
from gaptracker.receive.schemas import Answer


class DerivativeMark(Answer):
    """Something made from a file: by the machine, or by an editor."""

    id: str
    kind: DerivativeKind
    tool: str
    size: int
    media_type: str
    by_person: bool
    links: dict[str, str]


class AttachmentAnswer(Answer):
    """A file of a submission; `filename` and `sha256` are null to who does not see the original.

    `no_copy` says why there will be no public copy, `flags` what a reader of the original should
    know.
    """

    id: str
    ref: str
    filename: str | None
    sha256: str | None
    size: int
    media_type_declared: str
    media_type_detected: str | None
    state: AttachmentState
    problem: str | None
    flags: list[str]
    no_copy: str | None
    derivatives: list[DerivativeMark]
    links: dict[str, str]


class AttachmentList(Answer):
    """The files of a submission, by their reference."""

    data: list[AttachmentAnswer]


class PublicFileMark(Answer):
    """A file of published evidence that everybody may read."""

    id: str
    kind: DerivativeKind
    sha256: str
    size: int
    media_type: str
    links: dict[str, str]


class PublicFileList(Answer):
    """The public files of a piece of evidence."""

    data: list[PublicFileMark]
