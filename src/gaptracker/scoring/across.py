"""What a run finds across actors, beside its cells: federations, agencies, help abroad."""

from collections.abc import Mapping, Sequence

from gaptracker.domain.evidence import Evidence
from gaptracker.domain.federation import AcrossActors
from gaptracker.domain.methodology import Methodology
from gaptracker.scoring.abroad import read_abroad
from gaptracker.scoring.coherence import read_coherence
from gaptracker.scoring.dossier import CellKey, Dossier
from gaptracker.scoring.federal_readings import read_federations


def read_across(
    evidence: Evidence,
    dossiers: Mapping[CellKey, Dossier],
    methodology: Methodology,
    years: Sequence[int],
) -> AcrossActors:
    """Read federations, coherence and conduct abroad for some years.

    Args:
        evidence: The evidence of the run.
        dossiers: The same, by actor and theme.
        methodology: The rules.
        years: Years to read, ascending.

    References:
        Methodology 1.0.0, section 8; decision 0013.
    """
    return AcrossActors(
        federations=tuple(read_federations(evidence, dossiers, methodology, years)),
        coherence=tuple(read_coherence(evidence, dossiers, methodology, years)),
        abroad=tuple(read_abroad(evidence, dossiers, methodology, years)),
    )
