"""What a sync is: a source, what arrived from it, what was wrong, and what came of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

SYNC_AUTHOR = "sync:"


class SourceId(StrEnum):
    """The publishers whose data are fetched, or read from files that somebody downloaded.

    `statements` stands for all files of statements that people made and imported.
    """

    WORLD_BANK = "world_bank"
    UNODC = "unodc"
    UN_SDG = "un_sdg"
    OUR_WORLD_IN_DATA = "our_world_in_data"
    WHO_GHO = "who_gho"
    UNAIDS = "unaids"
    SIPRI = "sipri"
    WIKIPEDIA = "wikipedia"
    SESNSP = "sesnsp"
    OEPS = "oeps"
    UN_VOTES = "un_votes"
    CND = "cnd"
    UPR = "upr"
    UN_GENERAL_DEBATE = "un_general_debate"
    STATEMENTS = "statements"

    @property
    def author(self) -> str:
        """Return by whom revisions of a sync of this source are recorded."""
        return f"{SYNC_AUTHOR}{self.value}"


class IssueKind(StrEnum):
    """What was met in a sync; each is kept with its run."""

    ROW_REFUSED = "row_refused"
    VALUE_CENSORED = "value_censored"
    VALUE_OUT_OF_RANGE = "value_out_of_range"
    DUPLICATE = "duplicate"
    COUNT_DIFFERS = "count_differs"
    ACTOR_UNKNOWN = "actor_unknown"
    CATEGORY_UNKNOWN = "category_unknown"
    LEFT_OVER = "left_over"
    COLUMN_MOVED = "column_moved"
    COLUMN_MISSING = "column_missing"
    SHAPE_UNKNOWN = "shape_unknown"
    PUBLISHER_ERROR = "publisher_error"
    NOT_REACHED = "not_reached"
    FILE_MISSING = "file_missing"
    EMPTY_ANSWER = "empty_answer"
    GUARD_BREACHED = "guard_breached"
    CORRECTED = "corrected"
    CORRECTION_OUTDATED = "correction_outdated"


class Severity(StrEnum):
    """`stop`: nothing is applied; `warning`: a person should look; `note`: for the record."""

    STOP = "stop"
    WARNING = "warning"
    NOTE = "note"


class RunState(StrEnum):
    """How a run ended.

    `unchanged`: every resource was as before, and nothing was read; `dry`: all was compared and
    nothing applied, as asked; `stopped`: an issue of severity `stop`; `failed`: the source was not
    reached, or what came could not be read.
    """

    APPLIED = "applied"
    UNCHANGED = "unchanged"
    DRY = "dry"
    STOPPED = "stopped"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncIssue:
    """One thing that was met: `where` it was, `detail` what came and what was expected.

    `count` is how often it was met; `where` is then the first place.
    """

    kind: IssueKind
    severity: Severity
    where: str
    detail: str
    count: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """The bytes of one resource as they arrived, before anything was made of them.

    `release` is the publisher's own stamp of the release, where it has one; `etag` and
    `last_modified` are what a conditional request needs.
    """

    source: SourceId
    resource: str
    url: str
    sha256: str
    size_bytes: int
    fetched_at: datetime
    media_type: str | None = None
    release: str | None = None
    etag: str | None = None
    last_modified: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Guard:
    """Floors and ceilings of a source; a breach stops the apply and says why.

    Args:
        rows: Least rows read.
        actors: Least actors with a value.
        years: First and last year in which a value may lie.
        changed_share: Most of what is held that one sync may change, 0 to 1.
        vanished_share: Most of what is held that one sync may find gone, 0 to 1.
    """

    rows: int
    actors: int
    years: tuple[int, int]
    changed_share: float = 0.5
    vanished_share: float = 0.1


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncCounts:
    """What a run did, in rows of the source and in records of ours.

    `rows_read` = rows staged, refused and passed over (left over: other categories, regions).
    `taken_over` of the unchanged records were somebody else's, and are the publisher's from now on.
    `proposals` are those that were not known before; no evidence, and not among `staged`.
    """

    rows_read: int = 0
    rows_refused: int = 0
    rows_left_over: int = 0
    staged: int = 0
    added: int = 0
    changed: int = 0
    withdrawn: int = 0
    unchanged: int = 0
    taken_over: int = 0
    proposals: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncRun:
    """The record of one run of one source; `program` is the version that read it."""

    id: str
    source: SourceId
    state: RunState
    started_at: datetime
    ended_at: datetime
    offline: bool
    program: str
    counts: SyncCounts
    issues: Sequence[SyncIssue]
    snapshots: Sequence[Snapshot] = ()
