"""A batch's bytes to lines that can be kept: read, checked and sealed while its sender waits.

Whatever must not lie on a disk in the open is sealed or closed before anything is written, so the
body itself is never kept.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import partial

from gaptracker.custody.sealing import CustodianKey
from gaptracker.domain.refusals import RefusalCode, Refused
from gaptracker.intake.bulk_csv import csv_lines, problems_by_column
from gaptracker.intake.bulk_lines import (
    BulkMalformed,
    BulkTooLarge,
    Line,
    array_lines,
    ndjson_lines,
)
from gaptracker.intake.csv_mapping import CsvMapping
from gaptracker.intake.strict_json import MalformedJson
from gaptracker.intake.submission_fields import CLIENT_REF
from gaptracker.intake.submission_known import Known
from gaptracker.intake.submission_problems import SubmissionInvalid
from gaptracker.intake.submissions import SubmissionDraft, validate_submission
from gaptracker.workflows.batch_lines import BatchLine, parts_of
from gaptracker.workflows.create_submissions import prepare
from gaptracker.workflows.line_problems import line_problem, plain_errors
from gaptracker.workflows.present import Present
from gaptracker.workflows.submission_facts import MANIFEST, obstacles_to_submit

STEP_BYTES = 65_536
LONGEST_CLIENT_REF = 128
# Each takes 4 kB for every custodian once it is sealed: without an end, a body of 20 MB would
# become a gigabyte.
MOST_IDENTITIES = 10_000


class BatchFormat(StrEnum):
    """How a batch is written."""

    NDJSON = "application/x-ndjson"
    CSV = "text/csv"
    JSON = "application/json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What lines are read by: names, columns, and to whom identities are sealed."""

    known: Known
    custodians: Sequence[tuple[str, CustodianKey]]
    mapping: CsvMapping | None
    present: Present


@dataclass(frozen=True, slots=True, kw_only=True)
class PreparedBatch:
    """A batch as it is kept: closed in parts, and how many lines there are."""

    line_count: int
    parts: tuple[str, ...]


def prepare_batch(body: bytes, written: BatchFormat, reading: Reading) -> PreparedBatch:
    """Read, check and seal every line of a batch.

    Args:
        body: All bytes of it.
        written: How it is written; CSV needs a mapping.
        reading: What it is read by.

    Raises:
        Refused: `too-large`, `malformed-json` or `validation-failed`, where the batch cannot be
            taken as a whole; what is wrong with single lines is told line by line.
    """
    try:
        counted = list(parts_of(_prepared(_lines(body, written, reading), reading)))
    except BulkTooLarge as error:
        raise Refused(RefusalCode.TOO_LARGE, str(error)) from error
    except BulkMalformed as error:
        raise Refused(RefusalCode.VALIDATION_FAILED, str(error)) from error
    if not counted:
        raise Refused(RefusalCode.VALIDATION_FAILED, "no line came; expected one submission a line")
    return PreparedBatch(
        line_count=sum(count for count, _ in counted), parts=tuple(part for _, part in counted)
    )


def _lines(body: bytes, written: BatchFormat, reading: Reading) -> Iterable[Line]:
    match written:
        case BatchFormat.NDJSON:
            return ndjson_lines(_steps(body))
        case BatchFormat.JSON:
            return array_lines(body)
        case BatchFormat.CSV:
            if reading.mapping is None:
                raise BulkMalformed("CSV came without `?mapping=map_…`; make a mapping first")
            return csv_lines(_steps(body), reading.mapping)


def _steps(body: bytes) -> Iterator[bytes]:
    view = memoryview(body)
    for start in range(0, len(view), STEP_BYTES):
        yield bytes(view[start : start + STEP_BYTES])


def _prepared(lines: Iterable[Line], reading: Reading) -> Iterator[BatchLine]:
    mapping, sealed = reading.mapping, 0
    errors_of = plain_errors if mapping is None else partial(problems_by_column, mapping=mapping)
    for line in lines:
        ref = _client_ref(line.document)
        try:
            if line.problem is not None:
                raise line.problem
            draft = validate_submission(line.document, reading.known)
        except (MalformedJson, SubmissionInvalid) as error:
            yield BatchLine(
                number=line.number, client_ref=ref, problem=line_problem(error, errors_of)
            )
            continue
        sealed += len(draft.identities)
        if sealed > MOST_IDENTITIES:
            raise BulkTooLarge(
                f"more than {MOST_IDENTITIES} identities to seal came; send several batches"
            )
        yield _line(line.number, draft, reading)


def _line(number: int, draft: SubmissionDraft, reading: Reading) -> BatchLine:
    prepared = prepare(draft, reading.custodians, reading.present)
    if draft.submit and prepared.refused is None:
        prepared = replace(prepared, refused=_not_ready(draft))
    return BatchLine(
        number=number, client_ref=draft.client_ref, submit=draft.submit, draft=prepared
    )


def _not_ready(draft: SubmissionDraft) -> Refused | None:
    """Return what keeps a draft from being handed over at once, as if it had come alone."""
    obstacles = obstacles_to_submit(draft.content, ())
    if not obstacles:
        return None
    if any(each.code not in MANIFEST for each in obstacles):
        invalid = SubmissionInvalid(obstacles)
        errors = [dict(each) for each in plain_errors(invalid)]
        return Refused(RefusalCode.VALIDATION_FAILED, str(invalid), errors=errors)
    missing = [each["ref"] for each in draft.attachments_expected]
    return Refused(
        RefusalCode.ATTACHMENTS_INCOMPLETE,
        f"announced and not here: {', '.join(missing)}; send the line without `submit`, then its "
        "files, then submit it",
        missing=missing,
    )


def _client_ref(document: object) -> str | None:
    """Return the reference of a document that may be anything else wrong."""
    found = document.get("client_ref") if isinstance(document, dict) else None
    if not isinstance(found, str) or len(found) > LONGEST_CLIENT_REF:
        return None
    return found if re.fullmatch(CLIENT_REF, found) else None
