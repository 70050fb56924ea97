"""The tables of syncs: what arrived, and what each run did. Rows are only ever added."""

from datetime import datetime

from sqlalchemy import CheckConstraint, Index, Text
from sqlmodel import Field

from gaptracker.domain.syncing import RunState, SourceId
from gaptracker.records.tables import Row, UtcDateTime, one_of


class SourceSnapshotRow(Row, table=True):
    """The bytes of one resource as they arrived; they lie in the snapshot store by their hash."""

    __tablename__ = "source_snapshot"
    __table_args__ = (
        CheckConstraint("length(sha256) = 64", name="sha256_length"),
        CheckConstraint("size_bytes >= 0", name="size_bytes_counted"),
        one_of("source", SourceId),
        Index(None, "source", "resource", "fetched_at"),
    )

    run: str = Field(primary_key=True)
    resource: str = Field(primary_key=True)
    source: str
    url: str
    sha256: str
    size_bytes: int
    fetched_at: datetime = Field(sa_type=UtcDateTime)
    media_type: str | None
    release: str | None
    etag: str | None
    last_modified: str | None


class SyncRunRow(Row, table=True):
    """One run of one source; counts and issues as JSON."""

    __tablename__ = "sync_run"
    __table_args__ = (
        one_of("source", SourceId),
        one_of("state", RunState),
        Index(None, "source", "started_at"),
    )

    id: str = Field(primary_key=True)
    source: str
    state: str
    started_at: datetime = Field(sa_type=UtcDateTime)
    ended_at: datetime = Field(sa_type=UtcDateTime)
    offline: bool
    program: str
    counts: str = Field(sa_type=Text)
    issues: str = Field(sa_type=Text)
