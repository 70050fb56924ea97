"""Roll calls of the General Assembly: the UN Digital Library's table, or Voeten's.

The Library's file lists every member's vote on every resolution adopted by recorded vote, one a
row. It has a new name with each release (`2026_02_06_ga_voting.csv`), which the Library's list of
files tells; columns have been added and one renamed, and not voting is written as an empty cell,
`X` or `NV`. Offline, the tables of the R package `unvotes` (`un_votes.csv` beside
`un_roll_calls.csv`) and the long table of the Harvard Dataverse (`UNVotes*.csv`) do as well;
`unvotes` lists no absent members.
"""

import re
from collections.abc import Sequence
from datetime import date

from gaptracker.domain.sources import Source
from gaptracker.domain.syncing import Guard, IssueKind, SourceId
from gaptracker.domain.vocabulary import VoteCast
from gaptracker.intake.connectors.ballots import Ballots, RollCallFacts
from gaptracker.intake.connectors.base import (
    MEBIBYTE,
    Arrived,
    Fetch,
    Known,
    Publisher,
    Resource,
    SourceUnreadable,
    Staging,
)
from gaptracker.intake.connectors.csv_table import CsvTable, open_table
from gaptracker.intake.connectors.json_body import read_json
from gaptracker.intake.connectors.leading import what_leads
from gaptracker.intake.connectors.voeten_votes import LONG_TABLE, PAIR, read_long_table, read_pair

RECORD = "https://digitallibrary.un.org/record/4060887"
FILE_LIST = "https://digitallibrary.un.org/api/v1/file?recid=4060887"
LIST, VOTES = "ga_voting_files", "ga_voting"
_NAME = re.compile(
    r"(\d{4})_(\d{1,2})_(\d{1,2})_ga_(?:resolutions_)?voting(?:_corr\d*)?(?:\.csv)?$"
)
# About 900,000 rows of 400 bytes.
MOST_BYTES = 512 * MEBIBYTE
COLUMNS = {
    "member": ("ms_code", "ms_codes"),
    "vote": ("ms_vote", "ms_votes"),
    "resolution": ("resolution", "resolutions"),
    "date": ("date",),
    "title": ("title",),
}
TALLY = {
    "yes": ("total_yes", "yes"),
    "no": ("total_no", "no"),
    "abstentions": ("total_abstentions", "abstentions"),
}
LETTERS = {
    "Y": VoteCast.YES,
    "N": VoteCast.NO,
    "A": VoteCast.ABSTAIN,
    "": VoteCast.ABSENT,
    "X": VoteCast.ABSENT,
    "NV": VoteCast.ABSENT,
}
FORUM = "UNGA plenary"
LIBRARY = "undl-ga-votes"


class UnVotes:
    """The connector of the General Assembly's roll calls."""

    about = Publisher(
        source=SourceId.UN_VOTES,
        title="United Nations General Assembly, voting data",
        publisher="United Nations, Dag Hammarskjöld Library",
        homepage=RECORD,
        licence="Terms of use of the United Nations: non-commercial use with attribution",
        republish="each vote as a fact, with the Library or Voeten cited; not the whole file",
        indicators=(),
        # The file of 2024 has 893,587 rows; unvotes of 2021 has 869,937, without absent members.
        guard=Guard(rows=800_000, actors=185, years=(1946, 2100)),
        seconds_between_requests=5.0,
    )

    def collect(self, fetch: Fetch, since: int | None) -> Sequence[Arrived]:
        """Fetch the list of files and the newest; offline, the best table that is there."""
        del since
        listed = what_leads(fetch, LIST, FILE_LIST, begins=b"[")
        if listed is None:
            return _from_folder(fetch)
        return [listed, fetch(_library(_newest(listed)))]

    def read(self, arrived: Sequence[Arrived], known: Known) -> Staging:
        """Read the votes; those in roll calls without a rule are counted and left."""
        staging = Staging(source=SourceId.UN_VOTES)
        by_name = {each.snapshot.resource: each for each in arrived}
        if VOTES in by_name:
            _read_library(by_name[VOTES], staging, known)
        elif LONG_TABLE.name in by_name:
            read_long_table(by_name[LONG_TABLE.name], staging, known)
        else:
            votes, roll_calls = (by_name[resource.name] for resource in PAIR)
            read_pair(votes, roll_calls, staging, known)
        return staging


def _library(url: str) -> Resource:
    return Resource(
        name=VOTES,
        url=url,
        offline=("*ga_voting*.csv", "*ga_resolutions_voting*.csv"),
        most_bytes=MOST_BYTES,
        begins=(b"undl_id", b'"undl_id'),
    )


