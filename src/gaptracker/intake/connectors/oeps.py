"""Opioid Environment Policy Scan: laws of the United States' states. Methodology 1.0.0 takes none.

Tables on naloxone, Good Samaritan, syringe services and medical cannabis laws. They say what a law
allows; the indicators of harm reduction ask what is offered, and medical cannabis is read from a
newer table. So every row is read and checked, and what the states' laws are is told in the run's
record for a coder to read; none of it is staged. The data carry no licence: nothing is shown again.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from gaptracker.domain.syncing import Guard, IssueKind, Severity, SourceId
from gaptracker.intake.connectors.base import (
    MEBIBYTE,
    Arrived,
    Fetch,
    Known,
    Publisher,
    Resource,
    Staging,
)
from gaptracker.intake.connectors.csv_table import CsvTable, open_table
from gaptracker.intake.connectors.us_states import us_state_of_fips, us_states

HOME = "https://github.com/GeoDaCenter/opioid-policy-scan"
FILES = "https://raw.githubusercontent.com/GeoDaCenter/opioid-policy-scan/main/data_final"
MOST_TABLE_BYTES = MEBIBYTE
STATE = "state"
STATE_COLUMNS = ("GEOID", "STATEFP", "G_STATEFP", "HEROP_ID")
NOT_GIVEN = frozenset({"", "NA", "NaN"})
FLAGS = {"0": False, "1": True}
DAY_FORMS = ("%Y-%m-%d", "%m/%d/%Y")
EARLIEST = 1990


@dataclass(frozen=True, slots=True, kw_only=True)
class Law:
    """A law as a column has it: the day from which it is in force, or whether there is one."""

    title: str
    columns: tuple[str, ...]
    is_day: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyTable:
    """One table of the scan, with the names that editions have given to its file and columns."""

    name: str
    file: str
    laws: tuple[Law, ...]

    @property
    def resource(self) -> Resource:
        """Return how it is asked for."""
        stem = self.file.partition("_")[0]
        return Resource(
            name=self.name,
            url=f"{FILES}/{self.file}",
            offline=(self.file, f"{stem}_*S.csv"),
            most_bytes=MOST_TABLE_BYTES,
        )


def _day(title: str, *columns: str) -> Law:
    return Law(title=title, columns=columns, is_day=True)


def _flag(title: str, *columns: str) -> Law:
    return Law(title=title, columns=columns, is_day=False)


TABLES = (
    PolicyTable(
        name="good_samaritan",
        file="PS04_2018_S.csv",
        laws=(
            _day("Good Samaritan law", "AnyGSLdt", "AnyGslDt"),
            _day("Good Samaritan law that protects from arrest", "GSLArrdt", "GslArrDt"),
        ),
    ),
    PolicyTable(
        name="naloxone",
        file="PS05_2017_S.csv",
        laws=(
            _day("naloxone law", "AnyNaldt", "AnyNalDt"),
            _day("naloxone by standing or protocol order", "NalPrStdt", "NalPrStDt"),
        ),
    ),
    PolicyTable(
        name="syringe_services",
        file="PS08_2019_S.csv",
        laws=(
            _flag("syringe services explicitly authorised", "expSSP", "ExpSsp"),
            _flag("no paraphernalia law", "noPrphLw", "NoPrphLw"),
        ),
    ),
    PolicyTable(
        name="medical_cannabis",
        file="PS09_2017_S.csv",
        laws=(_flag("medical marijuana law in 2017", "MedMarijLaw", "MdMarijLaw"),),
    ),
)


class Oeps:
    """The scan's connector."""

    about = Publisher(
        source=SourceId.OEPS,
        title="Opioid Environment Policy Scan, laws of US states",
        publisher="Center for Spatial Data Science, University of Chicago",
        homepage=HOME,
        licence="no licence file: cite doi 10.5281/zenodo.5842465, ask before publishing",
        republish="nothing; it is told to coders in the run's record, and feeds no indicator",
        indicators=(),
        # Four tables of 51 states; nothing is staged, so that no actor has a value.
        guard=Guard(rows=196, actors=0, years=(EARLIEST, 2100)),
    )

    def collect(self, fetch: Fetch, since: int | None) -> Sequence[Arrived]:
        """Fetch the tables; each is one small file."""
        del since
        return [fetch(table.resource) for table in TABLES]

    def read(self, arrived: Sequence[Arrived], known: Known) -> Staging:
        """Read and check the tables, and tell what they say."""
        staging = Staging(source=SourceId.OEPS)
        came = {each.snapshot.resource: each for each in arrived}
        for table in TABLES:
            _read(table, came[table.name], staging, known)
        return staging


