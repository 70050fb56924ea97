"""Votes and joint statements of the Commission on Narcotic Drugs, from tables that people keep.

Nobody publishes them as data: they stand in records of meetings, reports and pages. Whoever reads
them writes two CSV files (UTF-8, commas, a header) and syncs from their folder, with `--offline`:

`cnd-votes*.csv`, one vote a row:
    vote_id: The roll call's id, as in the codebook (`CND63R-2020-5.1`).
    date: YYYY-MM-DD.
    forum: Where it was voted, as `CND 63rd session (reconvened)`.
    title: What was voted on.
    result_yes_no_abstain: The tally as announced, as `27-25-1`; the votes are held against it.
    iso3: The member.
    vote: yes, no, abstain or absent.
    completeness: `complete`, or in words what is missing.
    source: What was read: author or publisher, title, address.

`joint-statements*.csv`, one signature a row:
    statement_id, date (YYYY, YYYY-MM or YYYY-MM-DD), forum, title: As above.
    iso3: Who signed.
    n_listed: How many are listed; the rows are held against it.
    completeness: `complete...` or `partial...`: absence from a list is never a refusal.
    source: As above.
    role: `lead` or `signatory`; the column may be missing.

Further columns (`theme`, `stance`, `yes_direction`) are read over: where a text stands on a ladder
is for the codebook to say. Texts of the reference data keep their titles and sources there.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from gaptracker.domain.errors import InvalidValue
from gaptracker.domain.methodology import Codebook
from gaptracker.domain.sources import Source
from gaptracker.domain.syncing import Guard, IssueKind, Severity, SourceId
from gaptracker.domain.time import PartialDate
from gaptracker.domain.vocabulary import VoteCast
from gaptracker.intake.common_texts import (
    CommonText,
    signature_statement,
    slug,
    vote_opportunity,
    vote_statement,
)
from gaptracker.intake.connectors.base import (
    BY_HAND,
    Arrived,
    Fetch,
    Known,
    Publisher,
    Resource,
    Staging,
)
from gaptracker.intake.connectors.csv_table import open_table
from gaptracker.intake.connectors.known_texts import (
    known_joint_statements,
    known_leads,
    known_roll_calls,
    known_sources,
)
from gaptracker.intake.connectors.state_names import is_former_state
from gaptracker.intake.reference_words import LEADS

VOTES = Resource(name="cnd_votes", url=f"{BY_HAND}cnd/cnd-votes.csv", offline=("cnd-votes*.csv",))
SIGNATURES = Resource(
    name="joint_statements",
    url=f"{BY_HAND}cnd/joint-statements.csv",
    offline=("joint-statements*.csv", "joint_statements*.csv"),
)
COMMON = {name: (name,) for name in ("date", "forum", "title", "iso3", "completeness", "source")}
VOTE_COLUMNS = {
    **COMMON,
    "id": ("vote_id",),
    "vote": ("vote",),
    "announced": ("result_yes_no_abstain",),
}
SIGNATURE_COLUMNS = {**COMMON, "id": ("statement_id",), "announced": ("n_listed",)}
SIGNATURE_OPTIONAL = {"role": ("role",)}
FIRST_YEAR = 1946
# How bodies are written in such tables.
BODIES = {"EU": "EUU"}
_TALLY = re.compile(r"\d+-\d+-\d+$")
_ADDRESS = re.compile(r"https?://\S+")


class Cnd:
    """The connector of tables kept by hand on the Commission on Narcotic Drugs."""

    about = Publisher(
        source=SourceId.CND,
        title="Commission on Narcotic Drugs: votes and joint statements, tables kept by hand",
        publisher="read from records and pages, named row by row",
        homepage="https://cndblog.org",
        licence="facts, cited; no licence needed",
        republish="facts, each with what it was read from",
        indicators=(),
        # As kept in 2026: 104 votes in two roll calls, 315 signatures under ten texts.
        by_hand=True,
        guard=Guard(rows=100, actors=40, years=(FIRST_YEAR, 2100)),
    )

    def collect(self, fetch: Fetch, since: int | None) -> Sequence[Arrived]:
        """Find both tables: with one alone, the other's records would seem to have vanished."""
        del since
        return [fetch(VOTES), fetch(SIGNATURES)]

    def read(self, arrived: Sequence[Arrived], known: Known) -> Staging:
        """Read votes and signatures under texts for which the codebook has a rule."""
        staging = Staging(source=SourceId.CND)
        votes, signatures = arrived
        _Tables(staging, known).read_votes(votes)
        _Tables(staging, known).read_signatures(signatures)
        return staging


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    where: str
    cells: Mapping[str, str]
    arrived: Arrived

    def __getitem__(self, name: str) -> str:
        return self.cells.get(name, "")


