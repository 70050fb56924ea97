"""The tables: one per kind of evidence, and the registers that foreign keys rest on.

A row is one revision of one value. Rows are declared here and built nowhere: writing goes
through `mapping` and bulk inserts, because a SQLModel row does not check what it is given.
The migrations in `migrations/` make these tables; a test holds the two together.
"""

from collections.abc import Iterable
from datetime import date, datetime
from enum import StrEnum
from typing import Any, ClassVar

from sqlalchemy import CheckConstraint, DateTime, Dialect, Index, MetaData
from sqlalchemy.types import TypeDecorator
from sqlmodel import Field, SQLModel

from gaptracker.domain.errors import InvalidValue
from gaptracker.domain.vocabulary import (
    ActorKind,
    CoderKind,
    Competence,
    Instrument,
    ItemKind,
    Layer,
    MeasureKind,
    Mode,
    ObservationStatus,
    Office,
    OpportunityOutcome,
    Specificity,
)
from gaptracker.records.revisions import RevisionStatus, in_utc

NAMES = {
    "pk": "pk_%(table_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
}
ACTOR_KEY = "actor_register.id"
SOURCE_KEY = "source_register.id"


class UtcDateTime(TypeDecorator[datetime]):
    """An aware UTC time on every database."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Write the time in UTC; refuse one that does not say its offset."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise InvalidValue(f"time {value.isoformat()} has no offset; expected an aware time")
        return in_utc(value)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Read the time in UTC."""
        return None if value is None else in_utc(value)


class Row(SQLModel):
    """Root of the rows; its metadata holds this program's tables and no others."""

    metadata: ClassVar[MetaData] = MetaData(naming_convention=NAMES)


class RevisionRow(Row):
    """What every revision carries. The greatest revision of an id is the current one."""

    id: str = Field(primary_key=True)
    revision: int = Field(primary_key=True)
    revision_status: str
    content_sha256: str
    recorded_at: datetime = Field(sa_type=UtcDateTime)
    recorded_by: str
    reason: str


def one_of(column: str, words: Iterable[StrEnum]) -> CheckConstraint:
    """Allow only the words of a closed vocabulary (or nothing, where the column may be empty)."""
    listed = ", ".join(f"'{word.value}'" for word in words)
    return CheckConstraint(f"{column} IN ({listed})", name=f"{column}_known")


def partial_date(column: str) -> CheckConstraint:
    """Allow only texts as long as YYYY, YYYY-MM or YYYY-MM-DD."""
    return CheckConstraint(f"length({column}) IN (4, 7, 10)", name=f"{column}_partial_date")


def revisions(*own: CheckConstraint | Index) -> tuple[Any, ...]:
    """Return a table's own constraints and those of every revision.

    The type is SQLAlchemy's for `__table_args__`, which is no narrower.
    """
    return (
        CheckConstraint("revision >= 1", name="revision_positive"),
        CheckConstraint("length(content_sha256) = 64", name="content_sha256_length"),
        one_of("revision_status", RevisionStatus),
        *own,
    )


class ActorRegisterRow(Row, table=True):
    """Every actor's code that was ever recorded."""

    __tablename__ = "actor_register"

    id: str = Field(primary_key=True)


class SourceRegisterRow(Row, table=True):
    """Every source's id that was ever recorded."""

    __tablename__ = "source_register"

    id: str = Field(primary_key=True)


class DatasetRow(Row, table=True):
    """One load of the reference folder that changed something."""

    __tablename__ = "dataset"
    __table_args__ = (
        CheckConstraint("revision >= 1", name="revision_positive"),
        CheckConstraint("length(manifest_sha256) = 64", name="manifest_sha256_length"),
        CheckConstraint("written_count >= 0", name="written_count_counted"),
    )

    revision: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    as_of: date
    manifest_sha256: str
    written_count: int
    recorded_at: datetime = Field(sa_type=UtcDateTime)
    recorded_by: str
    reason: str


class ActorRow(RevisionRow, table=True):
    """A revision of an actor; its id is the actor's code."""

    __tablename__ = "actor"
    __table_args__ = revisions(
        one_of("kind", ActorKind), partial_date("exists_from"), partial_date("exists_to")
    )

    id: str = Field(primary_key=True, foreign_key=ACTOR_KEY)
    kind: str
    name_en: str
    name_es: str | None
    name_pt: str | None
    parent: str | None = Field(foreign_key=ACTOR_KEY)
    exists_from: str | None
    exists_to: str | None


class MembershipRow(RevisionRow, table=True):
    """A revision of a membership; `group` is an actor's code or a body's short name."""

    __tablename__ = "membership"
    __table_args__ = revisions(
        partial_date("valid_from"),
        partial_date("valid_to"),
        Index(None, "member", "group"),
    )

    member: str = Field(foreign_key=ACTOR_KEY)
    group: str
    valid_from: str | None
    valid_to: str | None


class CompetenceRow(RevisionRow, table=True):
    """A revision of the level of government that decides a theme."""

    __tablename__ = "competence"
    __table_args__ = revisions(
        one_of("level", Competence),
        partial_date("valid_from"),
        partial_date("valid_to"),
        Index(None, "actor", "theme"),
    )

    actor: str = Field(foreign_key=ACTOR_KEY)
    theme: str
    level: str
    valid_from: str | None
    valid_to: str | None
    enforced: bool | None
    basis: str | None


