"""The texts of votes and joint statements, and the sources, that the reference data name."""

import csv
from collections.abc import Iterator, Mapping
from datetime import date
from functools import cache

from gaptracker.domain.sources import Source
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


@cache
def known_sources() -> Mapping[str, Source]:
    """Return the sources of the reference data, by their ids."""
    return {
        row["id"]: Source(
            id=row["id"],
            title=row["title"],
            publisher=row["publisher"],
            group=row["group"],
            grade=int(row["grade"]),
            record_of_act=row["record_of_act"] == "true",
            kind=row["kind"],
            licence=row["licence"],
            citation=row["citation"],
            retrieved_on=date.fromisoformat(row["retrieved"]),
            url=row["url"] or None,
            published_on=PartialDate.parse(row["published"]) if row["published"] else None,
        )
        for row in _rows("sources.csv")
    }


def _rows(name: str) -> Iterator[dict[str, str]]:
    text = (packaged_reference() / name).read_text("utf-8")
    yield from csv.DictReader(text.splitlines())
