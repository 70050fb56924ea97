"""Mappings of spreadsheet columns: an organisation's own, checked when they are made."""

import json
from collections.abc import Mapping
from typing import Any

from gaptracker.domain.jobs import CsvMappingText
from gaptracker.domain.refusals import RefusalCode, Refused, not_there
from gaptracker.intake.csv_mapping import CsvMapping, parse_mapping
from gaptracker.records.unit_of_work import UnitOfWork
from gaptracker.release.documents import write_line
from gaptracker.workflows.errand import Errand

MOST_MAPPINGS = 100


def add_mapping(mapping: CsvMapping, errand: Errand) -> CsvMappingText:
    """Keep a mapping; it never changes, since a batch says by its id what its columns meant.

    Raises:
        Refused: `validation-failed`, if the organisation has a hundred.
    """
    organisation = errand.principal.organisation
    if len(errand.work.jobs.mappings(organisation)) >= MOST_MAPPINGS:
        raise Refused(
            RefusalCode.VALIDATION_FAILED,
            f"your organisation has {MOST_MAPPINGS} mappings; delete one that is no longer used",
        )
    kept = CsvMappingText(
        id=errand.present.new_id("map"),
        organisation=organisation,
        mapping=write_line(mapping.model_dump(mode="json")).decode(),
        created_at=errand.present.now,
    )
    errand.work.jobs.add_mapping(kept)
    return kept


def find_mapping(mapping: str, organisation: str, work: UnitOfWork) -> CsvMapping:
    """Return a mapping of an organisation.

    Raises:
        Refused: `not-found`, whether it is not there or not theirs.
    """
    for found in work.jobs.mappings(organisation, only=[mapping]):
        return parse_mapping(shown(found))
    raise not_there()


def remove_mapping(mapping: str, errand: Errand) -> None:
    """Remove a mapping; batches that were read by it stay as they are.

    Raises:
        Refused: `not-found`.
    """
    if not errand.work.jobs.remove_mapping(mapping, errand.principal.organisation):
        raise not_there()


# `Any` because a mapping is JSON, whose shape is that of `CsvMapping`.
def shown(kept: CsvMappingText) -> Mapping[str, Any]:
    """Return a kept mapping as JSON."""
    found: Mapping[str, Any] = json.loads(kept.mapping)
    return found
