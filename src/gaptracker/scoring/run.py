"""All cells of a run: every actor, theme and year, each from its own evidence alone."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from gaptracker.domain.evidence import Evidence
from gaptracker.domain.methodology import Methodology
from gaptracker.domain.records import Opportunity
from gaptracker.domain.results import CellScore
from gaptracker.domain.vocabulary import OpportunityOutcome
from gaptracker.scoring.cell import CellInput, Silence, score_cell
from gaptracker.scoring.deeds import DeedsOverTime, critical_floor_hit
from gaptracker.scoring.dossier import Dossier, build_dossiers
from gaptracker.scoring.rungs import Confusion
from gaptracker.scoring.seeds import CellKey
from gaptracker.scoring.words import WordsOverTime

FIRST_YEAR = 2000


def scored_years(evidence: Evidence, first: int = FIRST_YEAR) -> range:
    """Return the years to score: from the first to the year of the data's as-of date."""
    return range(first, evidence.as_of.year + 1)


def day_of_year(year: int, data_as_of: date) -> date:
    """Return the day from which a year's cell looks back, never past the data's own."""
    return min(date(year, 12, 31), data_as_of)


def all_dossiers(
    evidence: Evidence,
    methodology: Methodology,
    confusions: Mapping[str, Confusion] | None = None,
    *,
    known: Mapping[tuple[str, str], Dossier] | None = None,
) -> Iterator[Dossier]:
    """Yield a dossier for every actor and theme, in that order, empty where nothing is known.

    Args:
        evidence: The evidence of the run.
        methodology: The rules.
        confusions: Confusion matrix by coder; the default matrix for coders left out.
        known: The dossiers by actor and theme, where they are built already.
    """
    if known is None:
        known = build_dossiers(evidence, methodology, confusions)
    for actor in sorted(evidence.actors):
        for theme in methodology.scored_themes():
            yield known.get((actor, theme.id)) or Dossier(actor=actor, theme=theme.id)


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
    for dossier in all_dossiers(evidence, methodology):
        yield from score_years(dossier, years, evidence.as_of, methodology)


def score_years(
    dossier: Dossier,
    years: Sequence[int],
    data_as_of: date,
    methodology: Methodology,
    *,
    with_contributions: bool = True,
) -> Iterator[CellScore]:
    """Score one actor and theme in many years.

    Each cell looks back from 31 December of its year, or from the data's own last day.

    Args:
        dossier: The evidence on the actor and theme.
        years: The years, in any order.
        data_as_of: The day up to which the data speak; no cell looks past it.
        methodology: The rules.
        with_contributions: As for `score_cell`.

    Yields:
        A cell for each year, in the order asked for; it depends on no other year.
    """
    inputs = InputsOverTime(dossier, data_as_of, methodology)
    for year in years:
        yield score_cell(inputs.of(year), methodology, with_contributions=with_contributions)


def score_year(
    dossier: Dossier, year: int, data_as_of: date, methodology: Methodology
) -> CellScore:
    """Score one cell, as `score_years` does."""
    return next(score_years(dossier, (year,), data_as_of, methodology))


class InputsOverTime:
    """What the cells of one actor and theme are computed from, year by year."""

    def __init__(self, dossier: Dossier, data_as_of: date, methodology: Methodology) -> None:
        """Work out what no year changes; arguments as for `score_years`."""
        self._actor, self._theme = dossier.actor, dossier.theme
        self._data_as_of = data_as_of
        self._methodology = methodology
        self._words = WordsOverTime(dossier.statements, methodology.words)
        self._deeds = DeedsOverTime(dossier, methodology)
        self._opportunities = dossier.opportunities

    def of(self, year: int) -> CellInput:
        """Return what one year's cell is computed from."""
        as_of = day_of_year(year, self._data_as_of)
        deeds = self._deeds.at(as_of)
        return CellInput(
            key=CellKey(
                methodology=self._methodology.version,
                random_series=self._methodology.draws.random_series,
                actor=self._actor,
                theme=self._theme,
                year=year,
            ),
            as_of=as_of,
            words=self._words.items(as_of),
            deeds=deeds.items,
            silence=silence(self._opportunities, as_of),
            opaque=deeds.opaque,
            capped=critical_floor_hit(deeds.items),
            indicator_coverage_share=deeds.indicator_coverage_share,
        )


def silence(opportunities: Sequence[Opportunity], as_of: date) -> Silence:
    """Count the opportunities to speak up to a day, and those let pass.

    What only a machine found in a document is neither.
    """
    had = [chance for chance in opportunities if chance.outcome.counts and chance.was_by(as_of)]
    silent = sum(chance.outcome is OpportunityOutcome.SILENT for chance in had)
    return Silence(opportunities=len(had), silent=silent)
