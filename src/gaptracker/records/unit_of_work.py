"""The unit of work: one transaction, committed by whoever opened it."""

from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import Any, Self

from sqlalchemy import Connection, CursorResult, Engine, Executable, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from gaptracker.custody.content_box import ContentBox
from gaptracker.domain.errors import KeyUnreadable, StorageUnavailable
from gaptracker.records.annotations_repository import AnnotationsRepository
from gaptracker.records.attachments_repository import AttachmentsRepository
from gaptracker.records.corrections_repository import CorrectionsRepository
from gaptracker.records.custodians_repository import CustodiansRepository
from gaptracker.records.custody_repository import CustodyRepository
from gaptracker.records.database import POSTGRESQL, READ_ONLY, empty_journal
from gaptracker.records.datasets import DatasetRepository
from gaptracker.records.dirty_scores_repository import DirtyScoresRepository
from gaptracker.records.idempotency_repository import IdempotencyRepository
from gaptracker.records.jobs_repository import JobsRepository
from gaptracker.records.log_repository import LogRepository
from gaptracker.records.periodic_repository import PeriodicRepository
from gaptracker.records.principals_repository import PrincipalsRepository
from gaptracker.records.proposals_repository import ProposalsRepository
from gaptracker.records.report_deliveries_repository import ReportDeliveriesRepository
from gaptracker.records.repositories import EvidenceRepository
from gaptracker.records.retention_repository import RetentionRepository
from gaptracker.records.submissions_repository import Box, SubmissionsRepository
from gaptracker.records.sync_repository import SyncRepository
from gaptracker.records.webhooks_repository import WebhooksRepository

# Any constant will do, as long as nothing else in the database takes the same one.
LOADING_LOCK = 7_342_001
BLOBS_LOCK = 7_342_002


# `Any` because a row holds every type that a column can have.
Parameters = Mapping[str, Any] | Sequence[Mapping[str, Any]]


class NoBox:
    """Stands where no content key was given: whatever needs one says so."""

    def close(self, text: str, place: str) -> str:
        """Refuse to keep a text that nobody encrypts."""
        del text
        raise KeyUnreadable(f"{place} needs the content key; open the records with it")

    def open(self, closed: str, place: str) -> str:
        """Refuse to read what cannot be read."""
        del closed
        raise KeyUnreadable(f"{place} needs the content key; open the records with it")


class _PlainSession(Session):
    """A session for statements alone, of which the ORM has nothing to make.

    Half of what `Session.execute` does for each statement is to look for entities in it.
    """

    _open: Connection | None = None

    # The ORM's own signature has options for entities; its overloads return the same.
    def execute(  # type: ignore[override]
        self, statement: Executable, params: Parameters | None = None
    ) -> CursorResult[Any]:
        """Execute a statement in the session's transaction."""
        if self._open is None:
            self._open = self.connection()
        return self._open.execute(statement, params)

    def commit(self) -> None:
        """Commit; the next statement begins another transaction."""
        super().commit()
        self._open = None

    def rollback(self) -> None:
        """Roll back; the next statement begins another transaction."""
        self._open = None
        super().rollback()