class PopulationRow(RevisionRow, table=True):
    """A revision of an actor's residents in one year."""

    __tablename__ = "population"
    __table_args__ = revisions(
        CheckConstraint("persons >= 0", name="persons_counted"),
        Index(None, "actor", "year"),
    )

    actor: str = Field(foreign_key=ACTOR_KEY)
    year: int
    persons: int
    source: str = Field(foreign_key=SOURCE_KEY)


class SourceRow(RevisionRow, table=True):
    """A revision of a source."""

    __tablename__ = "source"
    __table_args__ = revisions(
        CheckConstraint("grade BETWEEN 1 AND 5", name="grade_range"),
        partial_date("published_on"),
    )

    id: str = Field(primary_key=True, foreign_key=SOURCE_KEY)
    title: str
    publisher: str
    group: str
    grade: int
    record_of_act: bool
    kind: str
    licence: str
    citation: str
    retrieved_on: date
    url: str | None
    published_on: str | None


class StatementRow(RevisionRow, table=True):
    """A revision of a statement."""

    __tablename__ = "statement"
    __table_args__ = revisions(
        one_of("mode", Mode),
        one_of("instrument", Instrument),
        one_of("office", Office),
        one_of("specificity", Specificity),
        partial_date("said_on"),
        partial_date("due_on"),
        partial_date("withdrawn_on"),
        Index(None, "actor", "said_on"),
        Index(None, "rule"),
    )

    actor: str = Field(foreign_key=ACTOR_KEY)
    forum: str
    said_on: str
    mode: str
    instrument: str
    office: str
    source: str = Field(foreign_key=SOURCE_KEY)
    document: str
    act: str
    paraphrase: str
    speaker: str | None
    language: str | None
    excerpt: str | None
    series: str | None
    due_on: str | None
    withdrawn_on: str | None
    solicited: bool
    rule: str | None
    answer: str | None
    specificity: str | None
    locator: str | None


class MeasureRow(RevisionRow, table=True):
    """A revision of a measure."""

    __tablename__ = "measure"
    __table_args__ = revisions(
        one_of("layer", Layer),
        one_of("kind", MeasureKind),
        partial_date("in_force_from"),
        partial_date("in_force_to"),
        Index(None, "actor", "layer"),
    )

    actor: str = Field(foreign_key=ACTOR_KEY)
    layer: str
    kind: str
    title: str
    in_force_from: str | None
    in_force_to: str | None
    source: str = Field(foreign_key=SOURCE_KEY)
    issuer: str | None
    territory: str | None
    locator: str | None
    note: str | None


class ObservationRow(RevisionRow, table=True):
    """A revision of an observation."""

    __tablename__ = "observation"
    __table_args__ = revisions(
        one_of("status", ObservationStatus),
        partial_date("period"),
        CheckConstraint(
            "CASE WHEN status = 'observed' THEN (value IS NULL) <> (category IS NULL) "
            "ELSE value IS NULL AND category IS NULL END",
            name="value_or_category",
        ),
        Index(None, "actor", "indicator", "period"),
    )

    actor: str = Field(foreign_key=ACTOR_KEY)
    indicator: str
    period: str
    source: str = Field(foreign_key=SOURCE_KEY)
    value: float | None
    category: str | None
    lower: float | None
    upper: float | None
    status: str
    note: str | None


class CodingRow(RevisionRow, table=True):
    """A revision of one coder's rung; coders stand side by side, each under its own id."""

    __tablename__ = "coding"
    __table_args__ = revisions(
        one_of("item_kind", ItemKind),
        one_of("coder_kind", CoderKind),
        one_of("specificity", Specificity),
        CheckConstraint("rung BETWEEN 0 AND 4", name="rung_range"),
        Index(None, "item", "theme"),
        Index(None, "theme"),
    )

    item: str
    item_kind: str
    theme: str
    coder: str
    coder_kind: str
    rung: int
    specificity: str
    rationale: str
    original_code: str | None


class OpportunityRow(RevisionRow, table=True):
    """A revision of an opportunity."""

    __tablename__ = "opportunity"
    __table_args__ = revisions(
        one_of("outcome", OpportunityOutcome),
        partial_date("held_on"),
        Index(None, "actor", "theme"),
    )

    actor: str = Field(foreign_key=ACTOR_KEY)
    theme: str
    session: str
    held_on: str
    outcome: str


class FlowRow(RevisionRow, table=True):
    """A revision of money or help that went from a donor to a recipient."""

    __tablename__ = "flow"
    __table_args__ = revisions(
        CheckConstraint("amount > 0", name="amount_positive"),
        CheckConstraint("length(currency) = 3", name="currency_code"),
        CheckConstraint("donor <> recipient", name="parties_differ"),
        partial_date("valid_from"),
        partial_date("valid_to"),
        Index(None, "donor", "theme"),
    )

    donor: str = Field(foreign_key=ACTOR_KEY)
    recipient: str | None = Field(foreign_key=ACTOR_KEY)
    theme: str
    valid_from: str
    valid_to: str
    amount: float
    currency: str
    purpose: str
    source: str = Field(foreign_key=SOURCE_KEY)
    locator: str | None
