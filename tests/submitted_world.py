"""A published submission beside the small evidence: what coders, records and releases see of it."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime

from sqlalchemy import Connection

from gaptracker.domain.evidence import Evidence
from gaptracker.domain.records import Measure, Observation, Statement
from gaptracker.domain.sources import Source
from gaptracker.domain.time import PartialDate, Period
from gaptracker.domain.vocabulary import ItemKind, Specificity
from gaptracker.intake.methodology_files import shipped_methodology
from gaptracker.records.revisions import RevisionStamp
from gaptracker.records.unit_of_work import UnitOfWork
from gaptracker.workflows.codable_items import CodableItem, Coder, CodingDraft
from gaptracker.workflows.code_items import RecordedCoding, record_coding
from gaptracker.workflows.load_reference import LoadOutcome, load_reference
from gaptracker.workflows.read_evidence import read_evidence
from gaptracker.workflows.submitted_evidence import (
    EvidenceChange,
    record_evidence,
    withdraw_evidence,
)
from tests.small_evidence import ENCYCLOPEDIA, EVIDENCE, MANIFEST, PRISONERS, SPEECH, STAMP, STATUTE

THEME = "personal_use"
SUBMISSION = "sub_01JABC"
METHODOLOGY = shipped_methodology("1.0.0")
PUBLISHED = RevisionStamp(
    recorded_at=datetime(2026, 11, 25, 12, tzinfo=UTC),
    recorded_by="editor",
    reason="published sub_01JABC",
)
RETRACTED = replace(PUBLISHED, reason="retracted: the gazette was forged")


@dataclass(frozen=True, kw_only=True)
class Submitted:
    """The public part of a submission."""

    sources: tuple[Source, ...] = ()
    statements: tuple[Statement, ...] = ()
    measures: tuple[Measure, ...] = ()
    observations: tuple[Observation, ...] = ()


def submitted(
    submission: str = SUBMISSION, *, since: str = "2019-03", figure_of: str = "2019"
) -> Submitted:
    """A speech, a decree and a figure with one source."""
    return Submitted(
        sources=(replace(ENCYCLOPEDIA, id=f"{submission}-s1", title="Official gazette"),),
        statements=(replace(SPEECH, id=f"{submission}-st1", source=f"{submission}-s1"),),
        measures=(
            replace(
                STATUTE,
                id=f"{submission}-m1",
                source=f"{submission}-s1",
                title="Decree 12",
                in_force=Period(start=PartialDate.parse(since)),
            ),
        ),
        observations=(
            replace(
                PRISONERS,
                id=f"{submission}-o1",
                source=f"{submission}-s1",
                period=PartialDate.parse(figure_of),
            ),
        ),
    )


def load(records: Connection, evidence: Evidence = EVIDENCE) -> LoadOutcome:
    with UnitOfWork(records) as work:
        outcome = load_reference(evidence, work, stamp=STAMP, manifest_sha256=MANIFEST)
        work.commit()
    return outcome


def publish(
    records: Connection, evidence: Submitted | None = None, submission: str = SUBMISSION
) -> EvidenceChange:
    with UnitOfWork(records) as work:
        change = record_evidence(
            evidence or submitted(submission), work, submission=submission, stamp=PUBLISHED
        )
        work.commit()
    return change


def retract(records: Connection, submission: str = SUBMISSION) -> EvidenceChange:
    with UnitOfWork(records) as work:
        change = withdraw_evidence(submission, work, stamp=RETRACTED)
        work.commit()
    return change


def read(records: Connection) -> Evidence:
    with UnitOfWork(records, read_only=True) as work:
        return read_evidence(work)


def draft(item: str = f"{SUBMISSION}-m1", rung: int = 2, theme: str = THEME) -> CodingDraft:
    statement = item.endswith("st1") or item == SPEECH.id
    return CodingDraft(
        item=item,
        item_kind=ItemKind.STATEMENT if statement else ItemKind.MEASURE,
        theme=theme,
        rung=rung,
        specificity=Specificity.SPECIFIC,
        rationale="Small amounts are not prosecuted.",
    )


def code(
    records: Connection,
    coder: str,
    given: CodingDraft | None = None,
    *,
    barred: tuple[str, ...] = (),
    pending: tuple[CodableItem, ...] = (),
) -> RecordedCoding:
    with UnitOfWork(records) as work:
        recorded = record_coding(
            given or draft(),
            work,
            methodology=METHODOLOGY,
            coder=Coder(id=coder, barred=frozenset(barred)),
            stamp=PUBLISHED,
            submitted=pending,
        )
        work.commit()
    return recorded


LATER_DAY = date(2026, 10, 5)