class _Tables:
    """Reads one table; texts are made of the first row that names them."""

    def __init__(self, staging: Staging, known: Known) -> None:
        self._staging = staging
        self._known = known
        self._texts: dict[str, CommonText | None] = {}
        self._said: defaultdict[str, dict[str, str]] = defaultdict(dict)

    @property
    def _book(self) -> Codebook:
        return self._known.methodology.codebook

    def read_votes(self, arrived: Arrived) -> None:
        """Stage each vote, and each roll call as an opportunity."""
        announced: dict[str, str] = {}
        with open_table(arrived, VOTE_COLUMNS) as table:
            for number, cells in enumerate(table.rows, start=2):
                row = _row(arrived, number, cells, table.at)
                self._staging.rows_read += 1
                text = self._text(row, known_roll_calls(), set(self._book.roll_calls))
                if text is None or not self._is_new(row, row["vote"]):
                    continue
                if row["vote"] not in set(VoteCast):
                    self._refuse(row, "vote", f"one of {', '.join(VoteCast)}")
                    continue
                announced[text.id] = row["announced"]
                vote = VoteCast(row["vote"])
                actor = _actor(row)
                chance = vote_opportunity(text, actor, vote)
                self._staging.opportunities[chance.id] = chance
                if vote is not VoteCast.ABSENT:
                    statement = vote_statement(text, actor, vote)
                    self._staging.statements[statement.id] = statement
        for name, tally in announced.items():
            cast = Counter(self._said[name].values())
            counted = f"{cast['yes']}-{cast['no']}-{cast['abstain']}"
            if not _TALLY.match(tally) or tally != counted:
                self._differs(arrived, name, counted, tally)

    def read_signatures(self, arrived: Arrived) -> None:
        """Stage each signature."""
        announced: dict[str, str] = {}
        with open_table(arrived, SIGNATURE_COLUMNS, SIGNATURE_OPTIONAL) as table:
            for number, cells in enumerate(table.rows, start=2):
                row = _row(arrived, number, cells, table.at)
                self._staging.rows_read += 1
                text = self._text(row, known_joint_statements(), set(self._book.joint_statements))
                if text is None or not self._is_new(row, "signed"):
                    continue
                announced[text.id] = row["announced"]
                actor = _actor(row)
                leads = row["role"] == LEADS or (text.id, actor) in known_leads()
                statement = signature_statement(text, actor, leads=leads)
                self._staging.statements[statement.id] = statement
        for name, count in announced.items():
            if count != str(len(self._said[name])):
                self._differs(arrived, name, str(len(self._said[name])), count)

    def _text(
        self, row: _Row, known: Mapping[str, CommonText], placed: set[str]
    ) -> CommonText | None:
        """Return the text of a row; None where the row is left over or refused."""
        name = row["id"]
        if name not in placed:
            self._staging.leave(f"text {name or 'without an id'}: the codebook has no rule for it")
            return None
        if name not in self._texts:
            self._texts[name] = self._made(row, known.get(name))
        text = self._texts[name]
        if text is None:
            self._refuse(row, "date", f"YYYY, YYYY-MM or YYYY-MM-DD, {FIRST_YEAR} to today")
        return text

    def _made(self, row: _Row, known: CommonText | None) -> CommonText | None:
        try:
            said_on = PartialDate.parse(row["date"])
        except InvalidValue:
            return None
        if said_on.year < FIRST_YEAR or said_on.earliest() > self._known.today:
            return None
        if known is not None:
            if known.said_on != said_on:
                self._staging.note(
                    IssueKind.VALUE_OUT_OF_RANGE,
                    row.where,
                    f"{known.id} is of {said_on} here and of {known.said_on} in the reference "
                    "data, which is followed",
                    severity=Severity.WARNING,
                )
            self._staging.sources[known.source] = known_sources()[known.source]
            return known
        rules = self._book.roll_calls.get(row["id"])
        source = _source(row)
        self._staging.sources[source.id] = source
        return CommonText(
            id=row["id"],
            title=row["title"],
            forum=row["forum"],
            said_on=said_on,
            source=source.id,
            series=rules[0].series if rules else None,
            theme=rules[0].theme if rules else None,
        )

    def _is_new(self, row: _Row, said: str) -> bool:
        """Say whether a row is an actor's first on its text; refuse or leave it if not."""
        actor = _actor(row)
        if actor not in self._known.actors:
            if is_former_state(actor):
                self._staging.leave("state that is no more")
            else:
                self._staging.refuse(
                    IssueKind.ACTOR_UNKNOWN,
                    row.where,
                    f"actor {row['iso3']!r} came; expected an ISO 3166 code of three letters",
                )
            return False
        before = self._said[row["id"]].setdefault(actor, said)
        if before != said:
            self._staging.refuse(
                IssueKind.DUPLICATE,
                row.where,
                f"{actor} on {row['id']} came twice: {before} and {said}; the first is kept",
            )
        return before == said

    def _refuse(self, row: _Row, column: str, expected: str) -> None:
        self._staging.refuse(
            IssueKind.ROW_REFUSED,
            row.where,
            f"{column} {row[column]!r} came; expected {expected}",
            group=column,
        )

    def _differs(self, arrived: Arrived, name: str, counted: str, said: str) -> None:
        self._staging.note(
            IssueKind.COUNT_DIFFERS,
            f"{arrived.where} {name}",
            f"{counted} were read; {said!r} is announced: see which row is missing or too many; "
            "what was read is kept",
            severity=Severity.WARNING,
            group="tally",
        )


def _row(arrived: Arrived, number: int, cells: Sequence[str], at: Mapping[str, int]) -> _Row:
    named = {name: cells[place].strip() for name, place in at.items()}
    return _Row(where=f"{arrived.where} row {number}", cells=named, arrived=arrived)


def _actor(row: _Row) -> str:
    return BODIES.get(row["iso3"], row["iso3"])


def _source(row: _Row) -> Source:
    """Return what was read, as the row cites it; a page or report is grade 3 until looked at."""
    cited = row["source"]
    address = _ADDRESS.search(cited)
    publisher = re.split(r"[,(;]", cited)[0].strip() or "not named"
    return Source(
        id=f"cnd-{slug(row['id']).lower()}",
        title=row["title"],
        publisher=publisher,
        group=re.sub(r"[^a-z0-9]+", "_", publisher.lower()).strip("_"),
        grade=3,
        record_of_act=False,
        kind="page",
        licence="facts, cited; no licence needed",
        citation=cited or "not named",
        retrieved_on=row.arrived.snapshot.fetched_at.date(),
        url=address[0].rstrip(".,;)") if address else None,
    )
