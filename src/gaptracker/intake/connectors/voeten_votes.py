"""Voeten's table of General Assembly votes: the pair of the R package `unvotes`, and the long one.

Votes on amendments and paragraphs stand beside those on whole texts and are left over; texts are
numbered `R/62/149` or `A/RES/62/149`. Two-letter codes write Namibia as `NA`, as a missing cell
would be; the three-letter codes of the long table are another code than ISO, so there names count.
"""

import re
from collections.abc import Sequence
from dataclasses import replace

from gaptracker.domain.sources import Source
from gaptracker.domain.syncing import IssueKind
from gaptracker.domain.vocabulary import VoteCast
from gaptracker.intake.connectors.ballots import Ballots, RollCallFacts
from gaptracker.intake.connectors.base import MEBIBYTE, Arrived, Known, Resource, Staging
from gaptracker.intake.connectors.csv_table import CsvTable, open_table
from gaptracker.intake.connectors.known_texts import known_sources
from gaptracker.intake.connectors.state_names import code_of_iso2, code_of_name

ADDRESS = "https://doi.org/10.7910/DVN/LEJUQZ"
SOURCE = "unga-votes"
FORUM = "UNGA plenary"
MOST_BYTES = 512 * MEBIBYTE
PAIR = (
    Resource(name="un_votes", url=ADDRESS, offline=("un_votes.csv",), most_bytes=MOST_BYTES),
    Resource(name="un_roll_calls", url=ADDRESS, offline=("un_roll_calls.csv",)),
)
LONG_TABLE = Resource(
    name="long_table", url=ADDRESS, offline=("UNVotes*.csv",), most_bytes=MOST_BYTES
)
_SYMBOL = re.compile(r"(?:A/RES/|R/|A/)?(\d{1,2}/\d{1,3}[A-Z]?)$")
_WORDS = {"yes": VoteCast.YES, "no": VoteCast.NO, "abstain": VoteCast.ABSTAIN}
_NUMBERS = {"1": VoteCast.YES, "2": VoteCast.ABSTAIN, "3": VoteCast.NO, "8": VoteCast.ABSENT}
NOT_MEMBER = "9"
NOTHING = frozenset({"", "NA", "0", "0.0"})
PARTIAL = "vote on an amendment or a paragraph"
ROLL_CALL_COLUMNS = {
    name: (name,) for name in ("rcid", "date", "unres", "amend", "para", "short", "descr")
}
PAIR_COLUMNS = {name: (name,) for name in ("rcid", "country", "country_code", "vote")}
LONG_COLUMNS = {
    "rcid": ("rcid",),
    "vote": ("vote",),
    "country": ("Countryname", "countryname"),
    "date": ("date",),
    "unres": ("unres",),
    "amend": ("amend",),
    "para": ("para",),
    "descr": ("descr", "short"),
}


def read_pair(votes: Arrived, roll_calls: Arrived, staging: Staging, known: Known) -> None:
    """Read `un_votes.csv` by the roll calls of `un_roll_calls.csv`; it lists no absent members."""
    staging.sources[SOURCE] = _source(votes)
    ballots = Ballots(staging, known, SOURCE)
    facts: dict[str, RollCallFacts | None] = {}
    with open_table(roll_calls, ROLL_CALL_COLUMNS) as table:
        for row in table.rows:
            facts[_number(row[table.at["rcid"]])] = _facts(row, table)
    with open_table(votes, PAIR_COLUMNS) as table:
        at = table.at
        for number, row in enumerate(table.rows, start=2):
            staging.rows_read += 1
            where = f"{table.where} row {number}"
            rcid = _number(row[at["rcid"]])
            if rcid not in facts:
                staging.refuse(
                    IssueKind.ROW_REFUSED, where, f"no roll call {rcid!r} in un_roll_calls"
                )
                continue
            code = code_of_iso2(row[at["country_code"]]) or code_of_name(row[at["country"]])
            vote = _WORDS.get(row[at["vote"]])
            member = code or row[at["country"]]
            _cast(ballots, facts[rcid], (member, vote, row[at["vote"]]), where)
    ballots.close(votes.where)


def read_long_table(arrived: Arrived, staging: Staging, known: Known) -> None:
    """Read the long table, one vote of one member a row."""
    staging.sources[SOURCE] = _source(arrived)
    ballots = Ballots(staging, known, SOURCE)
    facts: dict[str, RollCallFacts | None] = {}
    with open_table(arrived, LONG_COLUMNS) as table:
        at = table.at
        for number, row in enumerate(table.rows, start=2):
            staging.rows_read += 1
            rcid = row[at["rcid"]]
            if rcid not in facts:
                facts[rcid] = _facts(row, table)
            said = _number(row[at["vote"]])
            if said == NOT_MEMBER:
                staging.leave("not a member at the time")
                continue
            name = row[at["country"]]
            member = code_of_name(name) or name
            where = f"{table.where} row {number}"
            _cast(ballots, facts[rcid], (member, _NUMBERS.get(said), said), where)
    ballots.close(arrived.where)


def _cast(
    ballots: Ballots,
    facts: RollCallFacts | None,
    said: tuple[str, VoteCast | None, str],
    where: str,
) -> None:
    member, vote, came = said
    if facts is None:
        ballots.staging.leave(PARTIAL)
    elif not ballots.is_placed(facts.id):
        ballots.leave(facts.id, facts.title)
    elif vote is None:
        ballots.staging.refuse(
            IssueKind.CATEGORY_UNKNOWN,
            where,
            f"vote {came!r} came; expected one of {', '.join((*_WORDS, *_NUMBERS, NOT_MEMBER))}",
        )
    else:
        ballots.cast(facts, member, vote, where)


def _facts(row: Sequence[str], table: CsvTable) -> RollCallFacts | None:
    """Return what was voted on; None if it was not a whole text."""
    at = table.at
    if not {row[at["amend"]], row[at["para"]]} <= NOTHING:
        return None
    symbol = _SYMBOL.search(row[at["unres"]].strip())
    return RollCallFacts(
        id=f"A/RES/{symbol[1]}" if symbol else row[at["unres"]],
        title=row[at["descr"]].strip(),
        date=row[at["date"]].strip(),
        forum=FORUM,
    )


def _number(text: str) -> str:
    """Return a whole number as R and pandas write it, with or without a fraction of nothing."""
    return text.strip().removesuffix(".0")


def _source(arrived: Arrived) -> Source:
    """Return the source as the reference data have it, as of now."""
    return replace(known_sources()[SOURCE], retrieved_on=arrived.snapshot.fetched_at.date())
