"""Which of the method's choices drives the gaps: once for a release, or for a theme of it."""

from collections.abc import Sequence

from gaptracker.domain.methodology import Methodology
from gaptracker.scoring.choice_draws import ChoiceDesign
from gaptracker.scoring.choice_tables import CellTable, gap_model
from gaptracker.scoring.choices import ChoiceSpace, weight_names
from gaptracker.scoring.seeds import CellKey, stream
from gaptracker.scoring.sensitivity import Sensitivity, sobol_indices


def choice_sensitivity(
    tables: Sequence[CellTable],
    *,
    methodology: Methodology,
    space: ChoiceSpace,
    base_runs: int,
    scope: str = "",
) -> Sensitivity | None:
    """Return how much of the gaps' variance under other methods each choice explains.

    Every choice is made once for all cells, as a method is. The weights of one table
    (instruments, offices, specificity, source grades, indicators, measures) are one choice.
    The noise of the measurement is left out, so that all variance is the method's.

    Args:
        tables: Cells tabulated over the space.
        methodology: The rules, as published.
        space: The choices tried.
        base_runs: Rows of each of the two base matrices.
        scope: Names the random stream, so that a theme's indices do not depend on others.

    Returns:
        The indices summed over the cells; None without cells, or if nothing moves them.

    References:
        Methodology 1.0.0, section 5.
    """
    if not tables:
        return None
    design = ChoiceDesign(space=space, names=weight_names(methodology))
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
        base_runs=base_runs,
        generator=stream(key, "sensitivity"),
    )
