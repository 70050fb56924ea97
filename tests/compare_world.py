"""The command line's small world with two more actors that can be compared.

Uruguay speaks and acts much like Mexico; Jamaica defends executions and has had none for decades.
"""

from dataclasses import replace

from gaptracker.domain.actors import Actor, Membership
from gaptracker.domain.evidence import Evidence
from gaptracker.domain.records import Observation, Statement
from gaptracker.domain.sources import Source
from gaptracker.domain.time import PartialDate, Period
from gaptracker.domain.vocabulary import ActorKind, CoderKind, Specificity
from tests.cli_world import EVIDENCE, LIST, SPEECH, SPEECHES, WATCH, coding, observation, source

GAZETTE = source("gazette", "a_gazette", 1)


def _speech(actor: str, origin: Source) -> Statement:
    name = f"speech-{actor}-{origin.id}"
    return replace(
        SPEECH,
        id=name,
        actor=actor,
        source=origin.id,
        said_on=PartialDate.parse("2021-09"),
        document=name,
        act=name,
    )


def _deeds(actor: str, years: float, status: str) -> tuple[Observation, ...]:
    return (
        observation(actor, "years_since_last_execution", "2021", source=WATCH, value=years),
        observation(actor, "death_penalty_status", "2021", source=LIST, category=status),
        observation(actor, "executions_recorded", "2021", source=GAZETTE, value=0.0),
    )


SPOKEN = {
    "JAM": (0, [_speech("JAM", SPEECHES), _speech("JAM", GAZETTE)]),
    "URY": (4, [_speech("URY", SPEECHES), _speech("URY", GAZETTE)]),
}
COMPARABLE: Evidence = replace(
    EVIDENCE,
    actors={
        **EVIDENCE.actors,
        "JAM": Actor(code="JAM", kind=ActorKind.STATE, names={"en": "Jamaica"}),
    },
    sources=dict(sorted({**EVIDENCE.sources, GAZETTE.id: GAZETTE}.items())),
    statements=tuple(
        sorted(
            (*EVIDENCE.statements, *(each for _, some in SPOKEN.values() for each in some)),
            key=lambda each: each.id,
        )
    ),
    observations=tuple(
        sorted(
            (*EVIDENCE.observations, *_deeds("JAM", 33.0, "P"), *_deeds("URY", 33.0, "A")),
            key=lambda each: each.id,
        )
    ),
    codings=(
        *EVIDENCE.codings,
        *(
            coding(each, rung, CoderKind.PERSON, Specificity.SPECIFIC)
            for rung, some in SPOKEN.values()
            for each in some
        ),
    ),
)


def with_a_union(*members: str) -> Evidence:
    """The same world, and a union that spoke in 2021 for these members."""
    speech = _speech("UNI", SPEECHES)
    union = Actor(code="UNI", kind=ActorKind.SUPRANATIONAL, names={"en": "A union"})
    return replace(
        COMPARABLE,
        actors=dict(sorted({**COMPARABLE.actors, union.code: union}.items())),
        statements=tuple(sorted((*COMPARABLE.statements, speech), key=lambda each: each.id)),
        codings=(*COMPARABLE.codings, coding(speech, 2, CoderKind.PERSON, Specificity.SPECIFIC)),
        memberships=tuple(
            Membership(
                member=member,
                group=union.code,
                period=Period(start=PartialDate.parse("2000")),
            )
            for member in members
        ),
    )
