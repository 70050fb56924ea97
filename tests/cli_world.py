"""A small release for tests of the command line: invented figures under the shipped methodology.

Five actors, three years, and one of everything that `explain` has to write out: a series of votes
with a repeat and with a position superseded, a speech coded by a machine, a pledge not yet due, a
law coded by a person, values placed linearly, by table and by steps, a critical indicator that
caps practice, a figure withheld, a chance to speak let pass, and an actor of whom nothing is known.
"""

from dataclasses import replace
from datetime import date
from pathlib import Path

from gaptracker.domain.actors import Actor
from gaptracker.domain.evidence import Evidence
from gaptracker.domain.methodology import Methodology
from gaptracker.domain.records import Coding, Measure, Observation, Opportunity, Statement
from gaptracker.domain.sources import Source
from gaptracker.domain.time import PartialDate, Period
from gaptracker.domain.vocabulary import (
    ActorKind,
    CoderKind,
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
from gaptracker.intake.methodology_files import shipped_methodology
from gaptracker.records.release_store import ReleaseStore
from gaptracker.records.schema import open_database
from gaptracker.records.unit_of_work import UnitOfWork
from gaptracker.release.checks import INVARIANTS
from gaptracker.workflows.calibrate import Calibration
from gaptracker.workflows.cut_release import CutOutcome, CutPlan, cut_release
from gaptracker.workflows.load_reference import load_reference
from tests.migrated_databases import at_schema
from tests.small_evidence import MANIFEST, STAMP

YEARS = (2021, 2022, 2023)
THEME = "death_penalty"


def source(name: str, group: str, grade: int, *, record: bool = False) -> Source:
    return Source(
        id=name,
        title=f"Title of {name}",
        publisher="A publisher",
        group=group,
        grade=grade,
        record_of_act=record,
        kind="dataset",
        licence="CC0-1.0",
        citation=f"A publisher ({name}), 2023",
        retrieved_on=date(2023, 7, 1),
        url=f"https://example.org/{name}",
    )


ROLL_CALLS = source("roll-calls", "un_roll_calls", 1, record=True)
SPEECHES = source("speeches", "un_general_debate", 1, record=True)
REGISTER = source("register", "law_register", 1, record=True)
WATCH = source("watch", "a_watch", 2)
LIST = source("list", "a_list", 4)


def _vote(actor: str, resolution: str, said_on: str, answer: str) -> Statement:
    return Statement(
        id=f"vote-{actor}-{resolution.rsplit('/', 1)[-1]}-{said_on[:4]}",
        actor=actor,
        forum="UN General Assembly",
        said_on=PartialDate.parse(said_on),
        mode=Mode.VOTE,
        instrument=Instrument.VOTE,
        office=Office.VOTE,
        source=ROLL_CALLS.id,
        document=resolution,
        act=f"{resolution}-{actor}",
        paraphrase=f"Voted {answer} on a moratorium on the use of the death penalty.",
        series="moratorium",
        solicited=True,
        rule=resolution,
        answer=answer,
        locator=f"row of {actor}",
    )


SPEECH = Statement(
    id="speech-MEX-2021",
    actor="MEX",
    forum="UN General Debate",
    said_on=PartialDate.parse("2021-09"),
    mode=Mode.ADVOCACY,
    instrument=Instrument.NATIONAL_STATEMENT,
    office=Office.MINISTER,
    source=SPEECHES.id,
    document="debate-76-MEX",
    act="debate-76-MEX",
    paraphrase="Asked all states to abolish the death penalty.",
    speaker="The minister",
    language="es",
    excerpt="Pedimos [a todos] que la abolan.",
)
PLEDGE = Statement(
    id="pledge-MEX-2020",
    actor="MEX",
    forum="Universal Periodic Review",
    said_on=PartialDate.parse("2020-11-12"),
    mode=Mode.PLEDGE,
    instrument=Instrument.FORMAL_PLEDGE,
    office=Office.ACCREDITED_DELEGATE,
    source=SPEECHES.id,
    document="UPR-31-MEX",
    act="UPR-31-MEX",
    paraphrase="Promised to extradite nobody without assurances.",
)
LAW = Measure(
    id="law-MEX-2005",
    actor="MEX",
    layer=Layer.LAW,
    kind=MeasureKind.STATUTE,
    title="Constitution, article 22",
    in_force=Period(start=PartialDate.parse("2005-12-09")),
    source=REGISTER.id,
    issuer="Congress",
    locator="article 22",
)


def coding(
    item: Statement | Measure, rung: int, kind: CoderKind, specificity: Specificity
) -> Coding:
    return Coding(
        item=item.id,
        item_kind=ItemKind.STATEMENT if isinstance(item, Statement) else ItemKind.MEASURE,
        theme=THEME,
        coder="reader-1",
        coder_kind=kind,
        rung=rung,
        specificity=specificity,
        rationale=f"Reads as rung {rung}.",
        original_code="+2",
    )


def observation(
    actor: str,
    indicator: str,
    period: str,
    *,
    source: Source,
    value: float | None = None,
    category: str | None = None,
) -> Observation:
    withheld = value is None and category is None
    return Observation(
        id=f"{indicator}-{actor}-{period}",
        actor=actor,
        indicator=indicator,
        period=PartialDate.parse(period),
        source=source.id,
        value=value,
        category=category,
        status=ObservationStatus.OPAQUE if withheld else ObservationStatus.OBSERVED,
    )


NAMES = {"CHN": "China", "IRN": "Iran", "MEX": "Mexico", "URY": "Uruguay"}

EVIDENCE = Evidence(
    as_of=date(2023, 6, 30),
    actors={
        **{
            code: Actor(code=code, kind=ActorKind.STATE, names={"en": name})
            for code, name in NAMES.items()
        },
        "UNODC": Actor(code="UNODC", kind=ActorKind.AGENCY, names={"en": "UN drugs office"}),
    },
    sources={
        source.id: source
        for source in sorted(
            (LIST, REGISTER, ROLL_CALLS, SPEECHES, WATCH), key=lambda each: each.id
        )
    },
    statements=tuple(
        sorted(
            (
                _vote("CHN", "A/RES/73/175", "2018-12-17", "no"),
                _vote("CHN", "A/RES/75/183", "2020-12-16", "no"),
                _vote("CHN", "A/RES/77/222", "2022-12-15", "no"),
                _vote("IRN", "A/RES/71/187", "2016-12-19", "no"),
                _vote("IRN", "A/RES/77/222", "2022-12-15", "abstain"),
                _vote("MEX", "A/RES/71/187", "2016-12-19", "yes"),
                _vote("MEX", "A/RES/77/222", "2022-12-15", "yes"),
                SPEECH,
                PLEDGE,
            ),
            key=lambda each: each.id,
        )
    ),
    measures=(LAW,),
    observations=tuple(
        sorted(
            (
                observation("CHN", "executions_recorded", "2022", source=WATCH),
                observation("IRN", "death_penalty_status", "2022", source=LIST, category="P"),
                observation("IRN", "drug_executions_rate", "2022", source=WATCH, value=29.5),
                observation("IRN", "years_since_last_execution", "2022", source=WATCH, value=7.0),
                observation("MEX", "death_penalty_status", "2022", source=LIST, category="A"),
                observation("MEX", "executions_recorded", "2019", source=WATCH, value=0.0),
                observation("MEX", "years_since_last_execution", "2021", source=WATCH, value=6.0),
                observation("URY", "executions_recorded", "2022", source=WATCH, value=0.0),
            ),
            key=lambda each: each.id,
        )
    ),
    codings=(
        coding(LAW, 3, CoderKind.PERSON, Specificity.SPECIFIC),
        coding(PLEDGE, 3, CoderKind.PERSON, Specificity.SPECIFIC),
        coding(SPEECH, 4, CoderKind.MACHINE, Specificity.GENERAL),
    ),
    opportunities=(
        Opportunity(
            id="session-URY",
            actor="URY",
            theme=THEME,
            session="UN General Assembly 77",
            held_on=PartialDate.parse("2022-12-15"),
            outcome=OpportunityOutcome.SILENT,
        ),
    ),
    memberships=(),
    competences=(),
    populations=(),
)


METHODOLOGY = shipped_methodology("1.0.0")


def cut(
    folder: Path,
    *,
    evidence: Evidence = EVIDENCE,
    methodology: Methodology = METHODOLOGY,
    calibration: Calibration | None = None,
) -> CutOutcome:
    """Freeze the small evidence into the release store of a data folder."""
    store = ReleaseStore((folder / "releases").as_posix())
    plan = CutPlan(checks=INVARIANTS, years=YEARS, calibration=calibration)
    return cut_release(evidence, methodology, store, plan)


def without_last_vote(evidence: Evidence = EVIDENCE) -> Evidence:
    """The same evidence but for one statement, so that another release is made of it."""
    kept = tuple(each for each in evidence.statements if each.id != "vote-MEX-222-2022")
    return replace(evidence, statements=kept)


def fill_database(folder: Path, evidence: Evidence = EVIDENCE) -> None:
    """Put the small evidence, or other evidence, into the data folder's own database."""
    address = f"sqlite:///{folder / 'gaptracker.sqlite3'}"
    at_schema(address)
    engine = open_database(address)
    with UnitOfWork(engine) as work:
        load_reference(evidence, work, stamp=STAMP, manifest_sha256=MANIFEST)
        work.commit()
    engine.dispose()
