"""The evidence in the database, read from one state of it."""

from dataclasses import dataclass

from gaptracker.domain.evidence import Evidence
from gaptracker.main.cli.errors import NothingThere
from gaptracker.main.cli.stores import settings_in_force
from gaptracker.records.database import make_engine, sqlite_file
from gaptracker.records.dirty_scores_repository import DirtyMark
from gaptracker.records.schema import open_database
from gaptracker.records.unit_of_work import UnitOfWork
from gaptracker.workflows.apply_corrections import Corrected
from gaptracker.workflows.read_evidence import read_corrected


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadEvidence:
    """The evidence with its corrections, and the marks of what it moves, from one state."""

    corrected: Corrected
    marks: tuple[DirtyMark, ...]


def read_all_evidence() -> Evidence:
    """Read all current evidence from the database that the settings name.

    Raises:
        NothingThere: If there is no database yet.
        SchemaMismatch: If its schema is not this program's.
        NothingToScore: If no evidence was ever loaded.
    """
    return read_marked_evidence().corrected.evidence


def read_marked_evidence() -> ReadEvidence:
    """Read the evidence with what a release has to know besides; raises as the other does."""
    address = settings_in_force().resolved_database_url
    file = sqlite_file(make_engine(address))
    if file is not None and not file.is_file():
        raise NothingThere(
            f"there is no database {file} yet; run `gaptracker db upgrade` and "
            "`gaptracker load-reference`"
        )
    engine = open_database(address)
    try:
        with UnitOfWork(engine, read_only=True) as work:
            return ReadEvidence(corrected=read_corrected(work), marks=work.dirty_scores.pending())
    finally:
        engine.dispose()
