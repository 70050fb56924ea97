"""Conduct abroad: what the states do that a donor's drug control money goes to."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from gaptracker.domain.evidence import Evidence
from gaptracker.domain.federation import AbroadReading, RecipientReading
from gaptracker.domain.methodology import Methodology
from gaptracker.domain.records import Flow
from gaptracker.domain.vocabulary import AbroadReason
from gaptracker.scoring.dossier import CellKey, Dossier
from gaptracker.scoring.federation import UnitPractice, practice_over_units
from gaptracker.scoring.reading_draws import (
    Drawn,
    ReadingsOverTime,
    gap_between,
    weighted,
)
from gaptracker.scoring.run import day_of_year

THEME = "conduct_abroad"


def read_abroad(
    evidence: Evidence,
    dossiers: Mapping[CellKey, Dossier],
    methodology: Methodology,
    years: Sequence[int],
) -> Iterator[AbroadReading]:
    """Read every donor whose flows are known, year by year.

    P = sum of flow times u over sum of flows, u being the recipient's own practice on the theme
    that the flow bears on. A flow counts in the years of its period, spread evenly over its days.
    Money whose recipients are not told apart counts as money of which nothing is known.

    Args:
        evidence: The evidence of the run.
        dossiers: The same, by actor and theme.
        methodology: The rules.
        years: Years to read, ascending.

    Yields:
        A reading for every donor and year; it moves no other figure of the donor.

    References:
        Methodology 1.0.0, section 8.
    """
    by_donor = groupby(
        sorted(evidence.flows, key=lambda flow: (flow.donor, flow.id)), key=lambda flow: flow.donor
    )
    for donor, flows in by_donor:
        given = tuple(flows)
        wanted = {(donor, THEME), *((flow.recipient or "", flow.theme) for flow in given)}
        readings = {
            name: ReadingsOverTime(dossiers[name], evidence.as_of, methodology)
            for name in sorted(wanted)
            if name in dossiers
        }
        for year in years:
            as_of = day_of_year(year, evidence.as_of)
            own = readings.get((donor, THEME))
            says = own.of(year).says() if own else None
            parts = _parts(given, readings, year)
            yield _reading(donor, year, as_of, (says, parts), methodology=methodology)


@dataclass(frozen=True, slots=True)
class _Part:
    """What a flow gave in one year, and the recipient's practice if it is known."""

    flow: Flow
    amount: float
    drawn: Drawn | None


def _parts(
    flows: Sequence[Flow], readings: Mapping[CellKey, ReadingsOverTime], year: int
) -> tuple[_Part, ...]:
    parts = []
    for flow in flows:
        amount = flow.in_year(year)
        if amount > 0:
            recipient = readings.get((flow.recipient or "", flow.theme))
            drawn = recipient.of(year).practice() if recipient else None
            parts.append(_Part(flow, amount, drawn))
    return tuple(parts)


def _reading(
    donor: str,
    year: int,
    as_of: date,
    found: tuple[Drawn | None, tuple[_Part, ...]],
    *,
    methodology: Methodology,
) -> AbroadReading:
    says, parts = found
    practice, covered, reason = _practice(parts, methodology)
    currencies = {part.flow.currency for part in parts}
    single = next(iter(currencies)) if len(currencies) == 1 else None
    return AbroadReading(
        actor=donor,
        year=year,
        as_of=as_of,
        says=says.estimate(methodology) if says else None,
        practice=practice.estimate(methodology) if practice else None,
        covered_share=covered,
        amount=math.fsum(part.amount for part in parts) if single else None,
        currency=single,
        gap=gap_between(says, practice, methodology) if says and practice else None,
        practice_reason=reason,
        gap_reason=reason or (None if says else AbroadReason.NO_WORDS),
        recipients=tuple(_recipient(part, methodology) for part in parts),
    )


def _practice(
    parts: Sequence[_Part], methodology: Methodology
) -> tuple[Drawn | None, float | None, AbroadReason | None]:
    """Return the practice of those paid, the share of money that covers, or why there is none."""
    if not parts:
        return None, None, AbroadReason.NO_FLOWS
    if len({part.flow.currency for part in parts}) > 1:
        return None, None, AbroadReason.SEVERAL_CURRENCIES
    shared = practice_over_units(
        [
            UnitPractice(
                unit=part.flow.id,
                size=part.amount,
                points=part.drawn.points if part.drawn else None,
            )
            for part in parts
        ]
    )
    if shared is None:
        named = any(part.flow.recipient for part in parts)
        return None, 0.0, _unknown(named)
    if shared.covered_share < methodology.federations.flow_covered_share:
        return None, shared.covered_share, AbroadReason.TOO_LITTLE_COVERED
    known = _by_recipient(parts)
    return weighted(known, shared.points), shared.covered_share, None


def _by_recipient(parts: Sequence[_Part]) -> list[tuple[float, Drawn]]:
    """Add up what went to one recipient on one theme: its practice is one and the same draw."""
    known = [part for part in parts if part.drawn]
    known.sort(key=lambda part: (part.flow.recipient or "", part.flow.theme, part.flow.id))
    sums = []
    for _, group in groupby(known, key=lambda part: (part.flow.recipient, part.flow.theme)):
        same = list(group)
        if same[0].drawn is not None:
            sums.append((math.fsum(part.amount for part in same), same[0].drawn))
    return sums


def _recipient(part: _Part, methodology: Methodology) -> RecipientReading:
    return RecipientReading(
        flow=part.flow.id,
        recipient=part.flow.recipient,
        theme=part.flow.theme,
        amount=part.amount,
        currency=part.flow.currency,
        practice=part.drawn.estimate(methodology) if part.drawn else None,
        reason=None if part.drawn else _unknown(part.flow.recipient is not None),
    )


def _unknown(named: bool) -> AbroadReason:
    """Say why nothing is known of the practice of those paid."""
    return AbroadReason.NO_RECIPIENT_PRACTICE if named else AbroadReason.RECIPIENTS_UNKNOWN
