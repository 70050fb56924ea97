"""Which submissions a release's evidence came from, each named by what it added."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from gaptracker.domain.evidence import Evidence
from gaptracker.domain.ownership import submission_of
from gaptracker.release.documents import write_line


@dataclass(frozen=True, slots=True, kw_only=True)
class SubmissionPart:
    """What one submission added to a release.

    `evidence_sha256` is over its public evidence as the release holds it. It is not the digest of
    what was sent: that covers confidential parts, and a digest of a short secret gives it away to
    whoever can guess.
    """

    submission: str
    items: int
    evidence_sha256: str


def submission_parts(evidence: Evidence) -> tuple[SubmissionPart, ...]:
    """Return the submissions among the evidence, in order of their ids.

    The digest is SHA-256, in hexadecimal, over one line of sorted JSON for each source and item
    of the submission, lines sorted, each with the name of its kind before it.
    """
    lines: dict[str, list[bytes]] = defaultdict(list)
    items: dict[str, int] = defaultdict(int)
    kinds: tuple[tuple[str, Iterable[object]], ...] = (
        ("source", evidence.sources.values()),
        ("statement", evidence.statements),
        ("measure", evidence.measures),
        ("observation", evidence.observations),
    )
    for kind, values in kinds:
        for value in values:
            submission = submission_of(str(getattr(value, "id")))  # noqa: B009  one of four types
            if submission is not None:
                lines[submission].append(kind.encode() + b" " + write_line(value) + b"\n")
                items[submission] += kind != "source"
    return tuple(
        SubmissionPart(
            submission=submission,
            items=items[submission],
            evidence_sha256=hashlib.sha256(b"".join(sorted(found))).hexdigest(),
        )
        for submission, found in sorted(lines.items())
    )