@dataclass(slots=True)
class _Told:
    """What a column says by state: a day, yes or no; None where it says nothing."""

    states: dict[str, date | bool | None] = field(default_factory=dict)

    def words(self) -> str:
        """Say which states have the law, and which have none."""
        have = ", ".join(
            f"{code.removeprefix('US-')} {said}" if isinstance(said, date) else code[3:]
            for code, said in sorted(self.states.items())
            if said
        )
        none = ", ".join(code[3:] for code, said in sorted(self.states.items()) if not said)
        return f"{have or 'no state'}; none in {none or 'no state'}"


def _read(table: PolicyTable, arrived: Arrived, staging: Staging, known: Known) -> None:
    columns = {law.title: law.columns for law in table.laws}
    told = {law.title: _Told() for law in table.laws}
    with open_table(arrived, {STATE: STATE_COLUMNS, **columns}) as opened:
        for number, cells in enumerate(opened.rows, start=2):
            staging.rows_read += 1
            where = f"{opened.where} row {number}"
            state = us_state_of_fips(cells[opened.at[STATE]])
            if state is None:
                staging.refuse(
                    IssueKind.ACTOR_UNKNOWN,
                    where,
                    f"{cells[opened.at[STATE]][:20]!r} came; expected a state's two digits",
                )
                continue
            if state in told[table.laws[0].title].states:
                staging.refuse(IssueKind.DUPLICATE, where, f"{state} came twice")
                continue
            said = _laws(table, opened, cells, known.today)
            if isinstance(said, str):
                staging.refuse(IssueKind.ROW_REFUSED, where, f"{state}: {said}")
                continue
            for title, each in said.items():
                told[title].states[state] = each
            staging.leave("law of a US state; no indicator takes it")
    _tell(staging, arrived.where, told)


def _laws(
    table: PolicyTable, opened: CsvTable, cells: Sequence[str], today: date
) -> Mapping[str, date | bool | None] | str:
    """Return what a row says by law, or what is wrong with it."""
    said: dict[str, date | bool | None] = {}
    for law in table.laws:
        cell = cells[opened.at[law.title]].strip()
        if cell in NOT_GIVEN:
            said[law.title] = None
        elif law.is_day:
            day = _read_day(cell)
            if day is None or not EARLIEST <= day.year <= today.year:
                return (
                    f"{law.title} {cell[:20]!r} came; expected a day from {EARLIEST} to "
                    f"{today.year}, or NA"
                )
            said[law.title] = day
        elif cell in FLAGS:
            said[law.title] = FLAGS[cell]
        else:
            return f"{law.title} {cell[:20]!r} came; expected 0 or 1"
    return said


def _read_day(cell: str) -> date | None:
    for form in DAY_FORMS:
        try:
            return datetime.strptime(f"{cell} +0000", f"{form} %z").date()
        except ValueError:
            continue
    return None


def _tell(staging: Staging, where: str, told: Mapping[str, _Told]) -> None:
    """Note the laws by state, and which states did not come."""
    for title, each in told.items():
        staging.note(
            IssueKind.LEFT_OVER,
            where,
            f"{title}: {each.words()}; no indicator takes it",
            group=title,
        )
    first = next(iter(told.values()))
    missing = sorted(us_states().keys() - first.states.keys())
    if missing:
        staging.note(
            IssueKind.COUNT_DIFFERS,
            where,
            f"{len(first.states)} states came; {', '.join(missing)} did not",
            severity=Severity.WARNING,
        )
