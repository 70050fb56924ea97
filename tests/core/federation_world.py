"""A federation of three units, a union of two members with an organ, and two agencies."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date

from gaptracker.domain.actors import Actor, CompetenceEntry, Membership, Population
from gaptracker.domain.evidence import Evidence
from gaptracker.domain.methodology import Methodology
from gaptracker.domain.records import Flow, Statement
from gaptracker.domain.time import PartialDate, Period
from gaptracker.domain.vocabulary import ActorKind, Competence
from gaptracker.scoring.dossier import CellKey, Dossier, build_dossiers
from tests.core.builders import ACTOR, evidence, observation, statement
from tests.core.rules import RULES, THEME

UNITS = ("UR-A", "UR-B", "UR-C")
RESIDENTS = {"UR-A": 56, "UR-B": 844, "UR-C": 100}
UNION, ORGAN, MEMBER, FORMER = "UNI", "UNI-P", "NOR", "SWE"
YEAR = 2022


def period(start: str | None = None, end: str | None = None) -> Period:
    return Period(
        start=PartialDate.parse(start) if start else None,
        end=PartialDate.parse(end) if end else None,
    )


def federation(
    points: Mapping[str, float],
    *,
    residents: Mapping[str, int] = RESIDENTS,
    years: Iterable[int] = (2020,),
    national: float | None = 25.0,
    says: int | None = 3,
    competence: CompetenceEntry | None = None,
) -> Evidence:
    """`ACTOR` with its units, of each of which indicator `alpha` gives the points."""
    observed = [
        observation(f"value {unit}", value, actor=unit, source="units")
        for unit, value in points.items()
    ]
    if national is not None:
        observed.append(observation("value", national))
    words = [(statement("speech"), says)] if says is not None else []
    given = evidence(coded=words, observations=observed)
    return replace(
        given,
        actors={
            **given.actors,
            **{
                unit: Actor(code=unit, kind=ActorKind.SUBNATIONAL, names={"en": unit}, parent=ACTOR)
                for unit in UNITS
            },
        },
        populations=tuple(
            Population(actor=unit, year=year, persons=persons, source="report")
            for unit, persons in residents.items()
            for year in years
        ),
        competences=(competence,) if competence else (),
    )


def prevailing(
    *, level: Competence = Competence.NATIONAL, enforced: bool | None = True
) -> CompetenceEntry:
    return CompetenceEntry(
        actor=ACTOR, theme=THEME, level=level, period=period(), enforced=enforced, basis="a law"
    )


def union(
    coded: Iterable[tuple[Statement, int]],
    *,
    competences: tuple[CompetenceEntry, ...] = (),
) -> Evidence:
    """`UNION` with an organ, a member since 2000 and one until the end of 2019."""
    given = evidence(coded=coded)
    kinds = {
        UNION: ActorKind.SUPRANATIONAL,
        ORGAN: ActorKind.ORGAN,
        MEMBER: ActorKind.STATE,
        FORMER: ActorKind.STATE,
    }
    return replace(
        given,
        actors={
            **given.actors,
            **{
                code: Actor(
                    code=code,
                    kind=kind,
                    names={"en": code},
                    parent=UNION if kind is ActorKind.ORGAN else None,
                )
                for code, kind in kinds.items()
            },
        },
        memberships=(
            Membership(member=MEMBER, group=UNION, period=period("2000")),
            Membership(member=FORMER, group=UNION, period=period("2000", "2019-12-31")),
        ),
        competences=competences,
    )


def agencies(rungs: Mapping[str, int], *, members: Iterable[str] | None = None) -> Evidence:
    """Agencies that spoke once each, in the group that the rules hold beside each other."""
    given = evidence(
        coded=[(statement(f"of {name}", actor=name), rung) for name, rung in rungs.items()]
    )
    group = RULES.federations.coherence_group
    return replace(
        given,
        memberships=tuple(
            Membership(member=name, group=group, period=period())
            for name in (rungs if members is None else members)
        ),
    )


def flow(name: str, recipient: str | None, amount: float, **changes: object) -> Flow:
    """Help from `ACTOR` in 2022, measured by the recipient's practice on `THEME`."""
    plain = Flow(
        id=name,
        donor=ACTOR,
        recipient=recipient,
        theme=THEME,
        period=period("2022", "2022"),
        amount=amount,
        currency="EUR",
        purpose="dogs",
        source="report",
    )
    return replace(plain, **changes)  # type: ignore[arg-type]  # as in the builders


def giving(flows: Iterable[Flow], points: Mapping[str, float]) -> Evidence:
    """Flows, and recipients of each of which indicator `alpha` gives the points."""
    given = evidence(
        observations=[
            observation(f"value {name}", value, actor=name) for name, value in points.items()
        ],
        as_of=date(2023, 12, 31),
    )
    return replace(given, flows=tuple(flows))


def dossiers(given: Evidence, rules: Methodology = RULES) -> dict[CellKey, Dossier]:
    return build_dossiers(given, rules)
