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
    whoever can guess. `corrected` are the records that its corrections changed or took out.
    """

    submission: str
    items: int
    evidence_sha256: str
    # Ids of records that are not its own; a release without any is written without the member.
    corrected: tuple[str, ...] = ()


def submission_parts(evidence: Evidence) -> tuple[SubmissionPart, ...]:
    """Return the submissions among the evidence, in order of their ids.

    The digest is SHA-256, in hexadecimal, over one line of sorted JSON for each source, item and
    correction of the submission, lines sorted, each with the name of its kind before it.
    """
    lines: dict[str, list[bytes]] = defaultdict(list)
    items: dict[str, int] = defaultdict(int)
    corrected: dict[str, set[str]] = defaultdict(set)
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
    for correction in evidence.corrections:
        line = b"correction " + write_line(correction) + b"\n"
        lines[correction.submission].append(line)
        items[correction.submission] += 1
        corrected[correction.submission].add(correction.record)
    return tuple(
        SubmissionPart(
            submission=submission,
            items=items[submission],
            evidence_sha256=hashlib.sha256(b"".join(sorted(found))).hexdigest(),
            corrected=tuple(sorted(corrected[submission])),
        )
        for submission, found in sorted(lines.items())
    )
