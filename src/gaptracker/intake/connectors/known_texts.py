"""The texts of votes and joint statements that the reference data name, by their ids."""

import csv
from collections.abc import Iterator, Mapping
from functools import cache

from gaptracker.domain.time import PartialDate
from gaptracker.intake.common_texts import CommonText
from gaptracker.intake.reference_files import packaged_reference
from gaptracker.intake.reference_words import LEADS


@cache
def known_roll_calls() -> Mapping[str, CommonText]:
    """Return the roll calls of the reference data, with our titles and series."""
    return {
        row["id"]: CommonText(
            id=row["id"],
            title=row["title"],
            forum=row["forum"],
            said_on=PartialDate.parse(row["date"]),
            source=row["source"],
            series=row["series"] or None,
            theme=row["opportunity_theme"] or None,
        )
        for row in _rows("roll_calls.csv")
    }


@cache
def known_joint_statements() -> Mapping[str, CommonText]:
    """Return the joint statements of the reference data, with our titles and their acts."""
    return {
        row["id"]: CommonText(
            id=row["id"],
            title=row["title"],
            forum=row["forum"],
            said_on=PartialDate.parse(row["date"]),
            source=row["source"],
            act=row["act"] or None,
        )
        for row in _rows("joint_statements.csv")
    }


@cache
def known_leads() -> frozenset[tuple[str, str]]:
    """Return which actors led which joint statement."""
    return frozenset(
        (row["joint_statement"], row["actor"])
        for row in _rows("signatories.csv")
        if row["role"] == LEADS
    )


def _rows(name: str) -> Iterator[dict[str, str]]:
    text = (packaged_reference() / name).read_text("utf-8")
    yield from csv.DictReader(text.splitlines())
