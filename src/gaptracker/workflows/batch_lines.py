"""The lines of a batch between the request that checked them and the job that writes them.

What is kept of a line is what will be written: content as canonical JSON, identities sealed
already, or why it is refused. Nothing of the body that came is among it.
"""

import json
from base64 import b64decode, b64encode
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from gaptracker.domain.submissions import SealedIdentity
from gaptracker.workflows.create_submissions import PreparedDraft
from gaptracker.workflows.line_problems import LineProblem, line_problem, refused_of

PART_LINES, PART_CHARACTERS = 200, 1_000_000
"""A part is one transaction, and others wait for it: it must be short."""

# JSON of every shape has no static type.
Json = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchLine:
    """One line: a draft that can be created, or what is wrong with it.

    `submit` hands it over at once.
    """

    number: int
    client_ref: str | None
    submit: bool = False
    draft: PreparedDraft | None = None
    problem: LineProblem | None = None


def parts_of(lines: Iterable[BatchLine]) -> Iterator[tuple[int, str]]:
    """Yield parts as texts, each with how many lines are in it."""
    kept: list[str] = []
    size = 0
    for line in lines:
        kept.append(json.dumps(_written(line), ensure_ascii=False))
        size += len(kept[-1])
        if len(kept) == PART_LINES or size > PART_CHARACTERS:
            yield len(kept), "\n".join(kept)
            kept, size = [], 0
    if kept:
        yield len(kept), "\n".join(kept)


def lines_of(part: str, *, sealed_at: datetime) -> Sequence[BatchLine]:
    """Return a part's lines.

    Args:
        part: As `parts_of` wrote it.
        sealed_at: When the batch came, and its identities were sealed.
    """
    # JSON escapes every line break inside a text.
    return [_read(json.loads(text), sealed_at) for text in part.split("\n")]


def _written(line: BatchLine) -> Json:
    found: Json = {"line": line.number, "client_ref": line.client_ref}
    if line.problem is not None:
        return {**found, "problem": dict(line.problem)}
    draft = line.draft
    if draft is None:
        raise ValueError(f"line {line.number} has neither draft nor problem")
    return {
        **found,
        "submit": line.submit,
        "id": draft.id,
        "content": draft.content,
        "content_sha256": draft.content_sha256,
        "publish": draft.consent_to_publish,
        "confidential": draft.has_confidential,
        "refused": None if draft.refused is None else dict(line_problem(draft.refused)),
        "sealed": [
            [each.id, each.source_ref, each.custodian, b64encode(each.ciphertext or b"").decode()]
            for each in draft.identities
        ],
    }


def _read(found: Json, sealed_at: datetime) -> BatchLine:
    if "problem" in found:
        return BatchLine(
            number=found["line"], client_ref=found["client_ref"], problem=found["problem"]
        )
    draft = PreparedDraft(
        id=found["id"],
        client_ref=found["client_ref"],
        content=found["content"],
        content_sha256=found["content_sha256"],
        consent_to_publish=found["publish"],
        has_confidential=found["confidential"],
        refused=None if found["refused"] is None else refused_of(found["refused"]),
        identities=tuple(
            SealedIdentity(
                id=seal,
                submission=found["id"],
                source_ref=source_ref,
                custodian=custodian,
                ciphertext=b64decode(text),
                sealed_at=sealed_at,
            )
            for seal, source_ref, custodian, text in found["sealed"]
        ),
    )
    return BatchLine(
        number=found["line"],
        client_ref=found["client_ref"],
        submit=found["submit"],
        draft=draft,
    )