class UnitOfWork:
    """One transaction on the records.

    Nothing is kept unless `commit` is called; leaving the block without it, by an error or
    not, rolls everything back. A read-only unit sees one state of the whole database however
    long it reads.

    Given a connection that is inside a transaction already, as tests do, it works in a
    savepoint and leaves the outer transaction to its owner.
    """

    evidence: EvidenceRepository
    datasets: DatasetRepository
    principals: PrincipalsRepository
    proposals: ProposalsRepository
    submissions: SubmissionsRepository
    attachments: AttachmentsRepository
    corrections: CorrectionsRepository
    custodians: CustodiansRepository
    custody: CustodyRepository
    dirty_scores: DirtyScoresRepository
    idempotency: IdempotencyRepository
    webhooks: WebhooksRepository
    jobs: JobsRepository
    log: LogRepository
    periodic: PeriodicRepository
    report_deliveries: ReportDeliveriesRepository
    retention: RetentionRepository
    syncs: SyncRepository
    annotations: AnnotationsRepository

    def __init__(
        self,
        bind: Engine | Connection,
        *,
        read_only: bool = False,
        box: ContentBox | None = None,
    ) -> None:
        """Prepare a unit of work; the transaction begins with its block.

        Args:
            bind: The database.
            read_only: Whether the database refuses all writes.
            box: Closes and opens what submissions say beside their public parts. Without it
                none of that can be read or written.
        """
        self._bind = bind
        self._read_only = read_only
        self._box: Box = box or NoBox()

    def __enter__(self) -> Self:
        """Begin the transaction."""
        bind = self._reading(self._bind) if self._read_only else self._bind
        self._session = _PlainSession(bind, join_transaction_mode="create_savepoint")
        self.evidence = EvidenceRepository(self._session)
        self.datasets = DatasetRepository(self._session)
        self.principals = PrincipalsRepository(self._session)
        self.proposals = ProposalsRepository(self._session)
        self.submissions = SubmissionsRepository(self._session, self._box)
        self.attachments = AttachmentsRepository(self._session, self._box)
        self.corrections = CorrectionsRepository(self._session)
        self.custodians = CustodiansRepository(self._session, self._box)
        self.custody = CustodyRepository(self._session)
        self.dirty_scores = DirtyScoresRepository(self._session)
        self.idempotency = IdempotencyRepository(self._session, self._box)
        self.webhooks = WebhooksRepository(self._session, self._box)
        self.jobs = JobsRepository(self._session, self._box)
        self.log = LogRepository(self._session)
        self.periodic = PeriodicRepository(self._session)
        self.report_deliveries = ReportDeliveriesRepository(self._session)
        self.retention = RetentionRepository(self._session)
        self.syncs = SyncRepository(self._session)
        self.annotations = AnnotationsRepository(self._session)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Roll back what was not committed and give the connection back.

        Raises:
            StorageUnavailable: In the place of the database's own error, if it could not be
                reached, was locked for too long, or had no room.
        """
        try:
            self._session.rollback()
            self._session.close()
        except OperationalError:
            # A connection that is gone cannot be rolled back; the database has done it already.
            self._session.invalidate()
        if isinstance(error, OperationalError):
            raise StorageUnavailable(
                f"the records cannot be written at the moment ({error.orig}); nothing was kept: "
                "try again in a while"
            ) from error

    def commit(self) -> None:
        """Keep everything done so far; call it before telling anyone that it is done.

        What is to be logged and told is appended first, in the same transaction.
        """
        self.custody.flush()
        self._session.commit()

    def close_text(self, text: str, place: str) -> str:
        """Close a text that somebody keeps for us and must not read, for one place."""
        return self._box.close(text, place)

    def open_text(self, closed: str, place: str) -> str:
        """Open what `close_text` closed for this place.

        Raises:
            SealUnopened: If it never did.
        """
        return self._box.open(closed, place)

    def empty_journal(self) -> bool:
        """Cut SQLite's journal to nothing, after a commit that erased something.

        Returns:
            False if a reader kept it from happening; try again later.
        """
        return not isinstance(self._bind, Engine) or empty_journal(self._bind)

    def take_loading_lock(self) -> None:
        """Wait until no other load is under way; held until the transaction ends.

        Two loads at once would both write the next revision of the same record. On SQLite
        every writing transaction holds the lock from its start.
        """
        if self._session.get_bind().dialect.name == POSTGRESQL:
            self._session.execute(
                text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOADING_LOCK}
            )

    def take_blobs_lock(self, *, to_remove: bool = False) -> None:
        """Keep blobs that are needed from being removed; held until the transaction ends.

        Whoever refers to a blob takes it and then makes sure that the blob is there; whoever
        removes blobs takes it alone and then asks which of them are referred to. On SQLite every
        writing transaction is alone anyway.
        """
        if self._session.get_bind().dialect.name == POSTGRESQL:
            function = "pg_advisory_xact_lock" + ("" if to_remove else "_shared")
            self._session.execute(text(f"SELECT {function}(:lock)"), {"lock": BLOBS_LOCK})

    @staticmethod
    def _reading(bind: Engine | Connection) -> Engine | Connection:
        """Return a bind whose transactions read one state and write nothing."""
        if isinstance(bind, Connection):
            return bind
        if bind.dialect.name == POSTGRESQL:
            return bind.execution_options(
                isolation_level="REPEATABLE READ", postgresql_readonly=True
            )
        return bind.execution_options(**{READ_ONLY: True})
