"""What a release is made from, and the names that follow from it."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from gaptracker.domain.evidence import Evidence
from gaptracker.domain.methodology import Methodology
from gaptracker.release.documents import plain, write_line

ID_DIGITS = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Software:
    """The program that computed a release.

    `program_sha256` is over the source of the packages that compute; `libraries` gives the
    versions of those whose random numbers or file format reach the bytes of a release.
    """

    version: str
    program_sha256: str
    libraries: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Inputs:
    """Everything that decides the bytes of a release, as hashes."""

    as_of: date
    years: tuple[int, ...]
    evidence_sha256: str
    methodology: str
    methodology_sha256: str
    random_series: str
    calibration_sha256: str | None
    software: Software

    @property
    def sha256(self) -> str:
        """Return the SHA-256 over all inputs, in hexadecimal."""
        return hashlib.sha256(write_line(plain(self))).hexdigest()

    @property
    def release(self) -> str:
        """Return the id of the release that these inputs make."""
        return f"{self.as_of.isoformat()}-{self.sha256[:ID_DIGITS]}"


def describe_inputs(
    evidence: Evidence,
    methodology: Methodology,
    *,
    years: Sequence[int],
    software: Software,
    calibration_sha256: str | None = None,
) -> Inputs:
    """Name what a release is made from.

    Args:
        evidence: The evidence, in any order.
        methodology: The rules.
        years: The years to score.
        software: The program.
        calibration_sha256: Names the calibration report that coders' errors come from.
    """
    return Inputs(
        as_of=evidence.as_of,
        years=tuple(sorted(years)),
        evidence_sha256=hash_evidence(evidence),
        methodology=methodology.version,
        methodology_sha256=methodology.sha256,
        random_series=methodology.draws.random_series,
        calibration_sha256=calibration_sha256,
        software=software,
    )


def hash_evidence(evidence: Evidence) -> str:
    """Return the SHA-256 over all evidence, in hexadecimal, whatever the order it came in.

    Each value is written as one line of JSON with sorted keys; the lines of each kind are
    sorted. What a value says decides the hash, not where or when it was stored.
    """
    digest = hashlib.sha256(f"as_of {evidence.as_of.isoformat()}\n".encode())
    kinds: tuple[tuple[str, Iterable[object]], ...] = (
        ("actors", evidence.actors.values()),
        ("sources", evidence.sources.values()),
        ("statements", evidence.statements),
        ("measures", evidence.measures),
        ("observations", evidence.observations),
        ("codings", evidence.codings),
        ("opportunities", evidence.opportunities),
        ("memberships", evidence.memberships),
        ("competences", evidence.competences),
        ("populations", evidence.populations),
        ("flows", evidence.flows),
        # Evidence that nobody corrected keeps the name it had before there were corrections.
        *((("corrections", evidence.corrections),) if evidence.corrections else ()),
    )
    for name, values in kinds:
        lines = sorted(write_line(value) for value in values)
        digest.update(f"{name} {len(lines)}\n".encode())
        for line in lines:
            digest.update(line)
            digest.update(b"\n")
    return digest.hexdigest()
