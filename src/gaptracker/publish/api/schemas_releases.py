"""What `/v1/releases`, `/v1/problems` and the health checks answer."""

from datetime import date
from typing import Literal

from pydantic import Field

from gaptracker.publish.api.schemas import Count, Message, Meta, Number


class ReleaseLinks(Message):
    """Where a release leads."""

    self: str
    gaps: str
    files: str | None = Field(
        description="Its tables as files; null for a release from before there were any."
    )
    methodology: str


class ReleaseRow(Message):
    """A published release."""

    id: str
    number: int = Field(ge=1, description="Its place in the list of all runs.")
    as_of: date
    methodology: str
    provisional: bool
    first_year: int
    last_year: int
    content_sha256: str = Field(description="SHA-256 of its manifest, which names all its files.")
    links: ReleaseLinks


class CheckAnswer(Message):
    """One check of a release: what was found, against which bound, and why it is there."""

    name: str
    found: Number
    bound: Number
    kind: str = Field(description="`floor` fails a release, `ceiling` warns.")
    passed: bool
    reason: str


class SoftwareAnswer(Message):
    """The program that computed a release."""

    version: str
    program_sha256: str
    libraries: dict[str, str]


class ReleasedSubmission(Message):
    """A published submission that part of a release's evidence came in."""

    submission: str
    items: int = Field(ge=1, description="Statements, measures, observations, corrections.")
    evidence_sha256: str = Field(
        description="SHA-256 over its public evidence as the release holds it."
    )
    corrected: list[str] = Field(description="Records of others that it corrected.")


class ProvenanceAnswer(Message):
    """What made a release, beside what the manifest names."""

    evidence_sha256: str = Field(description="SHA-256 that names the evidence set.")
    software: SoftwareAnswer
    random_series: str
    calibration: str
    submissions: list[ReleasedSubmission]


class ReleaseDetail(ReleaseRow):
    """A release's manifest: counts, checks and the SHA-256 of every file."""

    state: Literal["published"]
    notice: str
    methodology_sha256: str
    input_sha256: str
    counts: dict[str, Count]
    checks: list[CheckAnswer]
    compared: list[CheckAnswer] = Field(description="Ceilings against the release before it.")
    files: dict[str, str]
    provenance: ProvenanceAnswer


class ReleaseList(Message):
    """All published releases, the newest first."""

    meta: Meta
    data: list[ReleaseRow]


class ReleaseAnswer(Message):
    """One release."""

    meta: Meta
    data: ReleaseDetail


class FileRow(Message):
    """A file of a release."""

    name: str
    title: str
    media_type: str
    bytes: int = Field(ge=0)
    sha256: str
    link: str


class FileList(Message):
    """All files of a release that people take away."""

    meta: Meta
    data: list[FileRow]


class CodeRow(Message):
    """One stable code. `status` is null for the code of a part of a request."""

    code: str
    kind: Literal["problem", "error"] = Field(
        description="`problem` codes name the whole refusal, `error` codes one of its `errors`."
    )
    status: int | None
    title: str | None = Field(description="Null for the code of a part of a request.")
    advice: str = Field(description="What the caller can do.")


class CodeList(Message):
    """All stable codes; figures stand in none of them, so there is no `meta`."""

    data: list[CodeRow]


class CodeAnswer(Message):
    """One stable code."""

    data: CodeRow


class Health(Message):
    """The process answers."""

    status: Literal["ok"]


class Readiness(Message):
    """A verified release is loaded."""

    status: Literal["ready"]
    release: str
    methodology: str
    provisional: bool
    refused: str | None = Field(
        description="A newer release that could not be verified; null if there is none."
    )
