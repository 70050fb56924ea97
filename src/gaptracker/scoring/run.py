"""All cells of a run: every actor, theme and year, each from its own evidence alone."""

from collections.abc import Iterator, Sequence
from datetime import date

from gaptracker.domain.evidence import Evidence
from gaptracker.domain.methodology import Methodology
from gaptracker.domain.results import CellScore
from gaptracker.domain.vocabulary import ObservationStatus, OpportunityOutcome
from gaptracker.scoring.cell import CellInput, Silence, score_cell
from gaptracker.scoring.deeds import (
    critical_floor_hit,
    deed_items,
    indicator_coverage,
    newest_observations,
)
from gaptracker.scoring.dossier import Dossier, build_dossiers
from gaptracker.scoring.seeds import CellKey
from gaptracker.scoring.words import word_items

FIRST_YEAR = 2000


def scored_years(evidence: Evidence, first: int = FIRST_YEAR) -> range:
    """Return the years to score: from the first to the year of the data's as-of date."""
    return range(first, evidence.as_of.year + 1)


def score_evidence(
    evidence: Evidence, methodology: Methodology, years: Sequence[int]
) -> Iterator[CellScore]:
    """Score every actor, theme and year, in that order.

    Args:
        evidence: The evidence of the run.
        methodology: The rules.
        years: Years to score, ascending.

    Yields:
        A cell for every combination, also where nothing is known (its numbers are None).

    References:
        Methodology 1.0.0, sections 2 to 7.
    """
    dossiers = build_dossiers(evidence, methodology)
    for actor in sorted(evidence.actors):
        for theme in methodology.scored_themes():
            known = dossiers.get((actor, theme.id)) or Dossier(actor=actor, theme=theme.id)
            for year in years:
                yield score_year(known, year, evidence.as_of, methodology)


def score_year(
    dossier: Dossier, year: int, data_as_of: date, methodology: Methodology
) -> CellScore:
    """Score one cell, looking back from 31 December or from the data's own last day.

    Args:
        dossier: The evidence on one actor and theme.
        year: The cell's year.
        data_as_of: The day up to which the data speak; no cell looks past it.
        methodology: The rules.
    """
    as_of = min(date(year, 12, 31), data_as_of)
    deeds = deed_items(dossier, as_of, methodology)
    newest = newest_observations(dossier, as_of, methodology)
    return score_cell(
        CellInput(
            key=CellKey(
                methodology=methodology.version,
                random_series=methodology.draws.random_series,
                actor=dossier.actor,
                theme=dossier.theme,
                year=year,
            ),
            as_of=as_of,
            words=word_items(dossier.statements, as_of, methodology.words),
            deeds=deeds,
            silence=_silence(dossier, as_of),
            opaque=any(v.observation.status is ObservationStatus.OPAQUE for v in newest),
            capped=critical_floor_hit(deeds),
            indicator_coverage_share=indicator_coverage(deeds, methodology, dossier.theme),
        ),
        methodology,
    )


def _silence(dossier: Dossier, as_of: date) -> Silence:
    had = [chance for chance in dossier.opportunities if chance.was_by(as_of)]
    silent = sum(chance.outcome is OpportunityOutcome.SILENT for chance in had)
    return Silence(opportunities=len(had), silent=silent)
