"""Positions and alliances of a run: who stands near whom, in words and in deeds, year by year."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from gaptracker.domain.alliances import (
    AlikeApart,
    Alliances,
    CommunityMember,
    Similarity,
    SimilarityChange,
)
from gaptracker.domain.methodology import LabelRule, Methodology
from gaptracker.domain.vocabulary import Side, Standing
from gaptracker.scoring.communities import groups, least_shares, together_shares
from gaptracker.scoring.dossier import CellKey, Dossier
from gaptracker.scoring.similarity import Beside, beside, closer, ends
from gaptracker.scoring.standings import YearStandings, read_positions, read_standings
from gaptracker.scoring.uncertainty import Floats

# A ten-thousandth of a similarity is a hundredth of a point of mean distance: far below what 500
# draws know, and the same on every processor.
DECIMALS = 4


def read_alliances(
    dossiers: Mapping[CellKey, Dossier],
    as_of: date,
    methodology: Methodology,
    years: Sequence[int],
) -> Alliances:
    """Find who stands near whom in every year, and what changed between years.

    Args:
        dossiers: The evidence by actor and theme.
        as_of: The day up to which the data speak.
        methodology: The rules.
        years: Years to read, ascending.

    References:
        Methodology 1.0.0, section 9; decision 0028.
    """
    sides = [
        hold_together(
            list(read_standings(dossiers, as_of, methodology, years, side=side)), methodology
        )
        for side in Side
    ]
    similarities = tuple(each for side in sides for each in side.similarities)
    return Alliances(
        positions=tuple(read_positions(dossiers, as_of, methodology, years)),
        similarities=similarities,
        changes=tuple(each for side in sides for each in side.changes),
        communities=tuple(each for side in sides for each in side.communities),
        alike_apart=tuple(alike_apart(similarities, methodology)),
    )


@dataclass(frozen=True, slots=True)
class SideAlliances:
    """What one side has of similarities, of their changes, and of groups."""

    similarities: list[Similarity]
    changes: list[SimilarityChange]
    communities: list[CommunityMember]


@dataclass(frozen=True, slots=True)
class _Held:
    """One actor held beside others in one year: all of it but most of the draws."""

    row: int
    found: Beside
    counts: list[int]
    low: Floats
    high: Floats
    alike: Floats


def hold_together(years: Sequence[YearStandings], methodology: Methodology) -> SideAlliances:
    """Hold every two actors of each year together, and each year against those before.

    Actor by actor, so that no more draws are in memory than one actor has pairs.

    Args:
        years: Where actors stand on one side, by year, ascending.
        methodology: The rules.
    """
    result = SideAlliances([], [], [])
    kept: list[list[_Held]] = [[] for _ in years]
    for actor in sorted({actor for standings in years for actor in standings.actors}):
        seen: list[tuple[YearStandings, Beside]] = []
        for standings, held in zip(years, kept, strict=True):
            if actor not in standings.actors:
                continue
            row = standings.actors.index(actor)
            found = beside(standings, row, methodology.alliances)
            if len(found.others):
                seen.append((standings, found))
                held.append(_hold(row, found, methodology))
        result.changes.extend(_changes(actor, seen, methodology.labels))
    for standings, held in zip(years, kept, strict=True):
        if held:
            _add_year(result, standings, held, methodology)
    return result


def _hold(row: int, found: Beside, methodology: Methodology) -> _Held:
    rule = methodology.alliances
    low, high = ends(found, methodology.draws.interval)
    return _Held(
        row=row,
        counts=found.counts.tolist(),
        found=replace(found, draws=found.draws[:, : rule.community_draws].copy()),
        low=low,
        high=high,
        alike=np.count_nonzero(found.draws >= rule.alike, axis=1) / found.draws.shape[1],
    )


def _changes(
    actor: str, seen: Sequence[tuple[YearStandings, Beside]], labels: LabelRule
) -> Iterator[SimilarityChange]:
    """Yield the changes of one actor's similarities that the draws show, between any two years."""
    for standings, now in seen:
        names = [standings.actors[row] for row in now.others]
        counts = now.counts.tolist()
        for earlier, before in seen:
            if earlier.year >= standings.year:
                break
            names_before = [earlier.actors[row] for row in before.others]
            for row, row_before, probability in closer(now, before, (names, names_before)):
                if max(probability, 1.0 - probability) >= labels.comparison:
                    yield SimilarityChange(
                        side=standings.side,
                        year=standings.year,
                        since=earlier.year,
                        first=actor,
                        second=names[row],
                        themes=counts[row],
                        change=_settled(now.values[row] - before.values[row_before]),
                        closer=probability,
                    )


