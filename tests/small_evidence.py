"""The smallest evidence that holds every kind of record, for tests of the records."""

from datetime import UTC, date, datetime

from gaptracker.domain.actors import Actor, CompetenceEntry, Membership, Population
from gaptracker.domain.evidence import Evidence
from gaptracker.domain.records import Coding, Flow, Measure, Observation, Opportunity, Statement
from gaptracker.domain.sources import Source
from gaptracker.domain.time import PartialDate, Period
from gaptracker.domain.vocabulary import (
    ActorKind,
    CoderKind,
    Competence,
    Instrument,
    ItemKind,
    Layer,
    MeasureKind,
    Mode,
    ObservationStatus,
    Office,
    OpportunityOutcome,
    Specificity,
    VoteCast,
)
from gaptracker.records.revisions import RevisionStamp

MANIFEST = "a" * 64
STAMP = RevisionStamp(
    recorded_at=datetime(2026, 11, 23, 9, 30, 15, 250000, tzinfo=UTC),
    recorded_by="loader",
    reason="first load",
)
LATER = RevisionStamp(
    recorded_at=datetime(2026, 12, 1, 8, 0, tzinfo=UTC), recorded_by="loader", reason="second load"
)


def partial(text: str) -> PartialDate:
    """A date as precise as its text."""
    return PartialDate.parse(text)


ROLL_CALLS = Source(
    id="un-roll-calls",
    title="Roll calls of the General Assembly",
    publisher="United Nations",
    group="un_roll_calls",
    grade=1,
    record_of_act=True,
    kind="dataset",
    licence="CC0",
    citation="Voeten et al. 2009",
    retrieved_on=date(2026, 8, 16),
    url="https://example.org/roll-calls",
    published_on=partial("2025"),
)
ENCYCLOPEDIA = Source(
    id="encyclopedia",
    title="Legality of cannabis",
    publisher="An encyclopedia",
    group="encyclopedia",
    grade=4,
    record_of_act=False,
    kind="web page",
    licence="CC BY-SA 4.0",
    citation="An encyclopedia 2026",
    retrieved_on=date(2026, 1, 2),
)
MEXICO = Actor(
    code="MEX",
    kind=ActorKind.STATE,
    names={"en": "Mexico", "es": "México", "pt": "México"},
    existence=Period(start=partial("1821-09-27")),
)
SINALOA = Actor(code="MX-SIN", kind=ActorKind.SUBNATIONAL, names={"en": "Sinaloa"}, parent="MEX")
VOTE = Statement(
    id="vote-MEX-77-222",
    actor="MEX",
    forum="General Assembly",
    said_on=partial("2022-12-15"),
    mode=Mode.VOTE,
    instrument=Instrument.VOTE,
    office=Office.VOTE,
    source="un-roll-calls",
    document="A/RES/77/222",
    act="A/RES/77/222",
    paraphrase="Voted yes on a moratorium on executions.",
    series="moratorium",
    solicited=True,
    rule="A/RES/77/222",
    answer=VoteCast.YES,
    specificity=Specificity.VOTE,
    locator="sheet 2, row 17",
)
SPEECH = Statement(
    id="speech-MEX-2016",
    actor="MEX",
    forum="General Assembly, special session",
    said_on=partial("2016-04"),
    mode=Mode.PLEDGE,
    instrument=Instrument.NATIONAL_STATEMENT,
    office=Office.HEAD_OF_STATE_OR_GOVERNMENT,
    source="un-roll-calls",
    document="speech-2016",
    act="speech-2016",
    paraphrase="Promised to decriminalise possession for personal use.",
    speaker="The president",
    language="es",
    excerpt="“…de la prohibición a la prevención…”",
    due_on=partial("2018"),
    withdrawn_on=partial("2019-01-31"),
)
STATUTE = Measure(
    id="law-MEX-1",
    actor="MEX",
    layer=Layer.LAW,
    kind=MeasureKind.STATUTE,
    title="General Health Law, article 478",
    in_force=Period(start=partial("2009-08"), end=partial("2031")),
    source="encyclopedia",
    issuer="Congress",
    territory="MX-SIN",
    locator="article 478",
    note="Thresholds of small amounts.",
)
PRISONERS = Observation(
    id="prison-MEX-2021",
    actor="MEX",
    indicator="drug_prisoners_share",
    period=partial("2021"),
    source="encyclopedia",
    value=0.1 + 0.2,
    lower=0.0,
    upper=1.0,
    note="Estimate.",
)
CATEGORY = Observation(
    id="cannabis-MEX-2026-01",
    actor="MEX",
    indicator="cannabis_status",
    period=partial("2026-01"),
    source="encyclopedia",
    category="decriminalised",
)
SECRET = Observation(
    id="executions-MEX-2020",
    actor="MEX",
    indicator="executions",
    period=partial("2020"),
    source="encyclopedia",
    status=ObservationStatus.OPAQUE,
)
BY_PERSON = Coding(
    item="speech-MEX-2016",
    item_kind=ItemKind.STATEMENT,
    theme="personal_use",
    coder="coder-1",
    coder_kind=CoderKind.PERSON,
    rung=3,
    specificity=Specificity.SPECIFIC,
    rationale="Names a law to be changed.",
    original_code="3b",
)
BY_MACHINE = Coding(
    item="speech-MEX-2016",
    item_kind=ItemKind.STATEMENT,
    theme="personal_use",
    coder="model-1",
    coder_kind=CoderKind.MACHINE,
    rung=4,
    specificity=Specificity.GENERAL,
    rationale="Speaks of an end to prohibition.",
)
OF_LAW = Coding(
    item="law-MEX-1",
    item_kind=ItemKind.MEASURE,
    theme="personal_use",
    coder="coder-1",
    coder_kind=CoderKind.PERSON,
    rung=2,
    specificity=Specificity.SPECIFIC,
    rationale="Small amounts are not prosecuted.",
)
SILENCE = Opportunity(
    id="session-66-MEX",
    actor="MEX",
    theme="cannabis",
    session="CND 66",
    held_on=partial("2023-03-17"),
    outcome=OpportunityOutcome.SILENT,
)
HELP = Flow(
    id="help-MEX-2019",
    donor="MEX",
    recipient="MX-SIN",
    theme="personal_use",
    period=Period(start=partial("2019"), end=partial("2020-06")),
    amount=1_000_000.5,
    currency="MXN",
    purpose="Laboratories for the prosecutor.",
    source="encyclopedia",
    locator="table 3",
)

EVIDENCE = Evidence(
    as_of=date(2026, 8, 16),
    actors={actor.code: actor for actor in (MEXICO, SINALOA)},
    sources={source.id: source for source in (ENCYCLOPEDIA, ROLL_CALLS)},
    statements=(SPEECH, VOTE),
    measures=(STATUTE,),
    observations=(CATEGORY, SECRET, PRISONERS),
    codings=(OF_LAW, BY_PERSON, BY_MACHINE),
    opportunities=(SILENCE,),
    memberships=(Membership(member="MEX", group="UN", period=Period(start=partial("1945-11-07"))),),
    competences=(
        CompetenceEntry(
            actor="MEX",
            theme="personal_use",
            level=Competence.SHARED,
            period=Period(),
            enforced=False,
            basis="General Health Law, article 474",
        ),
    ),
    populations=(Population(actor="MEX", year=2024, persons=130_861_007, source="encyclopedia"),),
    flows=(HELP,),
)
