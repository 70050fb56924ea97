"""The manifest: what a release says of itself, and the bytes that name all other bytes."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from gaptracker.domain.errors import ReleaseCorrupt
from gaptracker.domain.results import Manifest
from gaptracker.release.documents import MANIFEST_FILE, plain, write_json
from gaptracker.release.inputs import Software
from gaptracker.release.submissions import SubmissionPart

PROVISIONAL_NOTICE = (
    "Provisional: some of the positions in this release were coded by a machine and have not yet "
    "been checked by people. No cell that rests on one is graded above C."
)
FINAL_NOTICE = "No number in this release rests on a machine's coding."


@dataclass(frozen=True, slots=True, kw_only=True)
class CalibrationNote:
    """What a release says of its coders: one sentence, and the report in files of its own."""

    sentence: str
    files: Mapping[str, bytes]


NOT_YET = "Not yet calibrated"
NOT_CALIBRATED = CalibrationNote(
    sentence=(
        f"{NOT_YET}: the intervals rest on the methodology's prior, and coders' errors on "
        "its default, until codings by people on held-out items allow an estimate."
    ),
    files={},
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Provenance:
    """What made a release, beside what the manifest names: enough to make it again.

    `evidence_sha256` names the evidence set; `submissions` are those that parts of it came in.
    `random_series` is the label that seeds the draws; releases that share it (and the
    methodology's version) give unchanged evidence unchanged numbers.
    """

    evidence_sha256: str
    software: Software
    random_series: str
    calibration: str
    # Releases from before there were submissions hold no such list.
    submissions: tuple[SubmissionPart, ...] = ()

    @property
    def calibrated(self) -> bool:
        """Say whether coders' own errors stand in place of the default ones, on some theme."""
        return not self.calibration.startswith(NOT_YET)


def write_manifest(manifest: Manifest, provenance: Provenance) -> bytes:
    """Write the manifest's file."""
    written = plain(provenance)
    for part in written["submissions"]:
        if not part["corrected"]:
            del part["corrected"]
    return write_json({**plain(manifest), "provenance": written})


def read_manifest(content: bytes, release: str) -> tuple[Manifest, Provenance]:
    """Read a manifest's file, all of it or nothing.

    Args:
        content: The file's bytes.
        release: The release it is the manifest of, for the error's message.

    Raises:
        ReleaseCorrupt: If it is no manifest, or that of another release.
    """
    try:
        fields: dict[str, Any] = msgspec.json.decode(content, type=dict[str, Any])
        provenance = msgspec.convert(fields.pop("provenance", None), Provenance)
        manifest = msgspec.convert(fields, Manifest)
    except msgspec.MsgspecError as error:
        raise ReleaseCorrupt(
            f"{release}/{MANIFEST_FILE} is no manifest ({error}); restore it from a copy"
        ) from error
    if manifest.release != release:
        raise ReleaseCorrupt(
            f"{release}/{MANIFEST_FILE} is that of release {manifest.release!r}; "
            "restore it from a copy"
        )
    return manifest, provenance


def sha256_of(content: bytes) -> str:
    """Return the SHA-256 of bytes, in hexadecimal."""
    return hashlib.sha256(content).hexdigest()