def _add_year(
    result: SideAlliances,
    standings: YearStandings,
    held: Sequence[_Held],
    methodology: Methodology,
) -> None:
    """Find who stands together in one year, and write down its similarities and groups."""
    rule = methodology.alliances
    size = len(standings.actors)
    pairs = np.array([(each.row, other) for each in held for other in each.found.others])
    draws = np.concatenate([each.found.draws for each in held])
    together = together_shares(pairs, draws, size, rule)
    for each in held:
        result.similarities.extend(_similarities(standings, each, together))
    compared = np.zeros((size, size), dtype=np.bool_)
    compared[pairs[:, 0], pairs[:, 1]] = compared[pairs[:, 1], pairs[:, 0]] = True
    for group in groups(together, compared, rule.together_share):
        for row, share in zip(group, least_shares(group, together), strict=True):
            result.communities.append(
                CommunityMember(
                    side=standings.side,
                    year=standings.year,
                    community=standings.actors[group[0]],
                    actor=standings.actors[row],
                    members=len(group),
                    together=_settled(share),
                )
            )


def _similarities(standings: YearStandings, held: _Held, together: Floats) -> Iterator[Similarity]:
    found = held.found
    for place, other in enumerate(found.others):
        yield Similarity(
            side=standings.side,
            year=standings.year,
            first=standings.actors[held.row],
            second=standings.actors[other],
            themes=held.counts[place],
            value=_settled(found.values[place]),
            low=_settled(held.low[place]),
            high=_settled(held.high[place]),
            alike=float(held.alike[place]),
            together=_settled(together[held.row, other]),
        )


def alike_apart(
    similarities: Sequence[Similarity], methodology: Methodology
) -> Iterator[AlikeApart]:
    """Yield the pairs that speak alike and act apart, year by year.

    Alike and apart are the two sides of one threshold. A pair is named if its figures lie on
    their sides of it and the draws bear out both: each likely, or each demonstrated.

    Args:
        similarities: Of words and of deeds, at most one of each pair, side and year.
        methodology: The rules.

    References:
        Methodology 1.0.0, sections 5 and 9.
    """
    rule, labels = methodology.alliances, methodology.labels
    deeds = {
        (each.year, each.first, each.second): each
        for each in similarities
        if each.side is Side.DEEDS and each.value < rule.alike
    }
    for words in similarities:
        if words.side is not Side.WORDS or words.value < rule.alike:
            continue
        acts = deeds.get((words.year, words.first, words.second))
        if acts is None:
            continue
        least = min(words.alike, 1.0 - acts.alike)
        if least >= labels.likely:
            yield AlikeApart(
                year=words.year,
                first=words.first,
                second=words.second,
                words=words.value,
                deeds=acts.value,
                alike=words.alike,
                apart=1.0 - acts.alike,
                word_themes=words.themes,
                deed_themes=acts.themes,
                standing=(
                    Standing.DEMONSTRATED if least >= labels.demonstrated else Standing.LIKELY
                ),
            )


def _settled(value: float) -> float:
    return round(float(value), DECIMALS) + 0.0  # and never minus zero