def _from_folder(fetch: Fetch) -> Sequence[Arrived]:
    """Find the Library's file, or Voeten's; the Library's says who was absent."""
    missing = []
    for resources in ((_library(RECORD),), (LONG_TABLE,), PAIR):
        try:
            return [fetch(resource) for resource in resources]
        except SourceUnreadable as error:
            if error.issue.kind is not IssueKind.FILE_MISSING:
                raise
            missing.append(error)
    raise missing[0]


def _newest(listed: Arrived) -> str:
    """Return the address of the newest table in the Library's list of files."""
    found = read_json(listed)
    dated = []
    for entry in found if isinstance(found, list) else ():
        name = str(entry.get("name", "")) if isinstance(entry, dict) else ""
        said = _NAME.search(name)
        url = str(entry.get("url", "")) if said else ""
        if said and url.startswith(f"{RECORD}/files/"):
            dated.append((tuple(map(int, said.groups())), name, url))
    if not dated:
        raise SourceUnreadable(
            IssueKind.SHAPE_UNKNOWN,
            listed.where,
            f"{str(found)[:120]} came; expected a list with a file YYYY_MM_DD_ga_voting at "
            f"{RECORD}/files/",
        )
    return max(dated)[2]


def _read_library(arrived: Arrived, staging: Staging, known: Known) -> None:
    staging.sources[LIBRARY] = _source(arrived, staging)
    ballots = Ballots(staging, known, LIBRARY)
    with open_table(arrived, COLUMNS, TALLY) as table:
        _cast_all(table, ballots)
    ballots.close(arrived.where)


def _cast_all(table: CsvTable, ballots: Ballots) -> None:
    """Cast the votes of placed roll calls; all others pass quickly, since they are nearly all."""
    at = table.at
    resolution_at, title_at, member_at, vote_at = (
        at[name] for name in ("resolution", "title", "member", "vote")
    )
    placed = ballots.known.methodology.codebook.roll_calls
    staging = ballots.staging
    unplaced: dict[str, str] = {}
    left = number = 0
    facts: RollCallFacts | None = None
    for number, row in enumerate(table.rows, start=1):
        resolution = row[resolution_at]
        if resolution not in placed:
            left += 1
            if resolution not in unplaced:
                unplaced[resolution] = _title(row[title_at])
            continue
        if facts is None or facts.id != resolution:
            facts = _facts(row, table)
        where = f"{table.where} row {number + 1}"
        vote = LETTERS.get(row[vote_at].strip())
        if vote is None:
            staging.refuse(
                IssueKind.CATEGORY_UNKNOWN,
                where,
                f"vote {row[vote_at]!r} came; expected Y, N, A, or X, NV or nothing for absent",
            )
            continue
        ballots.cast(facts, row[member_at].strip(), vote, where)
    staging.rows_read += number
    ballots.leave_many(left, unplaced)


def _facts(row: Sequence[str], table: CsvTable) -> RollCallFacts:
    at = table.at
    return RollCallFacts(
        id=row[at["resolution"]],
        title=_title(row[at["title"]]),
        date=row[at["date"]].strip(),
        forum=FORUM,
        tally=_tally(row, table),
    )


def _tally(row: Sequence[str], table: CsvTable) -> tuple[int, int, int] | None:
    """Return the announced tally; numbers come as `120` or `120.0`."""
    try:
        yes, no, abstentions = (int(float(row[table.at[name]])) for name in TALLY)
    except (KeyError, ValueError, OverflowError):
        return None
    return yes, no, abstentions


def _title(title: str) -> str:
    """Return a title without what the catalogue adds to each.

    Examples:
        >>> _title("Moratorium : resolution / adopted by the General Assembly")
        'Moratorium'
    """
    return title.partition(" : resolution")[0].strip()


def _source(arrived: Arrived, staging: Staging) -> Source:
    said = _NAME.search(arrived.snapshot.url.removesuffix("?ln=en"))
    stamp = date(*map(int, said.groups())).isoformat() if said else None
    if stamp:
        staging.releases[arrived.snapshot.resource] = stamp
    return Source(
        id=LIBRARY,
        title="General Assembly Voting Data",
        publisher="United Nations, Dag Hammarskjöld Library",
        # That of Voeten's table, too: both tell the same votes, and never count twice.
        group="un_roll_calls",
        grade=1,
        record_of_act=True,
        kind="roll_call",
        licence="Terms of use of the United Nations: non-commercial use with attribution",
        citation=(
            "United Nations, Dag Hammarskjöld Library, General Assembly Voting Data, "
            f"{RECORD}" + (f", release of {stamp}" if stamp else "")
        ),
        retrieved_on=arrived.snapshot.fetched_at.date(),
        url=RECORD,
    )
