"""Which of the method's choices drives the gaps: once for a release, and for each theme of it."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from gaptracker.domain.analysis import ScopeSensitivity, Sensitivity
from gaptracker.domain.methodology import Methodology
from gaptracker.scoring.choice_draws import ChoiceDesign
from gaptracker.scoring.choice_tables import CellTable, gap_model, tabulate
from gaptracker.scoring.choices import weight_names
from gaptracker.scoring.dossier import CellKey as DossierKey
from gaptracker.scoring.dossier import Dossier
from gaptracker.scoring.seeds import CellKey, stream
from gaptracker.scoring.sensitivity import sobol_indices


def release_sensitivity(
    dossiers: Mapping[DossierKey, Dossier],
    newest: Mapping[DossierKey, int],
    *,
    as_of: date,
    methodology: Methodology,
) -> Iterator[ScopeSensitivity]:
    """Yield what drives the gaps of all themes together, then of each theme.

    The gaps are those that a reader meets first: of each actor and theme the newest cell of
    grade C or better. A single year would not do: sources end in different years, so that a
    theme may have 150 cells in one year and one in the next.

    Args:
        dossiers: The evidence by actor and theme.
        newest: The newest year of each actor and theme that has grade C or better.
        as_of: The day up to which the data speak.
        methodology: The rules.

    Yields:
        The indices of each scope in which anything moves.

    References:
        Methodology 1.0.0, section 5; decision 0012.
    """
    tables: dict[str, list[CellTable]] = {}
    for key in sorted(newest):
        table = tabulate(
            dossiers[key],
            newest[key],
            data_as_of=as_of,
            methodology=methodology,
            space=methodology.choices.space,
        )
        if table is not None:
            tables.setdefault(table.key.theme, []).append(table)
    together = [table for _, chosen in sorted(tables.items()) for table in chosen]
    scopes: list[tuple[str | None, list[CellTable]]] = [(None, together), *sorted(tables.items())]
    for theme, chosen in scopes:
        found = choice_sensitivity(chosen, methodology=methodology, scope=theme or "")
        if found is not None:
            years = [table.key.year for table in chosen]
            yield ScopeSensitivity(
                theme=theme, first_year=min(years), last_year=max(years), sensitivity=found
            )


def choice_sensitivity(
    tables: Sequence[CellTable], *, methodology: Methodology, scope: str = ""
) -> Sensitivity | None:
    """Return how much of the gaps' variance under other methods each choice explains.

    Every choice is made once for all cells, as a method is. The weights of one table
    (instruments, offices, specificity, source grades, indicators, measures) are one choice.
    The noise of the measurement is left out, so that all variance is the method's.

    Args:
        tables: Cells tabulated over the methodology's space of choices.
        methodology: The rules, as published.
        scope: Names the random stream, so that a theme's indices do not depend on others.

    Returns:
        The indices summed over the cells; None without cells, or if nothing moves them.

    References:
        Methodology 1.0.0, section 5.
    """
    if not tables:
        return None
    rules = methodology.choices
    design = ChoiceDesign(space=rules.space, names=weight_names(methodology))
    key = CellKey(
        methodology=methodology.version,
        random_series=methodology.draws.random_series,
        actor="",
        theme=scope,
        year=0,
    )
    return sobol_indices(
        gap_model(tables, design),
        design.factors,
        base_runs=rules.base_runs,
        generator=stream(key, "sensitivity"),
        resamples=rules.resamples,
        interval=methodology.draws.interval,
    )
